/// A request that got no answer, or only a part of one.
public struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of a failure.
  public enum Code: Sendable, Hashable {
    /// libcurl is not installed or too old.
    case unavailable
    /// The request itself is wrong: its URL, its method or a header.
    case invalidRequest
    /// The name could not be resolved, or nobody listens, or TLS failed.
    case cannotConnect
    /// No connection in time.
    case connectTimeout
    /// No byte of the answer in time.
    case idleTimeout
    /// The answer had not ended in time.
    case totalTimeout
    /// The connection broke.
    case connectionLost
    /// What came was no HTTP.
    case malformedResponse
  }

  /// The kind.
  public let code: Code

  /// One lower-case phrase that names hosts and ports, but no headers and no bodies.
  public let message: String

  /// Creates an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}

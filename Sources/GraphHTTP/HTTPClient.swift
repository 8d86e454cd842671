/// Sends requests.
public final class HTTPClient: Sendable {
  /// The client that a process shares.
  public static let shared = HTTPClient()
  /// Creates a client.
  public init() {}
}

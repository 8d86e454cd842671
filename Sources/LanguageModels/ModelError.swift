/// A model call that failed, with what is needed to understand why.
public struct ModelError: Error, Sendable {
  /// The kind of a failure.
  public enum Code: Sendable, Hashable {
    /// No connection could be made, or it broke.
    case connection
    /// The answer did not come in time.
    case timeout
    /// The provider answered with an HTTP status that is no success.
    case status(Int)
    /// The provider's answer was not what its protocol says, or ended too early.
    case malformedAnswer
    /// The stream carried an error of the provider's.
    case provider(String)
    /// No key for the provider is set.
    case missingKey
    /// The provider or model is unknown or was not chosen.
    case noModel
    /// The provider cannot do what the request asks for; nothing was sent.
    case unsupported
  }

  /// The kind.
  public let code: Code

  /// Who was asked, or nil when no model was chosen.
  public let identity: ModelIdentity?

  /// One sentence without keys, prompts or answers.
  public let message: String

  /// What the provider said of it, on one line of a few hundred bytes: its own sentence, else the start of the body.
  public let body: String?

  /// The provider's id of the request.
  public let requestID: String?

  /// The pause that the provider asked for, from `Retry-After`.
  public let retryAfter: Duration?

  /// How many attempts were made.
  public var attempts: Int

  /// Creates an error.
  public init(
    _ code: Code, identity: ModelIdentity?, message: String, body: String? = nil, requestID: String? = nil,
    retryAfter: Duration? = nil, attempts: Int = 1
  ) {
    self.code = code
    self.identity = identity
    self.message = message
    self.body = body
    self.requestID = requestID
    self.retryAfter = retryAfter
    self.attempts = attempts
  }
}

extension ModelError: CustomStringConvertible {
  /// The message with provider, model, status, body, request id and attempts, in one line.
  public var description: String {
    var text = identity.map { "\($0): " } ?? ""
    text += message
    if let body, !body.isEmpty { text += ": \(body)" }
    if let requestID { text += " (request \(requestID))" }
    if attempts > 1 { text += " after \(attempts) attempts" }
    return text
  }
}

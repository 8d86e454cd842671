/// A model that answers a conversation with text.
///
/// `respond(to:)` and `stream(_:)` give the same text for the same answer of
/// the provider; they differ only in when it arrives. Implementations are
/// values or immutable classes that any number of runs share.
public protocol LanguageModel: Sendable {
  /// Who serves the model and what it is called, for messages and events.
  var identity: ModelIdentity { get }

  /// Answers a request whole.
  ///
  /// - Throws: `ModelError`, or `CancellationError` when the task was cancelled; the connection is then closed.
  func respond(to request: ModelRequest) async throws -> ModelResponse

  /// Starts an answer that arrives piece by piece; nothing is sent before its first `next()`.
  func stream(_ request: ModelRequest) -> any ModelStream
}

/// One answer that is arriving.
///
/// It has one reader. Dropping the last reference closes the connection.
public protocol ModelStream: AnyObject, Sendable {
  /// The next piece of text, never empty and never part of a character, or nil after the last one.
  ///
  /// - Throws: `ModelError`, or `CancellationError` after `cancel()` or when the task was cancelled.
  func next() async throws -> String?

  /// Closes the connection at once, from any thread; a waiting `next()` throws `CancellationError`.
  func cancel()

  /// What the provider said of the answer as a whole; complete once `next()` has returned nil.
  var summary: ModelResponse.Summary { get }
}

/// The provider and model that a request goes to.
public struct ModelIdentity: Sendable, Hashable, CustomStringConvertible {
  /// The provider's name as users write it, such as `openai`.
  public let provider: String

  /// The model's name as the provider knows it.
  public let model: String

  /// Creates an identity.
  public init(provider: String, model: String) {
    self.provider = provider
    self.model = model
  }

  /// `provider/model`.
  public var description: String { "\(provider)/\(model)" }
}

public import GraphRuntime

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

/// One message of a conversation.
public struct ModelMessage: Sendable, Hashable {
  /// Who speaks.
  public enum Role: String, Sendable, Hashable {
    /// The instructions above the conversation.
    case system
    /// The person or program that asks.
    case user
    /// The model.
    case assistant
  }

  /// Who speaks.
  public var role: Role

  /// What is said.
  public var content: String

  /// Whether the provider is asked to keep the conversation up to here for the next request, where it can be asked.
  public var isCached: Bool

  /// Creates a message.
  public init(_ role: Role, _ content: String, isCached: Bool = false) {
    self.role = role
    self.content = content
    self.isCached = isCached
  }
}

/// A JSON schema that an answer has to fit.
public struct ResponseSchema: Sendable, Hashable {
  /// The name that providers want for a schema: letters, digits, `_` and `-`.
  public let name: String

  /// The JSON schema: an object with `type`, `properties`, `required` and so on.
  public let schema: Value

  /// Creates a schema.
  public init(name: String, schema: Value) {
    self.name = name
    self.schema = schema
  }
}

/// What is asked of a model.
public struct ModelRequest: Sendable {
  /// The conversation; system messages first.
  public var messages: [ModelMessage]

  /// The sampling temperature, or nil for the provider's default.
  public var temperature: Double?

  /// The most tokens to generate, or nil for the provider's default.
  public var maxTokens: Int?

  /// The schema of the answer; the text is then a JSON object.
  public var schema: ResponseSchema?

  /// The longest time from the request to the end of the answer, or nil for the client's limits.
  public var timeout: Duration?

  /// Called before each repeated attempt, with what went wrong and how long the pause is.
  public var onRetry: (@Sendable (ModelRetry) -> Void)?

  /// Creates a request.
  public init(
    messages: [ModelMessage], temperature: Double? = nil, maxTokens: Int? = nil, schema: ResponseSchema? = nil,
    timeout: Duration? = nil, onRetry: (@Sendable (ModelRetry) -> Void)? = nil
  ) {
    self.messages = messages
    self.temperature = temperature
    self.maxTokens = maxTokens
    self.schema = schema
    self.timeout = timeout
    self.onRetry = onRetry
  }
}

/// An attempt that failed and will be repeated.
public struct ModelRetry: Sendable {
  /// The attempt that failed, counted from 1.
  public let attempt: Int

  /// What went wrong.
  public let error: ModelError

  /// The pause before the next attempt.
  public let delay: Duration

  /// Creates a record of a failed attempt.
  public init(attempt: Int, error: ModelError, delay: Duration) {
    self.attempt = attempt
    self.error = error
    self.delay = delay
  }
}

/// A whole answer.
public struct ModelResponse: Sendable {
  /// What a provider says of an answer besides its text.
  public struct Summary: Sendable, Hashable {
    /// Why the answer ended, or nil while it has not.
    public var finishReason: FinishReason?

    /// Tokens read and written, where the provider says so.
    public var usage: ModelUsage?

    /// The provider's id of the request, for its support.
    public var requestID: String?

    /// Creates a summary.
    public init(finishReason: FinishReason? = nil, usage: ModelUsage? = nil, requestID: String? = nil) {
      self.finishReason = finishReason
      self.usage = usage
      self.requestID = requestID
    }
  }

  /// The text.
  public var text: String

  /// Everything else.
  public var summary: Summary

  /// Creates a response.
  public init(text: String, summary: Summary) {
    self.text = text
    self.summary = summary
  }
}

/// Why a model stopped writing.
public enum FinishReason: Sendable, Hashable {
  /// It had said all.
  case stop
  /// It reached the most tokens allowed.
  case length
  /// The provider's filter stopped it.
  case contentFilter
  /// It wants a tool to be called.
  case toolCalls
  /// Another reason, in the provider's words.
  case other(String)
}

/// Tokens of one or more model calls.
public struct ModelUsage: Sendable, Hashable {
  /// Tokens of the request.
  public var inputTokens: Int

  /// Tokens of the answer.
  public var outputTokens: Int

  /// Creates a usage.
  public init(inputTokens: Int, outputTokens: Int) {
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
  }
}

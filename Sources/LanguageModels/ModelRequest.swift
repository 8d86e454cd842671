public import GraphRuntime

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

  /// The tools that the model may call.
  public var tools: [ToolDefinition]

  /// Whether it may, must or must not call them.
  public var toolChoice: ToolChoice

  /// The most tokens that the model may think with before it answers: 0 for none, -1 for as many as it likes, nil for
  /// what the provider does by itself.
  public var thinkingBudget: Int?

  /// The longest time from the request to the end of the answer, or nil for the client's limits.
  public var timeout: Duration?

  /// What tells the call from all others, for providers that carry a call out once; it is the same when the call is made
  /// again because an answer was lost.
  public var idempotencyKey: String?

  /// Called before each repeated attempt, with what went wrong and how long the pause is.
  public var onRetry: (@Sendable (ModelRetry) -> Void)?

  /// Creates a request.
  public init(
    messages: [ModelMessage], temperature: Double? = nil, maxTokens: Int? = nil, schema: ResponseSchema? = nil,
    tools: [ToolDefinition] = [], toolChoice: ToolChoice = .automatic, thinkingBudget: Int? = nil,
    timeout: Duration? = nil, onRetry: (@Sendable (ModelRetry) -> Void)? = nil
  ) {
    self.messages = messages
    self.temperature = temperature
    self.maxTokens = maxTokens
    self.schema = schema
    self.tools = tools
    self.toolChoice = toolChoice
    self.thinkingBudget = thinkingBudget
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

public import GraphRuntime

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

    /// The tools that the model wants called, in its order.
    public var toolCalls: [ModelToolCall]

    /// What the provider wants to see again when the conversation goes on; see `ModelMessage.echo`.
    public var echo: Value?

    /// Creates a summary.
    public init(
      finishReason: FinishReason? = nil, usage: ModelUsage? = nil, requestID: String? = nil,
      toolCalls: [ModelToolCall] = []
    ) {
      self.finishReason = finishReason
      self.usage = usage
      self.requestID = requestID
      self.toolCalls = toolCalls
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

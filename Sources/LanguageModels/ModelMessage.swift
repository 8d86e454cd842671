public import GraphRuntime

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
    /// A tool, with the result of one call.
    case tool
  }

  /// Who speaks.
  public var role: Role

  /// What is said; of a tool, its result in words.
  public var content: String

  /// Whether the provider is asked to keep the conversation up to here for the next request, where it can be asked.
  public var isCached: Bool

  /// The tools that the model wants called; each call needs its result in the messages that follow.
  public var toolCalls: [ModelToolCall] = []

  /// The id of the call that a tool's message answers.
  public var toolCallID: String?

  /// Whether a tool's message says why the call failed.
  public var isError = false

  /// What the provider wants to see again beside the content, such as signed thoughts, in its own form.
  public var echo: Value?

  /// Creates a message.
  public init(_ role: Role, _ content: String, isCached: Bool = false) {
    self.role = role
    self.content = content
    self.isCached = isCached
  }

  /// Creates the message that an answer is in the conversation that goes on.
  public init(_ response: ModelResponse) {
    self.init(.assistant, response.text)
    toolCalls = response.summary.toolCalls
    echo = response.summary.echo
  }

  /// The result of a call.
  public static func result(of call: ModelToolCall, _ content: String, isError: Bool = false) -> ModelMessage {
    var message = ModelMessage(.tool, content)
    message.toolCallID = call.id
    message.isError = isError
    return message
  }
}

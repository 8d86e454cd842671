/// What a model is told of a tool: its name, what it is for, and what it takes.
public struct ToolDefinition: Sendable, Hashable {
  /// The name: letters, digits, `_` and `-`, at most 64 of them, as providers want it.
  public let name: String

  /// What the tool does, in words for a model.
  public let description: String

  /// The JSON schema of the arguments, an object.
  public let parameters: Value

  /// Creates a definition.
  ///
  /// - Parameter parameters: The JSON schema of the arguments; one that takes none by default.
  public init(
    name: String, description: String,
    parameters: Value = ["type": "object", "properties": [:], "additionalProperties": false]
  ) {
    self.name = name
    self.description = description
    self.parameters = parameters
  }
}

/// Something outside of the graph that nodes and models may call.
///
/// Implementations are values or immutable classes that any number of runs
/// share.
public protocol Tool: Sendable {
  /// What a model is told of it.
  var definition: ToolDefinition { get }

  /// Carries out one call.
  ///
  /// A call ends soon after its task is cancelled, and leaves nothing behind that goes on.
  /// - Throws: What went wrong, in words for whoever reads the run's error; the engine adds node and attempt.
  func call(_ invocation: ToolInvocation) async throws -> Value
}

/// One call of a tool.
public struct ToolInvocation: Sendable {
  /// The arguments by name.
  public let arguments: ValueObject

  /// The state as the calling node sees it.
  public let state: StateView

  /// The calling node's context: its deadline, its stop signal and its events.
  public let context: NodeContext

  /// Which call of the node's attempt it is, counted from 1.
  public let number: Int

  /// Creates a call.
  public init(arguments: ValueObject, state: StateView, context: NodeContext, number: Int = 1) {
    self.arguments = arguments
    self.state = state
    self.context = context
    self.number = number
  }

  /// What tells the call from all others: its run, step, node, item, attempt and number.
  ///
  /// It is the same when the call is made again because the process was lost, so that a service that is given it can
  /// carry the call out once. It has no characters but visible ones of ASCII.
  public var idempotencyKey: String { context.callKey + ".\(number)" }
}

/// Why a node was not run.
public enum SkipReason: String, Sendable, Hashable {
  /// Its result is there already (`skip_if_exists`).
  case resultExists = "result_exists"
  /// It has run as often as `loop_limits` allows.
  case loopLimit = "loop_limit"
  /// A check before its work did not hold, and says to leave it out.
  case checkFailed = "check_failed"
}

/// Which way a run went where it had a choice.
public struct RouteRecord: Sendable, Hashable {
  /// The router's route, or the text of the condition that held; nil for the "else".
  public let choice: String?

  /// The nodes that are due because of it, or `END`; empty where control only goes on to a join.
  public let targets: [String]

  /// Creates a record.
  public init(choice: String?, targets: [String]) {
    self.choice = choice
    self.targets = targets
  }
}

/// Tokens that a model call used.
public struct UsageRecord: Sendable, Hashable {
  /// The provider, such as `openai`.
  public let provider: String

  /// The model.
  public let model: String

  /// Tokens of the request.
  public let inputTokens: Int

  /// Tokens of the answer.
  public let outputTokens: Int

  /// Creates a record.
  public init(provider: String, model: String, inputTokens: Int, outputTokens: Int) {
    self.provider = provider
    self.model = model
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
  }

  static func += (left: inout Self, right: Self) {
    left = UsageRecord(
      provider: left.provider, model: left.model, inputTokens: left.inputTokens + right.inputTokens,
      outputTokens: left.outputTokens + right.outputTokens)
  }
}

/// An attempt that failed and is made again.
public struct RetryRecord: Sendable, Hashable {
  /// What is tried again.
  public enum Scope: String, Sendable, Hashable {
    /// A model call, before any of its text arrived.
    case call
    /// The whole node.
    case node
  }

  /// What is tried again.
  public let scope: Scope

  /// The attempt that failed, counted from 1.
  public let attempt: Int

  /// What went wrong.
  public let message: String

  /// The pause before the next attempt.
  public let delay: Duration

  /// Whether the next attempt is the one that takes the node's fallback.
  public let usesFallback: Bool

  /// Creates a record.
  public init(scope: Scope, attempt: Int, message: String, delay: Duration, usesFallback: Bool = false) {
    self.scope = scope
    self.attempt = attempt
    self.message = message
    self.delay = delay
    self.usesFallback = usesFallback
  }
}

/// A call of a tool.
public struct ToolCallRecord: Sendable, Hashable {
  /// What tells the call from others of the run; its result has the same.
  public let id: String

  /// The tool's name.
  public let name: String

  /// The arguments by name.
  public let arguments: ValueObject

  /// Creates a record.
  public init(id: String, name: String, arguments: ValueObject) {
    self.id = id
    self.name = name
    self.arguments = arguments
  }
}

/// The end of a call of a tool.
public struct ToolResultRecord: Sendable, Hashable {
  /// The id of the call.
  public let id: String

  /// The tool's name.
  public let name: String

  /// What the tool returned, or nil when it failed.
  public let result: Value?

  /// What went wrong, or nil when it returned.
  public let message: String?

  /// How long the call took.
  public let duration: Duration

  /// Creates the record of a call that returned.
  public init(id: String, name: String, result: Value, duration: Duration) {
    self.id = id
    self.name = name
    self.result = result
    message = nil
    self.duration = duration
  }

  /// Creates the record of a call that failed.
  public init(id: String, name: String, message: String, duration: Duration) {
    self.id = id
    self.name = name
    result = nil
    self.message = message
    self.duration = duration
  }
}

/// Something that is not as it should be, and that no run ends because of.
public struct WarningRecord: Sendable, Hashable {
  /// What is wrong.
  public let message: String

  /// The text of the check that did not hold, or nil for a warning of the node's own.
  public let check: String?

  /// Creates a record.
  public init(_ message: String, check: String? = nil) {
    self.message = message
    self.check = check
  }
}

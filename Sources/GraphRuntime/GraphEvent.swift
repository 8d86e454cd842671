/// One entry of a run's log.
///
/// Everyone who watches a run reads the same entries. Their numbers have no
/// gaps. `docs/events.md` has the grammar and the JSON form.
public struct GraphEvent: Sendable {
  /// What happened.
  public enum Kind: Sendable {
    /// The run has begun with these inputs.
    indirect case runStarted(input: ValueObject)
    /// A node has begun an attempt.
    case nodeStarted
    /// A piece of text has arrived; together, those of a node's last attempt are the text in state.
    case token(String)
    /// A node shows something that is not part of its result.
    case chunk(Value)
    /// A node says something of its own.
    indirect case custom(name: String, payload: Value)
    /// A model call has used tokens.
    indirect case usage(UsageRecord)
    /// A call or a node failed and is tried again; tokens of the failed attempt at a node are void.
    indirect case retry(RetryRecord)
    /// A node has ended with this update; it is written when the step ends.
    case nodeFinished(StateUpdate)
    /// A node was not run.
    case nodeSkipped(SkipReason)
    /// A node has failed for good.
    indirect case nodeFailed(GraphError)
    /// A choice among edges was made.
    indirect case routed(RouteRecord)
    /// The updates of a step are in the state, and these nodes are due next.
    case stepFinished(next: [String])
    /// The run has ended; the last event.
    indirect case runFinished(RunOutcome)
  }

  /// The run.
  public let run: RunIdentity

  /// The number in the run's log, counted from 0 without gaps.
  public let sequence: Int

  /// When it happened, in milliseconds since 1970 UTC.
  public let time: Int64

  /// The step, counted from 1; 0 before the first.
  public let step: Int

  /// The nodes that lead to it, from the outside in; empty for events of the run itself.
  public let path: [String]

  /// The attempt at the node, counted from 1; 0 for events of the run itself.
  public let attempt: Int

  /// What happened.
  public let kind: Kind

  /// The node's name, or nil for events of the run itself.
  public var node: String? { path.last }
}

/// Why a node was not run.
public enum SkipReason: String, Sendable, Hashable {
  /// Its result is there already (`skip_if_exists`).
  case resultExists = "result_exists"
  /// It has run as often as `loop_limits` allows.
  case loopLimit = "loop_limit"
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

  /// Creates a record.
  public init(scope: Scope, attempt: Int, message: String, delay: Duration) {
    self.scope = scope
    self.attempt = attempt
    self.message = message
    self.delay = delay
  }
}

/// How a run ended.
public enum RunStatus: String, Sendable, Hashable {
  /// It came to its end.
  case completed
  /// Somebody asked it to stop.
  case stopped
  /// A node failed.
  case failed
}

/// How a run ended.
public struct RunOutcome: Sendable {
  /// The status.
  public let status: RunStatus

  /// The graph's own keys at the end; a step whose edges failed has written its part.
  public let state: ValueObject

  /// All tokens that model calls used, by provider and model in the order of first use.
  public let usage: [UsageRecord]

  /// What ended the run, when it failed.
  public let error: GraphError?

  /// Why it was stopped, when it was.
  public let stopReason: String?

  /// The number of steps.
  public let steps: Int

  /// Creates an outcome.
  public init(
    status: RunStatus, state: ValueObject, usage: [UsageRecord] = [], error: GraphError? = nil,
    stopReason: String? = nil, steps: Int = 0
  ) {
    self.status = status
    self.state = state
    self.usage = usage
    self.error = error
    self.stopReason = stopReason
    self.steps = steps
  }
}

/// How a run ended, or that it has not.
public enum RunStatus: String, Sendable, Hashable {
  /// It goes on, or its process ended before it did; no outcome has this status.
  case running
  /// It came to its end.
  case completed
  /// It waits for somebody to answer.
  case interrupted
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

  /// The questions that wait for an answer.
  public var interrupts: [PendingInterrupt] = []

  /// The failures and failed checks that the run went on after, as the reserved key `errors` holds them.
  public var toleratedErrors: [GraphError] = []

  /// Where the run can go on, when it is interrupted or was stopped.
  public var checkpoint: RunCheckpoint?

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

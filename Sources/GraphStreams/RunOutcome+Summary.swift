public import GraphRuntime

extension RunOutcome {
  /// The end of a run as one object: `run`, `graph`, `thread`, `status`, `state`, `usage`, and `interrupts`,
  /// `stop_reason`, `error` and `errors` where there are any.
  public func summary(of run: RunIdentity) -> ValueObject {
    var object: ValueObject = [
      "run": .string(run.id), "graph": .string(run.graph), "thread": .string(run.thread),
      "status": .string(status.rawValue), "state": .object(state), "usage": .list(usage.map { .object($0.object) }),
    ]
    if !interrupts.isEmpty { object["interrupts"] = .list(interrupts.map { .object($0.object) }) }
    if let stopReason { object["stop_reason"] = .string(stopReason) }
    if let error { object["error"] = .object(error.object) }
    if !toleratedErrors.isEmpty { object["errors"] = .list(toleratedErrors.map { .object($0.object) }) }
    return object
  }
}

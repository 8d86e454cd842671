/// Requirements, checks and failures that the run goes on after.
extension RunEngine {
  /// Looks at what may keep a due node from running; says false where it does and the run goes on.
  mutating func mayRun(_ plan: NodePlan) throws(GraphError) -> Bool {
    for key in plan.node.requires where state[key].isNull {
      try accept(placed(.missing(key), plan), of: plan)
      return false
    }
    guard !plan.checksBefore.isEmpty else { return true }
    var warnings: [WarningRecord] = []
    let verdict = plan.verdict(view, warnings: &warnings)
    for warning in warnings { warn(warning, plan) }
    switch verdict {
    case .run: return true
    case .skip: log.append(.nodeSkipped(.checkFailed), of: plan)
    case .fails(let error): try accept(placed(error, plan), of: plan)
    }
    return false
  }

  /// Logs the end of a synchronous node whose checks never ask for another attempt.
  ///
  /// - Returns: What is to be written.
  mutating func judged(_ update: StateUpdate, _ plan: NodePlan) throws(GraphError) -> StateUpdate {
    if !plan.checksAfter.isEmpty {
      var attempts = NodeAttempts(plan)
      var warnings: [WarningRecord] = []
      let judgement = attempts.judge(update, view, warnings: &warnings)
      for warning in warnings { warn(warning, plan) }
      if case .fails(let error) = judgement {
        try accept(placed(error, plan), of: plan)
        return StateUpdate()
      }
    }
    log.append(.nodeFinished(update), of: plan)
    return update
  }

  /// Logs a failure of a node's first attempt, and writes it down.
  ///
  /// - Throws: The failure, where it ends the run.
  mutating func accept(_ failure: GraphError, of plan: NodePlan) throws(GraphError) {
    var error = failure
    error.isTolerated = plan.tolerates(error)
    log.append(.nodeFailed(error), of: plan)
    guard error.isTolerated else { throw error }
    step.tolerated.append(error)
  }

  /// Logs a check that did not hold, and writes it down.
  mutating func warn(_ warning: WarningRecord, _ plan: NodePlan) {
    log.append(.warned(warning), of: plan)
    step.tolerated.append(placed(warning.error, plan))
  }

  /// Looks at the state of a run that has come to its end.
  ///
  /// - Throws: What a check says that does not hold and does not only warn.
  mutating func checkEnd() throws(GraphError) {
    for check in graph.finalChecks {
      guard let failure = check.failure(view, nil) else { continue }
      guard case .warn = check.consequence else { throw GraphError(failure.code, failure.message, step: stepNumber) }
      let warning = WarningRecord(failure.message, check: check.text)
      log.append(.warned(warning))
      step.tolerated.append(warning.error)
    }
    if !step.tolerated.isEmpty { applyErrors() }
  }

  /// Writes down what a node's event says of failures that are tolerated.
  mutating func note(_ event: RunMailbox.Event) {
    switch event.kind {
    case .nodeFailed(let error) where error.isTolerated: step.tolerated.append(error)
    case .warned(let warning) where warning.check != nil:
      step.tolerated.append(
        warning.error.placed(at: event.path, step: event.step, attempt: event.attempt, in: environment.run))
    default: break
    }
  }

  /// Puts the failures of the step into the state, in the order of the file and of items, whichever came first.
  mutating func applyErrors() {
    let places = Dictionary(
      step.nodes.enumerated().map { (graph.plans[$0.element].node.name, $0.offset) }, uniquingKeysWith: { $1 })
    let depth = environment.basePath.count
    let ordered = step.tolerated.map { error -> (key: [Int], error: GraphError) in
      let path = error.path.dropFirst(depth)
      let place = path.first.flatMap { places[PathElement.name(of: $0)] } ?? 0
      return ([place] + path.map { PathElement.item(of: $0) ?? -1 }, error)
    }.enumerated().sorted { left, right in
      left.element.key == right.element.key
        ? left.offset < right.offset : left.element.key.lexicographicallyPrecedes(right.element.key)
    }.map(\.element.error)
    tolerated += ordered
    if let slot = graph.reservedSlots.errors { state.append(ordered.map(\.record), to: slot) }
  }
}

extension WarningRecord {
  /// The check that did not hold, as a failure that is tolerated.
  fileprivate var error: GraphError {
    var error = GraphError(.checkFailed, message)
    error.isTolerated = true
    return error
  }
}

extension GraphError {
  /// The failure as `errors` holds it.
  fileprivate var record: Value {
    [
      "node": path.isEmpty ? .null : .string(path.joined(separator: "/")), "type": .string(code.description),
      "message": .string(message),
      "step": .int(step), "attempt": .int(attempt), "tolerated": .bool(isTolerated),
    ]
  }
}

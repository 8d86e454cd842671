/// One step: which nodes run, what they write, and where control goes then.
extension RunEngine {
  mutating func beginStep() throws(GraphError) {
    if timer != nil { try takeTimeUp() }
    step.begin()
    guard pendingVisits.isEmpty else { return try resumeStep() }
    scheduler.takeDue(into: &step.nodes)
    journal?.take(stepNumber)
    guard !step.nodes.isEmpty else {
      try scheduler.checkJoins()
      if !graph.finalChecks.isEmpty { try checkEnd() }
      return finish(.completed)
    }
    guard !environment.stop.isRequested else { return finish(.stopped, checkpointOfStep(.stopped)) }
    guard stepNumber < graph.maximumSteps else {
      throw GraphError(
        .stepLimit,
        "the run took \(graph.maximumSteps) steps, and \(graph.names(step.nodes)) would be next; a loop without an end? "
          + "Give it a condition that leads out or a 'loop_limits' entry, or raise 'config.recursion_limit'",
        step: stepNumber)
    }
    stepNumber += 1
    log.step = stepNumber
    for node in step.nodes {
      switch scheduler.disposition(of: node, &state) {
      case .run:
        if try mayRun(graph.plans[node]) { step.work.append(RunStep.Work(node: node)) }
      case .limited:
        step.limited.append(node)
        log.append(.nodeSkipped(.loopLimit), of: graph.plans[node])
      case .skip: log.append(.nodeSkipped(.resultExists), of: graph.plans[node])
      }
    }
    journal?.place = .begun
    try startWork()
  }

  mutating func startWork() throws(GraphError) {
    if step.work.count == 1, step.work[0].isOpen, beginStream(step.work[0].node) { return }
    for place in step.work.indices where step.work[place].isOpen {
      let plan = graph.plans[step.work[place].node]
      if case .synchronous(let body) = plan.node.body, !plan.needsTask {
        try runSynchronous(body, plan, at: place)
      } else {
        step.wait(at: place)
      }
    }
    guard step.waitingCount > 0 else { return try endStep() }
    let view = state.view
    phase = .working
    for _ in 0..<min(graph.maximumConcurrency, step.waitingCount) { startNextTask(view) }
  }

  private mutating func runSynchronous(
    _ body: @Sendable (StateView) throws -> StateUpdate, _ plan: NodePlan, at place: Int
  ) throws(GraphError) {
    log.append(.nodeStarted, of: plan)
    let update: StateUpdate
    do {
      update = try body(state.view)
    } catch let suspension as NodeSuspension {
      log.append(.interrupted(suspension.interrupts), of: plan)
      return step.suspend(suspension, at: place)
    } catch {
      step.finish(StateUpdate(), at: place)
      return try accept(placed(GraphError.of(error), plan), of: plan)
    }
    step.finish(try judged(update, plan), at: place)
  }

  /// Applies the updates of the step and follows the edges of its nodes.
  mutating func endStep() throws(GraphError) {
    phase = .ready
    let isUnfinished = step.isCutShort || step.isSuspended
    // Taken before the updates are applied: a node that is run again writes what it would have written at first.
    let checkpoint = isUnfinished ? checkpointOfStep(step.isCutShort ? .stopped : .interrupted) : nil
    noteApplying(isUnfinished ? (step.isCutShort ? .stopped : .interrupted) : nil)
    try applyUpdates()
    if isUnfinished {
      if step.isCutShort { log.append(.stepFinished(next: [])) }
      return finish(step.isCutShort ? .stopped : .interrupted, checkpoint)
    }
    var limited = step.limited[...]
    for node in step.nodes {
      if limited.first == node {
        limited.removeFirst()
        scheduler.leaveLimited(node, &state)
        continue
      }
      do throws(GraphError) {
        if let choice = try scheduler.leave(node, &state) { log.append(choice, of: graph.plans[node]) }
      } catch {
        throw placed(error, graph.plans[node])
      }
    }
    log.append(.stepFinished(next: scheduler.dueNames))
    noteStep()
  }

  private mutating func applyUpdates() throws(GraphError) {
    if let conflict = step.findParallelWrite(state) {
      throw placed(
        GraphError(
          .parallelWrite,
          "nodes \(graph.names([conflict.first, conflict.second])) wrote '\(conflict.key)' in one step; give the key "
            + "a reducer such as 'append' under 'state', or each node a key of its own"),
        graph.plans[conflict.second])
    }
    let mayBeUndone = step.work.count > 1 || (step.work.first?.update?.writes.count ?? 0) > 1
    state.beginWrites(mayBeUndone: mayBeUndone)
    for place in step.work.indices {
      guard let update = step.work[place].update ?? step.work[place].suspension?.update else { continue }
      try apply(update, of: step.work[place].node)
    }
    if !step.tolerated.isEmpty { applyErrors() }
  }

  private mutating func apply(_ update: StateUpdate, of node: Int) throws(GraphError) {
    do throws(GraphError) {
      for write in update.writes { try state.apply(write) }
    } catch {
      state.undoWrites()
      throw placed(error, graph.plans[node])
    }
    if let route = update.route { scheduler.setRoute(route, of: node, &state) }
    for note in update.notes {
      if let slot = state.slot(of: StateKey(note.key.rawValue)) { state.replace(slot, note.value) }
    }
    if let slot = graph.reservedSlots.currentStep { state.replace(slot, .string(graph.plans[node].node.name)) }
  }

  /// A failure of a node or its edges, with its place.
  func placed(_ error: GraphError, _ plan: NodePlan) -> GraphError {
    error.placed(at: environment.path(of: plan), step: stepNumber, attempt: 1, in: environment.run)
  }
}

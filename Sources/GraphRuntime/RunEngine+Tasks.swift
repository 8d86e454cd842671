/// Nodes that work in tasks of their own.
extension RunEngine {
  func execution(_ plan: NodePlan, _ resumption: NodeResumption? = nil) -> NodeExecution {
    NodeExecution(
      plan: plan, path: environment.path(of: plan), step: stepNumber, environment: environment,
      deadline: environment.deadline, resumption: resumption)
  }

  /// The state that the nodes of the step see.
  var view: StateView { state.view }

  mutating func startNextTask(_ view: StateView) {
    guard let place = step.popWaiting() else { return }
    let plan = graph.plans[step.work[place].node]
    log.append(.nodeStarted, of: plan)
    startTask(place: place, execution(plan, step.work[place].resumption), view, NodeAttempts(plan), after: nil)
  }

  /// Starts the task of a node; the engine cancels it when a sibling fails or the reader leaves.
  mutating func startTask(
    place: Int, _ execution: NodeExecution, _ view: StateView, _ attempts: NodeAttempts, after retry: RetryRecord?
  ) {
    let mailbox = mailbox
    // A node on its own begins at once in the reader's call, which is the cheaper way; several shall work at once
    // even where they are busy before they first wait.
    let task =
      step.work.count == 1
      ? Task.immediate { await execution.work(view, attempts, after: retry, place: place, mailbox) }
      : Task { await execution.work(view, attempts, after: retry, place: place, mailbox) }
    step.setTask(task, at: place)
  }

  /// Takes what tasks have sent, or waits for it; ends the step after the last one.
  mutating func receive() async throws(GraphError) {
    guard mailbox.take(into: &letters) else { return await mailbox.waitForLetter() }
    readLetters()
    guard step.working == 0, phase == .working else { return notePart() }
    if let failure = step.failure {
      phase = .ready
      throw failure
    }
    try endStep()
  }

  /// Logs what a node has sent while the reader was working on it itself.
  mutating func takeMailedEvents() {
    if mailbox.take(into: &letters) { readLetters() }
  }

  private mutating func readLetters() {
    for letter in letters {
      switch letter {
      case .event(let event):
        // Somebody whom a node left behind may still speak in its name.
        guard isAtWork(event) else { continue }
        log.append(event)
        note(event)
      case .pulled(let result):
        step.removeTask(at: 0)
        stream?.arrived = result
        phase = .streaming
      case .ended(let place, let end):
        step.removeTask(at: place)
        take(end, at: place)
      case .kept(let node, let piece):
        if let place = step.work.firstIndex(where: { graph.plans[$0.node].node.name == node }) {
          step.work[place].pieces.append(piece)
        }
      case .saved: takeWritten()
      case .timeUp: endForTime()
      }
    }
  }

  /// Whether the node has not ended that an event comes from, or that holds the one that it comes from.
  private mutating func isAtWork(_ event: RunMailbox.Event) -> Bool {
    let depth = environment.basePath.count
    // Deeper nodes may be of another graph, which counts steps of its own.
    guard event.path.count > depth, event.path.count > depth + 1 || event.step == stepNumber else { return false }
    let name = event.path[depth]
    // One node says many things in a row.
    if name == step.speakerName, step.speaker < step.work.count { return !step.work[step.speaker].hasEnded }
    let place = step.work.firstIndex { PathElement.isNode(name, graph.plans[$0.node].node.name) }
    guard let place else { return false }
    step.speaker = place
    step.speakerName = name
    return !step.work[place].hasEnded
  }

  private mutating func take(_ end: NodeExecution.End, at place: Int) {
    step.work[place].hasEnded = true
    switch end {
    case .updated(let update, let attempt, let time):
      step.finish(update, at: place)
      log.append(.nodeFinished(update), of: graph.plans[step.work[place].node], attempt: attempt, time: time)
      goOn()
    case .suspended(let suspension, let attempt):
      step.suspend(suspension, at: place)
      log.append(.interrupted(suspension.interrupts), of: graph.plans[step.work[place].node], attempt: attempt)
      goOn()
    case .failed(let error) where error.isTolerated:
      step.finish(StateUpdate(), at: place)
      goOn()
    case .failed(let error):
      // Siblings that end because of this failure are not failures of their own.
      guard step.failure == nil else { return }
      step.failure = error
      step.stopWaiting()
      step.cancelTasks()
    }
  }

  /// Starts the next node that waits for a task, unless the run is to stop.
  private mutating func goOn() {
    guard step.waitingCount > 0 else { return }
    if environment.stop.isRequested {
      step.stopWaiting()
      step.isCutShort = true
    } else {
      startNextTask(state.view)
    }
  }
}

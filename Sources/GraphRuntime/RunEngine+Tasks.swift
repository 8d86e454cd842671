/// Nodes that work in tasks of their own.
extension RunEngine {
  func execution(_ plan: NodePlan) -> NodeExecution {
    NodeExecution(plan: plan, step: stepNumber, environment: environment)
  }

  /// The state that the nodes of the step see.
  var view: StateView { state.view }

  mutating func startNextTask(_ view: StateView) {
    guard let place = step.popWaiting() else { return }
    let plan = graph.plans[step.work[place].node]
    log.append(.nodeStarted, of: plan)
    startTask(place: place, execution(plan), view, retry: nil)
  }

  /// Starts the task of a node; the engine cancels it when a sibling fails or the reader leaves.
  mutating func startTask(place: Int, _ execution: NodeExecution, _ view: StateView, retry: RetryRecord?) {
    // A node on its own begins at once in the reader's call, which is the cheaper way; several shall work at once
    // even where they are busy before they first wait.
    let task =
      step.work.count == 1
      ? Task.immediate { await execution.work(view, retry: retry, place: place) }
      : Task { await execution.work(view, retry: retry, place: place) }
    step.setTask(task, at: place)
  }

  /// Takes what tasks have sent, or waits for it; ends the step after the last one.
  mutating func receive() async throws(GraphError) {
    guard environment.mailbox.take(into: &letters) else { return await environment.mailbox.waitForLetter() }
    readLetters()
    guard step.working == 0, phase == .working else { return }
    if let failure = step.failure {
      phase = .ready
      throw failure
    }
    try endStep()
  }

  /// Logs what a node has sent while the reader was working on it itself.
  mutating func takeMailedEvents() {
    if environment.mailbox.take(into: &letters) { readLetters() }
  }

  private mutating func readLetters() {
    for letter in letters {
      switch letter {
      case .event(let event): log.append(event)
      case .pulled(let result):
        step.removeTask(at: 0)
        stream?.arrived = result
        phase = .streaming
      case .ended(let place, let end):
        step.removeTask(at: place)
        take(end, at: place)
      }
    }
  }

  private mutating func take(_ end: NodeExecution.End, at place: Int) {
    switch end {
    case .updated(let update, let attempt, let time):
      step.work[place].update = update
      log.append(.nodeFinished(update), of: graph.plans[step.work[place].node], attempt: attempt, time: time)
      guard step.waitingCount > 0 else { return }
      if environment.stop.isRequested {
        step.stopWaiting()
        isCutShort = true
      } else {
        startNextTask(state.view)
      }
    case .failed(let error):
      // Siblings that end because of this failure are not failures of their own.
      guard step.failure == nil else { return }
      step.failure = error
      step.stopWaiting()
      step.cancelTasks()
    }
  }
}

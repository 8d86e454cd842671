/// How a run begins and ends.
extension RunEngine {
  mutating func begin() throws {
    do {
      switch terms.start {
      case .input(let input):
        try state.applyInput(input)
        log.append(.runStarted(input: input))
      case .checkpoint(let checkpoint, let answers):
        try restore(checkpoint, answers)
        log.append(.runStarted(input: ValueObject()))
      }
    } catch {
      phase = .ended
      throw error
    }
    if let slot = graph.reservedSlots.threadID { state.replace(slot, .string(environment.run.thread)) }
    startTimer()
    phase = .ready
    guard case .input = terms.start else { return }
    do throws(GraphError) {
      try scheduler.begin(&state)
    } catch {
      finish(.failed, error: error)
    }
  }

  mutating func finish(_ status: RunStatus, _ checkpoint: RunCheckpoint? = nil, error: GraphError? = nil) {
    timer?.cancel()
    // Somebody whom a node left behind may still send; it shall not wait for a reader.
    mailbox.close()
    var outcome = RunOutcome(
      status: status, state: state.view.object, usage: log.usage, error: error, stopReason: environment.stop.reason,
      steps: stepNumber)
    outcome.interrupts = checkpoint?.interrupts ?? []
    outcome.toleratedErrors = tolerated
    outcome.checkpoint = checkpoint
    self.outcome = outcome
    if checkpoint == nil || terms.checkpoints == nil { sayOutcome() } else { phase = .saving }
  }

  private mutating func sayOutcome() {
    guard let outcome else { return }
    log.append(.runFinished(outcome))
    phase = outcome.error == nil ? .ended : .failing
  }

  /// Keeps the checkpoint, so that whoever reads the last event can go on from it.
  mutating func save() async {
    if let checkpoint = outcome?.checkpoint, let store = terms.checkpoints {
      do {
        try await store.save(checkpoint)
      } catch {
        let failure = GraphError(.checkpointFailed, "the checkpoint cannot be kept: \(error)", underlying: error)
        return finish(.failed, error: failure)
      }
    }
    sayOutcome()
  }

  /// Ends the run because its reader was cancelled: its tasks are cancelled and waited for, so that nothing goes on
  /// behind the reader's back.
  mutating func cancel() async {
    abandon()
    await step.waitForTasks()
    log.removeAll()
    stream = nil
    direct = DirectCalls()
    phase = .ended
  }

  /// Cancels the tasks of a run that nobody reads any more.
  func abandon() {
    timer?.cancel()
    step.cancelTasks()
    mailbox.close()
  }

  // MARK: - The time of the whole run

  private mutating func startTimer() {
    guard let timeout = terms.timeout else { return }
    let sleep = environment.sleep
    let mailbox = mailbox
    timer = Task {
      do { try await sleep(timeout) } catch { return }
      _ = mailbox.post(.timeUp)
    }
  }

  /// Ends the work of the step because the run's time is up; the run fails once it has ended.
  mutating func endForTime() {
    guard step.failure == nil, let timeout = terms.timeout else { return }
    step.failure = GraphError(
      .runTimeout, "the run took longer than its timeout of \(DurationText.describe(timeout))", step: stepNumber)
    step.stopWaiting()
    step.cancelTasks()
  }

  /// Sees between two steps whether the run's time is up.
  ///
  /// - Throws: The failure, when it is.
  mutating func takeTimeUp() throws(GraphError) {
    takeMailedEvents()
    if let failure = step.failure { throw failure }
  }
}

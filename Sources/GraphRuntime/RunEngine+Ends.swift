/// How a run begins and ends.
extension RunEngine {
  mutating func begin() async throws {
    do {
      switch terms.start {
      case .input(let input):
        try state.applyInput(input)
        log.append(.runStarted(input: input))
      case .turn(let checkpoint, let input):
        try restoreTurn(checkpoint, input)
        log.append(.runStarted(input: input))
      case .checkpoint(let checkpoint, let answers, let input):
        try restore(checkpoint, answers, input)
        log.append(.runStarted(input: ValueObject()))
      }
    } catch {
      phase = .ended
      await terms.thread?.close()
      throw error
    }
    if let slot = graph.reservedSlots.threadID { state.replace(slot, .string(environment.run.thread)) }
    startTimer()
    phase = .ready
    if terms.start.checkpoint == nil {
      do throws(GraphError) {
        try scheduler.begin(&state)
      } catch {
        // Nothing was done that would have to be kept.
        return finish(.failed, error: error)
      }
    }
    openJournal()
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
    log.append(.runFinished(outcome))
    guard terms.thread != nil else { return leave() }
    log.hold()
    noteEnd(status, error)
    phase = .saving
  }

  /// Has nothing more to say but the failure.
  private mutating func leave() { phase = outcome?.error == nil ? .ended : .failing }

  /// Keeps how the run ended, so that whoever reads the last event can go on from there.
  mutating func save() async {
    if let thread = terms.thread {
      if let journal {
        do {
          try await journal.takeWrite()?.wait()
          try await thread.append(journal.takeEntries(), graph: graph.name)
        } catch {
          failSaving(error)
        }
      }
      await thread.close()
    }
    log.release()
    leave()
  }

  /// Ends the run with the failure to keep it; what was not kept is not said to have ended.
  mutating func failSaving(_ error: any Error) {
    let failure = GraphError(.checkpointFailed, "the checkpoint cannot be kept: \(error)", underlying: error)
    journal = nil
    log.releaseUnkept()
    finish(.failed, error: failure)
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
    try? await journal?.takeWrite()?.wait()
    await terms.thread?.close()
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

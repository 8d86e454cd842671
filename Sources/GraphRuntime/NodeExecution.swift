/// One node in one step: its attempts, its deadline and its events, in a task of its own or inside another node.
///
/// It is a value, so that the nodes of a step can run side by side.
struct NodeExecution: Sendable {
  /// How a node's work ended.
  enum End: Sendable {
    case updated(StateUpdate, attempt: Int, time: Int64)
    indirect case suspended(NodeSuspension, attempt: Int)
    indirect case failed(GraphError)
  }

  let plan: NodePlan
  let path: [String]
  let step: Int
  let environment: RunEnvironment

  /// When the time of the node is up that this one works inside of.
  let deadline: ContinuousClock.Instant?

  let resumption: NodeResumption?

  /// Runs the node until an attempt succeeds or none is left, and sends how it ended.
  ///
  /// The first attempt's start and the last one's end are logged by the engine.
  /// - Parameters:
  ///   - retry: The failure after which `attempts` goes on, or nil at the first attempt.
  ///   - place: The node's place in the step.
  func work(
    _ view: StateView, _ attempts: NodeAttempts, after retry: RetryRecord?, place: Int, _ mailbox: RunMailbox
  ) async {
    _ = mailbox.post(.ended(place: place, await end(view, attempts, after: retry)))
  }

  private func end(_ view: StateView, _ attempts: NodeAttempts, after retry: RetryRecord?) async -> End {
    do {
      return try await run(view, attempts, after: retry)
    } catch let error as GraphError {
      return .failed(error)
    } catch {
      // Only the end of the run or a sibling's failure cancels the task; neither asks what became of the node.
      return .failed(GraphError(.nodeFailed, "was cancelled", path: path, step: step, underlying: error))
    }
  }

  /// Makes attempts until one succeeds or none is left.
  ///
  /// - Throws: `CancellationError`, and nothing else but what a broken clock throws.
  func run(_ view: StateView, _ attempts: NodeAttempts, after retry: RetryRecord?) async throws -> End {
    var attempts = attempts
    var pending = retry
    while true {
      if let retry = pending {
        guard try await pause(retry.delay, before: attempts.number) else { return stopped(retry.attempt) }
        await send(.nodeStarted, attempts.number)
        pending = nil
      }
      do {
        let update: StateUpdate
        if case .plain(let body) = plan.node.body, plan.node.timeout == nil, !attempts.usesFallback {
          // The most frequent form takes the shortest way; it is `runBody` without its other cases.
          update = try await body(view, context(attempts.number, deadline: deadline))
          try Task.checkCancellation()
        } else {
          update = try await runAttempt(view, attempts)
        }
        if plan.checksAfter.isEmpty || update.isPartial { return updated(update, attempts.number) }
        pending = try await judge(update, view, &attempts)
        if pending == nil { return updated(update, attempts.number) }
      } catch {
        let failure = error as? AttemptFailure ?? AttemptFailure(error: error, text: "")
        try Task.checkCancellation()
        if let suspension = failure.error as? NodeSuspension {
          return .suspended(suspension, attempt: attempts.number)
        }
        if failure.error is CancellationError, environment.stop.isRequested { return stopped(attempts.number) }
        let attempt = attempts.number
        let error = graphError(failure.error, attempt: attempt, text: failure.text)
        guard !environment.stop.isRequested, let retry = attempts.next(after: error, isOfCheck: failure.isOfCheck)
        else { return await failed(error, attempt) }
        await send(.retry(retry), attempt)
        pending = retry
      }
    }
  }

  private func updated(_ update: StateUpdate, _ attempt: Int) -> End {
    var update = update
    // Who was told of the stop and returned has returned what there was.
    if environment.stop.isRequested, environment.stop.wasNoticed(at: path, step: step) { update.isPartial = true }
    return .updated(update, attempt: attempt, time: WallClock.milliseconds())
  }

  /// The end of a node that a stop request reached before it had any result.
  private func stopped(_ attempt: Int) -> End {
    var update = StateUpdate()
    update.isPartial = true
    return updated(update, attempt)
  }

  private func failed(_ error: GraphError, _ attempt: Int) async -> End {
    var error = error
    error.isTolerated = plan.tolerates(error)
    await send(.nodeFailed(error), attempt)
    return .failed(error)
  }

  /// Looks at the result of an attempt.
  ///
  /// - Returns: The retry when the attempt is to be made again, or nil where the result holds.
  /// - Throws: `AttemptFailure` when it does not.
  private func judge(
    _ update: StateUpdate, _ view: StateView, _ attempts: inout NodeAttempts
  ) async throws -> RetryRecord? {
    var warnings: [WarningRecord] = []
    let attempt = attempts.number
    let judgement = attempts.judge(update, view, warnings: &warnings)
    for warning in warnings { await send(.warned(warning), attempt) }
    switch judgement {
    case .holds: return nil
    case .fails(let error): throw AttemptFailure(error: error, text: "", isOfCheck: true)
    case .again(let retry):
      await send(.retry(retry), attempt)
      return retry
    }
  }

  /// Waits; says false when a stop request came meanwhile.
  private func pause(_ delay: Duration, before attempt: Int) async throws -> Bool {
    let sleep = environment.sleep
    guard delay > .zero else {
      try Task.checkCancellation()
      return !environment.stop.isRequested
    }
    do {
      try await environment.stop.cancelling { try await sleep(delay) }
      return true
    } catch {
      try Task.checkCancellation()
      guard environment.stop.isRequested else { throw graphError(error, attempt: attempt, text: "") }
      return false
    }
  }

  // MARK: - One attempt

  /// What went wrong in an attempt, with the text that had arrived.
  private struct AttemptFailure: Error {
    let error: any Error
    let text: String
    var isOfCheck = false
  }

  private struct DeadlinePassed: Error {}

  private func runAttempt(_ view: StateView, _ attempts: NodeAttempts) async throws -> StateUpdate {
    guard let timeout = plan.node.timeout else { return try await runBody(view, attempts, deadline: deadline) }
    let own = ContinuousClock.now + timeout
    let deadline = min(own, deadline ?? own)
    let sleep = environment.sleep
    // The group waits for the body also where the deadline comes first, so that nothing of it goes on behind the
    // run's back; what it then returns comes too late.
    return try await withThrowingTaskGroup(of: StateUpdate?.self) { group in
      group.addTask { try await runBody(view, attempts, deadline: deadline) }
      group.addTask {
        try await sleep(timeout)
        return nil
      }
      if let update = try await group.next() ?? nil {
        group.cancelAll()
        return update
      }
      group.cancelAll()
      do {
        _ = try await group.next()
      } catch let failure as AttemptFailure {
        throw AttemptFailure(error: DeadlinePassed(), text: failure.text)
      }
      throw AttemptFailure(error: DeadlinePassed(), text: "")
    }
  }

  private func runBody(
    _ view: StateView, _ attempts: NodeAttempts, deadline: ContinuousClock.Instant?
  ) async throws -> StateUpdate {
    let context = context(attempts.number, deadline: deadline)
    var text = ""
    do {
      let update =
        switch attempts.body {
        case .synchronous(let body): try body(view)
        case .plain(let body): try await body(view, context)
        case .streaming(let body): try await pump(body(view, context), attempts.number, &text)
        }
      // A cancelled node that returns all the same has no say any more.
      try Task.checkCancellation()
      return update
    } catch {
      throw AttemptFailure(error: Task.isCancelled ? CancellationError() : error, text: text)
    }
  }

  private func context(_ attempt: Int, deadline: ContinuousClock.Instant?) -> NodeContext {
    NodeContext(
      path: path, step: step, attempt: attempt, deadline: deadline, resumption: resumption, environment: environment)
  }

  /// Passes the tokens of a stream on as events and joins them.
  private func pump(_ stream: TokenStream, _ attempt: Int, _ text: inout String) async throws -> StateUpdate {
    let sink = environment.sink
    let stop = environment.stop
    var isPartial = false
    do {
      while true {
        try Task.checkCancellation()
        isPartial = stop.isRequested
        guard !isPartial else { break }
        guard let token = try await stream.next() else {
          // A stream that ends when a stop was requested may have ended because of it.
          isPartial = stop.isRequested
          break
        }
        if token.isEmpty { continue }
        text += token
        await sink.send(.token(token), path: path, step: step, attempt: attempt)
        for record in stream.readPartials?(token) ?? [] {
          await sink.send(.partial(record), path: path, step: step, attempt: attempt)
        }
      }
      // A stream whose task was cancelled may look as if it had ended.
      try Task.checkCancellation()
    } catch {
      guard error is CancellationError, stop.isRequested, !Task.isCancelled else { throw error }
      isPartial = true
    }
    var update = StateUpdate()
    // Nothing has arrived of a node that a stop kept from its first token, so nothing is written.
    if !isPartial || !text.isEmpty { update = try await stream.finish(text, isPartial) }
    if isPartial { update.isPartial = true }
    return update
  }

  /// What an attempt threw, with its place.
  func graphError(_ thrown: any Error, attempt: Int, text: String) -> GraphError {
    var error = GraphError.of(thrown)
    if thrown is DeadlinePassed {
      let timeout = DurationText.describe(plan.node.timeout ?? .zero)
      error = GraphError(.timeout, "took longer than its timeout of \(timeout)")
    }
    return error.placed(
      at: path, step: step, attempt: attempt, in: environment.run, partialText: text.isEmpty ? nil : text)
  }

  func send(_ kind: GraphEvent.Kind, _ attempt: Int) async {
    await environment.sink.send(kind, path: path, step: step, attempt: attempt)
  }
}

extension GraphError {
  /// A node's own error as a graph's, without a place.
  static func of(_ error: any Error) -> GraphError {
    if let error = error as? GraphError { return error }
    let message = error is CancellationError ? "its work was cancelled from within" : "\(error)"
    return GraphError(.nodeFailed, message, underlying: error)
  }
}

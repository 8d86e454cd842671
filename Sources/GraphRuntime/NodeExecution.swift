/// One node in one step: its attempts, its deadline and its events, in a task of its own.
///
/// It is a value, so that the nodes of a step can run side by side.
struct NodeExecution: Sendable {
  /// How a node's task ended.
  enum End: Sendable {
    case updated(StateUpdate, attempt: Int, time: Int64)
    indirect case failed(GraphError)
  }

  let plan: NodePlan
  let step: Int
  let environment: RunEnvironment

  /// Runs the node until an attempt succeeds or none is left, and sends how it ended.
  ///
  /// The first attempt's start and the last one's end are logged by the engine.
  /// - Parameters:
  ///   - retry: The first attempt's failure, when this goes on after it.
  ///   - place: The node's place in the step.
  func work(_ view: StateView, retry: RetryRecord?, place: Int) async {
    _ = environment.mailbox.post(.ended(place: place, await end(view, retry: retry)))
  }

  private func end(_ view: StateView, retry: RetryRecord?) async -> End {
    do {
      return try await run(view, retry: retry)
    } catch let error as GraphError {
      return .failed(error)
    } catch {
      // Only the end of the run or a sibling's failure cancels the task; neither asks what became of the node.
      return .failed(GraphError(.nodeFailed, "was cancelled", path: plan.path, step: step, underlying: error))
    }
  }

  private func run(_ view: StateView, retry: RetryRecord?) async throws -> End {
    var attempt = 1
    var pending = retry
    while true {
      if let retry = pending {
        guard try await pause(retry.delay, before: attempt + 1) else { return stopped(attempt) }
        attempt += 1
        await send(.nodeStarted, attempt)
      }
      do {
        guard case .plain(let body) = plan.node.body, plan.node.timeout == nil else {
          return updated(try await runAttempt(view, attempt), attempt)
        }
        // The most frequent form takes the shortest way; it is `runBody` without its other cases.
        let update = try await body(view, context(attempt, deadline: nil))
        try Task.checkCancellation()
        return updated(update, attempt)
      } catch {
        let failure = error as? AttemptFailure ?? AttemptFailure(error: error, text: "")
        try Task.checkCancellation()
        if failure.error is CancellationError, environment.stop.isRequested { return stopped(attempt) }
        let error = graphError(failure.error, attempt: attempt, text: failure.text)
        guard let retry = self.retry(after: error, attempt: attempt) else {
          await send(.nodeFailed(error), attempt)
          throw error
        }
        await send(.retry(retry), attempt)
        pending = retry
      }
    }
  }

  private func updated(_ update: StateUpdate, _ attempt: Int) -> End {
    .updated(update, attempt: attempt, time: WallClock.milliseconds())
  }

  /// The end of a node that a stop request reached before it had any result.
  private func stopped(_ attempt: Int) -> End {
    var update = StateUpdate()
    update.isPartial = true
    return updated(update, attempt)
  }

  /// The retry that follows a failed attempt, or nil when there is none.
  func retry(after error: GraphError, attempt: Int) -> RetryRecord? {
    let policy = plan.node.retry
    guard attempt < policy.maximumAttempts, !environment.stop.isRequested else { return nil }
    let delay = policy.delay(afterAttempt: attempt, chance: .random(in: 0...1))
    return RetryRecord(scope: .node, attempt: attempt, message: error.message, delay: delay)
  }

  /// Waits; says false when a stop request came meanwhile.
  private func pause(_ delay: Duration, before attempt: Int) async throws -> Bool {
    let sleep = environment.sleep
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
  }

  private struct DeadlinePassed: Error {}

  private func runAttempt(_ view: StateView, _ attempt: Int) async throws -> StateUpdate {
    guard let timeout = plan.node.timeout else { return try await runBody(view, attempt, deadline: nil) }
    let deadline = ContinuousClock.now + timeout
    let sleep = environment.sleep
    // The group waits for the body also where the deadline comes first, so that nothing of it goes on behind the
    // run's back; what it then returns comes too late.
    return try await withThrowingTaskGroup(of: StateUpdate?.self) { group in
      group.addTask { try await runBody(view, attempt, deadline: deadline) }
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
    _ view: StateView, _ attempt: Int, deadline: ContinuousClock.Instant?
  ) async throws -> StateUpdate {
    let context = context(attempt, deadline: deadline)
    var text = ""
    do {
      let update =
        switch plan.node.body {
        case .synchronous(let body): try body(view)
        case .plain(let body): try await body(view, context)
        case .streaming(let body): try await pump(body(view, context), attempt, &text)
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
      path: plan.path, run: environment.run, step: step, attempt: attempt, deadline: deadline,
      stop: environment.stop, sink: environment.mailbox)
  }

  /// Passes the tokens of a stream on as events and joins them.
  private func pump(_ stream: TokenStream, _ attempt: Int, _ text: inout String) async throws -> StateUpdate {
    let mailbox = environment.mailbox
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
        await mailbox.send(.token(token), path: plan.path, step: step, attempt: attempt)
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
    return error.placed(at: plan.path, step: step, attempt: attempt, partialText: text.isEmpty ? nil : text)
  }

  private func send(_ kind: GraphEvent.Kind, _ attempt: Int) async {
    await environment.mailbox.send(kind, path: plan.path, step: step, attempt: attempt)
  }
}

/// What all nodes of a run share.
final class RunEnvironment: Sendable {
  let run: RunIdentity
  let mailbox = RunMailbox()
  let stop: StopSignal
  let sleep: @Sendable (Duration) async throws -> Void

  init(run: RunIdentity, stop: StopSignal, sleep: @escaping @Sendable (Duration) async throws -> Void) {
    self.run = run
    self.stop = stop
    self.sleep = sleep
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

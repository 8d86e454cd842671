/// One node in one step: its attempts, its deadline and its events, in a task of its own.
///
/// It is a value, so that the nodes of a step can run side by side.
struct NodeExecution: Sendable {
  let node: StateGraph.Node
  let path: [String]
  let step: Int
  let environment: RunEnvironment

  /// Runs the node until an attempt succeeds or none is left; never throws, so that a task's end is a value.
  ///
  /// - Parameter retry: The first attempt's failure, when this goes on after it.
  func result(_ view: StateView, retry: RetryRecord?) async -> Result<StateUpdate, any Error> {
    do {
      return .success(try await run(view, retry: retry))
    } catch {
      return .failure(error)
    }
  }

  private func run(_ view: StateView, retry: RetryRecord?) async throws -> StateUpdate {
    var attempt = 1
    if let retry {
      guard try await pause(retry.delay) else { return await finishStopped(attempt) }
      attempt += 1
    }
    while true {
      await send(.nodeStarted, attempt)
      do {
        let update = try await runAttempt(view, attempt)
        await send(.nodeFinished(update), attempt)
        return update
      } catch let failure as AttemptFailure {
        if failure.error is CancellationError {
          try Task.checkCancellation()
          if environment.stop.isRequested { return await finishStopped(attempt) }
        }
        let error = graphError(failure.error, attempt: attempt, text: failure.text)
        guard let retry = self.retry(after: error, attempt: attempt) else {
          await send(.nodeFailed(error), attempt)
          throw error
        }
        await send(.retry(retry), attempt)
        guard try await pause(retry.delay) else { return await finishStopped(attempt) }
        attempt += 1
      }
    }
  }

  /// The retry that follows a failed attempt, or nil when there is none.
  func retry(after error: GraphError, attempt: Int) -> RetryRecord? {
    guard attempt < node.retry.maximumAttempts, !environment.stop.isRequested else { return nil }
    let delay = node.retry.delay(afterAttempt: attempt, chance: .random(in: 0...1))
    return RetryRecord(scope: .node, attempt: attempt, message: error.message, delay: delay)
  }

  /// Waits; says false when a stop request came meanwhile.
  private func pause(_ delay: Duration) async throws -> Bool {
    let sleep = environment.sleep
    do {
      try await environment.stop.cancelling { try await sleep(delay) }
      return true
    } catch {
      try Task.checkCancellation()
      guard environment.stop.isRequested else { throw error }
      return false
    }
  }

  /// Ends a node that a stop request reached before it had any result.
  private func finishStopped(_ attempt: Int) async -> StateUpdate {
    var update = StateUpdate()
    update.isPartial = true
    await send(.nodeFinished(update), attempt)
    return update
  }

  /// What went wrong in an attempt, with the text that had arrived.
  private struct AttemptFailure: Error {
    let error: any Error
    let text: String
  }

  private struct DeadlinePassed: Error {}

  private func runAttempt(_ view: StateView, _ attempt: Int) async throws -> StateUpdate {
    guard let timeout = node.timeout else { return try await runBody(view, attempt, deadline: nil) }
    let deadline = ContinuousClock.now + timeout
    let sleep = environment.sleep
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
      try Task.checkCancellation()
      group.cancelAll()
      // The body is waited for, so that nothing of it goes on behind the run's back.
      do {
        if let update = try await group.next() ?? nil { return update }
      } catch let failure as AttemptFailure where failure.error is CancellationError {
        throw AttemptFailure(error: DeadlinePassed(), text: failure.text)
      }
      throw AttemptFailure(error: DeadlinePassed(), text: "")
    }
  }

  private func runBody(
    _ view: StateView, _ attempt: Int, deadline: ContinuousClock.Instant?
  ) async throws -> StateUpdate {
    let context = NodeContext(
      path: path, run: environment.run, step: step, attempt: attempt, deadline: deadline, stop: environment.stop,
      sink: environment.mailbox)
    do {
      switch node.body {
      case .synchronous(let body): return try body(view)
      case .plain(let body):
        let update = try await body(view, context)
        // A cancelled node that returns all the same has no say any more.
        try Task.checkCancellation()
        return update
      case .streaming(let body): return try await pump(body(view, context), attempt)
      }
    } catch let failure as AttemptFailure {
      throw failure
    } catch {
      throw AttemptFailure(error: Task.isCancelled ? CancellationError() : error, text: "")
    }
  }

  /// Passes the tokens of a stream on as events and joins them.
  private func pump(_ stream: TokenStream, _ attempt: Int) async throws -> StateUpdate {
    let mailbox = environment.mailbox
    let stop = environment.stop
    var text = ""
    var isPartial = false
    do {
      while true {
        try Task.checkCancellation()
        isPartial = stop.isRequested
        guard !isPartial, let token = try await stream.next() else { break }
        if token.isEmpty { continue }
        text += token
        await mailbox.send(.token(token), path: path, step: step, attempt: attempt)
      }
      // A stream whose task was cancelled may look as if it had ended.
      try Task.checkCancellation()
    } catch {
      let isCancelled = Task.isCancelled
      guard error is CancellationError, stop.isRequested, !isCancelled else {
        throw AttemptFailure(error: isCancelled ? CancellationError() : error, text: text)
      }
      isPartial = true
    }
    do {
      var update = try await stream.finish(text, isPartial)
      update.isPartial = isPartial
      return update
    } catch {
      throw AttemptFailure(error: error, text: text)
    }
  }

  /// What an attempt threw, with its place.
  func graphError(_ thrown: any Error, attempt: Int, text: String) -> GraphError {
    if let error = thrown as? GraphError, !error.path.isEmpty { return error }
    let error: GraphError
    if thrown is DeadlinePassed {
      let timeout = DurationText.describe(node.timeout ?? .zero)
      error = GraphError(.timeout, "took longer than its timeout of \(timeout)")
    } else {
      error = GraphError.of(thrown)
    }
    return GraphError(
      error.code, error.message, path: path, step: step, attempt: attempt, underlying: error.underlying,
      partialText: text.isEmpty ? nil : text)
  }

  private func send(_ kind: GraphEvent.Kind, _ attempt: Int) async {
    await environment.mailbox.send(kind, path: path, step: step, attempt: attempt)
  }
}

/// What all nodes of a run share.
struct RunEnvironment: Sendable {
  let run: RunIdentity
  let mailbox: RunMailbox
  let stop: StopSignal
  let sleep: @Sendable (Duration) async throws -> Void
}

extension GraphError {
  /// A node's own error as a graph's, without a place.
  static func of(_ error: any Error) -> GraphError {
    error as? GraphError ?? GraphError(.nodeFailed, "\(error)", underlying: error)
  }
}

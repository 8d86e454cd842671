internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Attempts, pauses and deadlines.
@Suite(.timeLimit(.minutes(10)))
struct RetryTests {
  /// A body of each form that fails so often and then writes `ok`.
  private func body(_ form: String, failures: Int, _ attempts: Counter) -> NodeBody {
    switch form {
    case "synchronous":
      .synchronous { _ in
        if attempts.increment() <= failures { throw Boom() }
        return ["out": "ok"]
      }
    case "plain":
      .plain { _, _ in
        if attempts.increment() <= failures { throw Boom() }
        return ["out": "ok"]
      }
    default:
      .streaming { _, _ in
        attempts.increment() <= failures
          ? tokenStream(["ha", "lf"], to: "out", then: Boom()) : tokenStream(["o", "k"], to: "out")
      }
    }
  }

  @Test(arguments: ["synchronous", "plain", "streaming"])
  func `A failed attempt is made again after its pauses`(form: String) async throws {
    let clock = ManualSleep()
    let attempts = Counter()
    let graph = try singleNodeGraph(body(form, failures: 2, attempts)) {
      $0.retry = RetryPolicy(maximumAttempts: 3, backoff: .seconds(1), jitter: 0)
    }
    let run = graph.run(options: RunOptions(sleep: clock.sleep))
    let reader = Task { await Reading.all(of: run) }
    for expected in 1...2 {
      await clock.waitForSleepers()
      #expect(attempts.value == expected)
      clock.advance(by: .seconds(expected))
    }
    let reading = await reader.value
    #expect(clock.requested == [.seconds(1), .seconds(2)])
    #expect(reading.outcome?.stateText == #"{"out":"ok"}"#)
    let lines = reading.lines.filter { !$0.contains("'") }
    #expect(
      lines == [
        "run started", "a started", "a retry after 1", "a#2 started", "a#2 retry after 2", "a#3 started",
        #"a#3 finished {"out":"ok"}"#, "step 1 -> ", "run completed",
      ])
    if form == "streaming" {
      #expect(reading.tokens(of: "a", attempt: 1) == ["ha", "lf"])
      #expect(reading.tokens(of: "a", attempt: 2) == ["ha", "lf"])
      #expect(reading.tokens(of: "a", attempt: 3) == ["o", "k"])
    }
  }

  @Test(arguments: ["synchronous", "plain", "streaming"])
  func `The last attempt's failure is the run's`(form: String) async throws {
    let attempts = Counter()
    let graph = try singleNodeGraph(body(form, failures: 9, attempts)) {
      $0.retry = RetryPolicy(maximumAttempts: 3, backoff: .zero)
    }
    let error = await Reading.all(of: graph.run()).graphError
    let arrived = form == "streaming" ? " (4 characters had arrived and are kept in the run's events)" : ""
    #expect(error?.description == "node 'a', step 1, attempt 3: boom" + arrived)
    #expect(error?.attempt == 3)
    #expect(attempts.value == 3)
  }

  @Test func `Pauses double up to the longest one`() {
    let policy = RetryPolicy(maximumAttempts: 9, backoff: .milliseconds(100), maximumBackoff: .seconds(1), jitter: 0.5)
    let pauses = (1...6).map { policy.delay(afterAttempt: $0, chance: 0) }
    #expect(pauses == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
    #expect(policy.delay(afterAttempt: 1, chance: 1) == .milliseconds(50))
    #expect(policy.delay(afterAttempt: 100_000, chance: 0) == .seconds(1))
  }

  @Test func `A policy's numbers are kept within their bounds`() {
    let policy = RetryPolicy(maximumAttempts: -3, jitter: 7)
    #expect(policy.maximumAttempts == 1)
    #expect(policy.jitter == 1)
  }

  @Test(arguments: ["plain", "streaming"])
  func `B19: a timeout cancels the work and waits for it`(form: String) async throws {
    let clock = ManualSleep()
    let gate = Gate()
    let leave = Gate()
    let ended = Counter()
    let wait: @Sendable () async throws -> Void = {
      do {
        try await gate.wait()
      } catch {
        await leave.waitUncancelled()
        ended.increment()
        throw error
      }
    }
    let body: NodeBody =
      form == "plain"
      ? .plain { _, _ in
        try await wait()
        return StateUpdate()
      }
      : .streaming { _, _ in
        let pulls = Counter()
        return TokenStream(to: "out") {
          if pulls.increment() == 1 { return "par" }
          try await wait()
          return nil
        }
      }
    let graph = try singleNodeGraph(body) { $0.timeout = .milliseconds(1500) }
    let run = graph.run(options: RunOptions(sleep: clock.sleep))
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals()
    await clock.waitForSleepers()
    clock.advance(by: .seconds(2))
    await leave.waitForArrivals()
    #expect(ended.value == 0)
    leave.open()
    let reading = await reader.value
    #expect(ended.value == 1)
    #expect(reading.graphError?.code == .timeout)
    let arrived = form == "plain" ? "" : " (3 characters had arrived and are kept in the run's events)"
    #expect(
      reading.graphError?.description == "node 'a', step 1: took longer than its timeout of 1.5 s" + arrived)
  }

  @Test func `What comes after the deadline is too late`() async throws {
    let clock = ManualSleep()
    let gate = Gate()
    let graph = try singleNodeGraph(
      .plain { _, _ in
        try? await gate.wait()
        return ["out": "late"]
      }
    ) { $0.timeout = .seconds(1) }
    let run = graph.run(options: RunOptions(sleep: clock.sleep))
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals()
    await clock.waitForSleepers()
    clock.advance(by: .seconds(1))
    let reading = await reader.value
    #expect(reading.graphError?.code == .timeout)
    #expect(reading.outcome?.stateText == "{}")
  }

  @Test func `A node that ends in time leaves no sleeper behind`() async throws {
    let clock = ManualSleep()
    let graph = try singleNodeGraph(.plain { _, _ in ["out": 1] }) { $0.timeout = .seconds(1) }
    let outcome = try await graph.run(options: RunOptions(sleep: clock.sleep)).result()
    #expect(outcome.stateText == #"{"out":1}"#)
    #expect(clock.sleeperCount == 0)
  }

  @Test func `Each attempt has the whole time, and its context says until when`() async throws {
    let clock = ManualSleep()
    let gate = Gate()
    let deadlines = Locked<[ContinuousClock.Instant?]>([])
    let graph = try singleNodeGraph(
      .plain { _, context in
        deadlines.withLock { $0.append(context.deadline) }
        if context.attempt < 3 { try await gate.wait() }
        return ["out": .int(context.attempt)]
      }
    ) {
      $0.timeout = .seconds(1)
      $0.retry = RetryPolicy(maximumAttempts: 3, backoff: .zero)
    }
    let run = graph.run(options: RunOptions(sleep: clock.sleep))
    let reader = Task { try await run.result() }
    for attempt in 1...2 {
      await gate.waitForArrivals(attempt)
      await clock.waitForSleepers()
      clock.advance(by: .seconds(1))
    }
    #expect(try await reader.value.stateText == #"{"out":3}"#)
    let seen = deadlines.withLock { $0 }.compactMap { $0 }
    #expect(seen.count == 3)
    #expect(seen == seen.sorted())
  }

  @Test func `A sleep that fails is a failure of the node`() async throws {
    let graph = try singleNodeGraph(.plain { _, _ in throw Boom() }) { $0.retry = RetryPolicy(maximumAttempts: 2) }
    let run = graph.run(options: RunOptions(sleep: { _ in throw Boom("no clock") }))
    let reading = await Reading.all(of: run)
    #expect(reading.graphError?.message == "no clock")
    #expect(reading.outcome?.status == .failed)
  }

  @Test func `The idempotency key is the same for every attempt and another for every step`() async throws {
    let keys = Locked<[String]>([])
    var builder = StateGraphBuilder("keys")
    for name in ["a", "b"] {
      var node = StateGraph.Node(
        name,
        body: .plain { _, context in
          keys.withLock { $0.append(context.idempotencyKey) }
          if context.attempt == 1 { throw Boom() }
          return StateUpdate()
        })
      node.retry = RetryPolicy(maximumAttempts: 2, backoff: .zero)
      builder.addNode(node)
    }
    builder.addLine(["a", "b"])
    _ = try await builder.build().run(options: RunOptions(runID: "r")).result()
    #expect(keys.withLock { $0 } == ["r/1/a", "r/1/a", "r/2/b", "r/2/b"])
  }
}

internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// The time that a whole run may take.
@Suite(.timeLimit(.minutes(10)))
struct RunTimeoutTests {
  @Test(arguments: FailureActionTests.Way.allCases.filter { $0 != .synchronous })
  func `A run that takes too long is cancelled and waited for`(way: FailureActionTests.Way) async throws {
    let clock = ManualSleep()
    let gate = Gate()
    let leave = Gate()
    let ended = Counter()
    let wait: @Sendable () async throws -> Void = {
      defer { ended.increment() }
      do { try await gate.wait() } catch {
        await leave.waitUncancelled()
        throw error
      }
    }
    let body: NodeBody =
      way.isStreaming
      ? .streaming { _, _ in
        let pulls = Counter()
        return TokenStream(to: "out") {
          if pulls.increment() == 1 { return "half" }
          try await wait()
          return nil
        }
      }
      : .plain { _, _ in
        try await wait()
        return StateUpdate()
      }
    let graph = try way.graph(body) { $0.failure = .skip }
    let run = graph.run(options: RunOptions(timeout: .seconds(3), sleep: clock.sleep))
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals()
    await clock.waitForSleepers()
    clock.advance(by: .seconds(3))
    await leave.waitForArrivals()
    #expect(ended.value == 0)
    leave.open()
    let reading = await reader.value
    #expect(ended.value == 1)
    #expect(reading.graphError?.code == .runTimeout)
    #expect(reading.graphError?.description == "the run took longer than its timeout of 3 s")
    #expect(reading.outcome?.status == .failed)
    #expect(reading.starts(of: "b") == 0)
  }

  @Test func `The graph says how long its runs may take, and nodes know until when`() async throws {
    let clock = ManualSleep()
    var builder = StateGraphBuilder("timed", keys: ["out"])
    builder.timeout = .seconds(60)
    builder.addNode("a") { _, context in
      await clock.waitForSleepers()
      return ["out": .bool(context.deadline != nil)]
    }
    builder.addLine(["a"])
    let outcome = try await builder.build().run(options: RunOptions(sleep: clock.sleep)).result()
    #expect(outcome.stateText == #"{"out":true}"#)
    #expect(clock.requested == [.seconds(60)])
    while clock.sleeperCount > 0 { await Task.yield() }
  }

  @Test func `A loop of synchronous nodes ends when its time is up`() async throws {
    let clock = ManualSleep()
    var builder = StateGraphBuilder("loop", keys: [])
    let rounds = Counter()
    builder.addQuickNode("a") { _ in
      if rounds.increment() == 10 { clock.advance(by: .seconds(1)) }
      return StateUpdate()
    }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: "a")
    builder.maximumSteps = .max
    builder.timeout = .seconds(1)
    let run = try builder.build().run(options: RunOptions(sleep: clock.sleep))
    var iterator = run.makeAsyncIterator()
    _ = try await iterator.next()
    await clock.waitForSleepers()
    let failure = await #expect(throws: GraphError.self) {
      // Nothing in this loop waits; without this it would keep a thread from all other tests.
      while try await iterator.next() != nil { await Task.yield() }
    }
    #expect(failure?.code == .runTimeout)
  }

  @Test func `A reader that leaves takes the timer with it`() async throws {
    let clock = ManualSleep()
    let gate = Gate()
    let graph = try singleNodeGraph(
      .plain { _, _ in
        try await gate.wait()
        return StateUpdate()
      })
    let run = graph.run(options: RunOptions(timeout: .seconds(9), sleep: clock.sleep))
    let reader = Task { try await run.result() }
    await gate.waitForArrivals()
    await clock.waitForSleepers()
    reader.cancel()
    _ = await reader.result
    while clock.sleeperCount > 0 { await Task.yield() }
  }

  @Test func `A graph inside a node has a time of its own`() async throws {
    let clock = ManualSleep()
    let gate = Gate()
    var builder = StateGraphBuilder("inner", keys: ["out"])
    builder.timeout = .seconds(2)
    builder.addNode("n") { _, _ in
      try await gate.wait()
      return StateUpdate()
    }
    builder.addLine(["n"])
    let inner = try builder.build()
    let graph = try singleNodeGraph(
      .plain { _, context in
        _ = try await context.run(inner, input: [:])
        return StateUpdate()
      }
    ) { $0.failure = .skip }
    let run = graph.run(options: RunOptions(sleep: clock.sleep))
    let reader = Task { try await run.result() }
    await gate.waitForArrivals()
    await clock.waitForSleepers()
    clock.advance(by: .seconds(2))
    let outcome = try await reader.value
    #expect(outcome.toleratedErrors.map(\.code) == [.runTimeout])
    #expect(outcome.status == .completed)
  }
}

internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// A cancelled run must never look like a success.
@Suite(.timeLimit(.minutes(10)))
struct CancellationTests {
  @Test func `A node that swallows its cancellation does not make the run a success`() async throws {
    let gate = Gate()
    let graph = try singleNodeGraph(
      .plain { _, _ in
        try? await gate.wait()
        return ["out": "half"]
      })
    try await expectCancelled(graph, whenArrivedAt: gate)
  }

  @Test(arguments: [0, 1, 5])
  func `A stream that ends quietly on cancellation does not make the run a success`(tokens: Int) async throws {
    let gate = Gate()
    let finishes = Counter()
    let graph = try singleNodeGraph(
      .streaming { _, _ in
        let pulls = Counter()
        return TokenStream {
          if pulls.increment() <= tokens { return "x" }
          try? await gate.wait()
          return nil
        } finish: { text, _ in
          finishes.increment()
          return ["out": .string(text)]
        }
      })
    try await expectCancelled(graph, whenArrivedAt: gate)
    #expect(finishes.value == 0)
  }

  @Test func `A stream with a timeout that ends quietly on cancellation does not make the run a success`() async throws
  {
    let gate = Gate()
    let graph = try singleNodeGraph(
      .streaming { _, _ in
        TokenStream(to: "out") {
          try? await gate.wait()
          return nil
        }
      }
    ) { $0.timeout = .seconds(60) }
    try await expectCancelled(graph, whenArrivedAt: gate)
  }

  @Test func `The end of a stream that swallows cancellation does not make the run a success`() async throws {
    let gate = Gate()
    let graph = try singleNodeGraph(
      .streaming { _, _ in
        TokenStream {
          nil
        } finish: { _, _ in
          try? await gate.wait()
          return ["out": "half"]
        }
      })
    let run = graph.run()
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals()
    reader.cancel()
    let reading = await reader.value
    #expect(reading.error is CancellationError)
    #expect(reading.lines == ["run started", "a started"])
  }

  @Test func `A reader that is cancelled while the last synchronous node runs gets a cancellation`() async throws {
    let graph = try singleNodeGraph(
      .synchronous { _ in
        withUnsafeCurrentTask { $0?.cancel() }
        return ["out": 1]
      })
    let reader = Task { try await graph.run().result() }
    await #expect(throws: CancellationError.self) { _ = try await reader.value }
  }

  @Test func `A reader that was cancelled before it began runs no node`() async throws {
    let effects = Counter()
    let graph = try singleNodeGraph(
      .synchronous { _ in
        effects.increment()
        return StateUpdate()
      })
    let reader = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await graph.run().result()
    }
    await #expect(throws: CancellationError.self) { _ = try await reader.value }
    #expect(effects.value == 0)
  }

  @Test func `A cancelled retry pause ends the run with a cancellation`() async throws {
    let clock = ManualSleep()
    let graph = try singleNodeGraph(.plain { _, _ in throw Boom() }) { $0.retry = RetryPolicy(maximumAttempts: 3) }
    let run = graph.run(options: RunOptions(sleep: clock.sleep))
    let reader = Task { try await run.result() }
    await clock.waitForSleepers()
    reader.cancel()
    await #expect(throws: CancellationError.self) { _ = try await reader.value }
    #expect(clock.sleeperCount == 0)
  }

  @Test func `Nothing follows a cancellation`() async throws {
    let gate = Gate()
    let graph = try singleNodeGraph(
      .plain { _, context in
        await context.stream("said before")
        try await gate.wait()
        return StateUpdate()
      })
    let reader = Task {
      var iterator = graph.run().makeAsyncIterator()
      do {
        while try await iterator.next() != nil {}
      } catch is CancellationError {
        return try await iterator.next()?.brief ?? "nothing"
      }
      return "no cancellation"
    }
    await gate.waitForArrivals()
    reader.cancel()
    #expect(try await reader.value == "nothing")
  }

  @Test func `Work that was cancelled inside a node is a failure of that node`() async throws {
    let graph = try singleNodeGraph(.plain { _, _ in throw CancellationError() })
    let reading = await Reading.all(of: graph.run())
    #expect(reading.graphError?.description == "node 'a', step 1: its work was cancelled from within")
    #expect(reading.outcome?.status == .failed)
  }

  private func expectCancelled(_ graph: StateGraph, whenArrivedAt gate: Gate) async throws {
    let run = graph.run()
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals()
    reader.cancel()
    let reading = await reader.value
    #expect(reading.error is CancellationError)
    #expect(reading.outcome == nil)
    #expect(reading.updates(of: "a").isEmpty)
  }
}

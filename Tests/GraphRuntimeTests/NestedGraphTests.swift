internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Graphs that nodes run.
@Suite(.timeLimit(.minutes(10)))
struct NestedGraphTests {
  /// A graph whose node `outer` runs another one and writes its `out`.
  private func outer(_ inner: StateGraph, _ configure: (inout StateGraph.Node) -> Void = { _ in }) throws -> StateGraph
  {
    try singleNodeGraph(
      .plain { _, context in
        let outcome = try await context.run(inner, input: ["in": 1])
        var update = StateUpdate("out", outcome.state["out"] ?? .null)
        update.isPartial = outcome.status == .stopped
        return update
      }, configure)
  }

  private func inner(_ bodies: [NodeBody]) throws -> StateGraph {
    var builder = StateGraphBuilder("inner", keys: ["in", "out"])
    for (index, body) in bodies.enumerated() { builder.addNode("n\(index)", body: body) }
    builder.addLine(bodies.indices.map { "n\($0)" })
    return try builder.build()
  }

  @Test func `Events come through with the path and the steps of the inner graph`() async throws {
    let inner = try inner([
      .synchronous { ["out": $0["in"]] },
      .streaming { _, context in
        let tokens = tokenStream(["x", "y"], to: "out")
        return TokenStream {
          try await tokens.next()
        } finish: { text, isPartial in
          await context.report(UsageRecord(provider: "p", model: "m", inputTokens: 3, outputTokens: 4))
          return try await tokens.finish(text, isPartial)
        }
      },
    ])
    let reading = await Reading.all(of: try outer(inner).run())
    #expect(
      reading.lines == [
        "run started", "a started", "n0 started", #"n0 finished {"out":1}"#, "n1 started", "n1 'x'", "n1 'y'",
        "n1 used 3+4", #"n1 finished {"out":"xy"}"#, #"a finished {"out":"xy"}"#, "step 1 -> ", "run completed",
      ])
    #expect(reading.events.map(\.sequence) == Array(0..<12))
    #expect(reading.events[4...8].allSatisfy { $0.path == ["a", "n1"] && $0.step == 2 })
    #expect(reading.outcome?.usage == [UsageRecord(provider: "p", model: "m", inputTokens: 3, outputTokens: 4)])
  }

  @Test func `A failure says where it is`() async throws {
    let middle = try outer(try inner([.synchronous { _ in StateUpdate() }, .plain { _, _ in throw Boom() }]))
    var builder = StateGraphBuilder("outermost", keys: ["out"])
    builder.addNode("top") { _, context in
      _ = try await context.run(middle, input: [:])
      return StateUpdate()
    }
    builder.addLine(["top"])
    let reading = await Reading.all(of: try builder.build().run())
    #expect(reading.graphError?.description == "node 'top/a/n1', step 2: boom")
    let failures = reading.events.compactMap { event -> [String]? in
      if case .nodeFailed = event.kind { event.path } else { nil }
    }
    #expect(failures == [["top", "a", "n1"], ["top", "a"], ["top"]])
  }

  @Test func `An input that the inner graph does not take is a failure of the node`() async throws {
    let inner = try singleNodeGraph(.synchronous { _ in StateUpdate() })
    let error = await Reading.all(of: try outer(inner).run()).graphError
    #expect(error?.code == .invalidInput)
    #expect(error?.path == ["a"])
  }

  @Test func `A run of its own that a node makes is placed behind the node`() async throws {
    let own = try singleNodeGraph(.plain { _, _ in throw Boom() })
    let graph = try singleNodeGraph(
      .plain { _, _ in
        _ = try await own.run().result()
        return StateUpdate()
      })
    let error = await Reading.all(of: graph.run()).graphError
    #expect(error?.description == "node 'a/a', step 1: boom")
  }

  @Test func `A stop reaches the inner graph and keeps what had arrived`() async throws {
    let gate = Gate()
    let inner = try inner([
      .streaming { _, context in
        let pulls = Counter()
        return TokenStream(to: "out") {
          if pulls.increment() == 1 { return "half" }
          try await context.stop.cancelling { try await gate.wait() }
          return nil
        }
      },
      .synchronous { _ in ["out": "never"] },
    ])
    let run = try outer(inner).run()
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals()
    run.stop()
    let outcome = await reader.value.outcome
    #expect(outcome?.status == .stopped)
    #expect(outcome?.stateText == #"{"out":"half"}"#)
  }

  @Test func `A cancellation reaches the inner graph and waits for it`() async throws {
    let gate = Gate()
    let ended = Counter()
    let inner = try inner([
      .plain { _, _ in
        defer { ended.increment() }
        try await gate.wait()
        return StateUpdate()
      }
    ])
    let run = try outer(inner).run()
    let reader = Task { try await run.result() }
    await gate.waitForArrivals()
    reader.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
    #expect(ended.value == 1)
  }

  @Test func `A timeout of the outer node ends the inner graph, and its nodes know until when`() async throws {
    let clock = ManualSleep()
    let gate = Gate()
    let deadlines = Locked<[Bool]>([])
    let inner = try inner([
      .plain { _, context in
        deadlines.withLock { $0.append(context.deadline != nil) }
        try await gate.wait()
        return StateUpdate()
      }
    ])
    let graph = try outer(inner) { $0.timeout = .seconds(1) }
    let run = graph.run(options: RunOptions(sleep: clock.sleep))
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals()
    await clock.waitForSleepers()
    clock.advance(by: .seconds(1))
    #expect(await reader.value.graphError?.description == "node 'a', step 1: took longer than its timeout of 1 s")
    #expect(deadlines.withLock { $0 } == [true])
  }

  @Test func `A piece of work inside has one key for all attempts of the outer node`() async throws {
    let keys = Locked<[String]>([])
    let inner = try inner([
      .plain { _, context in
        let count = keys.withLock { keys in
          keys.append(context.idempotencyKey)
          return keys.count
        }
        if count == 1 { throw Boom() }
        return StateUpdate()
      }
    ])
    let graph = try outer(inner) { $0.retry = RetryPolicy(maximumAttempts: 2, backoff: .zero) }
    _ = try await graph.run(options: RunOptions(thread: "t", runID: "r")).result()
    #expect(keys.withLock { $0 } == ["r/1/a/1/n0", "r/1/a/1/n0"])
  }

  @Test func `The inner run belongs to a thread of its own`() async throws {
    var builder = StateGraphBuilder("inner", keys: ["out", "thread_id", "in"])
    builder.addQuickNode("n") { ["out": $0["thread_id"]] }
    builder.addLine(["n"])
    let outcome = try await outer(builder.build()).run(options: RunOptions(thread: "t")).result()
    #expect(outcome.stateText == #"{"out":"t:a"}"#)
  }

  @Test func `A slow reader holds the inner graph back`() async throws {
    let produced = Counter()
    let inner = try inner([
      .streaming { _, _ in
        TokenStream(to: "out") { produced.increment() <= 3000 ? "x" : nil }
      }
    ])
    var read = 0
    var mostAhead = 0
    for try await _ in try outer(inner).run().tokens(of: "n0") {
      read += 1
      if read % 500 == 1 { await yieldOften() }
      mostAhead = max(mostAhead, produced.value - read)
    }
    #expect(read == 3000)
    #expect(mostAhead <= 2 * 256 + 3)
  }
}

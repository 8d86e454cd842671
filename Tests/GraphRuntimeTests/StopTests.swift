internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// A stop keeps what there is and says so.
@Suite(.timeLimit(.minutes(10)))
struct StopTests {
  @Test func `A stop before the run begins runs nothing`() async throws {
    let effects = Counter()
    let run = try singleNodeGraph(
      .synchronous { _ in
        effects.increment()
        return StateUpdate()
      }
    ).run()
    run.stop("changed my mind")
    let outcome = try await run.result()
    #expect(outcome.status == .stopped)
    #expect(outcome.stopReason == "changed my mind")
    #expect(outcome.steps == 0)
    #expect(effects.value == 0)
  }

  @Test(arguments: [nil, Duration.seconds(60)])
  func `A stop before the first token writes nothing`(timeout: Duration?) async throws {
    let gate = Gate()
    let graph = try singleNodeGraph(
      .streaming { _, context in
        TokenStream(to: "out") {
          try await context.stop.cancelling { try await gate.wait() }
          return "x"
        }
      }
    ) { $0.timeout = timeout }
    let run = graph.run()
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals()
    run.stop()
    let reading = await reader.value
    #expect(reading.error == nil)
    #expect(
      reading.lines == ["run started", "a started", "a finished {} partial", "step 1 -> ", "run stopped"])
    #expect(reading.outcome?.stateText == "{}")
  }

  @Test(arguments: [nil, Duration.seconds(60)])
  func `A stop in the middle of a stream keeps what had arrived`(timeout: Duration?) async throws {
    let gate = Gate()
    let partial = Locked<Bool?>(nil)
    let graph = try singleNodeGraph(
      .streaming { _, context in
        let pulls = Counter()
        return TokenStream {
          let number = pulls.increment()
          if number == 3 { try await context.stop.cancelling { try await gate.wait() } }
          return "\(number)"
        } finish: { text, isPartial in
          partial.withLock { $0 = isPartial }
          return ["out": .string(text)]
        }
      }
    ) { $0.timeout = timeout }
    let run = graph.run()
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals()
    run.stop("enough")
    let reading = await reader.value
    #expect(
      reading.lines == [
        "run started", "a started", "a '1'", "a '2'", #"a finished {"out":"12"} partial"#, "step 1 -> ",
        "run stopped",
      ])
    #expect(reading.outcome?.stateText == #"{"out":"12"}"#)
    #expect(reading.outcome?.stopReason == "enough")
    #expect(partial.withLock { $0 } == true)
  }

  @Test func `A stop by the reader ends the stream before its next token`() async throws {
    let graph = try singleNodeGraph(.streaming { _, _ in TokenStream(to: "out") { "x" } })
    let run = graph.run()
    var outcome: RunOutcome?
    var tokens = 0
    for try await event in run {
      if case .token = event.kind {
        tokens += 1
        if tokens == 5 { run.stop() }
      }
      if case .runFinished(let finished) = event.kind { outcome = finished }
    }
    #expect(tokens == 5)
    #expect(outcome?.stateText == #"{"out":"xxxxx"}"#)
    #expect(outcome?.status == .stopped)
  }

  @Test(arguments: [nil, Duration.seconds(60)])
  func `A stream that ends because of a stop is not taken for a whole one`(timeout: Duration?) async throws {
    let gate = Gate()
    let graph = try singleNodeGraph(
      .streaming { _, context in
        let pulls = Counter()
        return TokenStream(to: "out") {
          if pulls.increment() == 1 { return "half" }
          try? await context.stop.cancelling { try await gate.wait() }
          return nil
        }
      }
    ) { $0.timeout = timeout }
    let run = graph.run()
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals()
    run.stop()
    let reading = await reader.value
    #expect(reading.updates(of: "a").map(\.isPartial) == [true])
    #expect(reading.outcome?.status == .stopped)
  }

  @Test func `A stop reaches a plain node that listens, and the next one is not run`() async throws {
    let gate = Gate()
    let later = Counter()
    var builder = StateGraphBuilder("line", keys: ["out"])
    builder.addNode("a") { _, context in
      try? await context.stop.cancelling { try await gate.wait() }
      return ["out": .bool(context.isStopRequested)]
    }
    builder.addQuickNode("b") { _ in
      later.increment()
      return StateUpdate()
    }
    builder.addLine(["a", "b"])
    let run = try builder.build().run()
    let reader = Task { try await run.result() }
    await gate.waitForArrivals()
    run.stop()
    let outcome = try await reader.value
    #expect(outcome.status == .stopped)
    #expect(outcome.stateText == #"{"out":true}"#)
    #expect(later.value == 0)
  }

  @Test func `A plain node that a stop cancels ends without an update`() async throws {
    let gate = Gate()
    let graph = try singleNodeGraph(
      .plain { _, context in
        try await context.stop.cancelling { try await gate.wait() }
        return ["out": 1]
      })
    let run = graph.run()
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals()
    run.stop()
    let reading = await reader.value
    #expect(reading.error == nil)
    #expect(reading.lines.suffix(3) == ["a finished {} partial", "step 1 -> ", "run stopped"])
  }

  @Test(arguments: ["plain", "streaming"])
  func `A stop ends a pause before another attempt`(form: String) async throws {
    let clock = ManualSleep()
    let attempts = Counter()
    let body: NodeBody =
      form == "plain"
      ? .plain { _, _ in
        attempts.increment()
        throw Boom()
      }
      : .streaming { _, _ in
        attempts.increment()
        return tokenStream([], to: "out", then: Boom())
      }
    let graph = try singleNodeGraph(body) { $0.retry = RetryPolicy(maximumAttempts: 5) }
    let run = graph.run(options: RunOptions(sleep: clock.sleep))
    let reader = Task { try await run.result() }
    await clock.waitForSleepers()
    run.stop()
    #expect(try await reader.value.status == .stopped)
    #expect(attempts.value == 1)
    #expect(clock.sleeperCount == 0)
  }

  @Test func `A stop ends all streams of a step, and each keeps what had arrived`() async throws {
    let gate = Gate()
    var builder = StateGraphBuilder("two", keys: ["a", "b"])
    for (name, count) in [("a", 1), ("b", 2)] {
      builder.addStreamingNode(name) { _, context in
        let pulls = Counter()
        return TokenStream(to: StateKey(name)) {
          if pulls.increment() > count { try await context.stop.cancelling { try await gate.wait() } }
          return name
        }
      }
    }
    builder.addEdge(from: .start, to: ["a", "b"])
    builder.addEdge(from: "a", to: .end)
    builder.addEdge(from: "b", to: .end)
    let run = try builder.build().run()
    let reader = Task { try await run.result() }
    await gate.waitForArrivals(2)
    run.stop()
    let outcome = try await reader.value
    #expect(outcome.status == .stopped)
    #expect(outcome.stateText == #"{"a":"a","b":"bb"}"#)
  }

  @Test func `Nodes that wait for a place are not begun after a stop`() async throws {
    let gate = Gate()
    let begun = Counter()
    var builder = StateGraphBuilder("places")
    builder.addKey("done", reducer: .add, initial: 0)
    builder.maximumConcurrency = 1
    for name in ["a", "b", "c"] {
      builder.addNode(name) { _, _ in
        begun.increment()
        try await gate.wait()
        return ["done": 1]
      }
      builder.addEdge(from: .start, to: .init(stringLiteral: name))
      builder.addEdge(from: .init(stringLiteral: name), to: .end)
    }
    let run = try builder.build().run()
    let reader = Task { try await run.result() }
    await gate.waitForArrivals()
    run.stop()
    gate.open()
    let outcome = try await reader.value
    #expect(begun.value == 1)
    #expect(outcome.status == .stopped)
    #expect(outcome.stateText == #"{"done":1}"#)
  }

  @Test func `A stop after the last step leaves the run completed`() async throws {
    let run = try singleNodeGraph(.synchronous { _ in ["out": 1] }).run()
    var status: RunStatus?
    for try await event in run {
      if case .stepFinished = event.kind { run.stop() }
      if case .runFinished(let outcome) = event.kind { status = outcome.status }
    }
    #expect(status == .completed)
  }

  @Test func `A stop while a node fails leaves the run failed`() async throws {
    let run = try singleNodeGraph(
      .plain { _, context in
        context.stop.request("by the node")
        throw Boom()
      }
    ).run()
    let reading = await Reading.all(of: run)
    #expect(reading.outcome?.status == .failed)
    #expect(reading.graphError?.message == "boom")
  }
}

/// The signal itself.
@Suite(.timeLimit(.minutes(10)))
struct StopSignalTests {
  @Test func `The first reason stays`() {
    let signal = StopSignal()
    #expect(!signal.isRequested)
    #expect(signal.reason == nil)
    signal.request("first")
    signal.request("second")
    #expect(signal.isRequested)
    #expect(signal.reason == "first")
  }

  @Test func `A handler is called once, at once where the stop was requested before`() {
    let signal = StopSignal()
    let calls = Counter()
    let early = signal.onRequest { calls.increment() }
    signal.request("stop")
    signal.request("stop")
    let late = signal.onRequest { calls.increment() }
    #expect(calls.value == 2)
    withExtendedLifetime((early, late)) {}
  }

  @Test func `A handler whose registration was cancelled or released is forgotten`() {
    let signal = StopSignal()
    let calls = Counter()
    let cancelled = signal.onRequest { calls.increment() }
    cancelled.cancel()
    do {
      let released = signal.onRequest { calls.increment() }
      withExtendedLifetime(released) {}
    }
    signal.request("stop")
    #expect(calls.value == 0)
  }

  @Test func `Registration and request at the same time call the handler exactly once`() async {
    for _ in 0..<500 {
      let signal = StopSignal()
      let calls = Counter()
      async let registration = Task.detached { signal.onRequest { calls.increment() } }.value
      async let request: Void = Task.detached { signal.request("stop") }.value
      let kept = await registration
      await request
      #expect(calls.value == 1)
      withExtendedLifetime(kept) {}
    }
  }

  @Test func `Cancelling work returns what the work returned where it did not listen`() async throws {
    let signal = StopSignal()
    signal.request("stop")
    let result = try await signal.cancelling { Task.isCancelled }
    #expect(result)
  }
}

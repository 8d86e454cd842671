internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// What `GraphTestSupport` offers for tests of nodes.
@Suite(.timeLimit(.minutes(10)))
struct SupportTests {
  @Test func `A recording context remembers what a node says`() async throws {
    let recorder = RecordingContext(node: "n", step: 2, attempt: 3)
    let node: @Sendable (StateView, NodeContext) async throws -> StateUpdate = { state, context in
      await context.stream("thinking")
      await context.emit("cached", ["hit": true])
      await context.report(UsageRecord(provider: "p", model: "m", inputTokens: 1, outputTokens: 2))
      context.reportRetry(RetryRecord(scope: .call, attempt: 1, message: "busy", delay: .seconds(1)))
      return ["out": .string("\(context.node) \(context.idempotencyKey) \(state["x"].json())")]
    }
    let update = try await node(StateView(["x": 1]), recorder.context)
    #expect(update["out"] == "n run/2/n 1")
    #expect(recorder.chunks == ["thinking"])
    #expect(recorder.customEvents.map(\.name) == ["cached"])
    #expect(recorder.customEvents.map(\.payload) == [["hit": true]])
    #expect(recorder.usage.map(\.outputTokens) == [2])
    #expect(recorder.retries.map(\.message) == ["busy"])
    #expect(recorder.sink.kinds.count == 4)
  }

  @Test func `A recording context answers a node that asks, and remembers its warnings and calls`() async throws {
    struct Echo: Tool {
      let definition = ToolDefinition(name: "echo", description: "returns x")
      func call(_ invocation: ToolInvocation) async throws -> Value { invocation.arguments["x"] ?? .null }
    }
    let node: @Sendable (StateView, NodeContext) async throws -> StateUpdate = { state, context in
      guard let answer = context.answer else { throw context.suspension(asking: "?") }
      await context.report("odd")
      return ["out": try await context.call(Echo(), ["x": answer], on: state)]
    }
    let asked = await #expect(throws: NodeSuspension.self) {
      try await node(StateView([:]), RecordingContext().context)
    }
    #expect(asked?.interrupts == [PendingInterrupt(id: "node", payload: "?")])
    let recorder = RecordingContext(resumption: NodeResumption(memo: .null, answers: ["node": 7]))
    #expect(try await node(StateView([:]), recorder.context)["out"] == 7)
    #expect(recorder.warnings == ["odd"])
    #expect(recorder.toolCalls.map(\.arguments) == [["x": 7]])
  }

  @Test func `A recording context asks its node to stop`() async throws {
    let recorder = RecordingContext()
    let stream = TokenStream(to: "out") { recorder.context.isStopRequested ? nil : "x" }
    #expect(!recorder.context.isStopRequested)
    recorder.requestStop("enough")
    #expect(recorder.context.stop.reason == "enough")
    let (tokens, update) = try await stream.collect(recorder.context)
    #expect(tokens.isEmpty)
    #expect(update.isPartial)
  }

  @Test func `A stream is collected as a run does it`() async throws {
    let (tokens, update) = try await tokenStream(["a", "", "b"], to: "out").collect(RecordingContext().context)
    #expect(tokens == ["a", "b"])
    #expect(update == ["out": "ab"])
  }

  @Test func `A stream of a sequence writes its joined text`() async throws {
    let stream = TokenStream(to: "out") {
      AsyncStream { continuation in
        for token in ["a", "b"] { continuation.yield(token) }
        continuation.finish()
      }
    }
    let graph = try singleNodeGraph(.streaming { _, _ in stream })
    #expect(try await graph.run().result().stateText == #"{"out":"ab"}"#)
  }

  @Test func `A gate holds until it is opened, and lets everyone through then`() async throws {
    let gate = Gate()
    let passed = Counter()
    let tasks = (0..<3).map { _ in
      Task {
        try await gate.wait()
        passed.increment()
      }
    }
    await gate.waitForArrivals(3)
    #expect(passed.value == 0)
    gate.open()
    for task in tasks { try await task.value }
    try await gate.wait()
    #expect(passed.value == 3)
    #expect(gate.arrivals == 4)
  }

  @Test func `A gate lets a cancelled task go with an error`() async {
    let gate = Gate()
    let task = Task { try await gate.wait() }
    await gate.waitForArrivals()
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let late = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await gate.wait()
    }
    await #expect(throws: CancellationError.self) { try await late.value }
  }

  @Test func `A manual clock wakes those whose time has come`() async throws {
    let clock = ManualSleep()
    let woken = Locked<[Int]>([])
    let tasks = [3, 1, 2].map { seconds in
      Task {
        try await clock.sleep(.seconds(seconds))
        woken.withLock { $0.append(seconds) }
      }
    }
    await clock.waitForSleepers(3)
    clock.advance(by: .seconds(1))
    try await tasks[1].value
    #expect(clock.sleeperCount == 2)
    clock.advance(by: .milliseconds(1500))
    try await tasks[2].value
    clock.advance(by: .milliseconds(500))
    try await tasks[0].value
    #expect(woken.withLock { $0 } == [1, 2, 3])
    #expect(Set(clock.requested) == [.seconds(1), .seconds(2), .seconds(3)])
    try await clock.sleep(.zero)
  }
}

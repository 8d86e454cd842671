import GraphTestSupport
import Testing

internal import GraphRuntime

/// The log of a run as its thread's journal has it.
@Suite(.timeLimit(.minutes(10)))
struct ThreadLogTests {
  private func text(_ events: [GraphEvent]) -> [String] { events.map { $0.json.json() } }

  /// The bytes of a thread's records.
  private func size(_ store: MemoryCheckpointStore) -> Int { store.threads().first?.bytes ?? 0 }

  @Test(arguments: 0..<40, [false, true])
  func `The log of each run is what its reader was given`(seed: UInt64, answers: Bool) async throws {
    var random = SeededGenerator(seed)
    let graph = try RandomGraph.make(&random, answers: answers)
    let store = MemoryCheckpointStore()
    var readings: [Reading] = []
    var given = ValueObject()
    for _ in 0..<8 {
      let reading = await Reading.all(of: graph.run(answers: given, on: try await store.open("t")))
      readings.append(reading)
      guard let outcome = reading.outcome, outcome.status == .interrupted else { break }
      given = ValueObject(outcome.interrupts.map { ($0.id, $0.payload) })
    }
    let log = try await store.log(of: "t")
    #expect(log.count == readings.count, "seed \(seed)")
    for (run, reading) in zip(log, readings) {
      #expect(run.run.id == reading.events.first?.run.id && run.isWhole && run.hasEnded)
      #expect(run.events.map { $0.json() } == text(reading.events), "seed \(seed)")
      // What was read can be read as events again.
      let events = try run.events.compactMap { try GraphEvent(json: $0, of: run.run) }
      #expect(text(events) == text(reading.events), "seed \(seed)")
    }
  }

  @Test(arguments: 0..<30)
  func `What is kept of the log of a lost run is its beginning`(seed: UInt64) async throws {
    var random = SeededGenerator(seed)
    let graph = try RandomGraph.make(&random, answers: true)
    let store = MemoryCheckpointStore()
    let losing = LosingStore(inner: store, last: 4, keepsLast: false)
    let reading = await Reading.all(of: graph.run(on: try await losing.open("t")))
    guard reading.outcome?.error?.code == .checkpointFailed else { return }
    let run = try #require(try await store.log(of: "t").first)
    #expect(!run.hasEnded && run.isWhole)
    // A reader may have been given more than was kept, but for steps' ends.
    let kept = run.events.map { $0.json() }
    #expect(Array(text(reading.events).prefix(kept.count)) == kept, "seed \(seed)")
  }

  // MARK: - Tokens

  @Test func `Tokens of several nodes come again as they were cut and in their order`() async throws {
    var builder = StateGraphBuilder("two", keys: ["a", "b"])
    for name in ["a", "b"] {
      builder.addStreamingNode(name) { _, _ in
        tokenStream(["Grüße, ", "👩‍👩‍👧", " ", "e\u{301}", "ab", String(repeating: "lang ", count: 20)], to: StateKey(name))
      }
    }
    builder.addEdge(from: .start, to: ["a", "b"])
    builder.addEdge(from: ["a", "b"], to: .end)
    let store = MemoryCheckpointStore()
    let reading = await Reading.all(of: try builder.build().run(on: try await store.open("t")))
    let run = try #require(try await store.log(of: "t").first)
    #expect(run.events.map { $0.json() } == text(reading.events))
    #expect(reading.tokens(of: "a").count == 6)
  }

  @Test func `A stream that fails and is tried again is told with both attempts`() async throws {
    let attempts = Counter()
    var builder = StateGraphBuilder("again", keys: ["a"])
    var node = StateGraph.Node(
      "a",
      body: .streaming { _, _ in
        attempts.increment() == 1
          ? tokenStream(["half ", "of it"], to: "a", then: Boom()) : tokenStream(["the ", "whole"], to: "a")
      })
    node.retry = RetryPolicy(maximumAttempts: 2, backoff: .zero)
    builder.addNode(node)
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: .end)
    let store = MemoryCheckpointStore()
    let reading = await Reading.all(of: try builder.build().run(on: try await store.open("t")))
    #expect(reading.tokens(of: "a", attempt: 2) == ["the ", "whole"])
    let run = try #require(try await store.log(of: "t").first)
    #expect(run.events.map { $0.json() } == text(reading.events))
  }

  // MARK: - Size

  @Test func `A text that was streamed, written and shown is kept once`() async throws {
    let words = (0..<20_000).map { "word\($0) " }
    var builder = StateGraphBuilder("long", keys: ["a"])
    builder.addStreamingNode("a") { _, _ in tokenStream(words, to: "a") }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: .end)
    let store = MemoryCheckpointStore()
    let reading = await Reading.all(of: try builder.build().run(on: try await store.open("t")))
    #expect(try await store.log(of: "t").first?.events.map { $0.json() } == text(reading.events))
    let bytes = words.reduce(0) { $0 + $1.utf8.count }
    #expect(size(store) < bytes * 8 / 5, "\(size(store)) of \(bytes)")
  }

  @Test func `A hundred calls of tools take less than twice the bytes that nodes wrote`() async throws {
    var builder = StateGraphBuilder("agent")
    builder.addKey("messages", reducer: .append, initial: [])
    builder.addKey("n", initial: 0)
    @Sendable func answer(_ number: Int) -> String {
      (0..<100).map { "line \($0) of what tool call \(number) has returned" }.joined(separator: "\n")
    }
    builder.addNode("model") { state, _ in
      let number = state["n"].int ?? 0
      return [
        "messages": [["role": "assistant", "content": .string("I call the tool for the time number \(number) now")]],
        "n": .int(number + 1),
      ]
    }
    builder.addNode("tool") { state, context in
      let number = state["n"].int ?? 0
      let result: Value = .string(answer(number))
      await context.emit("result", result)
      return ["messages": [["role": "tool", "id": "call_\(number)", "content": result]]]
    }
    builder.addEdge(from: .start, to: "model")
    builder.addEdge(from: "model", to: "tool")
    builder.addEdge(from: "tool", to: "model", when: "n < 100") { $0["n"].int ?? 0 < 100 }
    builder.addEdge(from: "tool", to: .end)
    let store = MemoryCheckpointStore()
    let reading = await Reading.all(of: try builder.build().run(on: try await store.open("t")))
    let written = reading.outcome.map { Value.object($0.state).json().utf8.count } ?? 0
    #expect(written > 300_000)
    #expect(size(store) < written * 2, "\(size(store)) of \(written)")
    #expect(size(store) < written * 13 / 10, "\(size(store)) of \(written)")
    #expect(try await store.log(of: "t").first?.events.map { $0.json() } == text(reading.events))
  }

  @Test func `Five hundred steps that add a kilobyte each take less than a megabyte`() async throws {
    var builder = StateGraphBuilder("growing")
    builder.addKey("log", reducer: .append, initial: [])
    builder.addNode("more") { state, _ in
      ["log": [.string("\(state["log"].list?.count ?? 0) " + String(repeating: "x", count: 1020))]]
    }
    builder.addEdge(from: .start, to: "more")
    builder.addEdge(from: "more", to: "more", when: "short") { ($0["log"].list?.count ?? 0) < 500 }
    builder.addEdge(from: "more", to: .end)
    let store = MemoryCheckpointStore()
    _ = try await builder.build().run(on: store.open("t")).result()
    let bytes = store.records(of: "t", .all).reduce(0) { $1.kind == .change ? $0 + $1.body.count : $0 }
    #expect(bytes < 660_000, "\(bytes)")
  }

  // MARK: - Values

  @Test func `Values that look like those that stand for others are told as they are`() async throws {
    let long = String(repeating: "a long text ", count: 10)
    let values: [Value] = [
      ["$": 0], ["$": ["$": 1]], ["$": 0, "b": .string(long)], [.string(long), .string(long), ["$": .string(long)]],
      .list((0..<40).map { .int($0) }), ["deep": .list((0..<40).map { .int($0) })],
    ]
    var builder = StateGraphBuilder("odd", keys: ["a", "b"])
    builder.addNode("a") { _, context in
      for value in values { await context.emit("value", value) }
      await context.stream(.string(long))
      return ["a": .list(values), "b": .list((0..<40).map { .int($0) })]
    }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: .end)
    let store = MemoryCheckpointStore()
    let reading = await Reading.all(of: try builder.build().run(["b": .string(long)], on: try await store.open("t")))
    #expect(try await store.log(of: "t").first?.events.map { $0.json() } == text(reading.events))
  }

  @Test func `Every kind of event can be read again`() throws {
    let run = RunIdentity(id: "r", thread: "t", graph: "g", resumed: "q")
    var partial = StateUpdate("a", [1, ["b": nil]])
    partial.route = "left"
    partial.isPartial = true
    let error = GraphError(.timeout, "too long", path: ["a", "b[2]"], step: 3, attempt: 2, partialText: "half")
    var outcome = RunOutcome(
      status: .stopped, state: ["a": 1.5],
      usage: [UsageRecord(provider: "p", model: "m", inputTokens: 1, outputTokens: 2)],
      error: error, stopReason: "asked", steps: 4)
    outcome.toleratedErrors = [error]
    outcome.interrupts = [PendingInterrupt(id: "a", payload: "?", expires: 5, defaultAnswer: "no")]
    let kinds: [GraphEvent.Kind] = [
      .runStarted(input: ["x": nil]), .nodeStarted, .token("ü"), .chunk(["a": 1]), .custom(name: "n", payload: nil),
      .usage(UsageRecord(provider: "p", model: "m", inputTokens: 1, outputTokens: 2)),
      .toolCalled(ToolCallRecord(id: "1", name: "t", arguments: ["a": [1, 2]])),
      .toolReturned(ToolResultRecord(id: "1", name: "t", result: nil, duration: .milliseconds(1234))),
      .toolReturned(ToolResultRecord(id: "1", name: "t", message: "no", duration: .seconds(0.1))),
      .warned(WarningRecord("w")), .warned(WarningRecord("w", check: "a > 1")),
      .retry(RetryRecord(scope: .node, attempt: 1, message: "m", delay: .seconds(0.3), usesFallback: true)),
      .nodeFinished(["a": 1]), .nodeFinished(partial), .nodeSkipped(.loopLimit), .nodeFailed(error),
      .interrupted(outcome.interrupts), .routed(RouteRecord(choice: nil, targets: ["a"])),
      .routed(RouteRecord(choice: "x > 1", targets: [])), .stepFinished(next: ["a", "b"]), .runFinished(outcome),
    ]
    for (number, kind) in kinds.enumerated() {
      let path = number.isMultiple(of: 2) ? ["a", "b[2]"] : []
      let event = GraphEvent(
        run: run, sequence: number, time: 1_764_180_000_123, step: number % 3, path: path,
        attempt: path.isEmpty ? 0 : 2,
        kind: kind)
      let read = try #require(try GraphEvent(json: Value(json: event.json.json()), of: run), "\(kind.name)")
      #expect(read.json.json() == event.json.json())
    }
    #expect(try GraphEvent(json: ["type": "later", "seq": 1, "time": 1], of: run) == nil)
    #expect(throws: GraphError.self) { try GraphEvent(json: ["type": "token", "seq": 1, "time": 1], of: run) }
  }

  @Test func `A log of a later version is an error that names the record`() async throws {
    let store = MemoryCheckpointStore()
    let lease = try store.acquire("t", for: .current, lasting: .seconds(60), over: nil)
    let whole =
      #"{"version":2,"graph":"g","thread":"t","run":"r","status":"running","key":"r","turn":1,"input":"","#
      + #""steps":0,"state":{},"runs":{},"limited":[],"joins":[],"due":[],"step":[],"usage":[],"tolerated":[],"#
      + #""tolerated_in_step":[],"events":[9,0,0,[]]}"#
    let record = ThreadRecord(
      sequence: 1, kind: .snapshot, time: 1, graph: "g", run: "r", turn: 1, step: 0, status: .running, nodes: [],
      body: Array(whole.utf8))
    try store.append([record], under: lease, lasting: .seconds(60))
    let error = await #expect(throws: CheckpointStoreError.self) { try await store.log(of: "t") }
    #expect(error?.code == .newer)
    #expect(
      error?.description.hasPrefix("record 1 of the thread 't' cannot be read: the log of the record has version 9")
        == true)
    // The state does not need it.
    #expect(try await store.checkpoint(of: "t")?.run == "r")
  }
}

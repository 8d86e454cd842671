internal import GraphRuntime
internal import GraphStreams
internal import GraphTestSupport
internal import Testing

/// The state that events tell is the state of the run.
@Suite(.timeLimit(.minutes(10)))
struct StateMirrorTests {
  @Test(arguments: 0..<60)
  func `the last of the values is the state of the outcome, also in a run that goes on with another`(
    seed: UInt64
  ) async throws {
    var random = SeededGenerator(seed)
    let graph = try RandomGraph.make(&random, answers: false)
    var run = graph.run()
    for _ in 0..<40 {
      var mirror = StateMirror(of: run)
      var beforeLast = ValueObject()
      var outcome: RunOutcome?
      do {
        for try await event in run {
          if case .runFinished(let finished) = event.kind {
            beforeLast = mirror.values
            outcome = finished
          }
          _ = mirror.take(event)
        }
      } catch is GraphError {
        // A loop without an end; what it wrote until then counts.
      }
      let end = try #require(outcome)
      #expect(mirror.values == end.state, "seed \(seed)")
      // What no event tells is the list of failures, and the part of a step that waits or failed.
      if end.status == .completed {
        var state = end.state
        state["errors"] = nil
        #expect(beforeLast == state, "seed \(seed)")
      }
      guard let checkpoint = end.checkpoint, !end.interrupts.isEmpty else { return }
      let answers = end.interrupts.prefix(.random(in: 1...end.interrupts.count, using: &random))
      run = graph.resume(checkpoint, answers: ValueObject(answers.map { ($0.id, $0.payload) }))
    }
  }

  @Test func `another turn of a thread begins with what the last one has left`() async throws {
    var builder = StateGraphBuilder("chat")
    builder.addKey("messages", reducer: .append, initial: ["default"])
    builder.addKey("count", reducer: .add, initial: 0)
    builder.addNode("say", body: .synchronous { _ in ["messages": ["reply"], "count": 1] })
    builder.addEdge(from: .start, to: "say")
    builder.addEdge(from: "say", to: .end)
    let graph = try builder.build()
    let store = MemoryCheckpointStore()
    var states: [[Value]] = []
    for text in ["one", "two"] {
      for try await state in graph.run(["messages": [.string(text)]], on: try await store.open("t")).values() {
        states.append([state["messages"] ?? .null, state["count"] ?? .null])
      }
    }
    #expect(
      states == [
        [["one"], 0], [["one", "reply"], 1], [["one", "reply", "two"], 1],
        [["one", "reply", "two", "reply"], 2],
      ])
  }

  @Test func `updates that nodes of one step write are told in the order of the file`() async throws {
    let gate = Gate()
    var builder = StateGraphBuilder("order")
    builder.addKey("log", reducer: .append, initial: [])
    builder.addNode("first") { _, _ in
      try await gate.wait()
      return ["log": ["first"]]
    }
    builder.addNode("second") { _, _ in
      gate.open()
      return ["log": ["second"]]
    }
    for name in ["first", "second"] {
      builder.addEdge(from: .start, to: .init(stringLiteral: name))
      builder.addEdge(from: .init(stringLiteral: name), to: .end)
    }
    var last: ValueObject?
    for try await state in try builder.build().run().values() { last = state }
    #expect(last == ["log": ["first", "second"]])
  }
}

internal import GraphRuntime
internal import GraphStreams
internal import GraphTestSupport
internal import Testing

/// What goes wrong in other systems does not here; docs/guides.md has the list.
@Suite(.timeLimit(.minutes(10)))
struct PeerFaultTests {
  @Test func `W5: a graph that streams is read in every way`() async throws {
    let graph = try SampleGraph.twoSpeakers()
    let text = "a1a\n2b1b2"
    #expect(try await graph.run().result().state == ["a": "a1a\n2", "b": "b1b2"])
    var tokens = ""
    for try await token in graph.run().tokens() { tokens += token }
    #expect(tokens == text)
    var updates: [Value] = []
    for try await update in graph.run().updates() { updates += update.update.object.values }
    #expect(updates == ["a1a\n2", "b1b2"])
    var last: ValueObject?
    for try await state in graph.run().values() { last = state }
    #expect(last == ["a": "a1a\n2", "b": "b1b2"])
    var messages: [String] = []
    for try await message in wsStream(graph) { messages.append(message) }
    #expect(messages.joined() == text + "[DONE]")
    var frames = 0
    for try await _ in sseStream(graph) { frames += 1 }
    #expect(frames == 5)
    let store = MemoryCheckpointStore()
    #expect(try await graph.run(on: store.open("t")).result().state == ["a": "a1a\n2", "b": "b1b2"])
  }

  @Test func `W13: a line of ten thousand nodes is built and run`() async throws {
    var builder = StateGraphBuilder("line")
    builder.addKey("n", reducer: .add, initial: 0)
    var last = StateGraphBuilder.Ends.start
    for index in 0..<10_000 {
      builder.addNode("n\(index)", body: .synchronous { _ in ["n": 1] })
      builder.addEdge(from: last, to: .init(stringLiteral: "n\(index)"))
      last = .init(stringLiteral: "n\(index)")
    }
    builder.addEdge(from: last, to: .end)
    builder.maximumSteps = 10_000
    #expect(try await builder.build().run().result().state["n"] == 10_000)
  }

  @Test func `W14: nodes that stream side by side are heard at once, and kept`() async throws {
    let gates = ["a": Gate(), "b": Gate()]
    var builder = StateGraphBuilder("beside")
    for (name, other) in [("a", "b"), ("b", "a")] {
      builder.addKey(name)
      builder.addStreamingNode(name) { _, _ in
        let calls = Locked(0)
        return TokenStream(to: StateKey(name)) {
          let call = calls.withLock { calls in
            calls += 1
            return calls
          }
          // Each one goes on when the other has spoken.
          if call == 1 { gates[name]?.open() } else { try await gates[other]?.wait() }
          return call <= 2 ? "\(name)\(call)" : nil
        }
      }
      builder.addEdge(from: .start, to: .init(stringLiteral: name))
      builder.addEdge(from: .init(stringLiteral: name), to: .end)
    }
    let store = MemoryCheckpointStore()
    let run = try builder.build().run(on: try await store.open("t"))
    var tokens: [String] = []
    for try await token in run.tokens() { tokens.append(token) }
    #expect(tokens.sorted() == ["a1", "a2", "b1", "b2"])
    #expect(try await store.checkpoint(of: "t")?.state == ["a": "a1a2", "b": "b1b2"])
  }

  @Test func `W16: a node that waits holds no other run up`() async throws {
    let gate = Gate()
    var builder = StateGraphBuilder("waiting")
    builder.addKey("n")
    builder.addNode("a") { state, _ in
      if state["n"].isNull { try await gate.wait() }
      return ["n": 1]
    }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: .end)
    let graph = try builder.build()
    let waiting = (0..<50).map { _ in Task { try await graph.run().result() } }
    await gate.waitForArrivals(50)
    #expect(try await graph.run(["n": 0]).result().status == .completed)
    gate.open()
    for task in waiting { #expect(try await task.value.status == .completed) }
  }
}

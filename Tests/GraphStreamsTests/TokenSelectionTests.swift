internal import GraphRuntime
internal import GraphStreams
internal import GraphTestSupport
internal import Testing

/// Which tokens a selection gives.
@Suite(.timeLimit(.minutes(10)))
struct TokenSelectionTests {
  private func tokens(_ graph: StateGraph, _ selection: TokenSelection, _ input: ValueObject = [:]) async throws
    -> [String]
  {
    var tokens: [String] = []
    let options = RunOptions(sleep: { _ in })
    for try await token in streamTokens(graph, input, from: selection, options: options) { tokens.append(token) }
    return tokens
  }

  @Test func `all, one node, and the one that streams last`() async throws {
    let graph = try SampleGraph.twoSpeakers()
    #expect(try await tokens(graph, .all) == ["a1", "a\n2", "b1", "b2"])
    #expect(try await tokens(graph, .node("a")) == ["a1", "a\n2"])
    #expect(try await tokens(graph, .node("none")) == [])
    #expect(try await tokens(graph, .final) == ["b1", "b2"])
  }

  @Test func `nodes behind the last one that streams change nothing`() async throws {
    var builder = StateGraphBuilder("formatted")
    for key in ["a", "b"] { builder.addKey(key) }
    builder.addStreamingNode("a") { _, _ in SampleGraph.stream(["a"], to: "a") }
    builder.addNode("format", body: .synchronous { ["b": $0["a"]] })
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: "format")
    builder.addEdge(from: "format", to: .end)
    #expect(try await tokens(builder.build(), .final) == ["a"])
  }

  /// A node that runs until it has run so often.
  private func loop(_ times: Int) throws -> StateGraph {
    var builder = StateGraphBuilder("loop")
    builder.addKey("n", reducer: .add, initial: 0)
    builder.addStreamingNode("say") { state, _ in
      let number = (state["n"].int ?? 0) + 1
      let rest = Locked(["\(number).1 ", "\(number).2"][...])
      return TokenStream(next: { rest.withLock { $0.popFirst() } }, finish: { _, _ in ["n": 1] })
    }
    builder.addEdge(from: .start, to: "say")
    builder.addEdge(from: "say", to: "say", when: "n < \(times)") { ($0["n"].int ?? 0) < times }
    builder.addEdge(from: "say", to: .end)
    return try builder.build()
  }

  @Test func `in a loop the last round is known at the end`() async throws {
    #expect(try await tokens(loop(3), .final) == ["3.1 ", "3.2"])
    #expect(try await tokens(loop(1), .final) == ["1.1 ", "1.2"])
  }

  @Test func `a node that nothing follows is heard at once`() async throws {
    let gate = Gate()
    var builder = StateGraphBuilder("live")
    builder.addKey("a")
    builder.addStreamingNode("a") { _, _ in
      let calls = Locked(0)
      return TokenStream(to: "a") {
        let call = calls.withLock { calls in
          calls += 1
          return calls
        }
        if call == 2 { try await gate.wait() }
        return call <= 2 ? "\(call)" : nil
      }
    }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: .end)
    var iterator = streamTokens(try builder.build()).makeAsyncIterator()
    #expect(try await iterator.next() == "1")
    gate.open()
    #expect(try await iterator.next() == "2")
    #expect(try await iterator.next() == nil)
  }

  @Test func `what a held attempt said is void when another one is made`() async throws {
    var builder = StateGraphBuilder("flaky loop")
    builder.addKey("n", reducer: .add, initial: 0)
    var node = StateGraph.Node(
      "say",
      body: .streaming { _, context in
        let words = Locked(context.attempt == 1 ? ["half"][...] : ["whole"][...])
        return TokenStream(
          next: {
            if let word = words.withLock({ $0.popFirst() }) { return word }
            if context.attempt == 1 { throw SampleGraph.Broken() }
            return nil
          }, finish: { _, _ in ["n": 1] })
      })
    node.retry = RetryPolicy(maximumAttempts: 2)
    builder.addNode(node)
    builder.addEdge(from: .start, to: "say")
    builder.addEdge(from: "say", to: "say", when: "n < 2") { ($0["n"].int ?? 0) < 2 }
    builder.addEdge(from: "say", to: .end)
    #expect(try await tokens(builder.build(), .final) == ["whole"])
  }

  @Test func `of a stopped run the last words are given`() async throws {
    let run = try loop(3).run()
    var filter = TokenFilter(.final, of: run.graph)
    var tokens: [String] = []
    for try await event in run {
      if case .token("2.1 ") = event.kind { run.stop() }
      filter.take(event) { _, text in tokens.append(text) }
    }
    #expect(tokens == ["2.1 "])
  }
}

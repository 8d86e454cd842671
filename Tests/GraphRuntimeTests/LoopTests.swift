internal import GraphRuntime
internal import Testing

/// Loops and their limits.
@Suite(.timeLimit(.minutes(10)))
struct LoopTests {
  /// `a` again and again, until its limit leads out.
  private func loop(
    limit: Int, _ ways: (inout StateGraphBuilder) -> Void = { _ in }
  ) throws -> StateGraph {
    var builder = StateGraphBuilder("loop")
    builder.addKey("n", reducer: .add, initial: 0)
    builder.addKey("out")
    builder.addKey("_loop_limit_reached")
    builder.addKey("_loop_counts")
    builder.addQuickNode("a", loopLimit: limit) { _ in ["n": 1] }
    builder.addQuickNode("exit") { ["out": $0["_loop_limit_reached"]] }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "exit", to: .end)
    ways(&builder)
    return try builder.build()
  }

  @Test func `A condition leads out of a loop`() async throws {
    let graph = try loop(limit: 100) {
      $0.addEdge(from: "a", to: "a", when: "n < 7") { ($0["n"].int ?? 0) < 7 }
      $0.addEdge(from: "a", to: "exit")
    }
    #expect(try await graph.run().result().stateText == #"{"n":7,"out":false}"#)
  }

  @Test func `A node at its limit goes to its loop exit`() async throws {
    let graph = try loop(limit: 3) {
      $0.addEdge(from: "a", to: "a", when: "always") { _ in true }
      $0.addEdge(from: "a", to: .end)
      $0.setLoopExit(of: "a", to: "exit")
    }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.outcome?.stateText == #"{"n":3,"out":true}"#)
    #expect(reading.starts(of: "a") == 3)
    #expect(reading.lines.contains("a skipped loop_limit"))
  }

  @Test func `A node at its limit without a loop exit takes its plain edge`() async throws {
    let graph = try loop(limit: 3) {
      $0.addEdge(from: "a", to: "a", when: "always") { _ in true }
      $0.addEdge(from: "a", to: "exit")
    }
    #expect(try await graph.run().result().stateText == #"{"n":3,"out":true}"#)
  }

  @Test func `A node at its limit without either ends its path`() async throws {
    let graph = try loop(limit: 3) { $0.addEdge(from: "a", to: "a", when: "always") { _ in true } }
    let outcome = try await graph.run().result()
    #expect(outcome.stateText == #"{"n":3}"#)
    #expect(outcome.status == .completed)
  }

  @Test func `A limit of zero never runs the node`() async throws {
    let graph = try loop(limit: 0) { $0.addEdge(from: "a", to: "exit") }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.starts(of: "a") == 0)
    #expect(reading.starts(of: "exit") == 1)
  }

  @Test func `B1: the limit of one loop leaves another one alone`() async throws {
    var builder = StateGraphBuilder("two loops")
    builder.addKey("trace", reducer: .append, initial: [])
    builder.addKey("m", reducer: .add, initial: 0)
    builder.addKey("flags", reducer: .append, initial: [])
    builder.addKey("_loop_limit_reached")
    builder.addQuickNode("a", loopLimit: 2) { _ in ["trace": ["a"]] }
    builder.addQuickNode("b", loopLimit: 5) { _ in ["trace": ["b"], "m": 1] }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: "a", when: "always") { _ in true }
    builder.addEdge(from: "a", to: "b")
    builder.addEdge(from: "b", to: "b", when: "not _loop_limit_reached and m < 4") {
      $0["_loop_limit_reached"] == false && ($0["m"].int ?? 0) < 4
    }
    builder.addEdge(from: "b", to: .end)
    let outcome = try await builder.build().run().result()
    #expect(outcome.state["trace"] == ["a", "a", "b", "b", "b", "b"])
  }

  @Test func `Runs are counted where the graph reads the counts`() async throws {
    var builder = StateGraphBuilder("counts")
    builder.addKey("_loop_counts")
    builder.addKey("seen")
    builder.addTracers([])
    builder.addQuickNode("a") { ["seen": $0["_loop_counts"]] }
    builder.addQuickNode("b") { _ in StateUpdate() }
    builder.addEdge(from: .start, to: ["a", "b"])
    builder.addEdge(from: "b", to: .end)
    builder.addEdge(from: "a", to: "a", when: "_loop_counts.a < 3") {
      ($0["_loop_counts"]["a"]?.int ?? 0) < 3
    }
    builder.addEdge(from: "a", to: .end)
    #expect(try await builder.build().run().result().stateText == #"{"seen":{"a":3,"b":1}}"#)
  }

  @Test func `B28: the counts of nodes that run side by side are all kept`() async throws {
    var builder = StateGraphBuilder("counts")
    builder.addKey("_loop_counts")
    builder.addKey("seen")
    let names = (0..<8).map { "n\($0)" }
    for name in names {
      builder.addNode(name) { _, _ in
        await Task.yield()
        return StateUpdate()
      }
      builder.addEdge(from: .start, to: .init(stringLiteral: name))
      builder.addEdge(
        from: .init(stringLiteral: name), to: .init(stringLiteral: name), when: "twice"
      ) { ($0["_loop_counts"][name]?.int ?? 0) < 2 }
      builder.addEdge(from: .init(stringLiteral: name), to: "last")
    }
    builder.addQuickNode("last") { ["seen": $0["_loop_counts"]] }
    builder.addEdge(from: "last", to: .end)
    let seen = try await builder.build().run().result().state["seen"]
    #expect(seen == .object(ValueObject(names.map { ($0, 2) } + [("last", 1)])))
  }

  @Test func `Too many steps are an error that names what would be next`() async throws {
    var builder = StateGraphBuilder("endless")
    builder.addQuickNode("a") { _ in StateUpdate() }
    builder.addQuickNode("b") { _ in StateUpdate() }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: "b")
    builder.addEdge(from: "b", to: "a")
    builder.maximumSteps = 5
    let reading = await Reading.all(of: try builder.build().run())
    #expect(reading.graphError?.code == .stepLimit)
    #expect(
      reading.graphError?.description
        == "the run took 5 steps, and 'b' would be next; a loop without an end? Give it a condition that leads out "
        + "or a 'loop_limits' entry, or raise 'config.recursion_limit'")
    #expect(reading.outcome?.steps == 5)
  }

  @Test func `Exactly as many steps as allowed are no error`() async throws {
    var builder = StateGraphBuilder("line")
    let names = (0..<5).map { "n\($0)" }
    for name in names { builder.addQuickNode(name) { _ in StateUpdate() } }
    builder.addLine(names)
    builder.maximumSteps = 5
    #expect(try await builder.build().run().result().status == .completed)
  }

  @Test func `A long line is no deep recursion`() async throws {
    var builder = StateGraphBuilder("line")
    let names = (0..<5000).map { "n\($0)" }
    for name in names { builder.addQuickNode(name) { _ in StateUpdate() } }
    builder.addLine(names)
    #expect(try await builder.build().run().result().steps == 5000)
  }
}

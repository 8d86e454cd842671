internal import GraphRuntime
internal import Testing

/// Edges: joins, fan-out, conditions and routes.
@Suite(.timeLimit(.minutes(10)))
struct RoutingTests {
  private func tracer(_ names: [String], _ edges: (inout StateGraphBuilder) -> Void) throws -> StateGraph {
    var builder = StateGraphBuilder("trace")
    builder.addKey("trace", reducer: .append, initial: [])
    builder.addKey("n", reducer: .add, initial: 0)
    builder.addTracers(names)
    edges(&builder)
    return try builder.build()
  }

  private func trace(_ graph: StateGraph) async throws -> String {
    let outcome = try await graph.run().result()
    return (outcome.state["trace"]?.list ?? []).compactMap(\.string).joined(separator: " ")
  }

  @Test func `A line runs in order and ends completed`() async throws {
    let graph = try tracer(["a", "b", "c"]) { $0.addLine(["a", "b", "c"]) }
    let outcome = try await graph.run().result()
    #expect(outcome.status == .completed)
    #expect(outcome.steps == 3)
    #expect(outcome.stateText == #"{"trace":["a","b","c"],"n":0}"#)
  }

  @Test func `A fan-out runs in one step and writes in the order of the nodes`() async throws {
    let graph = try tracer(["a", "d", "c", "b"]) {
      $0.addEdge(from: .start, to: "a")
      $0.addEdge(from: "a", to: ["b", "c", "d"])
      for name in ["b", "c", "d"] { $0.addEdge(from: .init(stringLiteral: name), to: .end) }
    }
    #expect(try await trace(graph) == "a d c b")
    #expect(try await graph.run().result().steps == 2)
  }

  @Test func `A node reached over several edges in one step runs once`() async throws {
    let graph = try tracer(["a", "b", "c", "d"]) {
      $0.addEdge(from: .start, to: "a")
      $0.addEdge(from: "a", to: ["b", "c"])
      $0.addEdge(from: "b", to: "d")
      $0.addEdge(from: "c", to: "d")
      $0.addEdge(from: "d", to: .end)
    }
    #expect(try await trace(graph) == "a b c d")
  }

  @Test func `A node reached over separate edges in two steps runs in both`() async throws {
    let graph = try tracer(["a", "b", "b2", "c", "d"]) {
      $0.addEdge(from: .start, to: "a")
      $0.addEdge(from: "a", to: ["b", "c"])
      $0.addEdge(from: "b", to: "b2")
      $0.addEdge(from: "b2", to: "d")
      $0.addEdge(from: "c", to: "d")
      $0.addEdge(from: "d", to: .end)
    }
    #expect(try await trace(graph) == "a b c b2 d d")
  }

  @Test func `A join waits for uneven branches and runs once`() async throws {
    let graph = try tracer(["a", "b", "b2", "b3", "c", "d"]) {
      $0.addEdge(from: .start, to: "a")
      $0.addEdge(from: "a", to: ["b", "c"])
      $0.addEdge(from: "b", to: "b2")
      $0.addEdge(from: "b2", to: "b3")
      $0.addEdge(from: ["b3", "c"], to: "d")
      $0.addEdge(from: "d", to: .end)
    }
    #expect(try await trace(graph) == "a b c b2 b3 d")
  }

  @Test func `A join in a loop waits anew in each round`() async throws {
    var builder = StateGraphBuilder("rounds")
    builder.addKey("trace", reducer: .append, initial: [])
    builder.addKey("n", reducer: .add, initial: 0)
    builder.addTracers(["a", "b", "b2", "c"])
    builder.addQuickNode("d") { _ in ["trace": ["d"], "n": 1] }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: ["b", "c"])
    builder.addEdge(from: "b", to: "b2")
    builder.addEdge(from: ["b2", "c"], to: "d")
    builder.addEdge(from: "d", to: "a", when: "n < 3") { ($0["n"].int ?? 0) < 3 }
    builder.addEdge(from: "d", to: .end)
    #expect(try await trace(builder.build()) == "a b c b2 d a b c b2 d a b c b2 d")
  }

  @Test func `A join that a branch never reaches is an error that names both sides`() async throws {
    let graph = try tracer(["a", "b", "c", "d"]) {
      $0.addEdge(from: .start, to: ["a", "b"])
      $0.addEdge(from: "a", to: "c", when: "never") { _ in false }
      $0.addEdge(from: "a", to: .end)
      $0.addEdge(from: ["c", "b"], to: "d")
      $0.addEdge(from: "d", to: .end)
    }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.graphError?.code == .unfinishedJoin)
    #expect(
      reading.graphError?.description
        == "'d' never ran: it waits for 'b', which ended, and for 'c', which did not run")
  }

  @Test func `The first condition that holds wins, and a plain edge is the else`() async throws {
    let graph = try tracer(["a", "b", "c", "d"]) {
      $0.addEdge(from: .start, to: "a")
      $0.addEdge(from: "a", to: "b", when: "n > 5") { ($0["n"].int ?? 0) > 5 }
      $0.addEdge(from: "a", to: "c", when: "n > 3") { ($0["n"].int ?? 0) > 3 }
      $0.addEdge(from: "a", to: "d")
      for name in ["b", "c", "d"] { $0.addEdge(from: .init(stringLiteral: name), to: .end) }
    }
    for (number, lines) in [
      (7, "a routed n > 5 -> b"), (4, "a routed n > 3 -> c"), (1, "a routed else -> d"),
    ] {
      let reading = await Reading.all(of: graph.run(["n": .int(number)]))
      #expect(reading.lines.contains(lines))
      #expect(reading.outcome?.steps == 2)
    }
  }

  @Test func `Conditions on edges from START count`() async throws {
    let graph = try tracer(["a", "b"]) {
      $0.addEdge(from: .start, to: "a", when: "n == 1") { $0["n"] == 1 }
      $0.addEdge(from: .start, to: "b")
      $0.addEdge(from: "a", to: .end)
      $0.addEdge(from: "b", to: .end)
    }
    #expect(try await graph.run(["n": 1]).result().state["trace"] == ["a"])
    #expect(try await graph.run(["n": 2]).result().state["trace"] == ["b"])
  }

  @Test func `No condition that holds is an error that shows the values`() async throws {
    var builder = StateGraphBuilder("score", keys: ["score"])
    builder.addQuickNode("judge") { _ in ["score": 0.4] }
    builder.addQuickNode("good") { _ in StateUpdate() }
    let plain = try {
      var builder = builder
      builder.addEdge(from: .start, to: "judge")
      builder.addEdge(from: "judge", to: "good", when: "score > 0.5") { ($0["score"].double ?? 0) > 0.5 }
      builder.addEdge(from: "good", to: .end)
      return try builder.build()
    }()
    var entry = StateGraph.Exits()
    entry.plain = [0]
    var exits = StateGraph.Exits()
    exits.choices = [
      (
        StateGraph.Condition("score > 0.5", values: { "score = \($0["score"].json())" }) { _ in false }, [1]
      )
    ]
    var end = StateGraph.Exits()
    end.plain = [StateGraph.end]
    let withValues = StateGraph(
      name: "score", nodes: plain.nodes, schema: plain.schema.schema, entry: entry, exits: [exits, end])
    let reading = await Reading.all(of: withValues.run())
    #expect(reading.graphError?.code == .noConditionHeld)
    #expect(
      reading.graphError?.description
        == "node 'judge', step 1: no condition held: 'score > 0.5' (score = 0.4); add an edge without a condition as "
        + #"the "else""#)
    #expect(await Reading.all(of: plain.run()).graphError?.code == .noConditionHeld)
  }

  @Test func `No condition that holds at START is an error`() async throws {
    let graph = try tracer(["a"]) {
      $0.addEdge(from: .start, to: "a", when: "never") { _ in false }
      $0.addEdge(from: "a", to: .end)
    }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.lines == ["run started", "run failed"])
    #expect(
      reading.graphError?.description
        == #"at START: no condition held: 'never'; add an edge without a condition as the "else""#)
  }

  @Test func `A condition that cannot be evaluated is an error`() async throws {
    let graph = try tracer(["a"]) {
      $0.addEdge(from: .start, to: "a")
      $0.addEdge(from: "a", to: .end, when: "x.y == 1") { _ in throw Boom("'x' is null") }
    }
    let error = await Reading.all(of: graph.run()).graphError
    #expect(error?.code == .conditionFailed)
    #expect(error?.description == "node 'a', step 1: condition 'x.y == 1' cannot be evaluated: 'x' is null")
    #expect(error?.underlying is Boom)
  }

  private func router(_ route: String?, default defaultTarget: String?) throws -> StateGraph {
    var builder = StateGraphBuilder("router")
    builder.addKey("trace", reducer: .append, initial: [])
    builder.addQuickNode("r") { _ in
      var update = StateUpdate("trace", ["r"])
      update.route = route
      return update
    }
    builder.addTracers(["good", "bad"])
    builder.addEdge(from: .start, to: "r")
    builder.addRoutes(from: "r", ["good": "good", "bad": "bad", "stop": "END"], default: defaultTarget)
    builder.addEdge(from: "good", to: .end)
    builder.addEdge(from: "bad", to: .end)
    return try builder.build()
  }

  @Test(arguments: [("good", "r good"), ("bad", "r bad"), ("stop", "r")])
  func `A router's route leads to its node`(route: String, expected: String) async throws {
    #expect(try await trace(router(route, default: nil)) == expected)
  }

  @Test func `An answer that is none of the routes takes the default route`() async throws {
    #expect(try await trace(router("other", default: "bad")) == "r bad")
    #expect(try await trace(router(nil, default: "good")) == "r good")
  }

  @Test func `An unknown route is an error that lists the routes`() async throws {
    let unknown = await Reading.all(of: try router("other", default: nil).run()).graphError
    #expect(unknown?.code == .unknownRoute)
    #expect(
      unknown?.description
        == "node 'r', step 1: chose the route 'other', which is none of 'bad', 'good', 'stop'; "
        + "a 'default_route' would take such answers")
    let none = await Reading.all(of: try router(nil, default: nil).run()).graphError
    #expect(
      none?.description
        == "node 'r', step 1: chose no route; there are 'bad', 'good', 'stop'; "
        + "a 'default_route' would take such answers")
  }

  @Test func `A skipped node's edges are followed`() async throws {
    var builder = StateGraphBuilder("skip", keys: ["a", "b"])
    var node = StateGraph.Node("a", body: .synchronous { _ in ["a": "new"] })
    node.skipsWhenSet = ["a"]
    builder.addNode(node)
    builder.addQuickNode("b") { ["b": .string("after \($0["a"].string ?? "")")] }
    builder.addLine(["a", "b"])
    let graph = try builder.build()
    let reading = await Reading.all(of: graph.run(["a": "old"]))
    #expect(reading.outcome?.stateText == #"{"a":"old","b":"after old"}"#)
    #expect(reading.lines.contains("a skipped result_exists"))
    #expect(try await graph.run().result().stateText == #"{"a":"new","b":"after new"}"#)
    // Null is not a result.
    #expect(try await graph.run(["a": nil]).result().stateText == #"{"a":"new","b":"after new"}"#)
  }

  @Test func `A default does not count as a result`() async throws {
    var builder = StateGraphBuilder("skip")
    builder.addKey("a", initial: "default")
    var node = StateGraph.Node("a", body: .synchronous { _ in ["a": "new"] })
    node.skipsWhenSet = ["a"]
    builder.addNode(node)
    builder.addLine(["a"])
    #expect(try await builder.build().run().result().stateText == #"{"a":"new"}"#)
  }

  @Test func `A skipped router takes the route that the state names`() async throws {
    var builder = StateGraphBuilder("skip", keys: ["kind", "seen"])
    var node = StateGraph.Node("r", body: .synchronous { _ in StateUpdate() })
    node.skipsWhenSet = ["kind"]
    node.routeOfState = { $0["kind"].string }
    builder.addNode(node)
    for name in ["x", "y"] { builder.addQuickNode(name) { _ in ["seen": .string(name)] } }
    builder.addEdge(from: .start, to: "r")
    builder.addRoutes(from: "r", ["x": "x", "y": "y"])
    builder.addEdge(from: "x", to: .end)
    builder.addEdge(from: "y", to: .end)
    let reading = await Reading.all(of: try builder.build().run(["kind": "y"]))
    #expect(
      reading.lines == [
        "run started", "r skipped result_exists", "r routed y -> y", "step 1 -> y", "y started",
        #"y finished {"seen":"y"}"#, "step 2 -> ", "run completed",
      ])
  }
}

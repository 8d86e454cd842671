internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// What becomes of a run when a node fails, for every way in which a node is run.
@Suite(.timeLimit(.minutes(10)))
struct FailureActionTests {
  /// The ways: the form of a node, whether others run beside it, and whether it runs inside another one.
  enum Way: String, CaseIterable, Sendable {
    case synchronous, plain, streaming, streamingBeside, plainBeside, nested, nestedStreaming

    var isStreaming: Bool { self == .streaming || self == .streamingBeside || self == .nestedStreaming }
    var isBeside: Bool { self == .streamingBeside || self == .plainBeside }
    var isNested: Bool { self == .nested || self == .nestedStreaming }

    /// A body that does something in each attempt, and throws or returns the text.
    func body(_ work: @escaping @Sendable () throws -> String) -> NodeBody {
      if isStreaming {
        return .streaming { _, _ in
          TokenStream(next: { nil }, finish: { _, _ in ["out": .string(try work())] })
        }
      }
      return self == .synchronous
        ? .synchronous { _ in ["out": .string(try work())] } : .plain { _, _ in ["out": .string(try work())] }
    }

    /// A graph of the node `a`, with others beside it where that is the way, and `b` behind it.
    func graph(_ body: NodeBody, _ configure: (inout StateGraph.Node) -> Void) throws -> StateGraph {
      var builder = StateGraphBuilder("policies", keys: ["out", "seen", "beside"])
      builder.addKey("errors")
      var node = StateGraph.Node("a", body: body)
      configure(&node)
      if isNested {
        let nested = NestedNode(node)
        node = StateGraph.Node(
          "a",
          body: .plain { state, context in
            try await context.run(nested, on: state, item: 0)
          })
      }
      builder.addNode(node)
      builder.addQuickNode("b") { ["seen": [$0["out"], $0["errors"]]] }
      builder.addEdge(from: .start, to: "a")
      builder.addEdge(from: "a", to: "b")
      builder.addEdge(from: "b", to: .end)
      if isBeside {
        builder.addNode("beside") { _, _ in ["beside": 1] }
        builder.addEdge(from: .start, to: "beside")
        builder.addEdge(from: "beside", to: .end)
      }
      return try builder.build()
    }

    var place: String { isNested ? "a[0]" : "a" }
  }

  @Test(arguments: Way.allCases)
  func `A failure that is tolerated is written down, and control goes on`(way: Way) async throws {
    let attempts = Counter()
    let graph = try way.graph(
      way.body {
        attempts.increment()
        throw Boom()
      }
    ) {
      $0.failure = .skip
      $0.retry = way == .plain ? RetryPolicy(maximumAttempts: 2, backoff: .zero) : .none
    }
    let reading = await Reading.all(of: graph.run())
    let attempt = way == .plain ? 2 : 1
    #expect(attempts.value == attempt)
    #expect(reading.outcome?.status == .completed)
    let record: Value = [
      "node": .string(way.place), "type": "node_failed", "message": "boom", "step": 1, "attempt": .int(attempt),
      "tolerated": true,
    ]
    #expect(reading.outcome?.state["seen"] == [nil, [record]])
    #expect(reading.outcome?.state["errors"] == [record])
    #expect(reading.outcome?.toleratedErrors.map(\.message) == ["boom"])
    #expect(reading.lines.contains { $0.hasPrefix("a") && $0.hasSuffix("failed tolerated") })
  }

  @Test(arguments: Way.allCases)
  func `A failure ends the run where nothing else is said`(way: Way) async throws {
    let reading = await Reading.all(of: try way.graph(way.body { throw Boom() }) { _ in }.run())
    #expect(reading.outcome?.status == .failed)
    #expect(reading.graphError?.description == "node '\(way.place)', step 1: boom")
    #expect(reading.starts(of: "b") == 0)
  }

  @Test(arguments: Way.allCases)
  func `A fallback is run once when all attempts have failed`(way: Way) async throws {
    let attempts = Counter()
    let graph = try way.graph(
      way.body {
        attempts.increment()
        throw Boom()
      }
    ) {
      $0.retry = RetryPolicy(maximumAttempts: 2, backoff: .zero)
      $0.fallback = way.body { "rescued" }
    }
    let reading = await Reading.all(of: graph.run())
    #expect(attempts.value == 2)
    #expect(reading.outcome?.state["out"] == "rescued")
    #expect(reading.outcome?.state["errors"] == nil)
    let retries = reading.events.compactMap { event -> Bool? in
      if case .retry(let retry) = event.kind { retry.usesFallback } else { nil }
    }
    #expect(retries == [false, true])
    #expect(reading.lines.contains("a#3 started"))
  }

  @Test(arguments: Way.allCases)
  func `A fallback that fails is the node's failure`(way: Way) async throws {
    let graph = try way.graph(way.body { throw Boom() }) { $0.fallback = way.body { throw Boom("twice") } }
    let error = await Reading.all(of: graph.run()).graphError
    #expect(error?.description == "node '\(way.place)', step 1, attempt 2: twice")
  }

  @Test(arguments: Way.allCases)
  func `A requirement that is missing is tolerated like any failure`(way: Way) async throws {
    let runs = Counter()
    let graph = try way.graph(
      way.body {
        runs.increment()
        return ""
      }
    ) {
      $0.requires = ["beside"]
      $0.failure = .skip
    }
    let outcome = await Reading.all(of: graph.run()).outcome
    #expect(runs.value == 0)
    #expect(outcome?.status == .completed)
    #expect(outcome?.toleratedErrors.map(\.code) == [.missingRequirement])
  }

  @Test func `Failures of one step are written down in the order of the file and of the items`() async throws {
    let gates = (0..<3).map { _ in Gate() }
    var builder = StateGraphBuilder("order", keys: ["items"])
    builder.addKey("errors")
    let item = {
      var node = StateGraph.Node(
        "item",
        body: .plain { state, context in
          let number = context.item ?? 0
          if number < 2 { try await gates[number + 1].wait() }
          if number > 0 { gates[number].open() }
          throw Boom("item \(number)")
        })
      node.failure = .skip
      return NestedNode(node)
    }()
    for name in ["first", "map", "last"] {
      var node = StateGraph.Node(
        name,
        body: .plain { state, context in
          if name == "map" {
            _ = try await context.run(item, items: 3, maximumConcurrency: 3) { _ in state }
            gates[0].open()
            return StateUpdate()
          }
          if name == "first" { try await gates[0].wait() }
          throw Boom(name)
        })
      node.failure = .skip
      builder.addNode(node)
      builder.addEdge(from: .start, to: .init(stringLiteral: name))
      builder.addEdge(from: .init(stringLiteral: name), to: .end)
    }
    let outcome = try await builder.build().run().result()
    #expect(outcome.toleratedErrors.map(\.message) == ["first", "item 0", "item 1", "item 2", "last"])
    #expect(
      outcome.state["errors"]?.list?.compactMap { $0["node"]?.string } == [
        "first", "map[0]", "map[1]", "map[2]", "last",
      ])
  }

  @Test(arguments: [StateGraph.FailureAction.fail, .skip])
  func `B25: a router that fails goes to its default route`(action: StateGraph.FailureAction) async throws {
    for isStreaming in [false, true] {
      let body: NodeBody =
        isStreaming
        ? .streaming { _, _ in tokenStream([], to: "out", then: Boom()) } : .plain { _, _ in throw Boom() }
      let graph = try router(body, default: "c", action)
      let reading = await Reading.all(of: graph.run())
      #expect(reading.outcome?.status == .completed)
      #expect(reading.outcome?.stateText == #"{"out":"c"}"#)
      #expect(reading.outcome?.toleratedErrors.map(\.message) == ["boom"])
      #expect(reading.lines.contains("a routed else -> c"))
    }
  }

  @Test func `A router that fails and has nowhere to go fails the run with its own error`() async throws {
    let reading = await Reading.all(of: try router(.plain { _, _ in throw Boom() }, default: nil, .skip).run())
    #expect(reading.graphError?.description == "node 'a', step 1: boom")
  }

  private func router(
    _ body: NodeBody, default target: String?, _ action: StateGraph.FailureAction
  ) throws -> StateGraph {
    var builder = StateGraphBuilder("router", keys: ["out"])
    var node = StateGraph.Node("a", body: body)
    node.failure = action
    builder.addNode(node)
    for name in ["b", "c"] {
      builder.addQuickNode(name) { _ in ["out": .string(name)] }
      builder.addEdge(from: .init(stringLiteral: name), to: .end)
    }
    builder.addEdge(from: .start, to: "a")
    builder.addRoutes(from: "a", ["b": "b"], default: target)
    return try builder.build()
  }
}

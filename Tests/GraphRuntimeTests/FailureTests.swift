internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// What fails, how it says so, and what it leaves behind.
@Suite(.timeLimit(.minutes(10)))
struct FailureTests {
  /// Nodes that run in one step.
  private func parallel(
    keys: [String] = [], _ bodies: [(String, NodeBody)], configure: (inout StateGraphBuilder) -> Void = { _ in }
  ) throws -> StateGraph {
    var builder = StateGraphBuilder("parallel", keys: keys)
    configure(&builder)
    for (name, body) in bodies { builder.addNode(name, body: body) }
    for (name, _) in bodies {
      builder.addEdge(from: .start, to: .init(stringLiteral: name))
      builder.addEdge(from: .init(stringLiteral: name), to: .end)
    }
    return try builder.build()
  }

  @Test func `A failed node ends the run with its place`() async throws {
    var builder = StateGraphBuilder("line", keys: ["x"])
    builder.addQuickNode("a") { _ in ["x": 1] }
    builder.addNode("b") { _, _ in throw Boom("no paper") }
    builder.addLine(["a", "b"])
    let reading = await Reading.all(of: try builder.build().run())
    #expect(reading.graphError?.description == "node 'b', step 2: no paper")
    #expect(reading.graphError?.code == .nodeFailed)
    #expect(reading.graphError?.underlying is Boom)
    #expect(reading.lines.suffix(3) == ["b started", "b failed", "run failed"])
    #expect(reading.outcome?.error?.description == "node 'b', step 2: no paper")
    #expect(reading.outcome?.stateText == #"{"x":1}"#)
  }

  @Test func `A failed synchronous node ends the run with its place`() async throws {
    let reading = await Reading.all(of: try singleNodeGraph(.synchronous { _ in throw Boom() }).run())
    #expect(reading.lines == ["run started", "a started", "a failed", "run failed"])
    #expect(reading.graphError?.description == "node 'a', step 1: boom")
  }

  @Test func `A failed stream says how much had arrived and keeps it`() async throws {
    let graph = try singleNodeGraph(.streaming { _, _ in tokenStream(["he", "llo"], to: "out", then: Boom("cut")) })
    let reading = await Reading.all(of: graph.run())
    #expect(reading.graphError?.partialText == "hello")
    #expect(
      reading.graphError?.description
        == "node 'a', step 1: cut (5 characters had arrived and are kept in the run's events)")
    #expect(reading.outcome?.stateText == "{}")
  }

  @Test func `A failed node cancels its siblings and waits for them, and its error is the one reported`() async throws {
    let gate = Gate()
    let fail = Gate()
    let ended = Counter()
    let sibling = NodeBody.plain { _, _ in
      do {
        try await gate.wait()
      } catch {
        await yieldOften()
        ended.increment()
        throw Boom("from the sibling")
      }
      return StateUpdate()
    }
    let graph = try parallel([
      ("a", sibling),
      (
        "b",
        .plain { _, _ in
          try await fail.wait()
          throw Boom("first")
        }
      ), ("c", sibling),
    ])
    let run = graph.run()
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals(2)
    fail.open()
    let reading = await reader.value
    #expect(reading.graphError?.description == "node 'b', step 1: first")
    #expect(ended.value == 2)
    #expect(reading.lines.filter { $0.hasSuffix("failed") } == ["b failed", "run failed"])
  }

  @Test(arguments: [nil, Duration.seconds(600)])
  func `A sibling that ends all the same has no say`(timeout: Duration?) async throws {
    let gate = Gate()
    var builder = StateGraphBuilder("siblings", keys: ["x"])
    var sibling = StateGraph.Node(
      "a",
      body: .plain { _, _ in
        try? await gate.wait()
        return ["x": 1]
      })
    sibling.timeout = timeout
    builder.addNode(sibling)
    builder.addNode("b") { _, _ in
      await gate.waitForArrivals()
      throw Boom()
    }
    for name in ["a", "b"] {
      builder.addEdge(from: .start, to: .init(stringLiteral: name))
      builder.addEdge(from: .init(stringLiteral: name), to: .end)
    }
    let reading = await Reading.all(of: try builder.build().run())
    #expect(reading.outcome?.stateText == "{}")
    #expect(reading.updates(of: "a").isEmpty)
  }

  @Test func `Nodes that wait for a place are not begun after a failure`() async throws {
    let begun = Counter()
    let graph = try parallel(
      (0..<10).map { index in
        (
          "n\(index)",
          .plain { _, _ in
            begun.increment()
            throw Boom()
          }
        )
      }
    ) { $0.maximumConcurrency = 2 }
    _ = await Reading.all(of: graph.run())
    #expect(begun.value <= 2)
  }

  @Test func `No more nodes run at once than allowed`() async throws {
    let running = Counter()
    let most = Locked(0)
    let leaving = Counter()
    let graph = try parallel(
      (0..<40).map { index in
        (
          "n\(index)",
          .plain { _, _ in
            let now = running.increment() - leaving.value
            most.withLock { $0 = max($0, now) }
            for _ in 0..<10 { await Task.yield() }
            leaving.increment()
            return StateUpdate()
          }
        )
      }
    ) { $0.maximumConcurrency = 3 }
    #expect(try await graph.run().result().status == .completed)
    #expect(running.value == 40)
    #expect(most.withLock { $0 } <= 3)
  }

  @Test func `A node's end is seen while its sibling is still at work`() async throws {
    let gate = Gate()
    let graph = try parallel([
      ("fast", .plain { _, _ in StateUpdate() }),
      (
        "slow",
        .plain { _, _ in
          try await gate.wait()
          return StateUpdate()
        }
      ),
    ])
    var lines: [String] = []
    for try await event in graph.run() {
      lines.append(event.brief)
      if event.brief == "fast finished {}" { gate.open() }
    }
    let fast = try #require(lines.firstIndex(of: "fast finished {}"))
    let slow = try #require(lines.firstIndex(of: "slow finished {}"))
    #expect(fast < slow)
  }

  @Test func `Two writers of one key in a step are an error that names both`() async throws {
    let graph = try parallel(
      keys: ["x"],
      [("a", .synchronous { _ in ["x": 1] }), ("b", .plain { _, _ in ["x": 2] })])
    let reading = await Reading.all(of: graph.run())
    #expect(reading.graphError?.code == .parallelWrite)
    #expect(
      reading.graphError?.description
        == "node 'b', step 1: nodes 'a', 'b' wrote 'x' in one step; give the key a reducer such as 'append' under "
        + "'state', or each node a key of its own")
    #expect(reading.outcome?.stateText == "{}")
  }

  @Test func `Two writers of a key with a reducer are none`() async throws {
    let graph = try parallel([("a", .synchronous { _ in ["x": 1] }), ("b", .plain { _, _ in ["x": 2] })]) {
      $0.addKey("x", reducer: .append)
    }
    #expect(try await graph.run().result().stateText == #"{"x":[1,2]}"#)
  }

  @Test(arguments: [false, true])
  func `A write to an unknown key is an error with a suggestion`(streaming: Bool) async throws {
    let attempts = Counter()
    let graph = try singleNodeGraph(
      streaming
        ? .streaming { _, _ in
          attempts.increment()
          return tokenStream(["x"], to: "summry")
        }
        : .synchronous { _ in
          attempts.increment()
          return ["summry": 1]
        }, keys: ["summary"]
    ) { $0.retry = RetryPolicy(maximumAttempts: 3, backoff: .zero) }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.graphError?.code == .invalidUpdate)
    #expect(
      reading.graphError?.description
        == "node 'a', step 1: the state has no key 'summry'; did you mean 'summary'?")
    // The node did its work; what it did does not fit, and would not the next time.
    #expect(attempts.value == 1)
    #expect(!reading.lines.contains("a failed"))
  }

  @Test func `A step that cannot be applied leaves nothing behind`() async throws {
    var builder = StateGraphBuilder("undo")
    builder.addKey("list", reducer: .append, initial: [1])
    builder.addKey("set", reducer: .union)
    builder.addKey("map", reducer: .merge, initial: ["a": 1])
    builder.addKey("sum", reducer: .add)
    builder.addKey("low", reducer: .min, initial: 3)
    builder.addKey("plain")
    builder.addKey("other", initial: "old")
    builder.addQuickNode("a") { _ in
      [
        "list": [2, 3], "set": ["x"], "map": ["a": 2, "b": 3], "sum": 1.5, "low": 1, "plain": "new", "other": "new",
        "list": 4, "set": ["y"], "map": ["b": 4],
      ]
    }
    builder.addQuickNode("b") { _ in ["list": 5, "map": ["c": 1], "sum": "one"] }
    builder.addEdge(from: .start, to: ["a", "b"])
    builder.addEdge(from: "a", to: .end)
    builder.addEdge(from: "b", to: .end)
    let graph = try builder.build()
    let reading = await Reading.all(of: graph.run(["set": [], "plain": "input"]))
    #expect(
      reading.graphError?.description
        == "node 'b', step 1: cannot write 'sum': reducer 'add' cannot put a str into a float")
    #expect(
      reading.outcome?.stateText
        == #"{"list":[1],"set":[],"map":{"a":1},"low":3,"plain":"input","other":"old"}"#)
  }

  @Test func `A missing requirement is an error before the node begins`() async throws {
    let effects = Counter()
    let graph = try singleNodeGraph(
      .synchronous { _ in
        effects.increment()
        return StateUpdate()
      }, keys: ["topic"]
    ) { $0.requires = ["topic"] }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.graphError?.code == .missingRequirement)
    #expect(reading.graphError?.description == "node 'a', step 1: requires 'topic', which is not set")
    #expect(reading.lines == ["run started", "a failed", "run failed"])
    #expect(effects.value == 0)
    #expect(try await graph.run(["topic": "x"]).result().status == .completed)
  }

  @Test func `An input that the graph does not take is refused before the run begins`() async throws {
    let graph = try singleNodeGraph(.synchronous { _ in StateUpdate() }, keys: ["topic"])
    let reading = await Reading.all(of: graph.run(["topc": "x"]))
    #expect(reading.events.isEmpty)
    #expect(reading.graphError?.code == .invalidInput)
    #expect(
      reading.graphError?.description == "the graph takes no input 'topc'; did you mean 'topic'?")
    let reserved = await Reading.all(of: graph.run(["_route": "x"]))
    #expect(
      reserved.graphError?.description == "'_route' is written by the engine and cannot be an input")
  }

  @Test func `An input of another type is refused`() async throws {
    var schema = StateSchema()
    schema.add("count", typeName: "int") { $0.int != nil }
    var entry = StateGraph.Exits()
    entry.plain = [StateGraph.end]
    let graph = StateGraph(name: "typed", nodes: [], schema: schema, entry: entry, exits: [])
    let reading = await Reading.all(of: graph.run(["count": "three"]))
    #expect(reading.graphError?.description == "input 'count' must be int, and is str")
    #expect(try await graph.run(["count": 3]).result().stateText == #"{"count":3}"#)
  }

  @Test func `An error of a run inside a node carries both places`() async throws {
    let inner = try singleNodeGraph(.synchronous { _ in throw Boom("deep") })
    let outer = try singleNodeGraph(
      .plain { _, _ in
        StateUpdate("out", .object(try await inner.run().result().state))
      })
    let error = await Reading.all(of: outer.run()).graphError
    #expect(error?.path == ["a", "a"])
    #expect(error?.description == "node 'a/a', step 1: deep")
  }
}

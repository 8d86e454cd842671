internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Nodes that other nodes run.
@Suite(.timeLimit(.minutes(10)))
struct NestedNodeTests {
  /// A graph whose node `map` runs another one for each item of `items`, and writes the list of their results.
  private func map(
    _ inner: StateGraph.Node, maximumConcurrency: Int = 4, endsAtFailure: Bool = false,
    _ configure: (inout StateGraph.Node) -> Void = { _ in }
  ) throws -> StateGraph {
    var schema = StateSchema()
    for name in ["items", "out", "item"] { schema.add(name) }
    let reference = StateSchemaReference(schema)
    let nested = NestedNode(inner)
    return try singleNodeGraph(
      .plain { state, context in
        let items = state["items"].list ?? []
        let results = try await context.run(
          nested, items: items.count, maximumConcurrency: maximumConcurrency, endsAtFailure: endsAtFailure
        ) { state.replacing(2, with: items[$0], in: reference) }
        var update = StateUpdate(
          "out",
          .list(
            results.map { result in
              switch result {
              case .updated(let update): update["result"] ?? .null
              case .failed(let error): .string("\(error)")
              case .notBegun: "not begun"
              }
            }))
        update.isPartial = context.isStopRequested
        return update
      }, keys: ["items", "out"], configure)
  }

  private static let numbers: Value = .list((0..<20).map { .int($0) })

  /// A body of each form that writes ten times its item.
  private static func body(_ form: String) -> NodeBody {
    @Sendable func update(_ state: StateView) -> StateUpdate { ["result": .int((state["item"].int ?? 0) * 10)] }
    return switch form {
    case "synchronous": .synchronous { update($0) }
    case "plain":
      .plain { state, _ in
        for _ in 0..<Int.random(in: 0..<5) { await Task.yield() }
        return update(state)
      }
    default:
      .streaming { state, _ in
        TokenStream(next: { nil }, finish: { _, _ in update(state) })
      }
    }
  }

  @Test(arguments: ["synchronous", "plain", "streaming"], [1, 3, 64])
  func `Results come in the order of the items`(form: String, maximumConcurrency: Int) async throws {
    let graph = try map(StateGraph.Node("inner", body: Self.body(form)), maximumConcurrency: maximumConcurrency)
    let reading = await Reading.all(of: graph.run(["items": Self.numbers]))
    #expect(reading.outcome?.state["out"] == .list((0..<20).map { .int($0 * 10) }))
    let starts = reading.events.filter { if case .nodeStarted = $0.kind { $0.item != nil } else { false } }
    #expect(Set(starts.map { $0.path[0] }) == Set((0..<20).map { "a[\($0)]" }))
    #expect(starts.allSatisfy { $0.node == "a" })
    #expect(Set(starts.compactMap(\.item)) == Set(0..<20))
  }

  @Test func `No more items are worked at at once than allowed`() async throws {
    let gate = Gate()
    let graph = try map(
      StateGraph.Node(
        "inner",
        body: .plain { _, _ in
          try await gate.wait()
          return StateUpdate()
        }), maximumConcurrency: 3)
    let run = graph.run(["items": Self.numbers])
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals(3)
    await yieldOften()
    #expect(gate.arrivals == 3)
    gate.open()
    #expect(await reader.value.outcome?.status == .completed)
    #expect(gate.arrivals == 20)
  }

  @Test func `A node inside a node has its place behind that of the node`() async throws {
    let inner = NestedNode(
      StateGraph.Node(
        "inner",
        body: .plain { _, context in
          #expect(context.path == ["a", "inner"])
          #expect(context.idempotencyKey == "r/1/a/inner")
          await context.report("odd")
          return ["out": 1]
        }))
    let graph = try singleNodeGraph(.plain { state, context in try await context.run(inner, on: state) })
    let reading = await Reading.all(of: graph.run(options: RunOptions(runID: "r")))
    #expect(
      reading.lines == [
        "run started", "a started", "inner started", "inner warned odd", #"inner finished {"out":1}"#,
        #"a finished {"out":1}"#, "step 1 -> ", "run completed",
      ])
    #expect(reading.events[2].json["node"] == "a/inner")
  }

  @Test func `An inner node has its own attempts, and its error says where it is`() async throws {
    let inner = {
      var node = StateGraph.Node("inner", body: .plain { _, _ in throw Boom() })
      node.retry = RetryPolicy(maximumAttempts: 3, backoff: .zero)
      return NestedNode(node)
    }()
    let graph = try singleNodeGraph(.plain { state, context in try await context.run(inner, on: state) }) {
      $0.retry = RetryPolicy(maximumAttempts: 2, backoff: .zero)
    }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.starts(of: "inner") == 6)
    #expect(reading.starts(of: "a") == 2)
    #expect(reading.graphError?.description == "node 'a/inner', step 1, attempt 3: boom")
  }

  @Test func `B19: the timeout of an inner node cancels its work and waits for it`() async throws {
    let clock = ManualSleep()
    let gate = Gate()
    let leave = Gate()
    var node = StateGraph.Node(
      "inner",
      body: .plain { _, _ in
        do { try await gate.wait() } catch { await leave.waitUncancelled() }
        return ["result": "late"]
      })
    node.timeout = .seconds(5)
    let run = try map(node).run(["items": [1]], options: RunOptions(sleep: clock.sleep))
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals()
    await clock.waitForSleepers()
    clock.advance(by: .seconds(5))
    await leave.waitForArrivals()
    leave.open()
    #expect(
      await reader.value.outcome?.stateText
        == #"{"items":[1],"out":["node 'a[0]', step 1: took longer than its timeout of 5 s"]}"#)
  }

  @Test func `A failure that ends the work cancels the other items`() async throws {
    let gate = Gate()
    let graph = try map(
      StateGraph.Node(
        "inner",
        body: .plain { state, _ in
          if state["item"] == 2 { throw Boom() }
          try await gate.wait()
          return StateUpdate()
        }), maximumConcurrency: 3, endsAtFailure: true)
    let reading = await Reading.all(of: graph.run(["items": Self.numbers]))
    #expect(reading.graphError?.description == "node 'a[2]', step 1: boom")
    #expect(gate.arrivals <= 3)
  }

  @Test func `Failures of items are results where they end nothing`() async throws {
    let graph = try map(
      StateGraph.Node(
        "inner",
        body: .synchronous { state in
          if state["item"] == 1 { throw Boom() }
          return ["result": "ok"]
        }))
    let reading = await Reading.all(of: graph.run(["items": [0, 1, 2]]))
    #expect(reading.outcome?.state["out"] == ["ok", "node 'a[1]', step 1: boom", "ok"])
  }

  @Test(arguments: 0..<20)
  func `The tokens of an item's last attempt are its text`(seed: UInt64) async throws {
    var random = SeededGenerator(seed)
    let words = (0..<6).map { _ in
      (0..<Int.random(in: 0...4, using: &random)).map { _ in ["", "é", "b "].randomElement(using: &random) ?? "" }
    }
    var node = StateGraph.Node(
      "inner",
      body: .streaming { state, context in
        let own = words[state["item"].int ?? 0]
        return tokenStream(own, to: "result", then: context.attempt == 1 && own.count == 2 ? Boom() : nil)
      })
    node.retry = RetryPolicy(maximumAttempts: 2, backoff: .zero)
    let graph = try map(node, maximumConcurrency: .random(in: 1...6, using: &random))
    let reading = await Reading.all(of: graph.run(["items": .list((0..<6).map { .int($0) })]))
    #expect(reading.outcome?.state["out"] == .list(words.map { .string($0.joined()) }), "seed \(seed)")
    for (item, own) in words.enumerated() {
      let attempt = own.count == 2 ? 2 : 1
      let tokens = reading.events.compactMap { event -> String? in
        guard event.item == item, event.attempt == attempt, case .token(let text) = event.kind else { return nil }
        return text
      }
      #expect(tokens == own.filter { !$0.isEmpty }, "seed \(seed)")
    }
    #expect(reading.events.map(\.sequence) == Array(0..<reading.events.count), "seed \(seed)")
  }

  @Test func `A stop leaves the items alone that have not begun`() async throws {
    let gate = Gate()
    let graph = try map(
      StateGraph.Node(
        "inner",
        body: .plain { state, context in
          try await context.stop.cancelling { try await gate.wait() }
          return StateUpdate()
        }), maximumConcurrency: 2)
    let run = graph.run(["items": [1, 2, 3]])
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals(2)
    run.stop()
    let reading = await reader.value
    #expect(reading.outcome?.status == .stopped)
    #expect(reading.outcome?.state["out"] == [nil, nil, "not begun"])
  }

  @Test func `Items in tasks are at most the stated buffer ahead of a slow reader`() async throws {
    let produced = Counter()
    let graph = try map(
      StateGraph.Node(
        "inner",
        body: .streaming { _, _ in
          let own = Counter()
          return TokenStream(to: "result") {
            guard own.increment() <= 2000 else { return nil }
            produced.increment()
            return "x"
          }
        }))
    var read = 0
    var mostAhead = 0
    for try await _ in graph.run(["items": [1, 2]]).tokens(of: "a") {
      read += 1
      if read % 500 == 1 { await yieldOften() }
      mostAhead = max(mostAhead, produced.value - read)
    }
    #expect(read == 4000)
    #expect(mostAhead <= 2 * 256 + 2)
  }

  @Test func `A requirement and a result that is there are looked at for inner nodes too`() async throws {
    var node = StateGraph.Node("inner", body: .synchronous { _ in ["result": 1] })
    node.requires = ["item"]
    node.skipsWhenSet = ["out"]
    let graph = try map(node)
    let lacking = await Reading.all(of: graph.run(["items": [nil, 2]]))
    #expect(lacking.outcome?.state["out"] == ["node 'a[0]', step 1: requires 'item', which is not set", 1])
    let skipped = await Reading.all(of: graph.run(["items": [2], "out": "there"]))
    #expect(skipped.lines.contains("a skipped result_exists"))
    #expect(skipped.outcome?.state["out"] == [nil])
  }
}

/// Views of the state with another value.
@Suite(.timeLimit(.minutes(10)))
struct StateViewReplacingTests {
  @Test func `A slot is replaced, and keys of a larger schema have their initial values`() {
    let view = StateView(["a": 1, "b": 2])
    #expect(view.replacing(1, with: 3).object == ["a": 1, "b": 3])
    var schema = view.schema.schema
    schema.add("c", initial: "new")
    let item = schema.add("d")
    let larger = view.replacing(item, with: 4, in: StateSchemaReference(schema))
    #expect(larger.object == ["a": 1, "b": 2, "c": "new", "d": 4])
    #expect(view.object == ["a": 1, "b": 2])
  }
}

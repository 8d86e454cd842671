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

/// Checks before and after the work of a node.
@Suite(.timeLimit(.minutes(10)))
struct CheckTests {
  private typealias Way = FailureActionTests.Way

  private func check(
    _ moment: NodeCheck.Moment, _ consequence: NodeCheck.Consequence, message: String? = nil,
    holds: @escaping @Sendable (StateView, StateUpdate?) throws -> Bool = { _, _ in false }
  ) -> NodeCheck {
    NodeCheck("len(out) > 3", moment, otherwise: consequence, message: message, holds: holds)
  }

  @Test(arguments: FailureActionTests.Way.allCases, [NodeCheck.Moment.before, .after])
  func `A check that warns is written down, and the node runs`(
    way: FailureActionTests.Way, moment: NodeCheck.Moment
  ) async throws {
    let graph = try way.graph(way.body { "x" }) { $0.checks = [check(moment, .warn)] }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.outcome?.state["out"] == "x")
    #expect(reading.lines.contains("a warned the check 'len(out) > 3' does not hold"))
    #expect(reading.outcome?.toleratedErrors.map(\.code) == [.checkFailed])
    #expect(reading.outcome?.state["errors"]?.list?.first?["node"] == .string(way.place))
  }

  @Test(arguments: FailureActionTests.Way.allCases, [NodeCheck.Moment.before, .after])
  func `B20: a check that halts ends the run, whatever the node's policies are`(
    way: FailureActionTests.Way, moment: NodeCheck.Moment
  ) async throws {
    let attempts = Counter()
    let graph = try way.graph(
      way.body {
        attempts.increment()
        return "x"
      }
    ) {
      $0.checks = [check(moment, .halt, message: "too short")]
      $0.failure = .skip
      $0.retry = RetryPolicy(maximumAttempts: 3, backoff: .zero)
      $0.fallback = way.body { "rescued" }
    }
    let reading = await Reading.all(of: graph.run())
    #expect(attempts.value == (moment == .before ? 0 : 1))
    #expect(reading.graphError?.code == .checkFailed)
    #expect(reading.graphError?.description == "node '\(way.place)', step 1: too short")
    #expect(reading.outcome?.state == [:] || way.isBeside)
    #expect(reading.starts(of: "b") == 0)
  }

  @Test(arguments: FailureActionTests.Way.allCases)
  func `A check before the work may leave the node out`(way: FailureActionTests.Way) async throws {
    let runs = Counter()
    let graph = try way.graph(
      way.body {
        runs.increment()
        return "x"
      }
    ) { $0.checks = [check(.before, .skip)] }
    let reading = await Reading.all(of: graph.run())
    #expect(runs.value == 0)
    #expect(reading.outcome?.status == .completed)
    #expect(reading.lines.contains("a skipped check_failed"))
    #expect(reading.outcome?.state["seen"] == [nil, []])
  }

  @Test(arguments: FailureActionTests.Way.allCases)
  func `A check after the work may have it made again`(way: FailureActionTests.Way) async throws {
    let attempts = Counter()
    let graph = try way.graph(
      way.body { String(repeating: "x", count: attempts.increment()) }
    ) { $0.checks = [check(.after, .retry(5)) { _, update in (update?["out"]?.string ?? "").count > 2 }] }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.outcome?.state["out"] == "xxx")
    #expect(reading.lines.contains("a#3 started"))
  }

  @Test(arguments: FailureActionTests.Way.allCases)
  func `A check that never holds fails the node after its attempts`(way: FailureActionTests.Way) async throws {
    let attempts = Counter()
    let graph = try way.graph(
      way.body {
        attempts.increment()
        return "x"
      }
    ) {
      $0.checks = [check(.after, .retry(2))]
      // A result that does not hold is no failed call: the policy for those is another one.
      $0.retry = RetryPolicy(maximumAttempts: 9, backoff: .zero)
    }
    let error = await Reading.all(of: graph.run()).graphError
    #expect(attempts.value == 3)
    #expect(error?.description == "node '\(way.place)', step 1, attempt 3: the check 'len(out) > 3' does not hold")
  }

  @Test(arguments: FailureActionTests.Way.allCases)
  func `A fallback comes after the attempts of a check`(way: FailureActionTests.Way) async throws {
    let graph = try way.graph(way.body { "x" }) {
      $0.checks = [check(.after, .retry(1)) { _, update in update?["out"] == "rescued" }]
      $0.fallback = way.body { "rescued" }
    }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.outcome?.state["out"] == "rescued")
    #expect(reading.lines.contains("a#3 started"))
  }

  @Test(arguments: [NodeCheck.Moment.before, .after])
  func `A check that cannot be evaluated says so`(moment: NodeCheck.Moment) async throws {
    for consequence in [NodeCheck.Consequence.halt, .skip, .retry(3)] {
      let graph = try singleNodeGraph(.synchronous { _ in ["out": 1] }) {
        $0.checks = [check(moment, consequence) { _, _ in throw Boom("no such path") }]
      }
      let error = await Reading.all(of: graph.run()).graphError
      #expect(error?.message == "the check 'len(out) > 3' cannot be evaluated: no such path")
    }
    let warned = try singleNodeGraph(.synchronous { _ in ["out": 1] }) {
      $0.checks = [check(moment, .warn) { _, _ in throw Boom("no such path") }]
    }
    #expect(await Reading.all(of: warned.run()).outcome?.stateText == #"{"out":1}"#)
  }

  @Test func `A check that halts inside a graph that a node runs ends the whole run`() async throws {
    let inner = try singleNodeGraph(.plain { _, _ in ["out": 1] }) { $0.checks = [check(.after, .halt)] }
    let attempts = Counter()
    let graph = try singleNodeGraph(
      .plain { _, context in
        attempts.increment()
        _ = try await context.run(inner, input: [:])
        return StateUpdate()
      }
    ) {
      $0.failure = .skip
      $0.retry = RetryPolicy(maximumAttempts: 3, backoff: .zero)
    }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.outcome?.status == .failed)
    #expect(reading.graphError?.path == ["a", "a"])
    #expect(attempts.value == 1)
  }
}

/// Checks of the state at the end of a run.
@Suite(.timeLimit(.minutes(10)))
struct FinalCheckTests {
  private func graph(_ checks: [NodeCheck]) throws -> StateGraph {
    var builder = StateGraphBuilder("verified", keys: ["out"])
    builder.addKey("errors")
    builder.addQuickNode("a") { _ in ["out": 1] }
    builder.addLine(["a"])
    builder.finalChecks = checks
    return try builder.build()
  }

  private func check(_ consequence: NodeCheck.Consequence, _ number: Int) -> NodeCheck {
    NodeCheck("out == \(number)", .before, otherwise: consequence) { state, _ in state["out"] == .int(number) }
  }

  @Test func `Checks that hold say nothing`() async throws {
    let reading = await Reading.all(of: try graph([check(.halt, 1), check(.warn, 1)]).run())
    #expect(reading.outcome?.stateText == #"{"out":1}"#)
    #expect(!reading.lines.contains { $0.contains("warned") })
  }

  @Test func `A check that warns is written down`() async throws {
    let reading = await Reading.all(of: try graph([check(.warn, 2)]).run())
    #expect(reading.lines.suffix(2) == ["run warned the check 'out == 2' does not hold", "run completed"])
    #expect(reading.outcome?.toleratedErrors.map(\.code) == [.checkFailed])
    #expect(reading.outcome?.state["errors"]?.list?.count == 1)
  }

  @Test func `A check that halts fails the run`() async throws {
    let reading = await Reading.all(of: try graph([check(.warn, 3), check(.halt, 2)]).run())
    #expect(reading.outcome?.status == .failed)
    #expect(reading.graphError?.code == .checkFailed)
    #expect(reading.graphError?.description == "the check 'out == 2' does not hold")
    #expect(reading.outcome?.state["out"] == 1)
  }

  @Test func `They are looked at when a resumed run comes to its end, and not before`() async throws {
    var builder = StateGraphBuilder("verified", keys: ["out"])
    builder.addNode("a") { _, context in
      guard let answer = context.answer else { throw context.suspension(asking: "?") }
      return ["out": answer]
    }
    builder.addLine(["a"])
    builder.finalChecks = [check(.halt, 2)]
    let graph = try builder.build()
    let waiting = try await graph.run().result()
    #expect(waiting.status == .interrupted)
    let checkpoint = try #require(waiting.checkpoint)
    #expect(await Reading.all(of: graph.resume(checkpoint, answers: ["a": 1])).outcome?.status == .failed)
    #expect(await Reading.all(of: graph.resume(checkpoint, answers: ["a": 2])).outcome?.status == .completed)
  }
}

/// The time that a whole run may take.
@Suite(.timeLimit(.minutes(10)))
struct RunTimeoutTests {
  @Test(arguments: FailureActionTests.Way.allCases.filter { $0 != .synchronous })
  func `A run that takes too long is cancelled and waited for`(way: FailureActionTests.Way) async throws {
    let clock = ManualSleep()
    let gate = Gate()
    let leave = Gate()
    let ended = Counter()
    let wait: @Sendable () async throws -> Void = {
      defer { ended.increment() }
      do { try await gate.wait() } catch {
        await leave.waitUncancelled()
        throw error
      }
    }
    let body: NodeBody =
      way.isStreaming
      ? .streaming { _, _ in
        let pulls = Counter()
        return TokenStream(to: "out") {
          if pulls.increment() == 1 { return "half" }
          try await wait()
          return nil
        }
      }
      : .plain { _, _ in
        try await wait()
        return StateUpdate()
      }
    let graph = try way.graph(body) { $0.failure = .skip }
    let run = graph.run(options: RunOptions(timeout: .seconds(3), sleep: clock.sleep))
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals()
    await clock.waitForSleepers()
    clock.advance(by: .seconds(3))
    await leave.waitForArrivals()
    #expect(ended.value == 0)
    leave.open()
    let reading = await reader.value
    #expect(ended.value == 1)
    #expect(reading.graphError?.code == .runTimeout)
    #expect(reading.graphError?.description == "the run took longer than its timeout of 3 s")
    #expect(reading.outcome?.status == .failed)
    #expect(reading.starts(of: "b") == 0)
  }

  @Test func `The graph says how long its runs may take, and nodes know until when`() async throws {
    let clock = ManualSleep()
    var builder = StateGraphBuilder("timed", keys: ["out"])
    builder.timeout = .seconds(60)
    builder.addNode("a") { _, context in
      await clock.waitForSleepers()
      return ["out": .bool(context.deadline != nil)]
    }
    builder.addLine(["a"])
    let outcome = try await builder.build().run(options: RunOptions(sleep: clock.sleep)).result()
    #expect(outcome.stateText == #"{"out":true}"#)
    #expect(clock.requested == [.seconds(60)])
    while clock.sleeperCount > 0 { await Task.yield() }
  }

  @Test func `A loop of synchronous nodes ends when its time is up`() async throws {
    let clock = ManualSleep()
    var builder = StateGraphBuilder("loop", keys: [])
    let rounds = Counter()
    builder.addQuickNode("a") { _ in
      if rounds.increment() == 10 { clock.advance(by: .seconds(1)) }
      return StateUpdate()
    }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: "a")
    builder.maximumSteps = .max
    builder.timeout = .seconds(1)
    let run = try builder.build().run(options: RunOptions(sleep: clock.sleep))
    var iterator = run.makeAsyncIterator()
    _ = try await iterator.next()
    await clock.waitForSleepers()
    let failure = await #expect(throws: GraphError.self) {
      // Nothing in this loop waits; without this it would keep a thread from all other tests.
      while try await iterator.next() != nil { await Task.yield() }
    }
    #expect(failure?.code == .runTimeout)
  }

  @Test func `A reader that leaves takes the timer with it`() async throws {
    let clock = ManualSleep()
    let gate = Gate()
    let graph = try singleNodeGraph(
      .plain { _, _ in
        try await gate.wait()
        return StateUpdate()
      })
    let run = graph.run(options: RunOptions(timeout: .seconds(9), sleep: clock.sleep))
    let reader = Task { try await run.result() }
    await gate.waitForArrivals()
    await clock.waitForSleepers()
    reader.cancel()
    _ = await reader.result
    while clock.sleeperCount > 0 { await Task.yield() }
  }

  @Test func `A graph inside a node has a time of its own`() async throws {
    let clock = ManualSleep()
    let gate = Gate()
    var builder = StateGraphBuilder("inner", keys: ["out"])
    builder.timeout = .seconds(2)
    builder.addNode("n") { _, _ in
      try await gate.wait()
      return StateUpdate()
    }
    builder.addLine(["n"])
    let inner = try builder.build()
    let graph = try singleNodeGraph(
      .plain { _, context in
        _ = try await context.run(inner, input: [:])
        return StateUpdate()
      }
    ) { $0.failure = .skip }
    let run = graph.run(options: RunOptions(sleep: clock.sleep))
    let reader = Task { try await run.result() }
    await gate.waitForArrivals()
    await clock.waitForSleepers()
    clock.advance(by: .seconds(2))
    let outcome = try await reader.value
    #expect(outcome.toleratedErrors.map(\.code) == [.runTimeout])
    #expect(outcome.status == .completed)
  }
}

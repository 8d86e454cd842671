internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Where runs go on.
@Suite(.timeLimit(.minutes(10)))
struct CheckpointTests {
  /// A random graph in which some nodes ask; with `answers` they know the answer in advance.
  private func graph(_ random: inout SeededGenerator, answers: Bool) throws -> StateGraph {
    let count = Int.random(in: 3...8, using: &random)
    var builder = StateGraphBuilder("random", keys: (0..<count).map { "k\($0)" })
    builder.addKey("trace", reducer: .append, initial: [])
    builder.addKey("sum", reducer: .add, initial: 0)
    builder.addKey("_loop_counts")
    builder.addKey("_route")
    builder.addKey("errors")
    builder.maximumSteps = 80
    for index in 0..<count {
      let form = Int.random(in: 0..<6, using: &random)
      let limit = Bool.random(using: &random) ? Int.random(in: 1...3, using: &random) : nil
      @Sendable func update(_ state: StateView, _ extra: Value) -> StateUpdate {
        let seen = (state["sum"].int ?? 0) &* 31 &+ index
        return [
          "k\(index)": [.int(seen), extra, state["_loop_counts"]["n\(index)"] ?? nil], "trace": [.int(index)],
          "sum": .int(seen % 7),
        ]
      }
      let body: NodeBody =
        switch form {
        case 0: .synchronous { update($0, "s") }
        case 1: .plain { state, _ in update(state, "p") }
        case 2:
          .streaming { state, _ in
            TokenStream(next: { nil }, finish: { _, _ in update(state, "t") })
          }
        case 3: .plain { _, _ in throw Boom("\(index)") }
        default:
          .plain { state, context in
            let own: Value = .int((state["sum"].int ?? 0) + index)
            if answers { return update(state, own) }
            guard let answer = context.answer else { throw context.suspension(asking: own) }
            return update(state, answer)
          }
        }
      var node = StateGraph.Node("n\(index)", body: body)
      node.loopLimit = limit
      node.failure = .skip
      if form == 1, Bool.random(using: &random) { node.skipsWhenSet = [StateKey("k\(index)")] }
      builder.addNode(node)
    }
    func name(_ index: Int) -> StateGraphBuilder.Ends {
      index == count ? .end : .init(stringLiteral: "n\(index)")
    }
    builder.addEdge(from: .start, to: ["n0", "n1"])
    for index in 0..<count {
      let later = Array((index + 1)...count).shuffled(using: &random)
      for target in later.prefix(.random(in: 1...2, using: &random)) {
        builder.addEdge(from: name(index), to: name(target))
      }
      if Int.random(in: 0..<3, using: &random) == 0 {
        let back = Int.random(in: 0...index, using: &random)
        let above = Int.random(in: 0...9, using: &random)
        builder.addEdge(from: name(index), to: name(back), when: "sum > \(above)") { ($0["sum"].int ?? 0) > above }
      }
      if index >= 2, Int.random(in: 0..<3, using: &random) == 0 {
        let sources = (0..<index).shuffled(using: &random).prefix(2).map { "n\($0)" }
        builder.addEdge(from: sources.count == 2 ? [sources[0], sources[1]] : .start, to: name(index))
      }
    }
    return try builder.build()
  }

  /// The end of a run, without what differs from run to run.
  private func text(_ outcome: RunOutcome?) -> String {
    guard let outcome else { return "none" }
    return "\(outcome.status) \(outcome.stateText) \(outcome.steps) \(outcome.error.map { "\($0)" } ?? "")"
      + outcome.toleratedErrors.map { " \($0)" }.joined()
  }

  @Test(arguments: 0..<150)
  func `Answers one by one give the state that a run gives which knows them`(seed: UInt64) async throws {
    var first = SeededGenerator(seed: seed)
    var second = SeededGenerator(seed: seed)
    var random = SeededGenerator(seed: seed &+ 1000)
    let expected = await Reading.all(of: try graph(&first, answers: true).run())
    let asking = try graph(&second, answers: false)
    var outcome = await Reading.all(of: asking.run()).outcome
    var rounds = 0
    while let waiting = outcome, waiting.status == .interrupted, rounds < 300 {
      rounds += 1
      let checkpoint = try #require(waiting.checkpoint)
      let chosen = waiting.interrupts.shuffled(using: &random).prefix(.random(in: 1...3, using: &random))
      let answers = ValueObject(chosen.map { ($0.id, $0.payload) })
      let json = try Value(json: checkpoint.json.json())
      outcome = await Reading.all(of: asking.resume(try RunCheckpoint(json: json), answers: answers)).outcome
    }
    #expect(text(outcome) == text(expected.outcome), "seed \(seed)")
  }

  @Test func `A run that was stopped in a stream runs the node again`() async throws {
    let gate = Gate()
    var builder = StateGraphBuilder("stopped")
    builder.addKey("log", reducer: .append, initial: [])
    builder.addStreamingNode("write") { _, context in
      let pulls = Counter()
      return TokenStream(to: "log") {
        switch pulls.increment() {
        case 1: return "half"
        case 2:
          try await context.stop.cancelling { try await gate.wait() }
          return " and half"
        default: return nil
        }
      }
    }
    builder.addNode("beside") { _, _ in ["log": "beside"] }
    builder.addQuickNode("end") { _ in ["log": "end"] }
    builder.addEdge(from: .start, to: ["write", "beside"])
    builder.addEdge(from: ["write", "beside"], to: "end")
    builder.addEdge(from: "end", to: .end)
    let graph = try builder.build()
    let run = graph.run()
    let reader = Task { try await run.result() }
    await gate.waitForArrivals()
    run.stop()
    let stopped = try await reader.value
    #expect(stopped.status == .stopped)
    #expect(stopped.state["log"] == ["half", "beside"])
    gate.open()
    let reading = await Reading.all(of: graph.resume(try #require(stopped.checkpoint)))
    #expect(reading.outcome?.state["log"] == ["half and half", "beside", "end"])
    #expect(reading.starts(of: "beside") == 0)
    #expect(reading.outcome?.status == .completed)
  }

  @Test func `A run that was stopped between two steps, or before the first, goes on there`() async throws {
    var builder = StateGraphBuilder("line", keys: ["a", "b"])
    for name in ["a", "b"] { builder.addQuickNode(name) { _ in StateUpdate(StateKey(name), 1) } }
    builder.addLine(["a", "b"])
    let graph = try builder.build()
    for steps in 0...1 {
      let run = graph.run()
      if steps == 0 { run.stop() }
      var outcome: RunOutcome?
      for try await event in run {
        if case .stepFinished = event.kind, event.step == steps { run.stop() }
        if case .runFinished(let finished) = event.kind { outcome = finished }
      }
      #expect(outcome?.status == .stopped)
      #expect(outcome?.steps == steps)
      let reading = await Reading.all(of: graph.resume(try #require(outcome?.checkpoint)))
      #expect(reading.outcome?.stateText == #"{"a":1,"b":1}"#)
      #expect(reading.starts(of: "a") == 1 - steps)
    }
  }

  @Test func `A resumed run that is stopped at once can be resumed again`() async throws {
    let graph = try singleNodeGraph(
      .plain { _, context in
        guard let answer = context.answer else { throw context.suspension(asking: "?") }
        return ["out": answer]
      })
    let first = try #require(try await graph.run().result().checkpoint)
    let run = graph.resume(first, answers: ["a": 1])
    run.stop()
    let second = try await run.result()
    #expect(second.status == .stopped)
    let third = try await graph.resume(try #require(second.checkpoint), answers: ["a": 2]).result()
    #expect(third.stateText == #"{"out":2}"#)
  }

  // MARK: - Graphs that have changed

  private func asking(_ name: String, graph: String = "g", after: String = "after") throws -> StateGraph {
    var builder = StateGraphBuilder(graph, keys: ["out", name])
    builder.addNode(name) { _, context in
      guard let answer = context.answer else { throw context.suspension(asking: "?") }
      return ["out": answer]
    }
    builder.addQuickNode("beside") { _ in StateUpdate() }
    builder.addQuickNode(after) { _ in StateUpdate() }
    builder.addEdge(from: .start, to: [name, "beside"] as StateGraphBuilder.Ends)
    builder.addEdge(from: [name, "beside"] as StateGraphBuilder.Ends, to: .init(stringLiteral: after))
    builder.addEdge(from: .init(stringLiteral: after), to: .end)
    return try builder.build()
  }

  @Test func `A node that is gone is named`() async throws {
    let checkpoint = try #require(try await asking("ask").run().result().checkpoint)
    let error = await Reading.all(of: try asking("asks").resume(checkpoint)).graphError
    #expect(error?.code == .invalidCheckpoint)
    #expect(
      error?.message
        == "the graph 'g' has no node 'ask' any more, at which the checkpoint has a place; is it 'asks' now?")
    // What the run has not come to may change.
    let changed = try await asking("ask", after: "later").resume(checkpoint, answers: ["ask": 1]).result()
    #expect(changed.status == .completed)
  }

  @Test func `A checkpoint of another graph is refused`() async throws {
    let checkpoint = try #require(try await asking("ask").run().result().checkpoint)
    let error = await Reading.all(of: try asking("ask", graph: "other").resume(checkpoint)).graphError
    #expect(error?.message == "the checkpoint is of the graph 'g', and this one is 'other'")
  }

  @Test func `An edge at which a run waits and that is gone is named`() async throws {
    func graph(_ sources: StateGraphBuilder.Ends) throws -> StateGraph {
      var builder = StateGraphBuilder("g", keys: ["out"])
      builder.addQuickNode("a") { _ in StateUpdate() }
      builder.addQuickNode("b") { _ in StateUpdate() }
      builder.addNode("c") { _, context in
        guard context.answer != nil else { throw context.suspension(asking: "?") }
        return StateUpdate()
      }
      builder.addQuickNode("d") { _ in StateUpdate() }
      builder.addEdge(from: .start, to: ["a", "b"])
      builder.addEdge(from: "b", to: "c")
      builder.addEdge(from: sources, to: "d")
      for name in ["a", "c", "d"] as [StateGraphBuilder.Ends] { builder.addEdge(from: name, to: .end) }
      return try builder.build()
    }
    let checkpoint = try #require(try await graph(["a", "c"]).run().result().checkpoint)
    let same = try await graph(["a", "c"]).resume(checkpoint, answers: ["c": 1]).result()
    #expect(same.status == .completed)
    let error = await Reading.all(of: try graph(["b", "c"]).resume(checkpoint)).graphError
    #expect(error?.message == "the graph has no edge from 'a', 'c' to 'd' any more, at which a run waits")
  }

  @Test(arguments: [
    ("[]", "the checkpoint is no object"),
    ("{}", "'version' of the checkpoint is missing or not what a checkpoint has there"),
    (#"{"version": 2}"#, "the checkpoint has version 2, and this program knows version 1"),
    (#"{"version": 1}"#, "'status' of the checkpoint is missing or not what a checkpoint has there"),
  ])
  func `What is no checkpoint is refused`(text: String, message: String) throws {
    let json = try Value(json: text)
    let error = #expect(throws: GraphError.self) { try RunCheckpoint(json: json) }
    #expect(error?.code == .invalidCheckpoint)
    #expect(error?.message == message)
  }

  @Test func `A checkpoint of which any part is missing is refused`() async throws {
    let checkpoint = try #require(try await asking("ask").run().result().checkpoint)
    let object = try #require(checkpoint.json.object)
    for key in object.keys {
      var broken = object
      broken[key] = nil
      #expect(throws: GraphError.self, "\(key)") { try RunCheckpoint(json: .object(broken)) }
    }
    #expect(try RunCheckpoint(json: .object(object)).json == checkpoint.json)
  }

  // MARK: - Stores

  @Test func `A store keeps the checkpoint of a thread, and a run goes on from it`() async throws {
    let store = MemoryCheckpointStore()
    let graph = try asking("ask")
    let options = RunOptions(thread: "t", checkpoints: store)
    for try await event in graph.run(options: options) {
      // It is kept before anybody is told.
      if case .runFinished = event.kind { #expect(store.load(thread: "t")?.status == .interrupted) }
    }
    let resumed = try await graph.resume(thread: "t", from: store, answers: ["ask": 7]).result()
    #expect(resumed.stateText == #"{"out":7}"#)
    #expect(store.load(thread: "t")?.status == .completed)
    let again = try await graph.resume(thread: "t", from: store)
    let error = await Reading.all(of: again).graphError
    #expect(error?.message == "the run of the thread 't' came to its end: there is nothing to resume")
    store.delete(thread: "t")
    let failure = await #expect(throws: GraphError.self) { try await graph.resume(thread: "t", from: store) }
    #expect(failure?.message == "there is no checkpoint of the thread 't'")
  }

  @Test func `A run that fails leaves the checkpoint of its thread as it was`() async throws {
    let store = MemoryCheckpointStore()
    let graph = try singleNodeGraph(
      .plain { _, context in
        guard context.answer != nil else { throw context.suspension(asking: "?") }
        throw Boom()
      })
    _ = try await graph.run(options: RunOptions(thread: "t", checkpoints: store)).result()
    let reading = await Reading.all(of: try await graph.resume(thread: "t", from: store, answers: ["a": 1]))
    #expect(reading.outcome?.status == .failed)
    #expect(store.load(thread: "t")?.interrupts.map(\.id) == ["a"])
  }

  private struct BrokenStore: CheckpointStore {
    func save(_ checkpoint: RunCheckpoint) async throws { throw Boom("disk full") }
    func load(thread: String) async throws -> RunCheckpoint? { nil }
    func delete(thread: String) async throws {}
  }

  @Test func `A checkpoint that cannot be kept fails the run`() async throws {
    let reading = await Reading.all(of: try asking("ask").run(options: RunOptions(checkpoints: BrokenStore())))
    #expect(reading.outcome?.status == .failed)
    #expect(reading.graphError?.code == .checkpointFailed)
    #expect(reading.graphError?.message == "the checkpoint cannot be kept: disk full")
    #expect(reading.lines.filter { $0.hasPrefix("run ") } == ["run started", "run failed"])
  }
}

internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Where runs go on.
@Suite(.timeLimit(.minutes(10)))
struct CheckpointTests {
  @Test(arguments: 0..<150)
  func `Answers one by one give the state that a run gives which knows them`(seed: UInt64) async throws {
    var first = SeededGenerator(seed)
    var second = SeededGenerator(seed)
    var random = SeededGenerator(seed &+ 1000)
    let expected = await Reading.all(of: try RandomGraph.make(&first, answers: true).run())
    let asking = try RandomGraph.make(&second, answers: false)
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
    #expect(RandomGraph.text(outcome) == RandomGraph.text(expected.outcome), "seed \(seed)")
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
    (#"{"version": 3}"#, "the checkpoint has version 3, and this program reads versions up to 2"),
    (#"{"version": 1}"#, "'status' of the checkpoint is missing or not what a checkpoint has there"),
  ])
  func `What is no checkpoint is refused`(text: String, message: String) throws {
    let json = try Value(json: text)
    let error = #expect(throws: GraphError.self) { try RunCheckpoint(json: json) }
    #expect(error?.code == (text.contains("3") ? .newerCheckpoint : .invalidCheckpoint))
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
}

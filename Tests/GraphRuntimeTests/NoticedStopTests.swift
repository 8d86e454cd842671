internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// A node of Swift that looks at the stop has returned what there was; others have not been cut short.
@Suite(.timeLimit(.minutes(10)))
struct NoticedStopTests {
  @Test func `what a node returns that has seen the stop is partial, and is done again`() async throws {
    let rounds = Counter()
    let graph = try singleNodeGraph(
      .plain { _, context in
        let round = rounds.increment()
        var text = ""
        for word in ["a", "b", "c"] where !context.isStopRequested {
          text += word
          await context.stream(word)
          if round == 1, word == "b" { context.stop.request("enough") }
        }
        return ["out": .string(text)]
      })
    let reading = await Reading.all(of: graph.run())
    #expect(
      reading.lines == [
        "run started", "a started", #"a chunk "a""#, #"a chunk "b""#, #"a finished {"out":"ab"} partial"#,
        "step 1 -> ", "run stopped",
      ])
    #expect(reading.outcome?.stateText == #"{"out":"ab"}"#)
    let checkpoint = try #require(reading.outcome?.checkpoint)
    #expect(try await graph.resume(checkpoint).result().stateText == #"{"out":"abc"}"#)
  }

  @Test func `of nodes side by side only the one is marked that has seen it`() async throws {
    let gate = Gate()
    var builder = StateGraphBuilder("two", keys: ["polite", "deaf"])
    builder.addNode("polite") { _, context in
      try await gate.wait()
      return ["polite": .bool(context.isStopRequested)]
    }
    builder.addNode("deaf") { _, _ in
      try await gate.wait()
      return ["deaf": "whole"]
    }
    for name in ["polite", "deaf"] {
      builder.addEdge(from: .start, to: .init(stringLiteral: name))
      builder.addEdge(from: .init(stringLiteral: name), to: .end)
    }
    let run = try builder.build().run()
    let reader = Task { await Reading.all(of: run) }
    await gate.waitForArrivals(2)
    run.stop()
    gate.open()
    let reading = await reader.value
    #expect(reading.updates(of: "polite").map(\.isPartial) == [true])
    #expect(reading.updates(of: "deaf").map(\.isPartial) == [false])
    #expect(reading.outcome?.status == .stopped)
  }

  @Test func `a node that knows better looks at the signal, and a run that did all of its work is completed`()
    async throws
  {
    let graph = try singleNodeGraph(
      .plain { _, context in
        context.stop.request("late")
        return ["out": .bool(context.stop.isRequested)]
      })
    let outcome = try await graph.run().result()
    #expect(outcome.status == .completed)
    #expect(outcome.stateText == #"{"out":true}"#)
  }

  @Test func `what somebody says in the name of a node that has ended is dropped`() async throws {
    let gate = Gate()
    let said = Gate()
    let kept = Locked<NodeContext?>(nil)
    var builder = StateGraphBuilder("late", keys: ["out"])
    builder.addNode("a") { _, context in
      kept.withLock { $0 = context }
      await context.stream("in time")
      return [:]
    }
    builder.addNode("b") { _, context in
      await kept.withLock { $0 }?.stream("too late")
      await context.stream("of b")
      return [:]
    }
    builder.addNode("quick") { _, context in
      kept.withLock { $0 = context }
      gate.open()
      return [:]
    }
    builder.addNode("slow") { _, context in
      try await gate.wait()
      await context.stream("of slow")
      try await said.wait()
      return [:]
    }
    builder.addLine(["a", "b"])
    builder.addEdge(from: "b", to: ["quick", "slow"])
    builder.addEdge(from: ["quick", "slow"], to: .end)
    var lines: [String] = []
    for try await event in try builder.build().run() {
      lines.append(event.brief)
      // It has ended, and its sibling still works.
      if event.brief == "quick finished {}" {
        await kept.withLock { $0 }?.stream("too late")
        said.open()
      }
    }
    #expect(
      lines.filter { $0.contains("chunk") } == [#"a chunk "in time""#, #"b chunk "of b""#, #"slow chunk "of slow""#])
  }
}

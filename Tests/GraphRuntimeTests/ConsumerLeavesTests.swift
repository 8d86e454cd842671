internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// A run must not go on after its consumer has left.
@Suite(.timeLimit(.minutes(10)))
struct ConsumerLeavesTests {
  @Test func `Breaking out of the loop cancels a node that is at work`() async throws {
    let gate = Gate()
    let cancelled = Gate()
    let graph = try singleNodeGraph(
      .plain { _, _ in
        do {
          try await gate.wait()
        } catch {
          cancelled.open()
          throw error
        }
        return ["out": 1]
      })
    for try await event in graph.run() {
      if case .nodeStarted = event.kind { break }
    }
    try await cancelled.wait()
  }

  @Test func `Breaking out of the loop ends a line of synchronous nodes where it is`() async throws {
    let effects = Counter()
    var builder = StateGraphBuilder("line")
    let names = (0..<50).map { "n\($0)" }
    for name in names {
      builder.addQuickNode(name) { _ in
        effects.increment()
        return StateUpdate()
      }
    }
    builder.addLine(names)
    for try await event in try builder.build().run() where event.node == "n4" { break }
    await yieldOften()
    #expect(effects.value == 5)
  }

  @Test func `Breaking out of the loop ends a stream where it is`() async throws {
    let pulls = Counter()
    let gone = Gate()
    let graph = try singleNodeGraph(
      .streaming { [witness = Witness(gone)] _, _ in
        TokenStream(to: "out") {
          withExtendedLifetime(witness) { _ = pulls.increment() }
          return "x"
        }
      })
    var read = 0
    for try await _ in graph.run().tokens() {
      read += 1
      if read == 3 { break }
    }
    await yieldOften()
    #expect(pulls.value == 3)
  }

  @Test func `Endless streams side by side end when their reader breaks out of the loop`() async throws {
    let gates = [Gate(), Gate()]
    try await {
      var builder = StateGraphBuilder("two", keys: ["a", "b"])
      for (name, gate) in zip(["a", "b"], gates) {
        builder.addStreamingNode(name) { _, _ in
          let witness = Witness(gate)
          return TokenStream(to: StateKey(name)) { withExtendedLifetime(witness) { "x" } }
        }
      }
      builder.addEdge(from: .start, to: ["a", "b"])
      builder.addEdge(from: ["a"], to: .end)
      builder.addEdge(from: ["b"], to: .end)
      var read = 0
      for try await _ in try builder.build().run().tokens() {
        read += 1
        if read == 600 { break }
      }
    }()
    // The streams are released when the tasks that pull them have ended.
    for gate in gates { try await gate.wait() }
  }

  @Test func `Releasing the iterator cancels a node that is at work`() async throws {
    let gate = Gate()
    let cancelled = Gate()
    let graph = try singleNodeGraph(
      .plain { _, _ in
        do {
          try await gate.wait()
        } catch {
          cancelled.open()
        }
        return StateUpdate()
      })
    let run = graph.run()
    func readTwo() async throws {
      var iterator = run.makeAsyncIterator()
      _ = try await iterator.next()
      _ = try await iterator.next()
    }
    try await readTwo()
    try await cancelled.wait()
    withExtendedLifetime(run) {}
  }

  @Test func `Cancelling the reading task cancels the nodes and waits for them`() async throws {
    let gate = Gate()
    let ended = Counter()
    var builder = StateGraphBuilder("two", keys: ["a", "b"])
    for name in ["a", "b"] {
      builder.addNode(name) { _, _ in
        do {
          try await gate.wait()
        } catch {
          await yieldOften()
          ended.increment()
          throw error
        }
        return StateUpdate()
      }
    }
    builder.addEdge(from: .start, to: ["a", "b"])
    builder.addEdge(from: ["a"], to: .end)
    builder.addEdge(from: ["b"], to: .end)
    let run = try builder.build().run()
    let reader = Task { try await run.result() }
    await gate.waitForArrivals(2)
    reader.cancel()
    await #expect(throws: CancellationError.self) { _ = try await reader.value }
    #expect(ended.value == 2)
  }

  @Test func `Cancelling the reading task cancels the stream that it waits for`() async throws {
    let gate = Gate()
    let graph = try singleNodeGraph(
      .streaming { _, _ in
        let pulls = Counter()
        return TokenStream(to: "out") {
          if pulls.increment() == 3 { try await gate.wait() }
          return "x"
        }
      })
    let reader = Task { try await graph.run().result() }
    await gate.waitForArrivals()
    reader.cancel()
    await #expect(throws: CancellationError.self) { _ = try await reader.value }
  }

  @Test func `Senders that wait for room go on when the reader leaves`() async throws {
    let ended = Gate()
    let graph = try singleNodeGraph(
      .plain { _, context in
        for index in 0..<2000 { await context.stream(.int(index)) }
        ended.open()
        return StateUpdate()
      })
    for try await event in graph.run() {
      if case .chunk = event.kind { break }
    }
    try await ended.wait()
  }

  @Test func `What a node left behind says after the end of the run waits for nobody`() async throws {
    let finished = Gate()
    let said = Gate()
    let graph = try singleNodeGraph(
      .plain { _, context in
        Task {
          try await finished.wait()
          for index in 0..<2000 { await context.stream(.int(index)) }
          said.open()
        }
        return StateUpdate()
      })
    var iterator = graph.run().makeAsyncIterator()
    var last: GraphEvent?
    while let event = try await iterator.next() { last = event }
    finished.open()
    try await said.wait()
    #expect(last?.brief == "run completed")
    let late = try await iterator.next()
    #expect(late == nil)
  }
}

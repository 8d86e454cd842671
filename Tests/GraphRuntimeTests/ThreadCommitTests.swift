internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// What a run writes to its thread while it goes on: when, in which order, and what waits for it.
@Suite(.timeLimit(.minutes(10)))
struct ThreadCommitTests {
  /// A line of nodes, some of which are local, and a store that holds its commits up.
  private func line(_ count: Int, isLocal: @escaping (Int) -> Bool) throws -> StateGraph {
    var builder = StateGraphBuilder("line")
    builder.addKey("log", reducer: .append, initial: [])
    for index in 0..<count {
      var node = StateGraph.Node("n\(index)", body: .plain { _, _ in ["log": [.int(index)]] })
      node.isLocal = isLocal(index)
      builder.addNode(node)
    }
    for index in 0...count {
      let ends = { (place: Int) in StateGraphBuilder.Ends(stringLiteral: "n\(place)") }
      builder.addEdge(from: index == 0 ? .start : ends(index - 1), to: index == count ? .end : ends(index))
    }
    return try builder.build()
  }

  /// Counts commits, and lets each wait until a gate is open.
  private struct SlowStore: ForwardingStore {
    let inner = MemoryCheckpointStore()
    let commits = Counter()
    let gates: [Int: Gate]

    func append(_ records: [ThreadRecord], under lease: ThreadLease, lasting duration: Duration) async throws {
      if let gate = gates[commits.increment()] { try await gate.wait() }
      try inner.append(records, under: lease, lasting: duration)
    }
  }

  @Test func `Local nodes go on while a step is written, and its end is said once it is kept`() async throws {
    let gate = Gate()
    let store = SlowStore(gates: [2: gate])
    let reached = Gate()
    var builder = StateGraphBuilder("pipeline")
    builder.addKey("log", reducer: .append, initial: [])
    builder.addNode("first") { _, _ in ["log": ["first"]] }
    var local = StateGraph.Node(
      "local",
      body: .plain { _, _ in
        reached.open()
        return ["log": ["local"]]
      })
    local.isLocal = true
    builder.addNode(local)
    let isWritten = Locked<Bool?>(nil)
    builder.addNode("outside") { _, _ in
      isWritten.withLock { $0 = gate.isOpen }
      return ["log": ["outside"]]
    }
    builder.addEdge(from: .start, to: "first")
    builder.addEdge(from: "first", to: "local")
    builder.addEdge(from: "local", to: "outside")
    builder.addEdge(from: "outside", to: .end)
    let run = try builder.build().run(on: try await store.open("t"))
    // The local node works while the commit of the first step waits.
    let names = Locked<[String]>([])
    let reading = Task {
      for try await event in run {
        if case .stepFinished = event.kind { names.withLock { $0.append("\(event.step) \(gate.isOpen)") } }
      }
    }
    try await reached.wait()
    gate.open()
    try await reading.value
    #expect(isWritten.withLock { $0 } == true)
    #expect(names.withLock { $0 } == ["1 true", "2 true", "3 true"])
    #expect(try await store.checkpoint(of: "t")?.state["log"] == ["first", "local", "outside"])
  }

  @Test(arguments: Durability.allCases)
  func `Steps that need not wait for each other share commits, and all of them are kept`(
    durability: Durability
  ) async throws {
    let store = SlowStore(gates: [:])
    let graph = try line(1000) { _ in durability == .sync }
    var options = RunOptions()
    options.durability = durability
    let reading = await Reading.all(of: graph.run(on: try await store.open("t"), options: options))
    #expect(reading.outcome?.status == .completed)
    // Events have their order and no gaps.
    #expect(reading.events.map(\.sequence) == Array(0..<reading.events.count))
    #expect(reading.events.count { if case .stepFinished = $0.kind { true } else { false } } == 1000)
    let place = try #require(try await store.checkpoint(of: "t"))
    #expect(place.state["log"] == .list((0..<1000).map { .int($0) }) && place.status == .completed)
    let records = try await store.records(of: "t", .all)
    #expect(records.count > 1000 && records.allSatisfy(\.isIntact))
  }

  @Test func `A run that cannot write in the background fails and says so`() async throws {
    let inner = MemoryCheckpointStore()
    let losing = LosingStore(inner: inner, last: 3, keepsLast: false)
    var options = RunOptions()
    options.durability = .async
    let graph = try line(2000) { _ in false }
    let outcome = await Reading.all(of: graph.run(on: try await losing.open("t"), options: options)).outcome
    #expect(outcome?.status == .failed && outcome?.error?.code == .checkpointFailed)
    // What was kept is whole, and the rest is run.
    let kept = try #require(try await inner.checkpoint(of: "t"))
    #expect(kept.state["log"] == .list((0..<kept.steps).map { .int($0) }))
    let second = try await graph.run(on: inner.open("t")).result()
    #expect(second.state["log"] == .list((0..<2000).map { .int($0) }))
  }

  @Test func `Of a run that is stopped for another one, what its nodes had done is kept`() async throws {
    let ended = Gate()
    let waits = Counter()
    var builder = StateGraphBuilder("beside", keys: ["question", "b"])
    builder.addKey("log", reducer: .append, initial: [])
    builder.addNode("a") { state, _ in ["log": .list([state["question"]])] }
    builder.addNode("b") { state, context in
      if waits.increment() == 1 {
        ended.open()
        try await context.stop.cancelling { try await Gate().wait() }
      }
      return ["b": state["question"]]
    }
    builder.addEdge(from: .start, to: ["a", "b"])
    builder.addEdge(from: ["a", "b"], to: .end)
    let graph = try builder.build()
    let store = MemoryCheckpointStore()
    let thread = try await store.open("t")
    let running = Task { await Reading.all(of: graph.run(["question": "one"], on: thread)).outcome }
    try await ended.wait()
    let next = try await store.open("t", onBusy: .interrupt)
    #expect(next.beginsTurn)
    #expect(await running.value?.status == .stopped)
    let outcome = try await graph.run(["question": "two"], on: next).result()
    #expect(outcome.state["log"] == ["one", "two"] && outcome.state["b"] == "two")
    let place = try await store.checkpoint(of: "t")
    #expect(place?.turn == 2 && place?.state["log"] == ["one", "two"])
  }

  /// A graph that logs a word and fails where it is a bad one.
  private func failing() throws -> StateGraph {
    var builder = StateGraphBuilder("failing", keys: ["word"])
    builder.addKey("log", reducer: .append, initial: [])
    builder.addNode("say") { state, _ in ["log": .list([state["word"]])] }
    builder.addNode("fail") { state, _ in
      guard state["word"] != "bad" else { throw Boom("bad") }
      return ["log": ["end"]]
    }
    builder.addEdge(from: .start, to: "say")
    builder.addEdge(from: "say", to: "fail")
    builder.addEdge(from: "fail", to: .end)
    return try builder.build()
  }

  @Test(arguments: [BusyPolicy.reject, .interrupt, .rollback])
  func `A turn that failed is left for another input where that is wanted`(policy: BusyPolicy) async throws {
    let graph = try failing()
    let store = MemoryCheckpointStore()
    _ = try await graph.run(["word": "good"], on: store.open("t")).result()
    #expect(await Reading.all(of: graph.run(["word": "bad"], on: try await store.open("t"))).outcome?.status == .failed)
    let reading = await Reading.all(of: graph.run(["word": "new"], on: try await store.open("t", onBusy: policy)))
    switch policy {
    case .interrupt: #expect(reading.outcome?.state["log"] == ["good", "end", "bad", "new", "end"])
    case .rollback: #expect(reading.outcome?.state["log"] == ["good", "end", "new", "end"])
    default: #expect(reading.graphError?.code == .threadUnfinished)
    }
    #expect(
      try await store.checkpoint(of: "t")?.state["log"] == (reading.outcome?.state["log"] ?? ["good", "end", "bad"]))
  }

  @Test func `A turn that was taken back is not taken back again by whoever comes after a lost run`() async throws {
    let graph = try failing()
    let store = MemoryCheckpointStore()
    for word in ["bad", "bad"] {
      _ = await Reading.all(of: graph.run(["word": .string(word)], on: try await store.open("t", onBusy: .interrupt)))
    }
    #expect(try await store.checkpoint(of: "t")?.state["log"] == ["bad", "bad"])
    // The run that takes the second turn back is lost before it begins its own.
    await (try await store.open("t", onBusy: .rollback)).close()
    #expect(try await store.checkpoint(of: "t")?.turn == 1)
    let outcome = try await graph.run(["word": "new"], on: store.open("t", onBusy: .rollback)).result()
    #expect(outcome.state["log"] == ["bad", "new", "end"])
  }

  @Test func `A thread of another graph is refused before anything of it is stopped or taken back`() async throws {
    let store = MemoryCheckpointStore()
    let graph = try failing()
    _ = await Reading.all(of: graph.run(["word": "bad"], on: try await store.open("t")))
    let other = try line(2) { _ in false }
    let holder = try await store.open("t")
    for policy in [BusyPolicy.interrupt, .rollback] {
      let error = await #expect(throws: GraphError.self) { try await store.open("t", of: other, onBusy: policy) }
      #expect(error?.code == .invalidCheckpoint)
    }
    #expect(!holder.isWanted)
    await holder.close()
    #expect(try await store.checkpoint(of: "t")?.state["log"] == ["bad"])
  }

  @Test func `A run whose thread somebody else has taken is stopped, and writes nothing`() async throws {
    let store = MemoryCheckpointStore()
    let busy = try BusyGraph()
    let thread = try await store.open("t")
    let running = Task { await Reading.all(of: busy.graph.run(["word": "wait"], on: thread)) }
    try await busy.isAtWork.wait()
    let held = #expect(throws: CheckpointStoreError.self) {
      try store.acquire("t", for: .current, lasting: .seconds(300), over: nil)
    }
    let lease = try store.acquire("t", for: .current, lasting: .seconds(300), over: try #require(held?.epoch))
    // Nobody opens the node's gate but the stop.
    let reading = await running.value
    #expect(reading.outcome?.status == .failed && reading.outcome?.error?.code == .checkpointFailed, "\(reading)")
    #expect(store.records(of: "t", .all).last?.sequence == lease.lastSequence)
  }

  @Test func `The history of a thread is cut to what is to be kept`() async throws {
    let store = MemoryCheckpointStore()
    let graph = try line(5) { _ in false }
    for turn in 1...3 {
      _ = try await graph.run(on: store.open("t", keeping: 4)).result()
      #expect(store.records(of: "t", .all).count == 4)
      #expect(try await store.checkpoint(of: "t")?.turn == turn)
    }
    #expect(try await graph.run(on: store.open("t")).result().state["log"]?.list?.count == 20)
  }

  @Test func `A node that ends beside others is kept before they end`() async throws {
    let gate = Gate()
    let store = MemoryCheckpointStore()
    var builder = StateGraphBuilder("parts", keys: ["a", "b"])
    builder.addNode("quick") { _, _ in ["a": 1] }
    builder.addNode("slow") { _, _ in
      try await gate.wait()
      return ["b": 2]
    }
    builder.addEdge(from: .start, to: ["quick", "slow"])
    builder.addEdge(from: ["quick", "slow"], to: .end)
    let graph = try builder.build()
    for try await event in graph.run(on: try await store.open("t")) {
      guard case .nodeFinished = event.kind, event.node == "quick" else { continue }
      // It is kept before anybody is told.
      #expect(try await store.checkpoint(of: "t")?.next == ["slow"])
      gate.open()
    }
    #expect(try await store.checkpoint(of: "t")?.status == .completed)
  }

  @Test func `What a node keeps while it works is there when its process was lost`() async throws {
    let store = MemoryCheckpointStore()
    let runs = Locked<[[Value]]>([])
    var builder = StateGraphBuilder("pieces", keys: ["out"])
    builder.addNode("long") { _, context in
      runs.withLock { $0.append(context.kept) }
      for number in context.kept.count..<4 {
        let before = store.records(of: "t", .all).count
        await context.keep(.int(number))
        while store.records(of: "t", .all).count == before {
          try Task.checkCancellation()
          await Task.yield()
        }
      }
      return ["out": .list(context.kept)]
    }
    builder.addLine(["long"])
    let graph = try builder.build()
    for _ in 0..<20 {
      let losing = LosingStore(inner: store, last: 2, keepsLast: true)
      _ = await Reading.all(of: graph.run(on: try await losing.open("t")))
      if try await store.checkpoint(of: "t")?.status == .completed { break }
    }
    let seen = runs.withLock { $0 }
    #expect(seen == [[], [0], [0, 1], [0, 1, 2], [0, 1, 2, 3]])
    #expect(try await store.checkpoint(of: "t")?.state["out"] == [0, 1, 2, 3])
  }
}

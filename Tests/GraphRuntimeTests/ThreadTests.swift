internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Runs whose thread is kept step by step.
@Suite(.timeLimit(.minutes(10)))
struct ThreadTests {
  // MARK: - Losing the process

  @Test(arguments: 0..<40, Durability.allCases)
  func `A thread whose process is lost at every commit ends as an undisturbed run`(
    seed: UInt64, durability: Durability
  ) async throws {
    var options = RunOptions()
    options.durability = durability
    var first = SeededGenerator(seed)
    let expected = await Reading.all(of: try RandomGraph.make(&first, answers: true).run())
    for keepsLast in [true, false] {
      var second = SeededGenerator(seed)
      let graph = try RandomGraph.make(&second, answers: true)
      let store = MemoryCheckpointStore()
      var outcome: RunOutcome?
      var losses = 0
      while losses < 400 {
        // The first commit of each run only says that it has begun; the next one keeps a step or a node.
        let losing = LosingStore(inner: store, last: keepsLast ? 2 : 3, keepsLast: keepsLast)
        outcome = await Reading.all(of: graph.run(on: try await losing.open("t"), options: options)).outcome
        guard outcome?.error?.code == .checkpointFailed else { break }
        losses += 1
        if try await store.checkpoint(of: "t")?.status != .running { break }
      }
      guard outcome?.error?.code == .checkpointFailed else {
        #expect(RandomGraph.text(outcome) == RandomGraph.text(expected.outcome), "seed \(seed), \(keepsLast)")
        continue
      }
      // The end itself was kept, and only its answer lost.
      let end = try #require(try await store.checkpoint(of: "t"))
      #expect(end.status == expected.outcome?.status && losses < 400, "seed \(seed)")
      guard end.status == .completed else { continue }
      for (key, value) in try #require(expected.outcome).state where key != "errors" {
        // What is as it was in the beginning is in no journal.
        #expect(end.state[key] == value || (end.state[key] == nil && [[], 0].contains(value)), "seed \(seed): \(key)")
      }
    }
  }

  @Test(arguments: 0..<40)
  func `A node whose step was kept is never run again`(seed: UInt64) async throws {
    var first = SeededGenerator(seed)
    let runs = Locked<[String: Int]>([:])
    let graph = try RandomGraph.make(&first, answers: true) { node, step in
      runs.withLock { $0["\(node) in step \(step)", default: 0] += 1 }
    }
    let store = MemoryCheckpointStore()
    for _ in 0..<400 {
      let losing = LosingStore(inner: store, last: 2, keepsLast: true)
      let outcome = await Reading.all(of: graph.run(on: try await losing.open("t"))).outcome
      let isEnded = try await store.checkpoint(of: "t")?.status != .running
      if isEnded || outcome?.error?.code != .checkpointFailed { break }
    }
    // One node alone in a step is kept with the step. Nodes side by side may be cut short by another's commit.
    let expected = Locked<[String: Int]>([:])
    var second = SeededGenerator(seed)
    let undisturbed = try RandomGraph.make(&second, answers: true) { node, step in
      expected.withLock { $0["\(node) in step \(step)", default: 0] += 1 }
    }
    let reading = await Reading.all(of: undisturbed.run())
    guard reading.outcome?.status == .completed else { return }
    let (all, wanted) = (runs.withLock { $0 }, expected.withLock { $0 })
    #expect(Set(all.keys) == Set(wanted.keys), "seed \(seed)")
    for step in Set(wanted.keys.map { $0.split(separator: " ").last ?? "" }) {
      let keys = wanted.keys.filter { $0.split(separator: " ").last == step }
      guard keys.count == 1, let key = keys.first else { continue }
      #expect(all[key] == 1, "seed \(seed): \(key)")
    }
  }

  @Test func `The nodes beside one that fails are not run again`() async throws {
    let runs = Counter()
    let failures = Counter()
    var builder = StateGraphBuilder("beside", keys: ["a", "b"])
    builder.addNode("good") { _, _ in
      runs.increment()
      return ["a": 1]
    }
    builder.addNode("bad") { _, _ in
      guard runs.value > 0, failures.increment() > 1 else { throw Boom("not yet") }
      return ["b": 2]
    }
    builder.addEdge(from: .start, to: ["good", "bad"])
    builder.addEdge(from: ["good", "bad"], to: .end)
    builder.maximumConcurrency = 1
    let graph = try builder.build()
    let store = MemoryCheckpointStore()
    let first = await Reading.all(of: graph.run(on: try await store.open("t")))
    #expect(first.outcome?.status == .failed)
    let kept = try #require(try await store.checkpoint(of: "t"))
    #expect(kept.status == .failed && kept.next == ["bad"] && kept.error?.message == "not yet")
    let second = try await graph.run(on: store.open("t")).result()
    #expect(second.stateText == #"{"a":1,"b":2}"#)
    #expect(runs.value == 1)
  }

  // MARK: - Answers

  private func asking(_ counter: Counter = Counter()) throws -> StateGraph {
    try singleNodeGraph(
      .plain { _, context in
        guard let answer = context.answer else { throw context.suspension(asking: "?") }
        guard counter.increment() > 1 else { throw Boom("later") }
        return ["out": answer]
      })
  }

  @Test func `An answer that was taken is kept when the node then fails`() async throws {
    let store = MemoryCheckpointStore()
    let graph = try asking()
    #expect(try await graph.run(on: store.open("t")).result().status == .interrupted)
    let failed = await Reading.all(of: graph.run(answers: ["a": "yes"], on: try await store.open("t")))
    #expect(failed.outcome?.status == .failed)
    let outcome = try await graph.run(on: store.open("t")).result()
    #expect(outcome.stateText == #"{"out":"yes"}"#)
  }

  @Test func `A second answer to a question is refused`() async throws {
    let store = MemoryCheckpointStore()
    let counter = Counter()
    counter.increment()
    let graph = try asking(counter)
    _ = try await graph.run(on: store.open("t")).result()
    let thread = try await store.open("t")
    let error = await #expect(throws: CheckpointStoreError.self) { try await store.open("t") }
    #expect(error?.code == .busy)
    #expect(error?.holder == .current)
    #expect(try await graph.run(answers: ["a": 1], on: thread).result().status == .completed)
    let late = await Reading.all(of: graph.run(answers: ["a": 2], on: try await store.open("t")))
    #expect(late.graphError?.message == "the run of the thread 't' came to its end: there is nothing to resume")
    // A refused run gives the thread back.
    #expect(try await store.open("t").checkpoint?.state["out"] == 1)
  }

  // MARK: - Turns

  @Test func `Another input on a thread that came to its end begins a turn on its state`() async throws {
    var builder = StateGraphBuilder("chat", keys: ["question", "answer"])
    builder.addKey("messages", reducer: .append, initial: [])
    builder.addKey("_loop_counts")
    builder.addKey("errors")
    var answer = StateGraph.Node(
      "answer",
      body: .plain { state, _ in
        let number = state["messages"].list?.count ?? 0
        return ["messages": ["answer \(number)"], "answer": .string("\(state["question"].string ?? "") \(number)")]
      })
    answer.skipsWhenSet = ["answer"]
    answer.loopLimit = 1
    builder.addNode(answer)
    builder.addLine(["answer"])
    let graph = try builder.build()
    let store = MemoryCheckpointStore()
    var outcome: RunOutcome?
    for question in ["one", "two"] {
      outcome = try await graph.run(
        ["question": .string(question), "messages": [.string(question)]], on: store.open("t")
      ).result()
    }
    #expect(outcome?.state["messages"] == ["one", "answer 1", "two", "answer 3"])
    #expect(outcome?.state["answer"] == "two 3")
    #expect(outcome?.steps == 1)
    let kept = try #require(try await store.checkpoint(of: "t"))
    #expect(kept.turn == 2 && kept.status == .completed)
    #expect(kept.state["messages"] == ["one", "answer 1", "two", "answer 3"])
    #expect(kept.state["_loop_counts"] == ["answer": 1])
  }

  @Test func `An unfinished thread takes the inputs that it began with and no others`() async throws {
    let store = MemoryCheckpointStore()
    var builder = StateGraphBuilder("inputs", keys: ["in", "out"])
    let tries = Counter()
    builder.addNode("work") { state, _ in
      if tries.increment() == 1 { throw Boom() }
      return ["out": state["in"]]
    }
    builder.addLine(["work"])
    let graph = try builder.build()
    #expect(await Reading.all(of: graph.run(["in": 1], on: try await store.open("t"))).outcome?.status == .failed)
    let other = await Reading.all(of: graph.run(["in": 2], on: try await store.open("t")))
    #expect(other.graphError?.code == .threadUnfinished)
    let same = try await graph.run(["in": 1], on: store.open("t")).result()
    #expect(same.stateText == #"{"in":1,"out":1}"#)
  }

  // MARK: - The journal

  @Test func `Steps that do nothing outside the state are kept together, and not said before`() async throws {
    let store = MemoryCheckpointStore()
    var builder = StateGraphBuilder("line")
    builder.addKey("trace", reducer: .append, initial: [])
    let names = (0..<100).map { "n\($0)" }
    builder.addTracers(names)
    builder.addLine(names)
    let graph = try builder.build()
    for try await event in graph.run(on: try await store.open("t")) {
      guard case .stepFinished = event.kind else { continue }
      let kept = try await store.checkpoint(of: "t")?.steps ?? 0
      #expect(kept >= event.step)
    }
    let records = store.records(of: "t", .all)
    #expect(Set(records.map(\.time)).count <= 4)
    #expect(records.count == 102)
    #expect(records[50].nodes == ["n49"])
  }

  @Test func `The journal grows with what is written, and snapshots stay the smaller part of it`() async throws {
    let store = MemoryCheckpointStore()
    var builder = StateGraphBuilder("loop")
    builder.addKey("log", reducer: .append, initial: [])
    builder.addKey("count", reducer: .add, initial: 0)
    let text = String(repeating: "x", count: 50_000)
    builder.addNode("work") { _, _ in ["log": .list([.string(text)]), "count": 1] }
    builder.addEdge(from: .start, to: "work")
    builder.addEdge(from: "work", to: "work", when: "count < 60") { ($0["count"].int ?? 0) < 60 }
    builder.addEdge(from: "work", to: .end)
    let graph = try builder.build()
    let outcome = try await graph.run(on: store.open("t")).result()
    let records = store.records(of: "t", .all)
    let bytes = records.reduce(0) { $0 + $1.body.count }
    #expect(records.contains { $0.kind == .snapshot && $0.sequence > 1 })
    #expect(bytes < 2 * 60 * 50_000)
    #expect(try await store.checkpoint(of: "t")?.state["log"] == outcome.state["log"])
    // Every step can be looked at, also those before the last snapshot.
    #expect(try await store.checkpoint(of: "t", at: 11)?.state["count"] == 10)
  }

  @Test(arguments: 0..<3)
  func `A record that was changed is named, with those that can be read`(change: Int) async throws {
    let store = MemoryCheckpointStore()
    var builder = StateGraphBuilder("line", keys: ["out"])
    for name in ["a", "b"] { builder.addNode(name) { _, _ in ["out": 1] } }
    builder.addLine(["a", "b"])
    _ = try await builder.build().run(on: store.open("t")).result()
    let records = store.records(of: "t", .all)
    let damaged = MemoryCheckpointStore()
    let lease = try damaged.acquire("t", for: .current, lasting: .seconds(1), over: nil)
    try damaged.append(
      records.map { record in
        guard record.sequence == 3 else { return record }
        var body = record.body
        if change == 0 { body.removeLast() }
        if change == 1 { body[5] ^= 1 }
        let isNewer = change == 2
        if isNewer { body = Array(#"{"version":9}"#.utf8) }
        return ThreadRecord(
          sequence: 3, kind: record.kind, time: record.time, graph: record.graph, run: record.run, turn: record.turn,
          step: record.step, status: record.status, nodes: record.nodes, body: body,
          checksum: isNewer ? nil : record.checksum)
      }, under: lease, lasting: .seconds(1))
    damaged.release(lease)
    let error = await #expect(throws: CheckpointStoreError.self) { try await damaged.open("t") }
    #expect(error?.code == (change == 2 ? .newer : .damaged))
    #expect(error?.description.hasPrefix("record 3 of the thread 't' cannot be read: ") == true)
    #expect(error?.description.hasSuffix("; the records up to 2 can be read") == true)
    #expect(try await damaged.checkpoint(of: "t", at: 2)?.next == ["b"])
  }

  @Test func `What cannot be kept fails the run, and is not said to have ended`() async throws {
    let store = LosingStore(inner: MemoryCheckpointStore(), last: 2, keepsLast: false)
    var builder = StateGraphBuilder("line", keys: ["out"])
    builder.addNode("a") { _, _ in ["out": 1] }
    builder.addLine(["a"])
    let reading = await Reading.all(of: try builder.build().run(on: store.open("t")))
    #expect(reading.graphError?.code == .checkpointFailed)
    #expect(reading.graphError?.message == "the checkpoint cannot be kept: lost")
    #expect(reading.events.map(\.sequence) == Array(0..<reading.events.count))
    #expect(!reading.events.contains { if case .stepFinished = $0.kind { true } else { false } })
    #expect(store.inner.threads().first?.holder == nil)
  }
}

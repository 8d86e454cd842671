internal import GraphRuntime
internal import GraphStore
internal import GraphTestSupport
internal import Testing

/// What every store does alike.
@Suite(.timeLimit(.minutes(10)))
struct StoreConformanceTests {
  private func record(_ sequence: Int, _ kind: ThreadRecord.Kind = .change, body: String = "{}") -> ThreadRecord {
    ThreadRecord(
      sequence: sequence, kind: kind, time: Int64(sequence), graph: "g \"ü\"", run: "r1", turn: 2, step: 3,
      status: .running, nodes: ["a", "b c"], body: Array(body.utf8))
  }

  private static let holder = ThreadHolder(host: "here", process: 1, origin: "one")
  private static let other = ThreadHolder(host: "there or so", process: 2, origin: "two")

  @Test(arguments: StoreKind.allCases)
  func `A thread is one holder's, until it gives it back`(_ kind: StoreKind) async throws {
    try await kind.with { first, second in
      let lease = try await first.acquire("t", for: Self.holder, lasting: .seconds(60), over: nil)
      let error = await #expect(throws: CheckpointStoreError.self) {
        try await second.acquire("t", for: Self.other, lasting: .seconds(60), over: nil)
      }
      #expect(error?.code == .busy)
      #expect(error?.holder == Self.holder)
      #expect(error?.description == "the thread 't' is being run (process 1 on here)")
      // Other threads are free.
      _ = try await second.acquire("u", for: Self.other, lasting: .seconds(60), over: nil)
      try await first.append([record(1, .snapshot)], under: lease, lasting: .seconds(60))
      try await first.release(lease)
      let next = try await second.acquire("t", for: Self.other, lasting: .seconds(60), over: nil)
      #expect(next.epoch > lease.epoch)
      #expect(next.lastSequence == 1)
      #expect(try await second.threads().map(\.holder) == [Self.other])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `Who has lost a thread no longer writes to it`(_ kind: StoreKind) async throws {
    try await kind.with { first, second in
      let old = try await first.acquire("t", for: Self.holder, lasting: .seconds(60), over: nil)
      let new = try await second.acquire("t", for: Self.other, lasting: .seconds(60), over: old.epoch)
      for attempt in 0..<3 {
        let error = await #expect(throws: CheckpointStoreError.self) {
          switch attempt {
          case 0: try await first.append([record(1, .snapshot)], under: old, lasting: .seconds(60))
          case 1: try await first.renew(old, lasting: .seconds(60))
          default: try await first.remove(through: nil, leaving: nil, under: old)
          }
        }
        #expect(error?.code == .lost)
      }
      // Giving it back is nothing to it.
      try await first.release(old)
      try await second.append([record(1, .snapshot)], under: new, lasting: .seconds(60))
      #expect(try await first.records(of: "t", .all).count == 1)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `Whoever has a thread can be asked to stop, and nobody after them is`(_ kind: StoreKind) async throws {
    try await kind.with { first, second in
      let lease = try await first.acquire("t", for: Self.holder, lasting: .seconds(60), over: nil)
      #expect(try await !first.isAskedToStop(lease))
      try await second.askToStop("t", epoch: lease.epoch - 1)
      try await second.askToStop("other", epoch: lease.epoch)
      #expect(try await !first.isAskedToStop(lease))
      try await second.askToStop("t", epoch: lease.epoch)
      #expect(try await first.isAskedToStop(lease))
      try await first.append([record(1, .snapshot)], under: lease, lasting: .seconds(60))
      #expect(try await first.isAskedToStop(lease))
      try await first.release(lease)
      let next = try await second.acquire("t", for: Self.other, lasting: .seconds(60), over: nil)
      #expect(try await !second.isAskedToStop(next))
      let error = await #expect(throws: CheckpointStoreError.self) { try await first.isAskedToStop(lease) }
      #expect(error?.code == .lost)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `Commits of many threads at once are all there, and one that cannot be made hurts no other`(
    _ kind: StoreKind
  ) async throws {
    try await kind.with { first, _ in
      var leases: [ThreadLease] = []
      for index in 0..<40 {
        leases.append(try await first.acquire("t\(index)", for: Self.holder, lasting: .seconds(60), over: nil))
      }
      // Somebody takes one of them.
      _ = try await first.acquire("t7", for: Self.other, lasting: .seconds(60), over: leases[7].epoch)
      let lost = await withTaskGroup(of: String?.self) { group in
        for lease in leases {
          group.addTask {
            do {
              for step in 1...5 {
                let record = record(step, step == 1 ? .snapshot : .change, body: "\"\(lease.thread)\"")
                try await first.append([record], under: lease, lasting: .seconds(60))
              }
              return nil
            } catch {
              return (error as? CheckpointStoreError)?.code == .lost ? lease.thread : "\(error)"
            }
          }
        }
        return await group.reduce(into: [String]()) { all, one in one.map { all.append($0) } }
      }
      #expect(lost == ["t7"])
      for lease in leases where lease.thread != "t7" {
        let records = try await first.records(of: lease.thread, .all)
        #expect(records.map(\.sequence) == [1, 2, 3, 4, 5] && records.allSatisfy(\.isIntact))
        #expect(records.allSatisfy { $0.body == Array("\"\(lease.thread)\"".utf8) })
      }
    }
  }

  @Test(arguments: StoreKind.allCases, [BusyPolicy.interrupt, .rollback, .takeover])
  func `A run is stopped for another one`(_ kind: StoreKind, _ policy: BusyPolicy) async throws {
    try await kind.with { first, second in
      for turn in 1...2 {
        let busy = try BusyGraph()
        let name = "t\(turn)"
        let before: [Value] = turn == 1 ? [] : ["zero", "end"]
        if turn == 2 { _ = try await busy.graph.run(["word": "zero"], on: first.open(name)).result() }
        let thread = try await first.open(name)
        let running = Task { try await busy.graph.run(["word": "wait"], on: thread).result() }
        try await busy.isAtWork.wait()
        let taken = try await second.open(name, onBusy: policy)
        let stopped = try await running.value
        #expect(stopped.status == .stopped && stopped.stopReason == "another run is to have the thread")
        let input: ValueObject = policy == .takeover ? [:] : ["word": "two"]
        let outcome = try await busy.graph.run(input, on: taken).result()
        let after: [Value] =
          switch policy {
          case .interrupt: ["wait", "two", "end"]
          case .rollback: ["two", "end"]
          default: ["wait", "end"]
          }
        #expect(outcome.state["log"] == .list(before + after), "turn \(turn)")
        let place = try await second.checkpoint(of: name)
        #expect(place?.state["log"] == .list(before + after) && place?.status == .completed)
      }
    }
  }

  @Test func `A turn whose beginning is not kept any more is not taken back`() async throws {
    let store = MemoryCheckpointStore()
    let busy = try BusyGraph()
    _ = try await busy.graph.run(["word": "zero"], on: store.open("t")).result()
    let thread = try await store.open("t")
    let running = Task { try await busy.graph.run(["word": "wait"], on: thread).result() }
    try await busy.isAtWork.wait()
    let lease = try #require(
      store.records(of: "t", .all).last.map { ThreadLease(thread: "t", epoch: 2, lastSequence: $0.sequence) })
    let place = try #require(try await store.checkpoint(of: "t"))
    let whole = ThreadRecord(
      sequence: lease.lastSequence, kind: .snapshot, time: 1, graph: "busy", run: place.run, turn: 2, step: place.steps,
      status: .running, nodes: [], body: Array(place.json.json().utf8))
    try store.remove(through: lease.lastSequence, leaving: whole, under: lease)
    let error = await #expect(throws: CheckpointStoreError.self) { try await store.open("t", onBusy: .rollback) }
    #expect(error?.code == .shortened)
    #expect(error?.description == "the turn 2 of the thread 't' cannot be taken back: its beginning is not kept")
    _ = try await running.value
    // It is free again, and stands where it stood.
    #expect(try await busy.graph.run(on: store.open("t")).result().state["log"] == ["zero", "end", "wait", "end"])
  }

  @Test(arguments: StoreKind.allCases)
  func `A thread whose time is over is free`(_ kind: StoreKind) async throws {
    try await kind.with { first, second in
      let old = try await first.acquire("t", for: Self.holder, lasting: .milliseconds(1), over: nil)
      var lease: ThreadLease?
      while lease == nil {
        lease = try? await second.acquire("t", for: Self.other, lasting: .seconds(60), over: nil)
      }
      #expect(lease?.epoch == old.epoch + 1)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `Of many that want a thread one gets it`(_ kind: StoreKind) async throws {
    try await kind.with { first, second in
      let count = await withTaskGroup(of: Bool.self) { group in
        for index in 0..<20 {
          let store = index.isMultiple(of: 2) ? first : second
          group.addTask {
            (try? await store.acquire("t", for: Self.holder, lasting: .seconds(60), over: nil)) != nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(count == 1)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `Records come back as they were, and follow each other`(_ kind: StoreKind) async throws {
    try await kind.with { first, second in
      let lease = try await first.acquire("t", for: Self.holder, lasting: .seconds(60), over: nil)
      let odd = "{\"text\":\"\u{0} ' \\\" ü 🦆 \\n\"}"
      let records = [
        record(1, .snapshot), record(2, body: odd), record(3, body: String(repeating: "x", count: 300_000)),
      ]
      try await first.append(records, under: lease, lasting: .seconds(60))
      #expect(try await second.records(of: "t", .all) == records)
      #expect(try await second.records(of: "t", .all).allSatisfy(\.isIntact))
      for wrong in [2, 3, 5] {
        let error = await #expect(throws: CheckpointStoreError.self) {
          try await first.append([record(wrong)], under: lease, lasting: .seconds(60))
        }
        #expect(error?.code == .lost)
      }
      try await first.append([record(4, .snapshot), record(5)], under: lease, lasting: .seconds(60))
      #expect(try await second.records(of: "t", .since(nil)).map(\.sequence) == [4, 5])
      #expect(try await second.records(of: "t", .since(4)).map(\.sequence) == [4])
      #expect(try await second.records(of: "t", .since(3)).map(\.sequence) == [1, 2, 3])
      #expect(try await second.records(of: "none", .all).isEmpty)
      let snapshot = record(3, .snapshot, body: "{}")
      try await first.remove(through: 3, leaving: snapshot, under: lease)
      #expect(try await second.records(of: "t", .all).map(\.sequence) == [3, 4, 5])
      #expect(try await second.records(of: "t", .since(3)) == [snapshot])
      try await first.remove(through: 3, leaving: nil, under: lease)
      #expect(try await second.records(of: "t", .all).map(\.sequence) == [4, 5])
      let summary = try #require(try await second.threads().first)
      #expect(summary.thread == "t" && summary.records == 2 && summary.bytes == 4)
      #expect(summary.last.sequence == 5 && summary.last.nodes == ["a", "b c"] && summary.last.body.isEmpty)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `W19: any text is a thread's name`(_ kind: StoreKind) async throws {
    try await kind.with { first, second in
      let names = ["../../etc/passwd", "a/b", "a'; DROP TABLE threads; --", "*", "ü 🦆", "a\nb"]
      for name in names {
        let lease = try await first.acquire(name, for: Self.holder, lasting: .seconds(60), over: nil)
        let body = "{\"name\":\(Value.string(name).json())}"
        try await first.append([record(1, .snapshot, body: body)], under: lease, lasting: .seconds(60))
        try await first.release(lease)
      }
      for name in names {
        let body = try await second.records(of: name, .all).map { String(decoding: $0.body, as: UTF8.self) }
        #expect(body == ["{\"name\":\(Value.string(name).json())}"], "\(name)")
      }
      #expect(Set(try await second.threads().map(\.thread)) == Set(names))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `A thread that is deleted is gone, and another of its name begins anew`(_ kind: StoreKind) async throws {
    try await kind.with { first, second in
      let lease = try await first.acquire("t", for: Self.holder, lasting: .seconds(60), over: nil)
      try await first.append([record(1, .snapshot)], under: lease, lasting: .seconds(60))
      await #expect(throws: CheckpointStoreError.self) { try await second.delete("t") }
      try await first.release(lease)
      #expect(try await second.delete("t"))
      #expect(try await !second.delete("t"))
      #expect(try await first.threads().isEmpty)
      let again = try await first.acquire("t", for: Self.holder, lasting: .seconds(60), over: nil)
      #expect(again.lastSequence == 0)
      try await first.append([record(1, .snapshot)], under: again, lasting: .seconds(60))
      // What had the thread before it was deleted has nothing to do with the new one.
      await #expect(throws: CheckpointStoreError.self) {
        try await first.append([record(2)], under: lease, lasting: .seconds(60))
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `The thread that was written last is listed first`(_ kind: StoreKind) async throws {
    try await kind.with { first, second in
      for (name, time) in [("b", 2), ("c", 3), ("a", 2)] {
        let lease = try await first.acquire(name, for: Self.holder, lasting: .seconds(60), over: nil)
        let record = ThreadRecord(
          sequence: 1, kind: .snapshot, time: Int64(time), graph: "g", run: "r", turn: 1, step: 0, status: .failed,
          nodes: [], body: [])
        try await first.append([record], under: lease, lasting: .seconds(60))
        try await first.release(lease)
      }
      let threads = try await second.threads()
      #expect(threads.map(\.thread) == ["c", "a", "b"])
      #expect(threads.allSatisfy { $0.holder == nil && $0.last.status == .failed })
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `A run is interrupted in one process and goes on in another`(_ kind: StoreKind) async throws {
    var builder = StateGraphBuilder("ask")
    builder.addKey("name")
    builder.addKey("count", reducer: .add, initial: 1)
    builder.addNode("before") { _, _ in ["count": 1] }
    builder.addNode("ask") { _, context in
      guard let answer = context.answer else { throw context.suspension(asking: "Who?") }
      return ["name": answer]
    }
    builder.addEdge(from: .start, to: "before")
    builder.addEdge(from: "before", to: "ask")
    builder.addEdge(from: "ask", to: .end)
    let graph = try builder.build()
    try await kind.with { first, second in
      let asked = try await graph.run(on: first.open("t")).result()
      #expect(asked.interrupts.map(\.id) == ["ask"])
      let answered = try await graph.run(answers: ["ask": "Ada"], on: second.open("t")).result()
      #expect(answered.state == ["count": 2, "name": "Ada"])
      #expect(try await first.records(of: "t", .all).map(\.status.rawValue).last == "completed")
    }
  }
}

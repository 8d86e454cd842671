internal import GraphRuntime

extension CheckpointStoreLaw {
  /// Laws of looking at threads and of removing them.
  static let upkeep = [
    CheckpointStoreLaw("The thread that was written last is listed first") { open in
      let (first, second) = (try await open(), try await open())
      for (name, time) in [("b", 2), ("c", 3), ("a", 2)] {
        let lease = try await first.acquire(name, for: one, lasting: long, over: nil)
        try await first.append(
          [record(1, .snapshot, time: 9), record(2, time: time, status: .failed, [1, 2, 3])], under: lease,
          lasting: long)
        if name != "a" { try await first.release(lease) }
      }
      let threads = try await second.threads()
      try expect(threads.map(\.thread), is: ["c", "a", "b"], "the order of the threads")
      try expect(threads.map(\.holder), is: [nil, one, nil], "the holders of the threads")
      for thread in threads {
        try expect(thread.records, is: 2, "the number of records that is listed")
        try expect(thread.bytes, is: 5, "the number of bytes that is listed")
        try expect(thread.last.sequence, is: 2, "the last record that is listed")
        try expect(thread.last.status, is: .failed, "the status that is listed")
        try expect(thread.last.nodes, is: ["a", "b c, d"], "the nodes that are listed")
      }
    },

    CheckpointStoreLaw("The beginning of a thread is replaced by a snapshot in one moment") { open in
      let (first, second) = (try await open(), try await open())
      let lease = try await first.acquire("t", for: one, lasting: long, over: nil)
      try await first.append([record(1, .snapshot)] + (2...6).map { record($0) }, under: lease, lasting: long)
      let snapshot = record(3, .snapshot, Array("{\"new\":1}".utf8))
      try await first.remove(through: 3, leaving: snapshot, under: lease)
      try expect(try await second.records(of: "t", .all).map(\.sequence), is: [3, 4, 5, 6], "the numbers")
      try expect(try await second.records(of: "t", .since(4)).first, is: snapshot, "the record that is left")
      try expect(try await second.threads().first?.bytes, is: 15, "the number of bytes that is listed")
      try expect(try await second.threads().first?.records, is: 4, "the number of records that is listed")
      try await first.append([record(7)], under: lease, lasting: long)
      try await first.remove(through: 5, leaving: nil, under: lease)
      try expect(try await second.records(of: "t", .all).map(\.sequence), is: [6, 7], "the numbers")
      try await first.compact()
      try expect(try await second.records(of: "t", .all).map(\.sequence), is: [6, 7], "the numbers")
      try await first.renew(lease, lasting: long)
    },

    CheckpointStoreLaw("A thread that is removed begins anew, and what had it before has nothing to do with it") {
      open in
      let (first, second) = (try await open(), try await open())
      let lease = try await first.acquire("t", for: one, lasting: long, over: nil)
      try await first.append([record(1, .snapshot), record(2)], under: lease, lasting: long)
      try await expect(.busy, "deleting a thread that somebody has") { try await second.delete("t") }
      try await first.remove(through: nil, leaving: nil, under: lease)
      try expect(try await second.threads().map(\.thread), is: [], "the threads that are listed")
      try expect(try await second.records(of: "t", .all), is: [], "the records of a thread that was removed")
      try await first.append([record(1, .snapshot)], under: lease, lasting: long)
      try await first.release(lease)
      try expect(try await second.delete("t"), "a thread that is there should be deleted")
      try expect(try await !second.delete("t"), "there is no thread to delete any more")
      let again = try await second.acquire("t", for: two, lasting: long, over: nil)
      try expect(again.lastSequence, is: 0, "the last record of a thread that was deleted")
      try await second.append([record(1, .snapshot)], under: again, lasting: long)
      try await expect(.lost, "adding records to a thread that was deleted and made again") {
        try await first.append([record(2)], under: lease, lasting: long)
      }
    },

    CheckpointStoreLaw("Threads are forked, cut, and carried to another name") { open in
      let (first, second) = (try await open(), try await open())
      let graph = try counting(to: 4)
      _ = try await graph.run(on: first.open("t")).result()
      let records = try await second.records(of: "t", .all)
      guard records.count > 2 else {
        throw Violation(description: "a run of four steps leaves \(records)", line: #line)
      }
      try expect(try await second.fork("t", to: "half", at: 2), "a thread should be forked at its second record")
      _ = try await graph.run(on: first.open("half")).result()
      try expect(try await second.checkpoint(of: "half")?.state["n"], is: 4, "the state of a thread that was forked")
      try expect(try await second.trim("t", keeping: 1), "a thread should be cut to one record")
      try expect(try await first.records(of: "t", .all).map(\.sequence), is: [records.count], "the numbers")
      try expect(try await first.checkpoint(of: "t")?.state["n"], is: 4, "the state of a thread that was cut")
      try await first.restore(records, as: "copy")
      try expect(try await second.checkpoint(of: "copy")?.state["n"], is: 4, "the state of a thread that was carried")
      try await expect(.taken, "making a thread of a name that there is") {
        try await second.restore(records, as: "copy")
      }
    },
  ]

  /// A graph that counts, whose nodes are kept one by one.
  static func counting(to limit: Int) throws -> StateGraph {
    var builder = StateGraphBuilder("count")
    builder.addKey("n", reducer: .add, initial: 0)
    builder.addNode("more") { _, _ in ["n": 1] }
    builder.addEdge(from: .start, to: ["more"])
    builder.addEdge(from: ["more"], to: ["more"], when: "n < \(limit)") { ($0["n"].int ?? 0) < limit }
    builder.addEdge(from: ["more"], to: .end)
    return try builder.build()
  }
}

internal import GraphRuntime

extension CheckpointStoreLaw {
  /// Laws of what is kept.
  static let records = [
    CheckpointStoreLaw("Records come back as they were") { open in
      let (first, second) = (try await open(), try await open())
      let lease = try await first.acquire("t", for: one, lasting: long, over: nil)
      let records = [
        record(1, .snapshot), record(2, status: .interrupted, [UInt8]()), record(3, .change, Array(0...255)),
        record(4, status: .failed, Array("{\"text\":\"\u{0} ' \\\" ü 🦆 \\n\"}".utf8)),
        record(5, status: .stopped, Array(repeating: UInt8(ascii: "x"), count: 1_500_000)),
        record(6, time: 1_795_718_502_240, status: .completed),
      ]
      try await first.append(Array(records[..<2]), under: lease, lasting: long)
      try await first.append(Array(records[2...]), under: lease, lasting: long)
      let found = try await second.records(of: "t", .all)
      try expect(found.map(\.sequence), is: records.map(\.sequence), "the numbers of the records")
      for (found, record) in zip(found, records) {
        try expect(found.body.count, is: record.body.count, "the length of record \(record.sequence)")
        try expect(found == record && found.isIntact, "record \(record.sequence) should be what was written")
      }
      try expect(try await second.records(of: "none", .all), is: [], "the records of a thread that does not exist")
    },

    CheckpointStoreLaw("Records follow each other without gaps, or are refused") { open in
      let store = try await open()
      let lease = try await store.acquire("t", for: one, lasting: long, over: nil)
      try await expect(.lost, "beginning a thread with its second record") {
        try await store.append([record(2, .snapshot)], under: lease, lasting: long)
      }
      try await store.append([record(1, .snapshot), record(2)], under: lease, lasting: long)
      for wrong in [1, 2, 4] {
        try await expect(.lost, "adding record \(wrong) behind record 2") {
          try await store.append([record(wrong), record(wrong + 1)], under: lease, lasting: long)
        }
      }
      try expect(try await store.records(of: "t", .all).map(\.sequence), is: [1, 2], "the numbers of the records")
      try await store.append([record(3)], under: lease, lasting: long)
    },

    CheckpointStoreLaw("Records that are added together are there together") { open in
      let (writer, reader) = (try await open(), try await open())
      let lease = try await writer.acquire("t", for: one, lasting: long, over: nil)
      let isDone = Locked(false)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { isDone.withLock { $0 = true } }
          for batch in 0..<20 {
            let records = (1...7).map { record(batch * 7 + $0, batch == 0 && $0 == 1 ? .snapshot : .change) }
            try await writer.append(records, under: lease, lasting: long)
          }
        }
        group.addTask {
          var last = 0
          while !isDone.withLock({ $0 }) {
            let found = try await reader.records(of: "t", .all).map(\.sequence)
            try expect(found, is: Array(1..<found.count + 1), "the numbers of the records")
            try expect(found.count.isMultiple(of: 7), "\(found.count) records are there of some that come by sevens")
            try expect(found.count >= last, "\(found.count) records are there after \(last)")
            last = found.count
            // A store that never waits would leave the writer no thread.
            await Task.yield()
          }
        }
        for try await _ in group {}
      }
      try expect(try await reader.records(of: "t", .all).count, is: 140, "the number of records at the end")
    },

    CheckpointStoreLaw("Of several that add the same record one does") { open in
      let ways = [try await open(), try await open()]
      let lease = try await ways[0].acquire("t", for: one, lasting: long, over: nil)
      let count = try await withThrowingTaskGroup(of: Int.self) { group in
        for index in 0..<8 {
          group.addTask {
            do {
              let records = (1...3).map {
                record($0, $0 == 1 ? .snapshot : .change, [UInt8(ascii: "0") + UInt8(index)])
              }
              try await ways[index % 2].append(records, under: lease, lasting: long)
              return 1
            } catch let error as CheckpointStoreError where error.code == .lost {
              return 0
            }
          }
        }
        return try await group.reduce(0, +)
      }
      try expect(count, is: 1, "the number of those whose records were added")
      let found = try await ways[1].records(of: "t", .all)
      try expect(found.map(\.sequence), is: [1, 2, 3], "the numbers of the records")
      try expect(Set(found.map(\.body)).count, is: 1, "the number of those whose records are there")
    },

    CheckpointStoreLaw("Records of many threads at once are all there, and one that is refused hurts no other") {
      open in
      let store = try await open()
      var leases: [ThreadLease] = []
      for index in 0..<40 { leases.append(try await store.acquire("t\(index)", for: one, lasting: long, over: nil)) }
      // Somebody takes one of them.
      _ = try await store.acquire("t7", for: two, lasting: long, over: leases[7].epoch)
      let lost = try await withThrowingTaskGroup(of: String?.self) { group in
        for lease in leases {
          group.addTask {
            do {
              for step in 1...5 {
                let record = record(step, step == 1 ? .snapshot : .change, Array("\"\(lease.thread)\"".utf8))
                try await store.append([record], under: lease, lasting: long)
              }
              return nil
            } catch let error as CheckpointStoreError where error.code == .lost {
              return lease.thread
            }
          }
        }
        return try await group.reduce(into: [String]()) { all, one in one.map { all.append($0) } }
      }
      try expect(lost, is: ["t7"], "the threads whose records were refused")
      for lease in leases where lease.thread != "t7" {
        let records = try await store.records(of: lease.thread, .all)
        try expect(records.map(\.sequence), is: [1, 2, 3, 4, 5], "the numbers of the records of '\(lease.thread)'")
        try expect(
          records.allSatisfy { $0.isIntact && $0.body == Array("\"\(lease.thread)\"".utf8) },
          "the records of '\(lease.thread)' should be its own")
      }
    },

    CheckpointStoreLaw("A thread is read from its last snapshot on, at any record") { open in
      let (first, second) = (try await open(), try await open())
      let lease = try await first.acquire("t", for: one, lasting: long, over: nil)
      try await first.append([record(1, .snapshot), record(2), record(3)], under: lease, lasting: long)
      try await first.append([record(4, .snapshot), record(5), record(6)], under: lease, lasting: long)
      let cases: [(Int?, [Int])] = [
        (nil, [4, 5, 6]), (6, [4, 5, 6]), (4, [4]), (3, [1, 2, 3]), (1, [1]), (99, [4, 5, 6]),
      ]
      for (end, wanted) in cases {
        try expect(
          try await second.records(of: "t", .since(end)).map(\.sequence), is: wanted,
          "the records up to \(end.map { "\($0)" } ?? "the last one")")
      }
      try expect(try await second.records(of: "none", .since(nil)), is: [], "the records of no thread")
    },

    CheckpointStoreLaw("A thread has any name, and no other thread's records") { open in
      let store = try await open()
      let names = [
        "a", "A", "a ", " a", "a/b", "../../etc/passwd", "a:b", "a%", "a_", "a*", "'; DROP TABLE threads; --", "\"",
        "\\", "ü",
        "🦆", "\n", String(repeating: "n", count: 300),
      ]
      for (index, name) in names.enumerated() { try await fill(store, name, index + 1) }
      for (index, name) in names.enumerated() {
        try expect(try await store.records(of: name, .all).count, is: index + 1, "the number of records of '\(name)'")
      }
      // Names are compared by their bytes, as those of files are.
      let listed = try await store.threads().map { Array($0.thread.utf8) }
      try expect(Set(listed), is: Set(names.map { Array($0.utf8) }), "the names that are listed")
      try expect(listed.count, is: names.count, "the number of threads that are listed")
    },

    CheckpointStoreLaw("A thread may be long") { open in
      let (first, second) = (try await open(), try await open())
      let lease = try await first.acquire("t", for: one, lasting: long, over: nil)
      try await first.append(
        (1...1200).map { record($0, $0.isMultiple(of: 500) || $0 == 1 ? .snapshot : .change) }, under: lease,
        lasting: long)
      try expect(try await second.records(of: "t", .all).map(\.sequence), is: Array(1...1200), "the numbers")
      try expect(try await second.records(of: "t", .since(nil)).map(\.sequence), is: Array(1000...1200), "the numbers")
    },
  ]
}

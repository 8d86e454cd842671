internal import GraphRuntime

extension CheckpointStoreLaw {
  /// Laws of who may write to a thread.
  static let leases = [
    CheckpointStoreLaw("A thread is one holder's until it gives it back") { open in
      let (first, second) = (try await open(), try await open())
      let lease = try await first.acquire("t", for: one, lasting: long, over: nil)
      try expect(lease.thread, is: "t", "the thread of a lease")
      try expect(lease.lastSequence, is: 0, "the last record of a new thread")
      let error = try await expect(.busy, "taking a thread that somebody has") {
        _ = try await second.acquire("t", for: two, lasting: long, over: nil)
      }
      try expect(error.holder, is: one, "the holder that a second one is told")
      try expect(error.epoch, is: lease.epoch, "the epoch that a second one is told")
      try await expect(.busy, "taking a thread twice") {
        _ = try await first.acquire("t", for: one, lasting: long, over: nil)
      }
      _ = try await second.acquire("u", for: two, lasting: long, over: nil)
      try await first.append([record(1, .snapshot)], under: lease, lasting: long)
      try await first.release(lease)
      let next = try await second.acquire("t", for: two, lasting: long, over: nil)
      try expect(next.epoch > lease.epoch, "the epoch should grow, and goes from \(lease.epoch) to \(next.epoch)")
      try expect(next.lastSequence, is: 1, "the last record of the next lease")
    },

    CheckpointStoreLaw("Who has lost a thread no longer writes to it") { open in
      let (first, second) = (try await open(), try await open())
      let old = try await first.acquire("t", for: one, lasting: long, over: nil)
      let new = try await second.acquire("t", for: two, lasting: long, over: old.epoch)
      try expect(new.epoch > old.epoch, "the epoch should grow when a thread is taken over")
      try await expect(.lost, "adding records under an old lease") {
        try await first.append([record(1, .snapshot)], under: old, lasting: long)
      }
      try await expect(.lost, "renewing an old lease") { try await first.renew(old, lasting: long) }
      try await expect(.lost, "removing records under an old lease") {
        try await first.remove(through: nil, leaving: nil, under: old)
      }
      // Giving it back is nothing to it.
      try await first.release(old)
      try await expect(.busy, "taking a thread that an old lease was given back of") {
        _ = try await first.acquire("t", for: one, lasting: long, over: nil)
      }
      try await second.append([record(1, .snapshot)], under: new, lasting: long)
      try expect(try await first.records(of: "t", .all).count, is: 1, "the number of records")
    },

    CheckpointStoreLaw("Only the holder that is known to have ended is passed over") { open in
      let store = try await open()
      let lease = try await store.acquire("t", for: one, lasting: long, over: nil)
      for epoch in [lease.epoch - 1, lease.epoch + 1] {
        try await expect(.busy, "taking a thread over another epoch than that of its lease") {
          _ = try await store.acquire("t", for: two, lasting: long, over: epoch)
        }
      }
      let next = try await store.acquire("t", for: two, lasting: long, over: lease.epoch)
      try await expect(.busy, "taking a thread over its last holder but one") {
        _ = try await store.acquire("t", for: one, lasting: long, over: lease.epoch)
      }
      try await store.renew(next, lasting: long)
    },

    CheckpointStoreLaw("A thread whose time is over is free, and its holder's until somebody takes it") { open in
      let (first, second) = (try await open(), try await open())
      let old = try await first.acquire("t", for: one, lasting: .milliseconds(1), over: nil)
      try await first.append([record(1, .snapshot)], under: old, lasting: .milliseconds(1))
      try await Task.sleep(for: .milliseconds(20))
      // Who was held up goes on where nobody has come.
      try await first.append([record(2)], under: old, lasting: .milliseconds(1))
      try await first.renew(old, lasting: .milliseconds(1))
      try await Task.sleep(for: .milliseconds(20))
      try expect(try await second.threads().map(\.holder), is: [nil], "the holder of a thread whose time is over")
      let new = try await second.acquire("t", for: two, lasting: long, over: nil)
      try expect(new.epoch > old.epoch, "the epoch should grow when a thread is taken whose time was over")
      try expect(new.lastSequence, is: 2, "the last record of the next lease")
      try await expect(.lost, "adding records after somebody else has taken the thread") {
        try await first.append([record(3)], under: old, lasting: long)
      }
    },

    CheckpointStoreLaw("Renewing and adding records lengthen a lease") { open in
      let store = try await open()
      let renewed = try await store.acquire("t", for: one, lasting: .milliseconds(1), over: nil)
      try await store.renew(renewed, lasting: long)
      let written = try await store.acquire("u", for: one, lasting: .milliseconds(1), over: nil)
      try await store.append([record(1, .snapshot)], under: written, lasting: long)
      try await Task.sleep(for: .milliseconds(20))
      for thread in ["t", "u"] {
        try await expect(.busy, "taking a thread whose lease was lengthened") {
          _ = try await store.acquire(thread, for: two, lasting: long, over: nil)
        }
      }
    },

    CheckpointStoreLaw("Of many that want a thread at once one gets it") { open in
      let ways = [try await open(), try await open(), try await open()]
      for round in 0..<5 {
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
          for index in 0..<12 {
            group.addTask {
              do {
                _ = try await ways[index % 3].acquire("t\(round)", for: one, lasting: long, over: nil)
                return 1
              } catch let error as CheckpointStoreError where error.code == .busy {
                return 0
              }
            }
          }
          return try await group.reduce(0, +)
        }
        try expect(count, is: 1, "the number of those that got the thread")
      }
    },

    CheckpointStoreLaw("Whoever has a thread can be asked to stop, and nobody after them is") { open in
      let (first, second) = (try await open(), try await open())
      let lease = try await first.acquire("t", for: one, lasting: long, over: nil)
      try expect(try await !first.isAskedToStop(lease), "nobody was asked to stop")
      try await second.askToStop("t", epoch: lease.epoch - 1)
      try await second.askToStop("other", epoch: lease.epoch)
      try expect(try await !first.isAskedToStop(lease), "somebody else was asked to stop")
      try await second.askToStop("t", epoch: lease.epoch)
      try expect(try await first.isAskedToStop(lease), "the holder was asked to stop")
      try await first.append([record(1, .snapshot)], under: lease, lasting: long)
      try expect(try await first.isAskedToStop(lease), "the holder was asked to stop, and has written since")
      try await first.release(lease)
      let next = try await second.acquire("t", for: two, lasting: long, over: nil)
      try expect(try await !second.isAskedToStop(next), "the holder before was asked to stop")
      try await expect(.lost, "asking whether an old holder was asked to stop") {
        _ = try await first.isAskedToStop(lease)
      }
    },

    CheckpointStoreLaw("A lease that was given back is over, also for a renewal that comes late") { open in
      let (first, second) = (try await open(), try await open())
      let lease = try await first.acquire("t", for: one, lasting: long, over: nil)
      try await first.append([record(1, .snapshot)], under: lease, lasting: long)
      try await first.release(lease)
      try await expect(.lost, "renewing a lease that was given back") { try await first.renew(lease, lasting: long) }
      try await expect(.lost, "adding records under a lease that was given back") {
        try await first.append([record(2)], under: lease, lasting: long)
      }
      try await expect(.lost, "removing records under a lease that was given back") {
        try await first.remove(through: nil, leaving: nil, under: lease)
      }
      // It is free.
      _ = try await second.acquire("t", for: two, lasting: long, over: nil)
    },

    CheckpointStoreLaw("A thread that was taken and not written to leaves nothing") { open in
      let (first, second) = (try await open(), try await open())
      let lease = try await first.acquire("t", for: one, lasting: long, over: nil)
      try expect(try await second.threads().map(\.thread), is: [], "the threads that are listed")
      try expect(try await second.records(of: "t", .all), is: [], "the records of a thread that was only taken")
      try await first.release(lease)
      try expect(try await second.threads().map(\.thread), is: [], "the threads that are listed")
      let next = try await second.acquire("t", for: two, lasting: long, over: nil)
      try await expect(.lost, "adding records under a lease that was given back") {
        try await first.append([record(1, .snapshot)], under: lease, lasting: long)
      }
      try await second.append([record(1, .snapshot)], under: next, lasting: long)
    },
  ]
}

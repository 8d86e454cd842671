import GraphRuntime
import GraphTestSupport
import Testing

/// The code of docs/embedding.md that keeps threads in a store of one's own.
@Suite(.timeLimit(.minutes(10)))
struct StoreSnippets {
  // begin snippet
  @Test(arguments: CheckpointStoreLaw.all)
  func `the shelf keeps the laws of stores`(law: CheckpointStoreLaw) async throws {
    let shelf = Shelf()
    try await law.check { ShelfStore(shelf: shelf) }
  }
  // end snippet
}

// begin snippet
/// What is kept of a thread.
struct KeptThread: Sendable {
  var epoch = 0
  var holder: ThreadHolder?
  var heldUntil = ContinuousClock.now
  var stopEpoch: Int?
  var records: [ThreadRecord] = []
}

/// Stands for a service that replaces a value only where nobody else has meanwhile.
actor Shelf {
  private var values: [String: (version: Int, thread: KeptThread)] = [:]

  var names: [String] { Array(values.keys) }

  func value(_ name: String) -> (version: Int, thread: KeptThread) { values[name] ?? (0, KeptThread()) }

  func replace(_ name: String, version: Int, with thread: KeptThread) -> Bool {
    guard value(name).version == version else { return false }
    values[name] = (version + 1, thread)
    return true
  }
}
// end snippet

// begin snippet
struct ShelfStore: CheckpointStore {
  let shelf: Shelf

  func acquire(
    _ thread: String, for holder: ThreadHolder, lasting duration: Duration, over lost: Int?
  ) async throws -> ThreadLease {
    try await change(thread) { kept in
      guard kept.heldUntil <= .now || kept.epoch == lost else {
        throw CheckpointStoreError.busy(thread, kept.holder, epoch: kept.epoch)
      }
      kept.epoch += 1
      kept.holder = holder
      kept.heldUntil = .now + duration
      return ThreadLease(thread: thread, epoch: kept.epoch, lastSequence: kept.records.last?.sequence ?? 0)
    }
  }

  func renew(_ lease: ThreadLease, lasting duration: Duration) async throws {
    try await change(under: lease) { $0.heldUntil = .now + duration }
  }

  func release(_ lease: ThreadLease) async throws {
    do {
      try await change(under: lease) { kept in
        kept.heldUntil = .now
        kept.holder = nil
      }
    } catch let error as CheckpointStoreError where error.code == .lost {
      // Somebody else has the thread; there is nothing to give back.
    }
  }

  func askToStop(_ thread: String, epoch: Int) async throws {
    try await change(thread) { kept in
      if kept.epoch == epoch { kept.stopEpoch = epoch }
    }
  }

  func isAskedToStop(_ lease: ThreadLease) async throws -> Bool {
    let kept = await shelf.value(lease.thread).thread
    guard kept.epoch == lease.epoch else { throw CheckpointStoreError.lost(lease.thread) }
    return kept.stopEpoch == lease.epoch
  }

  func append(_ records: [ThreadRecord], under lease: ThreadLease, lasting duration: Duration) async throws {
    try await change(under: lease) { kept in
      guard records.first?.sequence == (kept.records.last?.sequence ?? 0) + 1 else {
        throw CheckpointStoreError.lost(lease.thread)
      }
      kept.records += records
      kept.heldUntil = .now + duration
    }
  }

  func records(of thread: String, _ selection: RecordSelection) async throws -> [ThreadRecord] {
    let records = await shelf.value(thread).thread.records
    guard case .since(let end) = selection else { return records }
    let wanted = records.prefix { $0.sequence <= end ?? .max }
    return Array(wanted[(wanted.lastIndex { $0.kind == .snapshot } ?? 0)...])
  }

  func threads() async throws -> [ThreadSummary] {
    var found: [ThreadSummary] = []
    for name in await shelf.names {
      let kept = await shelf.value(name).thread
      guard let last = kept.records.last else { continue }
      found.append(
        ThreadSummary(
          thread: name, last: last, records: kept.records.count, bytes: kept.records.reduce(0) { $0 + $1.body.count },
          holder: kept.heldUntil > .now ? kept.holder : nil))
    }
    return found.sorted { ($0.last.time, $1.thread) > ($1.last.time, $0.thread) }
  }

  func remove(through sequence: Int?, leaving snapshot: ThreadRecord?, under lease: ThreadLease) async throws {
    try await change(under: lease) { kept in
      kept.records.removeAll { $0.sequence <= sequence ?? .max }
      if let snapshot { kept.records.insert(snapshot, at: 0) }
    }
  }

  func compact() async throws {}

  /// Changes a thread all at once: again, where somebody else has changed it meanwhile.
  private func change<Answer: Sendable>(
    _ name: String, _ body: (inout KeptThread) throws -> Answer
  ) async throws -> Answer {
    while true {
      var (version, kept) = await shelf.value(name)
      let answer = try body(&kept)
      if await shelf.replace(name, version: version, with: kept) { return answer }
    }
  }

  /// The same for whoever has the thread, and nobody else.
  private func change(under lease: ThreadLease, _ body: (inout KeptThread) throws -> Void) async throws {
    try await change(lease.thread) { kept in
      // Nor for one who has given it back, and whose renewal comes late.
      guard kept.epoch == lease.epoch, kept.holder != nil else { throw CheckpointStoreError.lost(lease.thread) }
      try body(&kept)
    }
  }
}
// end snippet

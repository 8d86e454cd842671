/// Keeps threads as long as the process lives, or the store.
public final class MemoryCheckpointStore: CheckpointStore {
  private struct Journal {
    var records: [ThreadRecord] = []
    var epoch = 0
    var holder: ThreadHolder?
    var heldUntil: ContinuousClock.Instant?
    /// The epoch of the last holder that was asked to stop.
    var stopEpoch = 0
  }

  private let journals = Locked<[String: Journal]>([:])

  /// Creates an empty store.
  public init() {}

  /// Takes a thread for a run.
  public func acquire(
    _ thread: String, for holder: ThreadHolder, lasting duration: Duration, over lost: Int?
  ) throws -> ThreadLease {
    try journals.withLock { journals in
      var journal = journals[thread, default: Journal()]
      if let until = journal.heldUntil, until > .now, journal.epoch != lost {
        throw CheckpointStoreError.busy(thread, journal.holder, epoch: journal.epoch)
      }
      journal.epoch += 1
      journal.holder = holder
      journal.heldUntil = .now + duration
      journals[thread] = journal
      return ThreadLease(thread: thread, epoch: journal.epoch, lastSequence: journal.records.last?.sequence ?? 0)
    }
  }

  /// Keeps the thread for as long again.
  public func renew(_ lease: ThreadLease, lasting duration: Duration) throws {
    try change(lease) { $0.heldUntil = .now + duration }
  }

  /// Gives the thread back.
  public func release(_ lease: ThreadLease) {
    journals.withLock { journals in
      guard let journal = journals[lease.thread], journal.epoch == lease.epoch else { return }
      journals[lease.thread]?.heldUntil = nil
      journals[lease.thread]?.holder = nil
    }
  }

  /// Asks whoever has a thread to stop.
  public func askToStop(_ thread: String, epoch: Int) {
    journals.withLock { journals in
      guard journals[thread]?.epoch == epoch else { return }
      journals[thread]?.stopEpoch = epoch
    }
  }

  /// Whether the holder of a thread was asked to stop.
  public func isAskedToStop(_ lease: ThreadLease) throws -> Bool {
    try journals.withLock { journals in
      guard let journal = journals[lease.thread], journal.epoch == lease.epoch else {
        throw CheckpointStoreError.lost(lease.thread)
      }
      return journal.stopEpoch == lease.epoch
    }
  }

  /// Adds records behind the last one.
  public func append(_ records: [ThreadRecord], under lease: ThreadLease, lasting duration: Duration) throws {
    try change(lease) { journal in
      guard let first = records.first, first.sequence == (journal.records.last?.sequence ?? 0) + 1 else {
        throw CheckpointStoreError.lost(lease.thread)
      }
      journal.records += records
      journal.heldUntil = .now + duration
    }
  }

  /// Records of a thread in order.
  public func records(of thread: String, _ selection: RecordSelection) -> [ThreadRecord] {
    let records = journals.withLock { $0[thread]?.records ?? [] }
    guard case .since(let end) = selection else { return records }
    let wanted = end.map { end in records.prefix { $0.sequence <= end } } ?? records[...]
    return Array(wanted[(wanted.lastIndex { $0.kind == .snapshot } ?? wanted.startIndex)...])
  }

  /// The threads, the one that was written last first.
  public func threads() -> [ThreadSummary] {
    journals.withLock { journals in
      journals.compactMap { thread, journal in
        journal.records.last.map { last in
          ThreadSummary(
            thread: thread, last: last, records: journal.records.count,
            bytes: journal.records.reduce(0) { $0 + $1.body.count },
            holder: journal.heldUntil.map { $0 > .now } == true ? journal.holder : nil)
        }
      }.sorted { ($0.last.time, $1.thread) > ($1.last.time, $0.thread) }
    }
  }

  /// Removes records, or the whole thread.
  public func remove(through sequence: Int?, leaving snapshot: ThreadRecord?, under lease: ThreadLease) throws {
    try change(lease) { journal in
      journal.records.removeAll { record in sequence.map { record.sequence <= $0 } ?? true }
      if let snapshot { journal.records.insert(snapshot, at: 0) }
    }
  }

  /// Does nothing: what was removed is gone.
  public func compact() {}

  private func change(_ lease: ThreadLease, _ body: (inout Journal) throws -> Void) throws {
    try journals.withLock { journals in
      guard var journal = journals.removeValue(forKey: lease.thread) else {
        throw CheckpointStoreError.lost(lease.thread)
      }
      defer { journals[lease.thread] = journal }
      // A renewal may come behind the release that overtook it; it must not take the thread again.
      guard journal.epoch == lease.epoch, journal.holder != nil else { throw CheckpointStoreError.lost(lease.thread) }
      try body(&journal)
    }
  }
}

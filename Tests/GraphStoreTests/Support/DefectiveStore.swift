internal import GraphRuntime

/// What a store may get wrong.
enum Defect: String, CaseIterable, Sendable {
  case givesAThreadToTwo
  case passesOverAnyHolder
  case keepsLeasesForEver
  case endsLeasesAtOnce
  case writesUnderOldLeases
  case renewsOldLeases
  case renewsReturnedLeases
  case removesUnderOldLeases
  case releasesForOthers
  case neverReleases
  case acceptsGaps
  case acceptsRepetition
  case losesTheEndOfLongRecords
  case readsBytesAsText
  case forgetsStatus
  case ignoresSnapshots
  case ignoresTheEnd
  case removesTooMuch
  case forgetsTheSnapshot
  case listsByName
  case listsWhoIsGone
  case listsEmptyThreads
  case foldsNames
  case addsOneByOne
  case countsRecordsWrong
  case tellsNobodyToStop
  case tellsTheNextToStop
  case forgetsRecordsAtRelease
}

/// A store in memory with one defect.
final class DefectiveStore: CheckpointStore {
  private struct Journal {
    var records: [ThreadRecord] = []
    var epoch = 0
    var holder: ThreadHolder?
    var heldUntil: ContinuousClock.Instant?
    var stopEpoch = 0
  }

  private let defect: Defect?
  private let journals = Locked<[String: Journal]>([:])

  /// Creates a store with a defect, or with none.
  init(_ defect: Defect?) { self.defect = defect }

  private func name(_ thread: String) -> String { defect == .foldsNames ? thread.lowercased() : thread }

  func acquire(
    _ thread: String, for holder: ThreadHolder, lasting duration: Duration, over lost: Int?
  ) throws -> ThreadLease {
    try journals.withLock { journals in
      var journal = journals[name(thread)] ?? Journal()
      let isPassedOver = defect == .passesOverAnyHolder ? lost != nil : journal.epoch == lost
      if let until = journal.heldUntil, until > .now || defect == .keepsLeasesForEver, !isPassedOver,
        defect != .givesAThreadToTwo
      {
        throw CheckpointStoreError.busy(thread, journal.holder, epoch: journal.epoch)
      }
      journal.epoch += 1
      journal.holder = holder
      journal.heldUntil = .now + (defect == .endsLeasesAtOnce ? .zero : duration)
      journals[name(thread)] = journal
      return ThreadLease(thread: thread, epoch: journal.epoch, lastSequence: journal.records.last?.sequence ?? 0)
    }
  }

  private func change(_ lease: ThreadLease, unless ignored: Defect, _ body: (inout Journal) throws -> Void) throws {
    try journals.withLock { journals in
      guard var journal = journals[name(lease.thread)], journal.epoch == lease.epoch || defect == ignored,
        journal.holder != nil || defect == .renewsReturnedLeases
      else { throw CheckpointStoreError.lost(lease.thread) }
      try body(&journal)
      journals[name(lease.thread)] = journal
    }
  }

  func renew(_ lease: ThreadLease, lasting duration: Duration) throws {
    try change(lease, unless: .renewsOldLeases) { $0.heldUntil = .now + duration }
  }

  func release(_ lease: ThreadLease) {
    guard defect != .neverReleases else { return }
    try? change(lease, unless: .releasesForOthers) { journal in
      journal.heldUntil = nil
      journal.holder = nil
      if defect == .forgetsRecordsAtRelease { journal.records = [] }
    }
  }

  func askToStop(_ thread: String, epoch: Int) {
    journals.withLock { journals in
      guard defect != .tellsNobodyToStop, journals[name(thread)]?.epoch == epoch else { return }
      journals[name(thread)]?.stopEpoch = epoch
    }
  }

  func isAskedToStop(_ lease: ThreadLease) throws -> Bool {
    var isAsked = false
    try change(lease, unless: .renewsOldLeases) { journal in
      isAsked = defect == .tellsTheNextToStop ? journal.stopEpoch > 0 : journal.stopEpoch == lease.epoch
    }
    return isAsked
  }

  func append(_ records: [ThreadRecord], under lease: ThreadLease, lasting duration: Duration) async throws {
    for part in defect == .addsOneByOne ? records.map({ [$0] }) : [records] {
      try add(part, lease, duration)
      await Task.yield()
    }
  }

  private func add(_ records: [ThreadRecord], _ lease: ThreadLease, _ duration: Duration) throws {
    try change(lease, unless: .writesUnderOldLeases) { journal in
      let last = journal.records.last?.sequence ?? 0
      guard let first = records.first?.sequence,
        first == last + 1 || (defect == .acceptsGaps && first > last) || (defect == .acceptsRepetition && first <= last)
      else { throw CheckpointStoreError.lost(lease.thread) }
      journal.records += records.map { kept($0) }
      journal.heldUntil = .now + duration
    }
  }

  private func kept(_ record: ThreadRecord) -> ThreadRecord {
    let body: [UInt8] =
      switch defect {
      case .losesTheEndOfLongRecords: Array(record.body.prefix(1 << 20))
      case .readsBytesAsText: Array(String(decoding: record.body, as: UTF8.self).utf8)
      default: record.body
      }
    return ThreadRecord(
      sequence: record.sequence, kind: record.kind, time: record.time, graph: record.graph, run: record.run,
      turn: record.turn, step: record.step, status: defect == .forgetsStatus ? .running : record.status,
      nodes: record.nodes, body: body, checksum: record.checksum)
  }

  func records(of thread: String, _ selection: RecordSelection) -> [ThreadRecord] {
    let records = journals.withLock { $0[name(thread)]?.records ?? [] }
    guard case .since(let end) = selection else { return records }
    let wanted = records.filter { record in
      guard defect != .ignoresTheEnd, let end else { return true }
      return record.sequence <= end
    }
    let first = defect == .ignoresSnapshots ? 0 : wanted.lastIndex { $0.kind == .snapshot } ?? 0
    return Array(wanted.dropFirst(first))
  }

  func threads() -> [ThreadSummary] {
    journals.withLock { journals in
      journals.compactMap { thread, journal -> ThreadSummary? in
        let none = ThreadRecord(
          sequence: 0, kind: .change, time: 0, graph: "", run: "", turn: 0, step: 0, status: .running, nodes: [],
          body: [])
        guard let last = journal.records.last ?? (defect == .listsEmptyThreads ? none : nil) else { return nil }
        let isHeld = journal.heldUntil.map { $0 > .now || defect == .listsWhoIsGone } ?? false
        return ThreadSummary(
          thread: thread, last: last, records: journal.records.count + (defect == .countsRecordsWrong ? 1 : 0),
          bytes: journal.records.reduce(0) { $0 + $1.body.count }, holder: isHeld ? journal.holder : nil)
      }.sorted { one, other in
        if defect == .listsByName || one.last.time == other.last.time { return one.thread < other.thread }
        return one.last.time > other.last.time
      }
    }
  }

  func remove(through sequence: Int?, leaving snapshot: ThreadRecord?, under lease: ThreadLease) throws {
    try change(lease, unless: .removesUnderOldLeases) { journal in
      let end = sequence.map { defect == .removesTooMuch ? $0 + 1 : $0 } ?? Int.max
      journal.records.removeAll { $0.sequence <= end }
      if let snapshot, defect != .forgetsTheSnapshot { journal.records.insert(snapshot, at: 0) }
    }
  }

  func compact() {}
}

/// A thread of a store that one run has for itself.
///
/// It is opened for one run, which closes it at its end. While it is open nobody else can open it, in no process; a
/// process that has ended does not count where that can be told, and elsewhere only for half a minute.
public final class OpenThread: Sendable {
  /// How long a thread stays taken without a word of its holder.
  static let leaseTime = Duration.seconds(30)

  /// The thread's name.
  public let name: String

  /// Where the thread's last run came to, or nil for a new thread.
  public let checkpoint: RunCheckpoint?

  private struct State {
    var nextSequence: Int
    /// Bytes of changes since the last snapshot, how many they are, and the bytes of that snapshot.
    var changedBytes = 0
    var changes = 0
    var snapshotBytes = 0
    var isClosed = false
    var renewal: Task<Void, Never>?
  }

  private let store: any CheckpointStore
  private let lease: ThreadLease
  private let state: Locked<State>

  fileprivate init(_ store: any CheckpointStore, _ lease: ThreadLease, _ records: [ThreadRecord]) throws {
    self.store = store
    self.lease = lease
    name = lease.thread
    checkpoint = try RunCheckpoint(thread: lease.thread, records: records)
    var state = State(nextSequence: lease.lastSequence + 1)
    for record in records { Self.count(record, &state) }
    self.state = Locked(state)
    startRenewing()
  }

  deinit {
    let renewal = state.withLock { state in state.isClosed ? nil : state.renewal }
    renewal?.cancel()
    guard state.withLock({ !$0.isClosed }) else { return }
    // Of a run whose reader left; nobody is there to wait. It ends with the store's answer.
    Task { [store, lease] in try? await store.release(lease) }
  }

  /// Keeps the thread while a node works for long.
  private func startRenewing() {
    let task = Task { [weak self, store, lease] in  // Owned by this object, which cancels it when it is closed.
      while true {
        do { try await Task.sleep(for: Self.leaseTime / 3) } catch { return }
        guard self != nil else { return }
        // Where it is lost, the next commit says so.
        try? await store.renew(lease, lasting: Self.leaseTime)
      }
    }
    state.withLock { $0.renewal = task }
  }

  /// Gives the thread back, so that others can open it.
  public func close() async {
    let renewal = state.withLock { state -> Task<Void, Never>? in
      guard !state.isClosed else { return nil }
      state.isClosed = true
      return state.renewal
    }
    guard let renewal else { return }
    renewal.cancel()
    // A thread that cannot be given back is free when its time is over.
    try? await store.release(lease)
  }

  // MARK: - Writing

  /// Adds what a run has done; it is durable when this returns.
  func append(_ entries: [RunJournal.Entry], graph: String) async throws {
    guard !entries.isEmpty else { return }
    let time = WallClock.milliseconds()
    let first = state.withLock { $0.nextSequence }
    let records = entries.enumerated().map { index, entry in
      entry.record(sequence: first + index, time: time, graph: graph)
    }
    guard !state.withLock({ $0.isClosed }) else { throw CheckpointStoreError.lost(name) }
    try await store.append(records, under: lease, lasting: Self.leaseTime)
    state.withLock { state in
      state.nextSequence = first + records.count
      for record in records { Self.count(record, &state) }
    }
  }

  /// Whether the changes since the last snapshot have become much to read through.
  ///
  /// Snapshots come after twice their own size of changes at the least, so that all of them together are smaller than
  /// the changes.
  var wantsSnapshot: Bool {
    state.withLock { $0.changedBytes > max(1 << 20, 2 * $0.snapshotBytes) || $0.changes >= 5000 }
  }

  private static func count(_ record: ThreadRecord, _ state: inout State) {
    switch record.kind {
    case .snapshot:
      state.snapshotBytes = record.body.count
      state.changedBytes = 0
      state.changes = 0
    case .change:
      state.changedBytes += record.body.count
      state.changes += 1
    }
  }
}

extension CheckpointStore {
  /// Opens a thread for one run; see `StateGraph.run(_:answers:on:options:)`.
  ///
  /// - Throws: `CheckpointStoreError.busy` when a run that goes on has the thread; `damaged` or `newer` when what is
  ///   kept cannot be read, and what else the store throws.
  public func open(_ thread: String) async throws -> OpenThread {
    let lease = try await lease(thread)
    do {
      return try OpenThread(self, lease, try await records(of: thread, .since(nil)))
    } catch {
      try? await release(lease)
      throw error
    }
  }

  /// Where the last run of a thread came to, or nil when there is no such thread.
  ///
  /// - Parameter sequence: The record at which is looked; the last one when nil.
  public func checkpoint(of thread: String, at sequence: Int? = nil) async throws -> RunCheckpoint? {
    try RunCheckpoint(thread: thread, records: try await records(of: thread, .since(sequence)))
  }

  /// Takes a thread, also from a process of this machine that has ended without giving it back.
  func lease(_ thread: String) async throws -> ThreadLease {
    do {
      return try await acquire(thread, for: .current, lasting: OpenThread.leaseTime, over: nil)
    } catch let error as CheckpointStoreError {
      guard error.code == .busy, let epoch = error.epoch, error.holder?.isGone == true else { throw error }
      return try await acquire(thread, for: .current, lasting: OpenThread.leaseTime, over: epoch)
    }
  }
}

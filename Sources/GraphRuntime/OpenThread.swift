/// A thread of a store that one run has for itself.
///
/// It is opened for one run, which closes it at its end. While it is open nobody else can open it, in no process; a
/// process that has ended does not count where that can be told, and elsewhere only for half a minute.
public final class OpenThread: Sendable {
  /// How long a thread stays taken without a word of its holder.
  static let leaseTime: Duration = {
    #if DEBUG
      if let time = FaultPlan.leaseTime { return time }
    #endif
    return .seconds(30)
  }()

  /// How often is looked whether somebody wants the run to stop.
  private static let lookTime = Duration.milliseconds(200)

  /// The thread's name.
  public let name: String

  /// Where the thread's last run came to, or nil for a new thread.
  public let checkpoint: RunCheckpoint?

  /// Whether a run begins another turn also where the last one has not come to its end.
  public let beginsTurn: Bool

  /// Whether nodes have other names in `checkpoint` than in the journal.
  let isRenamed: Bool

  /// The most records of the thread that are kept when it is closed.
  private let keeping: Int?

  private struct State {
    var nextSequence: Int
    /// Bytes of changes since the last snapshot, how many they are, and the bytes of that snapshot.
    var changedBytes = 0
    var changes = 0
    var snapshotBytes = 0
    var isClosed = false
    /// What is to be done when somebody wants the run to stop, and whether somebody has.
    var stop: (@Sendable () -> Void)?
    var isAskedToStop = false
    var renewal: Task<Void, Never>?
  }

  private let store: any CheckpointStore
  private let lease: ThreadLease
  private let state: Locked<State>

  init(
    _ store: any CheckpointStore, _ lease: ThreadLease, _ records: [ThreadRecord], beginsTurn: Bool, keeping: Int?,
    renaming names: [String: String] = [:]
  ) throws {
    self.store = store
    self.lease = lease
    self.beginsTurn = beginsTurn
    self.keeping = keeping
    name = lease.thread
    let place = try RunCheckpoint(thread: lease.thread, records: records)
    if let old = names.keys.min(), place == nil {
      throw GraphError(
        .invalidInput,
        "the thread '\(lease.thread)' is new, and has not come to a node '\(old)', which is to have another name")
    }
    checkpoint = names.isEmpty ? place : try place?.renaming(names)
    isRenamed = !names.isEmpty
    var state = State(nextSequence: (records.last?.sequence ?? 0) + 1)
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

  /// Keeps the thread while a node works for long, and hears of those who want it.
  private func startRenewing() {
    let task = Task { [weak self, store, lease] in  // Owned by this object, which cancels it when it is closed.
      var renewed = ContinuousClock.now
      while true {
        do { try await Task.sleep(for: Self.lookTime) } catch { return }
        guard self != nil else { return }
        if renewed.duration(to: .now) > Self.leaseTime / 3 {
          renewed = .now
          // Where it is lost, the next commit says so.
          faultPoint("renew.before")
          try? await store.renew(lease, lasting: Self.leaseTime)
          faultPoint("renew.after")
        }
        do {
          if try await store.isAskedToStop(lease) { self?.askToStop() }
        } catch let error as CheckpointStoreError where error.code == .lost {
          // Somebody has it already; what the run still does would be done for nothing.
          self?.askToStop()
        } catch {
          // Where the store cannot be asked, the next commit says so.
        }
      }
    }
    state.withLock { $0.renewal = task }
  }

  /// Whether somebody has asked its run to stop, so as to have it, or has it already.
  public var isWanted: Bool { state.withLock { $0.isAskedToStop } }

  private func askToStop() {
    faultPoint("stop.heard")
    let stop = state.withLock { state in
      state.isAskedToStop = true
      defer { state.stop = nil }
      return state.stop
    }
    stop?()
  }

  /// Says what is to be done when somebody wants the run to stop, so that another one can have the thread.
  func onStopRequest(_ stop: @escaping @Sendable () -> Void) {
    let isAsked = state.withLock { state in
      if !state.isAskedToStop { state.stop = stop }
      return state.isAskedToStop
    }
    if isAsked { stop() }
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
    // History that cannot be shortened now is shortened by the next run.
    if let keeping { _ = try? await store.trim(lease, last: state.withLock { $0.nextSequence } - 1, keeping: keeping) }
    // A thread that cannot be given back is free when its time is over.
    faultPoint("release.before")
    try? await store.release(lease)
    faultPoint("release.after")
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
    faultPoint("commit.before")
    try await store.append(records, under: lease, lasting: Self.leaseTime)
    faultPoint("commit.after")
    state.withLock { state in
      state.nextSequence = first + records.count
      for record in records { Self.count(record, &state) }
    }
  }

  /// The number of the record that was written last.
  var lastRecord: Int { state.withLock { $0.nextSequence - 1 } }

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

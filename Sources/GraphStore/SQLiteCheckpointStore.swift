public import GraphRuntime

/// Keeps threads in a SQLite file, which any number of processes of one machine may use at once.
///
/// A commit is on the disk when it returns (write-ahead log, `synchronous=FULL`). Commits of several threads that come
/// while the disk is at work on another one are one transaction, so that many runs of one process share its syncs. The
/// file is opened by the first call.
public actor SQLiteCheckpointStore: CheckpointStore {
  /// The version of the tables; earlier ones are brought up to it when a file is opened.
  static let version = 2

  /// What tells the file from others of SQLite: the letters `Trib`.
  private static let applicationID = 0x5472_6962

  private let path: String
  private let createsFolder: Bool
  private var database: SQLiteConnection?

  /// One call of `append` that waits for the next transaction.
  private struct Commit {
    let records: [ThreadRecord]
    let lease: ThreadLease
    let duration: Duration
    /// What waits for it; nil for the call that makes the transaction.
    var continuation: CheckedContinuation<Void, any Error>?
  }

  /// The commits of the next transaction, the one whose call makes it first.
  private var group: [Commit] = []

  nonisolated private let executor = StoreExecutor()

  /// The calls wait for the disk on a thread of the store's own.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  /// Creates a store.
  ///
  /// - Parameters:
  ///   - path: The file, which is created by the first call where it does not exist.
  ///   - createsFolder: Whether the folder is created as well, with a `.gitignore` that leaves it out.
  public init(path: String, createsFolder: Bool = false) {
    self.path = path
    self.createsFolder = createsFolder
  }

  deinit { executor.end() }

  // MARK: - Leases

  /// Takes a thread for a run.
  public func acquire(
    _ thread: String, for holder: ThreadHolder, lasting duration: Duration, over lost: Int?
  ) throws -> ThreadLease {
    try transaction { connection in
      let now = WallTime.milliseconds()
      let existing = try connection.thread(named: thread)
      // A process that lives has its thread, also when it was held up or somebody has set the clock.
      if let existing, existing.epoch != lost, existing.heldUntil > now || existing.holder?.isAtWork == true {
        throw CheckpointStoreError.busy(thread, existing.holder, epoch: existing.epoch)
      }
      let id = try existing?.id ?? connection.addThread(named: thread)
      let epoch = existing.map { $0.epoch + 1 } ?? ThreadLease.makeFirstEpoch()
      try connection.hold(id, epoch: epoch, holder.text, until: now + duration.milliseconds)
      return ThreadLease(thread: thread, epoch: epoch, lastSequence: try connection.lastSequence(of: id))
    }
  }

  /// Keeps the thread for as long again.
  public func renew(_ lease: ThreadLease, lasting duration: Duration) throws {
    try transaction { connection in
      let id = try connection.check(lease)
      try connection.prolong(id, until: WallTime.milliseconds() + duration.milliseconds)
    }
  }

  /// Gives the thread back.
  public func release(_ lease: ThreadLease) throws {
    try transaction { connection in
      guard let thread = try connection.thread(named: lease.thread), thread.epoch == lease.epoch else { return }
      try connection.hold(thread.id, epoch: lease.epoch, nil, until: 0)
      if try connection.lastSequence(of: thread.id) == 0 { try connection.removeThread(thread.id) }
    }
  }

  /// Asks whoever has a thread to stop.
  public func askToStop(_ thread: String, epoch: Int) throws {
    guard exists else { return }
    try transaction { connection in try connection.askToStop(thread, epoch: epoch) }
  }

  /// Whether the holder of a thread was asked to stop.
  public func isAskedToStop(_ lease: ThreadLease) throws -> Bool {
    guard let isAsked = try connection().isAskedToStop(lease) else { throw CheckpointStoreError.lost(lease.thread) }
    return isAsked
  }

  // MARK: - Records

  /// Adds records behind the last one, in one transaction with those of others that wait.
  public func append(_ records: [ThreadRecord], under lease: ThreadLease, lasting duration: Duration) async throws {
    let commit = Commit(records: records, lease: lease, duration: duration)
    guard group.isEmpty else {
      return try await withCheckedThrowingContinuation { continuation in
        var commit = commit
        commit.continuation = continuation
        group.append(commit)
      }
    }
    guard executor.hasWaitingJobs else { return try transaction { try Self.add(commit, $0) } }
    group.append(commit)
    // What waits already comes before this goes on.
    await Task.yield()
    let commits = group
    group = []
    let results = add(commits)
    for (commit, result) in zip(commits, results) { commit.continuation?.resume(with: result) }
    return try results[0].get()
  }

  private static func add(_ commit: Commit, _ connection: SQLiteConnection) throws {
    let id = try connection.check(commit.lease)
    guard try connection.lastSequence(of: id) + 1 == commit.records.first?.sequence else {
      throw CheckpointStoreError.lost(commit.lease.thread)
    }
    for record in commit.records { try connection.add(record, to: id) }
    try connection.prolong(id, until: WallTime.milliseconds() + commit.duration.milliseconds)
  }

  /// Makes one transaction of commits of several threads; one that cannot be made leaves the others alone.
  private func add(_ commits: [Commit]) -> [Result<Void, any Error>] {
    do {
      return try transaction { connection in
        try commits.map { commit in
          try connection.database.run("SAVEPOINT one")
          do {
            try Self.add(commit, connection)
          } catch {
            // Where the disk is full, all that was begun is gone.
            guard connection.database.isInTransaction else { throw error }
            try connection.database.run("ROLLBACK TO one; RELEASE one")
            return .failure(error)
          }
          try connection.database.run("RELEASE one")
          return .success(())
        }
      }
    } catch {
      return commits.map { _ in .failure(error) }
    }
  }

  /// Records of a thread in order.
  public func records(of thread: String, _ selection: RecordSelection) throws -> [ThreadRecord] {
    guard exists else { return [] }
    let connection = try connection()
    // All of it at one moment: others may be removing records, or the thread.
    try connection.database.prepare("BEGIN").run()
    defer { try? connection.database.run("ROLLBACK") }
    guard let id = try connection.thread(named: thread)?.id else { return [] }
    try connection.checkSequence(of: id, thread)
    guard case .since(let end) = selection else { return try connection.records(of: id, 0...Int.max) }
    let last = end ?? Int.max
    return try connection.records(of: id, try connection.lastSnapshot(of: id, at: last)...last)
  }

  /// The threads, the one that was written last first.
  public func threads() throws -> [ThreadSummary] {
    exists ? try connection().summaries(at: WallTime.milliseconds()) : []
  }

  /// Removes records, or the whole thread.
  public func remove(through sequence: Int?, leaving snapshot: ThreadRecord?, under lease: ThreadLease) throws {
    try transaction { connection in
      let id = try connection.check(lease)
      try connection.removeRecords(of: id, through: sequence)
      if let snapshot { try connection.add(snapshot, to: id) }
    }
  }

  /// Gives the room of what was removed back to the file system.
  public func compact() throws {
    guard exists else { return }
    faultPoint("sqlite.compact.before")
    try connection().database.run("VACUUM")
    faultPoint("sqlite.compact.vacuumed")
    try connection().database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    faultPoint("sqlite.compact.after")
  }

  // MARK: - The file

  /// Whether there is a file to read; one that is not there has no threads, and looking shall not create it.
  private var exists: Bool { database != nil || StoreFolder.exists(path) }

  private func connection() throws -> SQLiteConnection {
    if let database { return database }
    if createsFolder { try StoreFolder.create(for: path) }
    faultPoint("sqlite.open.before")
    // SQLite takes what is shorter than its shortest page for a new file.
    guard StoreFolder.size(of: path).map({ $0 == 0 || $0 >= 512 }) ?? true else {
      throw CheckpointStoreError(.damaged, "'\(path)' is no file of threads, or was cut short")
    }
    let connection = try SQLiteConnection(path: path)
    try connection.prepareTables(applicationID: Self.applicationID, version: Self.version)
    faultPoint("sqlite.open.after")
    database = connection
    return connection
  }

  private func transaction<Result>(_ body: (SQLiteConnection) throws -> Result) throws -> Result {
    let connection = try connection()
    faultPoint("sqlite.begin.before")
    try connection.database.prepare("BEGIN IMMEDIATE").run()
    faultPoint("sqlite.begin.after")
    do {
      let result = try body(connection)
      faultPoint("sqlite.commit.before")
      try connection.database.prepare("COMMIT").run()
      faultPoint("sqlite.commit.after")
      return result
    } catch {
      faultPoint("sqlite.rollback")
      if connection.database.isInTransaction { try? connection.database.run("ROLLBACK") }
      throw error
    }
  }
}

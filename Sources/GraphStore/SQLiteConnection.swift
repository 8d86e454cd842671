internal import GraphRuntime

/// The tables of threads in one open file, and the statements on them.
final class SQLiteConnection {
  let database: SQLiteDatabase
  private let path: String
  private var hasCheckedNames = false

  /// A row of `threads`.
  struct Thread {
    let id: Int
    let epoch: Int
    let holder: ThreadHolder?
    let heldUntil: Int
  }

  init(path: String) throws {
    self.path = path
    database = try SQLiteDatabase(path: path)
  }

  /// Makes the tables of a new file, and looks whether those of another one can be used.
  func prepareTables(applicationID: Int, version: Int) throws {
    // All of it at one moment: somebody else may be making the tables.
    try database.run("BEGIN")
    let id = try database.number("PRAGMA application_id")
    let existing = try database.number("PRAGMA user_version")
    let isEmpty = try database.number("SELECT count(*) FROM sqlite_schema") == 0
    try database.run("COMMIT")
    guard id == applicationID || isEmpty else {
      throw CheckpointStoreError(.damaged, "'\(path)' is a file of SQLite, and no file of threads")
    }
    guard existing <= version else {
      throw CheckpointStoreError(
        .newer, "'\(path)' has version \(existing), and this program reads versions up to \(version)")
    }
    faultPoint("sqlite.mode.before")
    try database.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4000")
    faultPoint("sqlite.mode.after")
    guard isEmpty else { return try migrate(to: version) }
    try database.run("BEGIN IMMEDIATE")
    // Somebody else may have been quicker.
    if try database.number("SELECT count(*) FROM sqlite_schema") == 0 {
      try database.run(
        """
        PRAGMA application_id=\(applicationID);
        PRAGMA user_version=\(version);
        CREATE TABLE threads (
          id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL DEFAULT 0, holder TEXT,
          held_until INTEGER NOT NULL DEFAULT 0, stop_epoch INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE records (
          thread INTEGER NOT NULL REFERENCES threads (id), sequence INTEGER NOT NULL, kind TEXT NOT NULL,
          time INTEGER NOT NULL, graph TEXT NOT NULL, run TEXT NOT NULL, turn INTEGER NOT NULL, step INTEGER NOT NULL,
          status TEXT NOT NULL, nodes TEXT NOT NULL, checksum INTEGER NOT NULL, body BLOB NOT NULL,
          UNIQUE (thread, sequence));
        CREATE INDEX snapshots ON records (thread, sequence) WHERE kind = 'snapshot';
        """)
    }
    faultPoint("sqlite.tables.before")
    try database.run("COMMIT")
    faultPoint("sqlite.tables.after")
  }

  /// Brings the tables of an earlier version up to this one, all at once or not at all.
  private func migrate(to version: Int) throws {
    guard try database.number("PRAGMA user_version") < version else { return }
    try database.run("BEGIN IMMEDIATE")
    // Somebody else may have been quicker.
    if try database.number("PRAGMA user_version") < 2 {
      try database.run("ALTER TABLE threads ADD COLUMN stop_epoch INTEGER NOT NULL DEFAULT 0; PRAGMA user_version=2")
    }
    faultPoint("sqlite.tables.before")
    try database.run("COMMIT")
    faultPoint("sqlite.tables.after")
  }

  // MARK: - Threads

  func thread(named name: String) throws -> Thread? {
    let statement = try database.prepare("SELECT id, epoch, holder, held_until FROM threads WHERE name = ?")
    try statement.bind(name, at: 1)
    guard try statement.step() else {
      try checkNames()
      return nil
    }
    let thread = Thread(
      id: statement.integer(0), epoch: statement.integer(1),
      holder: statement.text(2).flatMap { ThreadHolder(text: $0) }, heldUntil: statement.integer(3))
    // Nobody gives back a thread without records, so that one of nobody has some.
    guard try thread.id > 0 && (thread.holder != nil || lastSequence(of: thread.id) > 0) else {
      throw lostRecords(name)
    }
    return thread
  }

  /// Looks, once, whether the index of the names has all of them: one that has lost a name would make a thread begin anew.
  private func checkNames() throws {
    guard !hasCheckedNames else { return }
    let statement = try database.prepare("PRAGMA integrity_check(threads)")
    guard try statement.step(), let finding = statement.text(0), finding == "ok" else {
      throw CheckpointStoreError(.damaged, "'\(path)' is damaged: the names of its threads cannot be relied on")
    }
    hasCheckedNames = true
  }

  func addThread(named name: String) throws -> Int {
    let statement = try database.prepare("INSERT INTO threads (name) VALUES (?) RETURNING id")
    try statement.bind(name, at: 1)
    defer {
      statement.reset()
      faultPoint("sqlite.thread")
    }
    return try statement.step() ? statement.integer(0) : 0
  }

  func removeThread(_ id: Int) throws {
    let statement = try database.prepare("DELETE FROM threads WHERE id = ?")
    try statement.bind(id, at: 1)
    try statement.run()
    faultPoint("sqlite.thread")
  }

  func hold(_ id: Int, epoch: Int, _ holder: String?, until time: Int) throws {
    let statement = try database.prepare("UPDATE threads SET epoch = ?, holder = ?, held_until = ? WHERE id = ?")
    try statement.bind(epoch, at: 1)
    try statement.bind(holder, at: 2)
    try statement.bind(time, at: 3)
    try statement.bind(id, at: 4)
    try statement.run()
    faultPoint("sqlite.lease")
  }

  func prolong(_ id: Int, until time: Int) throws {
    let statement = try database.prepare("UPDATE threads SET held_until = ? WHERE id = ?")
    try statement.bind(time, at: 1)
    try statement.bind(id, at: 2)
    try statement.run()
    faultPoint("sqlite.lease")
  }

  func askToStop(_ name: String, epoch: Int) throws {
    let statement = try database.prepare("UPDATE threads SET stop_epoch = epoch WHERE name = ? AND epoch = ?")
    try statement.bind(name, at: 1)
    try statement.bind(epoch, at: 2)
    try statement.run()
  }

  /// Whether the last holder of a thread was asked to stop; nil when the lease is not the last one any more.
  func isAskedToStop(_ lease: ThreadLease) throws -> Bool? {
    let statement = try database.prepare("SELECT stop_epoch FROM threads WHERE name = ? AND epoch = ?")
    try statement.bind(lease.thread, at: 1)
    try statement.bind(lease.epoch, at: 2)
    return try statement.step() ? statement.integer(0) == lease.epoch : nil
  }

  /// The row of a thread that the lease is still the last one of.
  func check(_ lease: ThreadLease) throws -> Int {
    // A renewal may come behind the release that overtook it; it must not take the thread again.
    guard let thread = try thread(named: lease.thread), thread.epoch == lease.epoch, thread.holder != nil else {
      throw CheckpointStoreError.lost(lease.thread)
    }
    return thread.id
  }

  // MARK: - Records

  func lastSequence(of id: Int) throws -> Int {
    let statement = try database.prepare("SELECT max(sequence) FROM records WHERE thread = ?")
    try statement.bind(id, at: 1)
    return try statement.step() ? statement.integer(0) : 0
  }

  func lastSnapshot(of id: Int, at sequence: Int) throws -> Int {
    let statement = try database.prepare(
      "SELECT max(sequence) FROM records WHERE thread = ? AND sequence <= ? AND kind = 'snapshot'")
    try statement.bind(id, at: 1)
    try statement.bind(sequence, at: 2)
    return try statement.step() ? statement.integer(0) : 0
  }

  private static let columns = "sequence, kind, time, graph, run, turn, step, status, nodes, checksum"

  func add(_ record: ThreadRecord, to id: Int) throws {
    let statement = try database.prepare(
      "INSERT INTO records (thread, \(Self.columns), body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    try statement.bind(id, at: 1)
    try statement.bind(record.sequence, at: 2)
    try statement.bind(record.kind.rawValue, at: 3)
    try statement.bind(Int(record.time), at: 4)
    try statement.bind(record.graph, at: 5)
    try statement.bind(record.run, at: 6)
    try statement.bind(record.turn, at: 7)
    try statement.bind(record.step, at: 8)
    try statement.bind(record.status.rawValue, at: 9)
    try statement.bind(record.nodesText, at: 10)
    try statement.bind(Int(record.checksum), at: 11)
    try statement.bind(record.body, at: 12)
    try statement.run()
    faultPoint("sqlite.record")
  }

  func records(of id: Int, _ range: ClosedRange<Int>) throws -> [ThreadRecord] {
    let statement = try database.prepare(
      "SELECT \(Self.columns), body FROM records WHERE thread = ? AND sequence BETWEEN ? AND ? ORDER BY sequence")
    try statement.bind(id, at: 1)
    try statement.bind(range.lowerBound, at: 2)
    try statement.bind(range.upperBound, at: 3)
    var records: [ThreadRecord] = []
    while try statement.step() { records.append(try record(statement, 0, statement.bytes(10))) }
    return records
  }

  /// Looks whether the index of the records has all of a thread's, which follow each other without a gap.
  ///
  /// - Complexity: O(records of the thread), of which only the index is read.
  func checkSequence(of id: Int, _ name: String) throws {
    let statement = try database.prepare("SELECT count(*), min(sequence), max(sequence) FROM records WHERE thread = ?")
    try statement.bind(id, at: 1)
    guard try statement.step(), statement.integer(0) > 0 else { return }
    let (first, last) = (statement.integer(1), statement.integer(2))
    guard first > 0, last - first == statement.integer(0) - 1, try lastSequence(of: id) == last else {
      throw lostRecords(name)
    }
  }

  private func lostRecords(_ name: String) -> CheckpointStoreError {
    CheckpointStoreError(.damaged, "'\(path)' is damaged: records of the thread '\(name)' are not found")
  }

  func removeRecords(of id: Int, through sequence: Int?) throws {
    let statement = try database.prepare("DELETE FROM records WHERE thread = ? AND sequence <= ?")
    try statement.bind(id, at: 1)
    try statement.bind(sequence ?? Int.max, at: 2)
    try statement.run()
    faultPoint("sqlite.remove")
  }

  func summaries(at time: Int) throws -> [ThreadSummary] {
    let columns = Self.columns.split(separator: ", ").map { "records.\($0)" }.joined(separator: ", ")
    let statement = try database.prepare(
      """
      SELECT name, holder, held_until, kept.count, kept.bytes, \(columns)
      FROM (SELECT thread, max(sequence) AS last, count(*) AS count, sum(length(body)) AS bytes
            FROM records GROUP BY thread) AS kept
      JOIN threads ON threads.id = kept.thread
      JOIN records ON records.thread = kept.thread AND records.sequence = kept.last
      ORDER BY records.time DESC, name
      """)
    var summaries: [ThreadSummary] = []
    while try statement.step() {
      let last = statement.text(1).flatMap { ThreadHolder(text: $0) }
      let holder = statement.integer(2) > time || last?.isAtWork == true ? last : nil
      summaries.append(
        ThreadSummary(
          thread: statement.text(0) ?? "", last: try record(statement, 5, []), records: statement.integer(3),
          bytes: statement.integer(4), holder: holder))
    }
    return summaries
  }

  private func record(_ row: borrowing SQLiteStatement, _ first: CInt, _ body: [UInt8]) throws -> ThreadRecord {
    let sequence = row.integer(first)
    guard let kind = ThreadRecord.Kind(rawValue: row.text(first + 1) ?? ""),
      let status = RunStatus(rawValue: row.text(first + 7) ?? "")
    else { throw CheckpointStoreError(.damaged, "'\(path)' is damaged: record \(sequence) of a thread is none") }
    return ThreadRecord(
      sequence: sequence, kind: kind, time: Int64(row.integer(first + 2)), graph: row.text(first + 3) ?? "",
      run: row.text(first + 4) ?? "", turn: row.integer(first + 5), step: row.integer(first + 6), status: status,
      nodes: ThreadRecord.nodes(text: row.text(first + 8) ?? ""), body: body,
      checksum: UInt32(truncatingIfNeeded: row.integer(first + 9)))
  }
}

extension ThreadRecord {
  /// The nodes in one text.
  var nodesText: String { nodes.isEmpty ? "" : Value.list(nodes.map { .string($0) }).json() }

  /// Reads what `nodesText` has made.
  static func nodes(text: String) -> [String] {
    guard !text.isEmpty, let list = (try? Value(json: text))?.list else { return [] }
    return list.compactMap(\.string)
  }
}

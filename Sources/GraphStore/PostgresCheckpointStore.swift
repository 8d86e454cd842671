public import GraphRuntime

/// Keeps threads on a PostgreSQL server, which any number of machines may use at once.
///
/// Each commit is one statement, which the server has on its disk when it answers (`synchronous_commit=on`). The
/// library libpq is opened and the server is asked by the first call.
public actor PostgresCheckpointStore: CheckpointStore {
  /// The version of the tables; earlier ones are brought up to it by the first call.
  static let version = 2

  private let url: String

  /// The address as messages name it.
  public nonisolated let server: String

  private var connection: Connection?

  nonisolated private let executor = StoreExecutor()

  /// A connection in a place where it may be replaced.
  private final class Connection {
    let value: PostgresConnection

    init(url: String, server: String) throws { value = try PostgresConnection(url: url, server: server) }
  }

  /// The calls wait for the server on a thread of the store's own.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  /// Creates a store.
  ///
  /// - Parameter url: An address as libpq takes it, such as `postgres://user:password@host/database`.
  public init(url: String) {
    self.url = url
    server = StoreAddress(url)?.description ?? "postgres"
  }

  deinit { executor.end() }

  // MARK: - Leases

  /// Takes a thread for a run.
  public func acquire(
    _ thread: String, for holder: ThreadHolder, lasting duration: Duration, over lost: Int?
  ) throws -> ThreadLease {
    let rows = try run(
      """
      INSERT INTO tributary_threads AS t (name, epoch, holder, held_until)
      VALUES ($1, $5::bigint, $2, clock_timestamp() + $3::bigint * interval '1 millisecond')
      ON CONFLICT (name) DO UPDATE
      SET epoch = t.epoch + 1, holder = excluded.holder, held_until = excluded.held_until
      WHERE t.held_until <= clock_timestamp() OR t.epoch = $4::bigint
      RETURNING epoch, last_sequence
      """,
      [
        thread, holder.text, "\(duration.milliseconds)", lost.map { "\($0)" }, "\(ThreadLease.makeFirstEpoch())",
      ])
    if let row = rows.first {
      return ThreadLease(thread: thread, epoch: try number(row[0]), lastSequence: try number(row[1]))
    }
    let other = try run("SELECT holder, epoch FROM tributary_threads WHERE name = $1", [thread]).first
    throw CheckpointStoreError.busy(
      thread, other?[0].flatMap { ThreadHolder(text: $0) }, epoch: try other.map { try number($0[1]) } ?? 0)
  }

  /// Keeps the thread for as long again.
  public func renew(_ lease: ThreadLease, lasting duration: Duration) throws {
    let rows = try run(
      """
      UPDATE tributary_threads SET held_until = clock_timestamp() + $3::bigint * interval '1 millisecond'
      WHERE name = $1 AND epoch = $2::bigint AND holder IS NOT NULL RETURNING id
      """, [lease.thread, "\(lease.epoch)", "\(duration.milliseconds)"])
    if rows.isEmpty { throw CheckpointStoreError.lost(lease.thread) }
  }

  /// Gives the thread back.
  public func release(_ lease: ThreadLease) throws {
    let values = [lease.thread, "\(lease.epoch)"]
    try run(
      """
      UPDATE tributary_threads SET held_until = '-infinity', holder = NULL WHERE name = $1 AND epoch = $2::bigint
      """, values)
    try run(
      "DELETE FROM tributary_threads WHERE name = $1 AND epoch = $2::bigint AND last_sequence = 0 AND holder IS NULL",
      values)
  }

  /// Asks whoever has a thread to stop.
  public func askToStop(_ thread: String, epoch: Int) throws {
    try run(
      "UPDATE tributary_threads SET stop_epoch = epoch WHERE name = $1 AND epoch = $2::bigint", [thread, "\(epoch)"])
  }

  /// Whether the holder of a thread was asked to stop.
  public func isAskedToStop(_ lease: ThreadLease) throws -> Bool {
    let rows = try run(
      "SELECT stop_epoch = epoch FROM tributary_threads WHERE name = $1 AND epoch = $2::bigint",
      [lease.thread, "\(lease.epoch)"])
    guard let row = rows.first else { throw CheckpointStoreError.lost(lease.thread) }
    return row[0] == "t"
  }

  // MARK: - Records

  /// Adds records behind the last one.
  public func append(_ records: [ThreadRecord], under lease: ThreadLease, lasting duration: Duration) throws {
    guard let first = records.first, let last = records.last else { return }
    let rows = try run(
      """
      WITH lease AS (
        UPDATE tributary_threads
        SET last_sequence = $4::bigint, held_until = clock_timestamp() + $5::bigint * interval '1 millisecond'
        WHERE name = $1 AND epoch = $2::bigint AND holder IS NOT NULL AND last_sequence = $3::bigint RETURNING id)
      \(Self.insertion("lease.id", "lease, ", at: 6)) RETURNING sequence
      """,
      [
        lease.thread, "\(lease.epoch)", "\(first.sequence - 1)", "\(last.sequence)", "\(duration.milliseconds)",
        Self.json(records),
      ])
    if rows.count != records.count { throw CheckpointStoreError.lost(lease.thread) }
  }

  /// A statement that adds the records of a parameter.
  private static func insertion(_ thread: String, _ source: String, at parameter: Int) -> String {
    """
    INSERT INTO tributary_records
      (thread, sequence, kind, time, graph, run, turn, step, status, nodes, checksum, body)
    SELECT \(thread), r.sequence, r.kind, r.time, r.graph, r.run, r.turn, r.step, r.status, r.nodes, r.checksum,
           decode(r.body, 'hex')
    FROM \(source)json_to_recordset($\(parameter)::json) AS r (
      sequence bigint, kind text, time bigint, graph text, run text, turn bigint, step bigint, status text,
      nodes text, checksum bigint, body text)
    """
  }

  private static func json(_ records: [ThreadRecord]) -> String {
    Value.list(
      records.map { record in
        [
          "sequence": .int(record.sequence), "kind": .string(record.kind.rawValue), "time": .int(Int(record.time)),
          "graph": .string(record.graph), "run": .string(record.run), "turn": .int(record.turn),
          "step": .int(record.step), "status": .string(record.status.rawValue), "nodes": .string(record.nodesText),
          "checksum": .int(Int(record.checksum)), "body": .string(Hexadecimal.text(record.body)),
        ]
      }
    ).json()
  }

  private static let columns = "sequence, kind, time, graph, run, turn, step, status, nodes, checksum"

  /// Records of a thread in order.
  public func records(of thread: String, _ selection: RecordSelection) throws -> [ThreadRecord] {
    let (bound, end): (String, Int?) =
      switch selection {
      case .all: ("0", nil)
      case .since(let end):
        (
          """
          coalesce((SELECT max(s.sequence) FROM tributary_records s
                    WHERE s.thread = t.id AND s.kind = 'snapshot' AND s.sequence <= coalesce($2::bigint, s.sequence)), 0)
          """, end
        )
      }
    return try run(
      """
      SELECT \(Self.columns), encode(body, 'hex') FROM tributary_records r JOIN tributary_threads t ON t.id = r.thread
      WHERE t.name = $1 AND r.sequence >= \(bound) AND r.sequence <= coalesce($2::bigint, r.sequence)
      ORDER BY r.sequence
      """, [thread, end.map { "\($0)" }]
    ).map { try record($0[...], body: Hexadecimal.bytes($0[10] ?? "")) }
  }

  /// The threads, the one that was written last first.
  public func threads() throws -> [ThreadSummary] {
    let columns = Self.columns.split(separator: ", ").map { "r.\($0)" }.joined(separator: ", ")
    return try run(
      """
      SELECT t.name, CASE WHEN t.held_until > clock_timestamp() THEN t.holder END, kept.count, kept.bytes, \(columns)
      FROM tributary_threads t
      JOIN (SELECT thread, count(*) AS count, sum(length(body)) AS bytes FROM tributary_records GROUP BY thread) kept
        ON kept.thread = t.id
      JOIN tributary_records r ON r.thread = t.id AND r.sequence = t.last_sequence
      ORDER BY r.time DESC, t.name COLLATE "C"
      """
    ).map { row in
      ThreadSummary(
        thread: row[0] ?? "", last: try record(row[4...], body: []), records: try number(row[2]),
        bytes: try number(row[3]), holder: row[1].flatMap { ThreadHolder(text: $0) })
    }
  }

  /// Removes records, or the whole thread.
  public func remove(through sequence: Int?, leaving snapshot: ThreadRecord?, under lease: ThreadLease) throws {
    try run("BEGIN")
    do {
      let id = try run(
        """
        UPDATE tributary_threads SET last_sequence = CASE WHEN $3::bigint IS NULL THEN 0 ELSE last_sequence END
        WHERE name = $1 AND epoch = $2::bigint AND holder IS NOT NULL RETURNING id
        """, [lease.thread, "\(lease.epoch)", sequence.map { "\($0)" }]
      ).first?[0]
      guard let id else { throw CheckpointStoreError.lost(lease.thread) }
      try run(
        "DELETE FROM tributary_records WHERE thread = $1::bigint AND sequence <= coalesce($2::bigint, sequence)",
        [id, sequence.map { "\($0)" }])
      if let snapshot { try run(Self.insertion("$1::bigint", "", at: 2), [id, Self.json([snapshot])]) }
      try run("COMMIT")
    } catch {
      _ = try? run("ROLLBACK")
      throw error
    }
  }

  /// Does nothing: the server's autovacuum gives room back.
  public func compact() {}

  private func record(_ row: ArraySlice<String?>, body: [UInt8]) throws -> ThreadRecord {
    let cells = row.map { $0 ?? "" }
    guard let kind = ThreadRecord.Kind(rawValue: cells[1]), let status = RunStatus(rawValue: cells[7]) else {
      throw CheckpointStoreError(.damaged, "record \(cells[0]) of a thread on '\(server)' is none")
    }
    return ThreadRecord(
      sequence: try number(cells[0]), kind: kind, time: Int64(try number(cells[2])), graph: cells[3], run: cells[4],
      turn: try number(cells[5]), step: try number(cells[6]), status: status,
      nodes: ThreadRecord.nodes(text: cells[8]), body: body,
      checksum: UInt32(truncatingIfNeeded: try number(cells[9])))
  }

  private func number(_ text: String?) throws -> Int {
    guard let number = text.flatMap({ Int($0) }) else {
      throw CheckpointStoreError(.damaged, "'\(server)' has something else where a number belongs")
    }
    return number
  }

  // MARK: - The server

  @discardableResult
  private func run(_ statement: String, _ values: [String?] = []) throws -> [[String?]] {
    try connected().value.run(statement, values)
  }

  private func connected() throws -> Connection {
    if let connection, connection.value.isUsable { return connection }
    connection = nil
    let new = try Connection(url: url, server: server)
    try prepareTables(new)
    connection = new
    return new
  }

  private func prepareTables(_ connection: borrowing Connection) throws {
    let exists = try connection.value.run("SELECT to_regclass('tributary_version') IS NOT NULL").first?.first == "t"
    let found = exists ? try version(connection) : 0
    guard found <= Self.version else {
      throw CheckpointStoreError(
        .newer, "the tables of '\(server)' have version \(found), and this program reads versions up to \(Self.version)"
      )
    }
    guard found < Self.version else { return }
    try connection.value.run("BEGIN")
    // One of several that come first makes them, or brings them up to this version.
    try connection.value.run("SELECT pg_advisory_xact_lock(6074867294157)")
    for statement in Self.tables { try connection.value.run(statement) }
    try connection.value.run("COMMIT")
  }

  private func version(_ connection: borrowing Connection) throws -> Int {
    try number(connection.value.run("SELECT max(version) FROM tributary_version").first?[0])
  }

  /// What makes the tables, or brings those of an earlier version up to this one.
  private static let tables = [
    """
    CREATE TABLE IF NOT EXISTS tributary_threads (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, epoch bigint NOT NULL,
      holder text, held_until timestamptz NOT NULL, last_sequence bigint NOT NULL DEFAULT 0)
    """,
    """
    CREATE TABLE IF NOT EXISTS tributary_records (
      thread bigint NOT NULL REFERENCES tributary_threads (id), sequence bigint NOT NULL, kind text NOT NULL,
      time bigint NOT NULL, graph text NOT NULL, run text NOT NULL, turn bigint NOT NULL, step bigint NOT NULL,
      status text NOT NULL, nodes text NOT NULL, checksum bigint NOT NULL, body bytea NOT NULL,
      PRIMARY KEY (thread, sequence))
    """,
    """
    CREATE INDEX IF NOT EXISTS tributary_snapshots ON tributary_records (thread, sequence) WHERE kind = 'snapshot'
    """,
    // Since version 2.
    "ALTER TABLE tributary_threads ADD COLUMN IF NOT EXISTS stop_epoch bigint NOT NULL DEFAULT 0",
    "CREATE TABLE IF NOT EXISTS tributary_version (version bigint NOT NULL PRIMARY KEY)",
    "INSERT INTO tributary_version VALUES (\(version)) ON CONFLICT DO NOTHING",
  ]
}

/// Bytes as pairs of digits.
enum Hexadecimal {
  static func text(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return unsafe String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
      for (index, byte) in bytes.enumerated() {
        unsafe buffer[index * 2] = digits[Int(byte >> 4)]
        unsafe buffer[index * 2 + 1] = digits[Int(byte & 15)]
      }
      return bytes.count * 2
    }
  }

  static func bytes(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 2)
    var high: UInt8?
    for digit in text.utf8 {
      let value = digit >= UInt8(ascii: "a") ? digit - UInt8(ascii: "a") + 10 : digit &- UInt8(ascii: "0")
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }
}

internal import CSQLite
internal import GraphRuntime

/// Owns a SQLite database in a file, for one thread at a time.
///
/// No pointer leaves this file.
@safe
struct SQLiteDatabase: ~Copyable {
  private let handle: OpaquePointer
  private let path: String
  private let statements = PreparedStatements()

  /// Opens a file, which is created where it does not exist.
  init(path: String) throws {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let status = unsafe sqlite3_open_v2(path, &opened, flags, nil)
    guard status == SQLITE_OK, let pointer = unsafe opened else {
      // Also a database that could not be opened has to be closed.
      unsafe sqlite3_close_v2(opened)
      throw Self.error(status, path)
    }
    unsafe handle = pointer
    self.path = path
    unsafe sqlite3_busy_timeout(handle, 10_000)
  }

  deinit {
    statements.removeAll()
    unsafe sqlite3_close_v2(handle)
  }

  /// Carries out statements that return nothing.
  borrowing func run(_ sql: String) throws {
    try check(unsafe sqlite3_exec(handle, sql, nil, nil, nil))
  }

  /// Prepares one statement, whose parameters are to be bound; one that was used before is used again.
  borrowing func prepare(_ sql: String) throws -> SQLiteStatement {
    if let idle = unsafe statements.take(sql) { return unsafe SQLiteStatement(idle, sql, path, statements) }
    var prepared: OpaquePointer?
    let status = unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard status == SQLITE_OK, let pointer = unsafe prepared else { throw Self.error(status, path) }
    return unsafe SQLiteStatement(pointer, sql, path, statements)
  }

  /// The first column of the only row of a statement.
  borrowing func number(_ sql: String) throws -> Int {
    let statement = try prepare(sql)
    return try statement.step() ? statement.integer(0) : 0
  }

  /// The number of rows that the last statement has changed.
  var changes: Int { unsafe Int(sqlite3_changes(handle)) }

  /// Whether a transaction is open.
  var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  private borrowing func check(_ status: CInt) throws {
    guard status == SQLITE_OK else { throw Self.error(status, path) }
  }

  /// What SQLite calls a status; its longer messages may hold what was written.
  fileprivate static func error(_ status: CInt, _ path: String) -> CheckpointStoreError {
    let text = unsafe sqlite3_errstr(status).map { unsafe String(cString: $0) } ?? "status \(status)"
    // The index of the log cannot grow (`SQLITE_IOERR_SHMSIZE`, a macro that is not imported).
    if status == SQLITE_IOERR | 19 << 8 {
      return CheckpointStoreError(.unavailable, "there is no room for the index of '\(path)': \(text)")
    }
    switch status & 0xFF {
    case SQLITE_NOTADB: return CheckpointStoreError(.damaged, "'\(path)' is no file of threads, or is damaged: \(text)")
    case SQLITE_CORRUPT: return CheckpointStoreError(.damaged, "'\(path)' is damaged: \(text)")
    case SQLITE_BUSY, SQLITE_LOCKED:
      return CheckpointStoreError(.unavailable, "'\(path)' is in use by others for too long: \(text)")
    case SQLITE_FULL: return CheckpointStoreError(.unavailable, "there is no room for '\(path)': \(text)")
    case SQLITE_READONLY: return CheckpointStoreError(.unavailable, "'\(path)' cannot be written: \(text)")
    default: return CheckpointStoreError(.unavailable, "'\(path)' cannot be used: \(text)")
    }
  }
}

/// Statements of one database that nobody uses now, by their text; compiling one costs more than carrying it out.
@safe
private final class PreparedStatements {
  private var idle: [String: OpaquePointer] = unsafe [:]

  func take(_ sql: String) -> OpaquePointer? { unsafe idle.removeValue(forKey: sql) }

  func giveBack(_ handle: OpaquePointer, _ sql: String) {
    unsafe sqlite3_reset(handle)
    // What was bound may be large.
    unsafe sqlite3_clear_bindings(handle)
    if let other = unsafe idle.updateValue(handle, forKey: sql) { unsafe sqlite3_finalize(other) }
  }

  func removeAll() {
    unsafe idle.values.forEach { unsafe sqlite3_finalize($0) }
    unsafe idle = [:]
  }
}

/// Has a prepared statement for itself, and has to go before its database does.
@safe
struct SQLiteStatement: ~Copyable {
  private let handle: OpaquePointer
  private let sql: String
  private let path: String
  private let statements: PreparedStatements

  fileprivate init(_ handle: OpaquePointer, _ sql: String, _ path: String, _ statements: PreparedStatements) {
    unsafe self.handle = handle
    self.sql = sql
    self.path = path
    self.statements = statements
  }

  deinit { unsafe statements.giveBack(handle, sql) }

  /// Sets a parameter, counted from 1.
  borrowing func bind(_ number: Int, at position: CInt) throws {
    try check(unsafe sqlite3_bind_int64(handle, position, sqlite3_int64(number)))
  }

  /// Sets a parameter, counted from 1, to bytes; SQLite takes a copy.
  borrowing func bind(_ bytes: [UInt8], at position: CInt) throws {
    let status = unsafe bytes.withUnsafeBytes { buffer in
      // No address would bind NULL.
      unsafe buffer.isEmpty
        ? sqlite3_bind_zeroblob(handle, position, 0)
        : sqlite3_bind_blob64(handle, position, buffer.baseAddress, sqlite3_uint64(buffer.count), Self.transient)
    }
    try check(status)
  }

  /// Sets a parameter, counted from 1, to text, or to NULL; SQLite takes a copy.
  borrowing func bind(_ text: String?, at position: CInt) throws {
    guard var text else { return try check(unsafe sqlite3_bind_null(handle, position)) }
    let status = text.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        unsafe characters.isEmpty
          ? sqlite3_bind_text(handle, position, "", 0, Self.transient)
          : sqlite3_bind_text(
            handle, position, characters.baseAddress, CInt(clamping: characters.count), Self.transient)
      }
    }
    try check(status)
  }

  // SQLITE_TRANSIENT is a macro that casts -1 to a function pointer, which is not imported.
  private static var transient: sqlite3_destructor_type {
    unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }

  /// Goes on to the next row; false at the end.
  borrowing func step() throws -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: true
    case SQLITE_DONE: false
    case let status: throw SQLiteDatabase.error(status, path)
    }
  }

  /// Carries the statement out and makes it ready for another turn.
  borrowing func run() throws {
    defer { reset() }
    while try step() {}
  }

  /// Makes the statement ready for another turn; its parameters stay.
  borrowing func reset() { unsafe sqlite3_reset(handle) }

  /// A column of the row, counted from 0.
  borrowing func integer(_ column: CInt) -> Int { unsafe Int(sqlite3_column_int64(handle, column)) }

  /// A column of the row, counted from 0; nil for NULL.
  borrowing func text(_ column: CInt) -> String? {
    guard let start = unsafe sqlite3_column_text(handle, column) else { return nil }
    let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    return unsafe String(decoding: bytes, as: UTF8.self)
  }

  /// A column of the row, counted from 0.
  borrowing func bytes(_ column: CInt) -> [UInt8] {
    guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
  }

  private borrowing func check(_ status: CInt) throws {
    guard status == SQLITE_OK else { throw SQLiteDatabase.error(status, path) }
  }
}

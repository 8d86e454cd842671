internal import CSQLite

/// Owns a SQLite database in memory.
///
/// No pointer leaves this file.
@safe
struct SQLiteDatabase: ~Copyable {
  private let handle: OpaquePointer

  /// Creates an empty database for one thread at a time.
  init() throws(PassageSearchError) {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX
    let status = unsafe sqlite3_open_v2(":memory:", &opened, flags, nil)
    guard status == SQLITE_OK, let pointer = unsafe opened else {
      // Also a database that could not be opened has to be closed.
      unsafe sqlite3_close_v2(opened)
      throw .database(Self.phrase(status))
    }
    unsafe handle = pointer
  }

  deinit { unsafe sqlite3_close_v2(handle) }

  /// Carries out one statement that returns nothing.
  borrowing func run(_ sql: String) throws(PassageSearchError) {
    let statement = try prepare(sql)
    while try statement.step() {}
  }

  /// Prepares one statement, whose parameters are to be bound.
  borrowing func prepare(_ sql: String) throws(PassageSearchError) -> SQLiteStatement {
    var prepared: OpaquePointer?
    let status = unsafe sqlite3_prepare_v2(handle, sql, -1, &prepared, nil)
    guard status == SQLITE_OK, let pointer = unsafe prepared else { throw .database(Self.phrase(status)) }
    return unsafe SQLiteStatement(pointer)
  }

  /// What SQLite calls a status; its longer messages may hold what was searched for.
  fileprivate static func phrase(_ status: CInt) -> String {
    guard let text = unsafe sqlite3_errstr(status) else { return "status \(status)" }
    return unsafe String(cString: text)
  }
}

/// Owns a prepared statement.
///
/// It may outlive its database, which SQLite then closes with it.
@safe
struct SQLiteStatement: ~Copyable {
  private let handle: OpaquePointer

  fileprivate init(_ handle: OpaquePointer) { unsafe self.handle = handle }

  deinit { unsafe sqlite3_finalize(handle) }

  /// Sets a parameter, counted from 1.
  borrowing func bind(_ number: Int, at position: CInt) throws(PassageSearchError) {
    try check(unsafe sqlite3_bind_int64(handle, position, sqlite3_int64(number)))
  }

  /// Sets a parameter, counted from 1; SQLite takes a copy.
  borrowing func bind(_ text: String, at position: CInt) throws(PassageSearchError) {
    var text = text
    // SQLITE_TRANSIENT is a macro that casts -1 to a function pointer, which is not imported.
    let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    let status = text.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        // An empty buffer may have no address, and no address would bind NULL.
        let start = characters.baseAddress
        return unsafe start == nil
          ? sqlite3_bind_text(handle, position, "", 0, transient)
          : sqlite3_bind_text(handle, position, start, CInt(clamping: characters.count), transient)
      }
    }
    try check(status)
  }

  /// Goes on to the next row; false at the end.
  borrowing func step() throws(PassageSearchError) -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: true
    case SQLITE_DONE: false
    case let status: throw .database(SQLiteDatabase.phrase(status))
    }
  }

  /// Makes the statement ready for another turn; its parameters stay.
  borrowing func reset() { unsafe sqlite3_reset(handle) }

  /// A column of the row, counted from 0.
  borrowing func integer(_ column: CInt) -> Int { unsafe Int(sqlite3_column_int64(handle, column)) }

  /// A column of the row, counted from 0.
  borrowing func double(_ column: CInt) -> Double { unsafe sqlite3_column_double(handle, column) }

  private borrowing func check(_ status: CInt) throws(PassageSearchError) {
    guard status == SQLITE_OK else { throw .database(SQLiteDatabase.phrase(status)) }
  }
}

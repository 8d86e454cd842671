internal import CPostgres
internal import GraphRuntime

#if canImport(Glibc)
  internal import Glibc
#endif

/// Owns a connection to a PostgreSQL server, for one thread at a time.
///
/// No pointer leaves this file.
@safe
struct PostgresConnection: ~Copyable {
  private let handle: OpaquePointer
  private let server: String

  /// Connects to a server.
  ///
  /// - Throws: `CheckpointStoreError.unavailable` without the password.
  init(url: String, server: String) throws {
    guard tributary_pq_load() == 0 else {
      throw CheckpointStoreError(.unavailable, unsafe String(cString: tributary_pq_load_error()))
    }
    guard let options = unsafe tributary_pq_conninfo_parse(url) else {
      throw CheckpointStoreError(.unavailable, "the address of '\(server)' is none of PostgreSQL")
    }
    unsafe tributary_pq_conninfo_free(options)
    // Names and values; the URL is expanded in its place, and what follows it has the last word.
    let settings = [
      ("connect_timeout", "10"), ("tcp_user_timeout", "30000"), ("application_name", "tributary"), ("dbname", url),
      ("options", "-c synchronous_commit=on -c statement_timeout=30000 -c client_min_messages=warning"),
    ]
    faultPoint("postgres.connect")
    let connection = unsafe Self.withPointers(settings.map { $0.0 }) { keywords in
      unsafe Self.withPointers(settings.map { $0.1 }) { values in unsafe tributary_pq_connect(keywords, values) }
    }
    guard let connection = unsafe connection else {
      throw CheckpointStoreError(.unavailable, "there is no memory for a connection to '\(server)'")
    }
    guard unsafe tributary_pq_status(connection) == CONNECTION_OK else {
      let message = unsafe String(cString: tributary_pq_error_message(connection))
      unsafe tributary_pq_finish(connection)
      let reason = message.split(separator: "\n").joined(separator: "; ")
      throw CheckpointStoreError(.unavailable, "'\(server)' cannot be reached: \(reason)")
    }
    unsafe handle = connection
    self.server = server
  }

  deinit { unsafe tributary_pq_finish(handle) }

  /// Whether the server is still there, as far as is known.
  var isUsable: Bool { unsafe tributary_pq_status(handle) == CONNECTION_OK }

  /// Carries a statement out.
  ///
  /// - Parameter values: The parameters; nil is NULL.
  /// - Returns: The columns of each row; nil is NULL.
  @discardableResult
  borrowing func run(_ statement: String, _ values: [String?] = []) throws -> [[String?]] {
    faultPoint("postgres.statement.before")
    let result = unsafe Self.withPointers(values) { pointers in
      unsafe tributary_pq_exec(handle, statement, CInt(values.count), pointers)
    }
    faultPoint("postgres.statement.after")
    guard let result = unsafe result else { throw failure("the connection was lost") }
    defer { unsafe tributary_pq_clear(result) }
    switch unsafe tributary_pq_result_status(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK: break
    default:
      let message = unsafe tributary_pq_result_message(result).map { unsafe String(cString: $0) }
      throw failure(message ?? "the connection was lost")
    }
    let columns = unsafe tributary_pq_column_count(result)
    return (0..<(unsafe tributary_pq_row_count(result))).map { row in
      (0..<columns).map { column in
        guard unsafe tributary_pq_is_null(result, row, column) == 0,
          let start = unsafe tributary_pq_value(result, row, column)
        else { return nil }
        let length = Int(unsafe tributary_pq_length(result, row, column))
        return unsafe start.withMemoryRebound(to: UInt8.self, capacity: length) { bytes in
          unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
        }
      }
    }
  }

  private borrowing func failure(_ reason: String) -> CheckpointStoreError {
    CheckpointStoreError(.unavailable, "'\(server)' could not do what it was asked: \(reason)")
  }

  /// Texts as C has them, behind them a null.
  private static func withPointers<Result>(
    _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
  ) -> Result {
    var copies: [UnsafeMutablePointer<CChar>?] = unsafe []
    for text in texts { unsafe copies.append(text.flatMap { unsafe strdup($0) }) }
    defer { unsafe copies.forEach { unsafe free($0) } }
    let pointers = unsafe copies.map { unsafe UnsafePointer($0) } + [nil]
    return unsafe pointers.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { preconditionFailure("a list with a null has no address") }
      return unsafe body(start)
    }
  }
}

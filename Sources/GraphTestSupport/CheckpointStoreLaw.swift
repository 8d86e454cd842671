public import GraphRuntime

/// Something that every `CheckpointStore` does, and a check of it.
///
/// A store of one's own is one when it keeps all of them. The checks need no testing library; what they find is thrown.
///
/// ```swift
/// @Test(arguments: CheckpointStoreLaw.all)
/// func `the shelf keeps the laws of stores`(law: CheckpointStoreLaw) async throws {
///   let shelf = Shelf()
///   try await law.check { ShelfStore(shelf: shelf) }
/// }
/// ```
public struct CheckpointStoreLaw: Sendable, CustomStringConvertible {
  /// The law, as a sentence.
  public let description: String

  private let body: @Sendable (_ open: StoreOpening) async throws -> Void

  init(_ description: String, _ body: @escaping @Sendable (StoreOpening) async throws -> Void) {
    self.description = description
    self.body = body
  }

  /// What makes ways into one store.
  package typealias StoreOpening = @Sendable () async throws -> any CheckpointStore

  /// Checks the law with a store that is empty.
  ///
  /// - Parameters:
  ///   - limit: How long that may take; a store that tells nobody to stop would be waited for without end.
  ///   - open: Makes a way into the store, as each process has its own: a connection, a handle of a file. It is called more
  ///     than once, and gives the same store each time; one that is in memory gives the same object.
  /// - Throws: `Violation` when the store does not keep the law; what the store throws where it should not.
  public func check(
    within limit: Duration = .seconds(300), _ open: @escaping @Sendable () async throws -> any CheckpointStore
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await body(open) }
      group.addTask {
        try await Task.sleep(for: limit)
        throw Violation(description: "the check has not come to its end within \(limit)", line: #line)
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// All laws.
  public static let all: [CheckpointStoreLaw] = leases + records + upkeep + runs

  /// Something that a store does and should not.
  public struct Violation: Error, Sendable, CustomStringConvertible {
    /// What was expected, and what came.
    public let description: String

    /// The place of the check in this library's source.
    public let line: UInt
  }

  // MARK: - Checking

  static func expect(
    _ isTrue: Bool, _ description: @autoclosure () -> String, line: UInt = #line
  ) throws(Violation) {
    if !isTrue { throw Violation(description: description(), line: line) }
  }

  static func expect<Part: Equatable>(
    _ found: Part, is wanted: Part, _ what: String, line: UInt = #line
  ) throws(Violation) {
    try expect(found == wanted, "\(what) should be \(wanted), and is \(found)", line: line)
  }

  /// Expects that the store refuses something.
  @discardableResult
  static func expect(
    _ code: CheckpointStoreError.Code, _ what: String, line: UInt = #line, of body: () async throws -> Void
  ) async throws -> CheckpointStoreError {
    do {
      try await body()
    } catch let error as CheckpointStoreError where error.code == code {
      return error
    } catch {
      throw Violation(description: "\(what) should be refused as \(code), and fails with \(error)", line: line)
    }
    throw Violation(description: "\(what) should be refused as \(code), and is not", line: line)
  }

  // MARK: - What is kept

  static let one = ThreadHolder(host: "here", process: 1, origin: "one")
  static let two = ThreadHolder(host: "there or so", process: 2, origin: "two")

  /// A time that is not over while a law is checked.
  static let long = Duration.seconds(3600)

  static func record(
    _ sequence: Int, _ kind: ThreadRecord.Kind = .change, time: Int = 0, status: RunStatus = .running,
    _ body: [UInt8] = Array("{}".utf8)
  ) -> ThreadRecord {
    ThreadRecord(
      sequence: sequence, kind: kind, time: Int64(time), graph: "g \"ü\"", run: "r'1", turn: 2, step: 3, status: status,
      nodes: ["a", "b c, d"], body: body)
  }

  /// Makes a thread of so many records, the first of which is a snapshot, and gives it back.
  static func fill(_ store: any CheckpointStore, _ thread: String, _ count: Int = 1) async throws {
    let lease = try await store.acquire(thread, for: one, lasting: long, over: nil)
    try await store.append(
      (1...count).map { record($0, $0 == 1 ? .snapshot : .change) }, under: lease, lasting: long)
    try await store.release(lease)
  }
}

/// Reads the records of a journal one after the other, and says which of them cannot be read.
struct JournalReader {
  private let thread: String
  private var first: Int?

  /// The last record that was read.
  private var readable: Int?

  /// The place after it.
  private(set) var place: RunCheckpoint?

  init(_ thread: String) { self.thread = thread }

  /// Goes on to the place after a record.
  ///
  /// - Returns: The record's body.
  /// - Throws: `CheckpointStoreError.damaged` for a record that is not what was written or does not follow, `newer` for one
  ///   of a later version; both say which records can be read.
  mutating func take(_ record: ThreadRecord) throws -> ValueObject {
    if first == nil {
      guard record.kind == .snapshot else {
        throw CheckpointStoreError(
          .damaged, "the thread '\(thread)' begins with record \(record.sequence), which needs one before it")
      }
      first = record.sequence
    }
    do {
      guard record.isIntact, readable.map({ $0 + 1 == record.sequence }) ?? true else {
        throw GraphError(.invalidCheckpoint, "what was written there has changed")
      }
      let json = try Value(json: String(decoding: record.body, as: UTF8.self))
      switch record.kind {
      case .snapshot: place = try RunCheckpoint(json: json)
      case .change: try place?.apply(RunDelta(body: json, of: record))
      }
      readable = record.sequence
      return json.object ?? ValueObject()
    } catch {
      throw failure(error, at: record)
    }
  }

  /// What is said of a record that cannot be read.
  func failure(_ error: any Error, at record: ThreadRecord) -> CheckpointStoreError {
    let isNewer = (error as? GraphError)?.code == .newerCheckpoint
    let last =
      record.sequence == readable ? first.flatMap { $0 < record.sequence ? record.sequence - 1 : nil } : readable
    let rest = last.map { "; the records up to \($0) can be read" } ?? ""
    return CheckpointStoreError(
      isNewer ? .newer : .damaged,
      "record \(record.sequence) of the thread '\(thread)' cannot be read: \(error)\(rest)")
  }
}

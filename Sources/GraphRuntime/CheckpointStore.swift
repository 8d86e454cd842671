/// Where the threads of runs are kept: for each a journal of records, and who writes to it.
///
/// The engine makes the records and reads them; a store keeps them in order, adds some all at once or not at all, and
/// has added them when `append` returns. `GraphStore` has stores that outlive the process.
///
/// ```swift
/// let store = MemoryCheckpointStore()
/// let asked = try await graph.run(on: store.open("t1")).result()
/// let answered = try await graph.run(answers: ["ask": "red"], on: store.open("t1")).result()
/// print(asked.status, answered.status)
/// ```
public protocol CheckpointStore: Sendable {
  /// Takes a thread for a run, so that no other writes to it; one that does not exist yet is taken like others.
  ///
  /// - Parameters:
  ///   - holder: Who takes it.
  ///   - duration: How long nobody else gets it; `renew` and `append` lengthen that.
  ///   - lost: The epoch of a holder that is known to have ended, whose time does not count.
  /// - Throws: `CheckpointStoreError.busy` when somebody else has it.
  func acquire(
    _ thread: String, for holder: ThreadHolder, lasting duration: Duration, over lost: Int?
  ) async throws -> ThreadLease

  /// Keeps the thread for as long again.
  ///
  /// A call may come behind the release that has overtaken it, and then takes nothing.
  ///
  /// - Throws: `CheckpointStoreError.lost` when somebody else has taken it, or it was given back.
  func renew(_ lease: ThreadLease, lasting duration: Duration) async throws

  /// Gives the thread back; does nothing when somebody else has taken it.
  func release(_ lease: ThreadLease) async throws

  /// Asks whoever has a thread to stop, so that somebody else can have it; nothing where they have it no longer.
  ///
  /// - Parameter epoch: The epoch of the holder that is asked.
  func askToStop(_ thread: String, epoch: Int) async throws

  /// Whether the holder of a thread was asked to stop; it looks several times a second.
  ///
  /// - Throws: `CheckpointStoreError.lost` when somebody else has taken the thread.
  func isAskedToStop(_ lease: ThreadLease) async throws -> Bool

  /// Adds records behind the last one, all or none, and returns when they would survive a loss of power.
  ///
  /// - Throws: `CheckpointStoreError.lost` when somebody else has taken the thread, it was given back, or the records do not
  ///   follow.
  func append(_ records: [ThreadRecord], under lease: ThreadLease, lasting duration: Duration) async throws

  /// Records of a thread in order; none when there is no such thread.
  func records(of thread: String, _ selection: RecordSelection) async throws -> [ThreadRecord]

  /// The threads, the one that was written last first.
  func threads() async throws -> [ThreadSummary]

  /// Removes the records up to one and that one; all of the thread when nil.
  ///
  /// - Parameter snapshot: What takes the place of the last one that is removed, in the same moment.
  func remove(through sequence: Int?, leaving snapshot: ThreadRecord?, under lease: ThreadLease) async throws

  /// Gives the room of what was removed back, where that needs to be said.
  func compact() async throws
}

/// Which records of a thread are wanted.
public enum RecordSelection: Sendable, Hashable {
  /// All of them.
  case all
  /// Those from the last snapshot at or before a record up to that record; up to the last one when nil.
  case since(Int?)
}

/// What a store could not do.
public struct CheckpointStoreError: Error, Sendable, CustomStringConvertible {
  /// The kind of a failure; new kinds may be added.
  public struct Code: Sendable, Hashable {
    private let name: String

    private init(_ name: String) { self.name = name }

    /// Somebody else has the thread.
    public static let busy = Code("busy")
    /// Somebody else has taken the thread meanwhile.
    public static let lost = Code("lost")
    /// There is a thread of that name already.
    public static let taken = Code("taken")
    /// What is kept is damaged.
    public static let damaged = Code("damaged")
    /// What is kept was written by a later version.
    public static let newer = Code("newer")
    /// The part of the history that is asked for is not kept any more.
    public static let shortened = Code("shortened")
    /// The store cannot be reached, read or written.
    public static let unavailable = Code("unavailable")
  }

  /// The kind.
  public let code: Code

  /// One phrase.
  public let description: String

  /// Who has the thread, for `busy`.
  public var holder: ThreadHolder?

  /// The epoch of that holder.
  public var epoch: Int?

  /// Creates an error.
  public init(_ code: Code, _ description: String, holder: ThreadHolder? = nil, epoch: Int? = nil) {
    self.code = code
    self.description = description
    self.holder = holder
    self.epoch = epoch
  }

  /// The error of a thread that somebody else has.
  public static func busy(_ thread: String, _ holder: ThreadHolder?, epoch: Int) -> Self {
    let place = holder.map { " (process \($0.process) on \($0.host))" } ?? ""
    return Self(.busy, "the thread '\(thread)' is being run\(place)", holder: holder, epoch: epoch)
  }

  /// The error of a thread that somebody else has taken.
  public static func lost(_ thread: String) -> Self {
    Self(.lost, "somebody else has taken the thread '\(thread)'; this run no longer writes to it")
  }
}

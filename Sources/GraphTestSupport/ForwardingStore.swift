internal import GraphRuntime

/// A store that does what another one does, but for what it says itself.
protocol ForwardingStore: CheckpointStore {
  /// The store that does the work.
  var inner: MemoryCheckpointStore { get }
}

extension ForwardingStore {
  func acquire(
    _ thread: String, for holder: ThreadHolder, lasting duration: Duration, over lost: Int?
  ) async throws -> ThreadLease {
    try inner.acquire(thread, for: holder, lasting: duration, over: lost)
  }

  func renew(_ lease: ThreadLease, lasting duration: Duration) async throws {
    try inner.renew(lease, lasting: duration)
  }

  func release(_ lease: ThreadLease) async throws { inner.release(lease) }

  func askToStop(_ thread: String, epoch: Int) async throws { inner.askToStop(thread, epoch: epoch) }

  func isAskedToStop(_ lease: ThreadLease) async throws -> Bool { try inner.isAskedToStop(lease) }

  func append(_ records: [ThreadRecord], under lease: ThreadLease, lasting duration: Duration) async throws {
    try inner.append(records, under: lease, lasting: duration)
  }

  func records(of thread: String, _ selection: RecordSelection) async throws -> [ThreadRecord] {
    inner.records(of: thread, selection)
  }

  func threads() async throws -> [ThreadSummary] { inner.threads() }

  func remove(through sequence: Int?, leaving snapshot: ThreadRecord?, under lease: ThreadLease) async throws {
    try inner.remove(through: sequence, leaving: snapshot, under: lease)
  }

  func compact() async throws { inner.compact() }
}

/// A store whose process is lost at a commit: what comes after is not kept.
struct LosingStore: ForwardingStore {
  let inner: MemoryCheckpointStore
  let commits = Counter()
  let last: Int
  /// Whether the last commit is kept and only its answer lost.
  let keepsLast: Bool

  func append(_ records: [ThreadRecord], under lease: ThreadLease, lasting duration: Duration) async throws {
    let number = commits.increment()
    if number < last || (number == last && keepsLast) { try inner.append(records, under: lease, lasting: duration) }
    if number >= last { throw Boom("lost") }
  }
}

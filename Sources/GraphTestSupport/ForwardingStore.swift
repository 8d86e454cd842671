package import GraphRuntime

/// A store that does what another one does, but for what it says itself.
package protocol ForwardingStore: CheckpointStore {
  /// The store that does the work.
  var inner: MemoryCheckpointStore { get }
}

extension ForwardingStore {
  package func acquire(
    _ thread: String, for holder: ThreadHolder, lasting duration: Duration, over lost: Int?
  ) async throws -> ThreadLease {
    try inner.acquire(thread, for: holder, lasting: duration, over: lost)
  }

  package func renew(_ lease: ThreadLease, lasting duration: Duration) async throws {
    try inner.renew(lease, lasting: duration)
  }

  package func release(_ lease: ThreadLease) async throws { inner.release(lease) }

  package func askToStop(_ thread: String, epoch: Int) async throws { inner.askToStop(thread, epoch: epoch) }

  package func isAskedToStop(_ lease: ThreadLease) async throws -> Bool { try inner.isAskedToStop(lease) }

  package func append(_ records: [ThreadRecord], under lease: ThreadLease, lasting duration: Duration) async throws {
    try inner.append(records, under: lease, lasting: duration)
  }

  package func records(of thread: String, _ selection: RecordSelection) async throws -> [ThreadRecord] {
    inner.records(of: thread, selection)
  }

  package func threads() async throws -> [ThreadSummary] { inner.threads() }

  package func remove(through sequence: Int?, leaving snapshot: ThreadRecord?, under lease: ThreadLease) async throws {
    try inner.remove(through: sequence, leaving: snapshot, under: lease)
  }

  package func compact() async throws { inner.compact() }
}

#if DEBUG
  internal import Glibc
  internal import GraphRuntime

  /// A store with which the process ends at a commit, for tests of what is kept; release builds have none.
  ///
  /// The variable `TRIBUTARY_FAULT` names the commit, counted from 1 in this process, and the moment: `before:3` or
  /// `after:3`.
  final class FaultyStore: CheckpointStore {
    private let store: any CheckpointStore
    private let commit: Int
    private let isBefore: Bool
    private let count = Locked(0)

    /// The store itself where the variable names no fault.
    static func wrapping(_ store: any CheckpointStore) -> any CheckpointStore {
      guard let pointer = getenv("TRIBUTARY_FAULT") else { return store }
      let parts = String(cString: pointer).split(separator: ":")
      guard parts.count == 2, let commit = Int(parts[1]) else { return store }
      return FaultyStore(store, commit, isBefore: parts[0] == "before")
    }

    private init(_ store: any CheckpointStore, _ commit: Int, isBefore: Bool) {
      self.store = store
      self.commit = commit
      self.isBefore = isBefore
    }

    func acquire(
      _ thread: String, for holder: ThreadHolder, lasting duration: Duration, over lost: Int?
    ) async throws -> ThreadLease {
      try await store.acquire(thread, for: holder, lasting: duration, over: lost)
    }

    func renew(_ lease: ThreadLease, lasting duration: Duration) async throws {
      try await store.renew(lease, lasting: duration)
    }

    func release(_ lease: ThreadLease) async throws { try await store.release(lease) }

    func askToStop(_ thread: String, epoch: Int) async throws { try await store.askToStop(thread, epoch: epoch) }

    func isAskedToStop(_ lease: ThreadLease) async throws -> Bool { try await store.isAskedToStop(lease) }

    func append(_ records: [ThreadRecord], under lease: ThreadLease, lasting duration: Duration) async throws {
      let number = count.withLock { count in
        count += 1
        return count
      }
      if number == commit, isBefore { kill(getpid(), SIGKILL) }
      try await store.append(records, under: lease, lasting: duration)
      if number == commit { kill(getpid(), SIGKILL) }
    }

    func records(of thread: String, _ selection: RecordSelection) async throws -> [ThreadRecord] {
      try await store.records(of: thread, selection)
    }

    func threads() async throws -> [ThreadSummary] { try await store.threads() }

    func remove(through sequence: Int?, leaving snapshot: ThreadRecord?, under lease: ThreadLease) async throws {
      try await store.remove(through: sequence, leaving: snapshot, under: lease)
    }

    func compact() async throws { try await store.compact() }
  }
#endif

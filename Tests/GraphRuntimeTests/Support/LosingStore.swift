internal import GraphRuntime
internal import GraphTestSupport

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

/// Where runs keep their checkpoints, one for each thread.
///
/// A run whose options name a store saves its checkpoint before it says that it is interrupted, stopped or completed.
/// One that fails leaves the thread as it was.
public protocol CheckpointStore: Sendable {
  /// Keeps a checkpoint in the place of the one that its thread had.
  func save(_ checkpoint: RunCheckpoint) async throws

  /// The checkpoint of a thread, or nil when it has none.
  func load(thread: String) async throws -> RunCheckpoint?

  /// Forgets the checkpoint of a thread.
  func delete(thread: String) async throws
}

/// Keeps checkpoints as long as the process lives, or the store.
public final class MemoryCheckpointStore: CheckpointStore {
  private let checkpoints = Locked<[String: RunCheckpoint]>([:])

  /// Creates an empty store.
  public init() {}

  /// Keeps a checkpoint in the place of the one that its thread had.
  public func save(_ checkpoint: RunCheckpoint) {
    checkpoints.withLock { $0[checkpoint.thread] = checkpoint }
  }

  /// The checkpoint of a thread, or nil when it has none.
  public func load(thread: String) -> RunCheckpoint? { checkpoints.withLock { $0[thread] } }

  /// Forgets the checkpoint of a thread.
  public func delete(thread: String) { checkpoints.withLock { _ = $0.removeValue(forKey: thread) } }
}

internal import GraphRuntime
internal import GraphStore
internal import GraphTestSupport

/// The stores that have to behave alike.
enum StoreKind: String, CaseIterable, Sendable {
  case memory
  case sqlite

  /// Hands a test two ways into one empty store, as two processes have.
  func with(_ body: (any CheckpointStore, any CheckpointStore) async throws -> Void) async throws {
    switch self {
    case .memory:
      let store = MemoryCheckpointStore()
      try await body(store, store)
    case .sqlite:
      let folder = try TemporaryFolder()
      let path = folder.path + "/threads.sqlite"
      try await body(SQLiteCheckpointStore(path: path), SQLiteCheckpointStore(path: path))
    }
  }
}

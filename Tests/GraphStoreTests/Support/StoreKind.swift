internal import GraphRuntime
internal import GraphStore
internal import GraphTestSupport

/// The stores that have to behave alike.
enum StoreKind: String, Sendable {
  case memory
  case sqlite
  case postgres
  case redis

  /// Those for which a server is installed.
  static let allCases: [StoreKind] =
    [.memory, .sqlite] + (TestServer.postgres == nil ? [] : [.postgres]) + (TestServer.redis == nil ? [] : [.redis])

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
    case .postgres:
      guard let server = TestServer.postgres else { return }
      let url = try server.makeDatabase()
      try await body(PostgresCheckpointStore(url: url), PostgresCheckpointStore(url: url))
    case .redis:
      guard let server = TestServer.redis else { return }
      let url = "unix://\(server.folder)/redis.sock"
      let prefix = "t\(TestServer.makeNumber()):"
      guard let first = RedisCheckpointStore(url: url, prefix: prefix),
        let second = RedisCheckpointStore(url: url, prefix: prefix)
      else { return }
      try await body(first, second)
    }
  }
}

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
    [.memory, .sqlite] + (DatabaseServer.postgres == nil ? [] : [.postgres])
    + (DatabaseServer.redis == nil ? [] : [.redis])

  /// Makes ways into one empty store, as processes have them.
  func make() throws -> @Sendable () async throws -> any CheckpointStore {
    switch self {
    case .memory:
      let store = MemoryCheckpointStore()
      return { store }
    case .sqlite:
      let folder = try TemporaryFolder()
      return { SQLiteCheckpointStore(path: folder.path + "/threads.sqlite") }
    case .postgres:
      guard let url = try DatabaseServer.postgres?.makeDatabase() else { throw NoServer() }
      return { PostgresCheckpointStore(url: url) }
    case .redis:
      guard let folder = DatabaseServer.redis?.folder else { throw NoServer() }
      let prefix = "t\(DatabaseServer.makeNumber()):"
      return {
        guard let store = RedisCheckpointStore(url: "unix://\(folder)/redis.sock", prefix: prefix) else {
          throw NoServer()
        }
        return store
      }
    }
  }

  struct NoServer: Error {}
}

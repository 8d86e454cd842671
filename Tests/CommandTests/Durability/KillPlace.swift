import GraphRuntime
import GraphStore
import GraphTestSupport

/// Where the thread of a trial is kept.
enum KillPlace: Sendable {
  /// In the file of its folder.
  case file
  /// On a server, under a name that no other trial has.
  case postgres(url: String)
  case redis(url: String)

  /// What the command is told of it.
  var words: [String] {
    switch self {
    case .file: []
    case .postgres(let url), .redis(let url): ["--store", url]
    }
  }

  /// A look at what is kept, which leaves a file as the lost process has left it.
  func look(at folder: TemporaryFolder) throws -> any CheckpointStore {
    switch self {
    case .file:
      for end in ["", "-wal", "-journal"] {
        // A copy has no place for what other processes share.
        guard let bytes = try? folder.bytes(".graph/threads.sqlite\(end)") else {
          folder.remove(".look/threads.sqlite\(end)")
          continue
        }
        try folder.write(".look/threads.sqlite\(end)", bytes)
      }
      folder.remove(".look/threads.sqlite-shm")
      return SQLiteCheckpointStore(path: folder.path + "/.look/threads.sqlite")
    case .postgres(let url): return PostgresCheckpointStore(url: url)
    case .redis(let url):
      guard let store = RedisCheckpointStore(url: url) else { preconditionFailure("no address of Redis: \(url)") }
      return store
    }
  }
}

internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphStore
internal import LanguageModels

/// Finds the store of threads that a command means: the one of `--store`, else the one that the graph names, else a
/// file of the project.
struct ThreadStores {
  /// The file of a project's threads, where nothing else is said.
  static let defaultPath = ".graph/threads.sqlite"

  private let named: String?
  private let environment: Environment

  init(_ command: ParsedCommand, _ environment: Environment) {
    named = command.value("store")
    self.environment = environment
  }

  /// A store, and how messages call it.
  struct Choice: Sendable {
    let store: any CheckpointStore
    let name: String
  }

  /// The store for the threads of a graph; nil where the graph says that nothing outlives the process.
  ///
  /// - Throws: `CommandFailure` for an address that cannot be used.
  func choice(for graph: CompiledGraph, at path: String) throws -> Choice? {
    if let named { return try choice(of: named) }
    guard let document = graph.checkpointer else { return projectChoice(at: path) }
    switch document.kind {
    case .memory: return nil
    case .sqlite:
      guard let file = document.path.map({ environment.expanding($0.value) }), !file.isEmpty else {
        return projectChoice(at: path)
      }
      // As another tool calls what is in memory only.
      guard file != ":memory:" else { return nil }
      let place = file.hasPrefix("/") ? file : Self.join(ProjectFiles.parent(of: path), file)
      return Choice(store: SQLiteCheckpointStore(path: place), name: "'\(place)'")
    case .postgres, .redis, .simpleRedis:
      let url = environment.expanding(document.url?.value ?? "")
      guard !url.isEmpty else {
        throw CommandFailure(
          "The 'url' of the graph's checkpointer '\(document.kind.rawValue)' is empty; is a variable of it not set?",
          code: .usage)
      }
      return try choice(of: url, document)
    }
  }

  /// The store where no graph is named.
  func choice() throws -> Choice {
    if let named { return try choice(of: named) }
    return projectChoice(at: "./graph.yaml")
  }

  private func projectChoice(at path: String) -> Choice {
    let root = ProjectFiles(containing: path)?.root ?? "."
    let isHere = root == ProjectFiles.realPath(".")
    let place = isHere ? Self.defaultPath : Self.join(root, Self.defaultPath)
    return Choice(
      store: SQLiteCheckpointStore(path: place, createsFolder: true), name: "'\(place)'")
  }

  private func choice(of place: String, _ document: CheckpointerDocument? = nil) throws -> Choice {
    guard let end = place.firstRange(of: "://") else {
      return Choice(store: SQLiteCheckpointStore(path: place), name: "'\(place)'")
    }
    switch place[..<end.lowerBound] {
    case "postgres", "postgresql":
      let store = PostgresCheckpointStore(url: place)
      return Choice(store: store, name: "'\(store.server)'")
    case "redis", "unix":
      guard
        let store = RedisCheckpointStore(
          url: place, prefix: document?.keyPrefix ?? "tributary:", timeToLive: document?.timeToLive)
      else { throw CommandFailure("The address of the Redis server cannot be read.", code: .usage) }
      return Choice(store: store, name: "'\(store.server)'")
    case let scheme:
      throw CommandFailure(
        "There is no store for '\(scheme)' addresses. Give the path of a file, or an address that begins with "
          + "'postgres://', 'redis://' or 'unix://'.", code: .usage)
    }
  }

  private static func join(_ folder: String, _ name: String) -> String {
    folder == "." || folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }
}

extension CommandFailure {
  /// What a store could not do.
  init(_ error: CheckpointStoreError) {
    let text = error.description
    self.init("\(text.prefix(1).uppercased())\(text.dropFirst())", code: .failure)
  }
}

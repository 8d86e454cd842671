public import GraphCompiler
public import GraphRuntime

/// A graph that a server runs.
public struct ServedGraph: Sendable {
  /// The name in addresses: that of its file, without folders and ending.
  public let name: String

  /// The graph.
  public let graph: CompiledGraph

  /// Where the threads of its runs are kept.
  public let store: any CheckpointStore

  /// Whether runs that name no thread are kept as well, each on a thread of its own; otherwise they are in the server's
  /// memory only.
  public let keepsAllRuns: Bool

  /// When steps of threads are kept; the graph says so when nil.
  let durability: Durability?

  /// What is run.
  let executable: StateGraph

  /// Creates a graph under a name.
  ///
  /// - Parameters:
  ///   - store: Where threads are kept; those of the usual one end with the server, which forgets the oldest when there
  ///     are many.
  ///   - limits: Changes what the graph says of its own limits.
  ///   - durability: When steps of threads are kept; the graph says so when nil.
  ///   - source: The path of the graph's file in its project, by which other programs find the graph of a thread.
  public init(
    name: String, graph: CompiledGraph, store: any CheckpointStore = MemoryCheckpointStore(),
    keepsAllRuns: Bool = false, source: String? = nil, durability: Durability? = nil,
    limits: (inout StateGraph) -> Void = { _ in }
  ) {
    self.name = name
    self.graph = graph
    self.store = store
    self.keepsAllRuns = keepsAllRuns
    var executable = graph.graph
    executable.source = source ?? executable.source
    limits(&executable)
    self.durability = durability
    self.executable = executable
  }
}

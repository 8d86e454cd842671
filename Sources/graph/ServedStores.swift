internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphServer
internal import LanguageModels

/// Finds where the threads of served graphs are kept, as `graph run` does.
struct ServedStores {
  private let stores: ThreadStores

  /// Whether the command line names the place.
  private let isGiven: Bool
  private let limits: GraphLimits
  private let durability: Durability?

  /// The stores of places that several graphs share.
  private var shared: [String: any CheckpointStore] = [:]
  private let diagnostics = DiagnosticEngine()

  init(_ command: ParsedCommand, _ environment: Environment, _ limits: GraphLimits) {
    self.limits = limits
    durability = command.value("durability").flatMap { Durability(rawValue: $0) }
    stores = ThreadStores(command, environment)
    isGiven = command.isGiven("store")
  }

  /// What is to be said of graphs whose questions do not outlive the server.
  var warnings: [Diagnostic] { diagnostics.diagnostics }

  /// A graph with its store.
  ///
  /// - Throws: `CommandFailure` for an address that cannot be used.
  mutating func served(_ name: String, _ graph: CompiledGraph, at path: String) throws -> ServedGraph {
    let source = ProjectFiles.pathInProject(path)
    guard let choice = try stores.choice(for: graph, at: path) else {
      warn(graph) { .answersEndWithServer($0) }
      return ServedGraph(
        name: name, graph: graph, source: source, durability: durability, limits: limits.apply)
    }
    // What nobody has asked for is not kept, but for threads that have a name.
    let keepsAll = isGiven || graph.checkpointer != nil
    if !keepsAll { warn(graph) { .answersNeedThread($0) } }
    // A prefix and a time to live are the graph's own.
    let isOwn = !isGiven && [.redis, .simpleRedis].contains(graph.checkpointer?.kind)
    let store = isOwn ? choice.store : shared[choice.name] ?? choice.store
    if !isOwn { shared[choice.name] = store }
    return ServedGraph(
      name: name, graph: graph, store: store, keepsAllRuns: keepsAll, source: source, durability: durability,
      limits: limits.apply)
  }

  private func warn(_ graph: CompiledGraph, _ message: (String) -> DiagnosticMessage) {
    guard let node = graph.description.nodes.first(where: \.interrupts) else { return }
    // As the file calls it: a node that stands for several has others in it.
    let name = node.span.text.filter { $0 != "\"" && $0 != "'" }
    diagnostics.report(message(name), at: node.span, notes: [.durable])
  }
}

extension Diagnostic.Note {
  fileprivate static var durable: Self {
    Self("'checkpointer: sqlite' in the file, or 'graph serve --store', keeps them")
  }
}

extension DiagnosticMessage {
  fileprivate static func answersEndWithServer(_ node: String) -> Self {
    Self("GR0830", .warning, "node '\(node)' waits for an answer, and the runs of the graph end with the server")
  }

  fileprivate static func answersNeedThread(_ node: String) -> Self {
    Self("GR0830", .warning, "node '\(node)' waits for an answer, and runs without a 'thread' end with the server")
  }
}

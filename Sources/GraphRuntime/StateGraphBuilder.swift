internal import GraphDiagnostics

/// Builds a graph in Swift code.
///
/// ```swift
/// var builder = StateGraphBuilder("count")
/// builder.addKey("n", reducer: .add, initial: 0)
/// builder.addNode("more") { state, context in ["n": 1] }
/// builder.addEdge(from: .start, to: ["more"])
/// builder.addEdge(from: ["more"], to: ["more"], when: "n < 3") { $0["n"].int ?? 0 < 3 }
/// builder.addEdge(from: ["more"], to: .end)
/// let graph = try builder.build()
/// ```
public struct StateGraphBuilder {
  /// One end of an edge.
  public struct Ends: Sendable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    let names: [String]

    /// Where a run begins.
    public static let start = Ends(names: ["START"])

    /// Where a path ends.
    public static let end = Ends(names: ["END"])

    private init(names: [String]) { self.names = names }

    /// One node.
    public init(stringLiteral name: String) { names = [name] }

    /// Several nodes: as a source they are waited for, as targets they run side by side.
    public init(arrayLiteral elements: String...) { names = elements }
  }

  private struct Edge {
    let from: Ends
    let to: Ends
    let condition: StateGraph.Condition?
  }

  private let name: String
  private var schema = StateSchema()
  private var nodes: [StateGraph.Node] = []
  private var edges: [Edge] = []
  private var routers: [(node: String, routes: [String: String], default: String?)] = []
  private var loopExits: [String: String] = [:]

  /// The most steps of a run.
  public var maximumSteps = 10_000

  /// Creates a builder of a graph with this name.
  public init(_ name: String) { self.name = name }

  /// Declares a state key.
  public mutating func addKey(_ name: String, reducer: Reducer = .replace, initial: Value = .null) {
    schema.add(name, reducer: reducer, initial: initial)
  }

  /// Adds a node that is a function of the state.
  ///
  /// - Parameter loopLimit: The most runs of the node in one run of the graph.
  public mutating func addNode(
    _ name: String, loopLimit: Int? = nil,
    _ body: @escaping @Sendable (StateView, NodeContext) async throws -> StateUpdate
  ) {
    addNode(name, loopLimit: loopLimit, body: .plain(body))
  }

  /// Adds a node whose tokens are events the moment they arrive.
  public mutating func addStreamingNode(
    _ name: String, loopLimit: Int? = nil, _ body: @escaping @Sendable (StateView, NodeContext) -> TokenStream
  ) {
    addNode(name, loopLimit: loopLimit, body: .streaming(body))
  }

  /// Adds a node with a body of either form.
  public mutating func addNode(_ name: String, loopLimit: Int? = nil, body: NodeBody) {
    var node = StateGraph.Node(name, body: body)
    node.loopLimit = loopLimit
    addNode(node)
  }

  /// Adds a node with all its settings.
  public mutating func addNode(_ node: StateGraph.Node) { nodes.append(node) }

  /// Adds an edge; several sources are waited for, several targets run side by side.
  public mutating func addEdge(from: Ends, to: Ends) { edges.append(Edge(from: from, to: to, condition: nil)) }

  /// Adds an edge that is followed when its condition is the first of its source that holds.
  public mutating func addEdge(
    from: Ends, to: Ends, when text: String, _ holds: @escaping @Sendable (StateView) throws -> Bool
  ) {
    edges.append(Edge(from: from, to: to, condition: StateGraph.Condition(text, holds: holds)))
  }

  /// Sends control from a router to the node of the route that its update names.
  public mutating func addRoutes(from node: String, _ routes: [String: String], default defaultTarget: String? = nil) {
    routers.append((node, routes, defaultTarget))
  }

  /// Says where control goes from a node whose loop limit is reached.
  public mutating func setLoopExit(of node: String, to target: String) { loopExits[node] = target }

  /// Checks the names and makes the graph.
  ///
  /// - Throws: `GraphError.invalidGraph` that lists everything that is wrong.
  public func build() throws -> StateGraph {
    var problems: [String] = []
    var indices: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      if node.name == "START" || node.name == "END" || node.name.isEmpty {
        problems.append("a node cannot be called '\(node.name)'")
      }
      if indices.updateValue(index, forKey: node.name) != nil {
        problems.append("there are two nodes '\(node.name)'")
      }
    }

    func target(_ name: String) -> Int? {
      if name == "END" { return StateGraph.end }
      if let index = indices[name] { return index }
      var problem = "there is no node '\(name)'"
      if let near = Suggestion.nearest(to: name, among: nodes.map(\.name)) { problem += "; did you mean '\(near)'?" }
      problems.append(problem)
      return nil
    }

    var entry = StateGraph.Exits()
    var exits = Array(repeating: StateGraph.Exits(), count: nodes.count)
    var joins: [StateGraph.Join] = []
    for edge in edges {
      let targets = edge.to.names.compactMap(target)
      let sources = edge.from.names
      if sources == ["START"] {
        Self.add(targets, edge.condition, to: &entry)
        continue
      }
      let indices = sources.compactMap(target).filter { $0 != StateGraph.end }
      guard indices.count == sources.count else {
        if sources.contains("END") || sources.contains("START") {
          problems.append("an edge from \(sources.joined(separator: ", ")) is not possible")
        }
        continue
      }
      if indices.count == 1 {
        Self.add(targets, edge.condition, to: &exits[indices[0]])
      } else if edge.condition != nil {
        problems.append("an edge that waits for several nodes cannot have a condition")
      } else {
        for index in indices { exits[index].joins.append(joins.count) }
        joins.append(StateGraph.Join(sources: indices, targets: targets))
      }
    }
    for router in routers {
      guard let index = target(router.node), index >= 0 else { continue }
      exits[index].routes = router.routes.compactMapValues(target)
      exits[index].defaultRoute = router.default.flatMap(target)
    }
    for (node, exit) in loopExits.sorted(by: { $0.key < $1.key }) {
      guard let index = target(node), index >= 0 else { continue }
      exits[index].loopExit = target(exit)
    }
    if entry.isEmpty { problems.append("no edge leaves START") }
    for (node, exits) in zip(nodes, exits) where exits.isEmpty {
      problems.append("no edge leaves node '\(node.name)'; add one to END")
    }
    guard problems.isEmpty else {
      throw GraphError(.invalidGraph, "graph '\(name)': " + problems.joined(separator: "; "))
    }
    return StateGraph(
      name: name, nodes: nodes, schema: schema, entry: entry, exits: exits, joins: joins, maximumSteps: maximumSteps)
  }

  private static func add(_ targets: [Int], _ condition: StateGraph.Condition?, to exits: inout StateGraph.Exits) {
    if let condition {
      exits.choices.append((condition, targets))
    } else {
      exits.plain.append(contentsOf: targets)
    }
  }
}

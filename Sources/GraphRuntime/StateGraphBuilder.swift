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

  struct Edge {
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

  /// The most nodes that run at once in a step.
  public var maximumConcurrency = 64

  /// The longest time of a run.
  public var timeout: Duration?

  /// Conditions of the state that have to hold at the end of a run, in order.
  public var finalChecks: [NodeCheck] = []

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
    var assembly = GraphAssembly(nodes)
    for edge in edges { assembly.add(edge) }
    for router in routers { assembly.addRoutes(from: router.node, router.routes, default: router.default) }
    for (node, exit) in loopExits.sorted(by: { $0.key < $1.key }) { assembly.setLoopExit(of: node, to: exit) }
    assembly.checkWaysOn()
    guard assembly.problems.isEmpty else {
      throw GraphError(.invalidGraph, "graph '\(name)': " + assembly.problems.joined(separator: "; "))
    }
    return StateGraph(
      name: name, nodes: nodes, schema: schema, entry: assembly.entry, exits: assembly.exits, joins: assembly.joins,
      maximumSteps: maximumSteps, maximumConcurrency: maximumConcurrency, timeout: timeout, finalChecks: finalChecks)
  }
}

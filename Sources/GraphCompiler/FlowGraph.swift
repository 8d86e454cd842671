internal import GraphDiagnostics
internal import GraphLanguage

/// The nodes and edges of a graph with names turned into indices: what the passes look at.
struct FlowGraph {
  /// One node; it is there even when its document is broken, so that edges to it are none.
  struct Vertex {
    let name: Located<String>
    let document: NodeDocument?
    let declaration: NodeDeclaration?
  }

  /// One edge whose ends were found.
  struct Edge {
    let document: EdgeDocument
    /// Nodes, or `start` alone.
    let sources: [Int]
    /// Nodes or `end`.
    let targets: [Int]

    var isJoin: Bool { sources.count > 1 }
  }

  /// The index of START, as a source.
  static let start = -2

  /// The index of END, as a target.
  static let end = -1

  var vertices: [Vertex]
  var edges: [Edge] = []

  /// The edges that leave each node, in the order of the file.
  var outgoing: [[Int]]

  /// The edges that leave START, in the order of the file.
  var entries: [Int] = []

  /// The targets of routers by route, for those routers that have a router edge.
  var routes: [Int: [(route: String, target: Int)]] = [:]
  var defaultRoutes: [Int: Int] = [:]

  /// Loop limits and exits by node.
  var loopLimits: [Int: Int] = [:]
  var loopExits: [Int: Int] = [:]

  /// Whether an end of an edge is unknown and nothing near it was found, so that reachability cannot be judged.
  var hasUnknownEnds = false

  /// Nodes with an edge whose target is unknown; they lead somewhere.
  var leadsToUnknown: Set<Int> = []

  init(vertices: [Vertex]) {
    self.vertices = vertices
    outgoing = Array(repeating: [], count: vertices.count)
  }

  func name(_ index: Int) -> String {
    switch index {
    case Self.end: "END"
    case Self.start: "START"
    default: vertices[index].name.value
    }
  }

  /// Names as messages list them.
  func names(_ indices: some Sequence<Int>) -> String { indices.map { "'\(name($0))'" }.joined(separator: ", ") }

  /// The edges of a node, or of START.
  func edges(from index: Int) -> [Int] { index == Self.start ? entries : outgoing[index] }

  /// All nodes, or END, that control may go to from a node or START.
  func successors(of index: Int) -> [Int] {
    var targets: [Int] = []
    for edge in edges(from: index) { targets.append(contentsOf: edges[edge].targets) }
    guard index != Self.start else { return targets }
    if let target = defaultRoutes[index] { targets.append(target) }
    if let target = loopExits[index] {
      targets.append(target)
    } else if loopLimits[index] != nil, !hasPlainEdge(from: index) {
      targets.append(Self.end)
    }
    return targets
  }

  /// Whether control may go over an edge without a choice being made.
  func hasPlainEdge(from index: Int) -> Bool {
    edges(from: index).contains {
      edges[$0].document.form == .plain
    }
  }

  /// Whether one of several ways is chosen when the node has ended.
  func makesChoice(_ index: Int) -> Bool {
    edges(from: index).contains {
      edges[$0].document.form != .plain
    }
  }

  /// The nodes on a cycle, by strongly connected component; components without a cycle are left out.
  func cycles() -> [[Int]] {
    StronglyConnectedComponents.find(count: vertices.count) { node in
      successors(of: node).filter { $0 >= 0 }
    }.filter { component in
      component.count > 1 || successors(of: component[0]).contains(component[0])
    }
  }
}

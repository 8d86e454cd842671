internal import GraphDiagnostics
internal import GraphLanguage

/// The nodes and edges of a graph with names turned into indices: what the passes look at.
struct FlowGraph {
  /// One node; it is there even when its document is broken, so that edges to it are none.
  ///
  /// An object, because its many parts would be counted at each copy.
  final class Vertex {
    let name: Located<String>
    let document: NodeDocument?
    let declaration: NodeDeclaration?
    /// What the text of a broken node mentions, among it the keys that it would write.
    let mentions: Set<String>

    init(
      name: Located<String>, document: NodeDocument?, declaration: NodeDeclaration?, mentions: Set<String>
    ) {
      self.name = name
      self.document = document
      self.declaration = declaration
      self.mentions = mentions
    }
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

  /// The targets of routers by route, for those routers that follow their routes.
  var routes: [Int: [(route: String, target: Int)]] = [:]
  var defaultRoutes: [Int: Int] = [:]

  /// Where those routers may lead, also by a route or an edge that lacks the other.
  var routerTargets: [Int: [Int]] = [:]

  /// Loop limits and exits by node.
  var loopLimits: [Int: Int] = [:]
  var loopExits: [Int: Int] = [:]

  /// Whether there is an edge of which nothing is known, so that what is missing cannot be judged.
  var hasUnknownEdges = false

  /// Nodes, or START, with an edge whose target is unknown.
  var leadsToUnknown: Set<Int> = []

  /// The number of edges whose target is unknown.
  var unknownTargetCount = 0

  /// The number of edges whose source is unknown.
  var unknownSourceCount = 0

  /// Nodes that an edge with an unknown source leads to.
  var ledByUnknown: Set<Int> = []

  init(vertices: [Vertex]) {
    self.vertices = vertices
    outgoing = Array(repeating: [], count: vertices.count)
  }

  /// The nodes as they are written that stand for several, such as pipelines.
  var macros: [Located<String>] = []

  /// A node's name where it is written: of one that stands for a part of a pipeline, that of the pipeline.
  func written(_ index: Int) -> Located<String> {
    let name = vertices[index].name
    return macros.first { name.value.hasPrefix($0.value + "__") } ?? name
  }

  func name(_ index: Int) -> String {
    switch index {
    case Self.end: "END"
    case Self.start: "START"
    default: vertices[index].name.value
    }
  }

  /// Names as messages list them; of very many the first.
  func names(_ indices: some Collection<Int>) -> String {
    let shown = indices.prefix(12).map { "'\(name($0))'" }.joined(separator: ", ")
    return indices.count > 12 ? "\(shown) and \(indices.count - 12) more" : shown
  }

  /// The edges of a node, or of START.
  func edges(from index: Int) -> [Int] { index == Self.start ? entries : outgoing[index] }

  /// Whether one of several ways is chosen when the node has ended.
  func makesChoice(_ index: Int) -> Bool { edges(from: index).contains { edges[$0].document.form != .plain } }

  /// Marks the nodes that every run comes to: those that START leads to over edges that are always followed.
  func certainNodes() -> [Bool] {
    var isCertain = Array(repeating: false, count: vertices.count)
    var open = [Self.start]
    while let node = open.popLast() {
      guard !makesChoice(node) else { continue }
      for edge in edges(from: node) where !edges[edge].isJoin {
        for target in edges[edge].targets where target >= 0 && !isCertain[target] {
          isCertain[target] = true
          open.append(target)
        }
      }
    }
    return isCertain
  }

  /// Marks the nodes that control may come to from some others.
  func nodes(behind first: [Int]) -> [Bool] {
    var isBehind = Array(repeating: false, count: vertices.count)
    var open = first
    while let node = open.popLast() {
      let exits = edges(from: node).flatMap { edges[$0].targets } + [loopExits[node] ?? Self.end]
      for target in exits where target >= 0 && !isBehind[target] {
        isBehind[target] = true
        open.append(target)
      }
    }
    return isBehind
  }
}

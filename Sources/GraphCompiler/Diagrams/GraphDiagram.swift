/// A graph as pictures show it: boxes and arrows with their labels.
public struct GraphDiagram: Sendable, Hashable {
  /// What a box stands for, which its shape tells.
  public enum Form: Sendable, Hashable {
    /// START.
    case start
    /// END.
    case end
    /// Where several nodes are waited for.
    case join
    /// A node.
    case step
    /// A node that chooses a route.
    case choice
    /// A node that may wait for a person.
    case question
    /// A node that runs another graph.
    case graph
  }

  /// A box.
  public struct Box: Sendable, Hashable {
    /// What it stands for.
    public let form: Form

    /// The node's name, START or END; empty for a join.
    public let name: String

    /// The node's type and what else is to be known of it; empty for what is no node.
    public let caption: String

    /// What the node is for.
    public let summary: String?
  }

  /// An arrow.
  public struct Arrow: Sendable, Hashable {
    /// The index of the box where it begins.
    public let source: Int

    /// The index of the box where it ends.
    public let target: Int

    /// Conditions and routes by which it is taken; empty when it always is.
    public internal(set) var labels: [String]

    /// Whether it is taken only when a loop limit is reached.
    public internal(set) var isExit: Bool
  }

  /// The graph's name.
  public let title: String

  /// START, the nodes in the order of the file, the joins, and END.
  public private(set) var boxes: [Box]

  /// The arrows, at most one from a box to another.
  public private(set) var arrows: [Arrow] = []

  /// Makes the diagram of a graph.
  public init(_ graph: GraphDescription) {
    title = graph.name
    boxes = [Box(form: .start, name: "START", caption: "", summary: nil)]
    boxes += graph.nodes.map { node in
      Box(form: Self.form(node), name: node.name, caption: Self.caption(node), summary: node.description)
    }
    let joins = graph.edges.filter { $0.from.count > 1 }.count
    boxes += Array(repeating: Box(form: .join, name: "", caption: "", summary: nil), count: joins)
    boxes.append(Box(form: .end, name: "END", caption: "", summary: nil))
    var builder = ArrowBuilder(boxes, graph)
    arrows = builder.arrows()
  }

  private static func form(_ node: GraphDescription.Node) -> Form {
    if !node.routes.isEmpty { return .choice }
    if node.type == "subgraph" { return .graph }
    return node.interrupts ? .question : .step
  }

  private static func caption(_ node: GraphDescription.Node) -> String {
    var parts = [node.type]
    if node.streams { parts.append("streams") }
    if let limit = node.loopLimit { parts.append(limit == 1 ? "runs once" : "at most \(limit) runs") }
    return parts.joined(separator: " · ")
  }
}

/// Turns edges, routes and loop exits into arrows; of those between the same two boxes it makes one.
private struct ArrowBuilder {
  private let graph: GraphDescription
  private let end: Int
  /// The nodes that have edges with conditions, and those that have edges without anything.
  private let choosing: Set<String>
  private let plain: Set<String>
  private let routes: [String: [GraphDescription.Route]]
  private var indices: [String: Int] = [:]
  private var nextJoin: Int
  private var found: [GraphDiagram.Arrow] = []
  private var positions: [Ends: Int] = [:]

  private struct Ends: Hashable {
    let source: Int
    let target: Int
  }

  init(_ boxes: [GraphDiagram.Box], _ graph: GraphDescription) {
    self.graph = graph
    end = boxes.count - 1
    choosing = Set(graph.edges.filter { $0.condition != nil }.flatMap(\.from))
    plain = Set(
      graph.edges.filter { $0.from.count == 1 && $0.condition == nil && !$0.isRouter }.flatMap(\.from))
    routes = Dictionary(graph.nodes.map { ($0.name, $0.routes) }, uniquingKeysWith: { first, _ in first })
    nextJoin = graph.nodes.count + 1
    for (index, box) in boxes.enumerated() where !box.name.isEmpty { indices[box.name] = index }
  }

  mutating func arrows() -> [GraphDiagram.Arrow] {
    for edge in graph.edges {
      let targets = edge.to.compactMap { indices[$0] }
      if edge.from.count > 1 {
        for source in edge.from { add(indices[source], nextJoin, nil) }
        for target in targets { add(nextJoin, target, nil) }
        nextJoin += 1
      } else if let name = edge.from.first, let source = indices[name] {
        if edge.isRouter {
          addRoutes(of: name, source, targets)
        } else {
          let label = edge.condition ?? (choosing.contains(name) ? "else" : nil)
          for target in targets { add(source, target, label) }
        }
      }
    }
    for node in graph.nodes { addExit(of: node) }
    return found
  }

  private mutating func addRoutes(of name: String, _ source: Int, _ targets: [Int]) {
    for target in targets {
      let labels = (routes[name] ?? []).filter { indices[$0.target] == target }.map { $0.name ?? "other" }
      for label in labels { add(source, target, label) }
      if labels.isEmpty { add(source, target, nil) }
    }
  }

  /// Where control goes when a limit is reached, unless an arrow says so already.
  private mutating func addExit(of node: GraphDescription.Node) {
    guard let limit = node.loopLimit, let source = indices[node.name] else { return }
    guard let target = node.loopExit.flatMap({ indices[$0] }) ?? (plain.contains(node.name) ? nil : end) else { return }
    add(source, target, limit == 1 ? "after 1 run" : "after \(limit) runs", isExit: true)
  }

  private mutating func add(_ source: Int?, _ target: Int, _ label: String?, isExit: Bool = false) {
    guard let source else { return }
    guard let position = positions[Ends(source: source, target: target)] else {
      positions[Ends(source: source, target: target)] = found.count
      found.append(
        GraphDiagram.Arrow(source: source, target: target, labels: label.map { [$0] } ?? [], isExit: isExit))
      return
    }
    found[position].isExit = found[position].isExit && isExit
    if let label, !found[position].labels.contains(label) { found[position].labels.append(label) }
  }
}

internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Checks what nodes, conditions and checks do with values by the types of the state.
struct CheckTypes {
  /// Checks a whole graph.
  ///
  /// - Returns: The nodes, START among them, with a condition that something is wrong with, so that what their conditions
  ///   leave out says nothing.
  static func run(
    _ document: GraphDocument, _ flow: FlowGraph, _ control: ControlFlow, _ types: StateTypes,
    _ diagnostics: DiagnosticEngine
  ) -> Set<Int> {
    let resolver = types.resolver
    var doubtful: Set<Int> = []
    var decisions: Decisions?
    for (node, vertex) in flow.vertices.enumerated() {
      for use in vertex.declaration?.uses ?? [] {
        if let key = use.chosenKey {
          let known = decisions ?? Decisions(flow, control)
          decisions = known
          // Where it was decided on before, not all of its values come to the node.
          if known.decide(key, before: node) { continue }
        }
        resolver.check(use, diagnostics)
      }
    }
    for edge in flow.edges {
      guard let condition = edge.document.condition else { continue }
      let count = diagnostics.count
      resolver.check(TypedUse(.condition(condition, "condition")), diagnostics)
      if diagnostics.count > count { doubtful.formUnion(edge.sources) }
    }
    for check in document.verification { resolver.check(check.use(), diagnostics) }
    return doubtful
  }
}

/// What is looked at on every way to a node.
private struct Decisions {
  private let tree: DominatorTree

  /// The vertices that are left over one way or another by what a key is, by the key.
  private var choosers: [String: [Int]] = [:]

  /// The nodes that check a key before they work, and those of them that the run does not go on without.
  private var checkers: [String: [(node: Int, ends: Bool)]] = [:]

  init(_ flow: FlowGraph, _ control: ControlFlow) {
    tree = DominatorTree(control)
    for (node, vertex) in flow.vertices.enumerated() {
      for check in vertex.document?.policies.checks ?? [] where check.moment == .before && check.consequence != .warn {
        for path in check.paths { checkers[path.root, default: []].append((node, check.consequence != .skip)) }
      }
      guard flow.routerTargets[node] != nil, let router = vertex.declaration else { continue }
      for key in router.reads.map(\.key.value) + router.writes.map(\.key.value) {
        choosers[key, default: []].append(node)
      }
    }
    for edge in flow.edges {
      guard let condition = edge.document.condition, let source = edge.sources.first else { continue }
      let vertex = source == FlowGraph.start ? control.start : source
      for path in condition.paths { choosers[path.root, default: []].append(vertex) }
    }
  }

  /// Whether a check, a condition or a router that all ways to a node go through looks at a key.
  ///
  /// - Complexity: O(places where the key is looked at).
  func decide(_ key: String, before node: Int) -> Bool {
    choosers[key]?.contains { $0 != node && tree.dominates($0, node) } ?? false
      || checkers[key]?.contains { $0.node == node || $0.ends && tree.dominates($0.node, node) } ?? false
  }
}

extension TypedUse {
  /// The state key whose value is one of several that something is said of.
  fileprivate var chosenKey: String? {
    guard locals.isEmpty, case .choice(let template, _) = content, case .expression(let expression) = template.root,
      case .path(let path) = expression.root
    else { return nil }
    return path.root
  }
}

internal import GraphDiagnostics
internal import GraphLanguage

/// Finds the nodes that edges, routes and loop limits name.
struct ResolveEdges {
  private let document: GraphDocument
  private let diagnostics: DiagnosticEngine
  private var flow: FlowGraph
  private var indices: [String: Int] = [:]

  /// Turns the edges of a document into indices; a name that is nearly right is taken as meant.
  static func run(_ document: GraphDocument, _ vertices: [FlowGraph.Vertex], _ diagnostics: DiagnosticEngine)
    -> FlowGraph
  {
    var pass = ResolveEdges(document: document, diagnostics: diagnostics, flow: FlowGraph(vertices: vertices))
    for (index, vertex) in vertices.enumerated() { pass.indices[vertex.name.value] = index }
    for edge in document.edges { pass.resolve(edge) }
    for (index, vertex) in vertices.enumerated() {
      if let router = vertex.declaration?.router { pass.resolveRoutes(of: index, router) }
    }
    pass.resolveLoops()
    pass.flow.hasUnknownEnds = pass.flow.hasUnknownEnds || document.hasBrokenEdges
    return pass.flow
  }

  private mutating func resolve(_ edge: EdgeDocument) {
    var sources: [Int] = []
    for name in edge.from {
      switch name.value {
      case "START":
        if edge.isJoin {
          diagnostics.report(.startInJoin, at: name.span)
          flow.hasUnknownEnds = true
        } else {
          sources.append(FlowGraph.start)
        }
      case "END":
        diagnostics.report(.edgeFromEnd, at: name.span)
        flow.hasUnknownEnds = true
      default:
        guard let index = find(name, allowsEnd: false) else { continue }
        if sources.contains(index) {
          diagnostics.report(.repeatedEnd(name.value, "from"), at: name.span)
        } else {
          sources.append(index)
        }
      }
    }
    var targets: [Int] = []
    for name in edge.to {
      guard name.value != "START" else {
        diagnostics.report(.edgeToStart, at: name.span)
        flow.leadsToUnknown.formUnion(sources)
        continue
      }
      guard let index = find(name, allowsEnd: true) else {
        flow.leadsToUnknown.formUnion(sources)
        continue
      }
      if targets.contains(index) {
        diagnostics.report(.repeatedEnd(name.value, "to"), at: name.span)
      } else {
        targets.append(index)
      }
    }
    guard !sources.isEmpty, !targets.isEmpty else { return }
    checkForm(edge, sources)
    let index = flow.edges.count
    flow.edges.append(FlowGraph.Edge(document: edge, sources: sources, targets: targets))
    for source in sources {
      if source == FlowGraph.start {
        flow.entries.append(index)
      } else {
        flow.outgoing[source].append(index)
      }
    }
  }

  /// Checks that a router edge leaves a router.
  private func checkForm(_ edge: EdgeDocument, _ sources: [Int]) {
    guard edge.form == .router else { return }
    for (source, name) in zip(sources, edge.from) {
      // A node that is broken may be a router.
      let isRouter = source >= 0 && (flow.vertices[source].declaration.map { $0.router != nil } ?? true)
      if !isRouter { diagnostics.report(.routerEdgeWithoutRouter(name.value), at: name.span) }
    }
  }

  /// The index of a node, END, or the node that was probably meant.
  private mutating func find(_ name: Located<String>, allowsEnd: Bool) -> Int? {
    if name.value == "END", allowsEnd { return FlowGraph.end }
    if let index = indices[name.value] { return index }
    let candidates = flow.vertices.map(\.name.value) + (allowsEnd ? ["END"] : ["START"])
    let near = Suggestion.nearest(to: name.value, among: candidates)
    diagnostics.report(
      .unknownNode(name.value), at: name.span,
      notes: [near.map { .didYouMean($0) } ?? .known("nodes", flow.vertices.map(\.name.value))],
      fixIts: near.map { [.replace(name.span, with: $0)] } ?? [])
    guard let near else {
      flow.hasUnknownEnds = true
      return nil
    }
    switch near {
    case "END": return FlowGraph.end
    case "START": return FlowGraph.start
    default: return indices[near]
    }
  }

  // MARK: - Routes

  private mutating func resolveRoutes(of node: Int, _ router: NodeDeclaration.Router) {
    var routes: [(route: String, target: Int)] = []
    for (route, target) in router.routes {
      if let index = find(target, allowsEnd: true) { routes.append((route.value, index)) }
    }
    let defaultTarget = router.defaultTarget.flatMap { find($0, allowsEnd: true) }
    let routerEdges = flow.outgoing[node].filter { flow.edges[$0].document.form == .router }
    let name = flow.vertices[node].name
    guard !router.routes.isEmpty else { return }
    guard !routerEdges.isEmpty else {
      // Conditions may do what a router edge does.
      if !flow.makesChoice(node), !flow.leadsToUnknown.contains(node) {
        diagnostics.report(
          .routesWithoutEdge(name.value, router.routes.map(\.target.value)), at: name.span)
      }
      return
    }
    flow.routes[node] = routes
    if let defaultTarget { flow.defaultRoutes[node] = defaultTarget }
    checkRoutes(of: node, router, routerEdges, defaultTarget)
  }

  /// Compares the targets of a router's routes with those of its edges.
  private func checkRoutes(
    of node: Int, _ router: NodeDeclaration.Router, _ routerEdges: [Int], _ defaultTarget: Int?
  ) {
    let reached = Set(routerEdges.flatMap { flow.edges[$0].targets })
    let wanted = Set(router.routes.compactMap { indices[$0.target.value] ?? ($0.target.value == "END" ? -1 : nil) })
    let edge = flow.edges[routerEdges[0]].document
    // A route whose target is misspelled may be the one that leads there.
    let hasUnknownTarget = wanted.count < Set(router.routes.map(\.target.value)).count
    for (route, target) in router.routes {
      guard let index = indices[target.value] ?? (target.value == "END" ? FlowGraph.end : nil) else { continue }
      if !reached.contains(index) {
        diagnostics.report(
          .routeWithoutEdge(route.value, target.value), at: target.span,
          notes: [Diagnostic.Note("the router's edge is here", at: edge.span)])
      }
    }
    if let defaultTarget, !reached.contains(defaultTarget), let target = router.defaultTarget {
      diagnostics.report(
        .routeWithoutEdge("default_route", target.value), at: target.span,
        notes: [Diagnostic.Note("the router's edge is here", at: edge.span)])
    }
    for index in routerEdges {
      for (target, name) in zip(flow.edges[index].targets, flow.edges[index].document.to)
      where !wanted.contains(target) && target != defaultTarget && !hasUnknownTarget {
        diagnostics.report(.edgeWithoutRoute(name.value, flow.name(node)), at: name.span)
      }
    }
    for index in flow.outgoing[node] {
      if flow.edges[index].document.form == .router { continue }
      diagnostics.report(.otherEdgeOfRouter(flow.name(node)), at: flow.edges[index].document.span)
    }
  }

  // MARK: - Loops

  private mutating func resolveLoops() {
    for (name, limit) in document.loopLimits {
      if let index = find(name, allowsEnd: false), index >= 0 { flow.loopLimits[index] = limit.value }
    }
    for (name, target) in document.loopExits {
      guard let index = find(name, allowsEnd: false), index >= 0 else { continue }
      if flow.loopLimits[index] == nil {
        diagnostics.report(.loopExitWithoutLimit(name.value), at: name.span)
      }
      if let exit = find(target, allowsEnd: true) { flow.loopExits[index] = exit }
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func unknownNode(_ name: String) -> Self { Self("GR0201", "there is no node '\(name)'") }

  fileprivate static var edgeFromEnd: Self { Self("GR0202", "no edge can leave END") }

  fileprivate static var edgeToStart: Self { Self("GR0203", "no edge can lead to START") }

  fileprivate static var startInJoin: Self {
    Self("GR0204", "START cannot be waited for together with nodes; give it an edge of its own")
  }

  fileprivate static func repeatedEnd(_ name: String, _ end: String) -> Self {
    Self("GR0205", .warning, "'\(name)' is named twice in '\(end)'")
  }

  fileprivate static func routerEdgeWithoutRouter(_ name: String) -> Self {
    Self("GR0206", "an edge of type 'conditional' must leave a router, and '\(name)' is none")
  }

  fileprivate static func routesWithoutEdge(_ name: String, _ targets: [String]) -> Self {
    var unique: [String] = []
    for target in targets where !unique.contains(target) { unique.append(target) }
    let list = unique.joined(separator: ", ")
    return Self(
      "GR0207", "router '\(name)' has no edge for its routes; add {from: \(name), to: [\(list)], type: conditional}")
  }

  fileprivate static func routeWithoutEdge(_ route: String, _ target: String) -> Self {
    Self("GR0208", "route '\(route)' leads to '\(target)', which is no target of the router's edge")
  }

  fileprivate static func edgeWithoutRoute(_ target: String, _ router: String) -> Self {
    Self("GR0209", .warning, "no route of router '\(router)' leads to '\(target)'")
  }

  fileprivate static func otherEdgeOfRouter(_ router: String) -> Self {
    Self("GR0210", "router '\(router)' follows its routes, so that this edge is never taken")
  }

  fileprivate static func loopExitWithoutLimit(_ name: String) -> Self {
    Self("GR0211", "'\(name)' has a loop exit but no entry under 'loop_limits'")
  }
}

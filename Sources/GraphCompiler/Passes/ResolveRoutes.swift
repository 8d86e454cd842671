internal import GraphDiagnostics
internal import GraphLanguage

/// Compares the routes of routers with the edges that leave them.
struct ResolveRoutes {
  private let diagnostics: DiagnosticEngine

  /// A route or the default with the index of its target, which is nil when nobody knows it.
  private struct Route {
    let name: String
    let target: Located<String>
    let index: Int?
  }

  /// Resolves the routes of all routers.
  static func run(_ flow: inout FlowGraph, _ nodes: inout NodeNames, _ diagnostics: DiagnosticEngine) {
    let pass = ResolveRoutes(diagnostics: diagnostics)
    for node in flow.vertices.indices {
      if let router = flow.vertices[node].declaration?.router { pass.resolve(node, router, &flow, &nodes) }
      if flow.routerTargets[node] == nil { pass.takeAsChoice(node, &flow) }
    }
  }

  /// Takes the edges of a router that is broken as a choice all the same.
  private func takeAsChoice(_ node: Int, _ flow: inout FlowGraph) {
    guard let declaration = flow.vertices[node].declaration, declaration.router == nil else {
      let edges = flow.outgoing[node].filter { flow.edges[$0].document.form == .router }
      if !edges.isEmpty { flow.routerTargets[node] = unique(edges.flatMap { flow.edges[$0].targets }) }
      return
    }
  }

  private func resolve(
    _ node: Int, _ router: NodeDeclaration.Router, _ flow: inout FlowGraph, _ nodes: inout NodeNames
  ) {
    func index(_ target: Located<String>) -> Int? {
      target.value == "END" ? FlowGraph.end : nodes.find(target, or: .end)
    }
    let routes = router.routes.map { Route(name: $0.route.value, target: $0.target, index: index($0.target)) }
    let otherwise = router.defaultTarget.map { Route(name: "default_route", target: $0, index: index($0)) }
    // A router without routes was reported as that.
    guard !routes.isEmpty else { return }
    let all = routes + (otherwise.map { [$0] } ?? [])
    if all.contains(where: { $0.index == nil }) { flow.leadsToUnknown.insert(node) }
    let edges = flow.outgoing[node].filter { flow.edges[$0].document.form == .router }
    guard !edges.isEmpty else {
      // Conditions may do what a router edge does, and an edge that is broken may be it.
      if flow.makesChoice(node) || flow.leadsToUnknown.contains(node) || flow.hasUnknownEdges { return }
      let name = flow.vertices[node].name
      diagnostics.report(.routesWithoutEdge(name.value, all.map(\.target.value)), at: name.span)
      flow.routerTargets[node] = unique(
        flow.outgoing[node].flatMap { flow.edges[$0].targets } + all.compactMap(\.index))
      return
    }
    let targets = edges.flatMap { flow.edges[$0].targets }
    flow.routes[node] = routes.compactMap { route in route.index.map { (route.name, $0) } }
    flow.defaultRoutes[node] = otherwise?.index
    flow.routerTargets[node] = unique(targets + all.compactMap(\.index))
    check(all, edges, node, flow)
  }

  private func check(_ routes: [Route], _ edges: [Int], _ node: Int, _ flow: FlowGraph) {
    let reached = Set(edges.flatMap { flow.edges[$0].targets })
    if !flow.leadsToUnknown.contains(node) {
      for route in routes where !reached.contains(route.index ?? FlowGraph.end) {
        diagnostics.report(
          .routeWithoutEdge(route.name, route.target.value), at: route.target.span,
          notes: [Diagnostic.Note("the router's edge is here", at: flow.edges[edges[0]].document.span)])
      }
      let wanted = Set(routes.compactMap(\.index))
      for index in edges {
        for target in flow.edges[index].targets where !wanted.contains(target) {
          let name = flow.name(target)
          let place = flow.edges[index].document.to.first { $0.value == name }?.span
          diagnostics.report(
            .edgeWithoutRoute(name, flow.name(node)), at: place ?? flow.edges[index].document.span)
        }
      }
    }
    for index in flow.outgoing[node] where flow.edges[index].document.form != .router {
      diagnostics.report(.otherEdgeOfRouter(flow.name(node)), at: flow.edges[index].document.span)
    }
  }

  private func unique(_ indices: [Int]) -> [Int] {
    var seen: Set<Int> = []
    return indices.filter { seen.insert($0).inserted }
  }
}

extension DiagnosticMessage {
  fileprivate static func routesWithoutEdge(_ name: String, _ targets: [String]) -> Self {
    var unique: [String] = []
    for target in targets where !unique.contains(target) { unique.append(target) }
    let list = unique.joined(separator: ", ")
    return Self(
      "GR0207", "router '\(name)' has no edge for its routes; add {from: \(name), to: [\(list)], type: conditional}",
      bearing: .itself)
  }

  fileprivate static func routeWithoutEdge(_ route: String, _ target: String) -> Self {
    let subject = route == "default_route" ? "'default_route'" : "route '\(route)'"
    return Self("GR0208", "\(subject) leads to '\(target)', which is no target of the router's edge", bearing: .itself)
  }

  fileprivate static func edgeWithoutRoute(_ target: String, _ router: String) -> Self {
    Self("GR0209", .warning, "no route of router '\(router)' leads to '\(target)'")
  }

  fileprivate static func otherEdgeOfRouter(_ router: String) -> Self {
    Self("GR0210", "router '\(router)' follows its routes, so that this edge is never taken", bearing: .itself)
  }
}

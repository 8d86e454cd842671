internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Turns a checked graph into one that can be run.
///
/// It is only called without errors, so that every name is known.
struct LowerToStateGraph {
  private let document: GraphDocument
  private let flow: FlowGraph
  private let schema: StateSchema
  private let isOnCycle: [Bool]

  /// Makes the executable graph.
  static func run(
    _ document: GraphDocument, _ flow: FlowGraph, _ schema: StateSchema, isOnCycle: [Bool]
  ) -> StateGraph {
    let pass = LowerToStateGraph(document: document, flow: flow, schema: schema, isOnCycle: isOnCycle)
    return pass.lower()
  }

  private func lower() -> StateGraph {
    var exits = flow.vertices.indices.map { loopExits(of: $0) }
    var joins: [StateGraph.Join] = []
    for edge in flow.edges where edge.isJoin {
      for source in edge.sources { exits[source].joins.append(joins.count) }
      joins.append(StateGraph.Join(sources: edge.sources, targets: edge.targets))
    }
    for node in flow.vertices.indices { add(flow.outgoing[node], to: &exits[node]) }
    for (node, routes) in flow.routes {
      exits[node].routes = Dictionary(routes.map { ($0.route, $0.target) }, uniquingKeysWith: { first, _ in first })
      exits[node].defaultRoute = flow.defaultRoutes[node]
    }
    var entry = StateGraph.Exits()
    add(flow.entries, to: &entry)
    return StateGraph(
      name: document.name, nodes: flow.vertices.indices.compactMap(node), schema: schema, entry: entry, exits: exits,
      joins: joins, maximumSteps: document.limits.maximumSteps ?? 10_000,
      maximumConcurrency: document.limits.maximumConcurrency ?? 64, timeout: document.limits.timeout,
      finalChecks: document.verification.map { $0.lower(schema, result: StateKey("output")) })
  }

  // MARK: - Nodes

  private func node(_ index: Int) -> StateGraph.Node? {
    let vertex = flow.vertices[index]
    guard let document = vertex.document, let declaration = vertex.declaration else { return nil }
    return declaration.lower(
      document, defaults: self.document.defaults, schema: schema, loopLimit: flow.loopLimits[index],
      isOnCycle: isOnCycle[index])
  }

  // MARK: - Edges

  private func loopExits(of node: Int) -> StateGraph.Exits {
    var exits = StateGraph.Exits()
    exits.loopExit = flow.loopExits[node]
    return exits
  }

  private func add(_ edges: [Int], to exits: inout StateGraph.Exits) {
    for index in edges where !flow.edges[index].isJoin {
      let edge = flow.edges[index]
      switch edge.document.form {
      case .plain: exits.plain.append(contentsOf: edge.targets)
      case .condition:
        if let condition = edge.document.condition {
          exits.choices.append((lower(condition), edge.targets))
        }
      case .router: break
      }
    }
  }

  private func lower(_ condition: Expression) -> StateGraph.Condition {
    let compiled = condition.compile { schema.index(of: $0) }
    return StateGraph.Condition(
      condition.text,
      values: { view in compiled.valuesCompared { view[$0] }.joined(separator: ", ") },
      holds: { view in try compiled.isTrue { view[$0] } })
  }
}

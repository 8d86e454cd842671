internal import GraphDiagnostics

/// Turns the names of a builder's edges into indices, and collects what is wrong with them.
struct GraphAssembly {
  private(set) var entry = StateGraph.Exits()
  private(set) var exits: [StateGraph.Exits]
  private(set) var joins: [StateGraph.Join] = []
  private(set) var problems: [String] = []

  private let nodes: [StateGraph.Node]
  private var indices: [String: Int] = [:]

  /// The nodes, or -1 for START, that an edge was written for, whether or not it is right: no other problem is made of
  /// a wrong one.
  private var hasWayOn: Set<Int> = []

  init(_ nodes: [StateGraph.Node]) {
    self.nodes = nodes
    exits = Array(repeating: StateGraph.Exits(), count: nodes.count)
    for (index, node) in nodes.enumerated() {
      if ["START", "END", ""].contains(node.name) {
        problems.append("a node cannot be called '\(node.name)'")
        hasWayOn.insert(index)
      } else if indices[node.name] != nil {
        problems.append("there are two nodes '\(node.name)'")
        hasWayOn.insert(index)
      } else {
        indices[node.name] = index
      }
    }
  }

  mutating func add(_ edge: StateGraphBuilder.Edge) {
    let sources = edge.from.names
    if sources.isEmpty { problems.append("an edge has no source") }
    if edge.to.names.isEmpty { problems.append("an edge has no target") }
    let targets = edge.to.names.compactMap { target($0) }
    if sources == ["START"] {
      hasWayOn.insert(-1)
      return Self.add(targets, edge.condition, to: &entry)
    }
    guard !sources.contains("START"), !sources.contains("END") else {
      problems.append("an edge from \(sources.joined(separator: ", ")) is not possible")
      return
    }
    let from = sources.compactMap { node($0) }
    hasWayOn.formUnion(from)
    guard from.count == sources.count else { return }
    if from.count == 1 {
      Self.add(targets, edge.condition, to: &exits[from[0]])
    } else if edge.condition != nil {
      problems.append("an edge that waits for several nodes cannot have a condition")
    } else if let twice = from.first(where: { index in from.count { $0 == index } > 1 }) {
      problems.append("an edge waits for node '\(nodes[twice].name)' twice")
    } else if !from.isEmpty {
      for index in from { exits[index].joins.append(joins.count) }
      joins.append(StateGraph.Join(sources: from, targets: targets))
    }
  }

  mutating func addRoutes(from name: String, _ routes: [String: String], default defaultTarget: String?) {
    guard let index = node(name) else { return }
    let isFirst = exits[index].routes == nil
    if !isFirst { problems.append("node '\(name)' has routes twice") }
    var known: [String: Int] = [:]
    for (route, target) in routes.sorted(by: { $0.key < $1.key }) { known[route] = self.target(target) }
    exits[index].routes = known
    exits[index].defaultRoute = defaultTarget.flatMap { target($0) }
    // Routes are all that counts for a router; another edge would never be followed.
    if isFirst, hasWayOn.contains(index) { problems.append("node '\(name)' has routes and other edges") }
    hasWayOn.insert(index)
  }

  mutating func setLoopExit(of name: String, to exit: String) {
    guard let index = node(name) else { return }
    exits[index].loopExit = target(exit)
    if nodes[index].loopLimit == nil { problems.append("node '\(name)' has a loop exit and no loop limit") }
  }

  /// Finds START and nodes that nothing leads on from.
  mutating func checkWaysOn() {
    if !hasWayOn.contains(-1) { problems.append("no edge leaves START") }
    for (index, node) in nodes.enumerated() where !hasWayOn.contains(index) {
      problems.append("no edge leaves node '\(node.name)'; add one to END")
    }
  }

  private mutating func target(_ name: String) -> Int? {
    switch name {
    case "END": return StateGraph.end
    case "START":
      problems.append("an edge to START is not possible")
      return nil
    default: return node(name)
    }
  }

  private mutating func node(_ name: String) -> Int? {
    if let index = indices[name] { return index }
    var problem = "there is no node '\(name)'"
    if let near = Suggestion.nearest(to: name, among: nodes.map(\.name)) { problem += "; did you mean '\(near)'?" }
    problems.append(problem)
    return nil
  }

  private static func add(_ targets: [Int], _ condition: StateGraph.Condition?, to exits: inout StateGraph.Exits) {
    if let condition {
      exits.choices.append((condition, targets))
    } else {
      exits.plain.append(contentsOf: targets)
    }
  }
}

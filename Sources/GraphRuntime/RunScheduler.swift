/// Which nodes are due: edges, joins, routes and loop limits of one run.
///
/// Pure logic without tasks or events; the engine asks it what comes next.
struct RunScheduler {
  /// What becomes of a node that is due.
  enum Disposition {
    case run
    /// Its result is there already.
    case skip
    /// Its loop limit is reached.
    case limited
  }

  private let graph: StateGraph
  private var runCounts: [Int]
  private var isLimitReached: [Bool]

  /// The sources that have reached each join since it was last complete.
  private var arrivals: [Set<Int>]

  /// The route that each router chose when it was last due.
  private var routes: [String?]

  /// Nodes that are due next, without repeats.
  private var due: [Int] = []
  private var isDue: [Bool]

  init(_ graph: StateGraph) {
    self.graph = graph
    runCounts = Array(repeating: 0, count: graph.nodes.count)
    isLimitReached = Array(repeating: false, count: graph.nodes.count)
    arrivals = Array(repeating: [], count: graph.joins.count)
    routes = Array(repeating: nil, count: graph.nodes.count)
    isDue = Array(repeating: false, count: graph.nodes.count)
  }

  /// The nodes that are due, in the order in which they became so.
  var dueNodes: [Int] { due }

  /// Takes the nodes that are due out, in the order of the file.
  mutating func takeDue() -> [Int] {
    for node in due { isDue[node] = false }
    defer { due.removeAll(keepingCapacity: true) }
    return due.count > 1 ? due.sorted() : due
  }

  /// Makes the nodes due that START leads to.
  ///
  /// - Throws: `GraphError` when no condition holds or one cannot be evaluated.
  mutating func begin(_ state: inout RunState) throws(GraphError) {
    _ = try follow(graph.entry, from: nil, &state)
  }

  /// Says what becomes of a due node, and counts the run.
  mutating func disposition(of index: Int, _ state: inout RunState) -> Disposition {
    let node = graph.nodes[index]
    routes[index] = nil
    if let limit = node.loopLimit, runCounts[index] >= limit {
      isLimitReached[index] = true
      return .limited
    }
    runCounts[index] += 1
    if let slot = graph.reservedSlots.loopCounts { state.setEntry(node.name, .int(runCounts[index]), in: slot) }
    guard !node.skipsWhenSet.isEmpty, node.skipsWhenSet.allSatisfy({ state.isSet($0) }) else { return .run }
    routes[index] = node.routeOfState?(state.view)
    return .skip
  }

  /// Remembers the route that a router chose.
  mutating func setRoute(_ route: String, of index: Int, _ state: inout RunState) {
    routes[index] = route
    if let slot = graph.reservedSlots.route { state.replace(slot, .string(route)) }
  }

  /// Follows the edges of a node that has run or was skipped.
  ///
  /// - Returns: The choice that was made, or nil where there was none to make.
  /// - Throws: `GraphError` when there is no way to go.
  mutating func leave(_ index: Int, _ state: inout RunState) throws(GraphError) -> RouteRecord? {
    try follow(graph.exits[index], from: index, &state)
  }

  /// Goes on from a node that was not run because of its loop limit: to its loop exit, else over plain edges, else to
  /// END.
  mutating func leaveLimited(_ index: Int) {
    let exits = graph.exits[index]
    if let target = exits.loopExit {
      makeDue(target)
    } else {
      followPlain(exits, from: index)
    }
  }

  /// Finds a join that some of its sources reached while the run came to its end.
  func checkJoins() throws(GraphError) {
    for (join, arrived) in zip(graph.joins, arrivals) where !arrived.isEmpty {
      let missing = join.sources.filter { !arrived.contains($0) }
      throw GraphError(
        .unfinishedJoin,
        "\(names(join.targets)) never ran: it waits for \(names(arrived.sorted())), which ended, and for "
          + "\(names(missing)), which did not run")
    }
  }

  /// Targets as messages name them.
  func names(_ targets: [Int]) -> String {
    targets.map { "'\(graph.targetName($0))'" }.joined(separator: ", ")
  }

  // MARK: - Edges

  private mutating func follow(
    _ exits: StateGraph.Exits, from index: Int?, _ state: inout RunState
  ) throws(GraphError) -> RouteRecord? {
    if exits.routes != nil { return try followRoute(exits, from: index) }
    guard !exits.choices.isEmpty else {
      followPlain(exits, from: index)
      return nil
    }
    if let slot = graph.reservedSlots.loopLimitReached {
      state.replace(slot, .bool(index.map { isLimitReached[$0] } ?? false))
    }
    let view = state.view
    for (condition, targets) in exits.choices where try holds(condition, view, at: index) {
      for target in targets { makeDue(target) }
      return RouteRecord(choice: condition.text, targets: targets.map(graph.targetName))
    }
    guard !exits.plain.isEmpty || !exits.joins.isEmpty else { throw noConditionHeld(exits, view, at: index) }
    followPlain(exits, from: index)
    return RouteRecord(choice: nil, targets: exits.plain.map(graph.targetName))
  }

  private func holds(
    _ condition: StateGraph.Condition, _ view: StateView, at index: Int?
  ) throws(GraphError) -> Bool {
    do {
      return try condition.holds(view)
    } catch {
      throw failure(
        .conditionFailed, "condition '\(condition.text)' cannot be evaluated: \(error)", at: index, underlying: error)
    }
  }

  private func noConditionHeld(_ exits: StateGraph.Exits, _ view: StateView, at index: Int?) -> GraphError {
    let conditions = exits.choices.map { choice in
      let values = choice.condition.values(view)
      return "'\(choice.condition.text)'" + (values.isEmpty ? "" : " (\(values))")
    }
    return failure(
      .noConditionHeld,
      "no condition held: \(conditions.joined(separator: ", ")); add an edge without a condition as the \"else\"",
      at: index)
  }

  private mutating func followRoute(
    _ exits: StateGraph.Exits, from index: Int?
  ) throws(GraphError) -> RouteRecord {
    let known = exits.routes ?? [:]
    let route = index.flatMap { routes[$0] }
    if let route, let target = known[route] {
      makeDue(target)
      return RouteRecord(choice: route, targets: [graph.targetName(target)])
    }
    if let target = exits.defaultRoute {
      makeDue(target)
      return RouteRecord(choice: nil, targets: [graph.targetName(target)])
    }
    let list = known.keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
    let choice =
      route.map { "chose the route '\($0)', which is none of \(list)" } ?? "chose no route; there are \(list)"
    throw failure(.unknownRoute, "\(choice); a 'default_route' would take such answers", at: index)
  }

  private mutating func followPlain(_ exits: StateGraph.Exits, from index: Int?) {
    for target in exits.plain { makeDue(target) }
    guard let index else { return }
    for join in exits.joins {
      arrivals[join].insert(index)
      guard arrivals[join].count == graph.joins[join].sources.count else { continue }
      arrivals[join] = []
      for target in graph.joins[join].targets { makeDue(target) }
    }
  }

  private mutating func makeDue(_ target: Int) {
    guard target != StateGraph.end, !isDue[target] else { return }
    isDue[target] = true
    due.append(target)
  }

  private func failure(
    _ code: GraphError.Code, _ message: String, at index: Int?, underlying: (any Error)? = nil
  ) -> GraphError {
    guard let index else { return GraphError(code, "at START: \(message)", underlying: underlying) }
    return GraphError(code, message, path: graph.paths[index], underlying: underlying)
  }
}

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

  /// The number of joins that some of their sources have reached.
  private var openJoinCount = 0

  /// The nodes whose limit is reached, in the order in which they reached it.
  private(set) var limited: [Int] = []

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

  /// The names of the nodes that are due, in the order in which they became so.
  var dueNames: [String] { due.count == 1 ? graph.plans[due[0]].path : due.map { graph.plans[$0].node.name } }

  /// Whether the next step does nothing outside the state.
  var isNextLocal: Bool { due.allSatisfy { graph.plans[$0].isLocal } }

  /// Whether the next step waits for nothing and does nothing outside the state.
  var isNextQuick: Bool { due.allSatisfy { graph.plans[$0].isQuick } }

  /// Puts the nodes that are due into `nodes`, in the order of the file; its storage is used for the next ones.
  mutating func takeDue(into nodes: inout [Int]) {
    nodes.removeAll(keepingCapacity: true)
    swap(&due, &nodes)
    for node in nodes { isDue[node] = false }
    if nodes.count > 1 { nodes.sort() }
  }

  /// Makes the nodes due that START leads to.
  ///
  /// - Throws: `GraphError` when no condition holds or one cannot be evaluated.
  mutating func begin(_ state: inout RunState) throws(GraphError) {
    _ = try follow(graph.entryPlan, from: nil, &state)
  }

  /// Says what becomes of a due node, and counts the run.
  ///
  /// A skipped node counts as well: a loop that skips its only limited node still comes to its end.
  mutating func disposition(of index: Int, _ state: inout RunState) -> Disposition {
    let plan = graph.plans[index]
    if routes[index] != nil { routes[index] = nil }
    if let limit = plan.node.loopLimit, runCounts[index] >= limit {
      reachLimit(index)
      return .limited
    }
    runCounts[index] += 1
    if let slot = graph.reservedSlots.loopCounts { state.setEntry(plan.path[0], .int(runCounts[index]), in: slot) }
    guard !plan.alwaysRuns, !plan.node.skipsWhenSet.isEmpty,
      plan.node.skipsWhenSet.allSatisfy({ state.isSet($0) })
    else { return .run }
    routes[index] = plan.node.routeOfState?(state.view)
    return .skip
  }

  /// Remembers the route that a router chose.
  mutating func setRoute(_ route: String, of index: Int, _ state: inout RunState) {
    routes[index] = route
    if let slot = graph.reservedSlots.route { state.replace(slot, .string(route)) }
  }

  /// Follows the edges of a node that has run or was skipped.
  ///
  /// - Returns: The event of the choice that was made, or nil where there was none to make.
  /// - Throws: `GraphError` when there is no way to go.
  mutating func leave(_ index: Int, _ state: inout RunState) throws(GraphError) -> GraphEvent.Kind? {
    try follow(graph.plans[index], from: index, &state)
  }

  /// Goes on from a node that was not run because of its loop limit: to its loop exit, else over plain edges, else to
  /// END.
  mutating func leaveLimited(_ index: Int, _ state: inout RunState) {
    if let slot = graph.reservedSlots.loopLimitReached { state.replace(slot, true) }
    let plan = graph.plans[index]
    if let target = plan.exits.loopExit {
      makeDue(target)
    } else {
      followPlain(plan, from: index)
    }
  }

  /// Finds a join that some of its sources reached while the run came to its end.
  func checkJoins() throws(GraphError) {
    for (join, arrived) in zip(graph.joins, arrivals) where !arrived.isEmpty {
      let missing = join.sources.filter { !arrived.contains($0) }
      throw GraphError(
        .unfinishedJoin,
        "\(graph.names(join.targets)) never ran: it waits for \(graph.names(arrived.sorted())), which ended, and for "
          + "\(graph.names(missing)), which did not run")
    }
  }

  // MARK: - Edges

  private mutating func follow(
    _ plan: NodePlan, from index: Int?, _ state: inout RunState
  ) throws(GraphError) -> GraphEvent.Kind? {
    if plan.exits.routes != nil { return .routed(try followRoute(plan.exits, from: index)) }
    guard !plan.exits.choices.isEmpty else {
      followPlain(plan, from: index)
      return nil
    }
    if let slot = graph.reservedSlots.loopLimitReached {
      state.replace(slot, .bool(index.map { isLimitReached[$0] } ?? false))
    }
    let view = state.view
    for (place, choice) in plan.exits.choices.enumerated() where try holds(choice.condition, view, at: index) {
      for target in choice.targets { makeDue(target) }
      return plan.choiceEvents[place]
    }
    guard !plan.exits.plain.isEmpty || !plan.exits.joins.isEmpty else {
      throw noConditionHeld(plan.exits, view, at: index)
    }
    followPlain(plan, from: index)
    return plan.elseEvent
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
      route.map { "chose the route '\(Self.shortened($0))', which is none of \(list)" }
      ?? "chose no route; there are \(list)"
    throw failure(.unknownRoute, "\(choice); a 'default_route' would take such answers", at: index)
  }

  /// The beginning of an answer in one line; the whole of it is in the state.
  private static func shortened(_ answer: String) -> String {
    let line = answer.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 40 ? "\(line.prefix(39))…" : line
  }

  private mutating func followPlain(_ plan: NodePlan, from index: Int?) {
    for target in plan.exits.plain { makeDue(target) }
    guard let index else { return }
    for join in plan.exits.joins {
      arrive(index, at: join)
      guard arrivals[join].count == graph.joins[join].sources.count else { continue }
      arrivals[join] = []
      openJoinCount -= 1
      for target in graph.joins[join].targets { makeDue(target) }
    }
  }

  private mutating func arrive(_ index: Int, at join: Int) {
    if arrivals[join].isEmpty { openJoinCount += 1 }
    arrivals[join].insert(index)
  }

  private mutating func reachLimit(_ index: Int) {
    guard !isLimitReached[index] else { return }
    isLimitReached[index] = true
    limited.append(index)
  }

  private mutating func makeDue(_ target: Int) {
    guard target != StateGraph.end, !isDue[target] else { return }
    isDue[target] = true
    due.append(target)
  }

  // MARK: - Checkpoints

  /// The nodes that were run or skipped, and how often.
  var counts: [(node: Int, count: Int)] { runCounts.enumerated().filter { $0.1 > 0 }.map { ($0.0, $0.1) } }

  /// How often a node was run or skipped.
  func count(of index: Int) -> Int { runCounts[index] }

  /// The joins that some of their sources have reached.
  var openJoins: [(join: StateGraph.Join, arrived: Set<Int>)] {
    openJoinCount == 0 ? [] : zip(graph.joins, arrivals).filter { !$0.1.isEmpty }.map { ($0.0, $0.1) }
  }

  /// The route that a router chose when it was last due.
  func route(of index: Int) -> String? { routes[index] }

  mutating func restore(runs: Int, of index: Int) { runCounts[index] = runs }

  mutating func restore(limitedAt index: Int) { reachLimit(index) }

  mutating func restore(arrival index: Int, at join: Int) { arrive(index, at: join) }

  mutating func restore(due index: Int) { makeDue(index) }

  mutating func restore(route: String?, of index: Int) { routes[index] = route }

  // MARK: - Failures

  /// A failure of edges; the engine adds the node's place.
  private func failure(
    _ code: GraphError.Code, _ message: String, at index: Int?, underlying: (any Error)? = nil
  ) -> GraphError {
    GraphError(code, index == nil ? "at START: \(message)" : message, underlying: underlying)
  }
}

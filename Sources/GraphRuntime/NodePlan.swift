/// One node with everything that running it needs, prepared once for all runs of its graph.
///
/// It is a class so that a step touches one reference and not a node's many parts.
final class NodePlan: Sendable {
  let node: StateGraph.Node
  let exits: StateGraph.Exits

  /// The path that events carry; also the node's name as a list of one.
  let path: [String]

  /// Whether nothing can keep the node from running when it is due.
  let alwaysRuns: Bool

  /// Checks before the node's work, and after it.
  let checksBefore: [NodeCheck]
  let checksAfter: [NodeCheck]

  /// Whether the node's failure is only written down: it says so, or is a router with somewhere to go.
  let toleratesFailure: Bool

  /// The event of each of `exits.choices`, and of the "else" after them.
  let choiceEvents: [GraphEvent.Kind]
  let elseEvent: GraphEvent.Kind

  init(_ node: StateGraph.Node, _ exits: StateGraph.Exits, targetName: (Int) -> String) {
    self.node = node
    self.exits = exits
    path = [node.name]
    alwaysRuns = node.loopLimit == nil && node.skipsWhenSet.isEmpty
    checksBefore = node.checks.filter { $0.moment == .before }
    checksAfter = node.checks.filter { $0.moment == .after }
    // A router that has no default has no way to go without its answer.
    toleratesFailure = exits.routes == nil ? node.failure == .skip : exits.defaultRoute != nil
    choiceEvents = exits.choices.map { choice in
      .routed(RouteRecord(choice: choice.condition.text, targets: choice.targets.map(targetName)))
    }
    elseEvent = .routed(RouteRecord(choice: nil, targets: exits.plain.map(targetName)))
  }

  /// Whether a run of the node has to be able to try again or to give up, which takes a task even where the body
  /// never waits.
  var needsTask: Bool {
    node.retry.maximumAttempts > 1 || node.timeout != nil || node.fallback != nil
      || checksAfter.contains { if case .retry = $0.consequence { true } else { false } }
  }

  /// Whether a run of the node does nothing that could be noticed outside the run.
  var isLocal: Bool {
    guard node.fallback == nil else { return false }
    switch node.body {
    case .synchronous: return true
    case .plain: return node.isLocal
    // Its tokens are handed out as they come, and nothing may be held back before them.
    case .streaming: return false
    }
  }

  /// Whether a synchronous body is all that there is to a run of the node.
  var isQuick: Bool {
    guard case .synchronous = node.body else { return false }
    return !needsTask && checksAfter.isEmpty
  }

  /// Whether the run goes on after this failure of the node.
  func tolerates(_ error: GraphError) -> Bool { toleratesFailure && !error.isHalting }
}

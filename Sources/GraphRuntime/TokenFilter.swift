/// Which tokens of a run somebody wants.
public enum TokenSelection: Sendable, Hashable {
  /// Those of all nodes.
  case all
  /// Those of the nodes of this name, wherever they stand, and of nodes inside them.
  case node(String)
  /// Those of the node that streams last.
  ///
  /// Tokens of a node after which no other one streams are there at once. Where the graph's edges leave it open whether
  /// another one will, as in a loop, they are held back until the end of the run shows that none did.
  case final
}

/// Picks the tokens that somebody wants out of the events of a run; it has to see all of them in their order.
public struct TokenFilter: Sendable {
  private let selection: TokenSelection

  /// The nodes after which no other node streams; empty where that is not asked for.
  private var lastSpeakers: Set<String> = []

  /// Tokens of nodes that may not have been the last ones, and the steps that had ended when they came.
  private var held: [(path: [String], text: String)] = []
  private var heldStep = 0
  private var endedSteps = 0

  /// Creates a filter for one run of a graph.
  public init(_ selection: TokenSelection, of graph: StateGraph) {
    self.selection = selection
    if selection == .final { lastSpeakers = graph.lastSpeakers }
  }

  /// Takes an event and shows the tokens that are certain with it, in the order they came.
  public mutating func take(_ event: GraphEvent, _ show: (_ path: [String], _ text: String) throws -> Void) rethrows {
    switch selection {
    case .all:
      if case .token(let text) = event.kind { try show(event.path, text) }
    case .node(let node):
      if case .token(let text) = event.kind, event.path.contains(where: { PathElement.name(of: $0) == node }) {
        try show(event.path, text)
      }
    case .final: try takeFinal(event, show)
    }
  }

  private mutating func takeFinal(
    _ event: GraphEvent, _ show: (_ path: [String], _ text: String) throws -> Void
  ) rethrows {
    switch event.kind {
    case .token(let text):
      if heldStep != endedSteps {
        held = []
        heldStep = endedSteps
      }
      if let node = event.path.first.map({ PathElement.name(of: $0) }), lastSpeakers.contains(node) {
        try show(event.path, text)
      } else {
        held.append((event.path, text))
      }
    case .retry(let record) where record.scope == .node: held.removeAll { $0.path.starts(with: event.path) }
    case .stepFinished: endedSteps += 1
    case .runFinished:
      for (path, text) in held { try show(path, text) }
      held = []
    default: break
    }
  }
}

extension StateGraph {
  /// The names of the nodes that stream and from which no way leads to another visit of one that does.
  fileprivate var lastSpeakers: Set<String> {
    var sources = [[Int]](repeating: [], count: nodes.count)
    for node in nodes.indices {
      for target in targets(of: node) where target != Self.end { sources[target].append(node) }
    }
    // Those from which a node that streams is reached over at least one edge.
    var isFollowed = [Bool](repeating: false, count: nodes.count)
    var open = nodes.indices.filter { nodes[$0].streams }
    while let node = open.popLast() {
      for source in sources[node] where !isFollowed[source] {
        isFollowed[source] = true
        open.append(source)
      }
    }
    return Set(nodes.indices.filter { nodes[$0].streams && !isFollowed[$0] }.map { nodes[$0].name })
  }

  private func targets(of node: Int) -> [Int] {
    let exits = exits[node]
    var targets = exits.plain + [exits.defaultRoute, exits.loopExit].compactMap(\.self)
    for choice in exits.choices { targets += choice.targets }
    for target in exits.routes ?? [:] { targets.append(target.value) }
    for join in exits.joins { targets += joins[join].targets }
    return targets
  }
}

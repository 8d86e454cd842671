internal import GraphDiagnostics
internal import GraphLanguage

/// Finds nodes that START never leads to.
enum CheckReachability {
  /// Reports the first node of each part of the graph that is never reached.
  ///
  /// - Returns: Whether each vertex is reached; all are where that cannot be judged.
  static func run(
    _ flow: FlowGraph, _ control: ControlFlow, _ document: GraphDocument, _ diagnostics: DiagnosticEngine
  ) -> [Bool] {
    let all = Array(repeating: true, count: control.vertexCount)
    guard !flow.hasUnknownEdges, !flow.leadsToUnknown.contains(FlowGraph.start) else { return all }
    guard !flow.entries.isEmpty else {
      // A source that nobody knows may be meant to be START.
      guard flow.unknownSourceCount == 0 else { return all }
      diagnostics.report(.noEntry(flow.vertices.first?.name.value), at: document.edgesSpan)
      return all
    }
    let isReached = control.reach(from: [control.start] + flow.ledByUnknown.sorted())
    guard isReached.contains(false) else { return isReached }
    let parts = unreachedParts(flow, control, isReached)
    // A target that nobody knows may be the node that is missed.
    guard parts.count > flow.unknownTargetCount else { return all }
    let awaited = awaitedNodes(flow, isReached)
    for part in parts {
      let node = part[0]
      // A broken node was reported as that, and one that an edge waits for is reported with that edge.
      guard flow.vertices[node].document != nil, !awaited.contains(node) else { continue }
      let own = flow.written(node).value
      let others = part.dropFirst().filter { $0 < control.nodeCount && flow.written($0).value != own }
      diagnostics.report(
        .unreachable(flow.written(node).value), at: flow.written(node).span,
        notes: others.isEmpty ? [] : [Diagnostic.Note("nor are \(flow.names(others)), which it leads to")])
    }
    return isReached
  }

  /// The parts that are not reached, each beginning with a node that no other leads to, or that is on a cycle.
  private static func unreachedParts(_ flow: FlowGraph, _ control: ControlFlow, _ isReached: [Bool]) -> [[Int]] {
    var isLed = isReached
    for vertex in isReached.indices where !isReached[vertex] {
      for target in control.successors(of: vertex) where target >= 0 && target != vertex { isLed[target] = true }
    }
    var parts: [[Int]] = []
    var isCovered = isReached
    for requiresRoot in [true, false] {
      for node in flow.vertices.indices where !isCovered[node] && !(requiresRoot && isLed[node]) {
        parts.append(control.reach(from: node, marking: &isCovered))
      }
    }
    return parts
  }

  /// Nodes that an edge waits for together with a node that is reached.
  private static func awaitedNodes(_ flow: FlowGraph, _ isReached: [Bool]) -> Set<Int> {
    var awaited: Set<Int> = []
    for edge in flow.edges where edge.isJoin && edge.sources.contains(where: { isReached[$0] }) {
      awaited.formUnion(edge.sources)
    }
    return awaited
  }
}

extension DiagnosticMessage {
  fileprivate static func noEntry(_ first: String?) -> Self {
    Self("GR0301", "no edge leaves START" + (first.map { "; add {from: START, to: \($0)}" } ?? ""), bearing: .noEntry)
  }

  fileprivate static func unreachable(_ name: String) -> Self {
    Self("GR0302", .warning, "node '\(name)' is never reached from START", bearing: .unreached(name))
  }
}

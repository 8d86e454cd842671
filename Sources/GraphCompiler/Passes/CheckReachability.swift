internal import GraphDiagnostics
internal import GraphLanguage

/// Finds nodes that START never leads to.
enum CheckReachability {
  /// Reports the first node of each part of the graph that is never reached.
  ///
  /// - Returns: Whether each node is reached; all are where that cannot be judged.
  static func run(_ flow: FlowGraph, _ document: GraphDocument, _ diagnostics: DiagnosticEngine) -> [Bool] {
    let all = Array(repeating: true, count: flow.vertices.count)
    guard !flow.entries.isEmpty else {
      if !flow.hasUnknownEnds {
        let span = SourceSpan(document.file, ByteRange(0, 0))
        diagnostics.report(.noEntry(flow.vertices.first?.name.value), at: flow.edges.first?.document.span ?? span)
      }
      return all
    }
    // An edge to an unknown name may be the one that is missed.
    guard !flow.hasUnknownEnds else { return all }
    let isReached = reach(from: [FlowGraph.start], flow)
    var isCovered = isReached
    let isLed = ledByUnreached(flow, isReached)
    // First nodes that nothing leads to, then what is left: cycles that nothing enters.
    for requiresRoot in [true, false] {
      for node in flow.vertices.indices where !isCovered[node] && !(requiresRoot && isLed[node]) {
        let part = reach(from: [node], flow)
        let others = flow.vertices.indices.filter { $0 != node && part[$0] && !isCovered[$0] }
        for index in flow.vertices.indices where part[index] { isCovered[index] = true }
        // A broken node was reported as that.
        guard flow.vertices[node].document != nil else { continue }
        diagnostics.report(
          .unreachable(flow.name(node)), at: flow.vertices[node].name.span,
          notes: others.isEmpty ? [] : [Diagnostic.Note("nor are \(flow.names(others)), which only it leads to")])
      }
    }
    return isReached
  }

  private static func ledByUnreached(_ flow: FlowGraph, _ isReached: [Bool]) -> [Bool] {
    var isLed = Array(repeating: false, count: flow.vertices.count)
    for node in flow.vertices.indices where !isReached[node] {
      for target in flow.successors(of: node) where target >= 0 && target != node { isLed[target] = true }
    }
    return isLed
  }

  /// Marks all nodes that can be reached from some, which count as reached themselves.
  static func reach(from starts: [Int], _ flow: FlowGraph) -> [Bool] {
    var isReached = Array(repeating: false, count: flow.vertices.count)
    var open = starts
    for start in starts where start >= 0 { isReached[start] = true }
    while let node = open.popLast() {
      for target in flow.successors(of: node) where target >= 0 && !isReached[target] {
        isReached[target] = true
        open.append(target)
      }
    }
    return isReached
  }
}

extension DiagnosticMessage {
  fileprivate static func noEntry(_ first: String?) -> Self {
    Self("GR0301", "no edge leaves START" + (first.map { "; add {from: START, to: \($0)}" } ?? ""))
  }

  fileprivate static func unreachable(_ name: String) -> Self {
    Self("GR0302", .warning, "node '\(name)' is never reached from START")
  }
}

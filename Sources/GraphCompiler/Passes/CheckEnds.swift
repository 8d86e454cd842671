internal import GraphDiagnostics

/// Finds nodes from which no path leads to END, and cycles that never stop.
enum CheckEnds {
  /// Reports dead ends, cycles without a way out, and cycles that nothing but the step limit ends.
  static func run(_ flow: FlowGraph, cycles: [[Int]], isReached: [Bool], _ diagnostics: DiagnosticEngine) {
    var leadsOn = Array(repeating: false, count: flow.vertices.count)
    for node in flow.vertices.indices where flow.leadsToUnknown.contains(node) || flow.hasUnknownEnds {
      leadsOn[node] = true
    }
    for node in flow.vertices.indices where isReached[node] && flow.successors(of: node).isEmpty && !leadsOn[node] {
      diagnostics.report(.deadEnd(flow.name(node)), at: flow.vertices[node].name.span)
      leadsOn[node] = true
    }
    let reachesEnd = markThoseBefore(END: leadsOn, flow)
    for cycle in cycles where isReached[cycle[0]] {
      if cycle.allSatisfy({ !reachesEnd[$0] }) {
        // A cycle that leads into another one without a way out is reported with that one.
        guard cycle.allSatisfy({ node in flow.successors(of: node).allSatisfy { cycle.contains($0) } }) else { continue }
        reportEndless(cycle, flow, diagnostics)
      } else if let loop = forcedLoop(in: Set(cycle), flow) {
        reportEndless(loop, flow, diagnostics)
      }
    }
  }

  /// Marks nodes from which a path leads to END, or to a node that counts as its end.
  private static func markThoseBefore(END isEnd: [Bool], _ flow: FlowGraph) -> [Bool] {
    var reachesEnd = isEnd
    var predecessors = Array(repeating: [Int](), count: flow.vertices.count)
    var open: [Int] = []
    for node in flow.vertices.indices {
      for target in flow.successors(of: node) {
        if target >= 0 { predecessors[target].append(node) } else { reachesEnd[node] = true }
      }
      if reachesEnd[node] { open.append(node) }
    }
    while let node = open.popLast() {
      for predecessor in predecessors[node] where !reachesEnd[predecessor] {
        reachesEnd[predecessor] = true
        open.append(predecessor)
      }
    }
    return reachesEnd
  }

  /// A cycle inside a component that consists of edges which are always followed, and that no loop limit leads out of.
  private static func forcedLoop(in component: Set<Int>, _ flow: FlowGraph) -> [Int]? {
    func forcedTargets(_ node: Int) -> [Int] {
      guard component.contains(node), !flow.makesChoice(node), !leadsOutAtLimit(node, component, flow) else { return [] }
      return flow.outgoing[node].flatMap { edge in
        // A join goes on only when all its sources have ended; a source outside may never come again.
        flow.edges[edge].isJoin && !flow.edges[edge].sources.allSatisfy(component.contains)
          ? [] : flow.edges[edge].targets
      }.filter { component.contains($0) }
    }
    for node in component.sorted() {
      var path = [node]
      var seen: Set<Int> = [node]
      if let loop = follow(&path, &seen, forcedTargets) { return loop }
    }
    return nil
  }

  /// Walks along forced edges until a node comes again.
  private static func follow(
    _ path: inout [Int], _ seen: inout Set<Int>, _ targets: (Int) -> [Int]
  ) -> [Int]? {
    var frames = [targets(path[0])]
    while var candidates = frames.popLast() {
      guard let target = candidates.popLast() else {
        path.removeLast()
        continue
      }
      frames.append(candidates)
      if let start = path.firstIndex(of: target) { return Array(path[start...]) }
      guard seen.insert(target).inserted else { continue }
      path.append(target)
      frames.append(targets(target))
    }
    return nil
  }

  /// Whether control leaves the component once the node's loop limit is reached.
  private static func leadsOutAtLimit(_ node: Int, _ component: Set<Int>, _ flow: FlowGraph) -> Bool {
    guard flow.loopLimits[node] != nil else { return false }
    if let exit = flow.loopExits[node] { return !component.contains(exit) }
    return flow.outgoing[node].allSatisfy { edge in
      flow.edges[edge].targets.allSatisfy { !component.contains($0) }
    }
  }

  private static func reportEndless(_ cycle: [Int], _ flow: FlowGraph, _ diagnostics: DiagnosticEngine) {
    let name = flow.name(cycle[0])
    diagnostics.report(
      .endlessCycle(cycle.map(flow.name)), at: flow.vertices[cycle[0]].name.span,
      notes: [
        Diagnostic.Note(
          "give a node of it an edge with a condition that leads out, or '\(name)' an entry under 'loop_limits' and "
            + "one under 'loop_exits'")
      ])
  }
}

extension DiagnosticMessage {
  fileprivate static func deadEnd(_ name: String) -> Self {
    Self("GR0303", .warning, "no edge leaves node '\(name)'; add {from: \(name), to: END}")
  }

  fileprivate static func endlessCycle(_ names: [String]) -> Self {
    guard names.count > 1 else { return Self("GR0304", "node '\(names[0])' leads to itself without end") }
    let list = names.map { "'\($0)'" }.joined(separator: ", ")
    return Self("GR0304", "the nodes \(list) form a cycle without an end")
  }
}

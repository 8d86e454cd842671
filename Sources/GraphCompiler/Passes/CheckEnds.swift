internal import GraphDiagnostics
internal import GraphLanguage

/// Finds nodes that no edge leaves, and cycles that no choice and no limit leads out of.
///
/// A vertex can end when it has a way all of whose targets can end; a run that
/// is at a vertex which cannot end goes on for ever, whatever is chosen. A
/// loop limit adds a way: to the loop exit, or over the plain edges, or to END.
struct CheckEnds {
  private let flow: FlowGraph
  private let control: ControlFlow
  private let isReached: [Bool]
  private let brokenJoins: Set<Int>
  private let diagnostics: DiagnosticEngine

  /// Reports dead ends and endless cycles.
  ///
  /// - Parameter brokenJoins: Joins that were reported and so count as if they led to END.
  /// - Complexity: O(nodes + edges).
  static func run(
    _ flow: FlowGraph, _ control: ControlFlow, isReached: [Bool], brokenJoins: Set<Int>, _ diagnostics: DiagnosticEngine
  ) {
    guard !flow.hasUnknownEdges else { return }
    let pass = CheckEnds(
      flow: flow, control: control, isReached: isReached, brokenJoins: brokenJoins, diagnostics: diagnostics)
    pass.reportCycles(canEnd: pass.canEnd())
  }

  /// Says of each vertex whether a run that is there can come to its end, and reports dead ends.
  private func canEnd() -> [Bool] {
    var canEnd = Array(repeating: false, count: control.vertexCount)
    var open: [Int] = []
    var deadEnds: [Int] = []
    var missing = control.owners.indices.map { way in control.targets(of: way).reduce(0) { $0 + ($1 >= 0 ? 1 : 0) } }
    for vertex in 0..<control.vertexCount {
      let ways = control.ways(of: vertex)
      if vertex < control.nodeCount, ways.isEmpty, isReached[vertex], !flow.leadsToUnknown.contains(vertex) {
        deadEnds.append(vertex)
      }
      if ways.isEmpty || flow.leadsToUnknown.contains(vertex) || brokenJoins.contains(vertex)
        || ways.contains(where: { missing[$0] == 0 })
      {
        canEnd[vertex] = true
        open.append(vertex)
      }
    }
    // A source that nobody knows may be the node that an edge is missed of. Where an edge from START is broken, a node
    // without edges is a consequence as likely as not.
    if deadEnds.count > flow.unknownSourceCount {
      let isCertain = control.reach(from: [control.start])
      for node in deadEnds where isCertain[node] {
        diagnostics.report(.deadEnd(flow.written(node).value), at: flow.written(node).span)
      }
    }
    guard open.count < control.vertexCount else { return canEnd }
    let waysBefore = control.waysBefore()
    while let vertex = open.popLast() {
      for way in waysBefore[vertex] {
        missing[way] -= 1
        let owner = control.owners[way]
        guard missing[way] == 0, !canEnd[owner] else { continue }
        canEnd[owner] = true
        open.append(owner)
      }
    }
    return canEnd
  }

  /// Reports the cycles that vertices lead to which cannot end.
  private func reportCycles(canEnd: [Bool]) {
    let isEndless = canEnd.indices.map { !canEnd[$0] && isReached[$0] }
    guard isEndless.contains(true) else { return }
    func successors(_ vertex: Int) -> ArraySlice<Int> {
      isEndless[vertex] ? control.successors(of: vertex).filter { $0 >= 0 && isEndless[$0] }[...] : []
    }
    for component in StronglyConnectedComponents.find(count: control.vertexCount, successors: successors) {
      let members = Set(component)
      // What leads on into another such cycle is a consequence of that one.
      guard isEndless[component[0]], component.allSatisfy({ successors($0).allSatisfy(members.contains) }) else {
        continue
      }
      report(Self.shortestCycle(through: component[0], successors).filter { $0 < control.nodeCount })
    }
  }

  /// A shortest cycle through a vertex that is on one.
  private static func shortestCycle(through first: Int, _ successors: (Int) -> ArraySlice<Int>) -> [Int] {
    var predecessors: [Int: Int] = [:]
    var open = [first]
    var next = 0
    while next < open.count {
      let vertex = open[next]
      next += 1
      for target in successors(vertex) {
        if target == first {
          var path = [vertex]
          while let last = path.last, last != first, let before = predecessors[last] { path.append(before) }
          return path.reversed()
        }
        if predecessors[target] == nil {
          predecessors[target] = vertex
          open.append(target)
        }
      }
    }
    return [first]
  }

  private func report(_ cycle: [Int]) {
    var seen: Set<String> = []
    let written = cycle.map { flow.written($0) }.filter { seen.insert($0.value).inserted }
    let name = written[0].value
    let names = written.prefix(12).map { "'\($0.value)'" }.joined(separator: ", ")
    let limited = cycle.first { flow.loopLimits[$0] != nil && flow.loopExits[$0] == nil }
    let advice =
      if let limited {
        "the loop limit of '\(flow.name(limited))' does not end it, because control then goes over its edge without a "
          + "condition; give '\(flow.name(limited))' an entry under 'loop_exits'"
      } else {
        "give a node of it an edge with a condition that leads out, or '\(name)' an entry under 'loop_limits' and one "
          + "under 'loop_exits'"
      }
    diagnostics.report(
      written.count == 1
        ? .endlessNode(name)
        : .endlessCycle(
          written.count > 12 ? "\(names) and \(written.count - 12) more" : names, written.map(\.value)),
      at: written[0].span,
      notes: [Diagnostic.Note(advice)])
  }
}

extension DiagnosticMessage {
  fileprivate static func deadEnd(_ name: String) -> Self {
    Self("GR0303", .warning, "no edge leaves node '\(name)'; add {from: \(name), to: END}", bearing: .deadEnd(name))
  }

  fileprivate static func endlessNode(_ name: String) -> Self {
    Self("GR0304", "node '\(name)' leads to itself without end", bearing: .endless([name]))
  }

  fileprivate static func endlessCycle(_ names: String, _ nodes: [String]) -> Self {
    Self("GR0304", "the nodes \(names) form a cycle without an end", bearing: .endless(nodes))
  }
}

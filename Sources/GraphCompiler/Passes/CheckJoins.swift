internal import GraphDiagnostics
internal import GraphLanguage

/// Finds edges that wait for nodes which never all run.
struct CheckJoins {
  private let flow: FlowGraph
  private let control: ControlFlow
  private let isOnCycle: [Bool]
  private let tree: DominatorTree

  /// Reports joins whose sources are never reached, come only after the join itself, or exclude each other.
  ///
  /// - Returns: The vertices of those joins.
  static func run(
    _ flow: FlowGraph, _ control: ControlFlow, isReached: [Bool], isOnCycle: [Bool], _ diagnostics: DiagnosticEngine
  ) -> Set<Int> {
    guard !control.joinEdges.isEmpty, !flow.hasUnknownEdges, flow.leadsToUnknown.isEmpty, flow.ledByUnknown.isEmpty,
      !flow.entries.isEmpty
    else { return [] }
    var broken: Set<Int> = []
    let pass = CheckJoins(flow: flow, control: control, isOnCycle: isOnCycle, tree: DominatorTree(control))
    for (offset, index) in control.joinEdges.enumerated() {
      let edge = flow.edges[index]
      let join = control.nodeCount + 1 + offset
      let count = diagnostics.count
      // A join of which no source is reached is unreachable, not unfinished.
      guard isReached[join] else { continue }
      if let missing = edge.sources.first(where: { !isReached[$0] }) {
        report(edge, .joinOfUnreached(flow.name(missing)), [], diagnostics)
      } else if let source = edge.sources.first(where: { pass.tree.dominates(join, $0) }) {
        report(edge, .joinAfterItself(flow.name(source), flow.names(edge.targets)), [], diagnostics)
      } else if let (left, right, choice) = pass.alternatives(edge) {
        let place = choice == control.start ? FlowGraph.start : choice
        report(
          edge, .joinOfAlternatives(flow.names([left, right])),
          [Diagnostic.Note("the choice is made after '\(flow.name(place))'", at: pass.choiceSpan(place))], diagnostics)
      }
      if diagnostics.count > count { broken.insert(join) }
    }
    return broken
  }

  private static func report(
    _ edge: FlowGraph.Edge, _ message: DiagnosticMessage, _ notes: [Diagnostic.Note], _ diagnostics: DiagnosticEngine
  ) {
    let first = edge.document.from.first?.span ?? edge.document.span
    let last = edge.document.from.last?.span ?? edge.document.span
    let span = SourceSpan(first.file, ByteRange(first.range.lowerBound, last.range.upperBound))
    diagnostics.report(message, at: span, notes: notes)
  }

  /// Two sources that are reached only by different ways of one choice that is made once, with that choice.
  private func alternatives(_ edge: FlowGraph.Edge) -> (left: Int, right: Int, choice: Int)? {
    for (position, left) in edge.sources.enumerated() {
      // Edges that wait for very many nodes are compared in part, so that the time stays in bounds.
      for right in edge.sources[(position + 1)...].prefix(16) {
        let fork = tree.fork(left, right)
        let isChoice = fork.point < tree.firstWay && fork.left >= tree.firstWay && fork.right >= tree.firstWay
        if isChoice, runsOnce(fork.point) { return (left, right, fork.point) }
      }
    }
    return nil
  }

  private func choiceSpan(_ node: Int) -> SourceSpan? {
    let indices = flow.edges(from: node)
    let choice = indices.first { flow.edges[$0].document.form != .plain }
    return choice.map { flow.edges[$0].document.span }
  }

  // MARK: - Nodes that run once

  /// Whether a vertex certainly runs at most once in a run, so that what it chooses is chosen for good.
  private func runsOnce(_ vertex: Int) -> Bool {
    guard vertex != control.start else { return true }
    guard vertex < control.nodeCount, !isOnCycle[vertex] else { return false }
    let before = control.waysBefore()
    var isBefore = Array(repeating: false, count: control.vertexCount)
    var open = [vertex]
    isBefore[vertex] = true
    while let point = open.popLast() {
      for way in before[point] where !isBefore[control.owners[way]] {
        isBefore[control.owners[way]] = true
        open.append(control.owners[way])
      }
    }
    let forks = control.owners.indices.contains { way in
      isBefore[control.owners[way]] && control.targets(of: way).filter { $0 >= 0 && isBefore[$0] }.count > 1
    }
    return !forks || runsInOneStep(vertex, isBefore, before)
  }

  /// Whether all paths to a vertex are equally long, so that all that lead to it reach it in one step.
  private func runsInOneStep(_ vertex: Int, _ isBefore: [Bool], _ before: [[Int]]) -> Bool {
    var missing = before.map(\.count)
    for way in control.owners.indices where !isBefore[control.owners[way]] {
      for target in control.targets(of: way) where target >= 0 { missing[target] -= 1 }
    }
    var shortest = Array(repeating: Int.max, count: control.vertexCount)
    var longest = Array(repeating: 0, count: control.vertexCount)
    shortest[control.start] = 0
    var open = [control.start]
    while let point = open.popLast() {
      if point == vertex { return shortest[point] == longest[point] }
      for target in control.successors(of: point) where target >= 0 && isBefore[target] {
        // A join is no step of its own, and waits for the last of its sources.
        let isJoin = target > control.start
        let length = isJoin ? 0 : 1
        shortest[target] =
          isJoin && shortest[target] < .max
          ? max(shortest[target], shortest[point]) : min(shortest[target], shortest[point] + length)
        longest[target] = max(longest[target], longest[point] + length)
        missing[target] -= 1
        if missing[target] == 0 { open.append(target) }
      }
    }
    // A cycle stands before it.
    return false
  }
}

extension DiagnosticMessage {
  fileprivate static func joinOfUnreached(_ name: String) -> Self {
    Self("GR0305", "the edge waits for '\(name)', which is never reached, and so is never followed", bearing: .itself)
  }

  fileprivate static func joinAfterItself(_ source: String, _ targets: String) -> Self {
    Self(
      "GR0305", "the edge waits for '\(source)', which runs only after \(targets), and so is never followed",
      bearing: .itself)
  }

  fileprivate static func joinOfAlternatives(_ names: String) -> Self {
    Self(
      "GR0305", "the edge waits for \(names), of which only one is ever run, and so is never followed", bearing: .itself
    )
  }
}

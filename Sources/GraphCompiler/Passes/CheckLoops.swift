internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Finds cycles that have a way out which is never taken once they have come round.
///
/// A loop limit ends its loop over the node's loop exit. Without one, control goes on over the edge without a condition,
/// and where that leads back, the loop goes on without the node. And a condition comes out the same each time, where no
/// node of the loop writes what it looks at.
struct CheckLoops {
  private let keys: KeyFlow
  private let document: GraphDocument
  private let diagnostics: DiagnosticEngine

  private var control: ControlFlow { keys.net.control }
  private var flow: FlowGraph { keys.flow }

  /// Reports loops that do not end.
  ///
  /// - Complexity: O(nodes + edges + uses of keys).
  static func run(
    _ keys: KeyFlow, _ cycles: [[Int]], _ document: GraphDocument, _ diagnostics: DiagnosticEngine
  ) {
    // Beside other branches, what a condition looks at may be written by one of them.
    guard !cycles.isEmpty, keys.net.isSequential, !flow(keys).hasUnknownEdges, flow(keys).leadsToUnknown.isEmpty
    else { return }
    let pass = CheckLoops(keys: keys, document: document, diagnostics: diagnostics)
    for cycle in cycles where keys.net.isReached[cycle[0]] { pass.check(cycle) }
  }

  private static func flow(_ keys: KeyFlow) -> FlowGraph { keys.flow }

  private func check(_ cycle: [Int]) {
    // An exit says that a limit is meant, and one without a limit was reported.
    guard cycle.allSatisfy({ flow.loopExits[$0] == nil || flow.loopLimits[$0] != nil }) else { return }
    let members = Set(cycle)
    let limited = cycle.filter { flow.loopLimits[$0] != nil }
    // A limit that leads out ends the loop, whatever the others do.
    guard limited.allSatisfy({ node in control.ways(of: node).allSatisfy { control.reasons[$0] != .limit } }) else {
      return
    }
    let working = cycle.filter { flow.loopLimits[$0] == nil }
    let isKnown = working.allSatisfy { node in
      keys.uses.behaviours[node].isDisjoint(with: .writesAnything)
        && flow.vertices[node].document?.policies.checks.isEmpty ?? false
    }
    guard isKnown else { return }
    if limited.isEmpty {
      checkConditions(cycle, members)
    } else {
      checkLimits(limited, working, members)
    }
  }

  // MARK: - Conditions

  /// Reports a loop that its conditions either leave in the first round or never.
  private func checkConditions(_ cycle: [Int], _ members: Set<Int>) {
    let choosing = cycle.filter { control.ways(of: $0).count > 1 }
    guard !choosing.isEmpty, choosing.allSatisfy({ isFixed($0, members) }),
      let exit = choosing.first(where: { node in
        control.ways(of: node).contains { way in !control.targets(of: way).contains(where: members.contains) }
      }),
      let (path, condition) = condition(of: exit)
    else { return }
    let name = flow.name(exit)
    diagnostics.report(
      .neverLeft(flow.names(cycle.sorted()), path, cycle.map(flow.name)), at: condition,
      notes: [
        Diagnostic.Note(
          "once control comes back to '\(name)', it does so for ever; the condition has to look at what the loop changes"
        )
      ])
  }

  /// Whether a node chooses the same way each time that a loop comes round.
  private func isFixed(_ node: Int, _ members: Set<Int>) -> Bool {
    guard flow.routerTargets[node] == nil, let slots = keys.uses.decisionKeys[node] else { return false }
    return slots.allSatisfy { slot in
      guard let slot else { return false }
      return !keys.uses.writes[slot].contains { members.contains($0.node) }
    }
  }

  /// The key that a node's first condition looks at, and where.
  private func condition(of node: Int) -> (name: String, span: SourceSpan)? {
    for edge in flow.edges(from: node) {
      if let path = flow.edges[edge].document.condition?.paths.first { return (path.root, path.span) }
    }
    return nil
  }

  // MARK: - Limits

  /// Reports limits behind which the loop goes on.
  private func checkLimits(_ limited: [Int], _ working: [Int], _ members: Set<Int>) {
    let running = Set(working)
    // In a ring, whoever chooses has chosen to stay in it before.
    let isRing = members.allSatisfy { node in
      Set(control.successors(of: node).filter { members.contains($0) }).count == 1
    }
    func ways(of node: Int) -> [Int] {
      let all = Array(control.ways(of: node))
      if !running.contains(node) { return all.filter { control.reasons[$0] == .otherwise } }
      guard isRing, all.count > 1, isFixed(node, running) else { return all }
      return all.filter { way in control.targets(of: way).contains(where: members.contains) }
    }
    func leaves(_ way: Int) -> Bool { !control.targets(of: way).contains(where: members.contains) }
    guard let first = limited.first, limited.allSatisfy({ !ways(of: $0).isEmpty }),
      !members.contains(where: { node in ways(of: node).contains(where: leaves) })
    else { return }
    let target = control.successors(of: first).first { members.contains($0) && $0 < control.nodeCount }
    let place = document.loopLimits.first { $0.node.value == flow.name(first) }?.node.span
    diagnostics.report(
      .limitWithoutEnd(flow.name(first), members.map(flow.name).sorted()), at: place ?? flow.vertices[first].name.span,
      notes: [
        Diagnostic.Note(
          "at the limit, control goes on"
            + (target.map { " to '\(flow.name($0))'" } ?? "") + " over the edge without a condition, and comes back; "
            + "give '\(flow.name(first))' an entry under 'loop_exits'")
      ])
  }
}

extension DiagnosticMessage {
  fileprivate static func neverLeft(_ names: String, _ key: String, _ nodes: [String]) -> Self {
    Self(
      "GR0332", .warning, "the loop of \(names) never ends once it comes round: nothing in it writes '\(key)'",
      bearing: .loop(nodes))
  }

  fileprivate static func limitWithoutEnd(_ node: String, _ nodes: [String]) -> Self {
    Self("GR0333", .warning, "the loop limit of '\(node)' does not end its loop", bearing: .loop(nodes))
  }
}

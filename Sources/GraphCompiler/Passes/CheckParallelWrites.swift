internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Finds nodes that write one key in one step, where no reducer brings their values together.
///
/// What certainly happens is an error: both nodes are so many steps behind one fan-out, and nothing is chosen on the
/// way. What may happen is a warning, and only where a run was found in which it does.
struct CheckParallelWrites {
  private let keys: KeyFlow
  private let diagnostics: DiagnosticEngine

  /// The keys that some certain writers have, by node.
  private var slots: [Int: [KeyUses.Write]] = [:]

  /// Two writes to one key by nodes that are due together.
  private struct Conflict {
    let slot: Int
    let left: KeyUses.Write
    let right: KeyUses.Write
  }

  /// The keys that were reported, each with two of their writers.
  private var reported: Set<Int> = []

  /// Reports nodes that write one key in one step.
  static func run(_ keys: KeyFlow, _ explorer: inout RunExplorer, _ diagnostics: DiagnosticEngine) {
    guard !keys.net.isSequential else { return }
    var pass = CheckParallelWrites(keys: keys, diagnostics: diagnostics)
    let candidates = pass.gatherWriters()
    guard !candidates.isEmpty else { return }
    pass.checkForcedSteps()
    pass.explore(candidates, &explorer)
  }

  private init(keys: KeyFlow, diagnostics: DiagnosticEngine) {
    self.keys = keys
    self.diagnostics = diagnostics
  }

  /// Finds keys that two nodes replace.
  private mutating func gatherWriters() -> [Int] {
    var candidates: [Int] = []
    for (slot, writes) in keys.uses.writes.enumerated() where writes.count > 1 {
      guard keys.schema.slots[slot].reducer == .replace, keys.schema.slots[slot].reserved == nil else { continue }
      let certain = writes.filter { write in
        keys.net.isReached[write.node] && !(keys.uses.declaration(write)?.isConditional ?? true)
      }
      guard certain.count > 1 else { continue }
      candidates.append(slot)
      for write in certain { slots[write.node, default: []].append(write) }
    }
    return candidates
  }

  private func slot(_ write: KeyUses.Write) -> Int? {
    keys.uses.declaration(write).flatMap { keys.schema.index(of: $0.key.value) }
  }

  /// The pairs of writes to one key among nodes that are due together, of keys that were not reported.
  private func conflicts(_ due: [Int]) -> [Conflict] {
    guard due.count > 1 else { return [] }
    var first: [Int: KeyUses.Write] = [:]
    var found: [Conflict] = []
    for node in due {
      for write in slots[node] ?? [] {
        guard let slot = slot(write), !reported.contains(slot) else { continue }
        if let other = first[slot], other.node != node {
          found.append(Conflict(slot: slot, left: other, right: write))
        } else {
          first[slot] = write
        }
      }
    }
    return found
  }

  // MARK: - What certainly happens

  /// The most steps behind a fan-out that are looked at.
  private static let horizon = 256

  private mutating func checkForcedSteps() {
    let control = keys.net.control
    for vertex in keys.net.order {
      for way in control.ways(of: vertex) where control.targets(of: way).count > 1 {
        var due = nodes(Array(control.targets(of: way)))
        var steps = 0
        while due.count > 1, steps < Self.horizon {
          for conflict in conflicts(due)
          where [conflict.left, conflict.right].allSatisfy({ isCertain($0, among: due) }) {
            guard reported.insert(conflict.slot).inserted else { continue }
            report(.writtenTogether(name(conflict.slot), names(conflict).0, names(conflict).1), conflict, note: nil)
          }
          due = nodes(due.flatMap { forcedTargets(of: $0) })
          steps += 1
        }
      }
    }
  }

  private func nodes(_ targets: [Int]) -> [Int] {
    Set(targets.filter { $0 >= 0 && $0 < keys.net.control.nodeCount }).sorted()
  }

  /// Where control certainly goes from a node; joins wait for others.
  private func forcedTargets(of node: Int) -> [Int] {
    let ways = keys.net.control.ways(of: node)
    guard ways.count == 1, let way = ways.first, keys.flow.loopLimits[node] == nil else { return [] }
    return Array(keys.net.control.targets(of: way))
  }

  /// Whether a node writes each time it is due together with others.
  private func isCertain(_ write: KeyUses.Write, among due: [Int]) -> Bool {
    keys.uses.isCertain(write) && keys.flow.loopLimits[write.node] == nil && mayRun(write, among: due)
  }

  /// Whether a node is not skipped for its result, which none but the nodes of its step could have written by then.
  private func mayRun(_ write: KeyUses.Write, among due: [Int]) -> Bool {
    guard keys.uses.behaviours[write.node].contains(.mayBeSkipped), let slot = slot(write) else { return true }
    return !keys.mayBeWritten(slot, at: write.node, besides: due)
  }

  // MARK: - What may happen

  private mutating func explore(_ candidates: [Int], _ explorer: inout RunExplorer) {
    let leads = leadingToFanOuts(candidates)
    let leadsToWriter = keys.net.leading(to: slots.keys, around: { _ in false })
    var found: [(conflict: Conflict, index: Int)] = []
    var seen: Set<Int> = []
    let pass = self
    _ = explorer.search(
      isWorthwhile: { due, joins in
        let active = due + joins
        return active.contains { leads[$0] } || active.count(where: { leadsToWriter[$0] }) > 1
      },
      visit: { index, moment in
        for conflict in pass.conflicts(moment.due) where !seen.contains(conflict.slot) {
          guard [conflict.left, conflict.right].allSatisfy({ pass.mayRun($0, among: moment.due) }) else { continue }
          seen.insert(conflict.slot)
          found.append((conflict, index))
        }
        return .goOn
      })
    for (conflict, index) in found {
      let paths = [conflict.left, conflict.right].map { keys.text(of: explorer.path(to: $0.node, at: index)) }
      report(
        .perhapsWrittenTogether(name(conflict.slot), names(conflict).0, names(conflict).1), conflict,
        note: "they are due together here: \(paths[0]), and \(paths[1])")
    }
  }

  /// The vertices that lead to a fan-out whose branches both lead to writers of one of some keys.
  private func leadingToFanOuts(_ candidates: [Int]) -> [Bool] {
    let control = keys.net.control
    var owners: Set<Int> = []
    for first in stride(from: 0, to: candidates.count, by: 64) {
      var bits = Array(repeating: UInt64(0), count: control.vertexCount)
      for (bit, slot) in candidates[first..<min(first + 64, candidates.count)].enumerated() {
        for write in keys.uses.writes[slot] { bits[write.node] |= 1 << bit }
      }
      let ahead = KeyAvailability.reachable(keys.net, bits)
      for vertex in keys.net.order {
        for way in control.ways(of: vertex) where control.targets(of: way).count > 1 {
          var once: UInt64 = 0
          var twice: UInt64 = 0
          for target in control.targets(of: way) where target >= 0 {
            twice |= once & ahead[target]
            once |= ahead[target]
          }
          if twice != 0 { owners.insert(vertex) }
        }
      }
    }
    return keys.net.leading(to: owners, around: { _ in false })
  }

  // MARK: - Reports

  private func name(_ slot: Int) -> String { keys.schema.slots[slot].name }

  private func names(_ conflict: Conflict) -> (String, String) {
    (keys.name(conflict.left.node), keys.name(conflict.right.node))
  }

  private func report(_ message: DiagnosticMessage, _ conflict: Conflict, note: String?) {
    let notes =
      [
        Diagnostic.Note("node '\(keys.name(conflict.left.node))' writes it here", at: place(conflict.left)),
        note.map { Diagnostic.Note($0) },
        Diagnostic.Note("give the key a reducer such as 'append' under 'state', or each node a key of its own"),
      ].compactMap { $0 }
    diagnostics.report(message, at: place(conflict.right), notes: notes)
  }

  private func place(_ write: KeyUses.Write) -> SourceSpan? { keys.uses.declaration(write)?.key.span }
}

extension DiagnosticMessage {
  fileprivate static func writtenTogether(_ key: String, _ first: String, _ second: String) -> Self {
    Self("GR0405", "nodes '\(first)' and '\(second)' write '\(key)' in one step", bearing: .flow(of: key))
  }

  fileprivate static func perhapsWrittenTogether(_ key: String, _ first: String, _ second: String) -> Self {
    Self("GR0406", .warning, "nodes '\(first)' and '\(second)' may write '\(key)' in one step", bearing: .flow(of: key))
  }
}

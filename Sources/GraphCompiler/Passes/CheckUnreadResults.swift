internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Finds results that are written anew before anybody can have read them.
///
/// Whatever is in the state at the end of a run is read by whoever started it, so a result counts as lost only where
/// every way from its node comes to another one that certainly replaces it, and no reader, no question to a person and
/// no end stands before that. Nodes that do more than write their keys are left alone, and so are those that stream.
struct CheckUnreadResults {
  private let keys: KeyFlow
  private let diagnostics: DiagnosticEngine

  /// Reports results that nobody reads.
  static func run(_ keys: KeyFlow, _ diagnostics: DiagnosticEngine) {
    let pass = CheckUnreadResults(keys: keys, diagnostics: diagnostics)
    let candidates = keys.schema.slots.indices.filter { slot in
      let writes = keys.uses.writes[slot]
      return writes.count > 1 && keys.schema.slots[slot].reducer == .replace
        && keys.schema.slots[slot].reserved == nil && writes.contains(where: pass.mayBeUseless)
    }
    for first in stride(from: 0, to: candidates.count, by: 64) {
      pass.check(Array(candidates[first..<min(first + 64, candidates.count)]))
    }
  }

  /// Whether a node is of no use when nobody reads what it writes.
  private func mayBeUseless(_ write: KeyUses.Write) -> Bool {
    guard keys.net.isReached[write.node], let declaration = keys.flow.vertices[write.node].declaration,
      let declared = keys.uses.declaration(write)
    else { return false }
    return !declaration.hasEffects && !declaration.streams && declaration.router == nil && !declared.isConditional
      // A constant is a beginning that somebody wanted to be there.
      && declared.constant == nil
      // Another key of the node may be what it is for.
      && declaration.writes.count == 1
  }

  private func check(_ slots: [Int]) {
    let control = keys.net.control
    let count = control.vertexCount
    var reads = Array(repeating: UInt64(0), count: count)
    var readsBehind = Array(repeating: UInt64(0), count: count)
    var replaces = Array(repeating: UInt64(0), count: count)
    for (node, behaviour) in keys.uses.behaviours.enumerated() where behaviour.contains(.readsAnything) {
      reads[node] = .max
    }
    for (bit, slot) in slots.enumerated() {
      for read in keys.uses.reads[slot] {
        if read.isBehind { readsBehind[read.vertex] |= 1 << bit } else { reads[read.vertex] |= 1 << bit }
      }
      for node in keys.uses.guardedKeys where node.value.contains(slot) { reads[node.key] |= 1 << bit }
      for write in keys.uses.writes[slot]
      where keys.uses.isCertain(write) && !keys.uses.behaviours[write.node].contains(.mayBeSkipped) {
        replaces[write.node] |= 1 << bit
      }
    }
    let live = liveBehind(reads, readsBehind, replaces)
    let beside = readBeside(zip(reads, readsBehind).map { $0 | $1 })
    for (bit, slot) in slots.enumerated() {
      for write in keys.uses.writes[slot] where mayBeUseless(write) {
        guard (live[write.node] | beside[write.node]) & 1 << bit == 0 else { continue }
        report(write, slot, replacedBy: { replaces[$0] & 1 << bit != 0 })
      }
    }
  }

  /// The keys whose values behind each vertex may still be read.
  private func liveBehind(_ reads: [UInt64], _ readsBehind: [UInt64], _ replaces: [UInt64]) -> [UInt64] {
    let control = keys.net.control
    var behind = Array(repeating: UInt64(0), count: control.vertexCount)
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for vertex in keys.net.order.reversed() {
        let ways = control.ways(of: vertex)
        var live = readsBehind[vertex] | (ways.isEmpty ? .max : 0)
        for target in control.successors(of: vertex) {
          live |= target < 0 ? .max : reads[target] | (behind[target] & ~replaces[target])
        }
        guard live != behind[vertex] else { continue }
        behind[vertex] = live
        hasChanged = true
      }
    }
    return behind
  }

  /// The keys that may be read beside each vertex, in another branch of a fan-out.
  private func readBeside(_ reads: [UInt64]) -> [UInt64] {
    let control = keys.net.control
    var beside = Array(repeating: UInt64(0), count: control.vertexCount)
    guard !keys.net.isSequential else { return beside }
    let ahead = KeyAvailability.reachable(keys.net, reads)
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for vertex in keys.net.order {
        for way in control.ways(of: vertex) {
          let targets = control.targets(of: way)
          for (place, target) in targets.enumerated() where target >= 0 {
            var value = beside[vertex]
            for (other, sibling) in targets.enumerated() where other != place {
              // A branch that ends may be the end of the run.
              value |= sibling >= 0 ? ahead[sibling] : 0
            }
            guard beside[target] | value != beside[target] else { continue }
            beside[target] |= value
            hasChanged = true
          }
        }
      }
    }
    return beside
  }

  private func report(_ write: KeyUses.Write, _ slot: Int, replacedBy isReplacing: (Int) -> Bool) {
    let control = keys.net.control
    var isSeen: Set<Int> = [write.node]
    var open = [write.node]
    var next = 0
    var replacing: KeyUses.Write?
    search: while next < open.count {
      for target in control.successors(of: open[next]) where target >= 0 && isSeen.insert(target).inserted {
        if target < control.nodeCount, isReplacing(target) {
          replacing = keys.uses.writes[slot].first { $0.node == target }
          break search
        }
        open.append(target)
      }
      next += 1
    }
    // Only a node that replaces its own result is left, in a loop without an end, which was reported.
    guard let replacing, let declared = keys.uses.declaration(write) else { return }
    diagnostics.report(
      .neverRead(keys.schema.slots[slot].name, keys.name(write.node)), at: declared.key.span,
      notes: [
        Diagnostic.Note(
          "node '\(keys.name(replacing.node))' writes it anew here", at: keys.uses.declaration(replacing)?.key.span)
      ])
  }
}

extension DiagnosticMessage {
  fileprivate static func neverRead(_ key: String, _ node: String) -> Self {
    Self(
      "GR0407", .warning, "nobody reads the '\(key)' of node '\(node)' before it is written anew",
      bearing: .flow(of: key))
  }
}

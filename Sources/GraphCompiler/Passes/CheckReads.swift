internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Finds keys that are read before any node has written them, or written on some ways to the reader only.
///
/// Only readers count that certainly fail without a value. Whatever a caller may be meant to give is not missed: keys
/// that no node writes, keys that a node makes anew from their old value, and declared keys that every run needs before
/// anybody can have written them.
struct CheckReads {
  private let keys: KeyFlow
  private let neededFirst: [Int: Set<Int>]
  private let diagnostics: DiagnosticEngine

  /// A read of which it is not certain that the key has been written.
  private struct Open {
    let read: KeyUses.Read
    /// Whether some way to it writes the key.
    let isPossible: Bool
  }

  /// Reports what may not have been written.
  ///
  /// - Parameter isDoubtful: Whether a key may be written by a part of the file that cannot be read.
  /// - Returns: The keys that nodes write and a caller has to give all the same.
  static func run(
    _ keys: KeyFlow, isDoubtful: (String) -> Bool, _ explorer: inout RunExplorer, _ diagnostics: DiagnosticEngine
  ) -> Set<Int> {
    let open = openReads(keys, isDoubtful)
    guard !open.isEmpty else { return [] }
    let pass = CheckReads(keys: keys, neededFirst: keys.neededFirst(), diagnostics: diagnostics)
    var required: Set<Int> = []
    for (slot, reads) in open where pass.check(slot, reads, &explorer) { required.insert(slot) }
    return required
  }

  // MARK: - Reads that are not certain

  private static func openReads(_ keys: KeyFlow, _ isDoubtful: (String) -> Bool) -> [(slot: Int, reads: [Open])] {
    let (uses, net) = (keys.uses, keys.net)
    let candidates = keys.schema.slots.indices.filter { slot in
      !uses.isPreset[slot] && !uses.writes[slot].isEmpty && uses.reads[slot].contains(where: \.needsValue)
        // A node that is never reached was reported as that.
        && uses.writes[slot].allSatisfy { net.isReached[$0.node] } && !isDoubtful(keys.schema.slots[slot].name)
    }
    guard !candidates.isEmpty else { return [] }
    let tree = DominatorTree(net.control)
    let rest = candidates.filter { slot in
      let certain = uses.writes[slot].prefix(8).filter { uses.isCertain($0) }.map(\.node)
      return !uses.reads[slot].allSatisfy { read in
        !read.needsValue || !net.isReached[read.vertex] || comesBefore(certain, read, net, tree)
      }
    }
    var open: [(slot: Int, reads: [Open])] = []
    for first in stride(from: 0, to: rest.count, by: 64) {
      let slots = Array(rest[first..<min(first + 64, rest.count)])
      let readers = slots.flatMap { slot in
        uses.reads[slot].filter { $0.needsValue && net.isReached[$0.vertex] }.map(\.vertex)
      }
      let writes = keys.writes(of: slots)
      let certain = KeyAvailability(net, writes, readers: readers).certain
      // What is possible is asked only of what is not certain, which is seldom.
      var possible: [UInt64]?
      for (bit, slot) in slots.enumerated() {
        let reads = uses.reads[slot].compactMap { read -> Open? in
          guard read.needsValue, net.isReached[read.vertex] else { return nil }
          let own = read.isBehind ? uses.writes[slot].first { $0.node == read.vertex } : nil
          guard certain[read.vertex] & 1 << bit == 0, !(own.map(uses.isCertain) ?? false) else {
            return nil
          }
          let known = possible ?? KeyAvailability.possible(net, writes)
          possible = known
          return Open(read: read, isPossible: own != nil || known[read.vertex] & 1 << bit != 0)
        }
        if !reads.isEmpty { open.append((slot, reads)) }
      }
    }
    return open
  }

  /// Whether one of some writers has certainly run by the time of a read, as far as the tree of dominators shows it.
  ///
  /// What it does not show is left to the analysis of availability, which costs more.
  private static func comesBefore(
    _ writers: [Int], _ read: KeyUses.Read, _ net: StepNet, _ tree: DominatorTree
  ) -> Bool {
    if writers.contains(where: { $0 == read.vertex ? read.isBehind : tree.dominates($0, read.vertex) }) { return true }
    guard !net.isSequential else { return false }
    var vertex = read.vertex
    for _ in 0..<4 {
      guard let above = tree.vertex(above: vertex) else { return false }
      // Behind a join, all of its sources have run.
      if above > net.control.start,
        net.sources(of: above).contains(where: { source in writers.contains { tree.dominates($0, source) } })
      {
        return true
      }
      vertex = above
    }
    return false
  }

  // MARK: - One key

  /// Looks at the open reads of a key.
  ///
  /// - Returns: Whether a caller has to give the key.
  private func check(_ slot: Int, _ reads: [Open], _ explorer: inout RunExplorer) -> Bool {
    let isFirst = reads.contains { neededFirst[$0.read.vertex]?.contains(slot) ?? false }
    guard keys.isDeclared[slot] else {
      if let open = firstRead(reads.filter { !$0.isPossible || isNeededFirst($0, slot) }) {
        report(.readBeforeWritten(name(slot)), open.read, slot, notes: [.declaring(name(slot))])
      } else {
        explore(slot, reads, &explorer)
      }
      return false
    }
    // A node that makes the key's value out of the old one begins with that of the caller, and so does START.
    let isUpdated =
      reads.contains { $0.read.vertex == keys.net.control.start }
      || keys.uses.writes[slot].contains { write in
        keys.uses.reads[slot].contains { $0.vertex == write.node && !$0.isBehind }
      }
    if isUpdated { return isFirst }
    if let open = firstRead(reads.filter { !$0.isPossible && !isRequired(slot, at: $0.read.vertex) }) {
      report(
        .readBeforeWriter(name(slot), keys.name(keys.uses.writes[slot][0].node)), open.read, slot,
        notes: [.requiring(name(slot), keys.name(open.read.vertex))])
    } else if !isFirst {
      explore(slot, reads.filter(\.isPossible), &explorer)
    }
    return isFirst
  }

  private func name(_ slot: Int) -> String { keys.schema.slots[slot].name }

  private func isNeededFirst(_ open: Open, _ slot: Int) -> Bool {
    neededFirst[open.read.vertex]?.contains(slot) ?? false
  }

  private func isRequired(_ slot: Int, at vertex: Int) -> Bool {
    vertex < keys.net.control.nodeCount
      && keys.flow.vertices[vertex].document?.requires.contains { $0.value == name(slot) } ?? false
  }

  /// The first of some reads in the order of control.
  private func firstRead(_ reads: [Open]) -> Open? {
    guard reads.count > 1 else { return reads.first }
    var place = Array(repeating: Int.max, count: keys.net.control.vertexCount)
    for (index, vertex) in keys.net.order.enumerated() { place[vertex] = index }
    return reads.min { place[$0.read.vertex] < place[$1.read.vertex] }
  }

  // MARK: - Runs that miss a key

  private func explore(_ slot: Int, _ reads: [Open], _ explorer: inout RunExplorer) {
    let uses = keys.uses
    var pending = reads.map(\.read).filter { read in
      read.vertex >= keys.net.control.nodeCount
        || uses.guardedKeys[read.vertex] == nil && !uses.behaviours[read.vertex].contains(.mayBeLeftOut)
    }
    guard !pending.isEmpty else { return }
    let writers = keys.writers(of: slot)
    let isLeading = keys.net.leading(to: pending.map(\.vertex)) { writers[$0] == false }
    explorer.spend(isLeading.count / 8)
    // Without the key, no run goes on behind a reader that needs it; behind one that asks for it, it is there.
    let ends = keys.endsWithout(slot)
    var found: [(read: KeyUses.Read, index: Int)] = []
    _ = explorer.search(
      isWorthwhile: { due, joins in
        due.contains { isLeading[$0] } || joins.contains { isLeading[$0] }
      },
      visit: { index, moment in
        for vertex in moment.due {
          let ready = pending.filter { $0.vertex == vertex && !($0.isBehind && writers[vertex] == false) }
          if let read = ready.first { found.append((read, index)) }
          if !ready.isEmpty { pending.removeAll { $0.vertex == vertex } }
        }
        if pending.isEmpty { return .stop }
        return moment.due.contains { writers[$0] == false || ends.contains($0) } ? .giveUp : .goOn
      })
    for (read, index) in found { report(read, slot, explorer.path(to: read.vertex, at: index), writers) }
  }

  private func report(_ read: KeyUses.Read, _ slot: Int, _ path: [Int], _ writers: [Int: Bool]) {
    let shown = path.filter { $0 < keys.net.control.nodeCount }
    let tolerant = (read.isBehind ? shown : shown.dropLast()).first { writers[$0] == true }
    let reason = tolerant.map { self.reason(for: $0, slot) } ?? "this path does not write it"
    report(
      .perhapsNotWritten(name(slot), keys.name(read.vertex), isCondition: read.isBehind), read, slot,
      notes: [Diagnostic.Note("\(reason): \(keys.text(of: shown))")])
  }

  /// Why a node that writes a key may not have written it.
  private func reason(for node: Int, _ slot: Int) -> String {
    let omission = keys.uses.writes[slot].first { $0.node == node }.flatMap { keys.uses.declaration($0)?.omission }
    if let omission { return "\(omission); the way there" }
    return "node '\(keys.name(node))' may fail on the way, and 'on_error: skip' goes on without it"
  }

  private func report(
    _ message: DiagnosticMessage, _ read: KeyUses.Read, _ slot: Int, notes: [Diagnostic.Note]
  ) {
    let write = keys.uses.writes[slot][0]
    let place = keys.uses.declaration(write)?.key.span ?? keys.flow.vertices[write.node].name.span
    diagnostics.report(
      message, at: keys.uses.span(of: read),
      notes: [Diagnostic.Note("node '\(keys.name(write.node))' writes it here", at: place)] + notes)
  }
}

extension Diagnostic.Note {
  fileprivate static func declaring(_ key: String) -> Self {
    Self("if a caller is to give it, declare it under 'state', as in '\(key): str'")
  }

  fileprivate static func requiring(_ key: String, _ node: String) -> Self {
    Self("if a caller is to give it, say so at node '\(node)': 'requires: [\(key)]'")
  }
}

extension DiagnosticMessage {
  fileprivate static func readBeforeWritten(_ key: String) -> Self {
    Self("GR0401", "'\(key)' is read before any node has written it", bearing: .flow(of: key))
  }

  fileprivate static func readBeforeWriter(_ key: String, _ node: String) -> Self {
    Self("GR0402", .warning, "'\(key)' is read before node '\(node)' writes it", bearing: .flow(of: key))
  }

  fileprivate static func perhapsNotWritten(_ key: String, _ node: String, isCondition: Bool) -> Self {
    Self(
      "GR0403", .warning,
      isCondition
        ? "'\(key)' may not have been written when this condition is looked at"
        : "'\(key)' may not have been written when node '\(node)' reads it", bearing: .flow(of: key))
  }
}

internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Finds results under a name that is nearly that of a key which somebody declares, reads or writes.
///
/// A name that is written at one place only is its author's choice. It counts as a slip where nothing declares or reads
/// it and one letter makes another key of it that the graph needs, the name of its own node, or the key that a node of
/// another branch writes. Where nodes may read whatever there is, only a declared key counts that nobody writes. A key
/// that nobody writes and that is read up to the node is an input, and another thing than the result.
struct CheckMisnamedResults {
  private let keys: KeyFlow
  private let diagnostics: DiagnosticEngine
  private let declared: Set<String>

  /// Where keys are declared.
  private let places: [String: SourceSpan]

  /// Names that exports and checks of the whole run mention.
  private let used: Set<String>

  /// Whether some node may read keys that it is not known to read.
  private let mayReadAny: Bool

  /// Whether some node may write keys that it is not known to write.
  private let mayWriteAny: Bool

  /// Reports results whose name is probably misspelled.
  ///
  /// - Complexity: O(letters of all keys), and for each name that is near to another one O(ways).
  static func run(_ keys: KeyFlow, _ document: GraphDocument, _ diagnostics: DiagnosticEngine) {
    let pass = CheckMisnamedResults(
      keys: keys, diagnostics: diagnostics, declared: Set(document.state.map(\.name.value)),
      places: Dictionary(document.state.map { ($0.name.value, $0.name.span) }, uniquingKeysWith: { first, _ in first }),
      used: Set(document.exports.map(\.key.value) + document.verification.flatMap { $0.paths.map(\.root) }),
      mayReadAny: keys.uses.behaviours.contains { $0.contains(.readsAnything) },
      mayWriteAny: keys.uses.behaviours.contains { $0.contains(.writesAnything) })
    pass.run()
  }

  private func run() {
    let unread = keys.schema.slots.indices.filter(isUnread)
    let unused = keys.schema.slots.indices.filter(isUnused)
    guard !unread.isEmpty || !unused.isEmpty else { return }
    let names = NearNames(keys.schema.slots.map(\.name), wanted: unread + unused)
    for slot in unused { checkDeclaration(slot, names) }
    var reported: Set<Int> = []
    for slot in unread where !reported.contains(slot) {
      guard let write = keys.uses.writes[slot].first, let span = keys.uses.declaration(write)?.key.span else {
        continue
      }
      let name = keys.schema.slots[slot].name
      let near = names.near(slot).filter { Slip.isLikely(name, for: keys.schema.slots[$0].name) }
      if let meant = near.first(where: { isNeeded($0, behind: write) }) {
        report(name, span, keys.schema.slots[meant].name, [])
      } else if let own = ownName(of: write, name) {
        report(name, span, own, [Diagnostic.Note("'\(own)' is the node's name", at: nodeSpan(write))])
      } else if let other = near.first(where: { isBranch($0, beside: write) }) {
        reported.insert(other)
        let place = keys.uses.writes[other].first.flatMap { keys.uses.declaration($0)?.key.span }
        let text = keys.schema.slots[other].name
        report(
          name, span, text, [Diagnostic.Note("'\(text)' is written here", at: place)],
          also: place.map { [.replace($0, with: name)] } ?? [])
      }
    }
  }

  /// Whether a key is declared, and nothing that is known reads or writes it.
  private func isUnused(_ slot: Int) -> Bool {
    let name = keys.schema.slots[slot].name
    return keys.schema.slots[slot].reserved == nil && declared.contains(name) && !used.contains(name)
      && keys.uses.reads[slot].isEmpty && keys.uses.writes[slot].isEmpty
  }

  /// Reports a declaration that is nearly that of a key which nodes use and nothing declares.
  private func checkDeclaration(_ slot: Int, _ names: NearNames) {
    let name = keys.schema.slots[slot].name
    let near = names.near(slot).first { other in
      let text = keys.schema.slots[other].name
      guard keys.schema.slots[other].reserved == nil, !declared.contains(text), Slip.isLikely(name, for: text),
        let write = keys.uses.writes[other].first
      else { return false }
      // A result that nobody reads is reported where it is named.
      return !keys.uses.reads[other].isEmpty || keys.uses.declaration(write)?.key.span.text != text
    }
    guard let near, let span = places[name] else { return }
    let other = keys.schema.slots[near].name
    let write = keys.uses.writes[near][0]
    diagnostics.report(
      .unusedDeclaration(name), at: span,
      notes: [
        .didYouMean(other),
        Diagnostic.Note(
          "node '\(keys.flow.written(write.node).value)' writes '\(other)', which is not declared",
          at: keys.uses.declaration(write)?.key.span),
      ],
      fixIts: [.replace(span, with: other)])
  }

  private func report(
    _ name: String, _ span: SourceSpan, _ meant: String, _ notes: [Diagnostic.Note], also fixIts: [FixIt] = []
  ) {
    diagnostics.report(
      .misnamedResult(name), at: span, notes: [.didYouMean(meant)] + notes,
      fixIts: [.replace(span, with: meant)] + fixIts)
  }

  /// Whether a key is written once, under a name that is written there, and nobody is known to need it.
  private func isUnread(_ slot: Int) -> Bool {
    let name = keys.schema.slots[slot].name
    guard keys.schema.slots[slot].reserved == nil, !declared.contains(name), !used.contains(name),
      keys.uses.reads[slot].isEmpty, keys.uses.writes[slot].count == 1, let write = keys.uses.writes[slot].first,
      let span = keys.uses.declaration(write)?.key.span
    else { return false }
    return span.text == name
      // The key of a mapping that nobody reads is reported where the mapping is read.
      && keys.flow.vertices[write.node].document?.type.value != "subgraph"
      // A node's own name is not written as a key.
      && nodeSpan(write) != span
  }

  private func nodeSpan(_ write: KeyUses.Write) -> SourceSpan { keys.flow.vertices[write.node].name.span }

  /// Whether somebody declares a key, reads it, or writes it more than once, and it may be the result of a node.
  private func isNeeded(_ slot: Int, behind write: KeyUses.Write) -> Bool {
    guard keys.schema.slots[slot].reserved == nil else { return false }
    let isDeclared = declared.contains(keys.schema.slots[slot].name)
    let writes = keys.uses.writes[slot]
    // A key that is declared and never written is nearly always written under a name that is not declared.
    if mayReadAny { return isDeclared && !mayWriteAny && writes.isEmpty && !isRead(slot, upTo: write.node) }
    let reads = keys.uses.reads[slot]
    guard writes.isEmpty, !reads.isEmpty else { return isDeclared || !reads.isEmpty || writes.count > 1 }
    guard !isRead(slot, upTo: write.node) else { return false }
    var isBehind = Array(repeating: false, count: keys.net.control.vertexCount)
    _ = keys.net.control.reach(from: write.node, marking: &isBehind)
    return reads.contains { isBehind[$0.vertex] }
  }

  /// Whether a key is read by a node, or before it.
  private func isRead(_ slot: Int, upTo node: Int) -> Bool {
    let isBefore = keys.net.control.origins(of: node)
    return keys.uses.reads[slot].contains { read in
      read.vertex == node ? !read.isBehind : isBefore[read.vertex]
    }
  }

  /// The name of the node itself, where its result is named nearly like it.
  private func ownName(of write: KeyUses.Write, _ name: String) -> String? {
    let own = keys.flow.vertices[write.node].name.value
    guard keys.flow.vertices[write.node].document?.stateKey.value == name else { return nil }
    return Slip.isLikely(name, for: own) && Slip.isScrambled(name, own) ? own : nil
  }

  /// Whether a key is the result of another branch, so that the two are meant to be one.
  private func isBranch(_ slot: Int, beside write: KeyUses.Write) -> Bool {
    guard !mayReadAny, isUnread(slot), let other = keys.uses.writes[slot].first, other.node != write.node,
      let name = keys.uses.declaration(write)?.key.value, Slip.isOfSameLetters(name, keys.schema.slots[slot].name)
    else { return false }
    return !leads(write.node, to: other.node) && !leads(other.node, to: write.node)
  }

  private func leads(_ first: Int, to second: Int) -> Bool {
    var isSeen = Array(repeating: false, count: keys.net.control.vertexCount)
    return keys.net.control.reach(from: first, marking: &isSeen).contains(second)
  }
}

extension DiagnosticMessage {
  fileprivate static func unusedDeclaration(_ name: String) -> Self {
    Self("GR0416", .warning, "nothing reads or writes '\(name)'")
  }

  fileprivate static func misnamedResult(_ name: String) -> Self {
    Self("GR0229", .warning, "nothing declares or reads '\(name)'")
  }
}

internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Finds results under a name that is nearly that of a key which somebody declared or reads.
///
/// A name that is written at one place only is its author's choice. It counts as a slip where nothing declares or reads
/// it, no node may read any key at all, and one letter makes another key of it that the graph needs.
struct CheckMisnamedResults {
  private let keys: KeyFlow
  private let diagnostics: DiagnosticEngine
  private let declared: Set<String>

  /// Names that exports and checks of the whole run mention.
  private let used: Set<String>

  /// Reports results whose name is probably misspelled.
  static func run(_ keys: KeyFlow, _ document: GraphDocument, _ diagnostics: DiagnosticEngine) {
    guard !keys.uses.behaviours.contains(where: { $0.contains(.readsAnything) }) else { return }
    let pass = CheckMisnamedResults(
      keys: keys, diagnostics: diagnostics, declared: Set(document.state.map(\.name.value)),
      used: Set(document.exports.map(\.key.value) + document.verification.flatMap { $0.paths.map(\.root) }))
    for slot in keys.schema.slots.indices { pass.check(slot) }
  }

  private func check(_ slot: Int) {
    let name = keys.schema.slots[slot].name
    guard keys.schema.slots[slot].reserved == nil, !declared.contains(name), !used.contains(name),
      keys.uses.reads[slot].isEmpty, keys.uses.writes[slot].count == 1, let write = keys.uses.writes[slot].first,
      let span = keys.uses.declaration(write)?.key.span, span.text == name,
      // The key of a mapping that nobody reads is reported where the mapping is read.
      keys.flow.vertices[write.node].document?.type.value != "subgraph",
      // A node's own name is not written as a key.
      keys.flow.vertices[write.node].name.span != span,
      let meant = keys.schema.slots.indices.first(where: {
        isNeeded($0) && Self.isSlip(name, for: keys.schema.slots[$0].name)
      })
    else { return }
    let other = keys.schema.slots[meant].name
    diagnostics.report(
      .misnamedResult(name), at: span, notes: [.didYouMean(other)], fixIts: [.replace(span, with: other)])
  }

  /// Whether somebody declares a key, reads it, or writes it more than once.
  private func isNeeded(_ slot: Int) -> Bool {
    guard keys.schema.slots[slot].reserved == nil else { return false }
    return declared.contains(keys.schema.slots[slot].name) || !keys.uses.reads[slot].isEmpty
      || keys.uses.writes[slot].count > 1
  }

  /// Whether a name differs from another one as by a slip of the hand, and not as names of things that belong together
  /// do: by a number, a plural or a short word.
  private static func isSlip(_ name: String, for other: String) -> Bool {
    let words = name.split(separator: "_", omittingEmptySubsequences: false)
    let others = other.split(separator: "_", omittingEmptySubsequences: false)
    guard words.count == others.count else { return false }
    let different = zip(words, others).filter { $0 != $1 }
    guard different.count == 1, let (left, right) = different.first,
      Suggestion.editDistance(String(left), String(right)) == 1,
      !left.contains(where: \.isNumber), !right.contains(where: \.isNumber),
      left != right + "s", right != left + "s"
    else { return false }
    // One letter for another makes many a word of a short one.
    let isReplaced = left.count == right.count && left.sorted() != right.sorted()
    return min(left.count, right.count) >= (isReplaced ? 6 : 3)
  }
}

extension DiagnosticMessage {
  fileprivate static func misnamedResult(_ name: String) -> Self {
    Self("GR0229", .warning, "nothing declares or reads '\(name)'")
  }
}

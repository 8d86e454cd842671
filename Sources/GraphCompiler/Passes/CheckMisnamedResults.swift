internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Finds results under a name that is nearly that of a key which somebody declares, reads or writes.
///
/// A name that is written at one place only is its author's choice. It counts as a slip where nothing declares or reads
/// it and one letter makes another key of it that the graph needs, the name of its own node, or the key that a node of
/// another branch writes. Where nodes may read whatever there is, only a declared key counts that nobody writes.
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
  /// - Complexity: O(keys) for names of bounded length.
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
    let names = NearNames(keys.schema.slots.map(\.name), expected: unread.count + unused.count)
    for slot in unused { checkDeclaration(slot, names) }
    var reported: Set<Int> = []
    for slot in unread where !reported.contains(slot) {
      guard let write = keys.uses.writes[slot].first, let span = keys.uses.declaration(write)?.key.span else {
        continue
      }
      let name = keys.schema.slots[slot].name
      let near = names.near(slot).filter { Self.isSlip(name, for: keys.schema.slots[$0].name) }
      if let meant = near.first(where: isNeeded) {
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
      guard keys.schema.slots[other].reserved == nil, !declared.contains(text), Self.isSlip(name, for: text),
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

  /// Whether somebody declares a key, reads it, or writes it more than once.
  private func isNeeded(_ slot: Int) -> Bool {
    guard keys.schema.slots[slot].reserved == nil else { return false }
    let isDeclared = declared.contains(keys.schema.slots[slot].name)
    // A key that is declared and never written is nearly always written under a name that is not declared.
    if mayReadAny { return isDeclared && !mayWriteAny && keys.uses.writes[slot].isEmpty }
    return isDeclared || !keys.uses.reads[slot].isEmpty || keys.uses.writes[slot].count > 1
  }

  /// The name of the node itself, where its result is named nearly like it.
  private func ownName(of write: KeyUses.Write, _ name: String) -> String? {
    let own = keys.flow.vertices[write.node].name.value
    guard keys.flow.vertices[write.node].document?.stateKey.value == name else { return nil }
    return Self.isSlip(name, for: own) && Self.isScrambled(name, own) ? own : nil
  }

  /// Whether a key is the result of another branch, so that the two are meant to be one.
  private func isBranch(_ slot: Int, beside write: KeyUses.Write) -> Bool {
    guard !mayReadAny, isUnread(slot), let other = keys.uses.writes[slot].first, other.node != write.node,
      let name = keys.uses.declaration(write)?.key.value, Self.isScrambled(name, keys.schema.slots[slot].name)
    else { return false }
    return !leads(write.node, to: other.node) && !leads(other.node, to: write.node)
  }

  private func leads(_ first: Int, to second: Int) -> Bool {
    var isSeen = Array(repeating: false, count: keys.net.control.vertexCount)
    return keys.net.control.reach(from: first, marking: &isSeen).contains(second)
  }

  // MARK: - Slips

  /// Whether a name differs from another one as by a slip of the hand, and not as names of things that belong together
  /// do: by a number, an ending or a short word.
  private static func isSlip(_ name: String, for other: String) -> Bool {
    let words = name.split(separator: "_", omittingEmptySubsequences: false)
    let others = other.split(separator: "_", omittingEmptySubsequences: false)
    guard words.count == others.count else { return false }
    let different = zip(words, others).filter { $0 != $1 }
    guard different.count == 1, let (left, right) = different.first,
      Suggestion.editDistance(String(left), String(right)) == 1,
      !left.contains(where: \.isNumber), !right.contains(where: \.isNumber), !isEnding(left, right),
      !isEnding(right, left)
    else { return false }
    // One letter for another makes many a word of a short one.
    let isReplaced = left.count == right.count && left.sorted() != right.sorted()
    return min(left.count, right.count) >= (isReplaced ? 6 : 3) && !(isReplaced && isSpelling(left, right))
  }

  /// Whether a word is another one with an ending, as 'translated' is of 'translate'.
  private static func isEnding(_ word: Substring, _ stem: Substring) -> Bool {
    word.count == stem.count + 1 && word.hasPrefix(stem) && "sdrny".contains(word.last ?? " ")
      && word.last != stem.last
  }

  /// Whether two words differ as spellings or forms of one word do: 'advise' and 'advice', 'analyse' and 'analyze'.
  private static func isSpelling(_ left: Substring, _ right: Substring) -> Bool {
    zip(left, right).contains { pair in
      pair.0 != pair.1 && ["cs", "sc", "sz", "zs"].contains(String([pair.0, pair.1]))
    }
  }

  /// Whether two names have the same letters but for one too many or in another order, which makes no other word of a
  /// long one.
  private static func isScrambled(_ left: String, _ right: String) -> Bool {
    min(left.count, right.count) >= 5 && (left.count != right.count || left.sorted() == right.sorted())
  }
}

/// Finds names that differ by one letter, without comparing each with each.
private struct NearNames {
  private let names: [String]

  /// The most names that are compared for many others.
  private static let limit = 500

  /// The names without one of their letters, or whole; nil where comparing them all takes no longer.
  private var variants: [String: [Int]]?

  init(_ names: [String], expected count: Int) {
    self.names = names
    guard count > 16 else { return }
    var variants: [String: [Int]] = [:]
    // Graphs with so many names are made by programs, which do not slip.
    guard names.count <= Self.limit else {
      self.variants = variants
      return
    }
    for (index, name) in names.enumerated() {
      for variant in Self.variants(of: name) { variants[variant, default: []].append(index) }
    }
    self.variants = variants
  }

  /// The names that may be near to one of them, in order.
  func near(_ index: Int) -> [Int] {
    let name = names[index]
    guard let variants else {
      let count = name.utf8.count
      return names.indices.filter { $0 != index && abs(names[$0].utf8.count - count) <= 1 }
    }
    let found = Set(Self.variants(of: name).flatMap { variants[$0] ?? [] })
    return found.subtracting([index]).sorted()
  }

  private static func variants(of name: String) -> Set<String> {
    // Of very long names the beginning is enough to find those that may be meant.
    let letters = Array(name.prefix(40))
    var variants: Set<String> = [String(letters)]
    for place in letters.indices {
      variants.insert(String(letters[..<place] + letters[(place + 1)...]))
    }
    return variants
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

import GraphDiagnostics
import GraphYAML

extension SourceTree {
  /// Other text at some bytes.
  func replacing(_ range: ByteRange, with text: String, related: Set<Place> = []) -> Mutation {
    Mutation(path, [.init(range: range, text: text)], related: related)
  }

  /// Other text in place of what a span covers.
  func replacing(_ span: SourceSpan, with text: String, related: Set<Place> = []) -> Mutation {
    replacing(span.range, with: text, related: related)
  }

  /// Text between two bytes.
  func inserting(_ text: String, at offset: Int, related: Set<Place> = []) -> Mutation {
    replacing(ByteRange(offset, offset), with: text, related: related)
  }

  /// The text of a scalar as it is written, without its quotes.
  func inner(_ node: YAMLNode) -> ByteRange {
    let range = node.span.range
    switch node.scalar?.style {
    case .singleQuoted, .doubleQuoted: return ByteRange(range.lowerBound + 1, range.upperBound - 1)
    default: return range
    }
  }

  /// A misspelled word at some bytes.
  func misspelling(_ range: ByteRange, related: Set<Place> = []) -> Mutation? {
    let word = text(range)
    guard let wrong = Typo.of(word, salt: "\(path):\(range.lowerBound)") else { return nil }
    return replacing(range, with: wrong, related: related)
  }

  /// A misspelled key.
  func misspelledKey(_ entry: Entry, related: Set<Place> = []) -> Mutation? {
    entry.key.flatMap { misspelling($0.span.range, related: related) }
  }

  /// A misspelled value, or nil when the value is no plain word.
  func misspelledValue(_ entry: Entry, related: Set<Place> = []) -> Mutation? {
    guard entry.value.scalar != nil else { return nil }
    return misspelling(inner(entry.value), related: related)
  }

  /// The file without an entry, or nil where it cannot be cut out: with its lines, or with its comma.
  ///
  /// The line of the entry that it is in is one where it may be reported.
  func dropping(_ entry: Entry, related: Set<Place> = []) -> Mutation? {
    guard let range = cut(entry) else { return nil }
    var related = related
    if let parent = parent(of: entry) { related.insert(place(parent.range.lowerBound)) }
    return replacing(range, with: "", related: related)
  }

  /// The bytes to take away so that an entry is gone.
  private func cut(_ entry: Entry) -> ByteRange? {
    let siblings = siblings(of: entry)
    guard siblings.count > 1 || indent(entry.range.lowerBound) != nil else { return nil }
    let next = siblings.first { $0.position == entry.position + 1 }
    let last = siblings.first { $0.position == entry.position - 1 }
    if isFlow(entry) {
      if let next { return ByteRange(entry.range.lowerBound, next.range.lowerBound) }
      return last.map { ByteRange($0.range.upperBound, entry.range.upperBound) }
    }
    let start = entry.range.lowerBound
    if indent(start) != nil || entry.key == nil { return lines(of: entry) }
    // The first key of an item stands behind its dash, which stays.
    return next.map { ByteRange(start, $0.range.lowerBound) }
  }

  /// The whole lines of an entry.
  func lines(of entry: Entry) -> ByteRange {
    ByteRange(lineStart(entry.range.lowerBound), lineEnd(max(entry.range.lowerBound, entry.range.upperBound - 1)))
  }

  /// Whether an entry stands between brackets.
  func isFlow(_ entry: Entry) -> Bool {
    var parent = parent(of: entry)
    while let outer = parent {
      let first = file.bytes[outer.value.span.range.lowerBound]
      if outer.value.scalar == nil && (first == UInt8(ascii: "{") || first == UInt8(ascii: "[")) { return true }
      parent = self.parent(of: outer)
    }
    return false
  }
}

/// What fingers do to words.
enum Typo {
  /// A misspelled word: two letters in the wrong order, one that is missing, one too many, or the one beside it.
  ///
  /// Which of the four it is, and where, depends on the word and the salt alone.
  static func of(_ word: String, salt: String) -> String? {
    let letters = Array(word)
    guard letters.count >= 2, letters.allSatisfy({ !$0.isWhitespace }), letters.contains(where: \.isLetter) else {
      return nil
    }
    let hash = stableHash(word + salt)
    for attempt in 0..<16 {
      let choice = (Int(hash % 4) + attempt) % 4
      // People look at beginnings: the first letter is right, unless there are two only.
      let position = letters.count == 2 ? 0 : 1 + (Int(hash / 4 % 1_000) + attempt / 4) % (letters.count - 1)
      guard letters[position].isLetter || letters[position].isNumber else { continue }
      var wrong = letters
      switch choice {
      case 0:
        guard position + 1 < letters.count, letters[position + 1].isLetter else { continue }
        wrong.swapAt(position, position + 1)
      case 1:
        guard letters.count > 2 else { continue }
        wrong.remove(at: position)
      case 2: wrong.insert(letters[position], at: position)
      default:
        guard let neighbour = neighbours[letters[position]] else { continue }
        wrong[position] = neighbour
      }
      if wrong != letters { return String(wrong) }
    }
    return nil
  }

  private static let neighbours: [Character: Character] = {
    var map: [Character: Character] = [:]
    for row in ["qwertyuiop", "asdfghjkl", "zxcvbnm", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"] {
      for (letter, next) in zip(row, row.dropFirst()) { map[letter] = next }
      if let last = row.last { map[last] = row.dropLast().last }
    }
    return map
  }()

  /// FNV-1a, which is the same in every process.
  static func stableHash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

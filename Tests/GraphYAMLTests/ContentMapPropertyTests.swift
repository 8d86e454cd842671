import GraphDiagnostics
import GraphTestSupport
import GraphYAML
import Testing

/// Writes a scalar piece by piece and remembers what each byte of its content came from.
struct ScalarWriter {
  var source: [UInt8] = []
  var content: [UInt8] = []
  /// The source of each content byte.
  var origins: [ByteRange] = []
  var random: SeededGenerator
  let lineBreak: String

  init(seed: UInt64) {
    random = SeededGenerator(seed)
    lineBreak = Bool.random(using: &random) ? "\n" : "\r\n"
  }

  /// Source that is not content.
  mutating func skip(_ text: String) { source += Array(text.utf8) }

  /// Source that is content as it is.
  mutating func copy(_ text: String) {
    for byte in text.utf8 {
      origins.append(ByteRange(source.count, source.count + 1))
      source.append(byte)
      content.append(byte)
    }
  }

  /// Source that becomes other content; every byte of it comes from all of the source.
  mutating func replace(_ text: String, with result: String) {
    let start = source.count
    source += Array(text.utf8)
    for byte in result.utf8 {
      origins.append(ByteRange(start, source.count))
      content.append(byte)
    }
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int(random.next() % UInt64(elements.count))]
  }

  mutating func chance(_ percent: Int) -> Bool { Int(random.next() % 100) < percent }

  // MARK: - Styles

  private static let words = ["a", "word", "é", "日本", "😀", "e\u{301}", "{name}", "x.y", "q-r", "0", "it"]

  /// Line breaks that fold into one space, or into one line break fewer, with blanks around them.
  private mutating func fold() {
    skip(pick(["", " ", "\t "]))
    let blankLines = pick([0, 0, 0, 1, 2])
    if blankLines == 0 { replace(lineBreak, with: " ") } else { skip(lineBreak) }
    for _ in 0..<blankLines {
      skip(pick(["", " ", "   "]))
      replace(lineBreak, with: "\n")
    }
    skip(pick(["  ", "      "]))
  }

  mutating func writePlain() {
    copy("é")
    for _ in 0..<pick([0, 1, 3, 8]) {
      if chance(30) { fold() } else { copy(pick([" ", "  ", " \t"])) }
      copy(pick(Self.words))
    }
  }

  mutating func writeQuoted(isDouble: Bool) {
    skip(isDouble ? "\"" : "'")
    copy(pick(Self.words))
    for _ in 0..<pick([0, 1, 3, 10]) {
      var needsWord = true
      switch pick([0, 1, 2, 3, 3, 4]) {
      case 0: fold()
      case 1: copy(pick([" ", "  ", " \t"]))
      case 2: copy(isDouble ? "'" : "\"\\")
      case 3:
        if isDouble { writeEscape() } else { replace("''", with: "'") }
        needsWord = chance(70)
      default:
        guard isDouble else { break }
        copy(pick(["", " "]))
        skip("\\\(lineBreak)   ")
      }
      if needsWord { copy(pick(Self.words)) }
    }
    skip(isDouble ? "\"" : "'")
  }

  private mutating func writeEscape() {
    let (escape, result) = pick([
      ("\\n", "\n"), ("\\t", "\t"), ("\\\\", "\\"), ("\\\"", "\""), ("\\/", "/"), ("\\ ", " "), ("\\x41", "A"),
      ("\\xe9", "é"), ("\\u65E5", "日"), ("\\U0001F600", "😀"), ("\\0", "\0"), ("\\e", "\u{1B}"), ("\\N", "\u{85}"),
      ("\\_", "\u{A0}"), ("\\L", "\u{2028}"), ("\\P", "\u{2029}"), ("\\a", "\u{7}"), ("\\r", "\r"),
    ])
    replace(escape, with: result)
  }

  /// A block scalar below a key at column 0.
  mutating func writeBlock(isFolded: Bool) {
    let chomping = pick(["", "-", "+"])
    let indent = String(repeating: " ", count: pick([1, 2, 5]))
    let hasIndicator = chance(40)
    let indicators = [hasIndicator ? "\(indent.count)" : "", chomping]
    skip((isFolded ? ">" : "|") + (chance(50) ? indicators.joined() : indicators.reversed().joined()))
    skip(pick(["", " ", " # comment: 'x'"]) + lineBreak)
    writeBlankLines(pick([0, 0, 1]), before: indent)
    let count = pick([1, 2, 5])
    var wasMoreIndented = false
    for line in 0..<count {
      // Only an indicator lets the first line begin with blanks.
      let isMoreIndented = (hasIndicator || line > 0) && chance(25)
      if line > 0 {
        let blankLines = pick([0, 0, 1, 2])
        if !isFolded || wasMoreIndented || isMoreIndented {
          replace(lineBreak, with: "\n")
        } else if blankLines == 0 {
          replace(lineBreak, with: " ")
        } else {
          skip(lineBreak)
        }
        writeBlankLines(blankLines, before: indent)
      }
      skip(indent)
      if isMoreIndented { copy(pick(["  ", " ", "\t"])) }
      copy(pick(Self.words) + pick(["", " ", " x", ": 'y' # z"]))
      wasMoreIndented = isMoreIndented
    }
    if chomping == "-" { skip(lineBreak) } else { replace(lineBreak, with: "\n") }
    for _ in 0..<pick([0, 1, 2]) {
      if chomping == "+" { replace(lineBreak, with: "\n") } else { skip(lineBreak) }
    }
  }

  private mutating func writeBlankLines(_ count: Int, before indent: String) {
    for _ in 0..<count {
      skip(chance(50) ? "" : String(indent.dropLast()))
      replace(lineBreak, with: "\n")
    }
  }
}

@Suite(.timeLimit(.minutes(10))) struct ContentMapPropertyTests {
  @Test(arguments: [YAMLScalar.Style.plain, .singleQuoted, .doubleQuoted, .literal, .folded])
  func `each byte of generated content stands where it was written`(style: YAMLScalar.Style) throws {
    for seed in 0..<UInt64(400) {
      var writer = ScalarWriter(seed: seed)
      writer.skip("é: ")
      switch style {
      case .plain: writer.writePlain()
      case .singleQuoted: writer.writeQuoted(isDouble: false)
      case .doubleQuoted: writer.writeQuoted(isDouble: true)
      case .literal: writer.writeBlock(isFolded: false)
      case .folded: writer.writeBlock(isFolded: true)
      }
      if writer.source.last != UInt8(ascii: "\n") { writer.skip(writer.lineBreak) }
      writer.skip("next: 1\n")
      let source = String(decoding: writer.source, as: UTF8.self).debugDescription
      let file = SourceFile(path: "t", bytes: writer.source)
      let node = try #require(YAMLParser.parse(file, diagnostics: DiagnosticEngine())?["é"], "seed \(seed): \(source)")
      #expect(node.scalar?.style == style)
      let content = Array(try #require(node.scalar).text.utf8)
      try #require(content == writer.content, "seed \(seed): \(source)")
      let map = try #require(node.contentMap())
      let found = content.indices.map { map.span(of: ByteRange($0, $0 + 1)).range }
      #expect(found == writer.origins, "seed \(seed): \(source)")
    }
  }

  /// Mutated files must neither crash nor give spans outside of the file or content that is not there.
  @Test func `whatever the text, places are in it and content is found`() {
    let samples = [
      "a: &x {b: [1, 'it''s', \"q\\n\"]}\nc: *x\nd: |\n  text\n   more\n\ne: >2-\n   é\n  😀\n",
      "- ? k\n  : v\n- <<: {a: !!str 1}\n- [a: b, {c}]\n- plain\n  text\n\n  goes on # c\n",
      "%YAML 1.2\n---\n\"a\\\n  b\": {{ x }}\n'c': yes\n...\n", "k: |+\n\n    \n  x\n\n\nl: |1\n  \n",
    ]
    let inserts = Array("\n :-?[]{}'\"|>&*!#%\t\r\\,é0~".unicodeScalars.map(String.init))
    for seed in 0..<UInt64(4_000) {
      var random = SeededGenerator(seed)
      var scalars = Array(samples[Int(random.next() % UInt64(samples.count))].unicodeScalars.map(String.init))
      for _ in 0..<Int(random.next() % 6) {
        let position = Int(random.next() % UInt64(scalars.count))
        switch random.next() % 3 {
        case 0: scalars.remove(at: position)
        case 1: scalars.insert(inserts[Int(random.next() % UInt64(inserts.count))], at: position)
        default: scalars[position] = inserts[Int(random.next() % UInt64(inserts.count))]
        }
      }
      let text = scalars.joined()
      let file = SourceFile(path: "t", text: text)
      let engine = DiagnosticEngine()
      let root = YAMLParser.parse(file, diagnostics: engine)
      let inTree = root.map { self.problems($0, in: file) } ?? []
      let problems = inTree + engine.diagnostics.flatMap { self.problems($0, in: file) }
      #expect(problems == [], "seed \(seed): \(text.debugDescription)")
    }
  }

  private func problems(_ diagnostic: Diagnostic, in file: SourceFile) -> [String] {
    let spans = [diagnostic.span] + diagnostic.notes.map(\.span) + diagnostic.fixIts.map(\.span)
    return spans.compactMap { $0 }.filter { !isInside($0.range, file) }.map { "\(diagnostic.code) at \($0.range)" }
  }

  private func isInside(_ range: ByteRange, _ file: SourceFile) -> Bool {
    let ends = [range.lowerBound, range.upperBound]
    let areCharacterStarts = ends.allSatisfy { end in
      end >= 0 && end <= file.bytes.count && (end == file.bytes.count || file.bytes[end] & 0xC0 != 0x80)
    }
    return areCharacterStarts && range.lowerBound <= range.upperBound
  }

  private func problems(_ node: YAMLNode, in file: SourceFile) -> [String] {
    var found = isInside(node.span.range, file) ? [] : ["span \(node.span.range)"]
    for item in node.sequence ?? [] { found += problems(item, in: file) }
    for entry in node.mapping?.entries ?? [] {
      if !isInside(entry.key.span.range, file) { found.append("key \(entry.key.value)") }
      found += problems(entry.value, in: file)
    }
    guard let scalar = node.scalar, let map = node.contentMap() else { return found }
    for (offset, byte) in scalar.text.utf8.enumerated() {
      let source = map.span(of: ByteRange(offset, offset + 1)).range
      if source.count == 0 {
        found.append("content byte \(offset) has no source")
      } else if source.count == 1, file.bytes[source.lowerBound] != byte,
        file.bytes[source.lowerBound] != UInt8(ascii: "\n"), file.bytes[source.lowerBound] != UInt8(ascii: "\r")
      {
        found.append("content byte \(offset) is another at \(source.lowerBound)")
      }
    }
    return found
  }
}

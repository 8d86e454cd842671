internal import GraphDiagnostics

/// Reads one scalar as libyaml does, and notes which bytes become which content.
///
/// It runs on text that libyaml has accepted, so it checks nothing again.
struct YAMLContentScanner {
  enum FlowStyle {
    case plain
    case singleQuoted
    case doubleQuoted
  }

  private(set) var pieces: [YAMLContentPiece] = []
  /// The offset at which content could begin.
  private(set) var contentStart: Int

  private let bytes: [UInt8]
  private let range: ByteRange
  private var offset: Int
  private var contentCount = 0

  init(_ bytes: [UInt8], _ range: ByteRange) {
    self.bytes = bytes
    self.range = range
    offset = range.lowerBound
    contentStart = range.lowerBound
  }

  // MARK: - Output

  /// Source bytes that are content as they are.
  private mutating func emit(_ source: ByteRange) {
    guard source.count > 0 else { return }
    contentCount += source.count
    if let last = pieces.indices.last, pieces[last].isVerbatim, pieces[last].source.upperBound == source.lowerBound {
      pieces[last].contentEnd = contentCount
      pieces[last].source = ByteRange(pieces[last].source.lowerBound, source.upperBound)
    } else {
      append(source, count: source.count, isVerbatim: true)
    }
  }

  /// Source bytes that become `count` other bytes.
  private mutating func emit(_ source: ByteRange, as count: Int) {
    contentCount += count
    append(source, count: count, isVerbatim: false)
  }

  private mutating func append(_ source: ByteRange, count: Int, isVerbatim: Bool) {
    pieces.append(
      YAMLContentPiece(
        contentStart: contentCount - count, contentEnd: contentCount, source: source, isVerbatim: isVerbatim))
  }

  /// A line break as it is kept in content: one byte, except for the separators of lines and paragraphs.
  private mutating func emitBreak(_ source: ByteRange) {
    if isSeparator(source) || source.count == 1 && bytes[source.lowerBound] == UInt8(ascii: "\n") {
      emit(source)
    } else {
      emit(source, as: 1)
    }
  }

  // MARK: - Characters

  private func isBlank(_ offset: Int, before end: Int) -> Bool {
    offset < end && (bytes[offset] == UInt8(ascii: " ") || bytes[offset] == UInt8(ascii: "\t"))
  }

  /// The line break at an offset: LF, CR, CR LF, and the three of Unicode that YAML 1.1 knows.
  private func lineBreak(_ offset: Int) -> ByteRange? {
    guard offset < bytes.count else { return nil }
    switch bytes[offset] {
    case UInt8(ascii: "\n"): return ByteRange(offset, offset + 1)
    case UInt8(ascii: "\r"):
      let isPair = offset + 1 < bytes.count && bytes[offset + 1] == UInt8(ascii: "\n")
      return ByteRange(offset, offset + (isPair ? 2 : 1))
    case 0xC2 where bytes[offset + 1] == 0x85: return ByteRange(offset, offset + 2)
    case 0xE2 where bytes[offset + 1] == 0x80 && (bytes[offset + 2] == 0xA8 || bytes[offset + 2] == 0xA9):
      return ByteRange(offset, offset + 3)
    default: return nil
    }
  }

  /// Whether a line break is U+2028 or U+2029, which are kept as they are and never folded.
  private func isSeparator(_ lineBreak: ByteRange) -> Bool { lineBreak.count == 3 }

  // MARK: - Plain and quoted scalars

  mutating func scanFlow(_ style: FlowStyle) {
    var end = range.upperBound
    if style != .plain {
      offset += 1
      end -= 1
    }
    contentStart = offset
    while offset < end {
      let isEscapedBreak = scanWord(style, before: end)
      scanGap(before: end, afterEscapedBreak: isEscapedBreak)
    }
  }

  /// Reads up to a blank or a line break; true when it stopped behind a line break that was escaped.
  private mutating func scanWord(_ style: FlowStyle, before end: Int) -> Bool {
    var start = offset
    while offset < end && !isBlank(offset, before: end) {
      if lineBreak(offset) != nil { break }
      if style == .singleQuoted && bytes[offset] == UInt8(ascii: "'") {
        emit(ByteRange(start, offset))
        emit(ByteRange(offset, offset + 2), as: 1)
        offset += 2
        start = offset
      } else if style == .doubleQuoted && bytes[offset] == UInt8(ascii: "\\") {
        emit(ByteRange(start, offset))
        if let lineBreak = lineBreak(offset + 1) {
          offset = lineBreak.upperBound
          return true
        }
        scanEscape()
        start = offset
      } else {
        offset += 1
      }
    }
    emit(ByteRange(start, offset))
    return false
  }

  private mutating func scanEscape() {
    let start = offset
    let digits =
      switch bytes[offset + 1] {
      case UInt8(ascii: "x"): 2
      case UInt8(ascii: "u"): 4
      case UInt8(ascii: "U"): 8
      default: 0
      }
    let count: Int
    switch bytes[offset + 1] {
    case UInt8(ascii: "N"), UInt8(ascii: "_"): count = 2
    case UInt8(ascii: "L"), UInt8(ascii: "P"): count = 3
    case _ where digits > 0:
      let text = String(decoding: bytes[(offset + 2)..<(offset + 2 + digits)], as: UTF8.self)
      count = UInt32(text, radix: 16).flatMap(Unicode.Scalar.init).map { UTF8.width($0) } ?? 0
    default: count = 1
    }
    offset += 2 + digits
    emit(ByteRange(start, offset), as: count)
  }

  /// Reads blanks and line breaks, and folds the line breaks.
  private mutating func scanGap(before end: Int, afterEscapedBreak isEscaped: Bool) {
    let start = offset
    var blanksEnd = offset
    var first: ByteRange?
    var others: [ByteRange] = []
    var hasBreak = isEscaped
    while offset < end {
      if isBlank(offset, before: end) {
        offset += 1
        if !hasBreak { blanksEnd = offset }
      } else if let lineBreak = lineBreak(offset) {
        offset = lineBreak.upperBound
        if hasBreak { others.append(lineBreak) } else { first = lineBreak }
        hasBreak = true
      } else {
        break
      }
    }
    guard hasBreak else {
      emit(ByteRange(start, blanksEnd))
      return
    }
    if let first {
      if isSeparator(first) { emitBreak(first) } else if others.isEmpty { emit(first, as: 1) }
    }
    for other in others { emitBreak(other) }
  }

  // MARK: - Block scalars

  mutating func scanBlock(_ text: String, isFolded: Bool) {
    let header = scanHeader()
    contentStart = offset
    guard !text.isEmpty else { return }
    let bodyStart = offset
    for indentation in indentations(of: text, hasIndicator: header.hasIndicator) {
      pieces = []
      contentCount = 0
      offset = bodyStart
      scanBody(indentation: indentation, isFolded: isFolded, chomping: header.chomping)
      if contentCount == text.utf8.count { return }
    }
  }

  private enum Chomping {
    case strip
    case clip
    case keep
  }

  /// Reads `|` or `>`, the indicators behind it, a comment and the line break.
  private mutating func scanHeader() -> (chomping: Chomping, hasIndicator: Bool) {
    var chomping = Chomping.clip
    var hasIndicator = false
    offset += 1
    indicators: while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "+"): chomping = .keep
      case UInt8(ascii: "-"): chomping = .strip
      case UInt8(ascii: "1")...UInt8(ascii: "9"): hasIndicator = true
      default: break indicators
      }
      offset += 1
    }
    while offset < bytes.count {
      if let lineBreak = lineBreak(offset) {
        offset = lineBreak.upperBound
        break
      }
      offset += 1
    }
    return (chomping, hasIndicator)
  }

  /// The indentations that the body may have, the likeliest first.
  ///
  /// An indicator counts from the indentation of the parent, which is not
  /// known here, but the first line that is not blank shows it: what it has in
  /// the source and not in the content. When all lines are blank, each
  /// indentation that occurs may be it.
  private func indentations(of text: String, hasIndicator: Bool) -> [Int] {
    var line = offset
    var widest = 0
    while line < bytes.count {
      var content = line
      while content < bytes.count && bytes[content] == UInt8(ascii: " ") { content += 1 }
      widest = max(widest, content - line)
      guard let lineBreak = lineBreak(content) else {
        if content == bytes.count { break }
        let kept = leadingSpaces(ofFirstFullLineIn: text)
        return kept.map { [max(1, content - line - $0)] } ?? Array((1...max(1, widest)).reversed())
      }
      line = lineBreak.upperBound
    }
    return Array((1...max(1, widest)).reversed())
  }

  /// The spaces that begin the first line of a text that has more than spaces, or nil when there is none.
  private func leadingSpaces(ofFirstFullLineIn text: String) -> Int? {
    var count = 0
    for scalar in text.unicodeScalars {
      switch scalar {
      case " ": count += 1
      case "\n", "\u{2028}", "\u{2029}": count = 0
      default: return count
      }
    }
    return nil
  }

  private mutating func scanBody(indentation: Int, isFolded: Bool, chomping: Chomping) {
    var last: ByteRange?
    var blankLines: [ByteRange] = []
    var lastBeganBlank = false
    while true {
      let column = scanIndentation(indentation, &blankLines)
      guard column == indentation && offset < bytes.count else { break }
      let beginsBlank = isBlank(offset, before: bytes.count)
      if let last {
        if isFolded && !isSeparator(last) && !lastBeganBlank && !beginsBlank {
          if blankLines.isEmpty { emit(last, as: 1) }
        } else {
          emitBreak(last)
        }
      }
      for line in blankLines { emitBreak(line) }
      blankLines = []
      lastBeganBlank = beginsBlank
      let start = offset
      last = nil
      while offset < bytes.count {
        last = lineBreak(offset)
        if last != nil { break }
        offset += 1
      }
      emit(ByteRange(start, offset))
      if let last { offset = last.upperBound }
    }
    if chomping != .strip, let last { emitBreak(last) }
    if chomping == .keep { for line in blankLines { emitBreak(line) } }
  }

  /// Skips indentation and blank lines; the column at which something stands.
  private mutating func scanIndentation(_ indentation: Int, _ blankLines: inout [ByteRange]) -> Int {
    while true {
      var column = 0
      while column < indentation && offset < bytes.count && bytes[offset] == UInt8(ascii: " ") {
        offset += 1
        column += 1
      }
      guard let lineBreak = lineBreak(offset) else { return column }
      blankLines.append(lineBreak)
      offset = lineBreak.upperBound
    }
  }
}

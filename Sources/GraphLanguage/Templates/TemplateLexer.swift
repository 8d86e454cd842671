internal import GraphDiagnostics

/// Splits a template into tokens: text, delimiters, and the code inside tags.
///
/// White-space control is done here, as it is in Jinja2: `-` beside a
/// delimiter takes the white space on its outer side away. A mistake is
/// reported, leaves an `invalid` token, and the lexer goes on behind it.
struct TemplateLexer {
  let source: TemplateSource
  let bytes: [UInt8]
  let diagnostics: DiagnosticEngine

  /// The end of the text; one line break at the end does not count.
  let end: Int
  var position = 0
  var tokens: [TemplateToken] = []

  /// Brackets open in the current tag, innermost last.
  var openBrackets: [(symbol: TemplateSymbol, offset: Int)] = []

  private init(_ source: TemplateSource, _ diagnostics: DiagnosticEngine) {
    self.source = source
    self.diagnostics = diagnostics
    bytes = Array(source.text.utf8)
    var end = bytes.count
    if end > 0 && bytes[end - 1] == UInt8(ascii: "\n") {
      end -= 1
      if end > 0 && bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    } else if end > 0 && bytes[end - 1] == UInt8(ascii: "\r") {
      end -= 1
    }
    self.end = end
    tokens.reserveCapacity(end / 6 + 4)
  }

  /// All tokens of a template; the last one is `end`.
  static func tokens(of source: TemplateSource, diagnostics: DiagnosticEngine) -> [TemplateToken] {
    var lexer = TemplateLexer(source, diagnostics)
    lexer.run()
    return lexer.tokens
  }

  // MARK: - Text

  private mutating func run() {
    var textStart = 0
    while let tag = nextTag(from: position) {
      var bodyStart = tag + 2
      var stripsBefore = false
      if bodyStart < end, bytes[bodyStart] == UInt8(ascii: "-") || bytes[bodyStart] == UInt8(ascii: "+") {
        stripsBefore = bytes[bodyStart] == UInt8(ascii: "-")
        bodyStart += 1
      }
      appendText(textStart, tag, stripsEnd: stripsBefore)
      position = bodyStart
      switch bytes[tag + 1] {
      case UInt8(ascii: "#"): skipComment(openedAt: tag)
      case UInt8(ascii: "{"):
        append(.outputStart, tag, bodyStart)
        lexCode(openedAt: tag, closing: UInt8(ascii: "}"))
      default:
        if let rawStart = rawBody(from: bodyStart) {
          position = rawStart
          lexRaw(openedAt: tag)
        } else {
          append(.blockStart, tag, bodyStart)
          lexCode(openedAt: tag, closing: UInt8(ascii: "%"))
        }
      }
      textStart = position
    }
    appendText(textStart, end, stripsEnd: false)
    append(.end, end, end)
  }

  private func nextTag(from start: Int) -> Int? {
    var offset = start
    while offset + 1 < end {
      if bytes[offset] == UInt8(ascii: "{") && isTagMark(bytes[offset + 1]) { return offset }
      offset += 1
    }
    return nil
  }

  /// Whether a byte behind `{` makes it the beginning of a tag.
  func isTagMark(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "{") || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "#")
  }

  private mutating func appendText(_ start: Int, _ stop: Int, stripsEnd: Bool, isRaw: Bool = false) {
    let stop = stripsEnd ? PythonText.endWithoutSpace(bytes, start, stop) : stop
    guard start < stop else { return }
    append(isRaw ? .raw(text(start, stop)) : .text(text(start, stop)), start, stop)
  }

  /// The text of a range with every line break as a single line feed.
  func text(_ start: Int, _ stop: Int) -> String {
    let slice = bytes[start..<stop]
    guard slice.contains(UInt8(ascii: "\r")) else { return String(decoding: slice, as: UTF8.self) }
    var result: [UInt8] = []
    result.reserveCapacity(slice.count)
    for offset in slice.indices {
      if slice[offset] != UInt8(ascii: "\r") {
        result.append(slice[offset])
      } else if offset + 1 >= bytes.count || bytes[offset + 1] != UInt8(ascii: "\n") {
        result.append(UInt8(ascii: "\n"))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  mutating func append(_ kind: TemplateToken.Kind, _ start: Int, _ stop: Int) {
    tokens.append(TemplateToken(kind: kind, range: ByteRange(start, stop)))
  }

  func span(_ start: Int, _ stop: Int) -> SourceSpan { source.span(ByteRange(start, stop)) }

  /// Whether the ASCII text stands at an offset.
  func matches(_ text: StaticString, at offset: Int) -> Bool {
    guard offset + text.utf8CodeUnitCount <= end else { return false }
    return text.withUTF8Buffer { buffer in
      for index in 0..<buffer.count where bytes[offset + index] != buffer[index] { return false }
      return true
    }
  }

  /// Goes behind a tag's end, and behind the white space after it when the tag says so.
  mutating func finishTag(at offset: Int, strips: Bool) {
    position = strips ? PythonText.startWithoutSpace(bytes, offset, end) : offset
  }

  // MARK: - Comments and raw text

  private mutating func skipComment(openedAt tag: Int) {
    var offset = position
    while offset + 1 < end {
      if bytes[offset] == UInt8(ascii: "#") && bytes[offset + 1] == UInt8(ascii: "}") {
        let strips = offset > position && bytes[offset - 1] == UInt8(ascii: "-")
        finishTag(at: offset + 2, strips: strips)
        return
      }
      offset += 1
    }
    diagnostics.report(.templateTagNotClosed("{#", "#}"), at: span(tag, tag + 2))
    append(.invalid, tag, end)
    position = end
  }

  /// The offset behind a `{% raw %}` whose name starts at or behind `start`, or nil when it is another tag.
  private func rawBody(from start: Int) -> Int? {
    var offset = PythonText.startWithoutSpace(bytes, start, end)
    guard matches("raw", at: offset) else { return nil }
    offset = PythonText.startWithoutSpace(bytes, offset + 3, end)
    return tagEnd(at: offset)
  }

  /// The offset behind a block's end delimiter at an offset, white space taken away if it says so.
  private func tagEnd(at offset: Int) -> Int? {
    if matches("%}", at: offset) { return offset + 2 }
    if matches("-%}", at: offset) { return PythonText.startWithoutSpace(bytes, offset + 3, end) }
    if matches("+%}", at: offset) { return offset + 3 }
    return nil
  }

  private mutating func lexRaw(openedAt tag: Int) {
    let start = position
    var offset = start
    while offset + 1 < end {
      if bytes[offset] == UInt8(ascii: "{") && bytes[offset + 1] == UInt8(ascii: "%") {
        var name = offset + 2
        var strips = false
        if name < end, bytes[name] == UInt8(ascii: "-") || bytes[name] == UInt8(ascii: "+") {
          strips = bytes[name] == UInt8(ascii: "-")
          name += 1
        }
        name = PythonText.startWithoutSpace(bytes, name, end)
        if matches("endraw", at: name),
          let behind = tagEnd(at: PythonText.startWithoutSpace(bytes, name + 6, end))
        {
          appendText(start, offset, stripsEnd: strips, isRaw: true)
          position = behind
          return
        }
      }
      offset += 1
    }
    diagnostics.report(
      .templateBlockNotClosed("raw"), at: span(tag, start),
      notes: [Diagnostic.Note(TemplateNote.expectedBeforeEnd("endraw"), at: span(end, end))])
    append(.invalid, tag, end)
    position = end
  }
}

internal import GraphDiagnostics

/// Reads how a file is laid out: libyaml's events, and what stands in the bytes between them.
///
/// libyaml drops comments. Scalars tell where they begin and end, so whatever
/// looks like a comment between two of them is one.
struct YAMLLayoutReader {
  let text: YAMLText
  var events: [YAMLEvent]
  /// The index of the event that is read next.
  var next = 0
  /// The offset behind the token that was read last.
  var cursor = 0
  /// Whether a blank line stands before the next token; set by `comments(upTo:)`.
  var hasBlank = false

  /// Reads the events of a text that was parsed before, so that it is well formed.
  init(_ text: YAMLText) throws(YAMLFailure) {
    self.text = text
    events = []
    var reader = try YAMLEventReader(text.file.bytes)
    while true {
      let event = try reader.next()
      if case .streamEnd = event.kind { break }
      events.append(event)
    }
  }

  /// The whole file.
  mutating func document() throws(YAMLLayoutProblem) -> YAMLLayoutDocument {
    var document = YAMLLayoutDocument()
    next = 1
    guard next < events.count, case .documentStart = events[next].kind else {
      document.epilogue = comments(upTo: text.file.bytes.count)
      return document
    }
    let start = text.offset(ofCodePoint: events[next].start)
    next += 1
    var entry = YAMLLayoutEntry(value: YAMLLayoutNode(content: .alias("")))
    entry.leading = comments(upTo: start)
    if text[cursor] == UInt8(ascii: "%") {
      throw YAMLLayoutProblem(message: .directiveInLayout, span: text.span(cursor, cursor + 1))
    }
    if isMarker(at: cursor) {
      document.hasMarker = true
      document.prologue = entry.leading
      entry.leading = []
      cursor += 3
      entry.header = trailingComment()
    } else {
      entry.hasBlankBefore = hasBlank
    }
    entry.value = try value(of: &entry, column: -1)
    if !entry.value.isAbsent || !entry.value.properties.isEmpty {
      document.root = entry
    } else {
      document.epilogue = entry.leading + [entry.header, entry.trailing].compactMap(ownLine) + entry.inner
    }
    document.epilogue += comments(upTo: text.file.bytes.count)
    return document
  }

  private func isMarker(at offset: Int) -> Bool {
    (0..<3).allSatisfy { text[offset + $0] == UInt8(ascii: "-") } && (text[offset + 3] ?? 0x20) <= 0x20
  }

  /// A comment that stood behind something, as one with a line of its own.
  func ownLine(_ text: String?) -> YAMLComment? {
    text.map { YAMLComment(text: $0, column: -1, hasBlankBefore: false) }
  }

  // MARK: - Between tokens

  /// Takes the comment that follows in the same line, and in a flow collection the comma before it.
  mutating func trailingComment(behindComma isFlow: Bool = false) -> String? {
    var offset = cursor
    var isBehindComma = !isFlow
    while let byte = text[offset] {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): offset += 1
      case UInt8(ascii: ",") where !isBehindComma:
        isBehindComma = true
        offset += 1
      case UInt8(ascii: "#"):
        let end = endOfLine(from: offset)
        cursor = end
        return comment(from: offset, to: end)
      default: return nil
      }
    }
    return nil
  }

  /// Takes the comments before an offset.
  mutating func comments(upTo end: Int) -> [YAMLComment] {
    // What was read up to here already has said whether a blank line stands before it.
    guard cursor < end else { return [] }
    var found: [YAMLComment] = []
    var breaks = 0
    while cursor < end, let byte = text[cursor] {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): cursor += 1
      case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
        cursor += byte == UInt8(ascii: "\r") && text[cursor + 1] == UInt8(ascii: "\n") ? 2 : 1
        breaks += 1
      case UInt8(ascii: "#"):
        let lineEnd = endOfLine(from: cursor)
        let start = lineStart(of: cursor)
        let isAlone = (start..<cursor).allSatisfy { text[$0].map { $0 <= UInt8(ascii: " ") } ?? false }
        found.append(
          YAMLComment(
            text: comment(from: cursor, to: lineEnd), column: isAlone ? cursor - start : -1,
            hasBlankBefore: breaks > 1))
        cursor = lineEnd
        breaks = 0
      default:
        cursor += 1
        breaks = 0
      }
    }
    hasBlank = breaks > 1
    return found
  }

  /// Takes the comments before an indicator, and the indicator; false when another byte or `limit` comes first.
  mutating func skip(_ indicator: UInt8, before limit: Int = .max, _ found: inout [YAMLComment]) -> Bool {
    var offset = cursor
    while offset < limit, let byte = text[offset], byte != indicator {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): offset += 1
      case UInt8(ascii: "#"): offset = endOfLine(from: offset)
      default: return false
      }
    }
    guard offset < limit, text[offset] != nil else { return false }
    found += comments(upTo: offset)
    cursor = offset + 1
    return true
  }

  private func comment(from start: Int, to end: Int) -> String {
    var end = end
    while end > start, text[end - 1] == UInt8(ascii: " ") || text[end - 1] == UInt8(ascii: "\t") { end -= 1 }
    return text.span(start, end).text
  }

  func endOfLine(from start: Int) -> Int {
    var offset = start
    while let byte = text[offset], byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { offset += 1 }
    return offset
  }

  func lineStart(of offset: Int) -> Int {
    var start = offset
    while start > 0, text[start - 1] != UInt8(ascii: "\n"), text[start - 1] != UInt8(ascii: "\r") { start -= 1 }
    return start
  }
}

extension YAMLLayoutNode {
  /// Whether nothing at all is written.
  var isAbsent: Bool { scalar?.isAbsent ?? false }
}

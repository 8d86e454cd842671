public import GraphDiagnostics

/// The comments of a file, which its tree does not hold.
public struct YAMLComments: Sendable {
  /// One comment.
  public struct Comment: Sendable {
    /// The place from the `#` to the end of the line, without spaces there.
    public let span: SourceSpan

    /// What stands behind the `#`, without spaces around it.
    public let text: String

    /// Whether nothing else stands in its line.
    public let isAlone: Bool
  }

  /// The comments in the order of the file.
  public let comments: [Comment]

  /// The first and the last lines of the texts that have several, in which no comment can stand.
  public let longTexts: [ClosedRange<Int>]

  /// Reads the comments of a file; nil when it is no YAML.
  public init?(_ file: SourceFile) {
    guard let text = YAMLText(file, limits: YAMLLimits(), diagnostics: DiagnosticEngine()) else { return nil }
    var comments: [Comment] = []
    var longTexts: [ClosedRange<Int>] = []
    var cursor = 0
    do throws(YAMLFailure) {
      var reader = try YAMLEventReader(file.bytes)
      reading: while true {
        let event = try reader.next()
        switch event.kind {
        case .streamEnd: break reading
        case .scalar(let style):
          let start = text.offset(ofCodePoint: event.start)
          let end = text.offset(ofCodePoint: event.end)
          guard end > start else { continue }
          Self.find(cursor..<start, text, &comments)
          if style == .literal || style == .folded {
            // Behind '|' and before the text, a comment may stand.
            Self.find(start..<min(end, Self.lineEnd(start, text)), text, &comments)
          }
          let lines = (file.location(at: start).line)...(file.location(at: max(start, end - 1)).line)
          if lines.count > 1 { longTexts.append(lines) }
          cursor = max(cursor, end)
        default: continue
        }
      }
    } catch {
      return nil
    }
    Self.find(cursor..<file.bytes.count, text, &comments)
    self.comments = comments
    self.longTexts = longTexts
  }

  /// Finds the comments of a part of the file in which no text of it stands.
  private static func find(_ range: Range<Int>, _ text: YAMLText, _ comments: inout [Comment]) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      defer { offset += 1 }
      guard text[offset] == UInt8(ascii: "#"), text[offset - 1].map({ $0 <= UInt8(ascii: " ") }) ?? true else {
        continue
      }
      var end = lineEnd(offset, text)
      while end > offset, let byte = text[end - 1], byte <= UInt8(ascii: " ") { end -= 1 }
      var start = offset
      while start > 0, let byte = text[start - 1], byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
        start -= 1
      }
      let isAlone = start == 0 || text[start - 1] == UInt8(ascii: "\n") || text[start - 1] == UInt8(ascii: "\r")
      let span = text.span(offset, end)
      let content = span.text.dropFirst().drop { $0 == " " || $0 == "\t" }
      comments.append(Comment(span: span, text: String(content), isAlone: isAlone))
      offset = end
    }
  }

  private static func lineEnd(_ start: Int, _ text: YAMLText) -> Int {
    var offset = start
    while let byte = text[offset], byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { offset += 1 }
    return offset
  }
}

public import GraphDiagnostics

extension PromptTemplate {
  /// Text that is nearly a placeholder: `name}` without its first brace, or `<name>`.
  public struct NearPlaceholder: Sendable {
    /// The name that the path begins with; the one behind `state.` where it begins so.
    public let root: String

    /// The path as it is written.
    public let path: String

    /// The text as it is written.
    public let text: String

    /// The place.
    public let span: SourceSpan
  }

  /// What looks like broken placeholders in a text that has placeholders; none in Jinja templates.
  ///
  /// A brace that closes one in the text, as in JSON, is not among them, nor is a tag that `</name>` closes, or one whose
  /// name stands in a placeholder as well.
  public var nearPlaceholders: [NearPlaceholder] {
    guard let template = body as? PlaceholderTemplate else { return [] }
    var scanner = NearPlaceholderScanner(bytes: source.bytes)
    for range in template.textRanges { scanner.scan(range) }
    let text = source.text
    let used = Set(template.paths.map(\.root))
    return scanner.found.compactMap { range, path in
      let parts = source.text(in: path).split(separator: ".").map(String.init)
      guard let first = parts.first else { return nil }
      let root = first == "state" && parts.count > 1 ? parts[1] : first
      let written = source.text(in: range)
      if written.hasPrefix("<"), used.contains(root) || text.contains("</" + written.dropFirst()) { return nil }
      return NearPlaceholder(root: root, path: source.text(in: path), text: written, span: source.span(of: range))
    }
  }

  /// The paths of placeholders right behind a dollar sign, each with the place of the sign.
  public var dollars: [(path: StatePath, sign: SourceSpan)] {
    guard let template = body as? PlaceholderTemplate else { return [] }
    return template.placeholders.compactMap { placeholder in
      let start = placeholder.range.lowerBound
      guard start > source.range.lowerBound, source.bytes[start - 1] == UInt8(ascii: "$") else { return nil }
      return (placeholder.path, source.span(of: ByteRange(start - 1, start)))
    }
  }
}

extension PlaceholderTemplate {
  /// The parts of the text between placeholders.
  fileprivate var textRanges: [ByteRange] {
    var ranges: [ByteRange] = []
    var start = source.range.lowerBound
    for placeholder in placeholders {
      ranges.append(ByteRange(start, placeholder.range.lowerBound))
      start = placeholder.range.upperBound
    }
    return ranges + [ByteRange(start, source.range.upperBound)]
  }
}

/// Finds what is nearly a placeholder in the parts of a text.
private struct NearPlaceholderScanner {
  let bytes: [UInt8]
  private(set) var found: [(range: ByteRange, path: ByteRange)] = []

  /// The braces that are open in the text.
  private var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func scan(_ range: ByteRange) {
    for position in range.lowerBound..<range.upperBound {
      switch bytes[position] {
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"):
        if depth > 0 {
          depth -= 1
        } else if let path = path(before: position, from: range.lowerBound) {
          found.append((ByteRange(path.lowerBound, position + 1), path))
        }
      case UInt8(ascii: "<"):
        guard let path = path(from: position + 1, to: range.upperBound), path.upperBound < range.upperBound,
          bytes[path.upperBound] == UInt8(ascii: ">")
        else { continue }
        found.append((ByteRange(position, path.upperBound + 1), path))
      default: break
      }
    }
  }

  private func path(before end: Int, from limit: Int) -> ByteRange? {
    var start = end
    while start > limit, isPathPart(bytes[start - 1]) { start -= 1 }
    return start < end && ExpressionLexer.isNameStart(bytes[start]) ? ByteRange(start, end) : nil
  }

  private func path(from start: Int, to limit: Int) -> ByteRange? {
    guard start < limit, ExpressionLexer.isNameStart(bytes[start]) else { return nil }
    var end = start
    while end < limit, isPathPart(bytes[end]) { end += 1 }
    return ByteRange(start, end)
  }

  private func isPathPart(_ byte: UInt8) -> Bool {
    ExpressionLexer.isNameStart(byte) || ExpressionLexer.isDigit(byte) || byte == UInt8(ascii: ".")
  }
}

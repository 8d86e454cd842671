public import GraphDiagnostics

extension PromptTemplate {
  /// A name in single braces inside a Jinja template, where it is text.
  public struct BracedName: Sendable {
    /// The name that the path between the braces begins with; the one behind `state.` where it begins so.
    public let root: String

    /// The path as it is written.
    public let path: String

    /// The place, with the braces.
    public let span: SourceSpan
  }

  /// The names that a Jinja template makes itself, by loops and assignments; none of other texts.
  public var ownNames: [String] {
    guard let template = (body as? JinjaPrompt)?.template else { return [] }
    var seen: Set<String> = []
    return template.program.scopes.scopes.flatMap(\.slots).map(\.name).filter { seen.insert($0).inserted }
  }

  /// What looks like placeholders in a Jinja template; none in other texts, where they are placeholders.
  ///
  /// Whatever stands between `{% raw %}` and `{% endraw %}` is not among them, nor what touches a letter, a digit or a
  /// sign that gives braces a meaning elsewhere, as in `\\frac{a}{b}`, `x_{i}` and `${name}`.
  public var bracedNames: [BracedName] {
    guard let template = (body as? JinjaPrompt)?.template else { return [] }
    let bytes = template.program.source.text.utf8.map { $0 }
    return template.plainText.flatMap { BracedNameScanner(bytes: bytes, range: $0).names }.map { found in
      BracedName(root: found.root, path: found.path, span: template.program.source.span(found.range))
    }
  }
}

/// Finds names in braces in a part of a text.
private struct BracedNameScanner {
  let bytes: [UInt8]
  let range: ByteRange

  var names: [(root: String, path: String, range: ByteRange)] {
    var names: [(root: String, path: String, range: ByteRange)] = []
    var position = range.lowerBound
    while position < range.upperBound {
      defer { position += 1 }
      guard bytes[position] == UInt8(ascii: "{"), !isBound(at: position) else { continue }
      var end = position + 1
      var parts: [String] = []
      repeat {
        if !parts.isEmpty { end += 1 }
        let start = end
        while end < range.upperBound, isNamePart(bytes[end], isFirst: end == start) { end += 1 }
        parts.append(String(decoding: bytes[start..<end], as: UTF8.self))
      } while end < range.upperBound && bytes[end] == UInt8(ascii: ".")
      if !parts.contains(""), let closing = endOfFilters(from: end) { end = closing }
      guard end < range.upperBound, bytes[end] == UInt8(ascii: "}"), !parts.contains("") else { continue }
      let root = parts[0] == "state" && parts.count > 1 ? parts[1] : parts[0]
      let written = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
      names.append((root, written, ByteRange(position, end + 1)))
      position = end
    }
    return names
  }

  /// The closing brace behind a bar and a filter that there is, as in `{name | trim}`.
  private func endOfFilters(from start: Int) -> Int? {
    func skipSpaces(_ from: Int) -> Int {
      bytes[from..<range.upperBound].firstIndex { $0 != UInt8(ascii: " ") } ?? range.upperBound
    }
    let bar = skipSpaces(start)
    guard bar < range.upperBound, bytes[bar] == UInt8(ascii: "|") else { return nil }
    let first = skipSpaces(bar + 1)
    var end = first
    while end < range.upperBound, isNamePart(bytes[end], isFirst: end == first) { end += 1 }
    guard TemplateFilter(rawValue: String(decoding: bytes[first..<end], as: UTF8.self)) != nil else { return nil }
    let closing = bytes[end..<range.upperBound].firstIndex { [0x7B, 0x7D, 0x0A].contains($0) }
    return closing.flatMap { bytes[$0] == UInt8(ascii: "}") ? $0 : nil }
  }

  private func isNamePart(_ byte: UInt8, isFirst: Bool) -> Bool {
    ExpressionLexer.isNameStart(byte) || (!isFirst && ExpressionLexer.isDigit(byte))
  }

  /// Whether what stands before a brace makes it a part of something else.
  private func isBound(at position: Int) -> Bool {
    guard position > range.lowerBound else { return false }
    let before = bytes[position - 1]
    return (before < 0x80 && isNamePart(before, isFirst: false)) || "}{$^\\#%]".utf8.contains(before)
  }
}

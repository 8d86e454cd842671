internal import GraphDiagnostics

extension YAMLText {
  /// Where a value that is left out could stand: after the `:`, `-` or `?`, or else right after what stands before.
  ///
  /// libyaml puts it before the next token, which may be lines away.
  func placeOfMissingValue(from lastEnd: Int, to mark: Int) -> Int {
    guard lastEnd < mark else { return mark }
    var place = lastEnd
    var offset = lastEnd
    while offset < mark {
      switch file.bytes[offset] {
      case UInt8(ascii: "#"):
        while offset < mark && file.bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
        continue
      case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "?"): place = offset + 1
      default: break
      }
      offset += 1
    }
    return place
  }

  /// The end of the last line of a block scalar that is not blank; libyaml's end is where the next token begins.
  func endOfBlockScalar(from start: Int, to end: Int) -> Int {
    var last = end
    while last > start, isSpace(file.bytes[last - 1]) { last -= 1 }
    while last < end, file.bytes[last] != UInt8(ascii: "\n"), file.bytes[last] != UInt8(ascii: "\r") { last += 1 }
    return last
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  /// The span of `&name` between two offsets.
  func anchorSpan(_ name: String, from start: Int, to end: Int) -> SourceSpan {
    let offset = file.bytes[start..<end].firstIndex(of: UInt8(ascii: "&")) ?? start
    return span(offset, offset + 1 + name.utf8.count)
  }

  /// Whether a span holds no line break, of the kinds that YAML knows.
  func isOneLine(_ span: SourceSpan) -> Bool {
    span.text.unicodeScalars.allSatisfy {
      $0 != "\n" && $0 != "\r" && $0 != "\u{85}" && $0 != "\u{2028}" && $0 != "\u{2029}"
    }
  }

  /// A fix-it that puts a span in quotes, if it holds neither quotes nor line breaks that would need more than that.
  ///
  /// - Parameter isCertain: Whether the span can be nothing but text.
  func quoting(_ span: SourceSpan, isCertain: Bool = true) -> [FixIt] {
    let content = span.text
    guard isOneLine(span) else { return [] }
    let replacement: String
    if !content.utf8.contains(UInt8(ascii: "\"")) && !content.utf8.contains(UInt8(ascii: "\\")) {
      replacement = "\"\(content)\""
    } else if !content.utf8.contains(UInt8(ascii: "'")) {
      replacement = "'\(content)'"
    } else {
      return []
    }
    return [FixIt("put it in quotes", replacing: span, with: replacement, isCertain: isCertain)]
  }
}

internal import GraphDiagnostics

/// What a line looks like to a person, for text that libyaml could not read.
extension YAMLText {
  /// The line that an offset is in, without its line break.
  func lineRange(around offset: Int) -> ByteRange {
    let bytes = file.bytes
    var start = min(offset, bytes.count)
    while start > 0 && bytes[start - 1] != UInt8(ascii: "\n") && bytes[start - 1] != UInt8(ascii: "\r") { start -= 1 }
    var end = start
    while end < bytes.count && bytes[end] != UInt8(ascii: "\n") && bytes[end] != UInt8(ascii: "\r") { end += 1 }
    return ByteRange(start, end)
  }

  /// The first byte of a line that is no blank, or the line's end.
  func firstCharacter(of line: ByteRange) -> Int { skipBlanks(from: line.lowerBound, to: line.upperBound) }

  /// The column of the first key or value of a line, behind the dashes before it.
  func keyColumn(of line: ByteRange) -> Int {
    var offset = firstCharacter(of: line)
    while self[offset] == UInt8(ascii: "-"), isBlankOrEnd(offset + 1, line) {
      offset = skipBlanks(from: offset + 1, to: line.upperBound)
    }
    return offset - line.lowerBound
  }

  /// Where the value of a `key: value` or `- value` line starts, if that is before an offset.
  func valueStart(in line: ByteRange, before limit: Int) -> Int? {
    var offset = firstCharacter(of: line)
    var start: Int?
    while self[offset] == UInt8(ascii: "-"), isBlankOrEnd(offset + 1, line) {
      offset = skipBlanks(from: offset + 1, to: line.upperBound)
      start = offset
    }
    // A key in quotes may hold a colon.
    if let quote = self[offset], quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      offset += 1
      while offset < line.upperBound && self[offset] != quote { offset += 1 }
    }
    while offset < line.upperBound && offset + 1 < limit {
      if self[offset] == UInt8(ascii: ":") && isBlankOrEnd(offset + 1, line) {
        start = skipBlanks(from: offset + 1, to: line.upperBound)
        break
      }
      offset += 1
    }
    return start.flatMap { $0 < min(limit, line.upperBound) ? $0 : nil }
  }

  /// Whether a line has a colon that ends a key.
  func hasColon(in line: ByteRange) -> Bool {
    (line.lowerBound..<line.upperBound).contains {
      self[$0] == UInt8(ascii: ":") && isBlankOrEnd($0 + 1, line)
    }
  }

  /// The empty span behind the last character that is no blank.
  var endOfText: SourceSpan {
    var end = file.bytes.count
    while end > 0 && file.bytes[end - 1] <= UInt8(ascii: " ") { end -= 1 }
    return span(end, end)
  }

  /// From an offset to the end of the line, without a comment and blanks at the end.
  func valueSpan(from start: Int, in line: ByteRange) -> SourceSpan {
    var end = start
    while end < line.upperBound {
      if self[end] == UInt8(ascii: "#"), end > start, isBlankOrEnd(end - 1, line) { break }
      end += 1
    }
    while end > start, isBlankOrEnd(end - 1, line) { end -= 1 }
    return span(start, end)
  }

  private func skipBlanks(from start: Int, to end: Int) -> Int {
    var offset = start
    while offset < end && isBlank(self[offset]) { offset += 1 }
    return offset
  }

  private func isBlank(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  private func isBlankOrEnd(_ offset: Int, _ line: ByteRange) -> Bool {
    offset >= line.upperBound || isBlank(self[offset])
  }
}

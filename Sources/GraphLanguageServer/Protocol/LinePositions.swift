internal import GraphDiagnostics
internal import GraphRuntime

/// How a client counts within a line.
package enum PositionEncoding: String {
  case utf8 = "utf-8"
  case utf16 = "utf-16"
  case utf32 = "utf-32"

  /// How many units the character that begins with a byte counts; a byte inside of one counts none.
  func units(_ byte: UInt8) -> Int {
    switch self {
    case .utf8: 1
    case .utf16: byte & 0xC0 == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1
    case .utf32: byte & 0xC0 == 0x80 ? 0 : 1
    }
  }
}

/// Where the lines of a text begin, to turn places of a client into offsets and back.
///
/// A line ends with a line feed, a carriage return, or both, as the protocol says it.
package struct LinePositions {
  package let bytes: [UInt8]
  package let encoding: PositionEncoding
  private let starts: [Int]

  package init(_ bytes: [UInt8], _ encoding: PositionEncoding) {
    self.bytes = bytes
    self.encoding = encoding
    var starts = [0]
    for (index, byte) in bytes.enumerated() {
      let isReturn = byte == UInt8(ascii: "\r")
      if isReturn, index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\n") { continue }
      if isReturn || byte == UInt8(ascii: "\n") { starts.append(index + 1) }
    }
    self.starts = starts
  }

  /// The number of lines.
  package var lineCount: Int { starts.count }

  /// The offset of a place; a character past the end of its line is that end, a line past the end of the text is that.
  package func offset(line: Int, character: Int) -> Int {
    guard line >= 0 else { return 0 }
    guard line < starts.count else { return bytes.count }
    let end = lineEnd(line)
    var offset = starts[line]
    var rest = character
    while offset < end {
      let units = encoding.units(bytes[offset])
      // Inside of a character is before it.
      if units > rest { break }
      rest -= units
      offset += 1
      if encoding != .utf8 { while offset < end, bytes[offset] & 0xC0 == 0x80 { offset += 1 } }
    }
    while offset > starts[line], offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }

  /// The end of a line without its line break.
  private func lineEnd(_ line: Int) -> Int {
    var end = line + 1 < starts.count ? starts[line + 1] : bytes.count
    while end > starts[line], bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return end
  }

  /// The line of an offset and the units before it in that line.
  package func position(_ offset: Int) -> (line: Int, character: Int) {
    let offset = min(max(0, offset), bytes.count)
    var low = 0
    var high = starts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    var character = 0
    for byte in bytes[starts[low]..<offset] { character += encoding.units(byte) }
    return (low, character)
  }

  /// A place as the protocol writes it.
  func value(_ offset: Int) -> Value {
    let position = position(offset)
    return ["line": .int(position.line), "character": .int(position.character)]
  }

  /// A range as the protocol writes it.
  func value(_ range: ByteRange) -> Value { ["start": value(range.lowerBound), "end": value(range.upperBound)] }

  /// The offset of a place that the client wrote, or nil when it is none.
  func offset(_ position: Value?) -> Int? {
    guard let line = position?["line"]?.int, let character = position?["character"]?.int else { return nil }
    return offset(line: line, character: character)
  }

  /// The bytes of a range that the client wrote, or nil when it is none.
  func range(_ range: Value?) -> ByteRange? {
    guard let start = offset(range?["start"]), let end = offset(range?["end"]) else { return nil }
    return ByteRange(min(start, end), max(start, end))
  }
}

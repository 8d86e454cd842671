/// The text of one file that a person wrote, with its table of lines.
///
/// Offsets are counted in UTF-8 bytes from 0. Lines and columns are counted
/// from 1; a column is a number of Unicode scalars.
public final class SourceFile: Sendable {
  /// The name shown in messages: the path as the user gave it, or `<string>`.
  public let path: String

  /// The bytes of the file, without a leading byte-order mark.
  public let bytes: [UInt8]

  /// The number of bytes that were dropped before `bytes`, for readers of the file itself.
  let byteOrderMarkCount: Int

  /// Byte offsets at which each line starts; the first is always 0.
  public let lineStarts: [Int]

  /// Creates a source file from its bytes; a leading UTF-8 byte-order mark is dropped.
  public init(path: String, bytes: [UInt8]) {
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let content = hasMark ? Array(bytes.dropFirst(3)) : bytes
    var starts = [0]
    for (offset, byte) in content.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    self.path = path
    self.bytes = content
    self.byteOrderMarkCount = bytes.count - content.count
    self.lineStarts = starts
  }

  /// Creates a source file from a string.
  public convenience init(path: String, text: String) {
    self.init(path: path, bytes: Array(text.utf8))
  }

  /// The line and column of a byte offset; an offset past the end is the end.
  ///
  /// - Complexity: O(log lines + length of the line).
  public func location(at offset: Int) -> SourceLocation {
    let offset = min(max(0, offset), bytes.count)
    let line = lineIndex(containing: offset)
    var column = 1
    for byte in bytes[lineStarts[line]..<offset] where byte & 0xC0 != 0x80 { column += 1 }
    return SourceLocation(line: line + 1, column: column)
  }

  /// The byte offset of a line and a column, both counted from 1.
  ///
  /// A column past the end of the line gives the end of that line.
  public func offset(line: Int, column: Int) -> Int {
    let index = min(max(0, line - 1), lineStarts.count - 1)
    let end = lineRange(index).upperBound
    var offset = lineStarts[index]
    var remaining = column - 1
    while remaining > 0 && offset < end {
      offset += 1
      while offset < end && bytes[offset] & 0xC0 == 0x80 { offset += 1 }
      remaining -= 1
    }
    return offset
  }

  /// The text of a line counted from 1, without its line break.
  public func line(_ number: Int) -> String {
    guard number >= 1 && number <= lineStarts.count else { return "" }
    let range = lineRange(number - 1)
    return String(decoding: bytes[range.lowerBound..<range.upperBound], as: UTF8.self)
  }

  /// The text of a byte range, cut to the file.
  public func text(in range: ByteRange) -> String {
    let lower = min(max(0, range.lowerBound), bytes.count)
    let upper = min(max(lower, range.upperBound), bytes.count)
    return String(decoding: bytes[lower..<upper], as: UTF8.self)
  }

  /// The byte range of a line counted from 0, without its line break.
  func lineRange(_ index: Int) -> ByteRange {
    let start = lineStarts[index]
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
    if end > start && bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return ByteRange(start, end)
  }

  private func lineIndex(containing offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    return low
  }
}

internal import GraphRuntime

/// Takes messages out of a stream of bytes that come in pieces of any size.
///
/// A message is a header, `Content-Length: 12` and others, an empty line, and as many bytes of JSON. What is no
/// header is passed over up to the next one, so that garbage costs what it says and not the connection.
package struct MessageReader {
  /// What stands next in the stream.
  package enum Item {
    /// The bytes of a message.
    case message([UInt8])
    /// A message that is longer than any may be; its bytes are passed over.
    case tooLong
    /// Bytes that are no message.
    case garbage
  }

  /// The longest message, in bytes; files are far shorter.
  package static let maximumLength = 64 << 20

  /// The longest header, in bytes.
  private static let maximumHeader = 8 << 10

  private var bytes: [UInt8] = []
  private var position = 0

  /// The bytes of a message that is too long which are still to come.
  private var skipped = 0

  /// Creates a reader of a stream's begin.
  package init() {}

  /// Adds bytes to the stream.
  package mutating func append(_ piece: some Sequence<UInt8>) {
    if position > 0 {
      bytes.removeSubrange(..<position)
      position = 0
    }
    bytes.append(contentsOf: piece)
  }

  /// The next item, or nil when more bytes are needed.
  package mutating func next() -> Item? {
    let count = min(skipped, bytes.count - position)
    position += count
    skipped -= count
    guard skipped == 0 else { return nil }
    while let end = headerEnd() {
      guard let length = contentLength(position..<end.header) else {
        let hadContent = end.header > position
        position = end.body
        if hadContent { return .garbage }
        continue
      }
      guard length <= Self.maximumLength else {
        position = end.body
        skipped = length
        return .tooLong
      }
      guard bytes.count - end.body >= length else { return nil }
      defer { position = end.body + length }
      return .message(Array(bytes[end.body..<(end.body + length)]))
    }
    guard bytes.count - position > Self.maximumHeader else { return nil }
    passGarbage()
    return .garbage
  }

  /// The end of the header and the begin of what follows the empty line.
  private func headerEnd() -> (header: Int, body: Int)? {
    var index = position
    while let line = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) {
      var next = line + 1
      if next < bytes.count, bytes[next] == UInt8(ascii: "\r") { next += 1 }
      guard next < bytes.count else { return nil }
      if bytes[next] == UInt8(ascii: "\n") { return (line, next + 1) }
      index = line + 1
    }
    return nil
  }

  /// The length that a header names in its last lines; garbage may stand before them.
  private func contentLength(_ range: Range<Int>) -> Int? {
    let lines = bytes[range].split(separator: UInt8(ascii: "\n"))
    for line in lines.reversed() {
      let text = String(decoding: line, as: UTF8.self).lowercased()
      guard let name = text.range(of: "content-length:") else { continue }
      let digits = text[name.upperBound...].drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber }
      if let length = Int(digits), length >= 0 { return length }
    }
    return nil
  }

  /// Passes over bytes, but for the last, in which a header may begin.
  private mutating func passGarbage() { position = bytes.count - 64 }
}

extension StringProtocol {
  /// The first place of another text.
  fileprivate func range(of other: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
      start = index(after: start)
    }
    return nil
  }
}

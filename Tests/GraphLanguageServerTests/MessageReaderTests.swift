import GraphLanguageServer
import Testing

/// Messages in a stream of bytes.
@Suite(.timeLimit(.minutes(5)))
struct MessageReaderTests {
  /// What a reader finds in bytes that come in pieces of a size.
  private static func items(_ text: String, pieces: Int = 1_000) -> [String] {
    var reader = MessageReader()
    var items: [String] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      reader.append(bytes[start..<min(start + pieces, bytes.count)])
      while let item = reader.next() {
        switch item {
        case .message(let bytes): items.append(String(decoding: bytes, as: UTF8.self))
        case .garbage: items.append("garbage")
        case .tooLong: items.append("too long")
        }
      }
    }
    return items
  }

  @Test(arguments: [1, 2, 3, 7, 1_000])
  func `Messages come whole, however their bytes come`(pieces: Int) {
    let text =
      "Content-Length: 2\r\n\r\n{}Content-Type: x; charset=utf-8\r\nContent-Length: 4\r\n\r\n\"é\""
      + "content-length:1\n\n7"
    #expect(Self.items(text, pieces: pieces) == ["{}", "\"é\"", "7"])
  }

  @Test(arguments: [1, 1_000])
  func `Garbage before a header is passed over`(pieces: Int) {
    #expect(Self.items("hello\r\n\r\nContent-Length: 2\r\n\r\n{}", pieces: pieces) == ["garbage", "{}"])
    #expect(Self.items("hello\nContent-Length: 2\r\n\r\n{}", pieces: pieces) == ["{}"])
    #expect(Self.items("Content-Length: x\r\n\r\nContent-Length: 2\r\n\r\n{}", pieces: pieces) == ["garbage", "{}"])
    #expect(Self.items("Content-Length: -5\r\n\r\nContent-Length: 2\r\n\r\n{}", pieces: pieces) == ["garbage", "{}"])
  }

  @Test func `Garbage without an end does not fill memory`() {
    let noise = String(repeating: "x", count: 100_000)
    let items = Self.items(noise + "\r\nContent-Length: 2\r\n\r\n{}")
    #expect(items.last == "{}")
    #expect(items.dropLast().allSatisfy { $0 == "garbage" })
  }

  @Test func `A message that is too long is passed over`() {
    var reader = MessageReader()
    let length = MessageReader.maximumLength + 5
    reader.append("Content-Length: \(length)\r\n\r\n".utf8)
    guard case .tooLong? = reader.next() else {
      Issue.record("not refused")
      return
    }
    var rest = length
    let piece = [UInt8](repeating: 120, count: 1 << 20)
    while rest > 0 {
      reader.append(piece.prefix(rest))
      rest -= min(rest, piece.count)
      if reader.next() != nil { Issue.record("something was found") }
    }
    reader.append("Content-Length: 2\r\n\r\n{}".utf8)
    guard case .message(let bytes)? = reader.next() else {
      Issue.record("not found")
      return
    }
    #expect(bytes == Array("{}".utf8))
  }
}

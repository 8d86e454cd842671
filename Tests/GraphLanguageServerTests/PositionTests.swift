import GraphLanguageServer
import GraphRuntime
import GraphTestSupport
import Testing

/// How places of an editor are turned into bytes and back.
@Suite(.timeLimit(.minutes(5)))
struct PositionTests {
  /// One, two, three and four bytes in UTF-8; one, one, one and two units in UTF-16.
  static let text = "aé‰😀z\r\n\rlast: ü\n"

  @Test(arguments: [
    (PositionEncoding.utf8, [0, 1, 3, 6, 10, 11]), (.utf16, [0, 1, 2, 3, 5, 6]), (.utf32, [0, 1, 2, 3, 4, 5]),
  ])
  func `Characters count what the encoding says`(encoding: PositionEncoding, characters: [Int]) {
    let lines = LinePositions(Array(Self.text.utf8), encoding)
    for (offset, character) in zip([0, 1, 3, 6, 10, 11], characters) {
      #expect(lines.offset(line: 0, character: character) == offset)
      #expect(lines.position(offset).character == character)
    }
  }

  @Test func `Lines end with a line feed, a carriage return or both`() {
    let lines = LinePositions(Array("a\r\nb\rc\n".utf8), .utf16)
    #expect(lines.lineCount == 4)
    #expect([0, 3, 5, 7].map { lines.position($0).line } == [0, 1, 2, 3])
  }

  @Test func `A place behind the end of a line or of the text is that end`() {
    let lines = LinePositions(Array("ab\r\ncd".utf8), .utf16)
    #expect(lines.offset(line: 0, character: 99) == 2)
    #expect(lines.offset(line: 1, character: 99) == 6)
    #expect(lines.offset(line: 9, character: 0) == 6)
    #expect(lines.offset(line: -1, character: 0) == 0)
  }

  @Test(arguments: [PositionEncoding.utf8, .utf16, .utf32])
  func `Every offset at which a character begins comes back`(encoding: PositionEncoding) {
    let bytes = Array(Self.text.utf8)
    let lines = LinePositions(bytes, encoding)
    for offset in 0...bytes.count where offset == bytes.count || bytes[offset] & 0xC0 != 0x80 {
      // The middle of a line break is no place.
      if offset > 0, bytes[offset - 1] == UInt8(ascii: "\r"), offset < bytes.count, bytes[offset] == UInt8(ascii: "\n")
      {
        continue
      }
      let position = lines.position(offset)
      #expect(lines.offset(line: position.line, character: position.character) == offset)
    }
  }

  @Test func `A place inside of a character is before it`() {
    #expect(LinePositions(Array("😀".utf8), .utf16).offset(line: 0, character: 1) == 0)
    #expect(LinePositions(Array("é".utf8), .utf8).offset(line: 0, character: 1) == 0)
  }

  @Test(arguments: [
    (["utf-8", "utf-16"], "utf-8"), (["utf-16", "utf-8"], "utf-8"), (["utf-16"], "utf-16"), ([], "utf-16"),
    (["utf-32"], "utf-32"), (["utf-32", "utf-16"], "utf-16"), (["latin-1"], "utf-16"),
  ])
  func `The server counts bytes where the client can`(offered: [String], chosen: String) throws {
    var server = try LanguageServer(factory: Editor([:]).factory, version: "test")
    let answer = server.receive([
      "jsonrpc": "2.0", "id": 1, "method": "initialize",
      "params": ["capabilities": ["general": ["positionEncodings": .list(offered.map { .string($0) })]]],
    ])
    #expect(answer.first?["result"]?["capabilities"]?["positionEncoding"] == .string(chosen))
  }

  @Test func `Changes of parts give the text that the editor has, in every encoding`() throws {
    var random = SeededGenerator(7)
    let pieces = ["a", "é", "😀", "\n", "\r\n", "key: ", "- ", "", "‰‰", "x\ny"]
    for encoding in ["utf-8", "utf-16"] {
      let editor = try Editor(
        [:], abilities: ["general": ["positionEncodings": [.string(encoding)]]])
      var text = "one: 1\ntwo: é😀\n"
      try editor.open("graphs/a.yaml", text)
      for _ in 0..<300 {
        let bytes = Array(text.utf8)
        let lines = LinePositions(bytes, try #require(PositionEncoding(rawValue: encoding)))
        let starts = (0...bytes.count).filter { offset in
          guard offset < bytes.count else { return true }
          let splitsBreak = offset > 0 && bytes[offset - 1] == 13 && bytes[offset] == 10
          return bytes[offset] & 0xC0 != 0x80 && !splitsBreak
        }
        let places = [starts.randomElement(using: &random) ?? 0, starts.randomElement(using: &random) ?? 0].sorted()
        let piece = pieces.randomElement(using: &random) ?? ""
        func value(_ offset: Int) -> Value {
          let position = lines.position(offset)
          return ["line": .int(position.line), "character": .int(position.character)]
        }
        editor.change(
          "graphs/a.yaml",
          [["range": ["start": value(places[0]), "end": value(places[1])], "text": .string(piece)]])
        var changed = bytes
        changed.replaceSubrange(places[0]..<places[1], with: piece.utf8)
        text = String(decoding: changed, as: UTF8.self)
        let known = editor.server.text(uri: "file://\(editor.folder.path)/graphs/a.yaml")
        try #require(known.map { Array($0.utf8) } == Array(text.utf8))
      }
    }
  }
}

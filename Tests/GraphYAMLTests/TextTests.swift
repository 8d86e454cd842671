import GraphDiagnostics
import GraphTestSupport
import GraphYAML
import Testing

@Suite(.timeLimit(.minutes(10))) struct TextTests {
  private func diagnostics(_ bytes: [UInt8]) -> [ExpectedDiagnostic] {
    let engine = DiagnosticEngine()
    #expect(YAMLParser.parse(SourceFile(path: "t", bytes: bytes), diagnostics: engine) == nil)
    return engine.diagnostics.map { ExpectedDiagnostic($0) }
  }

  @Test(
    arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80]] as [[UInt8]])
  func `bytes that are not UTF-8 are an error where they are`(bytes: [UInt8]) {
    let found = diagnostics(Array("a: é\nb: ".utf8) + bytes)
    #expect(found == [.init(.init(line: 2, column: 4), "GR0001", "the file is not valid UTF-8 here")])
  }

  @Test func `UTF-16 has a message of its own`() {
    let found = diagnostics([0xFF, 0xFE, 0x61, 0x00])
    #expect(found.map(\.message) == ["the file is written in UTF-16; save it as UTF-8"])
  }

  @Test(arguments: [
    ("\u{0}", "U+0000"), ("\u{7}", "U+0007"), ("\u{1B}", "U+001B"), ("\u{7F}", "U+007F"), ("\u{80}", "U+0080"),
    ("\u{9F}", "U+009F"), ("\u{FFFE}", "U+FFFE"), ("\u{FFFF}", "U+FFFF"),
  ])
  func `control characters are errors where they are`(character: String, name: String) {
    let parsed = ParsedYAML("é: \"x1️⃣\(character)\"\n")
    #expect(
      parsed.diagnostics == [
        .init(
          parsed.source["1️⃣"], "GR0002",
          "the control character \(name) is not allowed in a file; write it as an escape in double quotes")
      ])
    #expect(parsed.root == nil)
  }

  @Test(arguments: ["\u{85}", "\u{A0}", "\u{D7FF}", "\u{E000}", "\u{FFFD}", "\u{10FFFF}", "\u{2028}", "\u{FEFF}", "\t"])
  func `other characters are fine`(character: String) {
    #expect(ParsedYAML("a: \"x\(character)y\"\n").diagnostics == [])
  }

  @Test func `any character can be written as an escape`() {
    #expect(ParsedYAML(#"a: "\0\a\e\x7F\u0085\U0001F600""#).root?["a"]?.scalar?.text == "\0\u{7}\u{1B}\u{7F}\u{85}😀")
  }
}

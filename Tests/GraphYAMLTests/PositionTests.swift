import GraphDiagnostics
import GraphTestSupport
import GraphYAML
import Testing

@Suite(.timeLimit(.minutes(10))) struct PositionTests {
  /// The node with the key `x`, at the first or second level.
  private func wanted(_ root: YAMLNode?) -> YAMLNode? {
    root?["x"] ?? root?["a"]?["x"] ?? root?[0]?["x"]
  }

  @Test(arguments: [
    "x: 1️⃣plain text2️⃣ # comment\n", "x: 1️⃣'single'2️⃣\n", "x: 1️⃣\"double\"2️⃣   \n", "x: 1️⃣[1, 2]2️⃣ # c\n",
    "x: 1️⃣{a: 1,\n  b: 2}2️⃣\n", "x: 1️⃣plain\n  on two lines2️⃣\ny: 1\n", "x: 1️⃣|\n  one\n  two2️⃣\ny: 1\n",
    "x: 1️⃣|+\n  one2️⃣\n\n\ny: 1\n", "x: 1️⃣>-  # comment\n  one2️⃣", "x: 1️⃣|2️⃣\ny: 1\n", "x:1️⃣2️⃣ \n\ny: 1\n",
    "x:1️⃣2️⃣", "a: {x: 1️⃣12️⃣}", "a: {x1️⃣2️⃣, b}", "a: {x:1️⃣2️⃣ , b}", "? x1️⃣2️⃣\n\n# a: comment\n? y\n", "? x\n:1️⃣2️⃣\n",
    "x:\n  1️⃣- 1\n  - 22️⃣\n\n# comment\ny: 3\n", "x:\n1️⃣- 1\n- 22️⃣\ny: 3\n", "x:\n  1️⃣b: 1\n  c:\n    d: 22️⃣\n\ny: 3\n",
    "x:\n  1️⃣- b:\n      - c2️⃣\n\n\n# end\n", "- x: 1️⃣12️⃣\n  y: 2\n", "x: &anchor 1️⃣text2️⃣\n", "x: !!str 1️⃣text2️⃣\n",
    "x: &a !!str 1️⃣'t'2️⃣\n", "x: !!str &a\n  # comment\n  1️⃣t2️⃣\n", "x: &a 1️⃣[1]2️⃣\n", "x: &a\n  1️⃣b: 12️⃣\ny: 2\n",
    "x: &a !!map\n  1️⃣&b b: 12️⃣\ny: 2\n", "x: !!seq\n  1️⃣- 12️⃣\n", "x: &a1️⃣2️⃣\ny: 1\n", "x: &a1️⃣:b2️⃣\n", "x: !!str1️⃣2️⃣\ny: 1\n",
    "x: ! 1️⃣12️⃣\n", "x: 1️⃣[a: 1]2️⃣\n", "x:\n  1️⃣- 1\n  -2️⃣\n", "x:\n  1️⃣b:2️⃣\n",
  ])
  func `a span covers exactly the node`(text: String) throws {
    let parsed = ParsedYAML(text)
    let node = try #require(wanted(parsed.root))
    #expect(node.span.range == parsed.marked, "\(node.span.text.debugDescription)")
    #expect(parsed.diagnostics == [])
  }

  @Test(arguments: [
    "1️⃣x2️⃣: 1\n", "1️⃣\"x\"2️⃣: 1\n", "? 1️⃣x2️⃣\n: 1\n", "a: {b: 1, 1️⃣'x'2️⃣: 1}", "&k 1️⃣x2️⃣: 1\n", "é😀: 1\n1️⃣x2️⃣: 1\n",
  ])
  func `a key has a place`(text: String) throws {
    let parsed = ParsedYAML(text)
    let entry = try #require(parsed.root?.mapping?["x"] ?? parsed.root?["a"]?.mapping?["x"])
    #expect(entry.key.span.range == parsed.marked)
  }

  @Test func `a pair in a list ends with its value`() throws {
    let parsed = ParsedYAML("[1️⃣a: 12️⃣  , b]")
    #expect(parsed.root?[0]?.span.range == parsed.marked)
  }

  @Test func `a pair in a list may begin with braces`() throws {
    let parsed = ParsedYAML("[1️⃣{a: 1}: 12️⃣  , b]")
    #expect(parsed.all.map(\.span?.text) == ["{a: 1}"])
  }

  @Test(arguments: ["\n", "\r\n"], ["é", "😀", "e\u{301}", "日本語", "\u{FEFF}x", "a"])
  func `places are right behind any text and line break`(lineBreak: String, filler: String) throws {
    let text = [
      "# \(filler)\(filler)", "k\(filler): '\(filler)' # \(filler)", "b: |", "  \(filler)", "", "  \(filler)",
      "list: [\(filler), 1️⃣target2️⃣, \(filler)]",
    ].joined(separator: lineBreak)
    for ending in ["", lineBreak] {
      let parsed = ParsedYAML(text + ending)
      let node = try #require(parsed.root?["list"]?[1])
      #expect(node.span.range == parsed.marked)
      #expect(node.span.start.line == 7)
      #expect(node.span.text == "target")
    }
  }

  @Test func `places are right far into a long text that is not ASCII`() throws {
    let lines = (0..<400).map { "é\($0)😀: 'ü\($0)'" }
    let parsed = ParsedYAML(lines.joined(separator: "\r\n"))
    let entries = try #require(parsed.root?.mapping?.entries)
    for (number, entry) in entries.enumerated() {
      #expect(entry.key.span.text == "é\(number)😀")
      #expect(entry.value.span.text == "'ü\(number)'")
    }
  }

  @Test func `a byte-order mark moves nothing`() {
    let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("a: b".utf8)
    let root = YAMLParser.parse(SourceFile(path: "t", bytes: bytes), diagnostics: DiagnosticEngine())
    #expect(root?["a"]?.span.range == ByteRange(3, 4))
  }
}

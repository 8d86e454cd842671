import GraphDiagnostics
import GraphTestSupport
import GraphYAML
import Testing

@Suite(.timeLimit(.minutes(10))) struct ContentMapTests {
  /// The content between two substrings' bytes in the scalar `x` stands between `1️⃣` and `2️⃣`.
  @Test(arguments: [
    ("x: say 1️⃣{name}2️⃣ now\n", "{name}"), ("x: 'it''s 1️⃣{name}2️⃣'\n", "{name}"),
    ("x: \"\\u00e9\\n1️⃣{name}2️⃣\"\n", "{name}"), ("x: \"a1️⃣\\n2️⃣b\"\n", "\n"), ("x: 'it1️⃣''2️⃣s'\n", "'"),
    ("x: |\n  é\n  say 1️⃣{name}2️⃣\n", "{name}"), ("x: |4\n      1️⃣{name}2️⃣\n", "{name}"),
    ("x: >\n  one\n  two 1️⃣{name}2️⃣\n", "{name}"), ("x: one1️⃣\n  2️⃣two\n", " "),
    ("x: one\n\n  two 1️⃣{name}2️⃣\n", "{name}"), ("x: \"one\\\n    1️⃣two2️⃣\"\n", "two"),
    ("x: one 1️⃣two\r\n  three2️⃣\r\n", "two three"), ("x: |\r\n  one1️⃣\r\n2️⃣  two\r\n", "\n"),
    ("x: >-\n  one\n    1️⃣  more2️⃣\n  two\n", "  more"),
  ])
  func `content is found where it is written`(text: String, content: String) throws {
    let parsed = ParsedYAML(text)
    let node = try #require(parsed.root?["x"])
    let bytes = Array(try #require(node.scalar).text.utf8)
    let wanted = Array(content.utf8)
    let lower = try #require(
      (0...(bytes.count - wanted.count)).first { Array(bytes[$0..<($0 + wanted.count)]) == wanted })
    let found = node.span(ofContent: ByteRange(lower, lower + wanted.count))
    // A folded line break stands where the break is, without the indentation behind it.
    let expected = content == " " ? ByteRange(parsed.marked.lowerBound, parsed.marked.lowerBound + 1) : parsed.marked
    #expect(found.range == expected, "\(found.text.debugDescription)")
  }

  @Test func `an empty range is the empty span before its byte`() throws {
    let node = try #require(ParsedYAML("x: \"a\\nb\"\n").root?["x"])
    #expect((0...3).map { node.span(ofContent: ByteRange($0, $0)).range.lowerBound } == [4, 5, 7, 8])
    #expect(node.span(ofContent: ByteRange(1, 1)).range.count == 0)
  }

  @Test(arguments: [("x: ''\n", 4), ("x: \"\"\n", 4), ("x:\n", 2), ("x: |\ny: 1\n", 5)])
  func `content that is empty has a place`(text: String, offset: Int) throws {
    let node = try #require(ParsedYAML(text).root?["x"])
    #expect(node.span(ofContent: ByteRange(0, 0)).range == ByteRange(offset, offset))
  }

  @Test func `a range beyond the content is cut`() throws {
    let node = try #require(ParsedYAML("x: 'ab'\n").root?["x"])
    #expect(node.span(ofContent: ByteRange(-3, 99)).range == ByteRange(4, 6))
    #expect(node.span(ofContent: ByteRange(50, 60)).range == ByteRange(6, 6))
  }

  @Test func `content of a collection is the collection`() throws {
    let node = try #require(ParsedYAML("x: [a]\n").root?["x"])
    #expect(node.span(ofContent: ByteRange(0, 1)) == node.span)
  }
}

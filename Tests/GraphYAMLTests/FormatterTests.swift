import GraphDiagnostics
import GraphTestSupport
import GraphYAML
import Testing

/// The layout that `graph fmt` gives to files.
@Suite(.timeLimit(.minutes(5)))
struct FormatterTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let source: String
    let expected: String

    init(_ name: String, _ source: String, _ expected: String) {
      testDescription = name
      self.source = source
      self.expected = expected
    }
  }

  static let cases: [Case] = [
    Case("indentation", "a:\n      b: 1\n      c:\n         d: 2\n", "a:\n  b: 1\n  c:\n    d: 2\n"),
    Case("lists are indented", "a:\n- 1\n- b: 2\n  c: 3\n", "a:\n  - 1\n  - b: 2\n    c: 3\n"),
    Case("lists in lists", "-   - 1\n    -   - 2\n", "- - 1\n  - - 2\n"),
    Case("spaces around colons", "a  :    1\n\"b c\" : 2\n", "a: 1\nb c: 2\n"),
    Case("blank lines, one at most", "\n\na: 1\n\n\n\nb:\n\n  c: 1\n\n  d: 2\n", "a: 1\n\nb:\n  c: 1\n\n  d: 2\n"),
    Case("a missing line break at the end", "a: 1", "a: 1\n"),
    Case("an empty file", "", ""),
    Case("a file of comments", "\n# one\n\n\n# two", "# one\n\n# two\n"),
    Case("brackets and braces", "a: [ 1,2 , 3, ]\nb: { c : 1, d: [ ] }\n", "a: [1, 2, 3]\nb: {c: 1, d: []}\n"),
    Case("a list in brackets over several lines", "a: [1,\n    2\n  ]\n", "a: [1, 2]\n"),
    Case("a pair in a list", "a: [b: 1, c]\n", "a: [b: 1, c]\n"),
    Case(
      "what does not fit",
      "routes: {\(String(repeating: "x", count: 60)): a, \(String(repeating: "y", count: 60)): b}\n",
      "routes:\n  \(String(repeating: "x", count: 60)): a\n  \(String(repeating: "y", count: 60)): b\n"),
    Case("a missing value in braces", "a: {b: , c: 1}\n", "a:\n  b:\n  c: 1\n"),
    Case("keys without colons in braces", "a: {b, c: 1}\n", "a: {b, c: 1}\n"),
    Case("explicit keys", "? a\n: 1\n? b\n", "a: 1\nb:\n"),
    // Quotes
    Case("quotes that nothing needs", "a: 'x'\n'b': \"y z\"\n", "a: x\nb: y z\n"),
    Case("one kind of quotes", "a: 'x: y'\nb: '\"hi\": x'\n", "a: \"x: y\"\nb: '\"hi\": x'\n"),
    Case(
      "text that looks like something else",
      "a: ['1.0', 'yes', 'null', '~', '', '2020-01-01', 'true', '<<', ' x', '#', 'a #b', '{x}', 'x {y}']\n",
      "a: [\"1.0\", \"yes\", \"null\", \"~\", \"\", \"2020-01-01\", \"true\", \"<<\", \" x\", \"#\", \"a #b\", \"{x}\", \"x {y}\"]\n"
    ),
    Case("commas in brackets", "a: ['b, c']\nd: 'b, c'\n", "a: [\"b, c\"]\nd: b, c\n"),
    Case("escapes", #"a: "x\ty""# + "\n", #"a: "x\ty""# + "\n"),
    Case("a tag keeps quotes", "a: !!str '1'\nb: !!str 'x'\n", "a: !!str '1'\nb: !!str 'x'\n"),
    // Texts over several lines
    Case("a literal text", "a: |\n      x\n        y\n\n      z\nb: 1\n", "a: |\n  x\n    y\n\n  z\nb: 1\n"),
    Case("a folded text", "a: >-\n      x\n      y\n", "a: >-\n  x\n  y\n"),
    Case("an indented text", "a:\n  b: |4\n        x\n       y\n", "a:\n  b: |2\n      x\n     y\n"),
    Case("kept line breaks", "a: |+\n   x\n\n\nb: 1\n", "a: |+\n  x\n\n\nb: 1\n"),
    Case("a text that the file ends", "a: |\n    x", "a: |-\n  x\n"),
    Case("plain text over lines", "a: x\n        y\n\n        z\n", "a: x\n  y\n\n  z\n"),
    Case("quoted text over lines", "a: \"x \\\n        y\"\n", "a: \"x \\\n  y\"\n"),
    // Comments
    Case(
      "a comment behind a value", "a: 1 #x\nbb: 2      # y\n\nc: 3     # z\n", "a: 1   #x\nbb: 2  # y\n\nc: 3  # z\n"),
    Case("a comment behind a key", "a:     # x\n    b: 1\n", "a:  # x\n  b: 1\n"),
    Case("a comment behind a text's header", "a: |    # x\n    b # c\n", "a: |  # x\n  b # c\n"),
    Case("comments before entries", "# a\n\na: 1\n    # b\nb: 2\n", "# a\n\na: 1\n# b\nb: 2\n"),
    Case(
      "comments behind entries", "a:\n   b: 1\n   # in a\n# before c\nc:\n - 1\n # in c\n\n# at the end\n",
      "a:\n  b: 1\n  # in a\n# before c\nc:\n  - 1\n  # in c\n\n# at the end\n"),
    Case("comments below a missing value", "a:\n  # x\nb: 1\n", "a:\n  # x\nb: 1\n"),
    Case(
      "comments in brackets", "a: [ # x\n  1, # y\n  # z\n  2\n  # end\n] # w\n",
      "a:  # w\n  # x\n  - 1  # y\n  # z\n  - 2\n  # end\n"),
    Case("comments in empty brackets", "a: [\n  # x\n  ]\n", "# x\na: []\n"),
    Case("comments between dash and key", "- # x\n  # y\n  a: 1\n- b: 2\n", "# x\n# y\n- a: 1\n- b: 2\n"),
    Case("comments before a value", "a: # x\n  # y\n  1\n", "# y\na: 1  # x\n"),
    Case("comments before the colon", "? a # x\n: 1\n", "# x\na: 1\n"),
    // Anchors
    Case(
      "anchors, aliases and merges", "x-a: &a   {b: 1}\nc:\n    <<:   *a\n    d: &e   2\n    f: *e\n",
      "x-a: &a {b: 1}\nc:\n  <<: *a\n  d: &e 2\n  f: *e\n"),
    Case("an anchor of a mapping", "a: &x # y\n  b: 1\n", "a: &x  # y\n  b: 1\n"),
    Case("an anchor of an item", "- &x\n  a: 1\n- &y a: 1\n", "- &x\n  a: 1\n- &y a: 1\n"),
    Case("an alias as a key", "a: &x b\nc: {*x : 1}\n*x : 2\n", "a: &x b\nc: {*x : 1}\n*x : 2\n"),
    // Documents
    Case("a document marker", "# x\n---   # y\na:   1\n...\n# z\n", "# x\n---  # y\na: 1\n# z\n"),
    Case("line breaks of Windows", "a:   1\r\n# x\r\nb: |\r\n    y\r\n", "a: 1\r\n# x\r\nb: |\r\n  y\r\n"),
    Case("a mark of the byte order", "\u{FEFF}a:   1\n", "a: 1\n"),
    Case("a list at the top", "- 1\n-    2\n", "- 1\n- 2\n"),
    Case("a value alone", "   \"x\"   # y\n", "x  # y\n"),
  ]

  @Test(arguments: cases)
  func `A file gets its layout`(example: Case) throws {
    let diagnostics = DiagnosticEngine()
    let file = SourceFile(path: "a.yaml", text: example.source)
    let formatted = YAMLFormatter.format(file, diagnostics: diagnostics)
    #expect(formatted == example.expected)
    #expect(diagnostics.diagnostics.isEmpty)
    #expect(
      YAMLFormatter.format(SourceFile(path: "a.yaml", text: example.expected), diagnostics: diagnostics) == formatted)
  }

  @Test(arguments: [
    ("1️⃣%YAML 1.1\n---\na: 1\n", "a file with '%' directives is not formatted; it is left as it is"),
    ("? 1️⃣'a\n  b'\n: 1\n", "a file in which this is a key is not formatted; it is left as it is"),
    (
      "a: 1️⃣|1\n   \n\n",
      "a file with a block of text that holds nothing but spaces is not formatted; it is left as it is"
    ),
  ])
  func `What cannot be laid out safely is left alone`(source: String, message: String) throws {
    let marked = ParsedYAML(source)
    let diagnostics = DiagnosticEngine()
    #expect(YAMLFormatter.format(marked.source.file, diagnostics: diagnostics) == nil)
    let found = try #require(diagnostics.diagnostics.first)
    #expect(found.message == DiagnosticMessage("GR0030", message))
    #expect(found.span?.range.lowerBound == marked.source.offsets["1️⃣"])
  }

  @Test func `A broken file is left alone, and warnings are not the formatter's`() {
    let diagnostics = DiagnosticEngine()
    #expect(YAMLFormatter.format(SourceFile(path: "a.yaml", text: "a: [1\n"), diagnostics: diagnostics) == nil)
    #expect(diagnostics.diagnostics.map(\.code.id) == ["GR0006"])
    let quiet = DiagnosticEngine()
    #expect(YAMLFormatter.format(SourceFile(path: "a.yaml", text: "a:  yes\n"), diagnostics: quiet) == "a: yes\n")
    #expect(quiet.diagnostics.isEmpty)
  }
}

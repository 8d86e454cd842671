import GraphDiagnostics
import GraphTestSupport
import GraphYAML
import Testing

/// A broken text, what is said about it at `1️⃣`, and a note at `2️⃣` if there is one.
struct BrokenText: Sendable, CustomTestStringConvertible {
  let text: String
  let code: String
  let message: String
  var fixIt: String?
  var note: String?

  init(_ text: String, _ code: String, _ message: String, fixIt: String? = nil, note: String? = nil) {
    self.text = text
    self.code = code
    self.message = message
    self.fixIt = fixIt
    self.note = note
  }

  var testDescription: String { text.debugDescription }
}

@Suite(.timeLimit(.minutes(10))) struct SyntaxErrorTests {
  private func check(_ broken: BrokenText) {
    let parsed = ParsedYAML(broken.text)
    #expect(parsed.root == nil)
    #expect(
      parsed.diagnostics == [.init(parsed.source["1️⃣"], broken.code, broken.message, fixIt: broken.fixIt)])
    if let note = broken.note { #expect(parsed.notes == [.init(parsed.source["2️⃣"], note)]) }
  }

  private static let tab = "a tab cannot indent a line; use spaces"

  @Test(arguments: [
    BrokenText("a:\n1️⃣\tb: 1\n", "GR0005", tab), BrokenText("a: x\n1️⃣\tb: 1\n", "GR0005", tab),
    BrokenText("a: |\n1️⃣\tb\n", "GR0005", tab), BrokenText("a:\n  b: 1\n  1️⃣\t\tc: 1\n", "GR0005", tab),
    BrokenText("é:\n  - ü\n1️⃣\t- ö\n", "GR0005", tab),
  ])
  func `tabs cannot indent`(broken: BrokenText) { check(broken) }

  @Test func `all tabs of an indentation are marked`() {
    #expect(ParsedYAML("a:\n\t\t\tb: 1\n").all.map(\.span?.range) == [ByteRange(3, 6)])
  }

  @Test(arguments: [
    BrokenText("a: 1️⃣\"x\nb: 22️⃣\n", "GR0006", "this '\"' is never closed", note: "the file ends without '\"'"),
    BrokenText("a: 1️⃣'x\nb: 22️⃣\n\n", "GR0006", "this ''' is never closed", note: "the file ends without '''"),
    BrokenText("a: 1️⃣[1, 22️⃣\n", "GR0006", "this '[' is never closed", note: "the file ends without ']'"),
    BrokenText("a: [{}, 1️⃣[2️⃣\n", "GR0006", "this '[' is never closed", note: "the file ends without ']'"),
    BrokenText("a: 1️⃣{b: [],2️⃣ \n", "GR0006", "this '{' is never closed", note: "the file ends without '}'"),
    BrokenText("a: 1️⃣{b: 12️⃣", "GR0006", "this '{' is never closed", note: "the file ends without '}'"),
    BrokenText(
      "a: 1️⃣[1, 2\n2️⃣b: 2\n", "GR0006", "this '[' is never closed", note: "something else begins here"),
    BrokenText(
      "a: 1️⃣{b: 1\n2️⃣c: 2\n", "GR0006", "this '{' is never closed", note: "something else begins here"),
    BrokenText(
      "- a: 1️⃣[1, 2\n  2️⃣b: 2\n", "GR0006", "this '[' is never closed", note: "something else begins here"),
    BrokenText(
      "a: 2️⃣[1,\n   'b' 1️⃣'c']\n", "GR0006", "',' or ']' expected in this list", note: "opened here"),
    BrokenText(
      "a: 1️⃣\"x\nb: 2️⃣\"y\"\n", "GR0006", "this '\"' is not closed in its line",
      note: "the next one is here, and text follows it"),
    BrokenText(
      "a: {b: 1️⃣'x}\nb: {c: 2️⃣'y'}\n", "GR0006", "this ''' is not closed in its line",
      note: "the next one is here, and text follows it"),
    BrokenText("a: 2️⃣[b, 'c' 1️⃣'d']\n", "GR0006", "',' or ']' expected in this list", note: "opened here"),
    BrokenText(
      "a: 2️⃣\"x\n1️⃣---\n\"\n", "GR0006", "'---' and '...' end a document, but a quote is still open",
      note: "opened here"),
  ])
  func `what is opened must be closed`(broken: BrokenText) { check(broken) }

  @Test(arguments: [
    BrokenText(
      "a: b1️⃣: c # d\n", "GR0007", "a value that holds ': ' must be in quotes", fixIt: "\"b: c\""),
    BrokenText(
      "- a: say \"b\"1️⃣: c\n", "GR0007", "a value that holds ': ' must be in quotes", fixIt: "'say \"b\": c'"),
    BrokenText("a: it's \"b\"1️⃣: c\n", "GR0007", "a value that holds ': ' must be in quotes"),
    BrokenText(
      "\"a: b\": c1️⃣: d\n", "GR0007", "a value that holds ': ' must be in quotes", fixIt: "\"c: d\""),
  ])
  func `a colon in a value needs quotes`(broken: BrokenText) { check(broken) }

  private static let belowValue = "this key is indented below a key that has a value already; check the indentation"

  @Test(arguments: [
    BrokenText("a: b\n  1️⃣c: d\n", "GR0008", belowValue),
    BrokenText("a: 1\n 1️⃣b: 2\n", "GR0008", belowValue),
    BrokenText("1️⃣nodes\n  a: 1\n", "GR0008", "a key needs ':' after it"),
    BrokenText("a:\n  - 1️⃣nodes\n    a: 1\n", "GR0008", "a key needs ':' after it"),
    BrokenText("a: 1\n1️⃣foo # comment\nb: 2\n", "GR0008", "a key needs ':' after it"),
    BrokenText("a: 1\nfoo1️⃣:bar\nb: 2\n", "GR0008", "a ':' needs a space after it to end a key", fixIt: ": "),
    BrokenText(
      "a: 1\n1️⃣\"foo\nbar\": 1\n", "GR0008", "a key in quotes must end in its line and be followed by ': '"),
    BrokenText(
      "a:\n    b: 1\n  1️⃣c: 2\n", "GR0008", "a key of a mapping is expected here; check the indentation"),
    BrokenText(
      "2️⃣a: 1\n1️⃣- b\n", "GR0008", "a key of a mapping is expected here; check the indentation",
      note: "the mapping begins here"),
    BrokenText(
      "2️⃣- a\n1️⃣b: 1\n", "GR0008", "'- ' and an item of a list are expected here; check the indentation",
      note: "the list begins here"),
    BrokenText(
      "a:\n    1️⃣b: 1\n    c: 1\n  2️⃣- b: 2\n", "GR0008", "'- ' is missing before this item of a list", fixIt: "- ",
      note: "the next item is here"),
    BrokenText("[a]\n1️⃣b\n", "GR0008", "nothing can follow the document's value; check the indentation"),
  ])
  func `indentation and colons make the structure`(broken: BrokenText) { check(broken) }

  @Test(arguments: [
    BrokenText("a: 1️⃣@foo # c\n", "GR0009", "text that begins with '@' must be in quotes", fixIt: "\"@foo\""),
    BrokenText("a: 1️⃣%d items\n", "GR0009", "text that begins with '%' must be in quotes", fixIt: "\"%d items\""),
    BrokenText("a: 1️⃣`x`\n", "GR0009", "text that begins with '`' must be in quotes", fixIt: "\"`x`\""),
    BrokenText("a: 1️⃣*.py\n", "GR0009", "text that begins with '*' must be in quotes", fixIt: "\"*.py\""),
    BrokenText("a: 1️⃣&\n", "GR0009", "text that begins with '&' must be in quotes", fixIt: "\"&\""),
    BrokenText("a: 1️⃣? b\n", "GR0009", "text that begins with '? ' must be in quotes"),
    BrokenText(
      "a: 2️⃣\"b\" 1️⃣c\n", "GR0009", "text after the closing quote; put the whole value in quotes",
      note: "the text in quotes begins here"),
    BrokenText("a: [b] 1️⃣c\n", "GR0009", "text after ']'; put the whole value in quotes"),
    BrokenText(
      "a: 1️⃣- b\n", "GR0009", "a list cannot begin in the line of its key; put '- ' in the next line"),
    BrokenText("a: 1️⃣]\n", "GR0009", "a value is expected here"),
    BrokenText("a: [1️⃣,]\n", "GR0009", "a value is expected here"),
    BrokenText("a: |1️⃣0\n x\n", "GR0009", "text after '|' or '>' begins in the next line"),
    BrokenText("a: >1️⃣text\n", "GR0009", "text after '|' or '>' begins in the next line"),
    BrokenText(
      "1️⃣%YAML 3.0\n--- a\n", "GR0009", "only YAML 1.1 and 1.2 are understood; leave the '%YAML' line out"),
    BrokenText("a: 1️⃣!e!x 1\n", "GR0017", "the tag's handle is not declared"),
  ])
  func `text that means something to YAML needs quotes`(broken: BrokenText) { check(broken) }

  @Test func `a quote in single quotes is explained`() {
    let parsed = ParsedYAML("a: 2️⃣'it'1️⃣s'\n")
    #expect(
      parsed.notes == [
        .init(parsed.source["2️⃣"], "the text in quotes begins here"),
        .init(nil, "in single quotes, a single quote is written twice"),
      ])
  }

  @Test(arguments: [
    BrokenText(
      "a: \"x1️⃣\\dy\"\n", "GR0010", "'\\d' is no escape; in double quotes a backslash is written twice",
      fixIt: "\\\\d"),
    BrokenText(
      "a: \"😀1️⃣\\é\"\n", "GR0010", "'\\é' is no escape; in double quotes a backslash is written twice",
      fixIt: "\\\\é"),
    BrokenText("a: \"1️⃣\\xZZ\"\n", "GR0010", "this escape names no Unicode character"),
    BrokenText("a: \"1️⃣\\uD800\"\n", "GR0010", "this escape names no Unicode character"),
  ])
  func `escapes must be known`(broken: BrokenText) { check(broken) }

  @Test(arguments: [
    BrokenText(
      "p: 1️⃣{{ a }} and more\n", "GR0026", "text that begins with '{{' must be in quotes",
      fixIt: "\"{{ a }} and more\""),
    BrokenText(
      "p: 1️⃣{{ a.b[0] }} # c\n", "GR0026", "text that begins with '{{' must be in quotes",
      fixIt: "\"{{ a.b[0] }}\""),
    BrokenText(
      "- 1️⃣{% if x %}\n", "GR0026", "text that begins with '{%' must be in quotes", fixIt: "\"{% if x %}\""),
    BrokenText(
      "p: 1️⃣{{ a[\"b\"] }}\n", "GR0026", "text that begins with '{{' must be in quotes",
      fixIt: "'{{ a[\"b\"] }}'"),
  ])
  func `a template without quotes that breaks is one error`(broken: BrokenText) { check(broken) }

  @Test(arguments: ["p: 1️⃣{{ name }}\n", "l: [a, 1️⃣{{ name }}]\n", "m: {a: 1️⃣{{ name }}, b: c}\n"])
  func `a template without quotes that parses is an error, and text`(text: String) {
    let parsed = ParsedYAML(text)
    #expect(
      parsed.diagnostics == [
        .init(
          parsed.source["1️⃣"], "GR0026", "text that begins with '{{' must be in quotes", fixIt: "\"{{ name }}\"")
      ])
    #expect(parsed.root?.outline.contains("\"{{ name }}\"") == true)
  }

  @Test func `a template without quotes over lines is an error, and no tree`() {
    let parsed = ParsedYAML("p: 1️⃣{{ name\n  }}\n")
    #expect(
      parsed.diagnostics == [.init(parsed.source["1️⃣"], "GR0026", "text that begins with '{{' must be in quotes")])
    #expect(parsed.root == nil)
  }

  @Test func `a placeholder without quotes is an error, and text`() {
    let parsed = ParsedYAML("t: 1️⃣{state.topic}\n")
    #expect(
      parsed.diagnostics == [
        .init(
          parsed.source["1️⃣"], "GR0026",
          "'{state.topic}' without quotes is a mapping; text that begins with '{' must be in quotes",
          fixIt: "\"{state.topic}\"")
      ])
    #expect(parsed.root?.outline == "{t: \"{state.topic}\"}")
  }

  @Test(arguments: ["{a: }", "{a, b}", "{}", "{a: b}", "{? a}"])
  func `other mappings in braces are mappings`(text: String) {
    let parsed = ParsedYAML("t: \(text)\n")
    #expect(parsed.root?["t"]?.mapping != nil || text == "{? a}")
    if text != "{? a}" { #expect(parsed.diagnostics == []) }
  }

  @Test func `what comes before a syntax error is reported too`() {
    #expect(ParsedYAML("a: 1\na: 2\nb: [\n").diagnostics.map(\.code) == ["GR0011", "GR0006"])
  }
}

import GraphDiagnostics
import GraphTestSupport
import GraphYAML
import Testing

@Suite(.timeLimit(.minutes(10))) struct StructureTests {
  @Test(arguments: [
    ("a: 1\nb: [x, 2]\nc:\n  - d: e\n  - f\n", #"{a: 1, b: ["x", 2], c: [{d: "e"}, "f"]}"#),
    ("- a\n- - b\n  - c\n", #"["a", ["b", "c"]]"#),
    ("{a: {b: []}, c: {}}", "{a: {b: []}, c: {}}"),
    ("[a: 1, b]", #"[{a: 1}, "b"]"#),
    ("a:\nb:\n- \n- x\n", #"{a: null, b: [null, "x"]}"#),
    ("? a\n: 1\n? b\n", "{a: 1, b: null}"),
    ("text", #""text""#),
    ("--- \na: 1\n...\n", "{a: 1}"),
    ("%YAML 1.2\n---\na: 1\n", "{a: 1}"),
    ("a: |\n  x\n  y\nb: >-\n  x\n  y\n", #"{a: "x\ny\n", b: "x y"}"#),
    ("a: 'it''s'\nb: \"\\u00e9\\n\"\n", #"{a: "it\'s", b: "é\n"}"#),
    ("# comment\na: b # comment\n", #"{a: "b"}"#),
    ("~", "null"),
    ("\"\"", #""""#),
  ])
  func `a document becomes a tree`(text: String, outline: String) {
    let parsed = ParsedYAML(text)
    #expect(parsed.root?.outline == outline)
    #expect(parsed.diagnostics == [])
  }

  @Test(arguments: ["", "\n\n", "# only a comment\n", "---\n", "--- # nothing\n...\n", "\u{FEFF}"])
  func `an empty file is nil without a diagnostic`(text: String) {
    let parsed = ParsedYAML(text)
    #expect(parsed.root == nil)
    #expect(parsed.diagnostics == [])
  }

  @Test func `keys are text, whatever they look like`() {
    let parsed = ParsedYAML("1: a\ntrue: b\n~: c\non: d\n0x1F: e\n\"q\": f\n.nan: g\n99999999999999999999: h\n")
    let keys = parsed.root?.mapping?.entries.map(\.key.value)
    #expect(keys == ["1", "true", "~", "on", "0x1F", "q", ".nan", "99999999999999999999"])
    #expect(parsed.diagnostics == [])
  }

  @Test func `a mapping finds each of many keys`() throws {
    for count in [1, 8, 9, 10, 500] {
      let text = (0..<count).map { "key\($0): \($0)\n" }.joined()
      let mapping = try #require(ParsedYAML(text).root?.mapping)
      #expect(mapping.entries.count == count)
      for number in 0..<count { #expect(mapping["key\(number)"]?.value.scalar?.resolved == .int(number)) }
      #expect(mapping["key\(count)"] == nil)
    }
  }

  @Test(arguments: [
    ("x", "a string"), ("1", "an integer"), ("1.5", "a number"), ("true", "true or false"), ("null", "null"),
    ("[]", "a list"), ("{}", "a mapping"),
  ])
  func `kinds have names for messages`(text: String, kind: String) {
    #expect(ParsedYAML(text).root?.kindDescription == kind)
  }

  @Test func `a list as a key is an error`() {
    let parsed = ParsedYAML("1️⃣[a, b]: c\nd: e\n")
    #expect(parsed.diagnostics == [.init(parsed.source["1️⃣"], "GR0012", "a key must be text, not a list")])
    #expect(parsed.root == nil)
  }

  @Test func `a mapping as a key is an error`() {
    let parsed = ParsedYAML("? 1️⃣a: b\n: c\n")
    #expect(parsed.diagnostics == [.init(parsed.source["1️⃣"], "GR0012", "a key must be text, not a mapping")])
  }

  @Test func `a second document is an error and left out`() {
    let parsed = ParsedYAML("a: 1\n1️⃣---\nb: 2\n")
    #expect(
      parsed.diagnostics == [
        .init(parsed.source["1️⃣"], "GR0016", "a file holds one document; a second one begins here")
      ])
    #expect(parsed.root?.outline == "{a: 1}")
  }

  @Test func `a key that is written twice is an error, and the first counts`() {
    let parsed = ParsedYAML("2️⃣a: 1\nb: 2\n1️⃣a: 3\n")
    #expect(parsed.diagnostics == [.init(parsed.source["1️⃣"], "GR0011", "the key 'a' is written twice")])
    #expect(parsed.notes == [.init(parsed.source["2️⃣"], "first written here")])
    #expect(parsed.root?.outline == "{a: 1, b: 2}")
  }

  @Test func `a key is the same with and without quotes`() {
    #expect(ParsedYAML("{a: 1, \"a\": 2, 'a': 3}").diagnostics.map(\.code) == ["GR0011", "GR0011"])
  }

  @Test func `a first key that comes again behind others begins an item whose dash is missing`() throws {
    let parsed = ParsedYAML("edges:\n  - from: a\n    to: b\n    1️⃣from: b\n    to: c\n  - from: c\n    to: d\n")
    #expect(
      parsed.diagnostics == [
        .init(parsed.source["1️⃣"], "GR0008", "'- ' is missing before this item of a list", fixIt: "- ")
      ])
    let items = try #require(parsed.root?.mapping?["edges"]?.value.sequence)
    #expect(items.map { $0.mapping?["from"]?.value.scalar?.text } == ["a", "b", "c"])
    #expect(items.map { $0.mapping?["to"]?.value.scalar?.text } == ["b", "c", "d"])
    #expect(items[0].span.text == "from: a\n    to: b")
    #expect(items[1].span.text == "from: b\n    to: c")
  }

  @Test(arguments: [
    "- a: 1\n  1️⃣a: 2\n", "- {a: 1, b: 2, 1️⃣a: 3}\n", "- a: 1\n  b: 2\n  1️⃣b: 3\n", "x:\n  a: 1\n  b: 2\n  1️⃣a: 3\n",
  ])
  func `any other key that comes again is written twice`(text: String) {
    let parsed = ParsedYAML(text)
    #expect(parsed.diagnostics.map(\.code) == ["GR0011"])
    #expect(parsed.diagnostics.map(\.location) == [parsed.source["1️⃣"]])
  }

  @Test func `a key that is written twice is found among many`() {
    let text = (0..<100).map { "key\($0): \($0)\n" }.joined() + "1️⃣key42: x\n"
    let parsed = ParsedYAML(text)
    #expect(parsed.diagnostics == [.init(parsed.source["1️⃣"], "GR0011", "the key 'key42' is written twice")])
    #expect(parsed.notes.map(\.location?.line) == [43])
  }

  @Test(arguments: ["!foo", "!!python/object:os.system", "!!timestamp", "!<tag:example.org,2000:x>", "!!binary"])
  func `an unknown tag is an error`(tag: String) {
    let parsed = ParsedYAML("a: 1️⃣\(tag) x\nb: \(tag) [1]\n")
    #expect(parsed.diagnostics.first == .init(parsed.source["1️⃣"], "GR0017", "unknown tag '\(tag)'"))
    #expect(parsed.diagnostics.count == 2)
    #expect(parsed.root?.outline == #"{a: "x", b: [1]}"#)
  }
}

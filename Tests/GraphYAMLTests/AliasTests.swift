import GraphDiagnostics
import GraphTestSupport
import GraphYAML
import Testing

@Suite(.timeLimit(.minutes(10))) struct AliasTests {
  @Test func `an alias stands for what its anchor marks`() {
    let parsed = ParsedYAML("a: &x [1, {b: c}]\nd: *x\ne: &y text\nf: *y\n")
    #expect(parsed.root?.outline == #"{a: [1, {b: "c"}], d: [1, {b: "c"}], e: "text", f: "text"}"#)
    #expect(parsed.diagnostics == [])
  }

  @Test func `an anchor may be used again for something else`() {
    #expect(ParsedYAML("[&a 1, *a, &a 2, *a]").root?.outline == "[1, 1, 2, 2]")
  }

  @Test func `an anchor may mark a key, and an alias be one`() {
    #expect(ParsedYAML("&k name: 1\nb: {*k : 2}\n").root?.outline == "{name: 1, b: {name: 2}}")
  }

  @Test func `a node at an alias has the place of the alias, its children that of the anchor`() throws {
    let parsed = ParsedYAML("a: &x 3️⃣[yes!]\nb: 1️⃣*x2️⃣\n")
    let node = try #require(parsed.root?["b"])
    #expect(node.span.range == parsed.marked)
    #expect(node.definition.text == "[yes!]")
    #expect(node[0]?.span.start == SourceLocation(line: 1, column: 8))
  }

  @Test func `content at an alias stands at the anchor`() throws {
    let parsed = ParsedYAML("a: &x \"q\\n1️⃣{name}2️⃣\"\nb: *x\n")
    let node = try #require(parsed.root?["b"])
    #expect(node.span(ofContent: ByteRange(2, 8)).range == parsed.marked)
  }

  @Test func `an alias without an anchor before it is an error`() {
    let parsed = ParsedYAML("a: 1️⃣*later\nb: &later 1\n")
    #expect(
      parsed.diagnostics == [
        .init(parsed.source["1️⃣"], "GR0013", "no anchor '&later' stands before the alias '*later'")
      ])
    #expect(parsed.root == nil)
  }

  @Test func `a misspelled alias gets a suggestion`() {
    let parsed = ParsedYAML("a: &defaults 1\nb: 1️⃣*defualts\n")
    #expect(
      parsed.diagnostics == [
        .init(
          parsed.source["1️⃣"], "GR0013", "no anchor '&defualts' stands before the alias '*defualts'",
          fixIt: "*defaults")
      ])
    #expect(parsed.notes == [.init(nil, "did you mean '*defaults'?")])
  }

  @Test(arguments: ["2️⃣&a [x, 1️⃣*a]", "k: 2️⃣&a\n  b: 1️⃣*a\n", "2️⃣&a {1️⃣*a : x}"])
  func `an alias inside of what it refers to is an error`(text: String) {
    let parsed = ParsedYAML(text)
    #expect(
      parsed.diagnostics == [
        .init(parsed.source["1️⃣"], "GR0014", "the alias '*a' stands inside of what it refers to")
      ])
    #expect(parsed.notes == [.init(parsed.source["2️⃣"], "the anchor is on what contains it")])
  }

  @Test func `all aliases that are wrong are reported`() {
    #expect(
      ParsedYAML("a: *x\n*y : 1\nc: [*z]\n<<: *w\n").diagnostics.map(\.code) == Array(repeating: "GR0013", count: 4))
  }

  // MARK: - Merge keys

  @Test(arguments: [
    ("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\n", "{a: 1, b: 3}"),
    ("x: &x {a: 1, b: 2}\ny:\n  b: 3\n  <<: *x\n", "{b: 3, a: 1}"),
    ("x: [&x {a: 1}, &z {a: 2, c: 4}]\ny:\n  <<: [*x, *z]\n", "{a: 1, c: 4}"),
    ("x: &x {a: 1}\nz: &z {<<: *x, b: 2}\ny: {<<: *z, c: 3}\n", "{a: 1, b: 2, c: 3}"),
    ("y: {<<: {a: 1}, b: 2}\n", "{a: 1, b: 2}"),
    ("y: {<<: [], b: 2}\n", "{b: 2}"),
    ("y: {'<<': 1}\n", "{<<: 1}"),
  ])
  func `merge keys bring what is not there`(text: String, outline: String) {
    let parsed = ParsedYAML(text)
    #expect(parsed.root?["y"]?.outline == outline)
    #expect(parsed.diagnostics == [])
  }

  @Test func `merged entries keep the place of their key`() throws {
    let parsed = ParsedYAML("x: &x {1️⃣a2️⃣: 1}\ny:\n  <<: *x\n")
    #expect(parsed.root?["y"]?.mapping?["a"]?.key.span.range == parsed.marked)
  }

  @Test(arguments: [
    ("<<: 1️⃣3\n", "an integer"), ("x: &x text\ny: {<<: 1️⃣*x}\n", "a string"), ("<<: [{}, 1️⃣[]]\n", "a list"),
  ])
  func `what is no mapping cannot be merged`(text: String, kind: String) {
    let parsed = ParsedYAML(text)
    #expect(
      parsed.diagnostics == [
        .init(parsed.source["1️⃣"], "GR0015", "'<<' takes a mapping or a list of mappings, not \(kind)")
      ])
    #expect(parsed.root == nil)
  }

  @Test func `a second merge key is a key that is written twice`() {
    let parsed = ParsedYAML("2️⃣<<: {a: 1}\n1️⃣<<: {b: 1}\n")
    #expect(parsed.diagnostics == [.init(parsed.source["1️⃣"], "GR0011", "the key '<<' is written twice")])
    #expect(parsed.root?.outline == "{a: 1}")
  }
}

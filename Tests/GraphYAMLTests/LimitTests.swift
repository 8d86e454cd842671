import GraphDiagnostics
import GraphTestSupport
import GraphYAML
import Testing

/// Hostile files are refused after little work, which is counted and not timed.
@Suite(.timeLimit(.minutes(10))) struct LimitTests {
  private func parse(
    _ text: String, limits: YAMLLimits = .init()
  ) -> (root: YAMLNode?, found: [ExpectedDiagnostic], work: YAMLParser.Work) {
    let engine = DiagnosticEngine()
    var work = YAMLParser.Work()
    let root = YAMLParser.parse(SourceFile(path: "t", text: text), limits: limits, diagnostics: engine, work: &work)
    return (root, engine.diagnostics.map { ExpectedDiagnostic($0) }, work)
  }

  @Test(arguments: [("[", 129), ("{", 129), ("- ", 257), ("? ", 257), ("[{", 129), ("- ? ", 257)])
  func `a hundred thousand openings are refused at the limit`(opening: String, column: Int) {
    let (root, found, work) = parse(String(repeating: opening, count: 100_000))
    #expect(root == nil)
    #expect(
      found == [.init(.init(line: 1, column: column), "GR0019", "more than 128 collections inside one another")])
    #expect(work.events < 300)
    // The scanner may look as far ahead as a key can be long.
    #expect(work.scanned < 4_000)
  }

  @Test func `mappings nested over many lines are refused at the limit`() {
    let text = (0..<3_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    let (root, found, work) = parse(text)
    #expect(root == nil)
    #expect(
      found == [.init(.init(line: 129, column: 129), "GR0019", "more than 128 collections inside one another")])
    #expect(work.events < 500)
    #expect(work.scanned < 20_000)
  }

  @Test func `as many collections as the limit says are fine`() {
    let text = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(parse(text).found == [])
  }

  @Test func `a tree that is deep through aliases only is refused too`() {
    let text = "a0: &a0 [x]\n" + (1..<1_000).map { "a\($0): &a\($0) [*a\($0 - 1)]\n" }.joined()
    let (root, found, work) = parse(text)
    #expect(root == nil)
    #expect(found.map(\.message) == ["more than 128 collections inside one another"])
    #expect(work.events < 700)
  }

  @Test func `a billion laughs are refused after a few lines`() {
    let names = Array("abcdefghijklmnopqrstuvwxyz")
    let lines = names.indices.map { index in
      let item = index == 0 ? "lol" : "*\(names[index - 1])"
      return "\(names[index]): &\(names[index]) [\(Array(repeating: item, count: 9).joined(separator: ","))]\n"
    }
    let (root, found, work) = parse(lines.joined())
    #expect(root == nil)
    #expect(found.map(\.message) == ["the aliases of the file stand for more than 100000 values and keys"])
    #expect(found.map(\.location?.line) == [6])
    #expect(work.events < 100)
  }

  @Test func `the sum of aliases cannot overflow`() {
    var limits = YAMLLimits()
    limits.maximumAliasExpansion = .max
    let lines = (0..<100).map { index in
      "a\(index): &a\(index) [\(Array(repeating: index == 0 ? "x" : "*a\(index - 1)", count: 9).joined(separator: ","))]\n"
    }
    #expect(parse(lines.joined(), limits: limits).found.map(\.code) == ["GR0021"])
  }

  @Test func `merging a large mapping often counts as often`() {
    let keys = (0..<1_000).map { "k\($0): 1" }.joined(separator: ", ")
    let uses = (0..<1_000).map { "u\($0): {<<: *big}\n" }.joined()
    #expect(parse("big: &big {\(keys)}\n\(uses)").found.map(\.code) == ["GR0021"])
  }

  @Test func `too many nodes are refused`() {
    var limits = YAMLLimits()
    limits.maximumNodes = 5
    #expect(parse("[1, 2, 3, 4]", limits: limits).found == [])
    let (root, found, _) = parse("[1, 2, 3, 4, 5]", limits: limits)
    #expect(root == nil)
    #expect(found == [.init(.init(line: 1, column: 14), "GR0020", "the file has more than 5 values and keys")])
  }

  @Test func `too many bytes are refused unread`() {
    var limits = YAMLLimits()
    limits.maximumBytes = 4
    #expect(parse("a: 1", limits: limits).found == [])
    let (root, found, work) = parse("a: 12", limits: limits)
    #expect(root == nil)
    #expect(found == [.init(.init(line: 1, column: 1), "GR0003", "the file has 5 bytes; at most 4 are read")])
    #expect(work.events == 0)
  }

  @Test func `no more is reported than anybody reads, and no error hides behind warnings`() {
    let text = "[\(String(repeating: "yes, ", count: 60))\(String(repeating: ".nan, ", count: 60))]"
    var found = parse(text).found
    #expect(found.count { $0.code == "GR0024" } == 50)
    #expect(found.count { $0.code == "GR0023" } == 50)
    var limits = YAMLLimits()
    limits.maximumDiagnostics = 1
    found = parse(text, limits: limits).found
    #expect(found.map(\.code) == ["GR0024", "GR0023"])
  }

  @Test(arguments: ["\n", "\r", "\u{85}", "\u{2028}"])
  func `directives are few, as each is compared with all before it`(lineBreak: String) {
    let text = (0..<101).map { "%TAG !a\($0)! x\(lineBreak)" }.joined() + "--- a\n"
    #expect(parse(text).found.map(\.message) == ["more than 100 lines begin with '%'"])
    #expect(parse((0..<100).map { "%TAG !a\($0)! x\n" }.joined() + "--- a\n").found == [])
  }
}

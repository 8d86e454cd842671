import GraphDiagnostics
import GraphYAML
import Testing

/// Scalars with other text in them still know where each part is written.
@Suite(.timeLimit(.minutes(10)))
struct RewritingTests {
  @Test(arguments: [
    "k: say <x> and <y>!", "k: 'say <x> and <y>!'", #"k: "say <x> and <y>!""#, "k: |\n  say <x> and <y>!",
    "k: >\n  say <x> and <y>!",
  ])
  func `Old parts stand where they are written, new ones where the old stood`(text: String) throws {
    let file = SourceFile(path: "t.yaml", text: text + "\n")
    let root = try #require(YAMLParser.parse(file, diagnostics: DiagnosticEngine()))
    let node = try #require(root.mapping?["k"]?.value)
    let rewritten = node.replacing([(ByteRange(4, 7), "something long"), (ByteRange(12, 15), "")])
    #expect(rewritten.scalar?.text.hasPrefix("say something long and !") == true)
    func source(_ lower: Int, _ upper: Int) -> String { rewritten.span(ofContent: ByteRange(lower, upper)).text }
    #expect(source(0, 3) == "say")
    #expect(source(4, 18) == "<x>")
    #expect(source(6, 9) == "<x>")
    #expect(source(0, 10) == "say <x>")
    #expect(source(19, 22) == "and")
    #expect(source(17, 22) == "<x> and")
    #expect(source(23, 24) == "!")
    #expect(rewritten.span == node.span)
  }

  @Test func `A collection is left as it is`() throws {
    let file = SourceFile(path: "t.yaml", text: "[a, b]\n")
    let root = try #require(YAMLParser.parse(file, diagnostics: DiagnosticEngine()))
    #expect(root.replacing([(ByteRange(0, 1), "x")]).sequence?.count == 2)
  }
}

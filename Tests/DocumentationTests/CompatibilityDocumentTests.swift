import GraphCompiler
import GraphDiagnostics
@testable import GraphLanguage
import GraphNodes
import GraphYAML
import LanguageModels
import Testing

/// docs/compatibility.md says of every key what the code does with it, and has a test behind each claim about a bug.
@Suite(.timeLimit(.minutes(10)))
struct CompatibilityDocumentTests {
  private let document: Markdown
  private let factory = StandardNodeFactory(models: ModelCatalog(environment: Environment()))

  init() throws { document = try Markdown("docs/compatibility.md") }

  /// The names in the first column of a table whose last column says that they work, or that they do not.
  private func names(_ heading: String, refused: Bool = false) -> Set<String> {
    let rows = document.table(below: heading)
    #expect(!rows.isEmpty, "there is no table below '\(heading)'")
    return Set(rows.filter { $0[2].hasPrefix("refused") == refused }.flatMap { Markdown.code(in: $0[0]) })
  }

  @Test func `tables of keys are those of the code`() throws {
    #expect(names("### Graph") == Set(GraphKeys.all.names))
    #expect(names("### Defaults") == Set(DefaultsDocument.keys.names))
    #expect(names("### Config") == Set(GraphKeys.config.names))
    #expect(names("### Every node") == Set(NodeDocument.commonKeys.map(\.name)))
    #expect(names("### Edges") == Set(EdgeDocument.keys.names))
    #expect(names("### State") == Set(StateKeyDocument.keys.names))
    let prompts = try Markdown("docs/language.md").table(below: "### Keys of a prompt")
    #expect(names("### Prompts") == Set(prompts.flatMap { Markdown.code(in: $0[0]) }))
  }

  @Test func `tables of node types are those of the code`() {
    let shared = Set(factory.nodeTypes.first { $0.name == "llm" }?.keys.map(\.name) ?? [])
    for type in factory.nodeTypes + NodeTypeSpec.macros {
      let keys = Set(type.keys.map(\.name))
      let isAsLLM = document.section("### \(type.name)").contains("As `llm`, and:")
      #expect(!isAsLLM || shared.isSubset(of: keys), "\(type.name)")
      #expect(names("### \(type.name)") == (isAsLLM ? keys.subtracting(shared) : keys), "\(type.name)")
    }
  }

  @Test func `tables of tools are those of the code`() {
    #expect(names("### Tools") == Set(factory.toolTypes.map(\.name)))
    #expect(Set(ToolDocument.commonKeys.map(\.name)).isSubset(of: names("#### Every tool")))
    for type in factory.toolTypes {
      let own = Set(type.keys.map(\.name)).subtracting(names("#### Every tool"))
      #expect(names("#### Tool `\(type.name)`") == own, "\(type.name)")
    }
  }

  @Test func `every key works or is refused, and comes from somewhere`() {
    let rows = document.section("## Keys").split(separator: "\n").filter { $0.hasPrefix("| `") }.map {
      Markdown.cells(String($0))
    }
    #expect(rows.count > 80)
    for row in rows {
      #expect(["0.4", "0.6.5", "both", "own"].contains(row[1]), "\(row)")
      let words = row[2].split { !$0.isLetter }
      #expect(words.contains("work") || words.contains("works") || words.first == "refused", "\(row)")
      #expect(!row[2].contains("no effect"), "\(row)")
    }
  }

  // MARK: - What is refused

  private static let rest = "edges: [{from: START, to: a}, {from: a, to: END}]\n"

  private func isRefused(_ text: String) -> Bool {
    GraphCompiler(factory: factory).compile(SourceFile(path: "graphs/x.yaml", text: text)).diagnostics
      .contains { $0.severity == .error }
  }

  @Test func `what the tables say is refused is an error`() {
    #expect(!isRefused("nodes: {a: {user: hello}}\n" + Self.rest))
    for key in names("### Graph", refused: true) {
      #expect(isRefused("\(key): x\nnodes: {a: {user: hello}}\n" + Self.rest), "\(key)")
    }
    for key in names("### Every node", refused: true) {
      #expect(isRefused("nodes: {a: {user: hello, \(key): x}}\n" + Self.rest), "\(key)")
    }
    for type in names("### Other node types", refused: true) {
      #expect(isRefused("nodes: {a: {type: \(type)}}\n" + Self.rest), "\(type)")
    }
    for type in names("### Tools", refused: true) {
      #expect(isRefused("tools: {t: {type: \(type)}}\nnodes: {a: {user: hello}}\n" + Self.rest), "\(type)")
    }
  }

  // MARK: - Bugs and differences

  @Test func `every bug has its row and a test with its number`() throws {
    #expect(document.table(below: "## Bugs").map { $0[0] } == (1...36).map { "B\($0)" })
    let sources = try Files.list("\(Package.root)/Tests", ending: ".swift").map(Files.read)
    for number in 1...36 {
      let beginnings = ["func `B\(number): ", "@Test(\"B\(number): ", "@Test(\n    \"B\(number): "]
      let isTested = sources.contains { source in beginnings.contains { source.contains($0) } }
      #expect(isTested, "no test is named after B\(number)")
    }
  }

  @Test func `listed differences of runs name entries of the document`() throws {
    let text = try Files.read("\(Package.root)/Differential/differences.yaml")
    let diagnostics = DiagnosticEngine()
    let root = YAMLParser.parse(SourceFile(path: "differences.yaml", text: text), diagnostics: diagnostics)
    #expect(diagnostics.diagnostics.isEmpty)
    let entries = try #require(root?.sequence)
    let reasons = Set(document.table(below: "## Deliberate differences").flatMap { Markdown.code(in: $0[0]) })
    var cases: Set<String> = []
    var used: Set<String> = []
    for entry in entries {
      let mapping = try #require(entry.mapping)
      #expect(mapping.entries.map(\.key.value) == ["case", "parts", "why"])
      let name = try #require(mapping["case"]?.value.scalar?.text)
      #expect(cases.insert(name).inserted, "\(name) is listed twice")
      let subject = try Files.read("\(Package.root)/Differential/cases/\(name.prefix { $0 != "/" }).yaml")
      #expect(
        subject.contains("\n\(name.drop { $0 != "/" }.dropFirst()):\n")
          || subject.hasPrefix("\(name.drop { $0 != "/" }.dropFirst()):\n"), "\(name)")
      for part in try #require(mapping["parts"]?.value.sequence) {
        #expect(["status", "state", "prompts", "questions"].contains(part.scalar?.text ?? ""), "\(name)")
      }
      for why in try #require(mapping["why"]?.value.sequence).compactMap(\.scalar?.text) {
        #expect(reasons.contains(why) || why.hasPrefix("B"), "\(name): \(why)")
        used.insert(why)
      }
    }
    #expect(reasons.isSubset(of: used), "no case shows \(reasons.subtracting(used))")
  }
}

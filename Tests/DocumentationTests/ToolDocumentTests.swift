import GraphLanguage
import GraphNodes
import LanguageModels
import Testing

/// docs/tools.md lists every type of tool with its keys, and every provider of searches.
@Suite(.timeLimit(.minutes(10)))
struct ToolDocumentTests {
  private let document: Markdown
  private let factory = StandardNodeFactory(models: ModelCatalog(environment: Environment()))

  init() throws { document = try Markdown("docs/tools.md") }

  private func names(_ heading: String) -> Set<String> {
    Set(document.table(below: heading).flatMap { Markdown.code(in: $0[0]) })
  }

  @Test func `keys of each type of tool`() {
    for type in factory.toolTypes { #expect(names("### \(type.name)") == Set(type.keys.map(\.name)), "\(type.name)") }
    #expect(names("## Keys of every tool") == Set(ToolDocument.commonKeys.map(\.name)))
  }

  @Test func `types of tools`() {
    let row = document.table(below: "## Keys of every tool").first { $0[0] == "`type`" }
    #expect(Set(Markdown.code(in: row?[2] ?? "")) == Set(factory.toolTypes.map(\.name)))
  }

  @Test func `words that a key takes`() {
    for type in factory.toolTypes {
      for row in document.table(below: "### \(type.name)") {
        guard let key = type.keys.first(where: { "`\($0.name)`" == row[0] }), case .choice(let words) = key.kind else {
          continue
        }
        #expect(Set(words).isSubset(of: Markdown.code(in: row[1] + row[2])), "\(type.name): \(key.name)")
      }
    }
  }
}

import GraphCompiler
import GraphDiagnostics
@testable import GraphLanguage
import GraphNodes
import GraphRuntime
import LanguageModels
import Testing

/// docs/language.md lists every key, type, function and reducer that there is, and no other.
@Suite(.timeLimit(.minutes(10)))
struct LanguageDocumentTests {
  private let document: Markdown
  private let factory = StandardNodeFactory(models: ModelCatalog(environment: Environment()))

  init() throws { document = try Markdown("docs/language.md") }

  /// The words in backquotes in the first column of a table.
  private func names(_ heading: String) -> Set<String> {
    Set(document.table(below: heading).flatMap { Markdown.code(in: $0[0]) })
  }

  @Test func `keys of a graph`() { #expect(names("### Keys of a graph") == Set(GraphKeys.all.names)) }

  @Test func `keys of defaults`() {
    #expect(names("### Keys of defaults") == Set(DefaultsDocument.keys.names))
  }

  @Test func `keys of config`() { #expect(names("### Keys of config") == Set(GraphKeys.config.names)) }

  @Test func `keys of every node`() {
    #expect(names("### Keys of every node") == Set(NodeDocument.commonKeys.map(\.name)))
  }

  @Test func `keys of edges and of state keys`() {
    #expect(names("## Edges") == Set(EdgeDocument.keys.names))
    let section = document.section("## State")
    for name in StateKeyDocument.keys.names { #expect(section.contains("`\(name)`")) }
  }

  @Test func `keys of each node type`() {
    let shared = Set(factory.nodeTypes.first { $0.name == "llm" }?.keys.map(\.name) ?? [])
    for type in factory.nodeTypes {
      let keys = Set(type.keys.map(\.name))
      let own = type.name == "llm" ? keys : keys.subtracting(shared)
      let documented = names("### \(type.name)")
      // What a key means that models' nodes have as well may be said again.
      #expect(documented.isSuperset(of: own) && documented.isSubset(of: keys), "\(type.name): \(documented)")
    }
  }

  @Test func `keys of nodes that stand for others`() {
    for type in NodeTypeSpec.macros { #expect(names("### \(type.name)") == Set(type.keys.map(\.name)), "\(type.name)") }
  }

  @Test func `functions`() {
    let documented = names("### Functions").map { String($0.prefix { $0 != "(" }) }
    #expect(Set(documented) == Set(ExpressionFunction.allCases.map(\.rawValue)))
  }

  @Test func `functions take as many arguments as the table says`() {
    for row in document.table(below: "### Functions") {
      let calls = Markdown.code(in: row[0])
      guard let function = ExpressionFunction(rawValue: String(calls[0].prefix { $0 != "(" })), !calls[0].contains("…")
      else { continue }
      let counts = calls.map { $0.split(separator: ",").count }
      #expect(function.arity == (counts.min() ?? 0)...(counts.max() ?? 0), "\(function)")
    }
  }

  @Test func `reducers and reserved keys`() {
    #expect(names("### Reducers") == Set(Reducer.allCases.map(\.rawValue)))
    #expect(names("### Keys that are always there") == Set(ReservedKey.allCases.map(\.rawValue)))
  }

  @Test func `types can be declared`() {
    for row in document.table(below: "### Types") {
      for name in Markdown.code(in: row[0]) {
        let text = name.split(separator: "T", omittingEmptySubsequences: false).joined(separator: "int")
        guard name != "A | B" else { continue }
        let found = diagnostics("state: {x: \"\(text)\"}\n" + Self.rest)
        #expect(found.isEmpty, "\(name): \(found.map(\.message.text))")
      }
    }
  }

  @Test(arguments: ["system", "system_segments", "user", "template", "messages", "schema", "output_schema"])
  func `keys of a prompt are documented`(key: String) {
    #expect(names("### Keys of a prompt").contains(key))
  }

  @Test func `keys of a prompt are known`() {
    for key in names("### Keys of a prompt") {
      let engine = DiagnosticEngine()
      _ = PromptDocument.parse(SourceFile(path: "prompt.yaml", text: "\(key): x\n"), diagnostics: engine)
      #expect(!engine.diagnostics.contains { $0.code.id == "GR0101" }, "\(key)")
    }
  }

  // MARK: - Jinja templates

  /// The words in backquotes of a list that is no table.
  private func words(_ heading: String) -> [String] { Markdown.code(in: document.section(heading)) }

  @Test func `filters and tests of Jinja`() {
    #expect(words("#### Filters") == TemplateFilter.names.sorted())
    #expect(words("#### Tests") == TemplateTest.names.sorted())
  }

  private func diagnostics(ofTemplate template: String) -> [Diagnostic] {
    diagnostics(
      "state: {x: str}\nnodes: {a: {user: \"\(template)\"}}\nedges: [{from: START, to: a}, {from: a, to: END}]\n")
  }

  @Test(arguments: [
    "{{ x }}", "{% if x %}y{% elif z is defined %}{{ z }}{% else %}n{% endif %}", "{{ z | default('none') }}",
    "{% for c in x if c != 'a' %}{{ loop.index }}{{ c }}{% else %}{% endfor %}", "{% set y = x | upper %}{{ y }}",
    "{% set ns = namespace(n=1) %}{% set ns.n = 2 %}{{ ns.n }}", "{% set y %}{{ x }}{% endset %}{{ y }}",
    "{% macro m(a, b='c') %}{{ a }}{{ b }}{{ caller() }}{% endmacro %}{% call m(x) %}d{% endcall %}",
    "{% filter upper %}{{ x }}{% endfilter %}", "{% with y = x %}{{ y }}{% endwith %}", "{% raw %}{{ q }}{% endraw %}",
    "{# nothing #}{{- x[1:] -}}", "{{ state.x }}", "{{ range(3) | list }}{{ dict(a=1) }}{{ x.strip() }}",
    "{% set c = cycler(1, 2) %}{{ c.next() }}{% set j = joiner() %}{{ j() }}", "{% include 'greet' %}{{ x }}",
  ])
  func `Jinja templates compile`(template: String) {
    let found = diagnostics(ofTemplate: template)
    #expect(found.isEmpty, "\(found.map(\.message.text))")
  }

  @Test(arguments: [
    "extends 'a'", "block a", "import 'a' as a", "from 'a' import a", "do x", "break", "trans", "autoescape",
  ])
  func `statements that Jinja2 has and templates have not are refused`(tag: String) {
    #expect(diagnostics(ofTemplate: "{% \(tag) %}").first?.code.id == "GR0626")
    #expect(words("#### Differences from Jinja2").contains(String(tag.prefix { $0 != " " })))
  }

  @Test(arguments: ["random", "pprint", "urlize", "xmlattr"])
  func `filters that Jinja2 has and templates have not are refused`(filter: String) {
    #expect(diagnostics(ofTemplate: "{{ x | \(filter) }}").map(\.code.id) == ["GR0628"])
    #expect(words("#### Differences from Jinja2").contains(filter))
  }

  @Test func `limits of templates are those of the document`() {
    let limits = TemplateLimits()
    #expect(limits.steps == 2_000_000 && limits.bytes == 16 << 20)
    #expect(document.section("#### Differences from Jinja2").contains("2,000,000 steps or 16 MiB"))
  }

  @Test func `includes are checked before the run`() {
    #expect(diagnostics(ofTemplate: "{% include 'gret' %}").map(\.code.id) == ["GR0616"])
  }

  // MARK: - What is not supported

  private static let rest = "nodes: {a: {user: hello}}\nedges: [{from: START, to: a}, {from: a, to: END}]\n"

  private func diagnostics(_ text: String) -> [Diagnostic] {
    GraphCompiler(factory: factory).compile(SourceFile(path: "graphs/x.yaml", text: text)).diagnostics
  }

  @Test func `error codes of runs are those of the engine`() throws {
    let source = try Files.read("\(Package.root)/Sources/GraphRuntime/GraphError.swift")
    let codes = source.split(separator: " = Code(\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
    #expect(Set(codes).subtracting(names("## What fails a run")) == ["invalid_graph", "already_read"])
    #expect(names("## What fails a run").isSubset(of: codes))
  }
}

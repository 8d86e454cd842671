import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphNodes
import GraphRuntime
import LanguageModels
import Testing

/// YAML in documents compiles: whole graphs, whole prompts, and parts of graphs by their shape.
@Suite(.timeLimit(.minutes(10)))
struct FileSnippetTests {
  @Test(arguments: Package.written)
  func `graphs and prompts of a document compile`(path: String) throws {
    let document = try Markdown(path)
    let files = document.blocks.filter { $0.language == "yaml" || $0.fileName != nil }
    guard !files.isEmpty else { return }
    let scratch = try Scratch()
    for block in files {
      if let name = block.fileName {
        try Self.compareWithPackage(block, name, document.place(block))
        try Files.write(block.text, to: "\(scratch.path)/\(name)")
      }
      if block.language == "yaml" { Self.check(block, scratch, document.place(block)) }
    }
  }

  /// A file that the package has is shown as it is, but for whole-line comments and empty lines.
  private static func compareWithPackage(_ block: Markdown.Block, _ name: String, _ place: String) throws {
    guard Files.exists("\(Package.root)/\(name)"), name.hasSuffix(".yaml") else { return }
    let lines = try Files.read("\(Package.root)/\(name)").split(separator: "\n").map(String.init)
    #expect(
      block.lines.filter { !$0.isEmpty } == lines.filter { !$0.hasPrefix("#") }, "\(place): differs from \(name)")
  }

  private static func check(_ block: Markdown.Block, _ scratch: Scratch, _ place: String) {
    let keys = Set(block.lines.filter { $0.first?.isLetter == true }.compactMap { $0.split(separator: ":").first })
    let path = "\(scratch.path)/\(block.fileName ?? "graphs/snippet.yaml")"
    let file = SourceFile(path: path, text: block.text)
    let found: [Diagnostic]
    if keys.contains("nodes"), keys.contains("edges") {
      found = GraphCompiler(factory: factory).compile(file).diagnostics
    } else if !keys.isDisjoint(with: ["user", "template", "system", "messages", "system_segments"]) {
      let diagnostics = DiagnosticEngine()
      _ = PromptDocument.parse(file, diagnostics: diagnostics)
      found = diagnostics.diagnostics
    } else if keys.contains("runtime") {
      // A manifest of a tool; it is compiled with the graph that names it.
      return
    } else {
      let diagnostics = DiagnosticEngine()
      _ = GraphDocument.parse(
        file, nodeTypes: factory.nodeTypes, toolTypes: factory.toolTypes, diagnostics: diagnostics)
      // The other parts of the graph are missing, and that is all.
      found = diagnostics.diagnostics.filter { $0.code.id != "GR0103" }
    }
    if block.comment == "broken" {
      #expect(found.contains { $0.severity == .error }, "\(place): has no error")
    } else {
      #expect(found.isEmpty, "\(place): \(DiagnosticError(found))")
    }
  }

  /// The node types that documents use: the standard ones and those that they show how to write.
  private static var factory: StandardNodeFactory {
    var factory = StandardNodeFactory(models: ModelCatalog(environment: Environment()))
    factory.register("shout", keys: [KeySpec("text", .any, "What is shouted.", isRequired: true)]) { node in
      _ = node.template("text")
      return .synchronous { _ in StateUpdate() }
    }
    return factory
  }
}

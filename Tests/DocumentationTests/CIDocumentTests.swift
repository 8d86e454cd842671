import GraphDiagnostics
import GraphYAML
import Testing

/// docs/ci.md and the hooks of the repository: what they hold is read and run.
@Suite(.timeLimit(.minutes(10)))
struct CIDocumentTests {
  /// A folder with the files that the page shows, after the changes that it shows.
  private static func project() throws -> Scratch {
    let scratch = try Scratch()
    _ = Shell.run("rm -rf graphs prompts", in: scratch.path, environment: [:])
    for block in try Markdown("docs/ci.md").blocks {
      if let name = block.fileName { try Files.write(block.text, to: "\(scratch.path)/\(name)") }
    }
    let fixed = Shell.run("mv flows graphs && graph validate --fix", in: scratch.path, environment: [:])
    #expect(fixed.status == 0, "\(fixed.lines)")
    return scratch
  }

  @Test func `configurations are YAML, and what they run succeeds`() throws {
    let scratch = try Self.project()
    let blocks = try Markdown("docs/ci.md").blocks.filter { $0.language == "yml" }
    #expect(blocks.count == 3)
    for block in blocks {
      let diagnostics = DiagnosticEngine()
      let file = SourceFile(path: block.fileName ?? "", text: block.text)
      #expect(YAMLParser.parse(file, diagnostics: diagnostics) != nil, "\(DiagnosticError(diagnostics.diagnostics))")
      for line in block.lines {
        guard let start = line.firstRange(of: "graph validate") else { continue }
        let command = String(line[start.lowerBound...])
        let result = Shell.run(command, in: scratch.path, environment: [:])
        #expect(result.status == 0, "\(command)\n\(result.lines.joined(separator: "\n"))")
      }
    }
  }

  @Test func `the hook of git lets good graphs pass and no others`() throws {
    let scratch = try Self.project()
    let good = Shell.run("sh pre-commit.sh", in: scratch.path, environment: [:])
    #expect(good.status == 0, "\(good.lines)")
    try Files.write("nodes: {a: {usr: hi}}\n", to: "\(scratch.path)/graphs/bad.yaml")
    #expect(Shell.run("sh pre-commit.sh", in: scratch.path, environment: [:]).status == 1)
  }

  @Test func `the hooks that the page names are those of the repository, and are commands`() throws {
    let hooks = try Files.read("\(Package.root)/.pre-commit-hooks.yaml").split(separator: "\n")
    func values(_ key: String) -> [String] {
      hooks.compactMap { line in
        line.firstRange(of: "\(key): ").map { String(line[$0.upperBound...]) }
      }
    }
    let ids = values("- id")
    #expect(ids == ["graph-validate", "graph-fmt"])
    let scratch = try Self.project()
    for entry in values("entry") {
      #expect(Shell.run(entry, in: scratch.path, environment: [:]).status == 0, "\(entry)")
    }
    let named = try Markdown("docs/ci.md").blocks.first { $0.fileName == ".pre-commit-config.yaml" }
    for id in ids { #expect(named?.text.contains("id: \(id)\n") == true) }
  }
}

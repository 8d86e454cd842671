import Testing

/// docs/architecture.md says which targets there are and what each imports.
@Suite(.timeLimit(.minutes(10)))
struct ArchitectureDocumentTests {
  @Test func `every target has a paragraph with what it imports`() throws {
    let document = try Markdown("docs/architecture.md")
    let sources = try Files.list("\(Package.root)/Sources", ending: ".swift").map { path in
      (target: String(path.dropFirst(Package.root.count + 9).prefix { $0 != "/" }), path: path)
    }
    let targets = Set(sources.map(\.target)).union([
      "CChildProcess", "CCurl", "CEventLoop", "CLibYAML", "CPostgres", "CSQLite",
    ])
    for target in targets.subtracting([
      "CChildProcess", "CCurl", "CEventLoop", "CLibYAML", "CPostgres", "CSQLite", "graph",
    ]).sorted() {
      var imports: Set<String> = []
      for source in sources where source.target == target {
        for line in try Files.read(source.path).split(separator: "\n") {
          let words = line.split(separator: " ").map(String.init)
          if let index = words.firstIndex(of: "import"), words.count == index + 2 { imports.insert(words[index + 1]) }
        }
      }
      #expect(Self.arrows(of: target, document) == imports.intersection(targets), "\(target)")
    }
  }

  /// The names behind the arrow of a paragraph that begins with a target's name.
  private static func arrows(of target: String, _ document: Markdown) -> Set<String>? {
    let text = document.lines.joined(separator: " ")
    guard let start = text.firstRange(of: "**`\(target)`** (→ ") else { return nil }
    let names = text[start.upperBound...].prefix { $0 != ")" }
    return Set(Markdown.code(in: String(names)))
  }
}

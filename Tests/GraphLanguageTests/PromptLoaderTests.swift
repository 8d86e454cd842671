import GraphDiagnostics
import GraphLanguage
import GraphTestSupport
import Testing

struct PromptLoaderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    folder.makeFolder(".git")
    folder.makeFolder("flows/demo")
  }

  private func name(_ text: String) -> Located<String> {
    let file = SourceFile(path: "graph.yaml", text: text)
    return Located(text, at: SourceSpan(file, ByteRange(0, text.utf8.count)))
  }

  /// The path below the project that a name leads to, or the diagnostics.
  private func found(_ text: String, isRelative: Bool = false, directory: String? = nil) throws -> String {
    let files = try #require(ProjectFiles(containing: "\(folder.path)/flows/demo/graph.yaml"))
    let loader = PromptLoader(files: files)
    let diagnostics = DiagnosticEngine()
    let lookup = PromptLoader.Lookup(
      graphFolder: "\(folder.path)/flows/demo", isRelative: isRelative, directory: directory)
    guard let path = loader.find(name(text), lookup, diagnostics: diagnostics) else {
      return diagnostics.found.map(\.description).joined(separator: "\n")
    }
    return String(path.dropFirst(folder.path.count + 1))
  }

  @Test("the nearest 'prompts' folder wins, up to the project's root")
  func promptsFolders() throws {
    try folder.write("prompts/greet.yaml")
    #expect(try found("greet") == "prompts/greet.yaml")
    try folder.write("flows/prompts/greet.yaml")
    #expect(try found("greet") == "flows/prompts/greet.yaml")
    try folder.write("flows/demo/prompts/greet.yml")
    #expect(try found("greet") == "flows/demo/prompts/greet.yml")
    try folder.write("flows/demo/prompts/greet.yaml")
    #expect(try found("greet") == "flows/demo/prompts/greet.yaml")
    #expect(try found("greet.yml") == "flows/demo/prompts/greet.yml")
  }

  @Test("'prompts_dir' comes first, then the graph's own folder with 'prompts_relative'")
  func order() throws {
    try folder.write("flows/demo/prompts/a.yaml")
    #expect(try found("a", isRelative: true, directory: "texts") == "flows/demo/prompts/a.yaml")
    try folder.write("flows/demo/a.yaml")
    #expect(try found("a", isRelative: true, directory: "texts") == "flows/demo/a.yaml")
    #expect(try found("a") == "flows/demo/prompts/a.yaml")
    try folder.write("texts/a.yaml")
    #expect(try found("a", isRelative: true, directory: "texts") == "texts/a.yaml")
    try folder.write("flows/demo/texts/a.yaml")
    #expect(try found("a", isRelative: true, directory: "texts") == "flows/demo/texts/a.yaml")
  }

  @Test("names may contain folders")
  func nestedNames() throws {
    try folder.write("prompts/emails/welcome.yaml")
    #expect(try found("emails/welcome") == "prompts/emails/welcome.yaml")
    try folder.write("flows/demo/prompts/late.yaml")
    #expect(try found("flows/demo/late") == "flows/demo/prompts/late.yaml")
  }

  @Test("a prompt that is not there names what was tried and the nearest name")
  func notFound() throws {
    try folder.write("prompts/greeting.yaml")
    try folder.write("prompts/emails/welcome.yaml")
    let files = try #require(ProjectFiles(root: folder.path))
    let loader = PromptLoader(files: files)
    let diagnostics = DiagnosticEngine()
    let lookup = PromptLoader.Lookup(graphFolder: "\(folder.path)/flows")
    #expect(loader.load(name("greting"), lookup, diagnostics: diagnostics) == nil)
    let diagnostic = try #require(diagnostics.diagnostics.first)
    #expect(diagnostics.count == 1)
    #expect(ExpectedDiagnostic(diagnostic).description == "1:1: prompt 'greting' was not found [GR0616] fix: greeting")
    #expect(
      diagnostic.notes.map(\.text) == [
        "did you mean 'greeting'?",
        "looked for '\(folder.path)/flows/prompts/greting.yaml', '\(folder.path)/prompts/greting.yaml'",
      ])
    #expect(loader.names(lookup) == ["emails/welcome", "greeting"])
  }

  @Test("nothing outside the root is read")
  func confinement() throws {
    let outside = try TemporaryFolder()
    try outside.write("secret.yaml")
    folder.makeFolder("prompts")
    try folder.link("prompts/linked.yaml", to: "\(outside.path)/secret.yaml")
    try folder.link("prompts/folder", to: outside.path)
    let refused: (String) -> String = { "1:1: prompt '\($0)' leads out of the project [GR0617]" }
    #expect(try found("linked") == refused("linked"))
    #expect(try found("folder/secret") == refused("folder/secret"))
    #expect(try found("\(outside.path)/secret") == refused("\(outside.path)/secret"))
    let up = "../../../../\(outside.path.dropFirst(5))/secret"
    #expect(try found(up) == refused(up))
  }

  @Test("'..' and links inside the project are followed")
  func insideLinks() throws {
    try folder.write("flows/shared/a.yaml")
    folder.makeFolder("prompts")
    folder.makeFolder("flows/demo/prompts")
    try folder.link("prompts/b.yaml", to: "../flows/shared/a.yaml")
    #expect(try found("../../shared/a") == "flows/shared/a.yaml")
    #expect(try found("b") == "flows/shared/a.yaml")
  }

  @Test("a file is parsed once, and its mistakes are reported once")
  func caching() throws {
    try folder.write("prompts/bad.yaml", "sytem: x\nuser: y\n")
    let loader = PromptLoader(files: try #require(ProjectFiles(root: folder.path)))
    let lookup = PromptLoader.Lookup(graphFolder: folder.path)
    let first = DiagnosticEngine()
    #expect(loader.load(name("bad"), lookup, diagnostics: first) == nil)
    #expect(first.found.map(\.code) == ["GR0101"])
    let second = DiagnosticEngine()
    #expect(loader.load(name("bad.yaml"), lookup, diagnostics: second) == nil)
    #expect(second.count == 0)
  }

  @Test("a folder named like a prompt is not one")
  func folderAsPrompt() throws {
    folder.makeFolder("prompts/x.yaml")
    try folder.write("prompts/x.yml")
    #expect(try found("x") == "prompts/x.yml")
  }
}

struct ProjectFilesTests {
  @Test("the root is the nearest marked folder, else the nearest with prompts, else the file's own")
  func roots() throws {
    let folder = try TemporaryFolder()
    folder.makeFolder("a/b/c")
    func root() -> String? { ProjectFiles(containing: "\(folder.path)/a/b/c/graph.yaml")?.root }
    #expect(root() == "\(folder.path)/a/b/c")
    folder.makeFolder("a/b/prompts")
    #expect(root() == "\(folder.path)/a/b")
    try folder.write("a/Package.swift", "")
    #expect(root() == "\(folder.path)/a")
    #expect(ProjectFiles(containing: "\(folder.path)/nowhere/graph.yaml") == nil)
  }

  @Test("reading gives the bytes, or a reason")
  func reading() throws {
    let folder = try TemporaryFolder()
    let large = String(repeating: "0123456789", count: 20_000)
    try folder.write("large.txt", large)
    folder.makeFolder("sub")
    let files = try #require(ProjectFiles(root: folder.path))
    #expect(try files.read("\(folder.path)/large.txt") == Array(large.utf8))
    func reason(_ path: String) -> String? {
      do throws(ProjectFiles.Problem) {
        _ = try files.read(path)
        return nil
      } catch {
        return error.reason
      }
    }
    #expect(reason("\(folder.path)/none") == "no such file")
    #expect(reason("\(folder.path)/sub") == "not a file")
    #expect(reason("/etc/passwd") == "outside the project")
    try folder.link("loop", to: "loop")
    #expect(reason("\(folder.path)/loop") == "its links lead in a circle")
    #expect(files.list(folder.path) == ["large.txt", "loop", "sub"])
  }

  @Test(
    "paths are normalised without following links",
    arguments: [("/a/./b/../c", "/a/c"), ("/../a//b/", "/a/b"), ("/", "/"), ("/a/..", "/")])
  func normalising(_ path: String, _ expected: String) { #expect(ProjectFiles.normalised(path) == expected) }
}

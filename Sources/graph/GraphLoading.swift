internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphNodes
internal import LanguageModels

/// Compiles graph files for commands, and prints what was found.
struct GraphLoading {
  let terminal: Terminal
  let colour: Bool?
  var models = ModelCatalog(environment: Environment([:]))

  /// The files that describe the tools of slots; nil for commands that do not run anything.
  var toolBindings: [String: String]?

  init(_ command: ParsedCommand, _ terminal: Terminal) {
    self.terminal = terminal
    colour = command.toggle("color")
  }

  var compiler: GraphCompiler {
    var factory = StandardNodeFactory(models: models)
    factory.toolBindings = toolBindings
    // What the program that embeds a graph registers is not known here; only a run needs it.
    factory.assumesFunctions = toolBindings == nil
    return GraphCompiler(factory: factory)
  }

  /// Compiles a file; findings go to standard error.
  ///
  /// - Throws: `CommandFailure` when the file cannot be read or has errors.
  func load(_ path: String, isQuiet: Bool = false) throws -> CompiledGraph {
    try read(path)
    let compilation = compiler.compile(path)
    let shown = isQuiet ? compilation.diagnostics.filter { $0.severity == .error } : compilation.diagnostics
    printText(shown)
    guard let graph = compilation.graph else {
      let count = DiagnosticTextRenderer.summary(shown) ?? "errors"
      throw CommandFailure("'\(path)' cannot be used: \(count)", code: .failure)
    }
    return graph
  }

  /// The bytes of a file that the user named, wherever it is.
  ///
  /// - Throws: `CommandFailure` with status 66.
  @discardableResult
  func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    guard let files = ProjectFiles(containing: path) else {
      throw CommandFailure("Can't read '\(path)': no such folder", code: .noInput)
    }
    do throws(ProjectFiles.Problem) {
      return try files.read(path)
    } catch {
      throw CommandFailure("Can't read '\(path)': \(error.reason)", code: .noInput)
    }
  }

  /// Prints findings to standard error; that nobody reads them is no reason to stop.
  func printText(_ diagnostics: [Diagnostic]) {
    guard !diagnostics.isEmpty else { return }
    var renderer = DiagnosticTextRenderer(colour: terminal.coloursError(choice: colour))
    var output = OutputWriter.standardError()
    try? output.write(renderer.render(diagnostics))
  }

  /// The graph files that a path stands for: itself, or those of a folder and the folders in it.
  ///
  /// - Throws: `CommandFailure` with status 66 when there is nothing to read.
  func graphFiles(_ path: String) throws(CommandFailure) -> [String] {
    guard let files = ProjectFiles(root: path) else {
      try read(path)
      return [path]
    }
    var seen: Set<String> = []
    let found = yamlFiles(in: path, files, &seen) { $0.isGraph }
    guard !found.isEmpty else { throw CommandFailure("There is no graph file in '\(path)'", code: .noInput) }
    return found
  }

  /// The YAML files in a folder and the folders in it that look right.
  ///
  /// - Parameter seen: The real paths of the folders that were searched; a link may lead back to one.
  func yamlFiles(
    in folder: String, _ files: ProjectFiles, _ seen: inout Set<String>, where fits: (SourceFile) -> Bool
  ) -> [String] {
    guard let real = try? files.confined(folder), seen.insert(real).inserted else { return [] }
    var found: [String] = []
    for name in files.list(folder) where !name.hasPrefix(".") {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      if files.kind(of: path) == .folder {
        found += yamlFiles(in: path, files, &seen, where: fits)
      } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml"), let bytes = try? files.read(path),
        fits(SourceFile(path: path, bytes: bytes))
      {
        found.append(path)
      }
    }
    return found
  }
}

extension SourceFile {
  /// Whether the file says that it is a graph: a mapping with `nodes:` or `edges:` at its top.
  var isGraph: Bool { hasKey(["nodes", "edges"]) }

  /// Whether the file says that it is a prompt: a mapping with a question or with instructions at its top.
  var isPrompt: Bool { hasKey(["user", "template", "system", "system_segments", "messages"]) }

  /// Whether a line begins with one of these keys.
  private func hasKey(_ keys: [String]) -> Bool {
    (1...lineStarts.count).contains { number in
      let line = line(number)
      return keys.contains { line.hasPrefix($0 + ":") }
    }
  }
}

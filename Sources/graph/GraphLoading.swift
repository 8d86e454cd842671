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

  var compiler: GraphCompiler { compiler(files: nil) }

  /// A compiler that reads these files.
  func compiler(files: ProjectFiles?) -> GraphCompiler {
    var factory = StandardNodeFactory(models: models)
    factory.toolBindings = toolBindings
    // What the program that embeds a graph registers is not known here; only a run needs it.
    factory.assumesFunctions = toolBindings == nil
    return GraphCompiler(factory: factory, files: files)
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
  func read(_ path: String) throws(CommandFailure) -> [UInt8] { try ProjectView().read(path) }

  /// Prints findings to standard error; that nobody reads them is no reason to stop.
  func printText(_ diagnostics: [Diagnostic]) {
    guard !diagnostics.isEmpty else { return }
    var renderer = DiagnosticTextRenderer(colour: terminal.coloursError(choice: colour))
    var output = OutputWriter.standardError()
    try? output.write(renderer.render(diagnostics))
  }

  /// Says at a terminal where more is to be read about findings.
  func printAdvice(_ diagnostics: [Diagnostic]) {
    guard terminal.isErrorInteractive else { return }
    var codes: [String] = []
    for diagnostic in diagnostics where !codes.contains(diagnostic.code.id) { codes.append(diagnostic.code.id) }
    guard !codes.isEmpty else { return }
    var output = OutputWriter.standardError()
    try? output.write("more about these: graph explain \(codes.prefix(Self.mostCodes).joined(separator: " "))\n")
  }

  /// The most codes that are named in one line.
  private static let mostCodes = 5
}

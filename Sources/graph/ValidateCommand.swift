internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics

/// `graph validate`: checks files and says what was found.
struct ValidateCommand {
  private let loading: GraphLoading
  private let paths: [String]
  private let isJSON: Bool

  init(_ command: ParsedCommand, _ terminal: Terminal) throws {
    loading = GraphLoading(command, terminal)
    paths = command.values("file")
    isJSON = command.value("format") == "json"
  }

  func run() throws -> ExitCode {
    var diagnostics: [Diagnostic] = []
    var valid: [(path: String, graph: CompiledGraph)] = []
    for path in try paths.flatMap(loading.graphFiles) {
      let compilation = loading.compiler.compile(path)
      diagnostics += compilation.diagnostics
      if let graph = compilation.graph { valid.append((path, graph)) }
    }
    var output = OutputWriter.standardOutput()
    if isJSON {
      try output.write(DiagnosticJSONRenderer().render(diagnostics) + "\n")
    } else {
      try loading.printText(diagnostics)
      for (path, graph) in valid { try output.write("\(path): valid (\(Self.size(graph.description)))\n") }
    }
    try output.flush()
    if !isJSON, let summary = DiagnosticTextRenderer.summary(diagnostics) {
      var errors = OutputWriter.standardError()
      try errors.write(summary + "\n")
    }
    return diagnostics.contains { $0.severity == .error } ? .failure : .ok
  }

  private static func size(_ graph: GraphDescription) -> String {
    func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
    return "\(count(graph.nodes.count, "node")), \(count(graph.edges.count, "edge"))"
  }
}

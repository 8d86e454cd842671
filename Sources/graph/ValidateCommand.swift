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
    var valid: [(path: String, nodes: Int, edges: Int)] = []
    var failures: [CommandFailure] = []
    for path in paths {
      do throws(CommandFailure) {
        for file in try loading.graphFiles(path) {
          let check = loading.compiler.check(file)
          diagnostics += check.diagnostics
          if let size = check.size { valid.append((file, size.nodes, size.edges)) }
        }
      } catch {
        // The other files are still worth looking at.
        failures.append(error)
      }
    }
    try printFindings(diagnostics, valid)
    var errors = OutputWriter.standardError()
    for failure in failures { try? errors.write(failure.text) }
    if !isJSON, let summary = DiagnosticTextRenderer.summary(diagnostics) { try? errors.write(summary + "\n") }
    if let failure = failures.first { return failure.code }
    return diagnostics.contains { $0.severity == .error } ? .failure : .ok
  }

  private func printFindings(
    _ diagnostics: [Diagnostic], _ valid: [(path: String, nodes: Int, edges: Int)]
  ) throws(OutputError) {
    var output = OutputWriter.standardOutput()
    if isJSON {
      try output.write(DiagnosticJSONRenderer().render(diagnostics) + "\n")
    } else {
      loading.printText(diagnostics)
      for (path, nodes, edges) in valid {
        try output.write("\(path): valid (\(Self.count(nodes, "node")), \(Self.count(edges, "edge")))\n")
      }
    }
    try output.flush()
  }

  private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// `graph list`: the graphs of a folder with what they are for.
struct ListCommand {
  private let loading: GraphLoading
  private let folder: String
  private let isJSON: Bool

  init(_ command: ParsedCommand, _ terminal: Terminal) throws {
    loading = GraphLoading(command, terminal)
    folder = command.required("folder")
    isJSON = command.value("format") == "json"
  }

  func run() throws -> ExitCode {
    let rows = try FileSearch([.graph]).files(folder).map { path in
      let compilation = loading.compiler.compile(SourceFile(path: path, bytes: try loading.read(path)))
      return Row(path: path, graph: compilation.graph?.description, diagnostics: compilation.diagnostics)
    }
    var output = OutputWriter.standardOutput()
    if isJSON {
      try output.write(Value.list(rows.map(\.json)).json(pretty: true) + "\n")
    } else {
      let width = rows.map(\.path.count).max() ?? 0
      for row in rows {
        try output.write(
          row.path + String(repeating: " ", count: width - row.path.count + 2) + row.text.withoutControls + "\n")
      }
    }
    try output.flush()
    return .ok
  }

  private struct Row {
    let path: String
    let graph: GraphDescription?
    let diagnostics: [Diagnostic]

    var text: String {
      guard let graph else {
        let errors = diagnostics.filter { $0.severity == .error }
        return "(\(DiagnosticTextRenderer.summary(errors) ?? "errors"); see graph validate)"
      }
      return graph.description ?? graph.name
    }

    var json: Value {
      [
        "path": .string(path), "name": graph.map { .string($0.name) } ?? .null,
        "description": graph?.description.map { .string($0) } ?? .null, "valid": .bool(graph != nil),
        "interrupts": .bool(graph?.nodes.contains(where: \.interrupts) ?? false),
        "tools": .list(graph?.tools.map { .string($0.name) } ?? []),
      ]
    }
  }
}

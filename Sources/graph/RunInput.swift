internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// The inputs of a run from `--var` and `--var-file`.
struct RunInput {
  private let command: ParsedCommand
  private let loading: GraphLoading

  init(_ command: ParsedCommand, _ loading: GraphLoading) {
    self.command = command
    self.loading = loading
  }

  /// The inputs, typed by the graph's state; files first, so that `--var` has the last word.
  ///
  /// - Throws: `UsageError` or `CommandFailure` that says which input is wrong and what is expected.
  func values(for graph: CompiledGraph) throws -> ValueObject {
    var values = ValueObject()
    for path in command.values("var-file") { values.merge(try read(path)) }
    let keys = Dictionary(graph.description.keys.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    for (name, text) in try command.assignments("var") {
      guard let type = keys[name] else { throw unknown(name, graph) }
      guard let value = type.coerce(text: text) else {
        throw command.invalid(
          "\(name)=\(text)", for: "var", advice: "'\(name)' must be \(type.description).")
      }
      values[name] = value
    }
    for (name, value) in values {
      guard let type = keys[name] else { throw unknown(name, graph) }
      guard type.accepts(value) else {
        throw CommandFailure("The input '\(name)' must be \(type.description), not \(value.kind)", code: .usage)
      }
    }
    return values
  }

  private func unknown(_ name: String, _ graph: CompiledGraph) -> CommandFailure {
    let names = graph.description.inputs.map(\.name)
    var message = "The graph takes no input '\(name)'."
    if let near = Suggestion.nearest(to: name, among: graph.description.keys.map(\.name)) {
      message += " Did you mean '\(near)'?"
    } else if names.isEmpty {
      message += " It takes none."
    } else {
      message += " It takes " + names.map { "'\($0)'" }.joined(separator: ", ") + "."
    }
    return CommandFailure(message, code: .usage)
  }

  /// The mapping in a YAML or JSON file; JSON is YAML here.
  private func read(_ path: String) throws -> ValueObject {
    let diagnostics = DiagnosticEngine()
    let file = SourceFile(path: path, bytes: try loading.read(path))
    let root = YAMLParser.parse(file, diagnostics: diagnostics)
    try loading.printText(diagnostics.diagnostics)
    guard !diagnostics.hasErrors else { throw CommandFailure("'\(path)' cannot be read as YAML or JSON") }
    guard let root else { return ValueObject() }
    guard case .object(let object) = root.plainValue else {
      throw CommandFailure("'\(path)' must hold a mapping of inputs, not \(root.kindDescription)", code: .usage)
    }
    return object
  }
}

internal import CommandKit
internal import Glibc
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML

extension GraphCommand {
  static let fmt = CommandSpec(
    name: "fmt",
    abstract: "Format graph and prompt files.",
    discussion: """
      Files get one layout: two spaces of indentation, blank lines where there were some, quotes where text needs them. \
      Comments, anchors and block texts are kept, and what a file says does not change; a file for which that cannot be \
      made sure of is left as it is, and so is one with errors. Without files, the folders 'graphs' and 'prompts' are \
      formatted. In folders, files count that have the keys of a graph, a prompt or a tool's manifest at \
      their top.

      The status is 1 when a file has errors, and with '--check' when one is not formatted.

      Examples:
          graph fmt
          graph fmt --check graphs prompts
          graph fmt --stdin < graphs/hello.yaml
      """,
    options: [
      .flag("check", help: "Change nothing; print the files that are not formatted."),
      .flag("stdin", help: "Format standard input, and print the result."),
    ],
    arguments: [
      ArgumentSpec(
        "file", .repeating(minimum: 0), help: "Graph and prompt files, folders of them, or patterns in quotes.",
        completion: .files(extensions: ["yaml", "yml"]))
    ])
}

/// `graph fmt`: lays graph and prompt files out in one way.
struct FormatCommand {
  private let loading: GraphLoading
  private let paths: [String]
  private let checksOnly: Bool
  private let readsInput: Bool

  init(_ command: ParsedCommand, _ terminal: Terminal) throws {
    loading = GraphLoading(command, terminal)
    paths = command.values("file")
    checksOnly = command.flag("check")
    readsInput = command.flag("stdin")
    if readsInput && !paths.isEmpty { throw command.usageError("'--stdin' and files do not go together.") }
  }

  func run() throws -> ExitCode {
    if readsInput { return try formatInput() }
    var output = OutputWriter.standardOutput()
    var diagnostics: [Diagnostic] = []
    var failures: [CommandFailure] = []
    var isChanged = false
    let search = FileSearch(Set(ProjectFileKind.allCases))
    for path in try paths.isEmpty ? search.usualFolders() : paths {
      do throws(CommandFailure) {
        for file in try search.files(path) {
          guard try format(file, &diagnostics) else { continue }
          isChanged = true
          do throws(OutputError) {
            try output.write("\(file): \(checksOnly ? "not formatted" : "formatted")\n")
          } catch {
            throw CommandFailure(error.message ?? "", code: error.code)
          }
        }
      } catch {
        // The other files can still be formatted.
        failures.append(error)
      }
    }
    try output.flush()
    loading.printText(diagnostics)
    var errors = OutputWriter.standardError()
    for failure in failures { try? errors.write(failure.text) }
    if let summary = DiagnosticTextRenderer.summary(diagnostics) { try? errors.write(summary + "\n") }
    if let failure = failures.first { return failure.code }
    return !diagnostics.isEmpty || checksOnly && isChanged ? .failure : .ok
  }

  /// Formats one file, and says whether it was not formatted before.
  private func format(_ path: String, _ diagnostics: inout [Diagnostic]) throws(CommandFailure) -> Bool {
    let bytes = try loading.read(path)
    let engine = DiagnosticEngine()
    let text = YAMLFormatter.format(SourceFile(path: path, bytes: bytes), diagnostics: engine)
    diagnostics += engine.diagnostics
    guard let text, Array(text.utf8) != bytes else { return false }
    if !checksOnly { try FileReplacement.replace(path, with: Array(text.utf8)) }
    return true
  }

  private func formatInput() throws -> ExitCode {
    let bytes = try StandardInput.read()
    let engine = DiagnosticEngine()
    let text = YAMLFormatter.format(SourceFile(path: "<stdin>", bytes: bytes), diagnostics: engine)
    loading.printText(engine.diagnostics)
    guard let text else { return .failure }
    if checksOnly { return Array(text.utf8) == bytes ? .ok : .failure }
    var output = OutputWriter.standardOutput()
    try output.write(text)
    try output.flush()
    return .ok
  }
}

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
      formatted. In folders, files count that have the keys of a graph or a prompt at their top.

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
        "file", .repeating(minimum: 0), help: "Graph and prompt files, or folders of them.",
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
    for path in try paths.isEmpty ? Self.usualFolders() : paths {
      do throws(CommandFailure) {
        for file in try files(path) {
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
    let bytes = try Self.input()
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

  /// Standard input to its end, as far as a file may be long.
  private static func input() throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw CommandFailure("Can't read standard input: \(String(cString: strerror(errno)))", code: .noInput)
      }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= ProjectFiles.maximumSize else {
        throw CommandFailure("Standard input is larger than \(ProjectFiles.maximumSize >> 20) MiB", code: .noInput)
      }
    }
  }

  // MARK: - Files

  private static func usualFolders() throws(CommandFailure) -> [String] {
    let folders = ["graphs", "prompts"].filter { ProjectFiles(root: $0) != nil }
    if folders.isEmpty {
      throw CommandFailure("There is no folder 'graphs' or 'prompts' here; name the files", code: .noInput)
    }
    return folders
  }

  /// A file itself, or the graphs and prompts of a folder.
  private func files(_ path: String) throws(CommandFailure) -> [String] {
    guard let files = ProjectFiles(root: path) else { return [path] }
    var seen: Set<String> = []
    let found = loading.yamlFiles(in: path, files, &seen) { $0.isGraph || $0.isPrompt }
    guard !found.isEmpty else { throw CommandFailure("There is no graph or prompt in '\(path)'", code: .noInput) }
    return found
  }
}

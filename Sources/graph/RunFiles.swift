internal import CommandKit
internal import GraphCompiler
internal import GraphLanguage
internal import GraphRuntime

/// The files that a run leaves: its exports, and its state where somebody asked for it.
struct RunFiles {
  private let stateFile: String?
  private let isQuiet: Bool

  /// The folder of all runs' exports.
  private static let exportFolder = "outputs"

  init(_ command: ParsedCommand, isQuiet: Bool) {
    stateFile = command.value("export-state")
    self.isQuiet = isQuiet
  }

  /// Writes the files and says which.
  ///
  /// - Returns: Whether everything could be written that there is.
  func write(_ outcome: RunOutcome, of graph: CompiledGraph, thread: String) -> Bool {
    var errors = OutputWriter.standardError()
    var isWritten = true
    if outcome.status == .completed {
      for export in graph.writeExports(of: outcome.state, thread: thread, to: Self.exportFolder) {
        let hasValue = !(outcome.state[export.key] ?? .null).isNull
        switch export.problem {
        case nil: if !isQuiet { try? errors.write("Wrote \(export.path.withoutControls)\n") }
        case let problem? where hasValue:
          isWritten = false
          try? errors.write("Error: Can't write '\(export.path.withoutControls)': \(problem)\n")
        case let problem?:
          if !isQuiet { try? errors.write("Warning: no export to '\(export.path.withoutControls)': \(problem)\n") }
        }
      }
    }
    if let stateFile {
      do throws(OpenFolder.Problem) {
        try Self.write(outcome.state, to: stateFile)
      } catch {
        isWritten = false
        try? errors.write("Error: Can't write '\(stateFile)': \(error)\n")
      }
    }
    try? errors.flush()
    return isWritten
  }

  /// Writes the graph's own keys; the engine's would stand in the next run's way.
  private static func write(_ state: ValueObject, to path: String) throws(OpenFolder.Problem) {
    let own = ValueObject(state.filter { ReservedKey(rawValue: $0.key) == nil }.map { ($0.key, $0.value) })
    let bytes = Array((Value.object(own).json(pretty: true) + "\n").utf8)
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? path
    let folder = try OpenFolder(ProjectFiles.parent(of: path))
    // A state is as confidential as what was put into it.
    try folder.write(bytes, to: name, permissions: 0o600)
  }
}

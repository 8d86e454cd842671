internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphServer

/// The tools that `--tool` chooses for the slots of a graph.
struct ToolBindings {
  /// Files by the names of slots.
  let files: [String: String]

  /// - Throws: A usage error for what is not `name=file`, or a name that is given twice.
  init(_ command: ParsedCommand) throws {
    var files: [String: String] = [:]
    for text in command.values("tool") {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex,
        text.index(after: equals) != text.endIndex
      else { throw command.usageError("The value '\(text)' of '--tool' is not 'name=file'.") }
      let name = String(text[..<equals])
      guard files.updateValue(String(text[text.index(after: equals)...]), forKey: name) == nil else {
        throw command.usageError("The tool '\(name)' is given twice.")
      }
    }
    self.files = files
  }

  /// Refuses names that are no slots.
  ///
  /// - Throws: `CommandFailure` with status 64.
  func check(_ graph: CompiledGraph) throws(CommandFailure) {
    try check(graph.description.slots) { "The graph has no slot '\($0)'." }
  }

  /// Refuses names that are slots of no graph that is served.
  ///
  /// - Throws: `CommandFailure` with status 64.
  func check(_ graphs: [ServedGraph]) throws(CommandFailure) {
    try check(graphs.flatMap(\.graph.description.slots)) { "No graph that could be served has a slot '\($0)'." }
  }

  private func check(_ slots: [String], _ message: (String) -> String) throws(CommandFailure) {
    guard let name = files.keys.sorted().first(where: { !slots.contains($0) }) else { return }
    let near = Suggestion.nearest(to: name, among: slots).map { " Did you mean '\($0)'?" } ?? ""
    throw CommandFailure(message(name) + near, code: .usage)
  }
}

internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

extension GraphCommand {
  static let diff = CommandSpec(
    name: "diff",
    abstract: "Show what is different between two graphs.",
    discussion: """
      Nodes, edges, keys of the state, prompts and settings are compared; layout, comments and anchors make no \
      difference. At the end stands whether threads that were saved under the first graph can go on under the second. \
      The status is 0 when the graphs are the same, and 1 when they are not.

      Example:
          graph diff old/story.yaml graphs/story.yaml
      """,
    options: [.flag("json", help: "Print one JSON object.")],
    arguments: [
      ArgumentSpec("old", help: "The graph as it was.", completion: .files(extensions: ["yaml", "yml"])),
      ArgumentSpec("new", help: "The graph as it is now.", completion: .files(extensions: ["yaml", "yml"])),
    ])
}

/// `graph diff`: shows what is different between two graphs.
struct DiffCommand {
  private let loading: GraphLoading
  private let paths: [String]
  private let isJSON: Bool

  init(_ command: ParsedCommand, _ terminal: Terminal) {
    loading = GraphLoading(command, terminal)
    paths = [command.required("old"), command.required("new")]
    isJSON = command.flag("json")
  }

  func run() throws -> ExitCode {
    let sides = try paths.map { path in
      let graph = try loading.load(path, isQuiet: true)
      let file = SourceFile(path: path, bytes: try loading.read(path))
      let content = YAMLParser.parse(file, diagnostics: DiagnosticEngine())?.plainValue ?? .null
      return GraphDifference.Side(graph.description, content: content)
    }
    let difference = GraphDifference(from: sides[0], to: sides[1])
    var output = OutputWriter.standardOutput()
    try output.write(
      isJSON ? Self.json(difference).json(pretty: true) + "\n" : Self.text(difference).withoutControls)
    try output.flush()
    return difference.changes.isEmpty ? .ok : .failure
  }

  // MARK: - Text

  private static func text(_ difference: GraphDifference) -> String {
    guard !difference.changes.isEmpty else { return "The graphs are the same.\n" }
    var text = ""
    for part in GraphDifference.Part.allCases {
      let changes = difference.changes.filter { $0.part == part }
      guard !changes.isEmpty else { continue }
      text += part.rawValue + "\n"
      var last: String?
      for change in changes {
        guard let key = change.key else {
          text += line(change)
          continue
        }
        if change.name != last { text += "  ~ \(change.name)\n" }
        last = change.name
        text += "      \(key): \(shown(change.old)) → \(shown(change.new))\n"
      }
    }
    guard !difference.obstacles.isEmpty else {
      return text + "\nThreads saved under the first graph can go on under the second.\n"
    }
    return text + "\nThreads saved under the first graph may not go on under the second:\n"
      + difference.obstacles.map { "  - \($0)\n" }.joined()
  }

  /// Something that is there in one of the graphs only, or a setting with its two values.
  private static func line(_ change: GraphDifference.Change) -> String {
    if let old = change.old, let new = change.new { return "  ~ \(change.name): \(shown(old)) → \(shown(new))\n" }
    let detail =
      switch change.part {
      case .nodes, .state: " (\(shown(change.old ?? change.new)))"
      case .edges: " \(shown(change.old ?? change.new))"
      case .settings: ": \(shown(change.old ?? change.new))"
      case .prompts: ""
      }
    return "  \(change.old == nil ? "+" : "-") \(change.name)\(detail)\n"
  }

  private static let longestValue = 60

  private static func shown(_ value: Value?) -> String {
    guard let value else { return "nothing" }
    let text = (value.string ?? value.json()).split(whereSeparator: \.isNewline).joined(separator: " ")
    return text.count > longestValue ? text.prefix(longestValue - 1) + "…" : text
  }

  // MARK: - JSON

  private static func json(_ difference: GraphDifference) -> Value {
    var json: ValueObject = ["same": .bool(difference.changes.isEmpty)]
    for part in GraphDifference.Part.allCases {
      json[part.rawValue] = .list(
        difference.changes.filter { $0.part == part }.map { change in
          var entry: ValueObject = ["name": .string(change.name)]
          entry["change"] =
            change.key == nil && change.old == nil
            ? "added" : change.new == nil && change.key == nil ? "removed" : "changed"
          if let key = change.key { entry["key"] = .string(key) }
          entry["old"] = change.old ?? .null
          entry["new"] = change.new ?? .null
          return .object(entry)
        })
    }
    json["threads"] = [
      "compatible": .bool(difference.obstacles.isEmpty), "obstacles": .list(difference.obstacles.map { .string($0) }),
    ]
    return .object(json)
  }
}

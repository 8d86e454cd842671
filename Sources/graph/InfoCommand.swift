internal import CommandKit
internal import GraphCompiler
internal import GraphLanguage
internal import GraphRuntime

/// `graph info`: shows what a graph takes, what it is made of and where control flows.
struct InfoCommand {
  private let loading: GraphLoading
  private let path: String
  private let isJSON: Bool

  init(_ command: ParsedCommand, _ terminal: Terminal) throws {
    loading = GraphLoading(command, terminal)
    path = command.required("file")
    isJSON = command.value("format") == "json"
  }

  func run() throws -> ExitCode {
    let compiled = try loading.load(path)
    let graph = compiled.description
    let required = Set(compiled.requiredInputs.map(\.name))
    let inputs = graph.inputs.map { key in
      Input(key: key, isRequired: required.contains(key.name), defaultValue: compiled.defaultValue(of: key.name))
    }
    var output = OutputWriter.standardOutput()
    try output.write(
      isJSON ? Self.json(graph, inputs).json(pretty: true) + "\n" : Self.text(graph, inputs).withoutControls)
    try output.flush()
    return .ok
  }

  /// A key that a caller may give.
  private struct Input {
    let key: GraphDescription.Key
    let isRequired: Bool
    let defaultValue: Value

    /// Whether it has to be given, and what it is otherwise.
    var note: String {
      if isRequired { return "required" }
      guard !defaultValue.isNull else { return "optional" }
      let text = (defaultValue.string ?? defaultValue.json()).split(whereSeparator: \.isNewline).joined(separator: " ")
      return "default: " + (text.count > 60 ? "\(text.prefix(59))…" : text)
    }
  }

  // MARK: - Text

  private static func text(_ graph: GraphDescription, _ inputs: [Input]) -> String {
    var text = graph.name + (graph.description.map { ": \($0)" } ?? "") + "\n"
    if !inputs.isEmpty {
      text +=
        "\nInputs\n" + table(inputs.map { [$0.key.name, "\($0.key.type)", $0.note, $0.key.description ?? ""] })
    }
    text +=
      "\nNodes\n"
      + table(
        graph.nodes.map { node in
          var notes = node.streams ? ["streams"] : []
          if node.interrupts { notes.append("waits for a person") }
          if let limit = node.loopLimit { notes.append("at most \(limit) times") }
          if !node.writes.isEmpty { notes.append("writes " + node.writes.joined(separator: ", ")) }
          return [node.name, node.type, node.description ?? "", notes.joined(separator: "; ")]
        })
    if !graph.tools.isEmpty {
      text += "\nTools\n" + table(graph.tools.map { [$0.name, $0.type, $0.description ?? ""] })
    }
    if !graph.exports.isEmpty {
      text += "\nExports\n" + table(graph.exports.map { [$0.key, "→ \($0.path)", $0.format] })
    }
    text +=
      "\nEdges\n"
      + table(
        graph.edges.map { edge in
          let targets = edge.to.joined(separator: edge.isRouter ? " | " : ", ")
          return [
            edge.from.joined(separator: " + "), "→ " + targets,
            edge.isRouter ? "by route" : edge.condition.map { "if \($0)" } ?? "",
          ]
        })
    return text
  }

  private static func table(_ rows: [[String]]) -> String { TextTable.text(rows, indentation: "  ") }

  // MARK: - JSON

  private static func json(_ graph: GraphDescription, _ inputs: [Input]) -> Value {
    func optional(_ text: String?) -> Value { text.map { .string($0) } ?? .null }
    func list(_ names: [String]) -> Value { .list(names.map { .string($0) }) }
    return [
      "name": .string(graph.name),
      "description": optional(graph.description),
      "inputs": .list(
        inputs.map { input in
          [
            "name": .string(input.key.name), "type": .string("\(input.key.type)"),
            "description": optional(input.key.description), "required": .bool(input.isRequired),
            "default": input.defaultValue,
          ]
        }),
      "state": .list(
        graph.keys.map {
          ["name": .string($0.name), "type": .string($0.type.description), "reducer": .string($0.reducer)]
        }),
      "nodes": .list(
        graph.nodes.map { node in
          [
            "name": .string(node.name), "type": .string(node.type), "description": optional(node.description),
            "streams": .bool(node.streams), "interrupts": .bool(node.interrupts), "reads": list(node.reads),
            "writes": list(node.writes),
            "loop_limit": node.loopLimit.map { .int($0) } ?? .null,
          ]
        }),
      "tools": .list(
        graph.tools.map {
          ["name": .string($0.name), "type": .string($0.type), "description": optional($0.description)]
        }),
      "exports": .list(
        graph.exports.map { ["key": .string($0.key), "format": .string($0.format), "path": .string($0.path)] }),
      "edges": .list(
        graph.edges.map { edge in
          [
            "from": list(edge.from), "to": list(edge.to), "condition": optional(edge.condition),
            "router": .bool(edge.isRouter),
          ]
        }),
    ]
  }
}

internal import CommandKit
internal import GraphLanguage
internal import GraphNodes
internal import GraphRuntime

extension GraphCommand {
  static let schema = CommandSpec(
    name: "schema",
    abstract: "Print a JSON Schema of graph or prompt files, for editors.",
    discussion: """
      Editors that read JSON Schema complete keys, show what they mean, and mark mistakes of shape while files are \
      written. It is made of the same tables that files are checked with.

      Examples:
          graph schema > graph.schema.json
          graph schema prompt > prompt.schema.json
      """,
    arguments: [
      ArgumentSpec(
        "kind", .optional, help: "The kind of file.", allowedValues: ["graph", "prompt"], defaultValue: "graph")
    ])
}

/// `graph schema`: prints a JSON Schema of a kind of file.
struct SchemaCommand {
  private let isPrompt: Bool
  private let factory: StandardNodeFactory

  init(_ command: ParsedCommand, _ terminal: Terminal) {
    isPrompt = command.required("kind") == "prompt"
    factory = StandardNodeFactory(models: GraphLoading(command, terminal).models)
  }

  func run() throws -> ExitCode {
    let schema =
      isPrompt
      ? FileSchema.prompt : FileSchema.graph(nodeTypes: factory.nodeTypes, toolTypes: factory.toolTypes)
    var output = OutputWriter.standardOutput()
    try output.write(schema.json(pretty: true) + "\n")
    try output.flush()
    return .ok
  }
}

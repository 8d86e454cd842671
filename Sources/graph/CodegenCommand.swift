internal import CommandKit
internal import GraphCompiler

extension GraphCommand {
  static let codegen = CommandSpec(
    name: "codegen",
    abstract: "Write the types of a graph's inputs and state in Swift or Python.",
    discussion: """
      The types are those that 'state' declares and that prompts and nodes give. Swift types are read from a run's state \
      and written to its inputs with 'GraphRuntime'; for Python they are TypedDicts, which 'python' nodes and programs \
      that read the output of 'graph run --json' are checked with. The same graph gives the same file.

      Examples:
          graph codegen graphs/reflexion.yaml --language swift -o Sources/App/ReflexionGraph.swift
          graph codegen graphs/reflexion.yaml --language python -o reflexion_types.py
      """,
    options: [
      .single(
        "language", short: "l", help: "The language.", allowedValues: ["swift", "python"], defaultValue: "swift"),
      .single(
        "output", short: "o", placeholder: "file", help: "Write to a file instead of standard output.",
        completion: .files(extensions: ["swift", "py"])),
    ],
    arguments: [graphFile])
}

/// `graph codegen`: writes the types of a graph's inputs and state.
struct CodegenCommand {
  private let loading: GraphLoading
  private let path: String
  private let language: String
  private let target: String?

  init(_ command: ParsedCommand, _ terminal: Terminal) {
    loading = GraphLoading(command, terminal)
    path = command.required("file")
    language = command.required("language")
    target = command.value("output")
  }

  func run() throws -> ExitCode {
    let graph = try loading.load(path, isQuiet: true)
    let generator = "graph codegen \(path) --language \(language)"
    let text =
      language == "python"
      ? PythonTypes(of: graph, generatedBy: generator).text : SwiftTypes(of: graph, generatedBy: generator).text
    try FileReplacement.write(text, to: target)
    return .ok
  }
}

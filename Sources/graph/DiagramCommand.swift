internal import CommandKit
internal import GraphCompiler

extension GraphCommand {
  static let diagram = CommandSpec(
    name: "diagram",
    abstract: "Draw a graph.",
    discussion: """
      'mermaid' is for Markdown pages, 'dot' for Graphviz, and 'svg' is a picture that stands on its own. Routes and \
      conditions stand beside their arrows; a dashed arrow is taken when a loop limit is reached, and nodes that are \
      waited for together meet at a bar.

      Examples:
          graph diagram graphs/reflexion.yaml
          graph diagram graphs/reflexion.yaml --format svg -o reflexion.svg
      """,
    options: [
      .single(
        "format", help: "How it is drawn.", allowedValues: ["mermaid", "dot", "svg"], defaultValue: "mermaid"),
      .single(
        "output", short: "o", placeholder: "file", help: "Write to a file instead of standard output.",
        completion: .files(extensions: [])),
    ],
    arguments: [graphFile])
}

/// `graph diagram`: draws a graph.
struct DiagramCommand {
  private let loading: GraphLoading
  private let path: String
  private let format: String
  private let target: String?

  init(_ command: ParsedCommand, _ terminal: Terminal) {
    loading = GraphLoading(command, terminal)
    path = command.required("file")
    format = command.required("format")
    target = command.value("output")
  }

  func run() throws -> ExitCode {
    let diagram = GraphDiagram(try loading.load(path, isQuiet: true).description)
    let text =
      switch format {
      case "dot": diagram.dot
      case "svg": try svg(diagram)
      default: diagram.mermaid
      }
    try FileReplacement.write(text, to: target)
    return .ok
  }

  private func svg(_ diagram: GraphDiagram) throws(CommandFailure) -> String {
    guard let text = diagram.svg else {
      throw CommandFailure("The graph is too large for a picture; 'dot' and 'mermaid' can hold it")
    }
    return text
  }
}

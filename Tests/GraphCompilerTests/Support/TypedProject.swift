import GraphCompiler
import GraphDiagnostics
import GraphTestSupport
import Testing

/// A project whose graph has values of known types: `critique` by the schema of a prompt, and declared keys.
struct TypedProject {
  /// `score` is from 0 to 1, `verdict` one of three texts.
  static let critique = """
    user: "Judge: {text}"
    schema:
      name: Critique
      fields:
        score: {type: float, constraints: {ge: 0, le: 1}}
        feedback: str
        tags: list[str]
        verdict: {type: str, enum: [accept, revise, reject]}

    """

  private let folder: TemporaryFolder

  init(_ files: [String: String] = [:]) throws {
    folder = try TemporaryFolder([
      "prompts/critique.yaml": Self.critique, "prompts/plain.yaml": "user: \"{text}\"\n",
    ])
    for (name, text) in files { try folder.write(name, text) }
  }

  /// A graph that judges a text, and then has more nodes and edges.
  static func graph(
    nodes: String = "", edges: String = "- {from: judge, to: END}", state: String = "", judge: String = ""
  ) -> String {
    """
    state: {text: str, count: int, names: "list[str]", flag: bool, level: {type: float}\(state)}
    nodes:
      judge: {prompt: critique, state_key: critique\(judge)}
    \(nodes.split(separator: "\n").map { "  \($0)\n" }.joined())edges:
      - {from: START, to: judge}
    \(edges.split(separator: "\n").map { "  \($0)\n" }.joined())
    """
  }

  /// A graph that goes on where a condition holds, and else ends as well.
  static func graph(condition: String, state: String = "", nodes: String = "", judge: String = "") -> String {
    graph(
      nodes: nodes,
      edges: "- {from: judge, to: END, condition: \"\(condition)\"}\n- {from: judge, to: END}", state: state,
      judge: judge)
  }

  /// What compiling the text of a graph reports.
  func diagnostics(_ source: MarkedSource) -> [ExpectedDiagnostic] { compile(source).map { ExpectedDiagnostic($0) } }

  /// What compiling the text of a graph reports, whole.
  func compile(_ source: MarkedSource) -> [Diagnostic] { compilation(source).diagnostics }

  /// What comes of compiling the text of a graph.
  func compilation(_ source: MarkedSource) -> Compilation {
    testCompiler().compile(SourceFile(path: "\(folder.path)/graph.yaml", text: source.text))
  }

  /// Expects one diagnostic at the marker of a graph, and none besides.
  static func expect(
    _ marked: String, _ code: String, _ message: String, fixIt: String? = nil, files: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let source = MarkedSource(marked)
    #expect(
      try TypedProject(files).diagnostics(source)
        == [ExpectedDiagnostic(source["1️⃣"], code, message, fixIt: fixIt)], sourceLocation: sourceLocation)
  }

  /// Expects no diagnostic at all.
  static func expectNone(
    _ text: String, files: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(try TypedProject(files).diagnostics(MarkedSource(text)) == [], sourceLocation: sourceLocation)
  }

  typealias SourceLocation = Testing.SourceLocation
}

import GraphCompiler
import GraphDiagnostics
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels

/// A model that nobody asks, and the variables that tools see.
func toolCatalog(_ variables: [String: String] = ["PATH": "/usr/local/bin:/usr/bin:/bin"]) -> ModelCatalog {
  ModelCatalog(environment: Environment(variables))
}

/// A graph of one node that calls the tool `t`, which is given in YAML's flow style without its braces.
///
/// - Parameters:
///   - tool: The tool's keys.
///   - node: The node's keys.
///   - state: The keys of the state.
func toolGraph(_ tool: String, node: String = "type: tool, tool: t, state_key: out", state: String = "") -> String {
  """
  state: {\(state)}
  tools:
    t: {\(tool)}
  nodes:
    a: {\(node)}
  edges: [{from: START, to: a}, {from: a, to: END}]

  """
}

extension TemporaryFolder {
  /// Compiles `g.yaml` and runs it to its end.
  func run(_ input: ValueObject = [:], variables: [String: String]? = nil) async throws -> Log {
    try await load(self, variables.map { toolCatalog($0) } ?? toolCatalog()).log(input)
  }

  /// The codes and texts of what is wrong with `g.yaml`.
  func findings() -> [String] {
    GraphCompiler(factory: StandardNodeFactory(models: toolCatalog())).compile("\(path)/g.yaml").diagnostics.map {
      "\($0.code.id): \($0.message.text)"
    }
  }
}

extension Log {
  /// The result of the node `a`.
  var out: Value? { outcome?.state["out"] }

  /// What went wrong.
  var error: String? { outcome?.error?.message }
}

/// A text as YAML and JSON quote it.
func quoted(_ text: String) -> String {
  var bytes: [UInt8] = []
  JSONText.append(text, to: &bytes)
  return String(decoding: bytes, as: UTF8.self)
}

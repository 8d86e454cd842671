import GraphDiagnostics
import GraphRuntime
import GraphTestSupport
import GraphYAML
import Testing

/// The tree of a YAML text that has no mistakes.
func yaml(_ text: String, path: String = "test.yaml") throws -> YAMLNode {
  try yaml(SourceFile(path: path, text: text))
}

func yaml(_ file: SourceFile) throws -> YAMLNode {
  let diagnostics = DiagnosticEngine()
  let node = YAMLParser.parse(file, diagnostics: diagnostics)
  try #require(diagnostics.count == 0)
  return try #require(node)
}

/// JSON as a YAML tree: every JSON text is YAML.
func yaml(of value: Value) throws -> YAMLNode { try yaml(value.json()) }

extension DiagnosticEngine {
  /// What was reported, in the form that tests compare.
  var found: [ExpectedDiagnostic] { diagnostics.map { ExpectedDiagnostic($0) } }
}

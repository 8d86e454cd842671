import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// A compiler whose models say what a test wrote down.
func testCompiler(_ model: ScriptedModel = ScriptedModel { _ in "an answer" }) -> GraphCompiler {
  let models = ModelCatalog(environment: Environment())
  models.register("scripted", model)
  models.register("other", ScriptedModel { _ in "from other" })
  var factory = StandardNodeFactory(models: models)
  factory.register("step", keys: [KeySpec("value", .any, "What is written.")]) { node in
    let value = node.template("value")
    let key = node.resultKey
    return .synchronous { state in StateUpdate(key, try value?.evaluate(state) ?? .int(1)) }
  }
  return GraphCompiler(factory: factory)
}

/// What compiling a text reports, in the form that tests compare.
func diagnostics(_ file: SourceFile) -> [ExpectedDiagnostic] {
  testCompiler().compile(file).diagnostics.map { ExpectedDiagnostic($0) }
}

/// What compiling a text reports, in the form that tests compare.
func diagnostics(_ text: String) -> [ExpectedDiagnostic] { diagnostics(SourceFile(path: "test.yaml", text: text)) }

/// A graph of one node that is right, in which a test replaces a part.
func graph(
  _ top: String = "",
  nodes: String = "a: {type: passthrough, output: {out: x}}",
  edges: String = "- {from: START, to: a}\n- {from: a, to: END}"
) -> String {
  func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n")
  }
  return (top.isEmpty ? "" : top + "\n") + "nodes:\n\(indented(nodes))\nedges:\n\(indented(edges))\n"
}

/// A mistake with the one diagnostic that it gives, beside the same graph without the mistake.
struct Mistake: Sendable, CustomTestStringConvertible {
  let code: String
  let message: String
  let fixIt: String?
  let bad: String
  let good: String

  /// - Parameters:
  ///   - bad: The text with the mistake; `1️⃣` is where it is reported.
  ///   - good: The text without it, which gives no diagnostic at all.
  init(_ code: String, _ message: String, fixIt: String? = nil, bad: String, good: String) {
    self.code = code
    self.message = message
    self.fixIt = fixIt
    self.bad = bad
    self.good = good
  }

  var testDescription: String { "\(code) \(message)" }

  /// Expects the diagnostic, whole and alone, and none of the right text.
  func check(sourceLocation: SourceLocation = #_sourceLocation) {
    let source = MarkedSource(bad)
    #expect(
      diagnostics(source.file) == [ExpectedDiagnostic(source["1️⃣"], code, message, fixIt: fixIt)],
      sourceLocation: sourceLocation)
    #expect(diagnostics(good) == [], sourceLocation: sourceLocation)
  }

  typealias SourceLocation = Testing.SourceLocation
}

import GraphCompiler
import GraphDiagnostics
import GraphRuntime
import GraphTestSupport
import Testing

/// What a run did: the nodes that ran, step by step, and what came of it.
struct Trace {
  /// The nodes that started, in order.
  var started: [String] = []

  /// Nodes that were not run, in order.
  var skipped: [String] = []

  /// The nodes that started, as `a | b, c`: steps between bars.
  var steps = ""

  /// The final state, when the run completed.
  var state = ValueObject()

  /// What ended the run, when it failed.
  var error: GraphError?

  /// Compiles a text that is right and runs it to its end.
  init(
    _ text: String, _ input: ValueObject = [:], model: ScriptedModel = ScriptedModel { _ in "an answer" }
  ) async throws {
    let compilation = testCompiler(model).compile(SourceFile(path: "test.yaml", text: text))
    let found = compilation.diagnostics.map { ExpectedDiagnostic($0) }
    let graph = try #require(compilation.graph, "\(found)")
    var last = 0
    do {
      for try await event in graph.run(input) {
        switch event.kind {
        case .nodeStarted:
          steps += steps.isEmpty ? "" : event.step == last ? ", " : " | "
          steps += event.path[0]
          last = event.step
          started.append(event.path[0])
        case .nodeSkipped: skipped.append(event.path[0])
        case .runFinished(let outcome): state = outcome.state
        default: break
        }
      }
    } catch let error as GraphError {
      self.error = error
    }
  }
}

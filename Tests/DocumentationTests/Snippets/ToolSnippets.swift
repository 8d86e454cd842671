import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphNodes
import GraphRuntime
import LanguageModels
import Testing

/// The code of docs/tools.md: functions of Swift that graphs call.
@Suite(.timeLimit(.minutes(10)))
struct ToolSnippets {
  private let graph = SourceFile(
    path: "graphs/loud.yaml",
    text: "nodes: {a: {type: function, function: shout, variables: {text: hi}, state_key: out}}\n"
      + "edges: [{from: START, to: a}, {from: a, to: END}]\n")

  @Test func `a function is registered and called`() async throws {
    // begin snippet
    var factory = StandardNodeFactory(models: ModelCatalog(environment: Environment()))
    factory.register(function: "shout", "Writes a text in capital letters.", parameters: ["text": .string]) { call in
      .string(call.arguments["text"]?.string?.uppercased() ?? "")
    }
    let compiler = GraphCompiler(factory: factory)
    // end snippet
    #expect(try await compiler.compile(graph).graph?.run().result().state["out"] == "HI")
  }

  @Test func `the factory's example registers the same`() async throws {
    var factory = StandardNodeFactory(models: ModelCatalog(environment: Environment()))
    // begin snippet
    factory.register(function: "shout", "Writes a text in capital letters.", parameters: ["text": .string]) { call in
      .string(call.arguments["text"]?.string?.uppercased() ?? "")
    }
    // end snippet
    #expect(try await GraphCompiler(factory: factory).compile(graph).graph?.run().result().state["out"] == "HI")
  }
}

import GraphCompiler
import GraphDiagnostics
import GraphNodes
import GraphRuntime
import GraphStreams
import GraphTestSupport
import LanguageModels
import Testing

/// The code of docs/streaming.md that shows runs to others.
@Suite(.timeLimit(.minutes(10)))
struct ViewSnippets {
  /// What stands for a web framework's answer or socket in the snippets.
  final class Connection: Sendable {
    private let state = Locked("")

    var text: String { state.withLock { $0 } }

    func write(_ bytes: [UInt8]) async throws { state.withLock { $0 += String(decoding: bytes, as: UTF8.self) } }

    func send(_ text: String) async throws { state.withLock { $0 += text + "|" } }
  }

  private func compiler(_ answers: [ScriptedAnswer]) -> GraphCompiler {
    let models = ModelCatalog(environment: Environment(), overrides: .init(provider: "scripted"))
    models.register("scripted", ScriptedModel(answers))
    return GraphCompiler(factory: StandardNodeFactory(models: models))
  }

  private func graph(_ answers: [ScriptedAnswer]) throws -> CompiledGraph {
    try compiler(answers).load("graphs/hello.yaml")
  }

  private static let question = """
    state: {question: str}
    nodes:
      answer: {user: "{question}", stream: true}
    edges:
      - {from: START, to: answer}
      - {from: answer, to: END}
    """

  @Test func `updates of a graph of three nodes`() async throws {
    var builder = StateGraphBuilder("process")
    for key in ["input", "data", "result", "output"] { builder.addKey(key) }
    builder.addNode("fetch") { _, _ in ["data": "fetched_results"] }
    builder.addNode("process") { state, _ in ["result": .string("processed: \(state["data"].string ?? "")")] }
    builder.addNode("format") { state, _ in ["output": .string((state["result"].string ?? "").uppercased())] }
    builder.addEdge(from: .start, to: "fetch")
    builder.addEdge(from: "fetch", to: "process")
    builder.addEdge(from: "process", to: "format")
    builder.addEdge(from: "format", to: .end)
    let graph = try builder.build()
    let output = try await printed {
      // begin snippet
      for try await update in graph.run(["input": "hello"]).updates() {
        print("[\(update.node)] ->", Value.object(update.update.object).json())
      }
      // end snippet
    }
    #expect(
      output == """
        [fetch] -> {"data":"fetched_results"}
        [process] -> {"result":"processed: fetched_results"}
        [format] -> {"output":"PROCESSED: FETCHED_RESULTS"}

        """)
  }

  @Test func `tokens of the node that streams last`() async throws {
    let graph = try graph([.pieces(["Hello", ", ", "Ada!"])])
    let output = try await printed {
      // begin snippet
      for try await token in streamTokens(graph, ["name": "Ada"]) { print(token, terminator: "") }
      // end snippet
    }
    #expect(output == "Hello, Ada!")
  }

  @Test func `frames of an answer`() async throws {
    let graph = try graph([.pieces(["Hello", ", ", "Ada!"])])
    let response = Connection()
    // begin snippet
    for try await frame in sseStream(graph, ["name": "Ada"]) { try await response.write(frame) }
    // end snippet
    let data = response.text.split(separator: "\n").filter { $0.hasPrefix("data: ") }
    #expect(data == ["data: Hello", "data: , ", "data: Ada!", "data: [DONE]"])
  }

  @Test func `messages of a socket`() async throws {
    let compiler = compiler([.pieces(["It", " depends."]), .pieces(["No", "."])])
    let file = SourceFile(path: "graphs/question.yaml", text: Self.question)
    let graph = try #require(compiler.compile(file).graph)
    let socket = Connection()
    let question = "Tabs or spaces?"
    // begin snippet
    for try await message in wsStream(graph, ["question": .string(question)]) { try await socket.send(message) }
    // end snippet
    #expect(socket.text == "It| depends.|[DONE]|")
    let objects = Connection()
    do {
      let socket = objects
      // begin snippet
      for try await message in wsStream(graph, ["question": .string(question)], session: "s1") {
        try await socket.send(message)
      }
      // end snippet
    }
    let types = try objects.text.split(separator: "|").map { try Value(json: String($0))["type"]?.string }
    #expect(types == ["started", "token", "token", "update", "done"])
  }
}

import GraphCompiler
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// What stands for a web framework's socket.
final class Socket: Sendable {
  private let state = Locked("")

  var text: String { state.withLock { $0 } }

  func send(_ text: String) async throws { state.withLock { $0 += text + "|" } }
}

// begin snippet
struct StreamToSocket: EventProcessor {
  let socket: Socket

  func token(_ text: String, _ event: GraphEvent) async throws { try await socket.send(text) }
}
// end snippet

// begin snippet
/// A node that streams an answer for whoever watches, and ends when it is asked to.
struct Answering: Sendable {
  let model: any LanguageModel

  func answer(_ state: StateView, _ context: NodeContext) async throws -> StateUpdate {
    let question = ModelMessage(.user, state["question"].string ?? "")
    var response = ""
    for try await text in model.tokens(ModelRequest(messages: [question]), in: context) {
      response += text
      await context.stream(text)
    }
    return ["response": .string(response)]
  }
}
// end snippet

/// The code of docs/embedding.md that watches runs and tests nodes.
@Suite(.timeLimit(.minutes(10)))
struct ProcessorSnippets {
  private func graph() throws -> StateGraph {
    let model = ScriptedModel([.pieces(["Hello", "!"])])
    // begin snippet
    var builder = StateGraphBuilder("answer")
    for key in ["question", "response"] { builder.addKey(key) }
    builder.addNode("answer", body: .plain(Answering(model: model).answer))
    builder.addEdge(from: .start, to: "answer")
    builder.addEdge(from: "answer", to: .end)
    // end snippet
    return try builder.build()
  }

  @Test func `the tokens' own example streams an answer`() async throws {
    let model = ScriptedModel([.pieces(["Hello", "!"])])
    let question = ModelMessage(.user, "Say hello")
    let recorder = RecordingContext()
    let context = recorder.context
    var response = ""
    // begin snippet
    for try await text in model.tokens(ModelRequest(messages: [question]), in: context) {
      response += text
      await context.stream(text)
    }
    // end snippet
    #expect(response == "Hello!")
    #expect(recorder.chunks == ["Hello", "!"])
  }

  @Test func `a processor sends tokens while the run is read elsewhere`() async throws {
    let models = ModelCatalog(environment: Environment(), overrides: .init(provider: "scripted"))
    models.register("scripted", ScriptedModel([.pieces(["Hello", ", ", "World!"])]))
    let graph = try GraphCompiler(factory: StandardNodeFactory(models: models)).load("graphs/hello.yaml")
    let socket = Socket()
    // begin snippet
    let options = RunOptions(processors: [StreamToSocket(socket: socket)])
    let outcome = try await graph.run(["name": "World"], options: options).result()
    // end snippet
    #expect(outcome.status == .completed)
    #expect(socket.text == "Hello|, |World!|")
  }

  @Test func `chunks are a preview and the update is the result`() async throws {
    let run = try graph().run(["question": "Say hello"])
    let output = try await printed {
      // begin snippet
      for try await event in run {
        switch event.kind {
        case .chunk(let chunk): print(chunk.string ?? "", terminator: "")
        case .runFinished(let outcome): print("\n\(outcome.state["response"]?.string ?? "")")
        default: break
        }
      }
      // end snippet
    }
    #expect(output == "Hello!\nHello!\n")
  }

  // begin snippet
  @Test func `the answer is streamed`() async throws {
    let recorder = RecordingContext()
    let node = Answering(model: ScriptedModel([.pieces(["Hello", "!"])]))
    let update = try await node.answer(StateView(["question": "Say hello"]), recorder.context)
    #expect(update["response"] == "Hello!")
    #expect(recorder.chunks == ["Hello", "!"])
  }

  @Test func `a stop ends it at once`() async throws {
    let recorder = RecordingContext()
    recorder.requestStop()
    let node = Answering(model: ScriptedModel([.pieces(["Once", " upon", " a time"])]))
    let update = try await node.answer(StateView(["question": "Write a novel"]), recorder.context)
    #expect(update["response"] == "")
    #expect(recorder.chunks.isEmpty)
  }
  // end snippet
}

import GraphCompiler
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Synchronization
import Testing

// begin snippet
/// Says again what it was told, word by word.
struct EchoModel: LanguageModel {
  let identity = ModelIdentity(provider: "echo", model: "echo-1")

  func respond(to request: ModelRequest) async throws -> ModelResponse {
    ModelResponse(text: request.messages.last?.content ?? "", summary: .init(finishReason: .stop))
  }

  func stream(_ request: ModelRequest) -> any ModelStream {
    let words = (request.messages.last?.content ?? "").split(separator: " ").map { "\($0) " }
    return EchoStream(words)
  }
}

final class EchoStream: ModelStream {
  /// Nil once it was cancelled.
  private let words: Mutex<ArraySlice<String>?>

  init(_ words: [String]) { self.words = Mutex(words[...]) }

  func next() async throws -> String? {
    try Task.checkCancellation()
    return try words.withLock { words in
      guard words != nil else { throw CancellationError() }
      return words?.popFirst()
    }
  }

  func cancel() { words.withLock { $0 = nil } }

  var summary: ModelResponse.Summary { .init(finishReason: .stop) }
}
// end snippet

/// The code of docs/models.md and docs/embedding.md about models, and of the tests that they show.
@Suite(.timeLimit(.minutes(10)))
struct ModelSnippets {
  @Test func `a model of one's own is registered`() async throws {
    let output = try await printed {
      // begin snippet
      let models = ModelCatalog(environment: .load(), overrides: .init(provider: "echo"))
      models.register("echo", EchoModel())
      let graph = try GraphCompiler(factory: StandardNodeFactory(models: models)).load("graphs/hello.yaml")
      for try await token in graph.run(["name": "World"]).tokens() { print(token, terminator: "") }
      // end snippet
    }
    #expect(output == "Say hello to World in a friendly way. ")
  }

  @Test func `the choice of a model is looked at without a request`() async throws {
    let output = try await printed {
      // begin snippet
      let environment = Environment(["MISTRAL_API_KEY": "…", "MISTRAL_MODEL": "mistral-small-latest"])
      let models = ModelCatalog(environment: environment, retry: .init(maxAttempts: 5))
      let node = ModelChoice()
      let prompt = ModelChoice(provider: "mistral")
      let selection = try models.selection(for: [node, prompt])
      print(selection.identity, selection.baseURL ?? "")
      // end snippet
    }
    #expect(output == "mistral/mistral-small-latest https://api.mistral.ai/v1\n")
  }

  // begin snippet
  @Test func `the greeting is streamed and written`() async throws {
    let model = ScriptedModel([.pieces(["Hello", ", ", "World!"])])
    let models = ModelCatalog(environment: Environment(), overrides: .init(provider: "scripted"))
    models.register("scripted", model)
    let graph = try GraphCompiler(factory: StandardNodeFactory(models: models)).load("graphs/hello.yaml")

    let run = graph.run(["name": "World"])
    var tokens: [String] = []
    var outcome: RunOutcome?
    for try await event in run {
      switch event.kind {
      case .token(let text): tokens.append(text)
      case .runFinished(let finished): outcome = finished
      default: break
      }
    }
    #expect(tokens == ["Hello", ", ", "World!"])
    #expect(outcome?.state["greeting"] == "Hello, World!")
    #expect(model.requests[0].messages.last?.content == "Say hello to World in a friendly way.")
  }
  // end snippet

  // begin snippet
  @Test func `a provider that is overloaded is asked again`() async throws {
    let provider = try LoopbackProvider([.status(503), .pieces(["Hello", "!"])])
    let models = ModelCatalog(environment: provider.environment(for: ["openai"]))
    let graph = try GraphCompiler(factory: StandardNodeFactory(models: models)).load("graphs/hello.yaml")

    let outcome = try await graph.run(["name": "World"]).result()
    #expect(outcome.state["greeting"] == "Hello!")
    #expect(provider.requests.map(\.isStream) == [true, true])
  }
  // end snippet

  @Test func `the loopback's own example answers by the prompt`() async throws {
    // begin snippet
    let provider = try LoopbackProvider { request in
      request.prompt.contains("capital") ? "Paris" : .status(429, headers: [("Retry-After", "1")])
    }
    let catalog = ModelCatalog(environment: provider.environment())
    // end snippet
    let answer = try await catalog.model().respond(to: ModelRequest(messages: [ModelMessage(.user, "The capital?")]))
    #expect(answer.text == "Paris")
  }
}

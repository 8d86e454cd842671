import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Answers that nodes of one's own ask for are part of the run.
@Suite(.timeLimit(.minutes(10)))
struct NodeTokensTests {
  private let request = ModelRequest(messages: [ModelMessage(.user, "hi")])

  @Test func `tokens come with what was used`() async throws {
    let recorder = RecordingContext()
    let model = ScriptedModel([.pieces(["a", "", "b"]).using(input: 3, output: 2)])
    var tokens: [String] = []
    for try await token in model.tokens(request, in: recorder.context) { tokens.append(token) }
    #expect(tokens == ["a", "b"])
    #expect(recorder.usage == [UsageRecord(provider: "scripted", model: "test", inputTokens: 3, outputTokens: 2)])
  }

  @Test func `a stop ends them at once, and closes the connection`() async throws {
    let provider = try LoopbackProvider([LoopbackAnswer([.text("Once"), .silence])])
    let models = ModelCatalog(environment: provider.environment().setting(["PROVIDER": "openai"]))
    let model = try models.model()
    let said = Gate()
    var builder = StateGraphBuilder("stopped")
    builder.addKey("text")
    builder.addNode("a") { [request] _, context in
      var text = ""
      for try await token in model.tokens(request, in: context) {
        text += token
        await context.stream(token)
        said.open()
      }
      return ["text": .string(text)]
    }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: .end)
    let run = try builder.build().run()
    let reader = Task { try await run.result() }
    try await said.wait()
    run.stop("enough")
    let outcome = try await reader.value
    #expect(outcome.status == .stopped)
    #expect(outcome.state["text"] == "Once")
    #expect(await provider.exchange(0).end() == .clientClosed)
  }

  @Test func `a stop before them asks nobody`() async throws {
    let recorder = RecordingContext()
    recorder.requestStop()
    let model = ScriptedModel([.pieces(["a"])])
    for try await _ in model.tokens(request, in: recorder.context) { Issue.record("a token came") }
    #expect(model.requests.isEmpty)
  }

  @Test func `a failure is thrown, and a repeated request is told`() async throws {
    let provider = try LoopbackProvider([.status(503), LoopbackAnswer([.text("half"), .cut])])
    let models = ModelCatalog(environment: provider.environment().setting(["PROVIDER": "openai"]))
    let recorder = RecordingContext()
    var tokens: [String] = []
    await #expect(throws: ModelError.self) {
      for try await token in try models.model().tokens(request, in: recorder.context) { tokens.append(token) }
    }
    #expect(tokens == ["half"])
    #expect(recorder.retries.map(\.attempt) == [1])
  }
}

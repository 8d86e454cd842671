import GraphDiagnostics
import GraphLanguage
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Prompts without a graph.
@Suite(.timeLimit(.minutes(5)))
struct PromptExecutionTests {
  private static let greet = "system: Be kind.\nuser: Say hello to {name}.\ntemperature: 0.3\nmax_tokens: 40\n"
  private static let judge = "user: judge\nschema: {name: Verdict, fields: {score: {type: int}}}\n"

  private func folder() throws -> TemporaryFolder {
    try TemporaryFolder(["prompts/greet.yaml": Self.greet, "prompts/deep/judge.yaml": Self.judge])
  }

  @Test(arguments: ["openai", "anthropic"])
  func `The whole answer comes over the wire`(name: String) async throws {
    let provider = try LoopbackProvider { _ in "Hello, World!" }
    let folder = try folder()
    let executor = PromptExecutor(
      models: ModelCatalog(environment: provider.environment(for: [name])), folder: folder.path)
    #expect(try await executor.execute("greet", variables: ["name": "World"], provider: name) == "Hello, World!")
    #expect(
      provider.requests.first?.messages == [
        ModelMessage(.system, "Be kind."), ModelMessage(.user, "Say hello to World."),
      ])
    #expect(provider.requests.first?.isStream == false)
  }

  @Test(arguments: ["openai", "anthropic"], UInt64(1)...5)
  func `Tokens come over the wire`(name: String, seed: UInt64) async throws {
    let text = "Héllo 👩‍👩‍👧, Wörld!\n日本"
    let provider = try LoopbackProvider { _ in LoopbackAnswer.text(text).with(\.cutting, .random(seed: seed)) }
    let folder = try folder()
    let executor = PromptExecutor(
      models: ModelCatalog(environment: provider.environment(for: [name])), folder: folder.path)
    var tokens: [String] = []
    for try await token in executor.stream("greet", variables: ["name": "World"]) { tokens.append(token) }
    #expect(tokens.joined() == text)
    #expect(tokens.count > 1 && !tokens.contains(""))
    #expect(provider.requests.first?.isStream == true)
  }

  @Test func `Settings come from the call, then from the file`() async throws {
    let model = ScriptedModel(["a", "b", "c"])
    let folder = try folder()
    let executor = PromptExecutor(models: catalog(model), folder: folder.path)
    _ = try await executor.execute("greet", variables: ["name": "x"])
    _ = try await executor.execute("greet", variables: ["name": "x"], temperature: 0)
    for try await _ in executor.stream("greet", variables: ["name": "x"], temperature: 1) {}
    #expect(model.requests.map(\.temperature) == [0.3, 0, 1])
    #expect(model.requests.map(\.maxTokens) == [40, 40, 40])
  }

  @Test func `Provider and model are chosen by the call`() async throws {
    let models = ModelCatalog(environment: Environment(["PROVIDER": "x"]))
    for provider in ["x", "y"] {
      models.register(provider) { model throws(ModelError) in
        ScriptedModel { _ in .text("\(provider)/\(model ?? "default")") }
      }
    }
    let folder = try folder()
    let executor = PromptExecutor(models: models, folder: folder.path)
    #expect(try await executor.execute("greet", variables: ["name": ""]) == "x/default")
    #expect(try await executor.execute("greet", variables: ["name": ""], provider: "y", model: "m") == "y/m")
    #expect(try await executor.execute("greet", variables: ["name": ""], model: "m") == "x/m")
  }

  @Test func `A schema's value is checked, and asked for again once`() async throws {
    let model = ScriptedModel(["seven", #"{"score": 7}"#, "no", "no"])
    let folder = try folder()
    let executor = PromptExecutor(models: catalog(model), folder: folder.path)
    #expect(try await executor.execute("deep/judge") == ["score": 7])
    #expect(model.requests.count == 2)
    let error = try await #require(throws: AnswerError.self) { try await executor.execute("deep/judge") }
    #expect(error.message == "the answer holds no JSON")
  }

  @Test func `JSON in the text is the value on demand`() async throws {
    let folder = try folder()
    let executor = PromptExecutor(models: catalog(ScriptedModel(["It is [1, 2]."])), folder: folder.path)
    #expect(try await executor.execute("greet", variables: ["name": "x"], parsesJSON: true) == [1, 2])
  }

  @Test func `A streamed text is checked at its end`() async throws {
    let model = ScriptedModel([.pieces([#"{"score""#, ": 7}"]), .pieces([#"{"score""#, ": [7]}"])])
    let folder = try folder()
    let executor = PromptExecutor(models: catalog(model), folder: folder.path)
    var tokens: [String] = []
    for try await token in executor.stream("deep/judge") { tokens.append(token) }
    #expect(tokens == [#"{"score""#, ": 7}"])

    var iterator = executor.stream("deep/judge").makeAsyncIterator()
    _ = try await iterator.next()
    _ = try await iterator.next()
    await #expect(throws: AnswerError.self) { try await iterator.next() }
    // A stream that has failed is over.
    #expect(try await iterator.next() == nil)
  }

  // MARK: - Pulling

  @Test func `Nothing is asked before the first token is`() async throws {
    let model = ScriptedModel(["Hello"])
    let folder = try folder()
    let tokens = PromptExecutor(models: catalog(model), folder: folder.path).stream("greet", variables: ["name": "x"])
    var iterator = tokens.makeAsyncIterator()
    #expect(model.requests.isEmpty)
    #expect(try await iterator.next() == "Hello")
    #expect(try await iterator.next() == nil)
    #expect(model.requests.count == 1)
  }

  @Test func `Dropping the iterator closes the connection`() async throws {
    let provider = try LoopbackProvider { _ in [.text("Once"), .silence] }
    let folder = try folder()
    let executor = PromptExecutor(models: ModelCatalog(environment: provider.environment()), folder: folder.path)
    for try await token in executor.stream("greet", variables: ["name": "x"]) {
      #expect(token == "Once")
      break
    }
    #expect(await provider.exchange(0).end() == .clientClosed)
  }

  @Test func `Cancelling the task closes the connection`() async throws {
    let provider = try LoopbackProvider { _ in .silence }
    let folder = try folder()
    let executor = PromptExecutor(models: ModelCatalog(environment: provider.environment()), folder: folder.path)
    let task = Task { for try await _ in executor.stream("greet", variables: ["name": "x"]) {} }
    let exchange = await provider.exchange(0)
    task.cancel()
    #expect(await exchange.end() == .clientClosed)
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  // MARK: - Mistakes

  @Test func `A prompt that is not there is named with the nearest one`() async throws {
    let folder = try folder()
    let executor = PromptExecutor(models: catalog(ScriptedModel([])), folder: folder.path)
    let error = try await #require(throws: DiagnosticError.self) { try await executor.execute("gret") }
    #expect(error.diagnostics.map(\.message.text) == ["prompt 'gret' was not found"])
    #expect(error.diagnostics.first?.span == nil)
    #expect(error.diagnostics.first?.notes.first?.text == "did you mean 'greet'?")
    #expect(error.description.hasPrefix("error: prompt 'gret' was not found"))
    await #expect(throws: DiagnosticError.self) { for try await _ in executor.stream("gret") {} }
  }

  @Test func `Mistakes in a prompt have their place`() async throws {
    let folder = try TemporaryFolder(["prompts/bad.yaml": "user: hi\ntemprature: 1\n"])
    let executor = PromptExecutor(models: catalog(ScriptedModel([])), folder: folder.path)
    let error = try await #require(throws: DiagnosticError.self) { try await executor.execute("bad") }
    #expect(error.diagnostics.first?.span?.start == SourceLocation(line: 2, column: 1))
  }

  @Test func `A variable that is missing is named`() async throws {
    let folder = try folder()
    let executor = PromptExecutor(models: catalog(ScriptedModel([])), folder: folder.path)
    let error = try await #require(throws: PromptError.self) {
      try await executor.execute("greet", variables: ["nam": "x"])
    }
    let expected = "prompts/greet.yaml:2:20: variable 'name' has no value; given were 'nam' [GR0614]"
    #expect(error.description.hasSuffix(expected))
  }

  @Test func `A folder that is not there is an error`() async throws {
    let executor = PromptExecutor(models: catalog(ScriptedModel([])), folder: "/nowhere/at/all")
    let error = try await #require(throws: DiagnosticError.self) { try await executor.execute("greet") }
    #expect(error.diagnostics.map(\.message.text) == ["there is no folder '/nowhere/at/all' to look for prompts in"])
  }

  @Test func `A folder of its own for prompts comes first`() async throws {
    let folder = try TemporaryFolder(["prompts/p.yaml": "user: one\n", "mine/p.yaml": "user: two\n"])
    let model = ScriptedModel(["x"])
    _ = try await PromptExecutor(models: catalog(model), folder: folder.path, promptsDirectory: "mine").execute("p")
    #expect(model.requests.first?.messages == [ModelMessage(.user, "two")])
  }
}

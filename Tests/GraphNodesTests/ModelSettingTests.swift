import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Which model a node asks, and how, where that is not plainly written.
@Suite(.timeLimit(.minutes(5)))
struct ModelSettingTests {
  /// A catalog whose models answer with their names.
  private func naming(_ environment: [String: String] = ["PROVIDER": "x"]) -> ModelCatalog {
    let models = ModelCatalog(environment: Environment(environment))
    for provider in ["x", "y"] {
      models.register(provider) { model throws(ModelError) in
        let identity = ModelIdentity(provider: provider, model: model ?? "default")
        return ScriptedModel(identity: identity) { _ in .text("\(identity)") }
      }
    }
    return models
  }

  private func answer(_ keys: String, _ input: ValueObject, defaults: String = "") async throws -> Log {
    let folder = try TemporaryFolder([
      "g.yaml": "defaults: {\(defaults)}\n" + graph("user: hi, \(keys)", state: "m: any, p: str?")
    ])
    return try await load(folder, naming()).log(input)
  }

  private static let choices: [(ValueObject, String)] = [
    (["m": "big"], "x/big"), ([:], "x/from-defaults"), (["m": " "], "x/from-defaults"),
    (["m": "big", "p": "y"], "y/big"), (["p": "y"], "y/default"),
  ]

  @Test(arguments: choices)
  func `A node may take its model and provider from the state`(input: ValueObject, chosen: String) async throws {
    let log = try await answer(
      #"provider: "{state.p}", model: "{state.m}""#, input, defaults: "provider: x, model: from-defaults")
    #expect(log.outcome?.state["a"] == .string(chosen))
  }

  @Test func `A model that is no text is an error`() async throws {
    let log = try await answer(#"model: "{state.m}""#, ["m": 5])
    #expect(log.outcome?.error?.message == "'model' must be text, and is a value of the kind 'int'")
  }

  @Test func `A key that there is not is found before the run`() throws {
    let folder = try TemporaryFolder(["g.yaml": graph(#"user: hi, model: "{state.modell}""#, state: "model: str")])
    #expect(GraphCompilerCodes.of(folder, StandardNodeFactory(models: naming())) == ["GR0220"])
  }

  // MARK: - Fallbacks

  /// Models that fail, but for one that answers with its name.
  private func failing(but good: String, _ overrides: ModelCatalog.Overrides = .init()) -> ModelCatalog {
    let models = ModelCatalog(environment: Environment(["PROVIDER": "x"]), overrides: overrides)
    for provider in ["x", "y"] {
      models.register(provider) { model throws(ModelError) in
        let identity = ModelIdentity(provider: provider, model: model ?? "default")
        return ScriptedModel(identity: identity) { _ in
          "\(identity)" == good
            ? .text(good) : .failure(ModelError(.timeout, identity: identity, message: "slow"))
        }
      }
    }
    return models
  }

  @Test(
    arguments: [
      ("provider: x, model: big, fallback: {provider: y}", "y/default"),
      ("provider: x, model: big, fallback: {provider: y, model: small}", "y/small"),
      ("provider: x, model: big, fallback: {model: small}", "x/small"),
      ("type: race, candidates: [{provider: x}, {provider: x, model: z}], fallback: {provider: y}", "y/default"),
      ("type: agent, provider: x, model: big, fallback: {provider: y}, tools: []", "y/default"),
    ], [true, false])
  func `B26: a fallback uses its own model`(node: (String, String), streams: Bool) async throws {
    let folder = try TemporaryFolder([
      "g.yaml": "defaults: {provider: x, model: large}\n" + graph("user: hi, stream: \(streams), \(node.0)")
    ])
    let log = try await load(folder, failing(but: node.1)).log()
    #expect(log.outcome?.state["a"] == .string(node.1))
  }

  @Test func `B26: the command line does not make the fallback the model that failed`() async throws {
    let folder = try TemporaryFolder(["g.yaml": graph("user: hi, fallback: {provider: y, model: small}")])
    let models = failing(but: "y/small", ModelCatalog.Overrides(provider: "x", model: "big"))
    #expect(try await load(folder, models).log().outcome?.state["a"] == "y/small")
  }

  // MARK: - Thinking

  @Test func `A fallback that cannot be told a budget is told none`() async throws {
    let server = try LoopbackProvider { request in
      request.family == .anthropicMessages ? .status(400, body: "no") : "fine"
    }
    let models = ModelCatalog(environment: server.environment(for: ["anthropic", "openai"]))
    let folder = try TemporaryFolder([
      "g.yaml": graph("user: hi, provider: anthropic, thinking_budget: 3000, fallback: {provider: openai}")
    ])
    #expect(try await load(folder, models).log().outcome?.state["a"] == "fine")
    #expect(server.requests.map { $0.json["thinking"] != nil } == [true, false])
  }

  @Test func `The budget of the node wins over that of the defaults`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      defaults: {thinking_budget: 2000}
      nodes:
        a: {user: hi}
        b: {user: hi, thinking_budget: -1}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]
      """
    ])
    let model = ScriptedModel(["x", "y"])
    _ = try await load(folder, catalog(model)).log()
    #expect(model.requests.map(\.thinkingBudget) == [2_000, -1])
  }

  @Test func `A budget reaches Anthropic's wire`() async throws {
    let server = try LoopbackProvider(["done"])
    let models = ModelCatalog(environment: server.environment(for: ["anthropic"]))
    let folder = try TemporaryFolder(["g.yaml": graph("user: hi, provider: anthropic, thinking_budget: 3000")])
    let log = try await load(folder, models).log()
    #expect(log.outcome?.state["a"] == "done")
    #expect(server.requests.first?.json["thinking"] == ["type": "enabled", "budget_tokens": 3_000])
  }

  @Test(arguments: [
    ("provider: openai, thinking_budget: 2000", ["GR0128"]), ("provider: ollama, thinking_budget: -1", ["GR0128"]),
    ("provider: openai, thinking_budget: 0", []), ("provider: anthropic, thinking_budget: 2000", []),
    ("provider: google, thinking_budget: -1", []), ("thinking_budget: 2000", []), ("thinking_budget: -2", ["GR0105"]),
    (#"provider: "{state.p}", thinking_budget: 2000"#, []),
  ])
  func `A budget for a provider that cannot be told is a mistake`(keys: String, codes: [String]) throws {
    let folder = try TemporaryFolder(["g.yaml": graph("user: hi, \(keys)", state: "p: str")])
    #expect(GraphCompilerCodes.of(folder, StandardNodeFactory(models: naming())) == codes)
  }
}

import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

@Suite(.timeLimit(.minutes(10))) struct ModelCatalogTests {
  /// Who says what, and what comes of it as `provider/model`.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var node = ModelChoice.unspecified
    var defaults = ModelChoice.unspecified
    var prompt = ModelChoice.unspecified
    var overrides = ModelCatalog.Overrides()
    var variables: [String: String] = [:]
    let expected: String

    init(
      _ description: String, node: (String?, String?) = (nil, nil), defaults: (String?, String?) = (nil, nil),
      prompt: (String?, String?) = (nil, nil), overrides: (String?, String?) = (nil, nil), isOffline: Bool = false,
      variables: [String: String] = [:], is expected: String
    ) {
      testDescription = description
      self.node = ModelChoice(provider: node.0, model: node.1)
      self.defaults = ModelChoice(provider: defaults.0, model: defaults.1)
      self.prompt = ModelChoice(provider: prompt.0, model: prompt.1)
      self.overrides = ModelCatalog.Overrides(provider: overrides.0, model: overrides.1, isOffline: isOffline)
      self.variables = variables
      self.expected = expected
    }
  }

  static let precedence = [
    Case("the node wins", node: ("openai", "n"), defaults: ("mistral", "d"), prompt: ("xai", "p"), is: "openai/n"),
    Case("then the defaults", defaults: ("mistral", "d"), prompt: ("xai", "p"), is: "mistral/d"),
    Case("then the prompt", prompt: ("xai", "p"), variables: ["PROVIDER": "groq"], is: "xai/p"),
    Case("then PROVIDER", variables: ["PROVIDER": "groq", "GROQ_MODEL": "g"], is: "groq/g"),
    Case("the command line wins over all", node: ("openai", "n"), overrides: ("groq", "c"), is: "groq/c"),
    Case(
      "offline wins over the command line", node: ("openai", "n"), overrides: ("groq", "c"), isOffline: true,
      is: "offline/offline"),
    Case("offline by name", node: ("offline", nil), is: "offline/offline"),
    Case("names have no case", node: ("OpenAI", "n"), is: "openai/n"),

    Case("a model alone keeps the provider below", node: (nil, "n"), defaults: ("mistral", "d"), is: "mistral/n"),
    Case("a prompt's provider goes with the node's model", node: (nil, "n"), prompt: ("xai", "p"), is: "xai/n"),
    Case(
      "a provider alone takes no model from below", node: ("mistral", nil), defaults: (nil, "gpt-4o"),
      is: "mistral/mistral-large-latest"),
    Case(
      "nor from another provider", node: ("mistral", nil), defaults: ("openai", "gpt-4o"),
      is: "mistral/mistral-large-latest"),
    Case(
      "nor from the prompt", defaults: ("mistral", nil), prompt: (nil, "gpt-4o"), is: "mistral/mistral-large-latest"),
    Case(
      "but from a place that names the same one", node: ("mistral", nil), defaults: ("Mistral", "small"),
      is: "mistral/small"),
    Case(
      "--provider alone takes no model from the files", node: ("openai", "gpt-4o"), overrides: ("mistral", nil),
      is: "mistral/mistral-large-latest"),
    Case(
      "--provider with the model of the same one", node: ("openai", "n"), overrides: ("openai", nil), is: "openai/n"),
    Case("--model alone keeps the provider", node: ("openai", "n"), overrides: (nil, "m"), is: "openai/m"),
    Case("PROVIDER goes with a file's model", prompt: (nil, "p"), variables: ["PROVIDER": "xai"], is: "xai/p"),

    Case(
      "the variable of the model comes before the default", node: ("openai", nil), variables: ["OPENAI_MODEL": "m"],
      is: "openai/m"),
    Case("and after all files", defaults: ("openai", "d"), variables: ["OPENAI_MODEL": "m"], is: "openai/d"),
    Case("an empty choice is none", node: ("", ""), defaults: ("openai", "d"), is: "openai/d"),

    Case("the one provider with a key", variables: ["MISTRAL_API_KEY": "k"], is: "mistral/mistral-large-latest"),
    Case("with a file's model", defaults: (nil, "tiny"), variables: ["ANTHROPIC_API_KEY": "k"], is: "anthropic/tiny"),
    Case("its second variable", variables: ["GEMINI_API_KEY": "k"], is: "google/gemini-2.0-flash"),
    Case(
      "an empty key is none", variables: ["MISTRAL_API_KEY": "", "XAI_API_KEY": "k"], is: "xai/grok-4-1-fast-reasoning"),
    Case(
      "local ones are not chosen by their key", variables: ["VLLM_API_KEY": "k", "XAI_API_KEY": "k"],
      is: "xai/grok-4-1-fast-reasoning"),

    Case(
      "a prefix names the provider", node: (nil, "openai/gpt-4o"),
      variables: ["OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k"], is: "openai/gpt-4o"),
    Case(
      "a prefix that no provider has is part of the name", node: (nil, "meta/llama"), variables: ["GROQ_API_KEY": "k"],
      is: "groq/meta/llama"),
    Case(
      "a prefix does not count beside a provider", node: ("openrouter", "openai/gpt-4o"), is: "openrouter/openai/gpt-4o"
    ),
    Case(
      "nor beside one below", node: (nil, "openai/gpt-4o"), defaults: ("openrouter", nil),
      is: "openrouter/openai/gpt-4o"),
    Case(
      "nor beside PROVIDER", node: (nil, "openai/gpt-4o"), variables: ["PROVIDER": "openrouter"],
      is: "openrouter/openai/gpt-4o"),
    Case(
      "nor when only OpenRouter has a key", node: (nil, "openai/gpt-4o"), variables: ["OPENROUTER_API_KEY": "k"],
      is: "openrouter/openai/gpt-4o"),
    Case(
      "only the first slash counts", node: (nil, "openrouter/openai/gpt-4o"), variables: ["OPENROUTER_API_KEY": "k"],
      is: "openrouter/openai/gpt-4o"),
    Case("a prefix can name a local provider", node: (nil, "ollama/qwen3"), is: "ollama/qwen3"),
  ]

  @Test(arguments: precedence)
  func `provider and model are chosen by importance`(_ example: Case) throws {
    let catalog = ModelCatalog(environment: Environment(example.variables), overrides: example.overrides)
    let selection = try catalog.selection(for: [example.node, example.defaults, example.prompt])
    #expect(selection.identity.description == example.expected)
  }

  @Test(
    arguments: [
      (["PROVIDER": "openai"], nil, "https://api.openai.com/v1"),
      (["PROVIDER": "openai", "OPENAI_BASE_URL": "http://a/v1"], nil, "http://a/v1"),
      (["PROVIDER": "anthropic", "ANTHROPIC_BASE_URL": "http://a"], nil, "http://a"),
      (["PROVIDER": "openai", "OPENAI_BASE_URL": "http://a/v1"], "http://b", "http://b"),
      (["PROVIDER": "lmstudio"], nil, "http://localhost:1234/v1"),
      (["PROVIDER": "offline"], nil, nil),
    ] as [([String: String], String?, String?)])
  func `base URLs come from files, then variables, then presets`(
    _ variables: [String: String], _ written: String?, _ expected: String?
  ) throws {
    let catalog = ModelCatalog(environment: Environment(variables))
    let provider = variables["PROVIDER"]
    #expect(try catalog.selection(for: [ModelChoice(provider: provider, baseURL: written)]).baseURL == expected)
  }

  @Test func `a base URL alone means any compatible server`() throws {
    let catalog = ModelCatalog(environment: Environment(["OPENAI_API_KEY": "k"]))
    let selection = try catalog.selection(for: [ModelChoice(model: "m", baseURL: "http://a/v1")])
    #expect(selection.identity.description == "openai-compatible/m")
    #expect(selection.baseURL == "http://a/v1")
  }

  // MARK: - Errors

  @Test func `without a choice and a key, all that was looked for is named`() {
    let error = #expect(throws: ModelError.self) { try ModelCatalog(environment: Environment()).model() }
    #expect(error?.code == .noModel)
    #expect(
      error?.description == """
        no provider is chosen and no key is set; looked for 'OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'MISTRAL_API_KEY', \
        'GROQ_API_KEY', 'DEEPSEEK_API_KEY', 'XAI_API_KEY', 'GOOGLE_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY', \
        'TOGETHER_API_KEY' in the environment and in '.env'; set one of them, name a provider, or use '--offline' to \
        run without a network
        """)
  }

  @Test func `keys of several providers choose none`() {
    let environment = Environment(["OPENAI_API_KEY": "k", "XAI_API_KEY": "k"])
    let error = #expect(throws: ModelError.self) { try ModelCatalog(environment: environment).model() }
    #expect(
      error?.description
        == "no provider is chosen and there are keys of several: 'openai', 'xai'; name one with 'provider',"
        + " '--provider' or the variable 'PROVIDER'")
  }

  @Test func `a provider without its key says which it is`() {
    let catalog = ModelCatalog(environment: Environment(["OPENAI_API_KEY": "k"]))
    let error = #expect(throws: ModelError.self) { try catalog.model(node: ModelChoice(provider: "google")) }
    #expect(error?.code == .missingKey)
    #expect(
      error?.description
        == "google/gemini-2.0-flash: no key is set; looked for 'GOOGLE_API_KEY', 'GEMINI_API_KEY' in the environment"
        + " and in '.env'; set it, or use '--offline' to run without a network")
  }

  @Test(arguments: [
    ("opnai", "unknown provider 'opnai'; did you mean 'openai'?"),
    (
      "frobnicator",
      "unknown provider 'frobnicator'; known are 'openai', 'anthropic', 'mistral', 'groq', 'deepseek', 'xai', 'google',"
        + " 'openrouter', 'together', 'ollama', 'lmstudio', 'vllm', 'openai-compatible', 'offline'"
    ),
  ])
  func `an unknown provider is told of`(_ name: String, _ message: String) {
    let catalog = ModelCatalog(environment: Environment())
    let error = #expect(throws: ModelError.self) { try catalog.selection(for: [ModelChoice(provider: name)]) }
    #expect(error?.description == message)
  }

  @Test func `a provider without a default model wants one`() {
    let catalog = ModelCatalog(environment: Environment())
    let error = #expect(throws: ModelError.self) { try catalog.model(node: ModelChoice(provider: "vllm")) }
    #expect(
      error?.description
        == "no model is named for 'vllm', which has no default; set 'model' or the variable 'VLLM_MODEL'")
  }

  @Test func `a compatible server without its base URL wants one`() {
    let catalog = ModelCatalog(environment: Environment())
    let choice = ModelChoice(provider: "openai-compatible", model: "m")
    let error = #expect(throws: ModelError.self) { try catalog.model(node: choice) }
    #expect(
      error?.description
        == "openai-compatible/m: no base URL is set; set 'base_url' or the variable 'OPENAI_COMPATIBLE_BASE_URL'")
  }

  @Test(arguments: ["localhost:8000", "ftp://a", "http://a b", ""])
  func `a base URL that is none is refused`(_ url: String) {
    #expect(throws: ModelError.self) {
      try HTTPLanguageModel(model: "m", preset: ProviderPreset.named("vllm")!, baseURL: url, key: nil)
    }
  }

  @Test func `a key with a line break is refused, and white space around it is not`() throws {
    let catalog = ModelCatalog(environment: Environment(["OPENAI_API_KEY": "sk-se\ncret"]))
    let error = #expect(throws: ModelError.self) { try catalog.model() }
    #expect(
      error?.description
        == "openai/gpt-4o: the key in 'OPENAI_API_KEY' holds a character that no key has, such as a line break")
    _ = try ModelCatalog(environment: Environment(["OPENAI_API_KEY": " sk-secret\n"])).model()
  }

  // MARK: - Models

  @Test func `a model is made once`() throws {
    let catalog = ModelCatalog(environment: Environment(["OPENAI_API_KEY": "k"]))
    let made = Recorder<String?>()
    catalog.register("mine") { model throws(ModelError) in
      made.add(model)
      return ScriptedModel([])
    }
    let first = try catalog.model(node: ModelChoice(provider: "mine")) as? ScriptedModel
    let second = try catalog.model(node: ModelChoice(provider: "Mine")) as? ScriptedModel
    #expect(first != nil)
    #expect(first === second)
    _ = try catalog.model(node: ModelChoice(provider: "mine", model: "big"))
    #expect(made.all == [nil, "big"])
  }

  @Test func `a registered model takes the place of a known provider`() async throws {
    let catalog = ModelCatalog(environment: Environment())
    catalog.register("openai", ScriptedModel(["from Swift"]))
    let model = try catalog.model(prompt: ModelChoice(provider: "openai", model: "gpt-4o"))
    #expect(try await model.respond(to: .asking("hi")).text == "from Swift")
    #expect(!catalog.providerNames.contains("mine"))
    catalog.register("mine", ScriptedModel([]))
    #expect(catalog.providerNames.last == "mine")
  }

  @Test func `offline is offline for registered models too`() throws {
    let catalog = ModelCatalog(environment: Environment(), overrides: .init(isOffline: true))
    catalog.register("mine", ScriptedModel([]))
    #expect(try catalog.model(node: ModelChoice(provider: "mine")).identity.provider == "offline")
  }

  @Test func `candidates keep their own models, but not against offline`() throws {
    let environment = Environment(["OPENAI_API_KEY": "k"])
    let place = ModelChoice(provider: "openai", model: "m")
    for (isOffline, ignoring, expected) in [
      (false, false, "mistral/mistral-large-latest"), (false, true, "openai/m"), (true, true, "offline/offline"),
    ] {
      let overrides = ModelCatalog.Overrides(provider: "mistral", isOffline: isOffline)
      let catalog = ModelCatalog(environment: environment, overrides: overrides)
      let selection = try catalog.selection(for: [place], ignoringOverrides: ignoring)
      #expect(selection.identity.description == expected)
    }
  }

  @Test(arguments: Family.allCases)
  func `the key goes into the header of its protocol`(_ family: Family) async throws {
    let provider = try LoopbackProvider { _ in "x" }
    _ = try await provider.model(family, key: "sk-123").respond(to: .asking("hi"))
    let request = try #require(provider.requests.first)
    #expect(request[header: "authorization"] == (family == .openai ? "Bearer sk-123" : nil))
    #expect(request[header: "x-api-key"] == (family == .anthropic ? "sk-123" : nil))
    #expect(request[header: "anthropic-version"] == (family == .anthropic ? "2023-06-01" : nil))
  }

  @Test func `a local provider needs no key and sends none`() async throws {
    let provider = try LoopbackProvider { _ in "x" }
    let catalog = ModelCatalog(environment: Environment(["OLLAMA_BASE_URL": provider.baseURL + "/"]))
    let model = try catalog.model(node: ModelChoice(provider: "ollama"))
    #expect(try await model.respond(to: .asking("hi")).text == "x")
    #expect(provider.requests[0][header: "authorization"] == nil)
    #expect(provider.requests[0].path == "/v1/chat/completions")
  }

  @Test func `making a catalog and choosing opens nothing`() throws {
    let provider = try LoopbackProvider { _ in "x" }
    _ = try provider.model()
    #expect(provider.connectionCount == 0)
  }
}

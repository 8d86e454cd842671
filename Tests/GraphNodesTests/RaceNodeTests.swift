import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Races: the same question to several models at once.
@Suite(.timeLimit(.minutes(5)))
struct RaceNodeTests {
  /// A catalog of scripted models by the name of their provider.
  private func catalog(_ models: [String: ScriptedModel]) -> ModelCatalog {
    let catalog = ModelCatalog(environment: Environment([:]))
    for (provider, model) in models { catalog.register(provider, model) }
    return catalog
  }

  private func model(_ provider: String, _ answers: [ScriptedAnswer]) -> ScriptedModel {
    ScriptedModel(answers, identity: ModelIdentity(provider: provider, model: "m"))
  }

  private static let candidates = "candidates: [{provider: x}, {provider: y}, {provider: z, model: big}]"

  private static let failure = ModelError(
    .status(500), identity: ModelIdentity(provider: "y", model: "m"), message: "answered with status 500")

  @Test(arguments: [true, false])
  func `The first good answer wins and the others are cancelled`(streams: Bool) async throws {
    let gate = Gate()
    let slow = model("x", [ScriptedAnswer([.gate(gate), .piece("slow")])])
    let models = ["x": slow, "y": model("y", [.failure(Self.failure)]), "z": model("z", [.pieces(["quick", " one"])])]
    let folder = try TemporaryFolder([
      "g.yaml": """
      nodes:
        a: {type: race, user: hi, stream: \(streams), \(Self.candidates)}
        b: {type: passthrough, output: {winner: "{state._race_winner}"}}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]
      """
    ])
    let log = try await load(folder, catalog(models)).log()
    #expect(log.outcome?.state["a"] == "quick one")
    #expect(log.outcome?.state["winner"] == ["provider": "z", "model": "m"])
    #expect(log.tokens == (streams ? ["quick", " one"] : []))
    #expect(slow.openCount == 0)
    #expect(slow.cancelledCount == 1)
  }

  @Test(arguments: [true, false])
  func `The loser's socket is closed`(streams: Bool) async throws {
    let gate = Gate()
    let slow = try LoopbackProvider([LoopbackAnswer([.gate(gate), .text("slow")])])
    let quick = try LoopbackProvider { _ in
      // The other one is being asked by now.
      LoopbackAnswer([.gate(gate), .text("quick")]).with(\.steps, [.text("quick")])
    }
    let environment = Environment(["OPENAI_API_KEY": "k"])
    let folder = try TemporaryFolder([
      "g.yaml": """
      nodes:
        a:
          type: race
          user: hi
          stream: \(streams)
          candidates:
            - {provider: openai, model: slow, base_url: "\(slow.baseURL)"}
            - {provider: openai, model: quick, base_url: "\(quick.baseURL)"}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """
    ])
    let graph = try load(folder, ModelCatalog(environment: environment))
    async let log = graph.log()
    let exchange = await slow.exchange(0)
    #expect(try await log.outcome?.state["a"] == "quick")
    #expect(await exchange.end() == .clientClosed)
  }

  @Test func `An answer that does not fit loses against one that does`() async throws {
    let bad = model("x", ["no JSON", "still none"])
    let models = ["x": bad, "y": model("y", [.failure(Self.failure)]), "z": model("z", [#"{"n": 1}"#])]
    let folder = try TemporaryFolder(["g.yaml": graph("type: race, user: hi, parse_json: true, \(Self.candidates)")])
    let log = try await load(folder, catalog(models)).log()
    #expect(log.outcome?.state["a"] == ["n": 1])
  }

  @Test(arguments: [true, false])
  func `When all fail the error names each one's failure`(streams: Bool) async throws {
    let models = ["x": model("x", [""]), "y": model("y", [.failure(Self.failure)])]
    let folder = try TemporaryFolder(["g.yaml": graph("type: race, user: hi, stream: \(streams), \(Self.candidates)")])
    let catalog = catalog(models)
    catalog.register("z") { name throws(ModelError) in
      throw ModelError(.missingKey, identity: nil, message: "no key is set for \(name ?? "")")
    }
    let log = try await load(folder, catalog).log()
    #expect(
      log.outcome?.error?.message
        == "all 3 candidates failed: x/default: the answer is empty; y/m: answered with status 500; "
        + "z/big: no key is set for big")
  }

  @Test func `A failed attempt at a race is made again`() async throws {
    let models = [
      "x": model("x", [.failure(Self.failure), "second"]),
      "y": model("y", [.failure(Self.failure), .failure(Self.failure)]),
      "z": model("z", [.failure(Self.failure), .failure(Self.failure)]),
    ]
    let folder = try TemporaryFolder([
      "g.yaml": graph(
        "type: race, user: hi, retry: {max_attempts: 2, backoff: 0.001, jitter: 0}, \(Self.candidates)")
    ])
    #expect(try await load(folder, catalog(models)).log().outcome?.state["a"] == "second")
  }

  @Test func `The time of a race ends all of it`() async throws {
    let gate = Gate()
    let slow = { (name: String) in model(name, [ScriptedAnswer([.gate(gate)])]) }
    let models = ["x": slow("x"), "y": slow("y"), "z": slow("z")]
    let folder = try TemporaryFolder(["g.yaml": graph("type: race, user: hi, timeout: 0.05, \(Self.candidates)")])
    let log = try await load(folder, catalog(models)).log()
    #expect(log.outcome?.error?.code == .timeout)
    #expect(models.values.map(\.openCount) == [0, 0, 0])
  }

  @Test func `The command line does not make all candidates the same`() async throws {
    let models = ModelCatalog(
      environment: Environment([:]), overrides: ModelCatalog.Overrides(provider: "x", model: "m"))
    let asked = Locked<[String]>([])
    for provider in ["x", "y", "z"] {
      models.register(provider) { name throws(ModelError) in
        asked.withLock { $0.append("\(provider)/\(name ?? "-")") }
        return ScriptedModel { _ in .text(provider) }
      }
    }
    let folder = try TemporaryFolder(["g.yaml": graph("type: race, user: hi, \(Self.candidates)")])
    _ = try await load(folder, models).log()
    #expect(Set(asked.withLock { $0 }) == ["x/-", "y/-", "z/big"])
  }

  @Test func `A router with candidates goes by the answer that wins`() async throws {
    let models = [
      "x": model("x", [.failure(Self.failure)]), "y": model("y", [.failure(Self.failure)]), "z": model("z", ["good"]),
    ]
    let folder = try TemporaryFolder([
      "g.yaml": """
      nodes:
        pick: {type: router, user: "which?", routes: {good: a, bad: b}, \(Self.candidates)}
        a: {type: passthrough, output: {r: "{state._race_winner.provider}"}}
        b: {type: passthrough, output: {r: 2}}
      edges:
        - {from: START, to: pick}
        - {from: pick, to: [a, b], type: conditional}
        - {from: a, to: END}
        - {from: b, to: END}
      """
    ])
    let log = try await load(folder, catalog(models)).log()
    #expect(log.nodes == ["pick", "a"])
    #expect(log.outcome?.state["r"] == "z")
  }

  @Test func `A race runs offline`() async throws {
    let models = ModelCatalog(environment: Environment([:]), overrides: ModelCatalog.Overrides(isOffline: true))
    let folder = try TemporaryFolder([
      "g.yaml": graph("type: race, user: hi, candidates: [{provider: openai}, {provider: anthropic}]")
    ])
    #expect(try await load(folder, models).log().outcome?.status == .completed)
  }

  @Test(arguments: [
    ("candidates: []", ["GR0129"]), ("candidates: [{provider: openai}]", ["GR0129"]),
    ("candidates: [{provider: openai}, {}]", ["GR0130"]),
    ("candidates: [{provider: openai}, {model: m}, 5]", ["GR0102"]),
    ("candidates: [{provider: openai}, {provider: opnai}]", ["GR0126"]),
    ("candidates: [{provider: openai}, {provider: OpenAI}]", ["GR0131"]),
    ("candidates: [{provider: openai}, {modell: m}]", ["GR0101"]),
    ("candidates: [{provider: openai}, {provider: xai}], model: m", ["GR0134"]), ("", ["GR0103"]),
  ])
  func `A mistake in the candidates is one diagnostic`(keys: String, codes: [String]) throws {
    let folder = try TemporaryFolder(["g.yaml": graph("type: race, user: hi\(keys.isEmpty ? "" : ", ")\(keys)")])
    let factory = StandardNodeFactory(models: ModelCatalog(environment: Environment([:])))
    #expect(GraphCompilerCodes.of(folder, factory) == codes)
  }
}

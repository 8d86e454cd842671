import GraphCompiler
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Nodes that ask a model, in their plain and their streaming form.
@Suite(.timeLimit(.minutes(5)))
struct ModelNodeTests {
  private static let schema = """
    user: judge
    schema:
      name: Verdict
      fields:
        score: {type: int, constraints: {ge: 0, le: 10}}
        why: {type: str, default: none}

    """

  /// One way to be asked: plain or streaming, scripted or over a provider's wire.
  struct Way: Sendable, CustomTestStringConvertible {
    let streams: Bool
    let provider: String

    var testDescription: String { "\(provider), \(streams ? "streaming" : "plain")" }
  }

  static let ways = ["scripted", "openai", "anthropic"].flatMap { provider in
    [Way(streams: false, provider: provider), Way(streams: true, provider: provider)]
  }

  /// Runs a graph of one node with these answers in a way, and says what the model was asked.
  private func run(
    _ node: String, _ answers: [String], _ way: Way, input: ValueObject = [:], state: String = ""
  ) async throws -> (log: Log, messages: [[ModelMessage]]) {
    let text = graph("\(node), stream: \(way.streams)", state: state)
    let folder = try TemporaryFolder(["g.yaml": text, "prompts/judge.yaml": Self.schema])
    if way.provider == "scripted" {
      let model = ScriptedModel(answers.map { .pieces($0.map(String.init)) })
      let log = try await load(folder, catalog(model)).log(input)
      return (log, model.requests.map(\.messages))
    }
    let provider = try LoopbackProvider(
      answers.map { LoopbackAnswer.pieces($0.map(String.init)).with(\.cutting, .random(seed: 3)) })
    let models = ModelCatalog(
      environment: provider.environment(for: [way.provider]).setting(["PROVIDER": way.provider]))
    let log = try await load(folder, models).log(input)
    return (log, provider.requests.map(\.messages))
  }

  @Test(arguments: ways)
  func `The text goes to the state key`(way: Way) async throws {
    let (log, messages) = try await run(
      #"user: "Say {name}", system: Be brief, state_key: out"#, ["Héllo 👩‍👩‍👧"], way, input: ["name": "it"],
      state: "name: str")
    #expect(log.outcome?.state["out"] == "Héllo 👩‍👩‍👧")
    #expect(log.tokens.joined() == (way.streams ? "Héllo 👩‍👩‍👧" : ""))
    #expect(messages == [[ModelMessage(.system, "Be brief"), ModelMessage(.user, "Say it")]])
  }

  @Test(arguments: ways)
  func `The JSON in the text is the value on demand`(way: Way) async throws {
    let (log, _) = try await run("user: hi, parse_json: true", ["Here: ```json\n{\"x\": [1, 2]}\n```"], way)
    #expect(log.outcome?.state["a"] == ["x": [1, 2]])
  }

  @Test(arguments: ways)
  func `An answer with a schema is checked and completed`(way: Way) async throws {
    let (log, _) = try await run("prompt: judge", [#"{"score": 7}"#], way)
    #expect(log.outcome?.state["a"] == ["score": 7, "why": "none"])
    #expect(log.repairs == [])
  }

  @Test(arguments: ways)
  func `An answer that does not fit is sent back once`(way: Way) async throws {
    let (log, messages) = try await run("prompt: judge", [#"{"score": 70}"#, #"{"score": 7, "why": "x"}"#], way)
    #expect(log.outcome?.status == .completed)
    #expect(log.outcome?.state["a"] == ["score": 7, "why": "x"])
    #expect(log.tokens.joined() == (way.streams ? #"{"score": 70}"# : ""))
    #expect(messages.count == 2)
    #expect(log.repairs.count == 1)
    if way.provider == "scripted" {
      #expect(messages.last?.count == 3)
      #expect(messages.last?[1] == ModelMessage(.assistant, #"{"score": 70}"#))
      #expect(messages.last?[2].content.hasPrefix("Your answer does not fit the schema: $.score") == true)
    }
  }

  @Test(arguments: ways)
  func `A second answer that does not fit is the end`(way: Way) async throws {
    let (log, messages) = try await run("prompt: judge", [#"{"score": 70}"#, #"{"score": 71}"#], way)
    #expect(log.outcome?.status == .failed)
    #expect(log.outcome?.error?.message.hasPrefix("the answer does not fit the schema 'Verdict': $.score") == true)
    #expect(log.outcome?.error?.message.contains("71") == false)
    #expect(log.outcome?.error?.node == "a")
    #expect(messages.count == 2)
  }

  @Test(arguments: [true, false])
  func `An answer that was cut off is not asked for again`(streams: Bool) async throws {
    let model = ScriptedModel([
      ScriptedAnswer([.piece(#"{"score": "#)], summary: .init(finishReason: .length)), #"{"score": 7}"#,
    ])
    let folder = try TemporaryFolder([
      "g.yaml": graph("prompt: judge, stream: \(streams)"), "prompts/judge.yaml": Self.schema,
    ])
    let log = try await load(folder, catalog(model)).log()
    #expect(
      log.outcome?.error?.message
        == "the answer holds no JSON; it was cut off at the most tokens allowed, which 'max_tokens' raises")
    #expect(model.requests.count == 1)
  }

  @Test(arguments: [true, false])
  func `Usage is counted with that of repairs`(streams: Bool) async throws {
    let model = ScriptedModel([
      ScriptedAnswer.text("no").using(input: 5, output: 2),
      ScriptedAnswer.text(#"{"score": 1}"#).using(input: 9, output: 4),
    ])
    let folder = try TemporaryFolder([
      "g.yaml": graph("prompt: judge, stream: \(streams)"), "prompts/judge.yaml": Self.schema,
    ])
    let log = try await load(folder, catalog(model)).log()
    #expect(
      log.outcome?.usage == [UsageRecord(provider: "scripted", model: "test", inputTokens: 14, outputTokens: 6)])
  }

  @Test func `Pieces that are empty are no tokens`() async throws {
    let folder = try TemporaryFolder(["g.yaml": graph("user: hi, stream: true")])
    let log = try await load(folder, catalog(ScriptedModel([.pieces(["", "a", "", "b", ""])]))).log()
    #expect(log.tokens == ["a", "b"])
    #expect(log.outcome?.state["a"] == "ab")
  }

  @Test(arguments: [true, false])
  func `A stop closes the answer and keeps its text`(streams: Bool) async throws {
    let gate = Gate()
    let model = ScriptedModel([ScriptedAnswer([.piece("Once"), .gate(gate), .piece(" upon")])])
    let folder = try TemporaryFolder(["g.yaml": graph("user: hi, stream: \(streams)")])
    let run = try load(folder, catalog(model)).run()
    async let result = run.result()
    await gate.waitForArrivals()
    run.stop()
    let outcome = try await result
    #expect(outcome.status == .stopped)
    #expect(outcome.state["a"] == (streams ? "Once" : nil))
    #expect(model.cancelledCount == 1 && model.openCount == 0)
  }

  @Test func `A stop leaves half an object out`() async throws {
    let gate = Gate()
    let model = ScriptedModel([ScriptedAnswer([.piece(#"{"score": 1"#), .gate(gate)])])
    let folder = try TemporaryFolder([
      "g.yaml": graph("prompt: judge, stream: true"), "prompts/judge.yaml": Self.schema,
    ])
    let run = try load(folder, catalog(model)).run()
    async let result = run.result()
    await gate.waitForArrivals()
    run.stop()
    let outcome = try await result
    #expect(outcome.status == .stopped)
    #expect(outcome.state["a"] == nil)
  }

  @Test func `A model that is not at hand is an error of the node`() async throws {
    let folder = try TemporaryFolder(["g.yaml": graph("user: hi, stream: true")])
    let log = try await load(folder, ModelCatalog(environment: Environment([:]))).log()
    #expect(log.outcome?.error?.path == ["a"])
    #expect(log.outcome?.error?.message.hasPrefix("no provider is chosen and no key is set; looked for") == true)
  }

  // MARK: - Which model

  /// Where a provider and a model are named: `p` or `p/m`, or nothing.
  struct Places: Sendable, CustomTestStringConvertible {
    var node: String?
    var defaults: String?
    var prompt: String?
    var chosen: String

    var testDescription: String { "\(node ?? "-"), \(defaults ?? "-"), \(prompt ?? "-") → \(chosen)" }

    static func keys(_ choice: String?) -> [String] {
      guard let parts = choice?.split(separator: "/", omittingEmptySubsequences: false) else { return [] }
      return zip(["provider", "model"], parts).filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1)" }
    }
  }

  @Test(arguments: [
    Places(chosen: "env/default"),
    Places(prompt: "x/one", chosen: "x/one"),
    Places(defaults: "y/two", prompt: "x/one", chosen: "y/two"),
    Places(node: "z/three", defaults: "y/two", prompt: "x/one", chosen: "z/three"),
    Places(node: "/three", defaults: "y/two", chosen: "y/three"),
    Places(node: "y", defaults: "y/two", chosen: "y/two"),
    // A model belongs to the provider beside it.
    Places(node: "z", defaults: "y/two", chosen: "z/default"),
    Places(defaults: "y", prompt: "x/one", chosen: "y/default"),
    Places(defaults: "x", prompt: "x/one", chosen: "x/one"),
  ])
  func `The node comes before the defaults, and they before the prompt file`(places: Places) async throws {
    let folder = try TemporaryFolder([
      "g.yaml": "defaults: {\(Places.keys(places.defaults).joined(separator: ", "))}\n"
        + graph((["prompt: p"] + Places.keys(places.node)).joined(separator: ", ")),
      "prompts/p.yaml": (["user: hi"] + Places.keys(places.prompt)).joined(separator: "\n") + "\n",
    ])
    let models = ModelCatalog(environment: Environment(["PROVIDER": "env"]))
    for provider in ["env", "x", "y", "z"] {
      models.register(provider) { model throws(ModelError) in
        let identity = ModelIdentity(provider: provider, model: model ?? "default")
        return ScriptedModel(identity: identity) { _ in .text("\(identity)") }
      }
    }
    #expect(try await load(folder, models).log().outcome?.state["a"] == .string(places.chosen))
  }

  @Test func `Settings of the call follow the same order`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      defaults: {temperature: 0.5, max_tokens: 50}
      nodes:
        a: {prompt: p}
        b: {prompt: p, temperature: 0, max_tokens: 7}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]
      """,
      "prompts/p.yaml": "user: hi\ntemperature: 1.5\nmax_tokens: 500\n",
    ])
    let model = ScriptedModel(["x", "y"])
    _ = try await load(folder, catalog(model)).log()
    #expect(model.requests.map(\.temperature) == [0.5, 0])
    #expect(model.requests.map(\.maxTokens) == [50, 7])
  }
}

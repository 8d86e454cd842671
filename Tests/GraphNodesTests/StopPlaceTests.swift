import GraphCompiler
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// A stop reaches the provider's socket wherever a model is asked, keeps what had arrived, and can be gone on from.
@Suite(.timeLimit(.minutes(10)))
struct StopPlaceTests {
  /// A graph, how many requests are open in it at one time, and what is kept of "Once" and " upon" of each.
  struct Place: Sendable, CustomTestStringConvertible {
    let name: String
    let graph: String
    var files: [String: String] = [:]
    var requests = 1
    /// Requests that are answered at once before those.
    var before = 0
    /// The state after a stop; nil where nothing that is cut short is a value.
    var partial: ValueObject?
    /// The state of a run that nobody stops.
    let whole: ValueObject
    /// The requests that are still open when the first token has come.
    var speaking: Int { name == "race" ? 1 : requests }

    var testDescription: String { name }
  }

  private static let child = [
    "child.yaml": """
    state: {topic: str?}
    nodes:
      write: {user: hi, stream: true, state_key: text}
    edges: [{from: START, to: write}, {from: write, to: END}]
    """
  ]

  private static let schema = [
    "prompts/judge.yaml": """
    user: judge
    schema: {name: Verdict, fields: {word: str}}
    """
  ]

  static let places: [Place] = [
    Place(
      name: "llm", graph: graph("user: hi, stream: true"), partial: ["a": "Once upon"], whole: ["a": "Once upon."]),
    Place(
      name: "llm with a timeout", graph: graph("user: hi, stream: true, timeout: 10m"), partial: ["a": "Once upon"],
      whole: ["a": "Once upon."]),
    Place(name: "llm that does not stream", graph: graph("user: hi"), whole: ["a": "Once upon."]),
    Place(
      name: "object", graph: graph("prompt: judge, stream: true"), files: schema, whole: ["a": ["word": "Once"]]),
    Place(
      name: "side by side",
      graph: """
        nodes: {a: {user: hi, stream: true}, b: {user: ho, stream: true}}
        edges: [{from: START, to: [a, b]}, {from: a, to: END}, {from: b, to: END}]
        """, requests: 2, partial: ["a": "Once upon", "b": "Once upon"],
      whole: ["a": "Once upon.", "b": "Once upon."]),
    Place(
      name: "map",
      graph: graph("type: map, over: '{[1, 2, 3]}', as: n, collect: texts, node: {user: 'say {n}', stream: true}"),
      requests: 3, partial: ["texts": ["Once upon", "Once upon", "Once upon"], "texts_failures": []],
      whole: ["texts": ["Once upon.", "Once upon.", "Once upon."], "texts_failures": []]),
    Place(
      name: "subgraph", graph: graph("type: subgraph, graph: child.yaml, output_mapping: {text: text}"), files: child,
      partial: ["text": "Once upon"], whole: ["text": "Once upon."]),
    Place(
      name: "map of subgraphs",
      graph: graph(
        "type: map, over: '{[1, 2]}', as: n, collect: texts, "
          + "node: {type: subgraph, graph: child.yaml, input_mapping: {}, output_mapping: {text: text}}"),
      files: child, requests: 2,
      partial: ["texts": [["text": "Once upon"], ["text": "Once upon"]], "texts_failures": []],
      whole: ["texts": [["text": "Once upon."], ["text": "Once upon."]], "texts_failures": []]),
    Place(
      name: "agent",
      graph: "tools: {now: {command: 'echo noon'}}\n" + graph("type: agent, user: hi, tools: [now], stream: true"),
      before: 1, partial: ["a": "Once upon"], whole: ["a": "Once upon."]),
    Place(
      name: "race",
      graph: graph("type: race, user: hi, stream: true, candidates: [{provider: openai}, {provider: groq, model: m}]"),
      requests: 2, partial: ["a": "Once upon"], whole: ["a": "Once upon."]),
  ]

  /// A place whose provider holds its answers at a gate, after some text or before it.
  private struct Stage {
    let provider: LoopbackProvider
    let gate = Gate()
    let graph: CompiledGraph
    let folder: TemporaryFolder

    init(_ place: Place, speaks: Bool) throws {
      let gate = gate
      let answered = Locked(0)
      provider = try LoopbackProvider { request in
        let number = answered.withLock { answered in
          answered += 1
          return answered
        }
        if place.before > 0, request.json["messages"]?.list?.count == 1 { return .calls([("now", "{}")]) }
        let isObject = place.name == "object"
        if number > place.before + place.requests { return .pieces(isObject ? [#"{"word": "Once"}"#] : ["Once upon."]) }
        let words: [LoopbackAnswer.Step] =
          isObject ? [.text(#"{"word""#), .text(":")] : [.text("Once"), .text(" upon")]
        return LoopbackAnswer((speaks ? words : []) + [.gate(gate)])
      }
      folder = try TemporaryFolder(place.files.merging(["g.yaml": place.graph]) { $1 })
      let models = ModelCatalog(
        environment: provider.environment(for: ["openai", "groq"]).setting(["PROVIDER": "openai"]))
      graph = try load(folder, models)
    }
  }

  @Test(arguments: places)
  func `what had arrived is kept, marked and gone on from`(place: Place) async throws {
    guard place.name != "llm that does not stream" else { return }
    let stage = try Stage(place, speaks: true)
    let store = MemoryCheckpointStore()
    let run = stage.graph.graph.run(on: try await store.open("t"))
    var tokens = 0
    var marked = 0
    var outcome: RunOutcome?
    for try await event in run {
      switch event.kind {
      case .token:
        tokens += 1
        if tokens == 2 * place.speaking { run.stop("enough") }
      case .nodeFinished(let update) where event.path.count == 1 && event.item == nil && update.isPartial: marked += 1
      case .runFinished(let finished): outcome = finished
      default: break
      }
    }
    #expect(outcome?.status == .stopped)
    #expect(outcome?.stopReason == "enough")
    #expect(outcome?.state == place.partial ?? [:])
    #expect(marked == (place.name == "side by side" ? 2 : 1))
    for number in place.before..<(place.before + place.requests) {
      #expect(await stage.provider.exchange(number).end() == .clientClosed, "request \(number)")
    }
    let resumed = try await stage.graph.graph.run(on: store.open("t")).result()
    #expect(resumed.status == .completed)
    #expect(resumed.state == place.whole)
  }

  @Test(arguments: places)
  func `a stop before the first token writes nothing and closes the connections`(place: Place) async throws {
    let stage = try Stage(place, speaks: false)
    let run = stage.graph.run()
    let reader = Task { try await run.result() }
    await stage.gate.waitForArrivals(place.requests)
    run.stop()
    let outcome = try await reader.value
    #expect(outcome.status == .stopped)
    #expect(!Value.object(outcome.state).json().contains("Once"), "\(outcome.state)")
    for number in place.before..<(place.before + place.requests) {
      #expect(await stage.provider.exchange(number).end() == .clientClosed, "request \(number)")
    }
    #expect(stage.provider.requests.count == place.before + place.requests)
  }

  @Test(arguments: places)
  func `a stop before the run asks nobody`(place: Place) async throws {
    let stage = try Stage(place, speaks: false)
    let run = stage.graph.run()
    run.stop("not at all")
    let outcome = try await run.result()
    #expect(outcome.status == .stopped)
    #expect(outcome.stopReason == "not at all")
    #expect(outcome.state == [:])
    #expect(stage.provider.requests.isEmpty)
  }
}

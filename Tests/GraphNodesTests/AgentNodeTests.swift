import GraphCompiler
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Agents: a model and its tools in turn, until there is an answer.
@Suite(.timeLimit(.minutes(5)))
struct AgentNodeTests {
  typealias Functions = [String: @Sendable (ToolInvocation) async throws -> Value]

  private static let search: Functions = [
    "search": { invocation in .string("found \(invocation.arguments["query"]?.string ?? "nothing")") },
    "now": { _ in ["hour": 12] },
    "broken": { _ in throw ToolFailure(description: "out of order") },
  ]

  /// A graph of one agent, given in YAML's flow style without its braces.
  private func graph(_ keys: String, state: String = "", tail: String = "") -> String {
    """
    state: {\(state)}
    tools: {search: {type: test}, now: {type: test}, broken: {type: test}}
    nodes:
      a: {type: agent, \(keys)}
    \(tail)edges: [{from: START, to: a}, {from: a, to: END}]
    """
  }

  private func run(
    _ keys: String, _ model: any LanguageModel, input: ValueObject = [:], state: String = "",
    functions: Functions = search, files: [String: String] = [:]
  ) async throws -> Log {
    let folder = try TemporaryFolder(files.merging(["g.yaml": graph(keys, state: state)]) { first, _ in first })
    return try await load(folder, catalog(model), tools: functions).log(input)
  }

  private static let question = "user: 'Why?', system: Be brief, tools: [search, now, broken], state_key: out"

  @Test(arguments: [true, false])
  func `The model and its tools take turns until it answers without a call`(streams: Bool) async throws {
    let model = ScriptedModel([
      .call("search", ["query": "tides"], id: "c1").using(input: 5, output: 1),
      .pieces(["The ", "moon."]).using(input: 9, output: 2),
    ])
    let log = try await run("\(Self.question), stream: \(streams)", model)
    #expect(log.outcome?.state["out"] == "The moon.")
    #expect(log.tokens == (streams ? ["The ", "moon."] : []))
    #expect(log.outcome?.usage.map { [$0.inputTokens, $0.outputTokens] } == [[14, 3]])
    #expect(
      model.requests.map { $0.tools.map(\.name) } == [["search", "now", "broken"], ["search", "now", "broken"]])
    let second = try #require(model.requests.last?.messages)
    #expect(second.map(\.role) == [.system, .user, .assistant, .tool])
    #expect(second[2].toolCalls == [ModelToolCall(id: "c1", name: "search", arguments: ["query": "tides"])])
    #expect(second[3].content == "found tides")
    #expect(second[3].toolCallID == "c1")
  }

  @Test(arguments: ["openai", "anthropic"], [true, false])
  func `Both protocols carry an agent over a real socket`(provider: String, streams: Bool) async throws {
    let server = try LoopbackProvider([
      LoopbackAnswer([
        .text("Let me look."), .call(id: "c1", name: "search", arguments: #"{"query": "tides"}"#),
        .call(id: "c2", name: "now", arguments: ""),
      ]).with(\.cutting, .random(seed: 5)), "It is the moon.",
    ])
    let models = ModelCatalog(
      environment: server.environment(for: [provider]).setting(["PROVIDER": provider]))
    let folder = try TemporaryFolder(["g.yaml": graph("\(Self.question), stream: \(streams)")])
    let log = try await load(folder, models, tools: Self.search).log()
    #expect(log.outcome?.state["out"] == "Let me look.\n\nIt is the moon.")
    #expect(log.tokens.joined() == (streams ? "Let me look.\n\nIt is the moon." : ""))
    let results = try #require(server.requests.last).messages.filter { $0.role == .tool }
    #expect(results.map(\.content) == ["found tides", #"{"hour":12}"#])
    #expect(results.map(\.toolCallID) == ["c1", "c2"])
    // Each turn is a call of its own.
    let keys = server.exchanges.compactMap { $0.request[header: "Idempotency-Key"] }
    #expect(keys.count == 2 && Set(keys).count == 2)
    #expect(Set(keys.map { $0.split(separator: "-").dropLast().joined(separator: "-") }).count == 1)
  }

  @Test func `Calls of one turn run side by side, and their results keep the order of the calls`() async throws {
    let (first, second) = (Gate(), Gate())
    let functions: Functions = [
      "search": { _ in
        first.open()
        try await second.wait()
        return "slow"
      },
      "now": { _ in
        try await first.wait()
        second.open()
        return "quick"
      },
      "broken": { _ in nil },
    ]
    let model = ScriptedModel([
      .calls([
        ModelToolCall(id: "1", name: "search", arguments: [:]), ModelToolCall(id: "2", name: "now", arguments: [:]),
        ModelToolCall(id: "3", name: "broken", arguments: [:]),
      ]), "done",
    ])
    let log = try await run(Self.question, model, functions: functions)
    #expect(log.outcome?.status == .completed)
    #expect(model.requests.last?.messages.suffix(3).map(\.content) == ["slow", "quick", "(no output)"])
  }

  @Test func `Calls and results are events of the run`() async throws {
    let model = ScriptedModel([.call("search", ["query": "x"], id: "c7"), "done"])
    let log = try await run("\(Self.question), stream: true", model)
    let called = log.events.compactMap { event in
      if case .toolCalled(let record) = event.kind { record } else { nil }
    }
    let returned = log.events.compactMap { event in
      if case .toolReturned(let record) = event.kind { record } else { nil }
    }
    #expect(called == [ToolCallRecord(id: "c7", name: "search", arguments: ["query": "x"])])
    #expect(returned.map(\.result) == ["found x"])
    #expect(returned.map(\.id) == ["c7"])
  }

  // MARK: - Failures

  @Test(arguments: [
    (ModelToolCall(id: "c", name: "broken", arguments: [:]), "Error: out of order"),
    (ModelToolCall(id: "c", name: "serch", arguments: [:]), "Error: there is no tool 'serch'; did you mean 'search'?"),
    (ModelToolCall(id: "c", name: "search", json: "[1]"), "Error: the arguments are no JSON object but a list"),
  ])
  func `A call that fails is told to the model, which may go on`(call: ModelToolCall, told: String) async throws {
    let model = ScriptedModel([.calls([call]), .call("search", ["query": "y"]), "done"])
    let log = try await run("\(Self.question), tool_results_key: seen", model)
    #expect(log.outcome?.state["out"] == "done")
    let result = try #require(model.requests[1].messages.last)
    #expect(result.content == told)
    #expect(result.isError)
    let seen = try #require(log.outcome?.state["seen"]?.list)
    #expect(seen.map { $0["success"] } == [false, true])
    #expect(seen.first?["output"] == .string(told))
    #expect(seen.last == ["tool": "search", "args": ["query": "y"], "output": "found y", "success": true])
  }

  @Test(arguments: [true, false])
  func `An answer behind which all calls failed is no answer`(streams: Bool) async throws {
    let model = ScriptedModel([.call("broken"), .call("broken"), "all is well"])
    let log = try await run("\(Self.question), stream: \(streams)", model)
    #expect(log.outcome?.error?.message == "all 2 tool calls failed, the first with: Error: out of order")
    #expect(log.outcome?.state["out"] == nil)
  }

  @Test(arguments: [true, false])
  func `At the limit the node fails before the calls are made`(streams: Bool) async throws {
    let calls = Locked(0)
    let functions: Functions = [
      "search": { _ in
        .int(
          calls.withLock {
            $0 += 1; return $0
          })
      }, "now": { _ in 1 }, "broken": { _ in 1 },
    ]
    let model = ScriptedModel { _ in .call("search") }
    let log = try await run("\(Self.question), max_iterations: 3, stream: \(streams)", model, functions: functions)
    #expect(
      log.outcome?.error?.message
        == "the model still calls 'search' in its turn 3, which is the last; raise 'max_iterations', or let it answer "
        + "with what it has by 'on_limit: answer'")
    #expect(model.requests.count == 3)
    #expect(calls.withLock { $0 } == 2)
  }

  @Test func `Five turns are the default`() async throws {
    let model = ScriptedModel { _ in .call("search") }
    let log = try await run(Self.question, model)
    #expect(log.outcome?.status == .failed)
    #expect(model.requests.count == 5)
  }

  @Test(arguments: [true, false])
  func `B21: at the limit the model may answer with what it has, and never with the result of a tool`(streams: Bool)
    async throws
  {
    let model = ScriptedModel { request in request.toolChoice == .never ? "so far" : .call("search") }
    let log = try await run(
      "\(Self.question), max_iterations: 2, on_limit: answer, stream: \(streams)", model)
    #expect(log.outcome?.state["out"] == "so far")
    #expect(model.requests.map(\.toolChoice) == [.automatic, .automatic, .never])
  }

  @Test func `B21: an unknown tool is an error before the run`() throws {
    let folder = try TemporaryFolder(["g.yaml": graph("user: hi, tools: [serch]")])
    let error = #expect(throws: (any Error).self) { try load(folder, catalog(ScriptedModel([])), tools: Self.search) }
    #expect("\(error!)".contains("there is no tool 'serch' under 'tools'"))
    #expect("\(error!)".contains("did you mean 'search'?"))
  }

  @Test func `B21: an agent needs what it requires`() async throws {
    let log = try await run("\(Self.question), requires: topic", ScriptedModel([]), state: "topic: str?")
    #expect(log.outcome?.error?.code == .missingRequirement)
  }

  @Test func `B21: an agent sees its variables only`() async throws {
    let model = ScriptedModel(["done"])
    let log = try await run(
      #"user: "About {x}", variables: {x: "{state.topic} and tea"}, tools: [search]"#, model, input: ["topic": "tides"],
      state: "topic: str")
    #expect(log.outcome?.status == .completed)
    #expect(model.requests.first?.messages.last?.content == "About tides and tea")
  }

  @Test func `B21: a failed attempt at an agent is made again from its question`() async throws {
    let model = ScriptedModel([
      .call("search"), .failure(ModelError(.timeout, identity: nil, message: "slow"), after: ["half"]),
      .call("search"), "whole",
    ])
    let log = try await run(
      "\(Self.question), stream: true, retry: {max_attempts: 2, backoff: 0.001, jitter: 0}", model)
    #expect(log.outcome?.state["out"] == "whole")
    #expect(model.requests.map(\.messages.count) == [2, 4, 2, 4])
  }

  @Test func `B21: the time of an agent ends its tools`() async throws {
    let gate = Gate()
    let ended = Gate()
    let functions: Functions = [
      "search": { _ in
        defer { ended.open() }
        try await gate.wait()
        return "late"
      }, "now": { _ in 1 }, "broken": { _ in 1 },
    ]
    let log = try await run("\(Self.question), timeout: 0.05", ScriptedModel([.call("search")]), functions: functions)
    #expect(log.outcome?.error?.code == .timeout)
    try await ended.wait()
  }

  // MARK: - Answers

  private static let schema = [
    "prompts/find.yaml": """
    user: find it
    schema:
      name: Find
      fields: {place: str, distance: {type: int, constraints: {ge: 0}}}

    """
  ]

  @Test(arguments: [true, false])
  func `A schema holds for the last turn, which is sent back once`(streams: Bool) async throws {
    let model = ScriptedModel([
      .calls([ModelToolCall(id: "1", name: "now", arguments: [:])], after: ["Wait."]),
      .text(#"{"place": "here", "distance": -1}"#), .text(#"{"place": "here", "distance": 1}"#),
    ])
    let log = try await run("prompt: find, tools: [now], stream: \(streams)", model, files: Self.schema)
    #expect(log.outcome?.state["a"] == ["place": "here", "distance": 1])
    #expect(log.repairs.count == 1)
    #expect(model.requests.map { $0.schema?.name } == ["Find", "Find", "Find"])
    #expect(model.requests.map(\.toolChoice) == [.automatic, .automatic, .never])
  }

  @Test(arguments: ["openai", "anthropic"], [true, false])
  func `A schema and tools go together over both protocols`(provider: String, streams: Bool) async throws {
    let server = try LoopbackProvider([
      .calls([("now", "{}")]), .pieces([#"{"place": "#, #""here", "distance": 4}"#]),
    ])
    let models = ModelCatalog(
      environment: server.environment(for: [provider]).setting(["PROVIDER": provider]))
    let folder = try TemporaryFolder(
      Self.schema.merging(["g.yaml": graph("prompt: find, tools: [now], stream: \(streams)")]) { first, _ in first })
    let log = try await load(folder, models, tools: Self.search).log()
    #expect(log.outcome?.state["a"] == ["place": "here", "distance": 4])
  }

  @Test func `W12: agents of many runs at once keep their questions apart`() async throws {
    let model = ScriptedModel { request in
      let texts = request.messages.map(\.content)
      guard request.messages.contains(where: { $0.role == .tool }) else {
        return .calls([ModelToolCall(id: "1", name: "now", arguments: [:])])
      }
      return .text("an answer to \(texts.first { $0.hasPrefix("I am") } ?? "nobody")")
    }
    let folder = try TemporaryFolder([
      "g.yaml": graph("user: 'I am {name}', tools: [now], state_key: out", state: "name: str")
    ])
    let graph = try load(folder, catalog(model), tools: Self.search)
    try await withThrowingTaskGroup(of: (Int, Value?).self) { group in
      for number in 0..<40 {
        group.addTask { (number, try await graph.run(["name": .string("n\(number)")]).result().state["out"]) }
      }
      for try await (number, out) in group { #expect(out == .string("an answer to I am n\(number)")) }
    }
  }

  @Test func `A stop keeps what was said`() async throws {
    let gate = Gate()
    let model = ScriptedModel([
      .calls([ModelToolCall(id: "1", name: "now", arguments: [:])], after: ["Wait."]),
      ScriptedAnswer([.piece("It is "), .gate(gate), .piece("noon.")]),
    ])
    let folder = try TemporaryFolder(["g.yaml": graph("\(Self.question), stream: true")])
    let run = try load(folder, catalog(model), tools: Self.search).run([:])
    var outcome: RunOutcome?
    for try await event in run {
      if case .token("It is ") = event.kind { run.stop("enough") }
      if case .runFinished(let finished) = event.kind { outcome = finished }
    }
    #expect(outcome?.status == .stopped)
    #expect(outcome?.state["out"] == "Wait.\n\nIt is ")
    #expect(model.openCount == 0)
  }

  @Test func `The calls of the last agent can be read by others`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": graph(
        "user: hi, tools: [search, now, broken], state_key: out",
        tail: """
            b: {type: passthrough, output: {n: "{len(state._tool_results)}", first: "{state._tool_results[0].output}",
                limited: "{state._agent_limit_reached}", turns: "{state._agent_iterations}"}}

          """
      ).replacing(
        "edges: [{from: START, to: a}, {from: a, to: END}]",
        with: "edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]")
    ])
    let model = ScriptedModel([.call("search", ["query": "q"]), .call("broken"), "done"])
    let log = try await load(folder, catalog(model), tools: Self.search).log()
    #expect(log.outcome?.state["n"] == 2)
    #expect(log.outcome?.state["first"] == "found q")
    #expect(log.outcome?.state["limited"] == false)
    #expect(log.outcome?.state["turns"] == 3)
  }

  @Test func `An agent runs offline`() async throws {
    let log = try await run("\(Self.question), stream: true", OfflineModel())
    #expect(log.outcome?.status == .completed)
    #expect(log.outcome?.state["out"]?.string?.hasPrefix("Hello! You asked: \"Why?\"") == true)
    #expect(log.outcome?.state["out"]?.string == log.tokens.joined())
  }

  // MARK: - Mistakes

  @Test(arguments: [
    ("user: hi, tools: []", "GR0132"), ("user: hi", "GR0132"), ("user: hi, tools: [now, now]", "GR0133"),
    ("user: hi, tools: [now], max_iterations: 0", "GR0105"),
    ("user: hi, tools: [now], tool_results_key: a", "GR0136"),
    ("user: hi, tools: [now], messages_key: m, tool_results_key: m", "GR0136"),
    ("user: hi, tools: [now], on_limit: stop", "GR0106"), ("user: hi, tools: [now], messages_key: a", "GR0135"),
  ])
  func `A mistake in an agent is one diagnostic`(keys: String, code: String) throws {
    let folder = try TemporaryFolder(["g.yaml": graph(keys)])
    let found = GraphCompilerCodes.of(folder, ToolingFactory(catalog(ScriptedModel([])), Self.search))
    #expect(found == [code])
  }
}

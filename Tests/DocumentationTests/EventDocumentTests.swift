import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// docs/events.md says of every kind of event what `GraphEvent.json` writes, and in which order they come.
@Suite(.timeLimit(.minutes(10)))
struct EventDocumentTests {
  @Test func `the fields of every kind are those of its JSON`() async throws {
    let document = try Markdown("docs/events.md")
    // The field itself is without a mark; its type has one where it may be missing.
    let common = Self.fields(
      document.table(below: "## Fields of every event").map { row in
        row[1].hasSuffix("?") ? "`\(Markdown.code(in: row[0])[0])?`" : row[0]
      }.joined())
    let kinds = document.table(below: "## Kinds")
    var seen: [String: Set<String>] = [:]
    for event in try await Self.logs().joined() {
      let object = try #require(event.json.object)
      let row = try #require(kinds.first { Markdown.code(in: $0[0]) == [event.kind.name] }, "\(event.kind.name)")
      let own = Self.fields(row[2])
      let keys = Set(object.keys)
      #expect(keys.isSuperset(of: common.required.union(own.required)), "\(event.json.json())")
      #expect(keys.isSubset(of: common.all.union(own.all)), "\(event.json.json())")
      #expect(object["v"] == .int(GraphEvent.jsonVersion))
      seen[event.kind.name, default: []].formUnion(keys)
    }
    for row in kinds {
      let name = Markdown.code(in: row[0])[0]
      let missing = Self.fields(row[2]).all.subtracting(seen[name] ?? [])
      #expect(seen[name] != nil && missing.isEmpty, "no event '\(name)' showed \(missing)")
    }
  }

  @Test func `logs are as the grammar says`() async throws {
    let document = try Markdown("docs/events.md")
    let grammar = EventGrammar(document.blocks.filter { $0.language == "ebnf" }.map(\.text).joined())
    let kinds = Set(document.table(below: "## Kinds").flatMap { Markdown.code(in: $0[0]) })
    #expect(grammar.words == kinds.union(["call_retry"]))
    for log in try await Self.logs() { #expect(grammar.violation(in: log) == nil) }
  }

  @Test func `the grammar refuses what no run does`() throws {
    let blocks = try Markdown("docs/events.md").blocks.filter { $0.language == "ebnf" }
    let grammar = EventGrammar(blocks.map(\.text).joined())
    #expect(!grammar.matches(["run_started", "step_finished"], "log"))
    #expect(!grammar.matches(["node_started", "node_finished", "token"], "visit"))
    #expect(!grammar.matches(["token", "node_finished"], "visit"))
    #expect(!grammar.matches(["node_started", "retry", "token", "node_finished"], "visit"))
    #expect(!grammar.matches(["run_started", "checkpointed", "run_finished", "checkpointed"], "log"))
    #expect(!grammar.matches(["run_started", "node_started", "step_finished", "run_finished", "run_finished"], "log"))
  }

  // MARK: - Fields

  private static func fields(_ cell: String) -> (required: Set<String>, all: Set<String>) {
    let names = Markdown.code(in: cell)
    let required = Set(names.filter { !$0.hasSuffix("?") })
    return (required, required.union(names.filter { $0.hasSuffix("?") }.map { String($0.dropLast()) }))
  }

  // MARK: - Runs

  private struct Broken: Error {}

  /// The logs of runs that together have every kind of event with every field.
  private static func logs() async throws -> [[GraphEvent]] {
    let attempts = Locked(0)
    var first = StateGraphBuilder("all")
    for key in ["text", "kind"] { first.addKey(key) }
    let object = Locked(PartialJSONReader())
    first.addNode(
      StateGraph.Node(
        "object",
        body: .streaming { _, _ in
          var stream = words([#"{"a": [1"#, "]}"], to: "text", error: nil)
          stream.readPartials = { token in object.withLock { $0.append(token) } }
          return stream
        }))
    first.addNode("notes") { _, context in
      await context.stream("half")
      await context.emit("note", ["n": 1])
      await context.report(UsageRecord(provider: "p", model: "m", inputTokens: 1, outputTokens: 2))
      context.reportRetry(RetryRecord(scope: .call, attempt: 1, message: "busy", delay: .seconds(1)))
      return [:]
    }
    var flaky = StateGraph.Node(
      "flaky",
      body: .streaming { _, _ in
        let attempt = attempts.withLock { attempts in
          attempts += 1
          return attempts
        }
        return words(["a", "b"], to: "text", error: attempt == 1 ? Broken() : nil)
      })
    flaky.retry = .init(maximumAttempts: 2)
    first.addNode(flaky)
    first.addNode("router") { _, _ in
      var update: StateUpdate = ["kind": "x"]
      update.route = "again"
      return update
    }
    var limited = StateGraph.Node("limited", body: .synchronous { _ in [:] })
    limited.loopLimit = 1
    first.addNode(limited)
    first.addEdge(from: .start, to: "object")
    first.addEdge(from: "object", to: ["notes", "flaky"])
    first.addEdge(from: ["notes", "flaky"], to: "router")
    first.addRoutes(from: "router", ["again": "limited"])
    first.addEdge(from: "limited", to: "limited")
    first.setLoopExit(of: "limited", to: "END")

    var stopped = StateGraphBuilder("stopped")
    stopped.addKey("text")
    stopped.addStreamingNode("write") { _, _ in words(["a", "b", "c"], to: "text", error: nil) }
    stopped.addEdge(from: .start, to: "write")
    stopped.addEdge(from: "write", to: .end)

    var failing = StateGraphBuilder("failing")
    failing.addKey("text")
    failing.addStreamingNode("write") { _, _ in words(["a"], to: "text", error: Broken()) }
    failing.addNode("beside") { _, _ in [:] }
    failing.addEdge(from: .start, to: ["write", "beside"])
    failing.addEdge(from: ["write", "beside"], to: .end)
    let options = RunOptions(sleep: { _ in })
    let waiting = try await nested().run(options: options).result()
    let checkpoint = try #require(waiting.checkpoint)
    return [
      try await log(nested().run(options: options)),
      try await log(nested().resume(checkpoint, answers: ["outer/ask": "this"], options: options)),
      try await log(tolerant().run(options: options)),
      try await log(first.build().run(on: MemoryCheckpointStore().open("t"), options: options)),
      try await log(stopped.build().run(["text": "old"]), stopAfter: "b"),
      try await log(failing.build().run(options: options)),
    ]
  }

  /// A graph whose node calls a tool, and runs a node for each item of a list and a graph that asks a question.
  private static func nested() throws -> StateGraph {
    var inner = StateGraphBuilder("inner")
    inner.addKey("text")
    inner.addStreamingNode("say") { _, _ in words(["a", "b"], to: "text", error: nil) }
    inner.addNode("ask") { _, context in
      guard context.answer != nil else { throw context.suspension(asking: "Which one?") }
      return [:]
    }
    inner.addEdge(from: .start, to: "say")
    inner.addEdge(from: "say", to: "ask")
    inner.addEdge(from: "ask", to: .end)
    let graph = try inner.build()
    let item = NestedNode(StateGraph.Node("item", body: .synchronous { _ in [:] }))
    var builder = StateGraphBuilder("outer")
    builder.addNode("outer") { state, context in
      _ = try await context.call(Echo(), ["x": 1], on: state)
      _ = try? await context.call(Echo(), [:], on: state)
      _ = try await context.run(item, items: 3, maximumConcurrency: 2) { _ in state }
      await context.report("slow today")
      _ = try await context.run(graph, input: [:], resumption: context.resumption)
      return [:]
    }
    builder.addEdge(from: .start, to: "outer")
    builder.addEdge(from: "outer", to: .end)
    return try builder.build()
  }

  /// A graph with a failure that it tolerates, a fallback, and checks that do not hold.
  private static func tolerant() throws -> StateGraph {
    var builder = StateGraphBuilder("tolerant")
    builder.addKey("text")
    var failing = StateGraph.Node("failing", body: .streaming { _, _ in words(["a"], to: "text", error: Broken()) })
    failing.failure = .skip
    failing.fallback = .synchronous { _ in throw Broken() }
    builder.addNode(failing)
    var warned = StateGraph.Node("warned", body: .synchronous { _ in [:] })
    warned.checks = [NodeCheck("false", .before, otherwise: .warn) { _, _ in false }]
    builder.addNode(warned)
    var skipped = StateGraph.Node("skipped", body: .synchronous { _ in [:] })
    skipped.checks = [NodeCheck("false", .before, otherwise: .skip) { _, _ in false }]
    builder.addNode(skipped)
    var lacking = StateGraph.Node("lacking", body: .synchronous { _ in [:] })
    lacking.requires = ["text"]
    lacking.failure = .skip
    builder.addNode(lacking)
    builder.finalChecks = [NodeCheck("false", .before, otherwise: .warn) { _, _ in false }]
    var last = StateGraphBuilder.Ends.start
    for name in ["failing", "warned", "skipped", "lacking"] {
      builder.addEdge(from: last, to: .init(stringLiteral: name))
      last = .init(stringLiteral: name)
    }
    builder.addEdge(from: last, to: .end)
    return try builder.build()
  }

  private struct Echo: Tool {
    let definition = ToolDefinition(name: "echo", description: "returns x")

    func call(_ invocation: ToolInvocation) async throws -> Value {
      guard let x = invocation.arguments["x"] else { throw Broken() }
      return x
    }
  }

  private static func words(_ words: [String], to key: StateKey, error: (any Error)?) -> TokenStream {
    let rest = Locked(words[...])
    return TokenStream(to: key) {
      if let word = rest.withLock({ $0.popFirst() }) { return word }
      if let error { throw error }
      return nil
    }
  }

  private static func log(_ run: GraphRun, stopAfter token: String? = nil) async throws -> [GraphEvent] {
    var log: [GraphEvent] = []
    do {
      for try await event in run {
        log.append(event)
        if case .token(let text) = event.kind, text == token { run.stop("enough") }
      }
    } catch is GraphError {
      // A failed run says so in its last event.
    }
    return log
  }
}

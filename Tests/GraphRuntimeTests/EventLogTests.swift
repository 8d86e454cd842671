internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Laws that the log of every run obeys.
@Suite(.timeLimit(.minutes(10)))
struct EventLogTests {
  /// What a node does in each attempt.
  struct Script: Sendable {
    var name: String
    var form: Int
    var timeout: Bool
    /// The pieces of each attempt; all attempts but the last fail.
    var attempts: [[String]]
  }

  private static func script(_ name: String, _ random: inout SeededGenerator) -> Script {
    let attempts = (0..<Int.random(in: 1...3, using: &random)).map { _ in
      (0..<Int.random(in: 0...6, using: &random)).map { _ in
        ["", "a", "é", "👩‍👩‍👧", "word ", "\n"].randomElement(using: &random) ?? ""
      }
    }
    return Script(
      name: name, form: .random(in: 0..<3, using: &random), timeout: .random(using: &random), attempts: attempts)
  }

  private static func node(_ script: Script) -> StateGraph.Node {
    let key = StateKey(script.name)
    let attempts = Counter()
    let last = script.attempts.count
    let body: NodeBody =
      switch script.form {
      case 0:
        .synchronous { _ in
          let attempt = attempts.increment()
          guard attempt == last else { throw Boom() }
          return StateUpdate(key, .string(script.attempts[attempt - 1].joined()))
        }
      case 1:
        .plain { _, context in
          let pieces = script.attempts[context.attempt - 1]
          for piece in pieces { await context.stream(.string(piece)) }
          guard context.attempt == last else { throw Boom() }
          return StateUpdate(key, .string(pieces.joined()))
        }
      default:
        .streaming { _, context in
          let attempt = attempts.increment()
          let stream = tokenStream(script.attempts[attempt - 1], to: key, then: attempt == last ? nil : Boom())
          return TokenStream {
            if Bool.random() { await Task.yield() }
            return try await stream.next()
          } finish: { text, isPartial in
            await context.report(UsageRecord(provider: "p", model: "m", inputTokens: 1, outputTokens: 2))
            return try await stream.finish(text, isPartial)
          }
        }
      }
    var node = StateGraph.Node(script.name, body: body)
    node.retry = RetryPolicy(maximumAttempts: last, backoff: .zero)
    if script.timeout { node.timeout = .seconds(600) }
    return node
  }

  @Test(arguments: 0..<60)
  func `Numbers have no gaps, and the last attempt's tokens are the text in state`(seed: UInt64) async throws {
    var random = SeededGenerator(seed)
    let scripts = (0..<Int.random(in: 1...5, using: &random)).map { Self.script("n\($0)", &random) }
    let isParallel = Bool.random(using: &random)
    var builder = StateGraphBuilder("laws", keys: scripts.map(\.name))
    for script in scripts { builder.addNode(Self.node(script)) }
    if isParallel {
      for script in scripts {
        builder.addEdge(from: .start, to: .init(stringLiteral: script.name))
        builder.addEdge(from: .init(stringLiteral: script.name), to: .end)
      }
    } else {
      builder.addLine(scripts.map(\.name))
    }
    let reading = await Reading.all(of: try builder.build().run())
    let comment = Comment(rawValue: "seed \(seed)")
    #expect(reading.outcome?.status == .completed, comment)
    #expect(reading.events.map(\.sequence) == Array(0..<reading.events.count), comment)
    #expect(reading.lines.first == "run started", comment)
    #expect(reading.lines.last == "run completed", comment)
    let state = reading.outcome?.state ?? [:]
    for script in scripts {
      #expect(state[script.name]?.string == script.attempts[script.attempts.count - 1].joined(), comment)
      #expect(reading.starts(of: script.name) == script.attempts.count, comment)
      for (index, pieces) in script.attempts.enumerated() {
        let expected = script.form == 2 ? pieces.filter { !$0.isEmpty } : []
        #expect(reading.tokens(of: script.name, attempt: index + 1) == expected, comment)
      }
    }
    let streams = scripts.count { $0.form == 2 }
    let usage = streams == 0 ? [] : [(streams, 2 * streams)]
    #expect(reading.outcome?.usage.map { [$0.inputTokens, $0.outputTokens] } == usage.map { [$0.0, $0.1] }, comment)
  }

  @Test func `Every event carries the run, the step, the node and the attempt`() async throws {
    var builder = StateGraphBuilder("two", keys: ["x"])
    builder.addQuickNode("a") { _ in ["x": 1] }
    builder.addStreamingNode("b") { _, _ in tokenStream(["t"], to: "x") }
    builder.addLine(["a", "b"])
    let run = try builder.build().run(options: RunOptions(thread: "t1", runID: "r1"))
    let reading = await Reading.all(of: run)
    #expect(reading.events.allSatisfy { $0.run === run.identity && $0.time > 1_600_000_000_000 })
    #expect(run.identity.id == "r1")
    #expect(run.identity.thread == "t1")
    #expect(run.identity.graph == "two")
    #expect(reading.events.map(\.step) == [0, 1, 1, 1, 2, 2, 2, 2, 2])
    #expect(reading.events.map { $0.node ?? "-" } == ["-", "a", "a", "-", "b", "b", "b", "-", "-"])
    #expect(reading.events.map(\.attempt) == [0, 1, 1, 0, 1, 1, 1, 0, 0])
    #expect(zip(reading.events, reading.events.dropFirst()).allSatisfy { $0.time <= $1.time })
  }

  @Test func `Usage is summed by provider and model in the order of first use`() async throws {
    let graph = try singleNodeGraph(
      .plain { _, context in
        for (model, tokens) in [("b", 1), ("a", 2), ("b", 3)] {
          await context.report(UsageRecord(provider: "p", model: model, inputTokens: tokens, outputTokens: 10))
        }
        return StateUpdate()
      })
    let usage = try await graph.run().result().usage
    #expect(
      usage == [
        UsageRecord(provider: "p", model: "b", inputTokens: 4, outputTokens: 20),
        UsageRecord(provider: "p", model: "a", inputTokens: 2, outputTokens: 10),
      ])
  }

  @Test func `Runs of one graph at once do not see each other`() async throws {
    var builder = StateGraphBuilder("echo", keys: ["in", "out"])
    builder.addNode("a") { state, _ in
      await Task.yield()
      return ["out": state["in"]]
    }
    builder.addLine(["a"])
    let graph = try builder.build()
    try await withThrowingTaskGroup(of: (Int, Value?).self) { group in
      for number in 0..<100 {
        group.addTask { (number, try await graph.run(["in": .int(number)]).result().state["out"]) }
      }
      for try await (number, out) in group { #expect(out == .int(number)) }
    }
  }

  @Test func `Reserved keys tell where a run is, and are left out of the outcome`() async throws {
    var builder = StateGraphBuilder("reserved", keys: ["current_step", "thread_id", "_route", "seen"])
    builder.addQuickNode("a") { _ in
      var update = StateUpdate()
      update.route = "go"
      return update
    }
    builder.addQuickNode("b") { ["seen": [$0["current_step"], $0["thread_id"], $0["_route"]]] }
    builder.addEdge(from: .start, to: "a")
    builder.addRoutes(from: "a", ["go": "b"])
    builder.addEdge(from: "b", to: .end)
    let outcome = try await builder.build().run(options: RunOptions(thread: "t9")).result()
    #expect(outcome.stateText == #"{"seen":["a","t9","go"]}"#)
  }
}

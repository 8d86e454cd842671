import GraphCompiler
import GraphLanguage
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Logs of all example graphs and of graphs made by chance are as docs/events.md says.
@Suite(.timeLimit(.minutes(10)))
struct EventGrammarTests {
  private let grammar: EventGrammar

  init() throws {
    let blocks = try Markdown("docs/events.md").blocks.filter { $0.language == "ebnf" }
    grammar = EventGrammar(blocks.map(\.text).joined())
  }

  // MARK: - Examples

  @Test(arguments: try Files.list("\(Package.root)/graphs", ending: ".yaml"))
  func `the log of an example obeys the grammar`(path: String) async throws {
    var factory = StandardNodeFactory(
      models: ModelCatalog(environment: Environment(), overrides: .init(isOffline: true)))
    factory.register(function: "redact", parameters: ["text": .string], result: .string) { call in
      call.arguments["text"] ?? .null
    }
    let relative = String(path.dropFirst(Package.root.count + 1))
    let graph = try GraphCompiler(factory: factory).load(relative)
    let store = MemoryCheckpointStore()
    var input = try Self.input(path, graph)
    if relative == "graphs/redaction.yaml" { input = ["letter": "Where is order 20417731?"] }
    var answers = ValueObject()
    // Examples that ask are answered until they are done.
    for _ in 0..<20 {
      let run = graph.graph.run(input, answers: answers, on: try await store.open("t"))
      var log: [GraphEvent] = []
      do { for try await event in run { log.append(event) } } catch is GraphError {}
      #expect(grammar.violation(in: log) == nil)
      guard case .runFinished(let outcome)? = log.last?.kind else {
        Issue.record("\(relative): no end")
        return
      }
      #expect(outcome.status == .completed || outcome.status == .interrupted, "\(relative): \(outcome)")
      guard outcome.status == .interrupted else { return }
      input = [:]
      answers = ValueObject(outcome.interrupts.map { ($0.id, "yes") })
    }
  }

  /// The inputs of the command in the first lines of an example.
  private static func input(_ path: String, _ graph: CompiledGraph) throws -> ValueObject {
    let lines = try Files.read(path).split(separator: "\n")
    guard let command = lines.first(where: { $0.hasPrefix("#   graph run ") }) else { return [:] }
    var input = ValueObject()
    for part in "\(command) ".split(separator: " --var ").dropFirst() {
      guard let equals = part.firstIndex(of: "=") else { continue }
      let name = String(part[..<equals])
      var text = part[part.index(after: equals)...]
      text = text.first == "'" ? text.dropFirst().prefix { $0 != "'" } : text.prefix { $0 != " " }
      let type = graph.description.keys.first { $0.name == name }?.type
      input[name] = type == .int ? .int(Int(text) ?? 0) : .string(String(text))
    }
    return input
  }

  // MARK: - Random graphs

  @Test(arguments: 0..<80)
  func `the log of a random graph obeys the grammar`(seed: UInt64) async throws {
    var random = SeededGenerator(seed)
    let graph = try RandomGraph.make(&random, answers: false)
    let store = MemoryCheckpointStore()
    let isKept = Bool.random(using: &random)
    var run = isKept ? graph.run(on: try await store.open("t")) : graph.run()
    for _ in 0..<40 {
      var log: [GraphEvent] = []
      let stopsAt = Int.random(in: 0..<8, using: &random) == 0 ? Int.random(in: 0..<60, using: &random) : nil
      if stopsAt == 0 { run.stop() }
      var failure: (any Error)?
      do {
        for try await event in run {
          log.append(event)
          if event.sequence == stopsAt { run.stop() }
        }
      } catch {
        // A run without an end; its log has one all the same.
        failure = error
      }
      #expect(grammar.violation(in: log) == nil, "seed \(seed): \(failure.map { "\($0)" } ?? "no failure")")
      #expect(log.contains { if case .checkpointed = $0.kind { true } else { false } } == isKept, "seed \(seed)")
      guard case .runFinished(let outcome)? = log.last?.kind else {
        Issue.record("no end: seed \(seed)")
        return
      }
      guard let checkpoint = outcome.checkpoint else { return }
      guard isKept else {
        run = graph.resume(checkpoint, answers: Self.answers(checkpoint))
        continue
      }
      // An answer that was given to a run which was stopped at once is in the thread.
      let thread = try await store.open("t")
      run = graph.run(answers: thread.checkpoint.map(Self.answers) ?? [:], on: thread)
    }
  }

  private static func answers(_ checkpoint: RunCheckpoint) -> ValueObject {
    ValueObject(checkpoint.interrupts.map { ($0.id, $0.payload) })
  }
}

import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// A compiler for graphs that hold others: its models say what a test wrote down, and it knows two node types more.
///
/// `check` returns its `value` and fails when that equals `bad`; `meet` waits at a gate of the test by its `value`.
func nestingCompiler(
  _ model: any LanguageModel = ScriptedModel { .text("<\($0.messages.last?.content ?? "")>") },
  gate: @escaping @Sendable (Value) async throws -> Void = { _ in }
) -> GraphCompiler {
  var factory = StandardNodeFactory(models: catalog(model))
  factory.register("check", keys: [KeySpec("value", .any, "What is returned."), KeySpec("bad", .any, "What fails.")]) {
    node in
    guard let value = node.template("value"), let bad = node.template("bad") else { return nil }
    let key = node.resultKey
    return .synchronous { state in
      let value = try value.evaluate(state)
      if value == (try bad.evaluate(state)) { throw Bad(value: value.json()) }
      return StateUpdate(key, value)
    }
  }
  factory.register("meet", keys: [KeySpec("value", .any, "What is returned.", isRequired: true)]) { node in
    guard let value = node.template("value") else { return nil }
    let key = node.resultKey
    return .plain { state, _ in
      let value = try value.evaluate(state)
      try await gate(value)
      return StateUpdate(key, value)
    }
  }
  return GraphCompiler(factory: factory)
}

struct Bad: Error, CustomStringConvertible {
  let value: String
  var description: String { "\(value) is bad" }
}

/// Compiles a graph and the files beside it, or fails with what is wrong with them.
func compiled(
  _ graph: String, _ files: [String: String] = [:], _ compiler: GraphCompiler = nestingCompiler()
) throws -> (graph: CompiledGraph, folder: TemporaryFolder) {
  let folder = try TemporaryFolder(files.merging(["g.yaml": graph]) { $1 })
  return (try compiler.load("\(folder.path)/g.yaml"), folder)
}

/// Runs a graph to its end, whatever that is.
func run(
  _ graph: String, _ files: [String: String] = [:], input: ValueObject = [:],
  _ compiler: GraphCompiler = nestingCompiler()
) async throws -> Log {
  let (graph, folder) = try compiled(graph, files, compiler)
  defer { withExtendedLifetime(folder) {} }
  return try await graph.log(input)
}

/// What compiling a graph and the files beside it reports: `code:line message`, with the file's name before it where it
/// is another.
func findings(_ graph: String, _ files: [String: String] = [:]) throws -> [String] {
  let folder = try TemporaryFolder(files.merging(["g.yaml": graph]) { $1 })
  return nestingCompiler().compile("\(folder.path)/g.yaml").diagnostics.map { diagnostic in
    let path = diagnostic.span?.file.path ?? ""
    let file = path.hasSuffix("/g.yaml") || path == "g.yaml" ? "" : "\(path.split(separator: "/").last ?? "") "
    return "\(file)\(diagnostic.code):\(diagnostic.span?.start.line ?? 0) \(diagnostic.message.text)"
  }
}

extension Log {
  /// The state at the end.
  var state: ValueObject { outcome?.state ?? [:] }

  /// What ended the run, with its place.
  var failure: String? { outcome?.error.map { "\($0)" } }

  /// What nodes warned of, in order.
  var warnings: [String] {
    events.compactMap { event in
      if case .warned(let warning) = event.kind { warning.message } else { nil }
    }
  }

  /// The paths of the nodes that began, in order.
  var paths: [String] {
    events.compactMap { event in
      if case .nodeStarted = event.kind { event.path.joined(separator: "/") } else { nil }
    }
  }
}

/// What a run did that a person was asked in: the questions, in order, and how it ended.
struct Talk {
  var questions: [PendingInterrupt] = []
  var log = Log()
}

/// Runs a graph and answers each question; the answers are taken in order.
func talk(
  _ text: String, _ files: [String: String] = [:], input: ValueObject = [:], answers: [Value],
  _ compiler: GraphCompiler = nestingCompiler()
) async throws -> Talk {
  let (graph, folder) = try compiled(text, files, compiler)
  defer { withExtendedLifetime(folder) {} }
  var talk = Talk()
  talk.log = try await graph.log(input)
  var answers = answers[...]
  while let outcome = talk.log.outcome, outcome.status == .interrupted {
    talk.questions += outcome.interrupts
    let checkpoint = try #require(outcome.checkpoint)
    var given = ValueObject()
    for question in outcome.interrupts { if let answer = answers.popFirst() { given[question.id] = answer } }
    guard !given.isEmpty else { return talk }
    // As if it had been kept in a file.
    let kept = try RunCheckpoint(json: Value(json: checkpoint.json.json()))
    talk.log = try await Log(of: graph.graph.resume(kept, answers: given))
  }
  return talk
}

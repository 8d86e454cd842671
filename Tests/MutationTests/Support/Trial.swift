import GraphCompiler
import GraphRuntime
import GraphYAML
import LanguageModels

/// Runs of a graph without a network, and everything that can be seen of them.
///
/// A mutant that no run tells from the graph that it was made of is no mistake. The runs differ in what is asked, in
/// what models and people answer, and in whether inputs with a default are given, so that routes and conditions are
/// taken both ways.
enum Trial {
  /// The number of runs that are compared.
  static let count = 8

  /// What is seen of one run: what every node says and writes in its order, what models are asked, and the end.
  static func observe(_ graph: String, tree: SourceTree, in workspace: Workspace, number: Int) async -> [String] {
    let requests = Locked<[String]>([])
    let models = ModelCatalog(environment: Environment(["PATH": "/usr/local/bin:/usr/bin:/bin", "PROVIDER": "openai"]))
    for provider in models.providerNames {
      models.register(provider) { name throws(ModelError) in
        AskedModel(provider: provider, name: name ?? "default", seed: number) { request in
          requests.withLock { $0.append(request) }
        }
      }
    }
    guard let compiled = workspace.load(graph, models: models) else { return ["invalid"] }
    var seen: [String: [String]] = [:]
    var next: GraphRun? = compiled.run(input(of: tree, number), options: options)
    var rounds = 0
    while let run = next {
      next = nil
      rounds += 1
      do {
        for try await event in run {
          seen[event.path.joined(separator: "/") + suffix(event), default: []].append(text(event))
          guard case .runFinished(let outcome) = event.kind, rounds < 12, let checkpoint = outcome.checkpoint,
            outcome.status == .interrupted
          else { continue }
          let answers = outcome.interrupts.map { ($0.id, Value.string(answer(number, rounds))) }
          next = compiled.graph.resume(checkpoint, answers: ValueObject(answers), options: options)
        }
      } catch {
        seen["", default: []].append("thrown: \(error)")
      }
    }
    // Tools that are called side by side answer in any order.
    for key in seen.keys where key.hasSuffix(toolSuffix) { seen[key]?.sort() }
    return seen.sorted { $0.key < $1.key }.flatMap { [$0.key] + $0.value } + requests.withLock { $0.sorted() }
  }

  private static let toolSuffix = " tools"

  private static func suffix(_ event: GraphEvent) -> String {
    switch event.kind {
    case .toolCalled, .toolReturned: toolSuffix
    default: ""
    }
  }

  private static let options = RunOptions(thread: "thread", runID: "run", timeout: .seconds(300))

  /// What a person says.
  private static func answer(_ number: Int, _ round: Int) -> String {
    ["lamps and ropes", "enough", "42", "50"][(number + round) % 4]
  }

  /// The values of the declared keys: of those without a default always, of the others in every second run.
  private static func input(of tree: SourceTree, _ number: Int) -> ValueObject {
    var input = ValueObject()
    let texts = ["How do I clean the lens of the lamp?", "qqq zzz", "This is the third time it broke, thank you!"]
    for key in tree("state/*") {
      let type = tree.child("type", of: key)?.text ?? key.text ?? "any"
      let isPreset = tree.child("default", of: key) != nil || tree.child("reducer", of: key) != nil
      guard !isPreset || number % 2 == 1 else { continue }
      switch type {
      case "str", "string", "any": input[key.name] = .string(texts[number % texts.count])
      case "int": input[key.name] = .int(number + 2)
      case "float": input[key.name] = .double(Double(number) / 4)
      case "bool": input[key.name] = .bool(false)
      case "list[str]": input[key.name] = ["one", "two", "three"]
      default: break
      }
    }
    return input
  }

  /// What an event says, without what is another in every run.
  private static func text(_ event: GraphEvent) -> String {
    var object = event.json.object ?? [:]
    for key in ["time", "run", "seq", "duration", "id"] { object[key] = nil }
    if let usage = object["usage"]?.list { object["usage"] = .list(usage.sorted { $0.json() < $1.json() }) }
    return Value.object(object).json()
  }
}

/// The offline model under the name of any other, with answers of its own for each number of a run.
private struct AskedModel: LanguageModel {
  let identity: ModelIdentity
  private let model = OfflineModel()
  private let seed: Int
  private let note: @Sendable (String) -> Void

  init(provider: String, name: String, seed: Int, note: @escaping @Sendable (String) -> Void) {
    identity = ModelIdentity(provider: provider, model: name)
    self.seed = seed
    self.note = note
  }

  func respond(to request: ModelRequest) async throws -> ModelResponse { try await model.respond(to: asked(request)) }

  func stream(_ request: ModelRequest) -> any ModelStream { model.stream(asked(request)) }

  /// Remembers a request, and asks something else in its place: an answer depends on all of the request and on the number
  /// of the run, but takes none of its words, so that of several values each is chosen in some run.
  private func asked(_ request: ModelRequest) -> ModelRequest {
    var words = ["\(identity)"]
    words += request.messages.map { "\($0.role): \($0.content)" }
    words.append("\(request.temperature as Any) \(request.maxTokens as Any) \(request.thinkingBudget as Any)")
    words.append("\(request.schema as Any) \(request.tools.map(\.name)) \(request.toolChoice)")
    let text = words.joined(separator: "\n")
    note(text)
    var request = request
    for index in request.messages.indices where request.messages[index].role == .user {
      request.messages[index].content = "question \(Typo.stableHash("\(seed) \(text)"))"
    }
    return request
  }
}

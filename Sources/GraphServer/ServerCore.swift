internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphRuntime
internal import HTTPServing

/// What the parts of a server share: its graphs, its runs and what it counts.
struct ServerCore: Sendable {
  let graphs: [ServedGraph]
  let options: ServerOptions
  let runs: RunRegistry
  let metrics: ServerMetrics
  private let byName: [String: ServedGraph]

  init(_ graphs: [ServedGraph], _ options: ServerOptions) {
    self.graphs = graphs
    self.options = options
    metrics = ServerMetrics()
    runs = RunRegistry(options, metrics)
    byName = Dictionary(graphs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The graph of a name.
  func graph(_ name: String) throws(ServerError) -> ServedGraph {
    guard let graph = byName[name] else {
      throw .noGraph(name, near: Suggestion.nearest(to: name, among: graphs.map(\.name)))
    }
    return graph
  }

  /// The run of an id.
  func run(_ id: String) throws(ServerError) -> ServedRun {
    guard let run = runs.run(id) else { throw .noRun(id) }
    return run
  }

  /// The answers to a run's questions: by their ids, or one for the one question that there is.
  func answers(_ answers: Value?, _ answer: Value?, to run: ServedRun) throws(ServerError) -> ValueObject {
    let questions = run.outcome?.interrupts ?? []
    if let answer {
      guard questions.count == 1 else {
        throw ServerError(
          422, "several_questions",
          "the run waits for \(questions.count) answers; give them by their ids under 'answers'", parameter: "answer")
      }
      return [questions[0].id: answer]
    }
    guard let object = answers?.object else {
      if questions.isEmpty { return ValueObject() }
      throw ServerError(
        422, "missing_answers", "give 'answer', or 'answers' by the ids of the questions", parameter: "answers")
    }
    for entry in object where !questions.contains(where: { $0.id == entry.key }) {
      let ids = questions.map { "'\($0.id)'" }.joined(separator: ", ")
      throw ServerError(
        422, "unknown_question", "there is no question '\(entry.key)'; there are \(ids)", parameter: "answers")
    }
    return object
  }

  /// Why a run cannot go on.
  static func notWaiting(_ run: ServedRun) -> ServerError {
    let status = run.outcome?.status.rawValue ?? "running"
    return ServerError(
      409, "not_waiting",
      run.outcome?.checkpoint == nil
        ? "the run is '\(status)' and cannot go on" : "somebody else has answered already")
  }
}

extension HTTPRequest {
  /// The body as an object of JSON; no body is an empty one.
  func jsonObject() throws(ServerError) -> ValueObject {
    guard !body.isEmpty else { return ValueObject() }
    let type = headers["content-type"]?.lowercased().prefix { $0 != ";" && $0 != " " } ?? ""
    // A page of another site may send forms and plain text without asking; it may not send this.
    guard type == "application/json" || type.hasSuffix("+json") else {
      throw ServerError(415, "not_json", "the body is JSON, and 'Content-Type: application/json' says so")
    }
    do {
      guard let object = try Value(json: body).object else {
        throw ServerError(400, "no_object", "the body is an object of JSON")
      }
      return object
    } catch let error as ServerError {
      throw error
    } catch {
      throw ServerError(400, "invalid_json", "the body is no JSON: \(error)")
    }
  }
}

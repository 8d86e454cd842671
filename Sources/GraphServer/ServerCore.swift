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

  /// Forgets the oldest of the threads that are in memory only, so that they do not become more and more.
  func forgetOldThreads() async {
    for graph in graphs {
      guard let store = graph.store as? MemoryCheckpointStore else { continue }
      var bytes = 0
      for (index, thread) in store.threads().enumerated() {
        bytes += thread.bytes
        guard index >= options.memoryThreads || bytes > options.memoryThreadBytes, thread.holder == nil else {
          continue
        }
        // One that somebody has taken meanwhile stays.
        _ = try? await store.delete(thread.thread)
      }
    }
  }

  /// Makes a run that goes on with one that waits, was stopped or has failed.
  func resume(
    _ run: ServedRun, _ answers: GivenAnswers, onBusy policy: BusyPolicy = .reject
  ) async throws -> PreparedRun {
    guard run.endTime != nil else { throw Self.notWaiting(run) }
    guard !run.isKept else {
      return try await run.graph.resume(run.identity.thread, answers, from: run.identity.id, onBusy: policy)
    }
    guard run.outcome?.checkpoint != nil else { throw Self.notWaiting(run) }
    let given = try answers.resolved(for: run.outcome?.interrupts ?? [], of: run.graph, areNeeded: true)
    guard let checkpoint = run.takeCheckpoint() else { throw ServerError.answeredAlready }
    return PreparedRun(
      graph: run.graph, run: run.graph.executable.resume(checkpoint, answers: given), isKept: false,
      cancel: { run.returnCheckpoint() })
  }

  /// Why a run cannot go on.
  static func notWaiting(_ run: ServedRun) -> ServerError {
    let status = run.outcome?.status.rawValue ?? "running"
    return ServerError(409, "not_waiting", "the run is '\(status)' and cannot go on")
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
    guard let text = String(validating: body, as: UTF8.self) else {
      throw ServerError(400, "invalid_json", "the body is no JSON: it is not UTF-8")
    }
    do {
      guard let object = try Value(json: text).object else {
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

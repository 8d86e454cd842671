internal import GraphCompiler
internal import GraphRuntime
internal import GraphStreams
internal import HTTPServing

/// Carries out a request that begins a run, goes on with one or reads one.
struct RunRequests {
  let core: ServerCore
  let request: HTTPRequest
  let responder: HTTPResponder

  /// What the body of a request says beside inputs and answers.
  private struct Manner {
    let view: RunView?
    let waits: Bool
    let patience: Duration?
    let busyPolicy: BusyPolicy

    static let keys = ["stream", "wait", "on_disconnect", "on_busy"]

    /// - Parameter resumes: Whether the run goes on with another one.
    init(_ body: ValueObject, _ options: ServerOptions, resumes: Bool = false) throws(ServerError) {
      busyPolicy = try RunRequests.busyPolicy(body["on_busy"].map { $0.string ?? $0.json() }, resumes: resumes)
      view = try body["stream"].map { view throws(ServerError) in try RunView.named(view.string ?? view.json()) }
      patience = try RunRequests.patience(body["on_disconnect"].map { $0.string ?? $0.json() }, options)
      switch body["wait"] {
      case nil, .bool(true)?: waits = true
      case .bool(false)?: waits = false
      case let other?:
        throw ServerError(422, "invalid_value", "'wait' is true or false, not \(other.json())", parameter: "wait")
      }
    }
  }

  // MARK: - Beginning

  /// `POST /graphs/{name}/runs`.
  func begin(_ graph: ServedGraph) async throws -> HTTPResponse? {
    let body = try body(["input", "thread", "answer", "answers"] + Manner.keys)
    guard let values = (body["input"] ?? [:]).object else {
      throw ServerError(422, "invalid_input", "'input' is an object of the graph's inputs", parameter: "input")
    }
    let manner = try Manner(body, core.options)
    let run = try await graph.begin(
      try graph.input(values), answers: Self.answers(body), thread: try Self.thread(body["thread"]),
      onBusy: manner.busyPolicy)
    return try await carryOn(run, manner)
  }

  /// `POST /runs/{id}/resume`.
  func resume(_ run: ServedRun) async throws -> HTTPResponse? {
    let body = try body(["answer", "answers"] + Manner.keys)
    let manner = try Manner(body, core.options, resumes: true)
    return try await carryOn(try await core.resume(run, Self.answers(body), onBusy: manner.busyPolicy), manner)
  }

  /// `POST /graphs/{name}/threads/{thread}/resume`.
  func resume(_ thread: String, of graph: ServedGraph) async throws -> HTTPResponse? {
    let body = try body(["answer", "answers"] + Manner.keys)
    let manner = try Manner(body, core.options, resumes: true)
    return try await carryOn(
      try await graph.resume(thread, Self.answers(body), onBusy: manner.busyPolicy), manner)
  }

  /// Begins a run, and answers with its stream, its result, or at once.
  private func carryOn(_ prepared: PreparedRun, _ manner: Manner) async throws -> HTTPResponse? {
    let run = try core.runs.start(prepared, patience: manner.patience)
    if let view = manner.view {
      try await write(run, view, after: -1)
      return nil
    }
    guard manner.waits else {
      var response = HTTPResponse.json(202, .object(run.description))
      response.headers["location"] = "/runs/\(run.identity.id)"
      return response
    }
    run.addReader()
    defer { run.removeReader() }
    await withTaskCancellationHandler {
      _ = await run.result()
    } onCancel: {
      // Whoever waits for the end does not come back: nobody else knows the run.
      if manner.patience != nil { run.stop("the client has left") }
    }
    return .json(run.refusal == nil ? 200 : run.refusalStatus, .object(run.description))
  }

  // MARK: - Reading

  /// `GET /runs/{id}/events`.
  func read(_ run: ServedRun) async throws -> HTTPResponse? {
    let items = try queryItems()
    let view = try items.first { $0.name == "stream" }.map { item throws(ServerError) in try RunView.named(item.value) }
    let last = request.headers["last-event-id"]
    let sequence = try Self.place(last ?? items.first { $0.name == "after" }?.value ?? "", in: run)
    if last != nil, run.log.isOver(at: sequence) { return HTTPResponse(204) }
    try await write(run, view ?? .events, after: sequence)
    return nil
  }

  /// A run for `EventSource`: the query, or the body, holds the graph's inputs; a client that comes back goes on with
  /// the run that it has begun.
  func stream(_ graph: ServedGraph) async throws -> HTTPResponse? {
    let items = try queryItems()
    func setting(_ name: String) -> String? { items.first { $0.name == name }?.value }
    let view = try setting("_stream").map { name throws(ServerError) in try RunView.named(name) } ?? .text
    if let id = request.headers["last-event-id"], !id.isEmpty {
      // `EventSource` comes back again and again; this status ends that.
      let over = HTTPResponse(204)
      guard let place = EventStream.Place(id: id), let run = core.runs.run(place.run), run.graph.name == graph.name
      else { return over }
      if run.log.isOver(at: place.sequence) { return over }
      try await write(run, view, after: place.sequence)
      return nil
    }
    let patience = try Self.patience(setting("_on_disconnect"), core.options)
    let policy = try Self.busyPolicy(setting("_on_busy"), resumes: false)
    let input =
      request.method == "POST"
      ? try graph.input(try request.jsonObject())
      : try graph.input(texts: items.filter { !$0.name.hasPrefix("_") && $0.name != "access_token" })
    let run = try core.runs.start(
      try await graph.begin(input, thread: setting("_thread"), onBusy: policy), patience: patience)
    try await write(run, view, after: -1)
    return nil
  }

  private func write(_ run: ServedRun, _ view: RunView, after sequence: Int) async throws {
    var headers = EventStream.headers
    headers["x-run-id"] = run.identity.id
    ServerAccess(options: core.options).addOrigin(to: &headers, request)
    core.metrics.streamBegan()
    defer { core.metrics.streamEnded() }
    let writer = try await responder.stream(200, headers: headers)
    try await EventStream(run: run, view: view, options: core.options).write(to: writer, after: sequence)
  }

  // MARK: - What requests say

  private func body(_ known: [String]) throws(ServerError) -> ValueObject {
    let body = try request.jsonObject()
    for entry in body where !known.contains(entry.key) {
      let list = known.map { "'\($0)'" }.joined(separator: ", ")
      throw ServerError(
        422, "unknown_key", "there is no '\(entry.key)' in this request; there are \(list)", parameter: entry.key)
    }
    return body
  }

  private func queryItems() throws(ServerError) -> [(name: String, value: String)] {
    guard let items = request.queryItems else {
      throw ServerError(400, "invalid_query", "the query has an escape that is none")
    }
    return items
  }

  private static func answers(_ body: ValueObject) -> GivenAnswers {
    GivenAnswers(byID: body["answers"], one: body["answer"])
  }

  /// The name of a thread, as a body has it.
  static func thread(_ value: Value?) throws(ServerError) -> String? {
    guard let value, !value.isNull else { return nil }
    guard let name = value.string else {
      throw ServerError(422, "invalid_value", "the name of a thread is a text", parameter: "thread")
    }
    return name
  }

  /// What is done while another run has the thread.
  static func busyPolicy(_ word: String?, resumes: Bool) throws(ServerError) -> BusyPolicy {
    switch word {
    case nil, "reject"?: return .reject
    case "enqueue"?: return .enqueue
    case "interrupt"?: return resumes ? .takeover : .interrupt
    case "rollback"? where !resumes: return .rollback
    case let other?:
      let words = resumes ? "'reject', 'enqueue' or 'interrupt'" : "'reject', 'enqueue', 'interrupt' or 'rollback'"
      throw ServerError(422, "invalid_value", "'on_busy' is \(words), not '\(other)'", parameter: "on_busy")
    }
  }

  /// How long a run goes on whose last reader has left.
  private static func patience(_ word: String?, _ options: ServerOptions) throws(ServerError) -> Duration? {
    switch word {
    case nil: options.patience
    case "continue"?: nil
    case "stop"?: .zero
    case let other?:
      throw ServerError(
        422, "invalid_value", "'on_disconnect' is 'continue' or 'stop', not '\(other)'", parameter: "on_disconnect")
    }
  }

  /// The number of the last event that a client has seen, or -1.
  private static func place(_ given: String, in run: ServedRun) throws(ServerError) -> Int {
    guard !given.isEmpty else { return -1 }
    if let sequence = Int(given), sequence >= 0 { return sequence }
    guard let place = EventStream.Place(id: given), place.run == run.identity.id else {
      throw ServerError(400, "invalid_event_id", "'\(given)' is no event of this run", parameter: "Last-Event-ID")
    }
    return place.sequence
  }
}

extension RunView {
  private static let names = allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")

  /// The view of a name.
  fileprivate static func named(_ name: String) throws(ServerError) -> RunView {
    guard let view = RunView(rawValue: name) else {
      throw ServerError(422, "unknown_view", "there is no view '\(name)'; there are \(names)", parameter: "stream")
    }
    return view
  }
}

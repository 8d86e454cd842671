internal import GraphCompiler
internal import GraphRuntime
internal import GraphStreams
internal import HTTPServing

/// Carries out a request that begins a run, goes on with one or reads one.
struct RunRequests {
  let core: ServerCore
  let request: HTTPRequest
  let responder: HTTPResponder

  /// What the request is counted as.
  let route: String

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
      view = try body["stream"].map { view throws(ServerError) in
        try RunView.named(view.string ?? view.json(), "stream")
      }
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

  /// `POST /runs/{id}/stop`.
  func stop(_ run: ServedRun) async throws -> HTTPResponse {
    let reason = try body(["reason"])["reason"] ?? "stop requested"
    guard let text = reason.string else {
      throw ServerError(422, "invalid_value", "'reason' is a text, not \(reason.kind)", parameter: "reason")
    }
    run.stop(text)
    _ = await run.result()
    return .json(200, .object(run.description))
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
    if manner.patience == nil { _ = await run.result() } else { _ = await run.resultForClient() }
    return .json(run.refusal == nil ? 200 : run.refusalStatus, .object(run.description))
  }

  // MARK: - Reading

  /// `GET /runs/{id}/events`.
  func read(_ run: ServedRun, _ known: [String] = ["stream", "after"]) async throws -> HTTPResponse? {
    let items = try query { known.contains($0) }
    let view = try items["stream"].map { name throws(ServerError) in try RunView.named(name, "stream") } ?? .events
    let last = request.headers["last-event-id"]
    let sequence = try Self.place(last ?? items["after"] ?? "", last == nil ? "after" : "Last-Event-ID", in: run)
    if sequence == EventStream.Place.end || last != nil && run.isOver(at: sequence) { return HTTPResponse(204) }
    try await write(run, view, after: sequence)
    return nil
  }

  /// `GET /graphs/{name}/threads/{thread}/events`: of the thread's last run, or of one that is named.
  func read(_ thread: String, of graph: ServedGraph) async throws -> HTTPResponse? {
    let known = ["stream", "after", "run"]
    let id = try query { known.contains($0) }["run"]
    return try await read(try await core.run(id, ofThread: thread, of: graph), known)
  }

  /// A run for `EventSource`: the query, or the body, holds the graph's inputs; a client that comes back goes on with
  /// the run that it has begun.
  func stream(_ graph: ServedGraph) async throws -> HTTPResponse? {
    let known = ["_stream", "_thread", "_on_disconnect", "_on_busy"]
    let isPost = request.method == "POST"
    // What begins like a setting has to be one, or an input that the graph declares.
    let items = try query { name in
      known.contains(name) || !isPost && !name.hasPrefix("_") || graph.graph.description.key(named: name) != nil
    }
    let view = try items["_stream"].map { name throws(ServerError) in try RunView.named(name, "_stream") } ?? .text
    if let id = request.headers["last-event-id"], !id.isEmpty {
      // `EventSource` comes back again and again; this status ends that.
      let over = HTTPResponse(204)
      guard let place = EventStream.Place(id: id), place.sequence != EventStream.Place.end,
        let run = try await core.knownRun(place.run, of: [graph]), run.graph.name == graph.name,
        !run.isOver(at: place.sequence)
      else { return over }
      try await write(run, view, after: place.sequence)
      return nil
    }
    let patience = try Self.patience(items["_on_disconnect"], core.options)
    let policy = try Self.busyPolicy(items["_on_busy"], resumes: false)
    let input =
      isPost
      ? try graph.input(try request.jsonObject())
      : try graph.input(texts: items.filter { !known.contains($0.key) }.map { ($0.key, $0.value) })
    let run = try core.runs.start(
      try await graph.begin(input, thread: try Self.thread(items["_thread"].map { .string($0) }), onBusy: policy),
      patience: patience)
    try await write(run, view, after: -1)
    return nil
  }

  private func write(_ run: ServedRun, _ view: RunView, after sequence: Int) async throws {
    var headers = EventStream.headers
    headers["x-run-id"] = run.identity.id
    ServerAccess(options: core.options).addOrigin(to: &headers, request)
    core.metrics.requestAnswered(route, 200)
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

  /// The query by names, but for the token.
  ///
  /// - Throws: `ServerError` for a name that is not known or is there twice: what is left out without a word is looked for
  ///   a long time.
  private func query(_ isKnown: (String) -> Bool) throws(ServerError) -> [String: String] {
    guard let items = request.queryItems else {
      throw ServerError(400, "invalid_query", "the query has an escape that is none")
    }
    var values: [String: String] = [:]
    for (name, value) in items where name != "access_token" {
      guard isKnown(name) else {
        throw ServerError(422, "unknown_setting", "there is no setting '\(name)' in this query", parameter: name)
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw ServerError(422, "repeated_setting", "'\(name)' is in the query twice", parameter: name)
      }
    }
    return values
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
    guard name.utf8.count <= mostThreadBytes else {
      throw ServerError(
        422, "invalid_value", "the name of a thread has at most \(mostThreadBytes) bytes", parameter: "thread")
    }
    return name
  }

  /// It stands in addresses, and in names of folders.
  private static let mostThreadBytes = 1_024

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
  private static func place(_ given: String, _ parameter: String, in run: ServedRun) throws(ServerError) -> Int {
    guard !given.isEmpty else { return -1 }
    if let sequence = Int(given), sequence >= 0 { return sequence }
    guard let place = EventStream.Place(id: given), place.run == run.identity.id else {
      throw ServerError(400, "invalid_event_id", "'\(given)' is no event of this run", parameter: parameter)
    }
    return place.sequence
  }
}

extension RunView {
  private static let names = allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")

  /// The view of a name.
  fileprivate static func named(_ name: String, _ parameter: String) throws(ServerError) -> RunView {
    guard let view = RunView(rawValue: name) else {
      throw ServerError(422, "unknown_view", "there is no view '\(name)'; there are \(names)", parameter: parameter)
    }
    return view
  }
}

internal import GraphCompiler
internal import GraphRuntime
internal import HTTPServing

/// Finds who answers a request, and answers what nobody does.
struct ServerRoutes: Sendable {
  let core: ServerCore
  let connectionCount: @Sendable () -> Int

  /// A way to answer.
  private enum Route {
    case health, metrics, openAPI
    case graphs
    case graph(String)
    case begin(String)
    case stream(String)
    case webSocket(String)
    case run(String)
    case events(String)
    case stop(String)
    case resume(String)
    case models
    case model(String)
    case chat
  }

  /// The routes by their paths, with the methods that they take.
  private static func find(_ path: String) -> (name: String, routes: [(method: String, route: Route)])? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { String($0) }
    return switch parts {
    case ["healthz"]: ("/healthz", [("GET", .health)])
    case ["metrics"]: ("/metrics", [("GET", .metrics)])
    case ["openapi.json"]: ("/openapi.json", [("GET", .openAPI)])
    case ["graphs"]: ("/graphs", [("GET", .graphs)])
    case ["v1", "models"]: ("/v1/models", [("GET", .models)])
    case ["v1", "chat", "completions"]: ("/v1/chat/completions", [("POST", .chat)])
    default: find(parts)
    }
  }

  private static func find(_ parts: [String]) -> (name: String, routes: [(method: String, route: Route)])? {
    guard parts.count >= 2, !parts[1].isEmpty else { return nil }
    let name = parts[1]
    return switch (parts[0], parts.dropFirst(2).joined(separator: "/"), parts.count) {
    case ("graphs", _, 2): ("/graphs/{name}", [("GET", .graph(name))])
    case ("graphs", "runs", 3): ("/graphs/{name}/runs", [("POST", .begin(name))])
    case ("graphs", "stream", 3): ("/graphs/{name}/stream", [("GET", .stream(name)), ("POST", .stream(name))])
    case ("graphs", "ws", 3): ("/graphs/{name}/ws", [("GET", .webSocket(name))])
    case ("runs", _, 2): ("/runs/{id}", [("GET", .run(name))])
    case ("runs", "events", 3): ("/runs/{id}/events", [("GET", .events(name))])
    case ("runs", "stop", 3): ("/runs/{id}/stop", [("POST", .stop(name))])
    case ("runs", "resume", 3): ("/runs/{id}/resume", [("POST", .resume(name))])
    case ("v1", let model, 3...) where name == "models": ("/v1/models/{name}", [("GET", .model(model))])
    default: nil
    }
  }

  // MARK: - Answers

  /// Answers a request, whatever goes wrong.
  func answer(_ request: HTTPRequest, _ responder: HTTPResponder) async {
    let found = Self.find(request.path)
    let name = found?.name ?? "unknown"
    let access = ServerAccess(options: core.options)
    let isChat = request.path.hasPrefix("/v1/")
    do {
      if request.method == "OPTIONS" { return try await answerOptions(request, found?.routes.map(\.method), responder) }
      try access.check(request)
      guard let found else {
        throw ServerError(404, "no_such_path", "there is nothing at '\(request.path)'; '/openapi.json' lists all paths")
      }
      let method = request.method == "HEAD" ? "GET" : request.method
      guard let route = found.routes.first(where: { $0.method == method })?.route else {
        let methods = found.routes.map(\.method).joined(separator: ", ")
        var refusal = ServerError(405, "wrong_method", "'\(found.name)' takes \(methods)").response
        refusal.headers["allow"] = methods
        return try await send(refusal, request, responder, name)
      }
      if let response = try await carryOut(route, request, responder) {
        try await send(response, request, responder, name)
      } else {
        core.metrics.requestAnswered(name, 200)
      }
    } catch let error as ServerError {
      guard !responder.hasBegun else { return }
      try? await send(isChat ? error.chatResponse : error.response, request, responder, name)
    } catch {
      // Mostly the client has left, which is nobody's mistake; anything else is ours.
      guard !responder.hasBegun else { return }
      let refusal = ServerError(500, "internal_error", "the server could not carry the request out")
      try? await send(isChat ? refusal.chatResponse : refusal.response, request, responder, name)
    }
  }

  private func send(
    _ response: HTTPResponse, _ request: HTTPRequest, _ responder: HTTPResponder, _ route: String
  ) async throws {
    var response = response
    addOrigin(to: &response.headers, request)
    if response.headers["cache-control"] == nil { response.headers["cache-control"] = "no-store" }
    response.headers["x-content-type-options"] = "nosniff"
    core.metrics.requestAnswered(route, response.status)
    try await responder.respond(response)
  }

  private func addOrigin(to headers: inout HTTPHeaders, _ request: HTTPRequest) {
    guard let origin = ServerAccess(options: core.options).allowedOrigin(of: request) else { return }
    headers["access-control-allow-origin"] = origin
    if origin != "*" { headers["vary"] = "Origin" }
  }

  /// What a browser asks before a page of another site may send something.
  private func answerOptions(
    _ request: HTTPRequest, _ methods: [String]?, _ responder: HTTPResponder
  ) async throws {
    var response = HTTPResponse(204)
    response.headers["allow"] = ((methods ?? ["GET"]) + ["OPTIONS"]).joined(separator: ", ")
    if ServerAccess(options: core.options).allowedOrigin(of: request) != nil {
      response.headers["access-control-allow-methods"] = "GET, POST"
      response.headers["access-control-allow-headers"] = "Authorization, Content-Type, Last-Event-ID"
      response.headers["access-control-max-age"] = "600"
    }
    try await send(response, request, responder, "options")
  }

  /// Carries a request out; nil when it was answered on the way.
  private func carryOut(
    _ route: Route, _ request: HTTPRequest, _ responder: HTTPResponder
  ) async throws -> HTTPResponse? {
    switch route {
    case .health: return .json(200, ["status": "ok"])
    case .metrics:
      let text = core.metrics.text(activeRuns: core.runs.activeCount, connections: connectionCount())
      return HTTPResponse(200, type: "text/plain; version=0.0.4; charset=utf-8", text)
    case .openAPI: return .json(200, OpenAPIDocument.document(core))
    case .graphs: return .json(200, ["graphs": .list(core.graphs.map { $0.summary })])
    case .graph(let name): return .json(200, try core.graph(name).details)
    case .models: return ChatCompletions(server: core).models()
    case .model(let name): return try ChatCompletions(server: core).model(name)
    case .chat:
      try await ChatCompletions(server: core).complete(request, responder)
      return nil
    case .begin(let name): return try await begin(try core.graph(name), request, responder)
    case .stream(let name):
      try await stream(try core.graph(name), request, responder)
      return nil
    case .webSocket(let name):
      let graph = try core.graph(name)
      guard responder.asksForWebSocket else {
        throw ServerError(426, "web_socket_only", "this is a WebSocket; begin it with 'Upgrade: websocket'")
      }
      let socket = try await responder.webSocket()
      core.metrics.streamBegan()
      defer { core.metrics.streamEnded() }
      try await WebSocketSession(core, graph, socket).run()
      return nil
    case .run(let id): return .json(200, .object(try core.run(id).description))
    case .events(let id):
      let run = try core.run(id)
      let view = try Self.view(request.queryItems?.first { $0.name == "stream" }?.value, usual: .events)
      try await write(run, view, after: try Self.lastSeen(request, of: run), request, responder)
      return nil
    case .stop(let id):
      let run = try core.run(id)
      run.stop(try request.jsonObject()["reason"]?.string ?? "stop requested")
      _ = await run.result()
      return .json(200, .object(run.description))
    case .resume(let id): return try await resume(try core.run(id), request, responder)
    }
  }

  // MARK: - Runs

  private func begin(
    _ graph: ServedGraph, _ request: HTTPRequest, _ responder: HTTPResponder
  ) async throws -> HTTPResponse? {
    let body = try request.jsonObject()
    try Self.checkKeys(of: body, ["input", "thread", "stream", "wait", "on_disconnect"])
    guard let values = (body["input"] ?? [:]).object else {
      throw ServerError(422, "invalid_input", "'input' is an object of the graph's inputs", parameter: "input")
    }
    let input = try graph.input(values)
    let options = RunOptions(thread: body["thread"]?.string)
    return try await carryOn(graph, graph.graph.run(input, options: options), body, request, responder)
  }

  private func resume(
    _ run: ServedRun, _ request: HTTPRequest, _ responder: HTTPResponder
  ) async throws -> HTTPResponse? {
    let body = try request.jsonObject()
    try Self.checkKeys(of: body, ["answer", "answers", "stream", "wait", "on_disconnect"])
    let answers = try core.answers(body["answers"], body["answer"], to: run)
    guard let checkpoint = run.takeCheckpoint() else { throw ServerCore.notWaiting(run) }
    return try await carryOn(
      run.graph, run.graph.graph.graph.resume(checkpoint, answers: answers), body, request, responder)
  }

  /// Begins a run, and answers with its stream, its result, or at once.
  private func carryOn(
    _ graph: ServedGraph, _ graphRun: GraphRun, _ body: ValueObject, _ request: HTTPRequest, _ responder: HTTPResponder
  ) async throws -> HTTPResponse? {
    let stops = try Self.stopsOnDisconnect(body["on_disconnect"]?.string)
    let view = try body["stream"].map { view throws(ServerError) in try Self.view(view.string ?? view.json()) }
    let run = try core.runs.start(graph, graphRun, stopsWithoutReaders: stops)
    if let view {
      try await write(run, view, after: -1, request, responder)
      return nil
    }
    if body["wait"] == false {
      var response = HTTPResponse.json(202, .object(run.description))
      response.headers["location"] = "/runs/\(run.identity.id)"
      return response
    }
    run.addReader()
    defer { run.removeReader() }
    await withTaskCancellationHandler {
      _ = await run.result()
    } onCancel: {
      if stops { run.stop("the client has left") }
    }
    return .json(run.outcome == nil ? 422 : 200, .object(run.description))
  }

  /// A run for `EventSource`: the query, or the body, holds the graph's inputs; a client that comes back goes on with
  /// the run that it has begun.
  private func stream(_ graph: ServedGraph, _ request: HTTPRequest, _ responder: HTTPResponder) async throws {
    guard let items = request.queryItems else {
      throw ServerError(400, "invalid_query", "the query has an escape that is none")
    }
    func setting(_ name: String) -> String? { items.first { $0.name == name }?.value }
    let view = try Self.view(setting("_stream"), usual: .text)
    if let id = request.headers["last-event-id"], !id.isEmpty {
      guard let place = EventStream.Place(id: id), let run = core.runs.run(place.run) else {
        // `EventSource` comes back again and again; this status ends that.
        return try await responder.respond(HTTPResponse(204))
      }
      if run.endTime != nil, case .end = run.log.read(after: place.sequence) {
        return try await responder.respond(HTTPResponse(204))
      }
      return try await write(run, view, after: place.sequence, request, responder)
    }
    let input =
      request.method == "POST"
      ? try graph.input(try request.jsonObject())
      : try graph.input(texts: items.filter { !$0.name.hasPrefix("_") && $0.name != "access_token" })
    let options = RunOptions(thread: setting("_thread"))
    let stops = try Self.stopsOnDisconnect(setting("_on_disconnect"))
    let run = try core.runs.start(graph, graph.graph.run(input, options: options), stopsWithoutReaders: stops)
    try await write(run, view, after: -1, request, responder)
  }

  private func write(
    _ run: ServedRun, _ view: RunView, after sequence: Int, _ request: HTTPRequest, _ responder: HTTPResponder
  ) async throws {
    var headers = EventStream.headers
    headers["x-run-id"] = run.identity.id
    addOrigin(to: &headers, request)
    core.metrics.streamBegan()
    defer { core.metrics.streamEnded() }
    let writer = try await responder.stream(200, headers: headers)
    try await EventStream(run: run, view: view, options: core.options).write(to: writer, after: sequence)
  }

  // MARK: - What requests say

  private static func view(_ name: String?, usual: RunView? = nil) throws(ServerError) -> RunView {
    guard let name else { return usual ?? .events }
    guard let view = RunView(rawValue: name) else {
      throw ServerError(
        422, "unknown_view", "there is no view '\(name)'; there are \(RunView.names)", parameter: "stream")
    }
    return view
  }

  private static func stopsOnDisconnect(_ word: String?) throws(ServerError) -> Bool {
    switch word {
    case nil, "continue"?: false
    case "stop"?: true
    case let other?:
      throw ServerError(
        422, "invalid_value", "'on_disconnect' is 'continue' or 'stop', not '\(other)'", parameter: "on_disconnect")
    }
  }

  /// The number of the last event that a client has seen, or -1.
  private static func lastSeen(_ request: HTTPRequest, of run: ServedRun) throws(ServerError) -> Int {
    let given = request.headers["last-event-id"] ?? request.queryItems?.first { $0.name == "after" }?.value
    guard let given, !given.isEmpty else { return -1 }
    if let sequence = Int(given), sequence >= 0 { return sequence }
    guard let place = EventStream.Place(id: given), place.run == run.identity.id else {
      throw ServerError(400, "invalid_event_id", "'\(given)' is no event of this run", parameter: "Last-Event-ID")
    }
    return place.sequence
  }

  private static func checkKeys(of body: ValueObject, _ known: [String]) throws(ServerError) {
    for entry in body where !known.contains(entry.key) {
      let list = known.map { "'\($0)'" }.joined(separator: ", ")
      throw ServerError(
        422, "unknown_key", "there is no '\(entry.key)' in this request; there are \(list)", parameter: entry.key)
    }
  }
}

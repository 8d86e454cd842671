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
    case thread(String, String)
    case resumeThread(String, String)
    case threadEvents(String, String)
    case models
    case model(String)
    case chat

    /// Whether a GET of it does something, so that a HEAD, which wants to know what a GET would say, is refused.
    var isStream: Bool {
      switch self {
      case .stream, .webSocket, .events, .threadEvents: true
      default: false
      }
    }
  }

  /// The routes of a path, by the methods that they take.
  private static func find(_ parts: [String]) -> (name: String, routes: [(method: String, route: Route)])? {
    switch (parts.count, parts.first ?? "") {
    case (1, "healthz"): return ("/healthz", [("GET", .health)])
    case (1, "metrics"): return ("/metrics", [("GET", .metrics)])
    case (1, "openapi.json"): return ("/openapi.json", [("GET", .openAPI)])
    case (1, "graphs"): return ("/graphs", [("GET", .graphs)])
    case (2..., "graphs"): return findGraph(parts[1], Array(parts[2...]))
    case (2..., "runs"): return findRun(parts[1], Array(parts[2...]))
    case (2..., "v1"): return findModel(Array(parts[1...]))
    default: return nil
    }
  }

  private static func findGraph(
    _ name: String, _ rest: [String]
  ) -> (name: String, routes: [(method: String, route: Route)])? {
    switch rest {
    case []: return ("/graphs/{name}", [("GET", .graph(name))])
    case ["runs"]: return ("/graphs/{name}/runs", [("POST", .begin(name))])
    case ["stream"]: return ("/graphs/{name}/stream", [("GET", .stream(name)), ("POST", .stream(name))])
    case ["ws"]: return ("/graphs/{name}/ws", [("GET", .webSocket(name))])
    default: break
    }
    guard rest.count >= 2, rest[0] == "threads" else { return nil }
    switch rest.dropFirst(2) {
    case []: return ("/graphs/{name}/threads/{thread}", [("GET", .thread(name, rest[1]))])
    case ["resume"]: return ("/graphs/{name}/threads/{thread}/resume", [("POST", .resumeThread(name, rest[1]))])
    case ["events"]: return ("/graphs/{name}/threads/{thread}/events", [("GET", .threadEvents(name, rest[1]))])
    default: return nil
    }
  }

  private static func findRun(
    _ id: String, _ rest: [String]
  ) -> (name: String, routes: [(method: String, route: Route)])? {
    switch rest {
    case []: ("/runs/{id}", [("GET", .run(id))])
    case ["events"]: ("/runs/{id}/events", [("GET", .events(id))])
    case ["stop"]: ("/runs/{id}/stop", [("POST", .stop(id))])
    case ["resume"]: ("/runs/{id}/resume", [("POST", .resume(id))])
    default: nil
    }
  }

  private static func findModel(_ rest: [String]) -> (name: String, routes: [(method: String, route: Route)])? {
    switch rest {
    case ["models"]: return ("/v1/models", [("GET", .models)])
    case ["chat", "completions"]: return ("/v1/chat/completions", [("POST", .chat)])
    default: break
    }
    guard rest.count == 2, rest[0] == "models" else { return nil }
    return ("/v1/models/{name}", [("GET", .model(rest[1]))])
  }

  // MARK: - Answers

  /// Answers a request, whatever goes wrong.
  func answer(_ request: HTTPRequest, _ responder: HTTPResponder) async {
    let found = Self.find(request.head.pathParts)
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
      guard let route = found.routes.first(where: { $0.method == method })?.route,
        request.method != "HEAD" || !route.isStream
      else {
        let methods = found.routes.map(\.method).joined(separator: ", ")
        var refusal = ServerError(405, "wrong_method", "'\(found.name)' takes \(methods)").response
        refusal.headers["allow"] = methods
        return try await send(refusal, request, responder, name)
      }
      // What is streamed is counted where it begins.
      if let response = try await carryOut(route, request, responder, name) {
        try await send(response, request, responder, name)
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
    ServerAccess(options: core.options).addOrigin(to: &response.headers, request)
    if response.headers["cache-control"] == nil { response.headers["cache-control"] = "no-store" }
    response.headers["x-content-type-options"] = "nosniff"
    core.metrics.requestAnswered(route, response.status)
    try await responder.respond(response)
  }

  /// What a browser asks before a page of another site may send something.
  private func answerOptions(
    _ request: HTTPRequest, _ methods: [String]?, _ responder: HTTPResponder
  ) async throws {
    var response = HTTPResponse(204)
    response.headers["allow"] = ((methods ?? ["GET"]) + ["OPTIONS"]).joined(separator: ", ")
    if ServerAccess(options: core.options).allowedOrigin(of: request) != nil {
      response.headers["access-control-allow-methods"] = "GET, POST"
      // Clients in pages have headers of their own; who was let may send any.
      let asked = request.headers.tokens("access-control-request-headers").joined(separator: ", ")
      response.headers["access-control-allow-headers"] =
        asked.isEmpty ? "Authorization, Content-Type, Last-Event-ID" : asked
      if request.headers["access-control-request-private-network"] == "true" {
        response.headers["access-control-allow-private-network"] = "true"
      }
      response.headers["access-control-max-age"] = "600"
    }
    try await send(response, request, responder, "options")
  }

  /// Carries a request out; nil when it was answered on the way.
  private func carryOut(
    _ route: Route, _ request: HTTPRequest, _ responder: HTTPResponder, _ label: String
  ) async throws -> HTTPResponse? {
    let runs = RunRequests(core: core, request: request, responder: responder, route: label)
    switch route {
    case .health: return .json(200, ["status": "ok"])
    case .metrics:
      let text = core.metrics.text(
        activeRuns: core.runs.activeCount, connections: connectionCount(), eventBytes: core.runs.eventBytes)
      return HTTPResponse(200, type: "text/plain; version=0.0.4; charset=utf-8", text)
    case .openAPI: return .json(200, OpenAPIDocument.document(core))
    case .graphs: return .json(200, ["graphs": .list(core.graphs.map { $0.summary })])
    case .graph(let name): return .json(200, try core.graph(name).details)
    case .models: return ChatCompletions(server: core).models()
    case .model(let name): return try ChatCompletions(server: core).model(name)
    case .chat:
      return try await ChatCompletions(server: core).complete(request, responder, label)
    case .begin(let name): return try await runs.begin(try core.graph(name))
    case .stream(let name): return try await runs.stream(try core.graph(name))
    case .webSocket(let name):
      let graph = try core.graph(name)
      guard responder.asksForWebSocket else {
        throw ServerError(426, "web_socket_only", "this is a WebSocket; begin it with 'Upgrade: websocket'")
      }
      let socket = try await responder.webSocket()
      core.metrics.requestAnswered(label, 101)
      core.metrics.streamBegan()
      defer { core.metrics.streamEnded() }
      try await WebSocketSession(core, graph, socket).run()
      return nil
    case .run(let id): return .json(200, .object(try await core.run(id).description))
    case .events(let id): return try await runs.read(try await core.run(id))
    case .stop(let id): return try await runs.stop(try await core.run(id))
    case .resume(let id): return try await runs.resume(try await core.run(id))
    case .thread(let name, let thread):
      return .json(200, .object(try await core.graph(name).description(ofThread: thread)))
    case .resumeThread(let name, let thread): return try await runs.resume(thread, of: try core.graph(name))
    case .threadEvents(let name, let thread): return try await runs.read(thread, of: try core.graph(name))
    }
  }
}

internal import GraphCompiler
internal import GraphRuntime
internal import HTTPServing

/// A talk over a WebSocket: questions in, tokens out.
///
/// A text that is no JSON object is a question for the graph's one text input; its tokens are sent as they are, and
/// `[DONE]` behind them. An object says what is wanted: `{"query": …}` or `{"input": {…}}` begins a run,
/// `{"type": "stop"}` and `{"type": "resume", "answers": {…}}` act on the session's last one; what comes back are
/// objects with a `type` and the `session_id` of the question.
struct WebSocketSession {
  let server: ServerCore
  let graph: ServedGraph
  let socket: WebSocket

  /// The runs of the socket by their sessions.
  private let sessions = Locked<[String: ServedRun]>([:])

  private static let mostSessions = 64

  init(_ server: ServerCore, _ graph: ServedGraph, _ socket: WebSocket) {
    self.server = server
    self.graph = graph
    self.socket = socket
  }

  /// Answers until the client leaves; then its runs are stopped.
  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      while let message = try await socket.next() {
        guard case .text(let text) = message else {
          socket.close(WebSocketClose(1003, "messages are text"))
          break
        }
        guard let order = (try? Value(json: text))?.object else {
          // One question after the other, as their answers have no names.
          try await answer(plain: text)
          continue
        }
        group.addTask { try await answer(order) }
      }
      for run in sessions.withLock({ Array($0.values) }) { run.stop("the client has left") }
      group.cancelAll()
    }
  }

  // MARK: - Plain questions

  private func answer(plain text: String) async throws {
    let run: ServedRun
    do throws(ServerError) {
      let input = try graph.input(chat: text)
      run = try server.runs.start(graph, graph.graph.run(input), stopsWithoutReaders: true)
    } catch {
      return try await socket.send(Value.object(["type": "error", "error": .object(error.object)]).json())
    }
    try await read(run) { event in
      guard case .token(let text) = event.kind else { return nil }
      return text
    }
    let (name, data) = RunViewer.end(run)
    if name == "error" { try await socket.send(#"{"type":"error","run":\#(data)}"#) }
    try await socket.send("[DONE]")
  }

  // MARK: - Objects

  private func answer(_ order: ValueObject) async throws {
    let session = order["session_id"] ?? "default"
    let key = session.json()
    do {
      switch order["type"]?.string ?? "run" {
      case "run": try await stream(try begin(order, key), session)
      case "resume": try await stream(try resume(order, key), session)
      case "stop":
        guard let run = sessions.withLock({ $0[key] }) else { throw Self.noRun(session) }
        run.stop(order["reason"]?.string ?? "stop requested")
      case "ping": try await send(["type": "pong"], session)
      case let other:
        throw ServerError(
          400, "unknown_type",
          "there is no message of the type '\(other)'; there are 'run', 'stop', 'resume' and 'ping'",
          parameter: "type")
      }
    } catch let error as ServerError {
      try await send(["type": "error", "error": .object(error.object)], session)
    }
  }

  private func begin(_ order: ValueObject, _ key: String) throws(ServerError) -> ServedRun {
    let input: ValueObject
    if let given = order["input"] {
      guard let object = given.object else {
        throw ServerError(422, "invalid_input", "'input' is an object of the graph's inputs", parameter: "input")
      }
      input = try graph.input(object)
    } else if let query = order["query"]?.string {
      input = try graph.input(chat: query)
    } else {
      input = try graph.input(ValueObject())
    }
    let options = RunOptions(thread: order["thread"]?.string)
    return try start(graph.graph.run(input, options: options), key)
  }

  private func resume(_ order: ValueObject, _ key: String) throws(ServerError) -> ServedRun {
    guard let run = sessions.withLock({ $0[key] }) else { throw Self.noRun(order["session_id"] ?? "default") }
    let answers = try server.answers(order["answers"], order["answer"], to: run)
    guard let checkpoint = run.takeCheckpoint() else { throw ServerCore.notWaiting(run) }
    return try start(graph.graph.graph.resume(checkpoint, answers: answers), key)
  }

  private func start(_ run: GraphRun, _ key: String) throws(ServerError) -> ServedRun {
    let isFree = sessions.withLock { sessions in
      (sessions[key]?.endTime != nil || sessions[key] == nil)
        && (sessions.count < Self.mostSessions || sessions[key] != nil)
    }
    guard isFree else {
      throw ServerError(409, "busy", "a run of this session goes on, or there are \(Self.mostSessions) sessions")
    }
    let served = try server.runs.start(graph, run, stopsWithoutReaders: true)
    sessions.withLock { $0[key] = served }
    return served
  }

  private static func noRun(_ session: Value) -> ServerError {
    ServerError(404, "no_such_run", "the session \(session.json()) has no run", parameter: "session_id")
  }

  private func stream(_ run: ServedRun, _ session: Value) async throws {
    try await send(["type": "started", "run": .string(run.identity.id)], session)
    try await read(run) { event in
      let node = Value.string(event.path.joined(separator: "/"))
      let object: ValueObject? =
        switch event.kind {
        case .token(let text): ["type": "token", "content": .string(text), "node": node]
        case .retry(let record) where record.scope == .node:
          ["type": "retract", "node": node, "message": .string(record.message)]
        case .nodeFinished(let update) where event.path.count == 1:
          ["type": "update", "node": node, "update": .object(update.object)]
        case .interrupted(let interrupts):
          ["type": "interrupt", "node": node, "interrupts": .list(interrupts.map { .object($0.object) })]
        default: nil
        }
      return object.map { Self.text($0, session) }
    }
    var end = run.description
    end["type"] = .string(RunViewer.end(run).name)
    try await send(end, session)
  }

  private static func text(_ object: ValueObject, _ session: Value) -> String {
    var object = object
    object["session_id"] = session
    return Value.object(object).json()
  }

  private func send(_ object: ValueObject, _ session: Value) async throws {
    try await socket.send(Self.text(object, session))
  }

  /// Sends what the events of a run show, to its end.
  private func read(_ run: ServedRun, _ show: (GraphEvent) -> String?) async throws {
    run.addReader()
    defer { run.removeReader() }
    var seen = -1
    while true {
      switch run.log.read(after: seen) {
      case .events(let events):
        for event in events {
          seen = event.sequence
          if let text = show(event) { try await socket.send(text) }
        }
      case .end: return
      case .dropped(let first): seen = first - 1
      case .nothing:
        await run.log.wait(after: seen)
        try Task.checkCancellation()
      }
    }
  }
}

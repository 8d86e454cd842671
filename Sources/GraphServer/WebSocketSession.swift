internal import GraphCompiler
internal import GraphRuntime
internal import GraphStreams
internal import HTTPServing

/// A talk over a WebSocket: questions in, tokens out.
///
/// A text that is no JSON object is a question for the graph's one text input, or the answer to what the graph has asked
/// back; its tokens are sent as they are, and `[DONE]` behind them. An object says what is wanted: `{"query": …}` or
/// `{"input": {…}}` begins a run, `{"type": "stop"}` and `{"type": "resume", "answers": {…}}` act on the session's last
/// one; what comes back are objects with a `type` and the `session_id` of the question.
struct WebSocketSession {
  private struct State {
    /// The last runs by their sessions.
    var runs: [String: ServedRun] = [:]
    /// Sessions whose next run is being prepared.
    var reserved: Set<String> = []
    /// Plain questions that wait for those before them.
    var questions: [String] = []
    var isAnswering = false
  }

  private typealias Group = ThrowingDiscardingTaskGroup<any Error>

  let server: ServerCore
  let graph: ServedGraph
  let socket: WebSocket
  private let state = Locked(State())

  private static let mostSessions = 64
  private static let mostQuestions = 16
  private static let usualSession = Value.string("default")

  init(_ server: ServerCore, _ graph: ServedGraph, _ socket: WebSocket) {
    self.server = server
    self.graph = graph
    self.socket = socket
  }

  /// Answers until the client leaves, which stops its runs, or the server ends, which lets them come to their ends.
  func run() async throws {
    defer { stopRuns() }
    try await withThrowingDiscardingTaskGroup { group in
      while let message = try await socket.next() {
        guard case .text(let text) = message else {
          socket.close(WebSocketClose(1003, "messages are text"))
          break
        }
        if let order = (try? Value(json: text))?.object {
          try await take(order, &group)
        } else {
          try await take(plain: text, &group)
        }
      }
      guard !socket.isServerEnding else { return }
      stopRuns()
      group.cancelAll()
    }
    if socket.isServerEnding { socket.close(WebSocketClose(1001, "the server ends")) }
  }

  private func stopRuns() {
    for run in state.withLock({ Array($0.runs.values) }) { run.stop("the client has left") }
  }

  // MARK: - Plain questions

  /// Takes a question; one after the other is answered, as their answers have no names.
  private func take(plain text: String, _ group: inout Group) async throws {
    let begins = state.withLock { state -> Bool? in
      guard state.questions.count < Self.mostQuestions else { return nil }
      state.questions.append(text)
      defer { state.isAnswering = true }
      return !state.isAnswering
    }
    guard let begins else {
      let message = "\(Self.mostQuestions) questions wait already; ask again when one was answered"
      return try await send(plain: ServerError(429, "too_many_questions", message))
    }
    guard begins else { return }
    group.addTask {
      while let question = nextQuestion() { try await answer(plain: question) }
    }
  }

  private func nextQuestion() -> String? {
    state.withLock { state in
      state.isAnswering = !state.questions.isEmpty
      return state.isAnswering ? state.questions.removeFirst() : nil
    }
  }

  private func answer(plain text: String) async throws {
    let run: ServedRun
    do {
      run = try await beginPlain(text)
    } catch let error as ServerError {
      return try await send(plain: error)
    }
    try await read(run) { event in
      guard case .token(let text) = event.kind else { return nil }
      return text
    }
    if run.end.name == "error" { try await socket.send(SocketMessages().text("error", run.description)) }
    for interrupt in run.outcome?.interrupts ?? [] { try await socket.send(interrupt.text) }
    try await socket.send("[DONE]")
  }

  /// Begins a run with a question, or goes on with the one that has asked something.
  private func beginPlain(_ text: String) async throws -> ServedRun {
    let key = Self.usualSession.json()
    if let last = state.withLock({ $0.runs[key] }), last.outcome?.interrupts.count == 1 {
      return try await resume(["answer": .string(text)], key)
    }
    return try await start(key) { try await graph.begin(try graph.input(chat: text), thread: nil) }
  }

  private func send(plain error: ServerError) async throws {
    try await socket.send(SocketMessages().text("error", ["error": .object(error.object)]))
  }

  // MARK: - Objects

  private func take(_ order: ValueObject, _ group: inout Group) async throws {
    let session = order["session_id"] ?? Self.usualSession
    let key = session.json()
    do {
      switch order["type"]?.string ?? "run" {
      case "run": stream(try await begin(order, key), session, &group)
      case "resume": stream(try await resume(order, key), session, &group)
      case "stop":
        guard let run = state.withLock({ $0.runs[key] }) else { throw Self.noRun(session) }
        run.stop(order["reason"]?.string ?? "stop requested")
      case "ping": try await socket.send(SocketMessages(session: session).text("pong", [:]))
      case let other:
        throw ServerError(
          400, "unknown_type",
          "there is no message of the type '\(other)'; there are 'run', 'stop', 'resume' and 'ping'",
          parameter: "type")
      }
    } catch let error as ServerError {
      try await socket.send(SocketMessages(session: session).text("error", ["error": .object(error.object)]))
    }
  }

  private func begin(_ order: ValueObject, _ key: String) async throws -> ServedRun {
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
    let thread = try RunRequests.thread(order["thread"])
    let policy = try RunRequests.busyPolicy(order["on_busy"].map { $0.string ?? $0.json() }, resumes: false)
    return try await start(key) { try await graph.begin(input, thread: thread, onBusy: policy) }
  }

  private func resume(_ order: ValueObject, _ key: String) async throws -> ServedRun {
    let answers = GivenAnswers(byID: order["answers"], one: order["answer"])
    if let thread = try RunRequests.thread(order["thread"]) {
      return try await start(key) { try await graph.resume(thread, answers) }
    }
    guard let run = state.withLock({ $0.runs[key] }) else { throw Self.noRun(order["session_id"] ?? Self.usualSession) }
    return try await start(key) { try await server.resume(run, answers) }
  }

  /// Begins the next run of a session.
  private func start(_ key: String, _ prepare: () async throws -> PreparedRun) async throws -> ServedRun {
    let isFree = state.withLock { state in
      let isNew = state.runs[key] == nil
      guard isNew || state.runs[key]?.endTime != nil else { return false }
      if isNew, state.runs.count >= Self.mostSessions {
        guard let old = state.runs.first(where: { $0.value.endTime != nil })?.key else { return false }
        state.runs[old] = nil
      }
      return state.reserved.insert(key).inserted
    }
    guard isFree else {
      throw ServerError(409, "busy", "a run of this session goes on, or \(Self.mostSessions) sessions do")
    }
    defer { _ = state.withLock { $0.reserved.remove(key) } }
    let served = try server.runs.start(try await prepare(), patience: .zero)
    state.withLock { $0.runs[key] = served }
    return served
  }

  private static func noRun(_ session: Value) -> ServerError {
    ServerError(404, "no_such_run", "the session \(session.json()) has no run", parameter: "session_id")
  }

  private func stream(_ run: ServedRun, _ session: Value, _ group: inout Group) {
    group.addTask {
      let messages = SocketMessages(session: session)
      try await read(run) { event in
        // What the run came to is said below, also where it was refused.
        if case .runFinished = event.kind { return nil }
        return messages.message(event)
      }
      try await socket.send(messages.text(run.end.name, run.description))
    }
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

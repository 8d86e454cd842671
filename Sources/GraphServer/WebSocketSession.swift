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
    /// The runs that are being prepared, by their sessions.
    var preparing: [String: Preparation] = [:]
    /// Plain questions that wait for those before them.
    var questions: [String] = []
    var isAnswering = false
  }

  /// A run that does not go on yet, as it may wait for another one.
  private struct Preparation {
    /// Why it is to be stopped, once somebody has said so.
    var stopReason: String?
    /// Ends the waiting.
    var cancel: (@Sendable () -> Void)?
  }

  /// How a run is prepared, and whether that may mean to wait for another one.
  private typealias Prepare = (waits: Bool, body: @Sendable () async throws -> PreparedRun)

  private typealias Group = ThrowingDiscardingTaskGroup<any Error>

  let server: ServerCore
  let graph: ServedGraph
  let socket: WebSocket
  private let state = Locked(State())

  private static let mostSessions = 64
  private static let mostQuestions = 16
  private static let mostQuestionBytes = 1 << 20
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
      let bytes = state.questions.reduce(0) { $0 + $1.utf8.count }
      guard state.questions.count < Self.mostQuestions,
        state.questions.isEmpty || bytes + text.utf8.count <= Self.mostQuestionBytes
      else { return nil }
      state.questions.append(text)
      defer { state.isAnswering = true }
      return !state.isAnswering
    }
    guard let begins else {
      let message = "\(Self.mostQuestions) questions wait already, or 1 MiB of them; ask again when one was answered"
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
    do {
      try await read(run) { event in
        guard case .token(let text) = event.kind else { return nil }
        return text
      }
      if run.end.name == "error" { try await socket.send(SocketMessages().text("error", run.description)) }
      for interrupt in run.outcome?.interrupts ?? [] { try await socket.send(interrupt.text) }
    } catch let error as ServerError {
      try await send(plain: error)
    }
    try await socket.send("[DONE]")
  }

  /// Begins a run with a question, or goes on with the one that has asked something.
  private func beginPlain(_ text: String) async throws -> ServedRun {
    let key = Self.usualSession.json()
    let prepare: Prepare
    if let last = state.withLock({ $0.runs[key] }), last.outcome?.interrupts.count == 1 {
      prepare = try resumption(["answer": .string(text)], key)
    } else {
      let input = try graph.input(chat: text)
      prepare = (false, { try await graph.begin(input, thread: nil) })
    }
    try reserve(key)
    return try await start(key, prepare)
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
      case "run": try answer(session, key, try beginning(order), &group)
      case "resume": try answer(session, key, try resumption(order, key), &group)
      case "stop": try stop(session, key, order["reason"]?.string ?? "stop requested")
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

  private func beginning(_ order: ValueObject) throws(ServerError) -> Prepare {
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
    return (policy != .reject, { try await graph.begin(input, thread: thread, onBusy: policy) })
  }

  private func resumption(_ order: ValueObject, _ key: String) throws(ServerError) -> Prepare {
    let answers = GivenAnswers(byID: order["answers"], one: order["answer"])
    let policy = try RunRequests.busyPolicy(order["on_busy"].map { $0.string ?? $0.json() }, resumes: true)
    if let thread = try RunRequests.thread(order["thread"]) {
      return (policy != .reject, { try await graph.resume(thread, answers, onBusy: policy) })
    }
    guard let run = state.withLock({ $0.runs[key] }) else { throw Self.noRun(order["session_id"] ?? Self.usualSession) }
    return (policy != .reject, { try await server.resume(run, answers, onBusy: policy) })
  }

  /// Keeps the place for the next run of a session.
  private func reserve(_ key: String) throws(ServerError) {
    let isFree = state.withLock { state in
      guard state.preparing[key] == nil, state.runs[key].map({ $0.endTime != nil }) ?? true else { return false }
      if state.runs[key] == nil, state.runs.count + state.preparing.count >= Self.mostSessions {
        guard let old = state.runs.first(where: { $0.value.endTime != nil })?.key else { return false }
        state.runs[old] = nil
      }
      state.preparing[key] = Preparation()
      return true
    }
    guard isFree else {
      throw ServerError(409, "busy", "a run of this session goes on, or \(Self.mostSessions) sessions do")
    }
  }

  /// Begins the run that a place was kept for.
  private func start(_ key: String, _ prepare: Prepare) async throws -> ServedRun {
    do {
      let prepared = try await prepare.waits ? waited(key, prepare.body) : prepare.body()
      let served = try server.runs.start(prepared, patience: .zero)
      // In one moment, so that who wants to stop finds the one or the other.
      let reason = state.withLock { state in
        state.runs[key] = served
        return state.preparing.removeValue(forKey: key)?.stopReason
      }
      if let reason { served.stop(reason) }
      return served
    } catch {
      state.withLock { $0.preparing[key] = nil }
      throw error
    }
  }

  /// Prepares a run that may have to wait, and waits no longer when it is to be stopped.
  private func waited(
    _ key: String, _ prepare: @escaping @Sendable () async throws -> PreparedRun
  ) async throws -> PreparedRun {
    // Owned by this call, which waits for its end.
    let task = Task { try await prepare() }
    let isStopped = state.withLock { state in
      state.preparing[key]?.cancel = { task.cancel() }
      return state.preparing[key]?.stopReason != nil
    }
    if isStopped { task.cancel() }
    do {
      return try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    } catch is CancellationError {
      try Task.checkCancellation()
      throw ServerError(409, "stopped", "the run was stopped before it began")
    }
  }

  private func stop(_ session: Value, _ key: String, _ reason: String) throws(ServerError) {
    let (run, preparation) = state.withLock { state -> (ServedRun?, Preparation?) in
      guard let preparation = state.preparing[key] else { return (state.runs[key], nil) }
      state.preparing[key]?.stopReason = reason
      return (nil, preparation)
    }
    guard run != nil || preparation != nil else { throw Self.noRun(session) }
    preparation?.cancel?()
    run?.stop(reason)
  }

  private static func noRun(_ session: Value) -> ServerError {
    ServerError(404, "no_such_run", "the session \(session.json()) has no run", parameter: "session_id")
  }

  /// Begins a run beside others, and sends what it shows.
  private func answer(_ session: Value, _ key: String, _ prepare: Prepare, _ group: inout Group) throws(ServerError) {
    try reserve(key)
    group.addTask {
      let messages = SocketMessages(session: session)
      do {
        let run = try await start(key, prepare)
        try await read(run) { event in
          // What the run came to is said below, also where it was refused.
          if case .runFinished = event.kind { return nil }
          return messages.message(event)
        }
        try await socket.send(messages.text(run.end.name, run.description))
      } catch let error as ServerError {
        try await socket.send(messages.text("error", ["error": .object(error.object)]))
      }
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
      case .dropped:
        run.goOn()
        throw ServerError(
          503, "events_dropped",
          "the client reads so slowly that a part of what was said is kept no more; GET /runs/\(run.identity.id) has the "
            + "result")
      case .nothing:
        await run.log.wait(after: seen)
        try Task.checkCancellation()
      }
    }
  }
}

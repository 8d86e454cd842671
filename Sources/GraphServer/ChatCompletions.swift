internal import Glibc
internal import GraphCompiler
internal import GraphRuntime
internal import GraphStreams
internal import HTTPServing

/// A graph as a model of OpenAI's chat interface: the last message in, the text of the final node out.
struct ChatCompletions {
  let server: ServerCore

  /// What a request asks for.
  private struct Order {
    let graph: ServedGraph
    let input: ValueObject
    let streams: Bool
    let includesUsage: Bool
  }

  /// `GET /v1/models`.
  func models() -> HTTPResponse {
    .json(200, ["object": "list", "data": .list(server.graphs.map { Self.model($0) })])
  }

  /// `GET /v1/models/{name}`.
  func model(_ name: String) throws(ServerError) -> HTTPResponse { .json(200, Self.model(try server.graph(name))) }

  private static func model(_ graph: ServedGraph) -> Value {
    ["id": .string(graph.name), "object": "model", "created": 0, "owned_by": "tributary"]
  }

  /// `POST /v1/chat/completions`.
  ///
  /// - Parameter route: What the request is counted as.
  /// - Returns: The answer, or nil when it was streamed.
  func complete(_ request: HTTPRequest, _ responder: HTTPResponder, _ route: String) async throws -> HTTPResponse? {
    let order = try order(of: request)
    let prepared = try await order.graph.begin(order.input, thread: nil)
    // As with a model: nobody pays for what nobody reads.
    let run = try server.runs.start(prepared, patience: .zero)
    run.addReader()
    defer { run.removeReader() }
    guard order.streams else { return try await answer(run) }
    var headers = EventStream.headers
    ServerAccess(options: server.options).addOrigin(to: &headers, request)
    server.metrics.requestAnswered(route, 200)
    server.metrics.streamBegan()
    defer { server.metrics.streamEnded() }
    try await stream(run, order, try await responder.stream(200, headers: headers))
    return nil
  }

  // MARK: - Requests

  private func order(of request: HTTPRequest) throws(ServerError) -> Order {
    let body = try request.jsonObject()
    guard let name = body["model"]?.string else {
      throw ServerError(400, "missing_model", "'model' names a graph", parameter: "model")
    }
    let graph = try server.graph(name)
    guard let messages = body["messages"]?.list, !messages.isEmpty else {
      throw ServerError(400, "missing_messages", "'messages' is a list of at least one message", parameter: "messages")
    }
    let turns = try messages.map { message throws(ServerError) in try Self.turn(message) }
    guard (body["n"]?.int ?? 1) == 1 else {
      throw ServerError(400, "unsupported_value", "'n' can only be 1", parameter: "n")
    }
    let streams = body["stream"] ?? .null
    guard streams.isNull || streams.bool != nil else {
      throw ServerError(400, "invalid_type", "'stream' is true or false, not \(streams.json())", parameter: "stream")
    }
    return Order(
      graph: graph, input: try Self.input(turns, graph), streams: streams.bool ?? false,
      includesUsage: body["stream_options"]?["include_usage"]?.bool ?? false)
  }

  private static func turn(_ message: Value) throws(ServerError) -> (role: String, text: String) {
    guard let role = message["role"]?.string else {
      throw ServerError(400, "invalid_message", "a message has a 'role'", parameter: "messages")
    }
    switch message["content"] {
    case .string(let text)?: return (role, text)
    case .list(let parts)?:
      let texts = try parts.map { part throws(ServerError) -> String in
        guard let text = part["text"]?.string else {
          throw ServerError(
            400, "unsupported_content", "messages of a graph are text; this one has a part of another kind",
            parameter: "messages")
        }
        return text
      }
      return (role, texts.joined(separator: "\n"))
    case .null?, nil: return (role, "")
    default:
      throw ServerError(
        400, "invalid_message", "'content' of a message is text or a list of parts", parameter: "messages")
    }
  }

  private static func input(
    _ turns: [(role: String, text: String)], _ graph: ServedGraph
  ) throws(ServerError) -> ValueObject {
    if graph.graph.description.keys.contains(where: { $0.name == "messages" && $0.isDeclared }) {
      return try graph.input([
        "messages": .list(turns.map { ["role": .string($0.role), "content": .string($0.text)] })
      ])
    }
    guard let last = turns.last(where: { $0.role == "user" }) else {
      throw ServerError(400, "missing_user_message", "no message is of the role 'user'", parameter: "messages")
    }
    return try graph.input(chat: last.text)
  }

  // MARK: - Answers

  private func answer(_ run: ServedRun) async throws -> HTTPResponse {
    let outcome = await run.resultForClient()
    guard let outcome, outcome.status != .failed else { throw Self.failure(run) }
    let text = ChatAnswer(run.graph).text(of: run)
    return .json(
      200,
      [
        "id": .string("chatcmpl-\(run.identity.id)"), "object": "chat.completion", "created": .int(Self.seconds()),
        "model": .string(run.graph.name),
        "choices": [
          [
            "index": 0, "message": ["role": "assistant", "content": .string(text)], "logprobs": .null,
            "finish_reason": "stop",
          ]
        ], "usage": Self.usage(outcome),
      ])
  }

  private func stream(_ run: ServedRun, _ order: Order, _ writer: HTTPBodyWriter) async throws {
    let created = Self.seconds()
    func chunk(_ delta: ValueObject?, _ reason: Value = .null, usage: Value? = nil) -> [UInt8] {
      var object: ValueObject = [
        "id": .string("chatcmpl-\(run.identity.id)"), "object": "chat.completion.chunk", "created": .int(created),
        "model": .string(run.graph.name),
        "choices": delta.map { [["index": 0, "delta": .object($0), "logprobs": .null, "finish_reason": reason]] } ?? [],
      ]
      if let usage { object["usage"] = usage }
      return ServerSentEvents.event(Value.object(object).json())
    }
    try await writer.write(chunk(["role": "assistant", "content": ""]))
    var answer = ChatAnswer(run.graph)
    var seen = -1
    var lastTime = ContinuousClock.now
    reading: while true {
      switch run.log.read(after: seen) {
      case .events(let events):
        var bytes: [UInt8] = []
        do throws(ServerError) {
          for event in events {
            seen = event.sequence
            let text = try answer.take(event)
            if !text.isEmpty { bytes += chunk(["content": .string(text)]) }
          }
        } catch {
          return try await end(writer, with: error)
        }
        guard !bytes.isEmpty else { continue }
        try await writer.write(bytes)
        lastTime = .now
      case .end: break reading
      case .dropped: return try await end(writer, with: Self.tooSlow)
      case .nothing where lastTime.duration(to: .now) >= server.options.heartbeat:
        try await writer.write(ServerSentEvents.heartbeat)
        lastTime = .now
      case .nothing:
        await run.log.wait(after: seen)
        try Task.checkCancellation()
      }
    }
    guard let outcome = run.outcome, outcome.status != .failed else {
      return try await end(writer, with: Self.failure(run))
    }
    let rest = answer.rest(of: run)
    if !rest.isEmpty { try await writer.write(chunk(["content": .string(rest)])) }
    try await writer.write(chunk([:], "stop"))
    if order.includesUsage { try await writer.write(chunk(nil, usage: Self.usage(outcome))) }
    try await writer.write(ServerSentEvents.event("[DONE]"))
    try await writer.finish()
  }

  /// Ends a stream with what went wrong.
  private func end(_ writer: HTTPBodyWriter, with error: ServerError) async throws {
    try await writer.write(ServerSentEvents.event(Value.object(["error": error.chatObject]).json()))
    try await writer.finish()
  }

  private static let tooSlow = ServerError(
    503, "events_dropped", "the client reads so slowly that a part of the answer is kept no more")

  private static func failure(_ run: ServedRun) -> ServerError {
    let error = run.outcome?.error
    return ServerError(
      run.outcome == nil ? run.refusalStatus : 502, (error ?? run.refusal)?.code.description ?? "run_failed",
      (error ?? run.refusal)?.message ?? "the run has failed")
  }

  private static func usage(_ outcome: RunOutcome) -> Value {
    let input = outcome.usage.reduce(0) { $0 + $1.inputTokens }
    let output = outcome.usage.reduce(0) { $0 + $1.outputTokens }
    return ["prompt_tokens": .int(input), "completion_tokens": .int(output), "total_tokens": .int(input + output)]
  }

  private static func seconds() -> Int { time(nil) }
}

/// Finds the answer in the events of a run: the text of the node that ends it.
///
/// The tokens of a node that leads to END and nowhere else are shown as they
/// come. Of other nodes it is seen only at the end whether they were the last;
/// then the whole text of that one is the answer.
struct ChatAnswer {
  private let finalNodes: Set<String>
  private let possibleNodes: [String: String]
  private var hasText = false

  init(_ graph: ServedGraph) {
    let description = graph.graph.description
    var targets: [String: Set<String>] = [:]
    for edge in description.edges {
      for source in edge.from { targets[source, default: []].formUnion(edge.to) }
    }
    for node in description.nodes {
      if !node.routes.isEmpty { targets[node.name] = Set(node.routes.map(\.target)) }
      if let exit = node.loopExit { targets[node.name, default: []].insert(exit) }
    }
    let nodes = description.nodes
    finalNodes = Set(nodes.lazy.filter { $0.streams && targets[$0.name] == ["END"] }.map(\.name))
    possibleNodes = Dictionary(
      nodes.compactMap { node in node.writes.first.map { (node.name, $0) } }, uniquingKeysWith: { first, _ in first })
  }

  /// The part of the answer that an event brings.
  ///
  /// - Throws: `ServerError` when text that was shown is void.
  mutating func take(_ event: GraphEvent) throws(ServerError) -> String {
    guard let node = event.path.first else { return "" }
    switch event.kind {
    case .token(let text) where event.path.count == 1 && finalNodes.contains(node):
      hasText = true
      return text
    case .retry(let record) where record.scope == .node && hasText && finalNodes.contains(node):
      throw ServerError(
        502, "answer_retracted", "the model broke off, and its answer would begin anew: \(record.message)")
    default: return ""
    }
  }

  /// What is left to be said at the end.
  func rest(of run: ServedRun) -> String { hasText ? "" : text(of: run) }

  /// The whole answer.
  func text(of run: ServedRun) -> String {
    if let question = run.outcome?.interrupts.first { return question.text }
    guard let value = run.lastNode.flatMap({ possibleNodes[$0] }).flatMap({ run.outcome?.state[$0] }) else { return "" }
    return value.string ?? value.json()
  }
}

internal import GraphHTTP
internal import GraphRuntime

/// A server that is spoken to over HTTP: each message is a `POST`, and its answer is JSON or a stream of events.
///
/// The stream that a server may offer for what it wants to say by itself is
/// not opened: there is nothing in it that a client of tools has to know.
final class MCPHTTPTransport: MCPTransport {
  let peer = MCPPeer()

  private struct State {
    var session: String?
    var version: String?
    var lastID = 0
    var end: MCPError?
    /// Notices that are on their way while nobody waits for them; each is over after `noticeLimit`.
    var notices: [Int: Task<Void, Never>] = [:]
  }

  private let url: String
  private let headers: HTTPHeaders
  private let state = Locked(State())

  /// How often a stream that breaks before the answer is taken up again.
  private static let resumptions = 3

  /// The longest wait before that, whatever the server asks for.
  private static let longestWait: Duration = .seconds(5)

  /// How long what needs no answer may take.
  private static let noticeLimit: Duration = .seconds(2)

  /// How much of a refusal is told.
  private static let shownRefusal = 500

  init(url: String, headers: HTTPHeaders) {
    self.url = url
    self.headers = headers
  }

  deinit {
    guard let request = state.withLock({ Self.farewell($0, url, headers) }) else { return }
    // Nobody is left to wait for it; it is over after the limit of its request.
    Task { _ = try? await HTTPClient.shared.send(request).head() }
  }

  var hasEnded: Bool { state.withLock { $0.end != nil } }

  /// Everything that such a server says is a message or the body of a refusal.
  var said: String { "" }

  func agree(on version: String) { state.withLock { $0.version = version } }

  func ask(_ method: String, _ params: Value) async throws -> Value {
    let id = try newID()
    do {
      let message = MCPMessage.request(id: .int(id), method: method, params: params)
      let (exchange, head) = try await post(message)
      if method == "initialize" { state.withLock { $0.session = head.headers["Mcp-Session-Id"] } }
      return try await answer(to: id, exchange, head)
    } catch {
      if error is CancellationError, method != "initialize" { sendUnattended(.cancelled(id)) }
      throw (error as? HTTPError).map { MCPError("cannot be asked: \($0)") } ?? error
    }
  }

  func notify(_ method: String) async throws {
    let (exchange, _) = try await post(.notification(method: method, params: .null))
    exchange.discardRest()
  }

  func close() async {
    let (request, notices) = state.withLock { state in
      if state.end == nil { state.end = .closed }
      defer { (state.session, state.notices) = (nil, [:]) }
      return (Self.farewell(state, url, headers), Array(state.notices.values))
    }
    for notice in notices { await notice.value }
    if let request { _ = try? await HTTPClient.shared.send(request).head() }
  }

  private func newID() throws(MCPError) -> Int {
    let opened = state.withLock { state -> Result<Int, MCPError> in
      if let end = state.end { return .failure(end) }
      state.lastID += 1
      return .success(state.lastID)
    }
    return try opened.get()
  }

  // MARK: - Requests

  private static func request(_ method: String, _ state: State, _ url: String, _ headers: HTTPHeaders) -> HTTPRequest {
    var request = HTTPRequest(method: method, url: url, headers: headers)
    // The time that a call may take is its caller's.
    request.timeouts.idle = nil
    if let session = state.session { request.headers.append("Mcp-Session-Id", session) }
    if let version = state.version { request.headers.append("MCP-Protocol-Version", version) }
    return request
  }

  /// What tells the server that a session has ended, where there is one.
  private static func farewell(_ state: State, _ url: String, _ headers: HTTPHeaders) -> HTTPRequest? {
    guard state.session != nil else { return nil }
    var request = request("DELETE", state, url, headers)
    request.timeouts.total = noticeLimit
    return request
  }

  private func request(_ method: String) -> HTTPRequest {
    state.withLock { Self.request(method, $0, url, headers) }
  }

  private func post(_ message: MCPMessage) -> HTTPRequest {
    var request = request("POST")
    request.headers.append("Content-Type", "application/json")
    request.headers.append("Accept", "application/json, text/event-stream")
    request.body = message.bytes
    return request
  }

  private func post(_ message: MCPMessage) async throws -> (HTTPExchange, HTTPResponseHead) {
    let exchange = HTTPClient.shared.send(post(message))
    let head = try await exchange.head()
    try await check(exchange, head)
    return (exchange, head)
  }

  /// Sends what no task waits for.
  private func sendUnattended(_ message: MCPMessage) {
    var request: HTTPRequest = post(message)
    request.timeouts.total = Self.noticeLimit
    let exchange = HTTPClient.shared.send(request)
    state.withLock { state in
      state.lastID += 1
      let id = state.lastID
      // Owned by this object and over after the request's limit; `close` waits for it. It is begun under the lock, so
      // that it finds itself among the notices when it ends.
      state.notices[id] = Task { [weak self] in
        _ = try? await exchange.end()
        self?.state.withLock { _ = $0.notices.removeValue(forKey: id) }
      }
    }
  }

  /// Refuses an answer that is none.
  private func check(_ exchange: HTTPExchange, _ head: HTTPResponseHead) async throws {
    if (200..<300).contains(head.status) { return }
    if head.status == 404, state.withLock({ $0.session }) != nil {
      let lost = MCPError("has forgotten the session", .sessionLost)
      state.withLock { ($0.end, $0.session) = (lost, nil) }
      throw lost
    }
    var bytes: [UInt8] = []
    while bytes.count < Self.shownRefusal, let part = try await exchange.next() { bytes += part }
    exchange.cancel()
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let advice = head.status == 401 ? "; it wants a key under 'headers'" : ""
    throw MCPError(
      "answered \(head.status)\(advice)" + (words.isEmpty ? "" : ": \(words.prefix(Self.shownRefusal))"))
  }

  // MARK: - Answers

  private func answer(to id: Int, _ exchange: HTTPExchange, _ head: HTTPResponseHead) async throws -> Value {
    let type = head.headers["Content-Type"]?.lowercased() ?? ""
    guard type.hasPrefix("text/event-stream") else {
      var bytes: [UInt8] = []
      while let part = try await exchange.next() {
        bytes += part
        guard bytes.count <= MCPLimits.message else { throw MCPError.tooLong(MCPLimits.message) }
      }
      guard let value = try? Value(json: bytes) else {
        throw MCPError("gave an answer that is no message of the protocol; is the address right?")
      }
      guard let result = try await take(value, id) else { throw MCPError("gave no answer to what it was asked") }
      return result
    }
    var stream = exchange
    var parser = ServerSentEventParser(limit: MCPLimits.message)
    for attempt in 0... {
      if let result = try await read(&parser, stream, id) { return result }
      let last = parser.lastEventID
      guard !last.isEmpty, attempt < Self.resumptions else { break }
      try await Task.sleep(for: min(parser.retryDelay ?? .zero, Self.longestWait))
      var request = request("GET")
      request.headers.append("Accept", "text/event-stream")
      request.headers.append("Last-Event-ID", last)
      stream = HTTPClient.shared.send(request)
      try await check(stream, try await stream.head())
      parser = ServerSentEventParser(limit: MCPLimits.message)
    }
    throw MCPError("ended the answer before it was complete")
  }

  /// Reads events until the one with the answer, or the end of the stream.
  private func read(_ parser: inout ServerSentEventParser, _ stream: HTTPExchange, _ id: Int) async throws -> Value? {
    do {
      while let bytes = try await stream.next() {
        parser.append(bytes)
        while let event = try parser.next() {
          guard let value = try? Value(json: event.data), let result = try await take(value, id) else { continue }
          stream.discardRest()
          return result
        }
      }
    } catch let error as HTTPError where !parser.lastEventID.isEmpty && error.code == .connectionLost {
      return nil
    } catch is ServerSentEventError {
      stream.cancel()
      throw MCPError.tooLong(MCPLimits.message)
    }
    return nil
  }

  /// Takes messages; the answer to a request is returned, and what the server asks is answered.
  private func take(_ value: Value, _ id: Int) async throws -> Value? {
    for message in MCPMessage.parse(value) {
      switch message {
      case .answer(let other, .result(let result)) where other.int == id || other.string == "\(id)": return result
      case .answer(let other, .error(let code, let message)) where other.int == id || other.string == "\(id)",
        .answer(let other, .error(let code, let message)) where other.isNull:
        throw MCPError.refused(code, message)
      default:
        guard let reply = peer.receive(message) else { continue }
        let (exchange, _) = try await post(reply)
        exchange.discardRest()
      }
    }
    return nil
  }
}

extension HTTPExchange {
  /// Reads an answer to its end and forgets it.
  fileprivate func end() async throws {
    _ = try await head()
    while try await next() != nil {}
  }
}

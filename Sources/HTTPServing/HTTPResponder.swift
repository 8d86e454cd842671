internal import GraphRuntime

/// The way back to the client of one request: a whole answer, one that is written piece by piece, or a WebSocket.
public final class HTTPResponder: Sendable {
  private enum Stage {
    case waiting
    case streaming
    case done
    case upgraded
  }

  /// What the loop gets to know when the work on a request has ended.
  enum End {
    /// The connection takes further requests.
    case keep
    /// It is closed once everything was sent.
    case close
    /// It is a WebSocket's, and closed by it.
    case upgraded
  }

  private let stage = Locked(Stage.waiting)
  private let head: HTTPRequest.Head
  private let output: HTTPOutput
  private let keepsConnection: Bool
  private let upgrade: @Sendable (WebSocket) -> Void
  private let limits: HTTPLimits
  private let resume: @Sendable () -> Void

  init(
    _ head: HTTPRequest.Head, _ output: HTTPOutput, _ limits: HTTPLimits, keepsConnection: Bool,
    upgrade: @escaping @Sendable (WebSocket) -> Void, resume: @escaping @Sendable () -> Void
  ) {
    self.head = head
    self.output = output
    self.limits = limits
    self.keepsConnection = keepsConnection
    self.upgrade = upgrade
    self.resume = resume
  }

  /// Whether the request asks for a WebSocket.
  public var asksForWebSocket: Bool { WebSocketHandshake.isAsked(by: head) }

  /// Whether an answer was begun.
  public var hasBegun: Bool { stage.withLock { $0 != .waiting } }

  /// Sends a whole answer.
  ///
  /// - Throws: `HTTPClientGone`.
  public func respond(_ response: HTTPResponse) async throws {
    begin(.done)
    let hasNoBody = response.status == 204 || response.status == 304
    var bytes = HTTPResponseHead.bytes(
      response.status, response.headers, hasNoBody ? .none : .length(response.body.count),
      keepsConnection: keepsConnection)
    if head.method != "HEAD", !hasNoBody { bytes += response.body }
    try await output.write(bytes, mayWait: false)
  }

  /// Begins an answer whose end is not known yet.
  ///
  /// - Throws: `HTTPClientGone`.
  public func stream(_ status: Int, headers: HTTPHeaders) async throws -> HTTPBodyWriter {
    begin(.streaming)
    let framing: HTTPResponseHead.Framing = head.isVersion10 ? .connectionEnd : .chunks
    try await output.write(
      HTTPResponseHead.bytes(status, headers, framing, keepsConnection: keepsConnection && !head.isVersion10),
      mayWait: false)
    return HTTPBodyWriter(output, isChunked: !head.isVersion10, isDropped: head.method == "HEAD")
  }

  /// Makes a WebSocket of the connection.
  ///
  /// - Parameter protocols: The protocols that this side speaks, best first; of those that the client offers, the first
  ///   is taken.
  /// - Throws: `HTTPRequestError` when the request asks for none properly, which was answered then; `HTTPClientGone`.
  public func webSocket(protocols: [String] = []) async throws -> WebSocket {
    var headers: HTTPHeaders
    do {
      headers = try WebSocketHandshake.answer(to: head)
    } catch {
      var refusal = HTTPResponse(error.status, type: "text/plain; charset=utf-8", error.reason + "\n")
      if error.status == 426 {
        refusal.headers["upgrade"] = "websocket"
        refusal.headers["sec-websocket-version"] = "13"
      }
      try await respond(refusal)
      throw error
    }
    let offered = head.headers.tokens("sec-websocket-protocol")
    if let chosen = protocols.first(where: { offered.contains($0.lowercased()) }) {
      headers["sec-websocket-protocol"] = chosen
    }
    begin(.upgraded)
    try await output.write(
      HTTPResponseHead.bytes(101, headers, .none, keepsConnection: true), mayWait: false)
    let socket = WebSocket(output, limit: limits.waitingBytes, resume: resume)
    upgrade(socket)
    return socket
  }

  private func begin(_ next: Stage) {
    stage.withLock { stage in
      precondition(stage == .waiting, "a request is answered once")
      stage = next
    }
  }

  /// Ends what the handler left open.
  func end() async -> End {
    let stage = stage.withLock { $0 }
    switch stage {
    case .waiting:
      try? await respond(HTTPResponse(500, type: "text/plain; charset=utf-8", "there is no answer\n"))
      return keepsConnection ? .keep : .close
    case .done: return keepsConnection ? .keep : .close
    case .streaming:
      // Whether its end was written is what its writer knows.
      return keepsConnection && !head.isVersion10 && output.endsWithStream ? .keep : .close
    case .upgraded: return .upgraded
    }
  }
}

/// Writes an answer piece by piece.
public final class HTTPBodyWriter: Sendable {
  private let output: HTTPOutput
  private let isChunked: Bool
  private let isDropped: Bool

  init(_ output: HTTPOutput, isChunked: Bool, isDropped: Bool) {
    self.output = output
    self.isChunked = isChunked
    self.isDropped = isDropped
  }

  /// Sends a piece, and waits while the client is too slow.
  ///
  /// - Throws: `HTTPClientGone`, or `CancellationError` when the task was cancelled while it waited.
  public func write(_ piece: [UInt8]) async throws {
    guard !piece.isEmpty, !isDropped else { return }
    try await output.write(isChunked ? Self.chunk(piece) : piece, mayWait: true)
  }

  /// Sends a piece of text, and waits while the client is too slow.
  ///
  /// - Throws: `HTTPClientGone`, or `CancellationError` when the task was cancelled while it waited.
  public func write(_ piece: String) async throws { try await write(Array(piece.utf8)) }

  /// Ends the answer.
  ///
  /// One that is not ended was cut short, which its client notices.
  ///
  /// - Throws: `HTTPClientGone`.
  public func finish() async throws {
    if isChunked, !isDropped { try await output.write(Array("0\r\n\r\n".utf8), mayWait: false) }
    output.markStreamEnd()
  }

  private static func chunk(_ piece: [UInt8]) -> [UInt8] {
    var bytes = Array(String(piece.count, radix: 16).utf8)
    bytes.reserveCapacity(piece.count + 12)
    bytes += [13, 10]
    bytes += piece
    bytes += [13, 10]
    return bytes
  }
}

internal import GraphRuntime

/// What a client makes of what a server says by itself, whatever it is said over.
final class MCPPeer: Sendable {
  private let changes = Locked(0)

  init() {}

  /// How often the server said that its tools are others now.
  var toolListChanges: Int { changes.withLock { $0 } }

  /// Takes a message that answers nothing.
  ///
  /// - Returns: What the server is to be told, if anything.
  func receive(_ message: MCPMessage) -> MCPMessage? {
    switch message {
    case .request(let id, "ping", _): return .answer(id: id, .result(.object([:])))
    case .request(let id, let method, _):
      // The client said that it has none of what servers may ask for.
      return .answer(
        id: id, .error(code: MCPMessage.Code.methodNotFound, message: "this client has no '\(method)'"))
    case .notification("notifications/tools/list_changed", _):
      changes.withLock { $0 += 1 }
      return nil
    // Progress and what servers log concern nobody here.
    case .notification, .answer: return nil
    }
  }
}

/// How requests get to a server and answers come back.
protocol MCPTransport: AnyObject, Sendable {
  /// What the server says by itself goes there.
  var peer: MCPPeer { get }

  /// Whether nothing can be asked any more.
  var hasEnded: Bool { get }

  /// The last words of a server that says more than messages.
  var said: String { get }

  /// Sends a request and waits for its answer.
  ///
  /// When the task is cancelled, the server is told so, but for the request that begins the session.
  /// - Throws: `MCPError`, or a `CancellationError`.
  func ask(_ method: String, _ params: Value) async throws -> Value

  /// Sends a notification.
  func notify(_ method: String) async throws

  /// Says which version of the protocol was agreed on.
  func agree(on version: String)

  /// Ends the session and waits for its end.
  func close() async
}

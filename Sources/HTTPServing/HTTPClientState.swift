internal import Glibc

/// What the thread of a server knows of one connection; nobody else sees it.
final class HTTPClientState {
  /// What a connection is doing.
  enum Phase {
    /// Requests are read.
    case reading
    /// A request is being answered, and nothing is read meanwhile.
    case answering(Task<Void, Never>)
    /// It is a WebSocket.
    case webSocket(WebSocket, WebSocketParser, Task<Void, Never>)
    /// What waits is sent, and what comes is thrown away.
    case closing
  }

  let id: Int
  let socket: Int32
  let output: HTTPOutput
  var phase = Phase.reading
  var parser: HTTPRequestParser

  /// Whether the client has left while a request was being answered.
  var hasLeft = false

  /// Whether there may be bytes to read, of which epoll tells only once.
  var mayHaveBytes = true

  /// When the present stage of reading began, or the last thing happened on a WebSocket.
  var since: ContinuousClock.Instant
  var stage = HTTPRequestParser.Stage.idle

  /// Whether a WebSocket's client was asked whether it is there.
  var wasPinged = false

  /// Since when a WebSocket waits for its client to say that it ends as well.
  var closeTime: ContinuousClock.Instant?

  /// The bytes of a request or of messages that are kept for it.
  var heldBytes = 0

  init(_ id: Int, _ socket: Int32, _ output: HTTPOutput, _ limits: HTTPLimits) {
    self.id = id
    self.socket = socket
    self.output = output
    parser = HTTPRequestParser(limits: limits)
    since = .now
  }

  /// The task that answers, if there is one.
  var task: Task<Void, Never>? {
    switch phase {
    case .answering(let task), .webSocket(_, _, let task): task
    case .reading, .closing: nil
    }
  }

  /// Whether nothing is left but the client's end.
  var hasSentAll: Bool {
    if case .closing = phase { output.waitingCount == 0 } else { false }
  }

  /// Reads what has arrived.
  ///
  /// - Returns: The bytes, empty when there are none at present; nil at the end or when the connection is broken.
  func receive(into buffer: inout [UInt8]) -> ArraySlice<UInt8>? {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe recv(socket, bytes.baseAddress, bytes.count, 0)
      }
      if count > 0 {
        mayHaveBytes = count == buffer.count
        return buffer[..<count]
      }
      if count == 0 { return nil }
      switch errno {
      case EINTR: continue
      case EAGAIN, EWOULDBLOCK:
        mayHaveBytes = false
        return []
      default: return nil
      }
    }
  }
}

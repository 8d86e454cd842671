internal import GraphRuntime

/// One end of a WebSocket: messages in both directions until one side closes it.
///
/// Pings are answered without it. What a client sends faster than it is taken
/// waits up to `HTTPLimits.waitingBytes` and one message; then nothing more is read from it.
public final class WebSocket: Sendable {
  private struct Inbox {
    var messages: [WebSocketMessage] = []
    var bytes = 0
    /// Why no more messages come.
    var end: WebSocketClose?
    var waiter: CheckedContinuation<WebSocketMessage?, any Error>?
    var isPaused = false
    var hasSentClose = false
    var isServerEnding = false
  }

  /// What a message that waits takes beside its bytes.
  private static let overhead = 64

  private let inbox = Locked(Inbox())
  private let output: HTTPOutput
  private let limit: Int
  private let resume: @Sendable () -> Void

  init(_ output: HTTPOutput, limit: Int, resume: @escaping @Sendable () -> Void) {
    self.output = output
    self.limit = limit
    self.resume = resume
  }

  /// Why the connection has ended, once it has.
  public var closeReason: WebSocketClose? { inbox.withLock { $0.end } }

  /// Whether the server ends, so that no more messages are taken; what was begun may come to its end.
  public var isServerEnding: Bool { inbox.withLock { $0.isServerEnding } }

  /// The next message, or nil once the connection has ended or the server ends.
  ///
  /// One task at a time asks.
  ///
  /// - Throws: `CancellationError` when the task was cancelled while it waited.
  public func next() async throws -> WebSocketMessage? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let (outcome, resumes) = inbox.withLock { inbox -> (Result<WebSocketMessage?, any Error>?, Bool) in
          if inbox.isServerEnding { return (.success(nil), false) }
          if !inbox.messages.isEmpty {
            let message = inbox.messages.removeFirst()
            inbox.bytes -= message.count + Self.overhead
            let resumes = inbox.isPaused && inbox.bytes <= limit / 2
            if resumes { inbox.isPaused = false }
            return (.success(message), resumes)
          }
          if inbox.end != nil { return (.success(nil), false) }
          if Task.isCancelled { return (.failure(CancellationError()), false) }
          precondition(inbox.waiter == nil, "one task at a time takes messages")
          inbox.waiter = continuation
          return (nil, false)
        }
        if resumes { resume() }
        if let outcome { continuation.resume(with: outcome) }
      }
    } onCancel: {
      let waiter = inbox.withLock { inbox in
        defer { inbox.waiter = nil }
        return inbox.waiter
      }
      waiter?.resume(throwing: CancellationError())
    }
  }

  /// Sends a message, and waits while the client is too slow.
  ///
  /// - Throws: `HTTPClientGone`.
  public func send(_ message: WebSocketMessage) async throws {
    guard !inbox.withLock({ $0.hasSentClose }) else { throw HTTPClientGone("the WebSocket was closed") }
    try await output.write(WebSocketFrame.message(message), mayWait: true)
  }

  /// Sends text, and waits while the client is too slow.
  ///
  /// - Throws: `HTTPClientGone`.
  public func send(_ text: String) async throws { try await send(.text(text)) }

  /// Tells the client why the connection ends; it is closed when the client has said the same, or soon.
  public func close(_ reason: WebSocketClose = WebSocketClose(1000)) {
    guard sendsClose(reason) else { return }
    _ = try? output.enqueue(WebSocketFrame.close(reason), mayWait: false)
  }

  // MARK: - For the loop

  /// Whether no more is to be read at present.
  var isPaused: Bool { inbox.withLock { $0.isPaused } }

  /// The bytes of the messages that nobody has taken yet.
  package var waitingBytes: Int { inbox.withLock { $0.bytes } }

  /// Takes no more messages.
  func endServing() {
    let waiter = inbox.withLock { inbox in
      inbox.isServerEnding = true
      defer { inbox.waiter = nil }
      return inbox.waiter
    }
    waiter?.resume(returning: nil)
  }

  /// Whether the end was said by this side and nothing is to be awaited but the other's.
  var hasSentClose: Bool { inbox.withLock { $0.hasSentClose } }

  private func sendsClose(_ reason: WebSocketClose) -> Bool {
    inbox.withLock { inbox in
      defer { inbox.hasSentClose = true }
      return !inbox.hasSentClose
    }
  }

  /// Takes a message that has arrived.
  ///
  /// - Returns: Whether more may be read.
  func receive(_ message: WebSocketMessage) -> Bool {
    let (waiter, reads) = inbox.withLock { inbox -> (CheckedContinuation<WebSocketMessage?, any Error>?, Bool) in
      guard inbox.end == nil, !inbox.isServerEnding else { return (nil, true) }
      if let waiter = inbox.waiter {
        inbox.waiter = nil
        return (waiter, true)
      }
      inbox.messages.append(message)
      inbox.bytes += message.count + Self.overhead
      inbox.isPaused = inbox.bytes > limit
      return (nil, !inbox.isPaused)
    }
    waiter?.resume(returning: message)
    return reads
  }

  /// Answers a ping; what a client does not read of the answers is not kept.
  func answer(_ ping: [UInt8]) {
    guard output.waitingCount < 64 << 10, !hasSentClose else { return }
    _ = try? output.enqueue(WebSocketFrame.pong(ping), mayWait: false)
  }

  func ping() {
    guard output.waitingCount == 0, !hasSentClose else { return }
    _ = try? output.enqueue(WebSocketFrame.ping(), mayWait: false)
  }

  /// The client has closed, has left, or has broken the rules.
  func end(_ reason: WebSocketClose, answering answer: WebSocketClose?) {
    if let answer, sendsClose(answer) { _ = try? output.enqueue(WebSocketFrame.close(answer), mayWait: false) }
    let waiter = inbox.withLock { inbox in
      inbox.end = inbox.end ?? reason
      defer { inbox.waiter = nil }
      return inbox.waiter
    }
    waiter?.resume(returning: nil)
  }
}

internal import GraphRuntime

/// One request that a `LoopbackProvider` got, and what becomes of its answer.
public final class LoopbackExchange: Sendable {
  /// How an answer ended, as the server saw it.
  public enum End: Sendable, Hashable {
    /// All of it was sent.
    case answered
    /// The client closed the connection first.
    case clientClosed
    /// The script closed the connection.
    case cut
    /// The server was stopped.
    case stopped
  }

  /// The request.
  public let request: LoopbackRequest

  private let sent = Locked(0)
  private let endSignal = Signal<End>()
  private let stallSignal = Signal<Int>()

  init(_ request: LoopbackRequest) { self.request = request }

  /// Bytes of the answer that the kernel has taken.
  public var bytesSent: Int { sent.withLock { $0 } }

  /// Waits for the end of the answer.
  public func end() async -> End { await endSignal.value() }

  /// Waits until the client has not read for a while and nothing more can be sent.
  ///
  /// - Returns: The bytes sent by then.
  public func stalled() async -> Int { await stallSignal.value() }

  func count(_ bytes: Int) { sent.withLock { $0 += bytes } }

  func stall() { stallSignal.send(bytesSent) }

  func finish(_ end: End) { endSignal.send(end) }
}

/// A value that comes once and is waited for.
final class Signal<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var waiting: [CheckedContinuation<Value, Never>] = []
  }

  private let state = Locked(State())

  /// Sets the value; the first one stays.
  func send(_ value: Value) {
    let waiting = state.withLock { state -> [CheckedContinuation<Value, Never>] in
      guard state.value == nil else { return [] }
      state.value = value
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume(returning: value) }
  }

  /// Waits for the value.
  func value() async -> Value {
    await withCheckedContinuation { continuation in
      let value = state.withLock { state in
        if state.value == nil { state.waiting.append(continuation) }
        return state.value
      }
      if let value { continuation.resume(returning: value) }
    }
  }
}

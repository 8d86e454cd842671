internal import Glibc
internal import GraphRuntime

/// The client has left, or was cut off.
public struct HTTPClientGone: Error, Sendable, CustomStringConvertible {
  /// One lower-case phrase.
  public let description: String

  init(_ description: String = "the client has left") { self.description = description }
}

/// What is sent over one connection, from any task.
///
/// Bytes are sent at once while the socket takes them. A connection to which
/// something was sent a moment ago gets what follows in one piece, a moment
/// later: a lone token is not delayed, and a burst is few packets. What the
/// socket does not take waits here; a writer is made to wait above
/// `HTTPLimits.waitingBytes` until most of it is gone, so that no more than that and one piece is ever kept.
final class HTTPOutput: Sendable {
  fileprivate struct State {
    /// -1 once it is closed, as its number may be another's then.
    var socket: Int32
    var bytes: [UInt8] = []
    var start = 0
    var isFlushScheduled = false
    var lastSent: ContinuousClock.Instant?
    /// Since when nothing was taken although something waits.
    var stalledSince: ContinuousClock.Instant?
    var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
    var waiterCount = 0
    /// Whether the answer that is being written has its end.
    var endsWithStream = false

    var waitingCount: Int { bytes.count - start }
  }

  /// What the loop has to do.
  enum Demand {
    /// Nothing.
    case none
    /// Flush in a moment.
    case flush
    /// Close the connection.
    case close
  }

  /// How long what follows something is held back, so that it is sent in one piece.
  static let pause = Duration.milliseconds(2)

  private let state: Locked<State>
  private let highMark: Int

  /// Tells the loop what to do, from any thread.
  private let demand: @Sendable (Demand) -> Void

  init(_ socket: Int32, highMark: Int, _ demand: @escaping @Sendable (Demand) -> Void) {
    state = Locked(State(socket: socket))
    self.highMark = highMark
    self.demand = demand
  }

  /// The bytes that wait.
  var waitingCount: Int { state.withLock { $0.waitingCount } }

  /// Since when the client takes nothing although something waits.
  var stalledSince: ContinuousClock.Instant? { state.withLock { $0.stalledSince } }

  /// Whether the answer that was written piece by piece has its end.
  var endsWithStream: Bool { state.withLock { $0.endsWithStream } }

  func markStreamEnd() { state.withLock { $0.endsWithStream = true } }

  /// Forgets the answer before the next one.
  func beginAnswer() { state.withLock { $0.endsWithStream = false } }

  /// Takes bytes, and waits while the client is too slow.
  ///
  /// - Parameter mayWait: Whether they may be held back for a moment.
  func write(_ bytes: [UInt8], mayWait: Bool) async throws {
    guard try enqueue(bytes, mayWait: mayWait) > highMark else { return }
    try await room()
  }

  /// Takes bytes without waiting.
  ///
  /// - Returns: The number of bytes that wait.
  @discardableResult
  func enqueue(_ bytes: [UInt8], mayWait: Bool) throws(HTTPClientGone) -> Int {
    let (count, demanded) = try state.withLock { state throws(HTTPClientGone) -> (Int, Demand) in
      guard state.socket >= 0 else { throw HTTPClientGone() }
      let now = ContinuousClock.now
      let isBurst = mayWait && (state.lastSent.map { $0.duration(to: now) < Self.pause } ?? false)
      state.append(bytes)
      if !isBurst || state.waitingCount > highMark, !state.send(now) { return (0, .close) }
      guard state.waitingCount > 0, state.stalledSince == nil, !state.isFlushScheduled else {
        return (state.waitingCount, .none)
      }
      state.isFlushScheduled = true
      return (state.waitingCount, .flush)
    }
    self.demand(demanded)
    return count
  }

  private func room() async throws {
    let number = state.withLock { state in
      state.waiterCount += 1
      return state.waiterCount
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let outcome = state.withLock { state -> Result<Void, any Error>? in
          if state.socket < 0 { return .failure(HTTPClientGone()) }
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.waitingCount <= highMark { return .success(()) }
          state.waiters[number] = continuation
          return nil
        }
        if let outcome { continuation.resume(with: outcome) }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(throwing: CancellationError())
    }
  }

  /// Sends what waits; for the loop, when the time has come or the socket takes more.
  func flush() -> Demand {
    let (demanded, waiters) = state.withLock { state -> (Demand, [CheckedContinuation<Void, any Error>]) in
      state.isFlushScheduled = false
      guard state.socket >= 0 else { return (.none, []) }
      guard state.send(ContinuousClock.now) else { return (.close, []) }
      return (.none, state.waitingCount <= highMark / 4 ? state.takeWaiters() : [])
    }
    for waiter in waiters { waiter.resume() }
    return demanded
  }

  /// Gives the socket back to the loop, which closes it; writers get an error.
  func detach(_ reason: HTTPClientGone = HTTPClientGone()) {
    let waiters = state.withLock { state in
      state.socket = -1
      state.bytes = []
      state.start = 0
      return state.takeWaiters()
    }
    for waiter in waiters { waiter.resume(throwing: reason) }
  }
}

extension HTTPOutput.State {
  fileprivate mutating func append(_ more: [UInt8]) {
    if start == bytes.count {
      bytes = more
      start = 0
      return
    }
    if start > 64 << 10 {
      bytes.removeFirst(start)
      start = 0
    }
    bytes += more
  }

  /// Sends as much as the socket takes; false when the connection is broken.
  fileprivate mutating func send(_ now: ContinuousClock.Instant) -> Bool {
    while start < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.send(socket, buffer.baseAddress! + start, buffer.count - start, Int32(MSG_NOSIGNAL))
      }
      if count < 0 {
        if errno == EINTR { continue }
        guard errno == EAGAIN || errno == EWOULDBLOCK else { return false }
        stalledSince = stalledSince ?? now
        return true
      }
      start += count
      lastSent = now
      stalledSince = nil
    }
    bytes.removeAll(keepingCapacity: bytes.count <= 64 << 10)
    start = 0
    stalledSince = nil
    return true
  }

  fileprivate mutating func takeWaiters() -> [CheckedContinuation<Void, any Error>] {
    defer { waiters = [:] }
    return Array(waiters.values)
  }
}

/// One request and what has arrived of its answer.
///
/// The engine's thread writes, one reader reads. What is kept here is bounded:
/// when nobody reads, the engine is told to pause, and the socket's window
/// closes.
final class HTTPTransfer: Sendable {
  let request: HTTPRequest
  private let bufferLimit: Int
  private let state: Locked<State>

  /// How a transfer ended.
  enum End: Sendable {
    case finished
    case failed(HTTPError)
    case cancelled
  }

  /// What the engine is to do with bytes that arrive.
  enum Reception {
    case taken
    case pause
    case abort
  }

  /// What a reader finds.
  enum Reading<Found> {
    /// What was asked for; `resumes` says that the engine has paused and must be told to go on.
    case found(Found, resumes: Bool)
    /// Nothing yet.
    case wait
    /// The end.
    case ended(End)
  }

  private struct State {
    var head: HTTPResponseHead?
    var headBytes = 0
    var isHeadComplete = false
    var buffer: [UInt8] = []
    var isPaused = false
    var end: End?
    var waiter: CheckedContinuation<Void, Never>?
    var lastActivity: UInt64 = 0
    /// How many more bytes are thrown away before the connection is, once nobody wants the rest.
    var discardBudget: Int?
  }

  /// More header bytes than any provider sends.
  private static let maximumHeadBytes = 128 << 10

  init(_ request: HTTPRequest, bufferLimit: Int) {
    self.request = request
    self.bufferLimit = bufferLimit
    state = Locked(State())
  }
}

// MARK: - The reader's side

extension HTTPTransfer {
  func readHead() -> Reading<HTTPResponseHead> {
    state.withLock { state in
      if case .cancelled = state.end { return .ended(.cancelled) }
      if state.isHeadComplete, let head = state.head { return .found(head, resumes: false) }
      return state.end.map { .ended($0) } ?? .wait
    }
  }

  func readBytes(now: UInt64) -> Reading<[UInt8]> {
    state.withLock { state in
      if case .cancelled = state.end { return .ended(.cancelled) }
      guard !state.buffer.isEmpty else { return state.end.map { .ended($0) } ?? .wait }
      var bytes: [UInt8] = []
      swap(&bytes, &state.buffer)
      let resumes = state.isPaused
      if resumes {
        state.isPaused = false
        state.lastActivity = now
      }
      return .found(bytes, resumes: resumes)
    }
  }

  /// Keeps a continuation until something arrives; false when that has happened already.
  func park(_ continuation: CheckedContinuation<Void, Never>, forHead: Bool) -> Bool {
    state.withLock { state in
      let isReady = forHead ? state.isHeadComplete : !state.buffer.isEmpty
      guard !isReady && state.end == nil else { return false }
      precondition(state.waiter == nil, "an HTTP answer was read by two tasks at once")
      state.waiter = continuation
      return true
    }
  }

  /// Marks the transfer as cancelled, whatever its state; true when the engine still works on it.
  func cancel() -> Bool {
    let (waiter, isRunning) = state.withLock { state in
      let isRunning = state.end == nil
      state.end = .cancelled
      state.buffer = []
      defer { state.waiter = nil }
      return (state.waiter, isRunning)
    }
    waiter?.resume()
    return isRunning
  }

  /// Lets what is still to come be thrown away; true when the engine still works on it.
  func discardRest(upTo budget: Int) -> Bool {
    state.withLock { state in
      guard state.end == nil else { return false }
      state.discardBudget = budget
      state.buffer = []
      state.isPaused = false
      return true
    }
  }
}

extension HTTPTransfer {
  /// Whether somebody may still read: neither over nor given up.
  var isWanted: Bool { state.withLock { $0.end == nil && $0.discardBudget == nil } }
}

// MARK: - The engine's side

extension HTTPTransfer {
  func begin(now: UInt64) { state.withLock { $0.lastActivity = now } }

  /// The time of the last byte, or nil while the transfer is paused or already over.
  var idleSince: UInt64? {
    state.withLock { $0.isPaused || $0.end != nil ? nil : $0.lastActivity }
  }

  /// Takes one line of a head, with its line break.
  func receiveHeaderLine(_ line: Span<UInt8>, now: UInt64) -> Reception {
    let (reception, waiter) = state.withLock { state -> (Reception, CheckedContinuation<Void, Never>?) in
      state.lastActivity = now
      // What comes after the body are trailers.
      guard !state.isHeadComplete else { return (.taken, nil) }
      state.headBytes += line.count
      guard state.headBytes <= Self.maximumHeadBytes else { return (.abort, nil) }
      switch HTTPHeadLine(line) {
      case .status(let status): state.head = HTTPResponseHead(status: status)
      case .field(let name, let value): state.head?.headers.append(name, value)
      case .end:
        // An interim answer, such as 100, is followed by another head.
        guard let head = state.head, head.status >= 200 else { return (.taken, nil) }
        state.isHeadComplete = true
        defer { state.waiter = nil }
        return (.taken, state.waiter)
      }
      return (.taken, nil)
    }
    waiter?.resume()
    return reception
  }

  /// Takes bytes of the body.
  func receiveBody(_ bytes: UnsafeRawBufferPointer, now: UInt64) -> Reception {
    let (reception, waiter) = state.withLock { state -> (Reception, CheckedContinuation<Void, Never>?) in
      state.lastActivity = now
      guard state.end == nil else { return (.abort, nil) }
      if let budget = state.discardBudget {
        state.discardBudget = budget - bytes.count
        return (budget >= bytes.count ? .taken : .abort, nil)
      }
      guard state.buffer.count < bufferLimit else {
        state.isPaused = true
        return (.pause, nil)
      }
      unsafe state.buffer.append(contentsOf: bytes)
      defer { state.waiter = nil }
      return (.taken, state.waiter)
    }
    waiter?.resume()
    return reception
  }

  /// Ends the transfer; what was cancelled stays cancelled.
  func finish(_ end: End) {
    let waiter = state.withLock { state in
      if state.end == nil { state.end = end }
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }
}

/// One line of the head of an answer.
private enum HTTPHeadLine {
  case status(Int)
  case field(name: String, value: String)
  case end

  init(_ line: Span<UInt8>) {
    var count = line.count
    while count > 0, line[count - 1] == 0x0A || line[count - 1] == 0x0D { count -= 1 }
    guard count > 0 else {
      self = .end
      return
    }
    let bytes = (0..<count).map { line[$0] }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), !bytes.starts(with: "HTTP/".utf8) else {
      let status = bytes.split(separator: 0x20).dropFirst().first.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
      self = .status(status ?? 0)
      return
    }
    var value = bytes[(colon + 1)...]
    while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
    while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
    self = .field(
      name: String(decoding: bytes[..<colon], as: UTF8.self), value: String(decoding: value, as: UTF8.self))
  }
}

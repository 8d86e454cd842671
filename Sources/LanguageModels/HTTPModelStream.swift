internal import GraphHTTP
internal import GraphRuntime

/// An answer that arrives as server-sent events.
///
/// What is under the lock is the logic; the waiting is done outside of it. As
/// long as no piece was handed out, a failed attempt is repeated. After that
/// the error says that the answer broke off, and repeating is the business of
/// whoever has seen its beginning.
final class HTTPModelStream: ModelStream {
  private let model: HTTPLanguageModel
  private let request: ModelRequest
  private let state: Locked<State>

  init(_ model: HTTPLanguageModel, _ request: ModelRequest) {
    self.model = model
    self.request = request
    state = Locked(State())
  }

  func next() async throws -> String? {
    while true {
      if Task.isCancelled { cancel() }
      switch state.withLock({ $0.advance() }) {
      case .piece(let text): return text
      case .open:
        do throws(ModelFailure) { try await open() } catch { try await recover(from: error) }
      case .read(let exchange):
        do throws(ModelFailure) { try await read(exchange) } catch { try await recover(from: error) }
      case .failed(let error, let head, let isInMiddle):
        try await recover(from: model.failure(error, head, isInMiddle: isInMiddle))
      case .close(let exchange): exchange.discardRest()
      case .finished: return nil
      case .broken(let error): throw error
      }
    }
  }

  func cancel() {
    let (exchange, sleep) = state.withLock { $0.cancel() }
    exchange?.cancel()
    sleep?.cancel()
  }

  var summary: ModelResponse.Summary { state.withLock { $0.summary } }

  // MARK: - Waiting

  private func open() async throws(ModelFailure) {
    let attempts = state.withLock { state in
      let attempts = state.attempts ?? ModelAttempts(model, request)
      state.attempts = attempts
      return attempts
    }
    try model.check(request)
    let exchange = try model.send(model.codec.encode(request, streams: true), attempts)
    guard state.withLock({ $0.begin(exchange) }) else {
      exchange.cancel()
      throw .cancelled
    }
    let head = try await model.readHead(of: exchange, attempts)
    let contentType = (head.headers["content-type"] ?? "").lowercased()
    if contentType.hasPrefix("application/json") || contentType.hasPrefix("text/html") {
      throw model.failure(contentType: contentType, head, await model.readErrorBody(of: exchange))
    }
    let decoder = model.codec.makeStreamDecoder(for: request)
    state.withLock { $0.receive(head, decoder) }
  }

  private func read(_ exchange: HTTPExchange) async throws(ModelFailure) {
    let bytes: [UInt8]?
    do {
      bytes = try await exchange.next()
    } catch {
      let (attempts, hasDelivered) = state.withLock { ($0.attempts, $0.hasDelivered) }
      throw model.failure(error, attempts ?? ModelAttempts(model, request), isInMiddle: hasDelivered)
    }
    state.withLock { $0.receive(bytes) }
  }

  /// Waits for the next attempt, or throws what is then thrown for good.
  private func recover(from failure: ModelFailure) async throws {
    do {
      try await sleep(try pauseBeforeRetry(failure))
    } catch {
      state.withLock { $0.breakOff(error) }
      throw error
    }
  }

  private func pauseBeforeRetry(_ failure: ModelFailure) throws -> Duration {
    var (attempts, hasDelivered) = state.withLock { ($0.attempts ?? ModelAttempts(model, request), $0.hasDelivered) }
    var failure = failure
    if hasDelivered, case .error(let error, _) = failure { failure = .error(error, isRepeatable: false) }
    let pause = try attempts.pause(after: failure)
    state.withLock { [attempts] in $0.restart(attempts) }
    return pause
  }

  private func sleep(_ pause: Duration) async throws {
    // Owned by this call: `cancel()` and the cancellation of the caller's task end it.
    let task = Task { [timing = model.timing] in try await timing.sleep(pause) }
    if !state.withLock({ $0.beginSleep(task) }) { task.cancel() }
    defer { state.withLock { $0.sleep = nil } }
    try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}

// MARK: - The logic

extension HTTPModelStream {
  /// Where an answer is.
  private enum Phase {
    /// Nothing is sent, or the next attempt is due.
    case idle
    /// A request is under way; its head is not there yet.
    case opening
    /// Events come.
    case streaming
    /// All bytes have come; what was held back has not been handed out.
    case ending
    case finished
    case broken(any Error)
  }

  /// What the reader is to do.
  private enum Action {
    case piece(String)
    case open
    case read(HTTPExchange)
    case failed(WireError, HTTPResponseHead?, isInMiddle: Bool)
    /// Lets the end of the body be read in the background, so that the connection can be used again.
    case close(HTTPExchange)
    case finished
    case broken(any Error)
  }

  private struct State {
    var phase = Phase.idle
    var exchange: HTTPExchange?
    var head: HTTPResponseHead?
    var attempts: ModelAttempts?
    var hasDelivered = false
    private var deliveredBytes = 0
    var sleep: Task<Void, any Error>?
    var summary = ModelResponse.Summary()
    private var parser = ServerSentEventParser()
    private var decoder: (any StreamDecoder)?

    mutating func advance() -> Action {
      switch phase {
      case .idle, .opening: return .open
      case .streaming: return decode()
      case .ending: return end()
      case .finished:
        guard let exchange else { return .finished }
        self.exchange = nil
        return .close(exchange)
      case .broken(let error): return .broken(error)
      }
    }

    private mutating func decode() -> Action {
      do throws(WireError) {
        while let event = try nextEvent() {
          let text = try decoder?.decode(event)
          if decoder?.isFinished == true { finish() }
          if let text, !text.isEmpty {
            hasDelivered = true
            deliveredBytes += text.utf8.count
            guard deliveredBytes <= HTTPLanguageModel.maximumAnswerBytes else { throw .tooLong }
            return .piece(text)
          }
          if case .finished = phase { return advance() }
        }
      } catch {
        return .failed(error, head, isInMiddle: hasDelivered)
      }
      guard let exchange else { return .open }
      return .read(exchange)
    }

    private mutating func end() -> Action {
      do throws(WireError) {
        let text = try decoder?.finish()
        finish()
        if let text, !text.isEmpty {
          hasDelivered = true
          return .piece(text)
        }
        return advance()
      } catch {
        return .failed(error, head, isInMiddle: hasDelivered)
      }
    }

    private mutating func nextEvent() throws(WireError) -> ServerSentEvent? {
      do throws(ServerSentEventError) {
        return try parser.next()
      } catch {
        throw .malformed("\(error)")
      }
    }

    private mutating func finish() {
      let requestID = summary.requestID
      summary = decoder?.summary ?? summary
      summary.requestID = requestID
      phase = .finished
    }

    /// Keeps an exchange; false when the answer was cancelled in the meantime.
    mutating func begin(_ exchange: HTTPExchange) -> Bool {
      if case .broken = phase { return false }
      self.exchange = exchange
      phase = .opening
      return true
    }

    mutating func receive(_ head: HTTPResponseHead, _ decoder: any StreamDecoder) {
      guard case .opening = phase else { return }
      parser = ServerSentEventParser()
      self.decoder = decoder
      summary = ModelResponse.Summary(requestID: HTTPLanguageModel.requestID(head))
      self.head = head
      phase = .streaming
    }

    mutating func receive(_ bytes: [UInt8]?) {
      guard case .streaming = phase else { return }
      if let bytes { parser.append(bytes) } else { phase = .ending }
    }

    /// Makes the next attempt due.
    mutating func restart(_ attempts: ModelAttempts) {
      if case .broken = phase { return }
      self.attempts = attempts
      exchange = nil
      phase = .idle
    }

    mutating func breakOff(_ error: any Error) {
      if case .broken = phase { return }
      phase = .broken(error)
      exchange = nil
    }

    mutating func beginSleep(_ task: Task<Void, any Error>) -> Bool {
      if case .broken = phase { return false }
      sleep = task
      return true
    }

    mutating func cancel() -> (HTTPExchange?, Task<Void, any Error>?) {
      phase = .broken(CancellationError())
      defer { exchange = nil }
      return (exchange, sleep)
    }
  }
}

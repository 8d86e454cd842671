/// An attempt that failed, and whether another one may help.
enum ModelFailure: Error {
  case error(ModelError, isRepeatable: Bool)
  case cancelled
}

/// The attempts of one request: how many there were, and how much time is left.
struct ModelAttempts: Sendable {
  private(set) var number = 1
  private let deadline: ContinuousClock.Instant?
  private let request: ModelRequest
  private let model: HTTPLanguageModel

  init(_ model: HTTPLanguageModel, _ request: ModelRequest) {
    self.model = model
    self.request = request
    deadline = request.timeout.map { model.timing.now() + $0 }
  }

  /// What tells the call from all others.
  var idempotencyKey: String? { request.idempotencyKey }

  /// The time that is left, or nil for all the time there is.
  var remaining: Duration? { deadline.map { model.timing.now().duration(to: $0) } }

  /// The failure of a request whose time is over.
  func timedOut() -> ModelFailure {
    let limit = request.timeout.map { " within \($0)" } ?? ""
    return .error(
      ModelError(.timeout, identity: model.identity, message: "the answer had not ended\(limit)"), isRepeatable: false)
  }

  /// Counts a failed attempt, tells of it, and says how long to wait before the next one.
  ///
  /// - Throws: The error when there is to be no other attempt, or `CancellationError`.
  mutating func pause(after failure: ModelFailure) throws -> Duration {
    guard case .error(var error, let isRepeatable) = failure else { throw CancellationError() }
    error.attempts = number
    guard isRepeatable, number < model.retry.maxAttempts,
      let pause = model.retry.pause(
        afterAttempt: number, retryAfter: error.retryAfter, random: model.timing.random())
    else { throw error }
    if let remaining, pause >= remaining { throw error }
    request.onRetry?(ModelRetry(attempt: number, error: error, delay: pause))
    number += 1
    return pause
  }
}

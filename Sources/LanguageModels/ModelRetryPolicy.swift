/// When a failed request is repeated, and after which pause.
///
/// Repeated are the statuses 408, 409, 429 and all from 500, connections that
/// could not be made or broke, and overload errors inside a stream; all of
/// them only before the first piece of text was handed out. A time-out is not
/// repeated, but for the one of connecting. The provider's `x-should-retry`
/// header wins over this list.
public struct ModelRetryPolicy: Sendable, Hashable {
  /// The most attempts, the first included; 1 repeats nothing.
  public var maxAttempts: Int

  /// The pause after the first failure.
  public var initialBackoff: Duration

  /// What each further pause is multiplied with.
  public var factor: Double

  /// The longest pause of the policy's own.
  public var maxBackoff: Duration

  /// The part of a pause that is taken away at random, from 0 to 1, so that clients do not come back all at once.
  public var jitter: Double

  /// The longest `Retry-After` that is waited for; of a longer one the error is thrown at once.
  public var maxRetryAfter: Duration

  /// Creates a policy.
  public init(
    maxAttempts: Int = 3, initialBackoff: Duration = .milliseconds(500), factor: Double = 2,
    maxBackoff: Duration = .seconds(30), jitter: Double = 0.25, maxRetryAfter: Duration = .seconds(60)
  ) {
    self.maxAttempts = max(1, maxAttempts)
    self.initialBackoff = initialBackoff
    self.factor = factor
    self.maxBackoff = maxBackoff
    self.jitter = min(1, max(0, jitter))
    self.maxRetryAfter = maxRetryAfter
  }

  /// Repeats nothing.
  public static let never = ModelRetryPolicy(maxAttempts: 1)

  /// The pause after a failed attempt, or nil when the provider asks for more patience than the policy has.
  ///
  /// - Parameters:
  ///   - attempt: The attempt that failed, counted from 1.
  ///   - retryAfter: What the provider asked for; it is never shortened.
  ///   - random: A number from 0 up to 1.
  public func pause(afterAttempt attempt: Int, retryAfter: Duration?, random: Double) -> Duration? {
    if let retryAfter { return retryAfter <= maxRetryAfter ? retryAfter : nil }
    var seconds = initialBackoff.seconds
    let longest = maxBackoff.seconds
    var repetitions = attempt - 1
    while repetitions > 0 && seconds < longest && factor > 1 {
      seconds *= factor
      repetitions -= 1
    }
    return .seconds(min(seconds, longest) * (1 - jitter * random))
  }
}

extension Duration {
  /// The duration as seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

/// How often a failed attempt is made again, and after which pauses.
public struct RetryPolicy: Sendable, Hashable {
  /// The most attempts, the first included.
  public var maximumAttempts: Int

  /// The pause before the second attempt; each further pause is twice as long.
  public var backoff: Duration

  /// The longest pause.
  public var maximumBackoff: Duration

  /// The part of a pause that is left to chance, from 0 to 1, so that many clients do not return at once.
  public var jitter: Double

  /// Creates a policy.
  public init(
    maximumAttempts: Int, backoff: Duration = .milliseconds(500), maximumBackoff: Duration = .seconds(30),
    jitter: Double = 0.5
  ) {
    self.maximumAttempts = max(1, maximumAttempts)
    self.backoff = backoff
    self.maximumBackoff = maximumBackoff
    self.jitter = min(max(0, jitter), 1)
  }

  /// One attempt.
  public static let none = RetryPolicy(maximumAttempts: 1)

  /// The pause after a failed attempt, counted from 1; `chance` is between 0 and 1.
  public func delay(afterAttempt attempt: Int, chance: Double) -> Duration {
    var pause = backoff
    for _ in 1..<max(1, attempt) where pause < maximumBackoff { pause *= 2 }
    pause = min(pause, maximumBackoff)
    return pause * (1 - jitter * chance)
  }
}

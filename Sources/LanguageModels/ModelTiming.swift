internal import Glibc

/// The clock, the sleep and the chance that requests are repeated by, so that tests give their own.
public struct ModelTiming: Sendable {
  /// The time that deadlines are measured with.
  public var now: @Sendable () -> ContinuousClock.Instant

  /// Seconds since 1970, which `Retry-After` dates are compared with.
  public var unixTime: @Sendable () -> Int

  /// Waits; throws `CancellationError` when its task is cancelled.
  public var sleep: @Sendable (Duration) async throws -> Void

  /// A number from 0 up to 1.
  public var random: @Sendable () -> Double

  /// Creates a timing.
  public init(
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    unixTime: (@Sendable () -> Int)? = nil,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.now = now
    self.unixTime = unixTime ?? { time(nil) }
    self.sleep = sleep
    self.random = random
  }

  /// The system's clock and its random numbers.
  public static let system = ModelTiming()
}

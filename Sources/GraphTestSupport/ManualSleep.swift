internal import GraphRuntime

/// A clock that stands still until a test moves it on; its `sleep` goes into `RunOptions.sleep`.
///
/// ```swift
/// let clock = ManualSleep()
/// let run = graph.run(options: RunOptions(sleep: clock.sleep))
/// async let outcome = run.result()
/// await clock.waitForSleepers()
/// clock.advance(by: .seconds(1))
/// ```
public final class ManualSleep: Sendable {
  private struct Sleeper {
    let end: Duration
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now = Duration.zero
    var sleepers: [Int: Sleeper] = [:]
    var requested: [Duration] = []
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
      let count = sleepers.count
      defer { watchers.removeAll { $0.count <= count } }
      return watchers.filter { $0.count <= count }.map(\.continuation)
    }
  }

  private let state = Locked(State())

  /// Creates a clock at zero.
  public init() {}

  /// All durations that were asked for, in order.
  public var requested: [Duration] { state.withLock { $0.requested } }

  /// How many tasks sleep now.
  public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  /// Sleeps until the clock was moved on by a duration; a duration that is not positive does not sleep.
  ///
  /// - Throws: `CancellationError` when the sleeping task is cancelled.
  public func sleep(for duration: Duration) async throws {
    let id = state.withLock { state in
      state.requested.append(duration)
      return state.requested.count
    }
    guard duration > .zero else { return try Task.checkCancellation() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let watchers = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
          if Task.isCancelled { return nil }
          state.sleepers[id] = Sleeper(end: state.now + duration, continuation: continuation)
          return state.takeWatchers()
        }
        guard let watchers else { return continuation.resume(throwing: CancellationError()) }
        for watcher in watchers { watcher.resume() }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
    }
  }

  /// `sleep(for:)` in the form that `RunOptions` takes.
  public var sleep: @Sendable (Duration) async throws -> Void {
    { try await self.sleep(for: $0) }
  }

  /// Moves the clock on and wakes all whose time has come, the earliest first.
  public func advance(by duration: Duration) {
    let woken = state.withLock { state -> [Sleeper] in
      state.now += duration
      let now = state.now
      let woken = state.sleepers.filter { $0.value.end <= now }
      for id in woken.keys { state.sleepers[id] = nil }
      return woken.sorted { ($0.value.end, $0.key) < ($1.value.end, $1.key) }.map(\.value)
    }
    for sleeper in woken { sleeper.continuation.resume() }
  }

  /// Waits until so many tasks sleep at once.
  public func waitForSleepers(_ count: Int = 1) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state -> Bool in
        if state.sleepers.count >= count { return true }
        state.watchers.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}

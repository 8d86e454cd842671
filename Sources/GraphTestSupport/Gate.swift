internal import GraphRuntime

/// A door that holds tasks until a test opens it, so that a test decides in which order things happen.
///
/// ```swift
/// let gate = Gate()
/// builder.addNode("slow") { _, _ in
///   try await gate.pass()
///   return ["done": true]
/// }
/// ```
public final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
    var nextPasser = 0
    var arrivals = 0
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    mutating func arrive() -> [CheckedContinuation<Void, Never>] {
      arrivals += 1
      defer { watchers.removeAll { $0.count <= arrivals } }
      return watchers.filter { $0.count <= arrivals }.map(\.continuation)
    }
  }

  private let state = Locked(State())

  /// Creates a closed gate.
  public init() {}

  /// How many tasks have come to the gate so far, those that went through included.
  public var arrivals: Int { state.withLock { $0.arrivals } }

  /// Opens the gate for those who wait and for all who come later.
  public func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Waits until the gate is open.
  ///
  /// - Throws: `CancellationError` when the waiting task is cancelled.
  public func pass() async throws {
    let (id, watchers) = state.withLock { state in
      state.nextPasser += 1
      return (state.nextPasser, state.arrive())
    }
    for watcher in watchers { watcher.resume() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let mayPass = state.withLock { state -> Bool in
          if state.isOpen || Task.isCancelled { return true }
          state.waiting[id] = continuation
          return false
        }
        if mayPass { continuation.resume() }
      }
      try Task.checkCancellation()
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(throwing: CancellationError())
    }
  }

  /// Waits until the gate is open, and goes on waiting when the task is cancelled: a node that does not listen.
  public func passUncancelled() async {
    let watchers = state.withLock { $0.arrive() }
    for watcher in watchers { watcher.resume() }
    await Task.detached { try? await self.waitUntilOpen() }.value
  }

  /// Waits until so many tasks have come to the gate.
  public func waitForArrivals(_ count: Int = 1) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state -> Bool in
        if state.arrivals >= count { return true }
        state.watchers.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  private func waitUntilOpen() async throws {
    try await withCheckedThrowingContinuation { continuation in
      let isOpen = state.withLock { state -> Bool in
        if state.isOpen { return true }
        state.nextPasser += 1
        state.waiting[state.nextPasser] = continuation
        return false
      }
      if isOpen { continuation.resume() }
    }
  }
}

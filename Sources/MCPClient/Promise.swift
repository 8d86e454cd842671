internal import GraphRuntime

/// A result that comes once, and that any number of tasks wait for; each of them can be cancelled by itself.
final class Promise<Success: Sendable>: Sendable {
  private struct State {
    var result: Result<Success, any Error>?
    var waiting: [Int: CheckedContinuation<Success, any Error>] = [:]
    var nextID = 0
    /// Tasks that were cancelled before they began to wait.
    var givenUp: Set<Int> = []
  }

  private let state = Locked(State())

  init() {}

  /// Sets the result; the first one stays.
  func fulfil(_ result: Result<Success, any Error>) {
    let waiting = state.withLock { state -> [CheckedContinuation<Success, any Error>] in
      guard state.result == nil else { return [] }
      state.result = result
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.resume(with: result) }
  }

  /// Waits for the result.
  ///
  /// - Throws: What the result says, or a `CancellationError`.
  func value() async throws -> Success {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let known = state.withLock { state -> Result<Success, any Error>? in
          if state.givenUp.remove(id) != nil { return .failure(CancellationError()) }
          if let result = state.result { return result }
          state.waiting[id] = continuation
          return nil
        }
        if let known { continuation.resume(with: known) }
      }
    } onCancel: {
      let continuation = state.withLock { state -> CheckedContinuation<Success, any Error>? in
        guard state.result == nil else { return nil }
        if let waiting = state.waiting.removeValue(forKey: id) { return waiting }
        state.givenUp.insert(id)
        return nil
      }
      continuation?.resume(throwing: CancellationError())
    }
  }
}

/// Cancels work that takes too long.
enum TimeLimit {
  /// Does a piece of work; what it waits for has to end soon after its task is cancelled.
  ///
  /// - Throws: What the work throws, or `error` when the time is up.
  static func run<Result: Sendable>(
    _ limit: Duration, else error: MCPError, _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let result = first else { throw error }
      return result
    }
  }
}

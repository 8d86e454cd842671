internal import GraphRuntime

/// Tasks that wait until something changes, as a part of the state that may.
struct Waiters {
  private var continuations: [Int: CheckedContinuation<Void, Never>] = [:]
  private var count = 0

  /// Takes all of them, to be resumed when the lock is given back.
  mutating func takeAll() -> [CheckedContinuation<Void, Never>] {
    guard !continuations.isEmpty else { return [] }
    defer { continuations = [:] }
    return Array(continuations.values)
  }

  fileprivate mutating func makeNumber() -> Int {
    count += 1
    return count
  }

  fileprivate mutating func add(_ continuation: CheckedContinuation<Void, Never>, _ number: Int) {
    continuations[number] = continuation
  }

  fileprivate mutating func remove(_ number: Int) -> CheckedContinuation<Void, Never>? {
    continuations.removeValue(forKey: number)
  }
}

extension Locked {
  /// Waits until somebody resumes those that wait or the task is cancelled; not at all where the state does not ask for it.
  func wait(
    _ waiters: any WritableKeyPath<State, Waiters> & Sendable, while isToWait: @Sendable (State) -> Bool
  ) async {
    let number = withLock { $0[keyPath: waiters].makeNumber() }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waits = withLock { state -> Bool in
          guard !Task.isCancelled, isToWait(state) else { return false }
          state[keyPath: waiters].add(continuation, number)
          return true
        }
        if !waits { continuation.resume() }
      }
    } onCancel: {
      withLock { $0[keyPath: waiters].remove(number) }?.resume()
    }
  }
}

internal import GraphRuntime

/// A door that a test opens: what comes to it waits, and goes on once it is open.
///
/// Tests use gates where they would else sleep, to hold an answer at a place
/// until something else has happened.
///
/// ```swift
/// let gate = Gate()
/// let model = ScriptedModel([ScriptedAnswer([.piece("first"), .gate(gate), .piece("second")])])
/// let stream = model.stream(request)
/// #expect(try await stream.next() == "first")
/// gate.open()
/// #expect(try await stream.next() == "second")
/// ```
public final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var arrivals = 0
    var nextID = 0
    var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
    var observers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    var actions: [@Sendable () -> Void] = []
  }

  private let state = Locked(State())

  /// Creates a gate that is closed.
  public init() {}

  /// Opens the gate for good.
  public func open() {
    let (waiting, actions) = state.withLock { state in
      state.isOpen = true
      defer { (state.waiting, state.actions) = ([:], []) }
      return (state.waiting.values.map(\.self), state.actions)
    }
    for continuation in waiting { continuation.resume() }
    for action in actions { action() }
  }

  /// Whether it was opened.
  public var isOpen: Bool { state.withLock { $0.isOpen } }

  /// Waits until the gate is open.
  ///
  /// - Throws: `CancellationError` when the task is cancelled before that.
  public func wait() async throws {
    let id = arrive()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        // Asked under the lock: a cancellation after this finds the continuation, one before it is seen here.
        let (isOpen, isCancelled) = state.withLock { state in
          let isCancelled = Task.isCancelled
          if !state.isOpen && !isCancelled { state.waiting[id] = continuation }
          return (state.isOpen, isCancelled)
        }
        if isOpen {
          continuation.resume()
        } else if isCancelled {
          continuation.resume(throwing: CancellationError())
        }
      }
      try Task.checkCancellation()
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(throwing: CancellationError())
    }
  }

  /// Waits until the gate is open, and goes on waiting when the task is cancelled: a node that does not listen.
  public func waitUncancelled() async {
    arrive()
    await withCheckedContinuation { continuation in whenOpen { continuation.resume() } }
  }

  /// How many have come to the gate so far, those that went through included.
  public var arrivals: Int { state.withLock { $0.arrivals } }

  /// Waits until so many have come to the gate.
  public func waitForArrivals(_ count: Int = 1) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.arrivals < count { state.observers.append((count, continuation)) }
        return state.arrivals >= count
      }
      if isThere { continuation.resume() }
    }
  }

  /// Counts an arrival, for those that wait in another way than with `wait()`.
  @discardableResult
  func arrive() -> Int {
    let (id, observers) = state.withLock { state in
      state.arrivals += 1
      state.nextID += 1
      let arrivals = state.arrivals
      defer { state.observers.removeAll { $0.count <= arrivals } }
      return (state.nextID, state.observers.filter { $0.count <= arrivals })
    }
    for observer in observers { observer.continuation.resume() }
    return id
  }

  /// Runs an action when the gate is opened, or at once when it is.
  func whenOpen(_ action: @escaping @Sendable () -> Void) {
    let isOpen = state.withLock { state in
      if !state.isOpen { state.actions.append(action) }
      return state.isOpen
    }
    if isOpen { action() }
  }
}

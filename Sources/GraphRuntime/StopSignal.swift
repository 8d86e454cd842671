internal import Synchronization

/// The request that a run stop: asked by anyone, seen by every node.
///
/// A stop is cooperative: what has arrived is kept, and the run ends as
/// `stopped`. It is not a cancellation, which throws work away.
public final class StopSignal: Sendable {
  private struct State {
    var reason: String?
    var handlers: [Int: @Sendable () -> Void] = [:]
    var nextHandler = 0

    /// The nodes that were told, by their steps and paths.
    var noticed: Set<[String]> = []
  }

  private let state = Locked(State())

  /// A copy of `reason != nil` that is read for each token.
  private let flag = Atomic(false)

  /// Creates a signal that nobody has given.
  public init() {}

  /// Whether a stop was requested.
  public var isRequested: Bool { flag.load(ordering: .acquiring) }

  /// Why, or nil while no stop was requested.
  public var reason: String? { state.withLock { $0.reason } }

  /// Requests the stop; the first reason stays.
  public func request(_ reason: String) {
    let handlers = state.withLock { state -> [@Sendable () -> Void] in
      guard state.reason == nil else { return [] }
      state.reason = reason
      flag.store(true, ordering: .releasing)
      defer { state.handlers = [:] }
      return state.handlers.sorted { $0.key < $1.key }.map(\.value)
    }
    for handler in handlers { handler() }
  }

  /// Calls a handler when the stop is requested, at once if it was already.
  ///
  /// Handlers are called in the order they were registered, by whoever requests the stop. One that is being forgotten
  /// at that moment may still be called.
  /// - Returns: The registration; the handler is forgotten with it.
  public func onRequest(_ handler: @escaping @Sendable () -> Void) -> StopRegistration {
    let id = state.withLock { state -> Int? in
      guard state.reason == nil else { return nil }
      state.nextHandler += 1
      state.handlers[state.nextHandler] = handler
      return state.nextHandler
    }
    if id == nil { handler() }
    return StopRegistration(signal: self, id: id)
  }

  /// Notes that a node was told.
  func notice(at path: [String], step: Int) {
    state.withLock { _ = $0.noticed.insert(path + ["\(step)"]) }
  }

  /// Whether a node was told.
  func wasNoticed(at path: [String], step: Int) -> Bool {
    state.withLock { !$0.noticed.isEmpty && $0.noticed.contains(path + ["\(step)"]) }
  }

  fileprivate func remove(_ id: Int) { state.withLock { _ = $0.handlers.removeValue(forKey: id) } }

  /// Runs an operation in a child task that is cancelled when the stop is requested.
  ///
  /// - Throws: What the operation throws; a `CancellationError` when the stop cut it short.
  public func cancelling<Result: Sendable>(
    _ operation: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task { try await operation() }  // Owned here: awaited below, cancelled by the stop or the caller.
    let registration = onRequest { task.cancel() }
    defer { registration.cancel() }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}

/// A handler of a stop signal; it is forgotten when this is released.
public final class StopRegistration: Sendable {
  private let signal: StopSignal
  private let id: Int?

  fileprivate init(signal: StopSignal, id: Int?) {
    self.signal = signal
    self.id = id
  }

  deinit { cancel() }

  /// Forgets the handler.
  public func cancel() {
    if let id { signal.remove(id) }
  }
}

public import GraphCompiler
internal import GraphRuntime

/// A run that a server has started, with its log.
final class ServedRun: Sendable {
  private struct State {
    var task: Task<Void, Never>?
    var outcome: RunOutcome?
    var failure: String?
    var endTime: ContinuousClock.Instant?
    var readers = 0
    var isAnswered = false
  }

  let graph: ServedGraph
  let identity: RunIdentity
  let log: RunEventLog

  /// Whether the run is stopped when its last reader has left.
  let stopsWithoutReaders: Bool
  private let run: GraphRun
  private let state = Locked(State())

  init(_ graph: ServedGraph, _ run: GraphRun, logBytes: Int, stopsWithoutReaders: Bool) {
    self.graph = graph
    self.run = run
    self.stopsWithoutReaders = stopsWithoutReaders
    identity = run.identity
    log = RunEventLog(limit: logBytes)
  }

  /// Begins the run; `whenEnded` is called at its end.
  func start(whenEnded: @escaping @Sendable (ServedRun) -> Void) {
    // Owned by this run: it ends with the run's last event, and `cancel` ends it before.
    let task = Task {
      do {
        for try await event in run {
          if case .runFinished(let outcome) = event.kind { state.withLock { $0.outcome = outcome } }
          log.append(event)
        }
      } catch {
        state.withLock { state in
          if state.outcome == nil { state.failure = (error as? GraphError)?.message ?? "the run was cancelled" }
        }
      }
      state.withLock { $0.endTime = .now }
      log.end()
      whenEnded(self)
    }
    state.withLock { $0.task = task }
  }

  /// Asks the run to stop; what there is is kept.
  func stop(_ reason: String) { run.stop(reason) }

  /// Cuts the run off.
  func cancel() { state.withLock { $0.task }?.cancel() }

  /// How the run has ended, or nil while it goes on.
  var outcome: RunOutcome? { state.withLock { $0.outcome } }

  /// Why it has not even begun, as when its input was refused.
  var failure: String? { state.withLock { $0.failure } }

  /// When it ended.
  var endTime: ContinuousClock.Instant? { state.withLock { $0.endTime } }

  /// Waits for the end.
  func result() async -> RunOutcome? {
    let task = state.withLock { $0.task }
    await task?.value
    return outcome
  }

  /// Takes the place at which the run goes on, once: of two answers to a question, one finds none.
  func takeCheckpoint() -> RunCheckpoint? {
    state.withLock { state in
      guard !state.isAnswered, let checkpoint = state.outcome?.checkpoint else { return nil }
      state.isAnswered = true
      return checkpoint
    }
  }

  // MARK: - Readers

  func addReader() { state.withLock { $0.readers += 1 } }

  /// A reader has left, before the end perhaps.
  func removeReader() {
    let isLast = state.withLock { state in
      state.readers -= 1
      return state.readers == 0 && state.endTime == nil
    }
    if isLast, stopsWithoutReaders { run.stop("nobody reads it any more") }
  }

  /// The run as `GET /runs/{id}` shows it.
  var description: ValueObject {
    var object: ValueObject = [
      "run": .string(identity.id), "graph": .string(graph.name), "thread": .string(identity.thread),
    ]
    guard let outcome else {
      object["status"] = .string(failure == nil ? "running" : "failed")
      if let failure { object["error"] = ["code": "invalid_input", "message": .string(failure)] }
      return object
    }
    object["status"] = .string(outcome.status.rawValue)
    object["state"] = .object(outcome.state)
    object["usage"] = .list(outcome.usage.map { .object($0.object) })
    if !outcome.interrupts.isEmpty { object["interrupts"] = .list(outcome.interrupts.map { .object($0.object) }) }
    if let reason = outcome.stopReason { object["stop_reason"] = .string(reason) }
    if let error = outcome.error { object["error"] = .object(error.object) }
    if !outcome.toleratedErrors.isEmpty {
      object["errors"] = .list(outcome.toleratedErrors.map { .object($0.object) })
    }
    return object
  }
}

/// A graph that a server runs.
public struct ServedGraph: Sendable {
  /// The name in addresses: that of its file, without folders and ending.
  public let name: String

  /// The graph.
  public let graph: CompiledGraph

  /// Creates a graph under a name.
  public init(name: String, graph: CompiledGraph) {
    self.name = name
    self.graph = graph
  }
}

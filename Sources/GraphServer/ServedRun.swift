internal import GraphCompiler
internal import GraphRuntime
internal import GraphStreams

/// A run that can be begun.
struct PreparedRun: Sendable {
  let graph: ServedGraph
  let run: GraphRun

  /// Whether a store keeps its thread.
  let isKept: Bool

  /// Undoes what was done for it when it is not begun after all.
  var cancel: @Sendable () -> Void = {}
}

/// A run that a server has started, with its log.
final class ServedRun: Sendable {
  private struct State {
    var task: Task<Void, Never>?
    var outcome: RunOutcome?
    var refusal: GraphError?
    var endTime: ContinuousClock.Instant?
    var readers = 0
    /// Since when nobody reads a run that somebody has read.
    var abandonTime: ContinuousClock.Instant?
    var isAnswered = false
  }

  let graph: ServedGraph
  let identity: RunIdentity
  let log: RunEventLog

  /// Whether a store keeps its thread, so that it is gone on with there.
  let isKept: Bool

  /// How long the run goes on when its last reader has left; nil for as long as it takes.
  let patience: Duration?
  private let run: GraphRun
  private let state = Locked(State())

  init(_ prepared: PreparedRun, logBytes: Int, patience: Duration?) {
    graph = prepared.graph
    run = prepared.run
    isKept = prepared.isKept
    self.patience = patience
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
          guard state.outcome == nil else { return }
          state.refusal = error as? GraphError ?? GraphError(.nodeFailed, "the run was cancelled")
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

  /// Why it has no outcome: it was refused, as its input or its thread does not fit, or cancelled.
  var refusal: GraphError? { state.withLock { $0.refusal } }

  /// The status of an answer that says so.
  var refusalStatus: Int {
    switch refusal?.code {
    case .invalidCheckpoint?, .newerCheckpoint?, .threadUnfinished?: 409
    case .nodeFailed?, .checkpointFailed?: 503
    default: 422
    }
  }

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

  /// Gives the place back, as nobody goes on there after all.
  func returnCheckpoint() { state.withLock { $0.isAnswered = false } }

  // MARK: - Readers

  func addReader() {
    state.withLock { state in
      state.readers += 1
      state.abandonTime = nil
    }
  }

  /// A reader has left, before the end perhaps.
  func removeReader() {
    state.withLock { state in
      state.readers -= 1
      if state.readers == 0, state.endTime == nil { state.abandonTime = .now }
    }
    if patience == .zero { stopIfAbandoned() }
  }

  /// Stops the run when nobody has come back to it in time.
  func stopIfAbandoned() {
    guard let patience, let since = state.withLock({ $0.abandonTime }), since.duration(to: .now) >= patience else {
      return
    }
    run.stop("nobody reads it any more")
  }

  // MARK: - What is shown

  /// Turns the run's events into what a view shows.
  func viewer(_ view: RunView) -> RunViewer { RunViewer(view, of: run) }

  /// The run as `GET /runs/{id}` shows it.
  var description: ValueObject {
    var object: ValueObject
    if let outcome {
      object = outcome.summary(of: identity)
    } else {
      object = ["run": .string(identity.id), "graph": .null, "thread": .string(identity.thread)]
      object["status"] = .string(refusal == nil ? "running" : "failed")
      if let refusal { object["error"] = .object(refusal.object) }
    }
    object["graph"] = .string(graph.name)
    object["kept"] = .bool(isKept)
    return object
  }

  /// The name of the last item of a stream of the run, and what it says.
  var end: (name: String, data: String) {
    let isError = outcome.map { $0.status == .failed } ?? true
    return (isError ? "error" : "done", Value.object(description).json())
  }
}

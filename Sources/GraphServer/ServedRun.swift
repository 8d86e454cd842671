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

/// A run that a server has started, with its log, or one of an earlier time that the journal of its thread has.
final class ServedRun: Sendable {
  private struct State {
    var task: Task<Void, Never>?
    var outcome: RunOutcome?
    /// The node that has ended last, whatever the log has of it.
    var lastNode: String?
    var exports: [GraphExport] = []
    var refusal: GraphError?
    var endTime: ContinuousClock.Instant?
    var readers = 0
    /// Since when nobody reads a run that somebody has read.
    var abandonTime: ContinuousClock.Instant?
    /// Whether it goes on whoever reads it.
    var goesOn = false
    /// Whether its events are dropped when the last reader has left.
    var isForgotten = false
    var isAnswered = false
  }

  let graph: ServedGraph
  let identity: RunIdentity
  let log: RunEventLog

  /// Whether a store keeps its thread, so that it is gone on with there.
  let isKept: Bool

  /// How long the run goes on when its last reader has left; nil for as long as it takes.
  let patience: Duration?

  /// When it was begun here.
  let beginTime = ContinuousClock.now

  /// Whether its process has ended before it did.
  let isLost: Bool

  /// Nil for a run of an earlier time.
  private let run: GraphRun?
  private let makeViewer: @Sendable (RunView) -> RunViewer
  private let state: Locked<State>

  init(_ prepared: PreparedRun, logBytes: Int, patience: Duration?) {
    let run = prepared.run
    graph = prepared.graph
    self.run = run
    isKept = prepared.isKept
    isLost = false
    self.patience = patience
    identity = run.identity
    log = RunEventLog(limit: logBytes)
    makeViewer = { RunViewer($0, of: run) }
    state = Locked(State())
  }

  /// The run that a journal has.
  ///
  /// - Throws: `GraphError` for events that cannot be read.
  init(_ logged: LoggedRun, of graph: ServedGraph) throws {
    self.graph = graph
    run = nil
    isKept = true
    isLost = !logged.hasEnded
    patience = nil
    identity = logged.run
    let place = logged.place
    let resumes = logged.run.resumed != nil
    makeViewer = { RunViewer($0, of: graph.executable, after: place, resumes: resumes) }
    // It is no longer than what was read.
    let log = RunEventLog(limit: .max, first: logged.events.first?["seq"]?.int ?? 0)
    self.log = log
    var state = State(endTime: .now)
    for json in logged.events {
      guard let event = try GraphEvent(json: json, of: logged.run) else {
        throw GraphError(.newerCheckpoint, "the log has an event that this program does not know")
      }
      if case .runFinished(let outcome) = event.kind { state.outcome = outcome }
      log.append(event)
    }
    log.end()
    self.state = Locked(state)
  }

  /// Begins the run; `whenEnded` is called at its end.
  ///
  /// - Parameter exportFolder: Where the files of the graph's `exports` go when it has completed; nowhere when nil.
  func start(exportFolder: String?, whenEnded: @escaping @Sendable (ServedRun) -> Void) {
    guard let run else { preconditionFailure("a run of an earlier time is not begun") }
    // Owned by this run: it ends with the run's last event, and `cancel` ends it before.
    let task = Task {
      do {
        for try await event in run {
          note(event)
          log.append(event)
        }
      } catch {
        state.withLock { state in
          guard state.outcome == nil else { return }
          state.refusal = error as? GraphError ?? GraphError(.nodeFailed, "the run was cancelled")
        }
      }
      if let exportFolder, let outcome, outcome.status == .completed {
        let exports = graph.graph.writeExports(of: outcome.state, thread: identity.thread, to: exportFolder)
        state.withLock { $0.exports = exports }
      }
      state.withLock { $0.endTime = .now }
      log.end()
      whenEnded(self)
    }
    state.withLock { $0.task = task }
  }

  private func note(_ event: GraphEvent) {
    switch event.kind {
    case .nodeFinished where event.path.count == 1: state.withLock { $0.lastNode = event.path[0] }
    case .runFinished(let outcome): state.withLock { $0.outcome = outcome }
    default: break
    }
  }

  /// Asks the run to stop; what there is is kept.
  func stop(_ reason: String) { run?.stop(reason) }

  /// Cuts the run off.
  func cancel() { state.withLock { $0.task }?.cancel() }

  /// How the run has ended, or nil while it goes on.
  var outcome: RunOutcome? { state.withLock { $0.outcome } }

  /// The node of the graph that has ended last.
  var lastNode: String? { state.withLock { $0.lastNode } }

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

  /// About how many bytes of memory it holds.
  var byteCount: Int { log.byteCount + (outcome.map { Value.object($0.state).weight } ?? 0) }

  /// Waits for the end.
  func result() async -> RunOutcome? {
    let task = state.withLock { $0.task }
    await task?.value
    return outcome
  }

  /// Waits for the end, and stops the run where the task of whoever waits is cancelled: nobody else knows it.
  func resultForClient() async -> RunOutcome? {
    await withTaskCancellationHandler {
      await result()
    } onCancel: {
      stop("the client has left")
    }
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
    let isForgotten = state.withLock { state in
      state.readers -= 1
      if state.readers == 0, state.endTime == nil { state.abandonTime = .now }
      return state.readers == 0 && state.isForgotten
    }
    if isForgotten { log.forget() }
    if patience == .zero { stopIfAbandoned() }
  }

  /// Drops the events, when nobody reads them: who still has the run only wants to go on with it.
  func forget() {
    // One that was read out of a journal is its readers' alone, the first of which may be on its way.
    guard run != nil else { return }
    let isUnread = state.withLock { state in
      state.isForgotten = true
      return state.readers == 0
    }
    if isUnread { log.forget() }
  }

  /// Lets the run go on without readers: one was sent away, which was told that the result will be there.
  func goOn() { state.withLock { $0.goesOn = true } }

  /// Stops the run when nobody has come back to it in time.
  func stopIfAbandoned() {
    guard let patience, let since = state.withLock({ $0.goesOn ? nil : $0.abandonTime }),
      since.duration(to: .now) >= patience
    else { return }
    stop("nobody reads it any more")
  }

  // MARK: - What is shown

  /// Turns the run's events into what a view shows.
  func viewer(_ view: RunView) -> RunViewer { makeViewer(view) }

  /// The run as `GET /runs/{id}` shows it.
  var description: ValueObject {
    var object: ValueObject
    if let outcome {
      object = outcome.summary(of: identity)
    } else {
      object = ["run": .string(identity.id), "graph": .null, "thread": .string(identity.thread)]
      object["status"] = isLost ? "lost" : .string(refusal == nil ? "running" : "failed")
      if let refusal { object["error"] = .object(refusal.object) }
      if isLost { object["error"] = .object(ServerError.lost(self).object) }
    }
    object["graph"] = .string(graph.name)
    object["kept"] = .bool(isKept)
    let exports = state.withLock { $0.exports }
    if !exports.isEmpty {
      object["exports"] = .list(
        exports.map { export in
          var file: ValueObject = ["key": .string(export.key), "path": .string(export.path)]
          if let problem = export.problem { file["problem"] = .string(problem) }
          return .object(file)
        })
    }
    return object
  }

  /// The name of the last item of a stream of the run, and what it says.
  var end: (name: String, data: String) {
    let isError = outcome.map { $0.status == .failed } ?? true
    return (isError ? "error" : "done", Value.object(description).json())
  }

  /// Whether nothing is left for a client that has seen what has this number.
  func isOver(at sequence: Int) -> Bool {
    sequence == EventStream.Place.end || !isLost && log.isOver(at: sequence)
  }
}

extension ServerError {
  fileprivate static func lost(_ run: ServedRun) -> Self {
    Self(
      409, "run_lost",
      "the process of the run was lost; 'POST /graphs/\(run.graph.name)/threads/{thread}/resume' goes on with its thread"
    )
  }
}

internal import GraphCompiler
internal import GraphRuntime

/// The runs of a server: those that go on, and for a while those that have ended.
final class RunRegistry: Sendable {
  private struct State {
    var runs: [String: ServedRun] = [:]
    /// Those that have ended, in that order.
    var ended: [String] = []
    var activeCount = 0
    var isClosed = false
  }

  private let state = Locked(State())
  private let options: ServerOptions
  private let metrics: ServerMetrics

  init(_ options: ServerOptions, _ metrics: ServerMetrics) {
    self.options = options
    self.metrics = metrics
  }

  /// The number of runs that go on.
  var activeCount: Int { state.withLock { $0.activeCount } }

  /// Begins a run.
  ///
  /// - Throws: `ServerError` when there are too many, or the server ends.
  func start(_ graph: ServedGraph, _ run: GraphRun, stopsWithoutReaders: Bool) throws(ServerError) -> ServedRun {
    let served = ServedRun(graph, run, logBytes: options.logBytes, stopsWithoutReaders: stopsWithoutReaders)
    try state.withLock { state throws(ServerError) in
      guard !state.isClosed else { throw .unavailable }
      guard state.activeCount < options.activeRuns else { throw .tooManyRuns(options.activeRuns) }
      state.activeCount += 1
      state.runs[served.identity.id] = served
    }
    metrics.runStarted(graph.name)
    served.start { [self] in ended($0) }
    return served
  }

  private func ended(_ run: ServedRun) {
    metrics.runEnded(run.graph.name, run.outcome)
    let now = ContinuousClock.now
    state.withLock { state in
      state.activeCount -= 1
      state.ended.append(run.identity.id)
      while let oldest = state.ended.first,
        state.ended.count > options.keptRuns
          || (state.runs[oldest]?.endTime).map({ $0.duration(to: now) > options.keptTime }) ?? true
      {
        state.ended.removeFirst()
        state.runs.removeValue(forKey: oldest)
      }
    }
  }

  /// The run of an id, or nil when there is none or it is kept no more.
  func run(_ id: String) -> ServedRun? { state.withLock { $0.runs[id] } }

  /// All runs that are kept.
  var runs: [ServedRun] { state.withLock { Array($0.runs.values) } }

  /// Begins no more runs.
  func close() { state.withLock { $0.isClosed = true } }

  /// Stops what goes on and waits for it.
  func stopAll(_ reason: String) async {
    for run in runs where run.endTime == nil {
      run.stop(reason)
      _ = await run.result()
    }
  }
}

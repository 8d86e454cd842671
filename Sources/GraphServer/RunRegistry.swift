internal import GraphCompiler
internal import GraphRuntime

/// The runs of a server: those that go on, and for a while those that have ended.
final class RunRegistry: Sendable {
  fileprivate struct Ended {
    let id: String
    let time: ContinuousClock.Instant
    let bytes: Int
  }

  fileprivate struct State {
    var runs: [String: ServedRun] = [:]
    /// Those that have ended, in that order.
    var ended: [Ended] = []
    var endedBytes = 0
    /// Runs that were dropped, until their events are.
    var forgotten: [ServedRun] = []
    var activeCount = 0
    var isClosed = false
    var waiters = Waiters()
    /// The journals that are being read.
    var journalCount = 0
    var journalWaiters = Waiters()
  }

  /// How many journals are read at one time: each is held in memory whole.
  private static let mostJournals = 4

  /// What waits for answers that have to come in time.
  let timed = TimedQuestions()

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
  /// - Parameter patience: How long it goes on when its last reader has left; nil for as long as it takes.
  /// - Throws: `ServerError` when there are too many, or the server ends.
  func start(_ run: PreparedRun, patience: Duration?) throws(ServerError) -> ServedRun {
    let served = ServedRun(run, logBytes: options.logBytes, patience: patience)
    let refusal = state.withLock { state -> ServerError? in
      guard !state.isClosed else { return .unavailable }
      guard state.activeCount < options.activeRuns else { return .tooManyRuns(options.activeRuns) }
      state.activeCount += 1
      state.runs[served.identity.id] = served
      return nil
    }
    if let refusal {
      run.cancel()
      throw refusal
    }
    metrics.runStarted(run.graph.name)
    served.start(exportFolder: options.exportFolder) { [self] in ended($0) }
    return served
  }

  /// Keeps a run of an earlier time that was read, as long as runs that have ended are kept.
  ///
  /// - Returns: It, or the same run as somebody else has read it meanwhile.
  func keep(_ run: ServedRun) -> ServedRun {
    let entry = Ended(id: run.identity.id, time: .now, bytes: run.byteCount)
    return state.withLock { state in
      if let other = state.runs[entry.id] { return other }
      state.runs[entry.id] = run
      state.add(entry, options)
      return run
    }
  }

  private func ended(_ run: ServedRun) {
    metrics.runEnded(run.graph.name, run.outcome, after: run.beginTime.duration(to: .now))
    if let outcome = run.outcome {
      timed.add(
        TimedQuestions.Waiting(
          graph: run.graph, thread: run.identity.thread, run: run.identity.id, questions: outcome.interrupts,
          served: run.isKept ? nil : run))
    }
    let entry = Ended(id: run.identity.id, time: .now, bytes: run.byteCount)
    let waiters = state.withLock { state in
      state.activeCount -= 1
      state.add(entry, options)
      return state.activeCount == 0 ? state.waiters.takeAll() : []
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Forgets runs that ended too long ago.
  func forgetOld() {
    let forgotten = state.withLock { state in
      state.forget(options, before: .now)
      defer { state.forgotten = [] }
      return state.forgotten
    }
    // Sessions, and questions that have a time, may hold on to them.
    for run in forgotten { run.forget() }
  }

  /// The run of an id, or nil when there is none or it is kept no more.
  func run(_ id: String) -> ServedRun? { state.withLock { $0.runs[id] } }

  /// The bytes of the events of all runs that are known.
  var eventBytes: Int { state.withLock { Array($0.runs.values) }.reduce(0) { $0 + $1.log.byteCount } }

  /// The runs that go on.
  var active: [ServedRun] { state.withLock { Array($0.runs.values) }.filter { $0.endTime == nil } }

  /// Does what reads journals, when not too many others do.
  ///
  /// After a restart all clients come back at once, and those of one run after the first one find it in memory.
  ///
  /// - Throws: `CancellationError`, and what the work throws.
  func readingJournal<Result>(_ body: () async throws -> Result) async throws -> Result {
    while true {
      let isFree = state.withLock { state in
        guard state.journalCount < Self.mostJournals else { return false }
        state.journalCount += 1
        return true
      }
      if isFree { break }
      await state.wait(\.journalWaiters) { $0.journalCount >= Self.mostJournals }
      try Task.checkCancellation()
    }
    defer {
      let waiters = state.withLock { state in
        state.journalCount -= 1
        return state.journalWaiters.takeAll()
      }
      for waiter in waiters { waiter.resume() }
    }
    return try await body()
  }

  // MARK: - The end

  /// Begins no more runs.
  func close() { state.withLock { $0.isClosed = true } }

  /// Waits for the runs that go on; those that take too long are stopped and keep what they have, and those that do not
  /// stop are cancelled.
  func end(within grace: Duration) async {
    if await isIdle(within: grace) { return }
    for run in active { run.stop("the server ends") }
    if await isIdle(within: options.stopTime) { return }
    for run in active { run.cancel() }
    await waitUntilIdle()
  }

  /// Whether no run goes on before a time is over.
  private func isIdle(within duration: Duration) async -> Bool {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.waitUntilIdle() }
      group.addTask { try? await Task.sleep(for: duration) }
      await group.next()
      group.cancelAll()
    }
    return activeCount == 0
  }

  /// Waits until no run goes on or the task is cancelled.
  private func waitUntilIdle() async {
    await state.wait(\.waiters) { $0.activeCount > 0 }
  }
}

extension RunRegistry.State {
  fileprivate mutating func add(_ entry: RunRegistry.Ended, _ options: ServerOptions) {
    ended.append(entry)
    endedBytes += entry.bytes
    forget(options, before: entry.time)
  }

  fileprivate mutating func forget(_ options: ServerOptions, before now: ContinuousClock.Instant) {
    var count = 0
    for run in ended {
      guard
        ended.count - count > options.keptRuns || endedBytes > options.keptBytes
          || run.time.duration(to: now) > options.keptTime
      else { break }
      if let run = runs.removeValue(forKey: run.id) { forgotten.append(run) }
      endedBytes -= run.bytes
      count += 1
    }
    ended.removeFirst(count)
  }
}

/// Carries one run on: step after step, until nothing is due.
///
/// The reader's call for the next event is what drives it. Synchronous nodes
/// and the tokens of a single streaming node are worked on inside that call;
/// other nodes work in tasks that this engine owns and that send to its
/// mailbox.
///
/// All due nodes of a step see the state as it was at its start. Their updates
/// are applied together, in the order of the nodes, whichever ended first; so
/// the same answers give the same state.
///
/// It is a value, so that its parts are reached without run-time checks of
/// exclusive access; `RunDriver` is the one place that holds it.
struct RunEngine {
  enum Phase {
    case beginning
    /// Between two steps.
    case ready
    /// Pulling the tokens of the step's only node.
    case streaming
    /// Waiting for tasks.
    case working
    /// The last event was sent; the failure is thrown after it.
    case failing
    case ended
  }

  let graph: StateGraph
  let environment: RunEnvironment

  /// What the tasks of nodes send to.
  let mailbox: RunMailbox

  var log: RunLog
  var phase = Phase.beginning
  var step = RunStep()

  /// The stream that is pulled in the phase `streaming`, or in a task of it.
  var stream: PulledStream?
  var direct = DirectCalls()

  private let input: ValueObject
  var state: RunState
  private var scheduler: RunScheduler
  private(set) var stepNumber = 0

  /// The failures and failed checks after which the run went on, of all steps.
  var tolerated: [GraphError] = []

  /// Whether a stop left work undone.
  var isCutShort = false

  /// What ended the run.
  private var failure: GraphError?

  /// What was taken out of the mailbox last; kept for its storage.
  var letters: [RunMailbox.Letter] = []

  init(graph: StateGraph, input: ValueObject, environment: RunEnvironment, mailbox: RunMailbox) {
    self.graph = graph
    self.input = input
    self.environment = environment
    self.mailbox = mailbox
    log = RunLog(environment)
    state = RunState(graph.schema)
    scheduler = RunScheduler(graph)
  }

  /// Carries the run on to its next event.
  ///
  /// - Returns: The event, or nil after the last.
  /// - Throws: What ended the run, or `CancellationError` when the reader's task is cancelled.
  mutating func next() async throws -> GraphEvent? {
    while true {
      if let event = log.takeNext() { return event }
      if mayCallDirectly {
        do {
          if let event = accept(try await direct.call()) { return event }
        } catch {
          stop(directCallsWith: .failure(error))
        }
        continue
      }
      switch phase {
      case .ended: return nil
      case .failing:
        phase = .ended
        if let failure { throw failure }
      case .beginning: try begin()
      case .ready, .streaming, .working:
        guard !Task.isCancelled else {
          await cancel()
          throw CancellationError()
        }
        do throws(GraphError) {
          try await advance()
        } catch {
          finish(.failed, error: error)
        }
      }
    }
  }

  private mutating func advance() async throws(GraphError) {
    switch phase {
    case .ready: try beginStep()
    case .streaming: try await pull()
    case .working: try await receive()
    case .beginning, .failing, .ended: break
    }
  }

  // MARK: - Beginning and end

  private mutating func begin() throws {
    do {
      try state.applyInput(input)
    } catch {
      phase = .ended
      throw error
    }
    if let slot = graph.reservedSlots.threadID { state.replace(slot, .string(environment.run.thread)) }
    log.append(.runStarted(input: input))
    phase = .ready
    do throws(GraphError) {
      try scheduler.begin(&state)
    } catch {
      finish(.failed, error: error)
    }
  }

  private mutating func finish(_ status: RunStatus, error: GraphError? = nil) {
    // Somebody whom a node left behind may still send; it shall not wait for a reader.
    mailbox.close()
    var outcome = RunOutcome(
      status: status, state: state.view.object, usage: log.usage, error: error, stopReason: environment.stop.reason,
      steps: stepNumber)
    outcome.interrupts = step.interrupts
    outcome.toleratedErrors = tolerated
    log.append(.runFinished(outcome))
    failure = error
    phase = error == nil ? .ended : .failing
  }

  /// Ends the run because its reader was cancelled: its tasks are cancelled and waited for, so that nothing goes on
  /// behind the reader's back.
  private mutating func cancel() async {
    abandon()
    await step.waitForTasks()
    log.removeAll()
    stream = nil
    direct = DirectCalls()
    phase = .ended
  }

  /// Cancels the tasks of a run that nobody reads any more.
  func abandon() {
    step.cancelTasks()
    mailbox.close()
  }

  // MARK: - Steps

  private mutating func beginStep() throws(GraphError) {
    step.begin()
    scheduler.takeDue(into: &step.nodes)
    guard !step.nodes.isEmpty else {
      try scheduler.checkJoins()
      return finish(.completed)
    }
    guard !environment.stop.isRequested else { return finish(.stopped) }
    guard stepNumber < graph.maximumSteps else {
      throw GraphError(
        .stepLimit,
        "the run took \(graph.maximumSteps) steps, and \(graph.names(step.nodes)) would be next; a loop without an end? "
          + "Give it a condition that leads out or a 'loop_limits' entry, or raise 'config.recursion_limit'",
        step: stepNumber)
    }
    stepNumber += 1
    log.step = stepNumber
    for node in step.nodes {
      switch scheduler.disposition(of: node, &state) {
      case .run:
        if try mayRun(graph.plans[node]) { step.work.append(RunStep.Work(node: node)) }
      case .limited:
        step.limited.append(node)
        log.append(.nodeSkipped(.loopLimit), of: graph.plans[node])
      case .skip: log.append(.nodeSkipped(.resultExists), of: graph.plans[node])
      }
    }
    try startWork()
  }

  private mutating func startWork() throws(GraphError) {
    if step.work.count == 1, beginStream(step.work[0].node) { return }
    for place in step.work.indices {
      let plan = graph.plans[step.work[place].node]
      if case .synchronous(let body) = plan.node.body, !plan.needsTask {
        try runSynchronous(body, plan, at: place)
      } else {
        step.wait(at: place)
      }
    }
    guard step.waitingCount > 0 else { return try endStep() }
    let view = state.view
    phase = .working
    for _ in 0..<min(graph.maximumConcurrency, step.waitingCount) { startNextTask(view) }
  }

  private mutating func runSynchronous(
    _ body: @Sendable (StateView) throws -> StateUpdate, _ plan: NodePlan, at place: Int
  ) throws(GraphError) {
    log.append(.nodeStarted, of: plan)
    let update: StateUpdate
    do {
      update = try body(state.view)
    } catch let suspension as NodeSuspension {
      log.append(.interrupted(suspension.interrupts), of: plan)
      return step.suspend(suspension, at: place)
    } catch {
      step.work[place].update = StateUpdate()
      return try accept(placed(GraphError.of(error), plan), of: plan)
    }
    step.work[place].update = try judged(update, plan)
  }

  /// Applies the updates of the step and follows the edges of its nodes.
  mutating func endStep() throws(GraphError) {
    phase = .ready
    try applyUpdates()
    if isCutShort {
      log.append(.stepFinished(next: []))
      return finish(.stopped)
    }
    if step.isSuspended { return finish(.interrupted) }
    var limited = step.limited[...]
    for node in step.nodes {
      if limited.first == node {
        limited.removeFirst()
        scheduler.leaveLimited(node, &state)
        continue
      }
      do throws(GraphError) {
        if let choice = try scheduler.leave(node, &state) { log.append(choice, of: graph.plans[node]) }
      } catch {
        throw placed(error, graph.plans[node])
      }
    }
    log.append(.stepFinished(next: scheduler.dueNames))
  }

  private mutating func applyUpdates() throws(GraphError) {
    if let conflict = step.findParallelWrite(state) {
      throw placed(
        GraphError(
          .parallelWrite,
          "nodes \(graph.names([conflict.first, conflict.second])) wrote '\(conflict.key)' in one step; give the key "
            + "a reducer such as 'append' under 'state', or each node a key of its own"),
        graph.plans[conflict.second])
    }
    let mayBeUndone = step.work.count > 1 || (step.work.first?.update?.writes.count ?? 0) > 1
    state.beginWrites(mayBeUndone: mayBeUndone)
    for place in step.work.indices {
      guard let update = step.work[place].update else { continue }
      try apply(update, of: step.work[place].node)
    }
    if !step.tolerated.isEmpty { applyErrors() }
  }

  private mutating func apply(_ update: StateUpdate, of node: Int) throws(GraphError) {
    do throws(GraphError) {
      for write in update.writes { try state.apply(write) }
    } catch {
      state.undoWrites()
      throw placed(error, graph.plans[node])
    }
    if let route = update.route { scheduler.setRoute(route, of: node, &state) }
    for note in update.notes {
      if let slot = state.slot(of: StateKey(note.key.rawValue)) { state.replace(slot, note.value) }
    }
    if let slot = graph.reservedSlots.currentStep { state.replace(slot, .string(graph.plans[node].node.name)) }
    if update.isPartial { isCutShort = true }
  }

  /// A failure of a node or its edges, with its place.
  func placed(_ error: GraphError, _ plan: NodePlan) -> GraphError {
    error.placed(at: environment.path(of: plan), step: stepNumber, attempt: 1, in: environment.run)
  }
}

/// The one holder of a run's engine: when its last reference is released, the reader has left.
final class RunDriver {
  var engine: RunEngine

  init(_ engine: RunEngine) { self.engine = engine }

  deinit { engine.abandon() }
}

/// Drives one run: step after step, until nothing is due.
///
/// The reader's call for the next event is what drives it. Synchronous nodes
/// and the tokens of a single streaming node are worked on inside that call;
/// other nodes work in tasks that this engine owns and that send to its
/// mailbox.
///
/// All due nodes of a step see the state as it was at its start. Their updates
/// are applied together, in the order of the nodes, whichever ended first; so
/// the same answers give the same state.
final class RunEngine {
  private enum Phase {
    case beginning
    /// Between two steps.
    case ready
    /// Pulling the tokens of the step's only node.
    case streaming(InlineStream)
    /// Waiting for tasks.
    case working
    /// The last event was sent; this is thrown after it.
    case failing(GraphError)
    case ended
  }

  private let graph: StateGraph
  private let input: ValueObject
  private let environment: RunEnvironment
  private var phase = Phase.beginning
  private var state: RunState
  private var scheduler: RunScheduler
  private var stepNumber = 0
  private var step = Step()
  private var usage: [UsageRecord] = []

  /// Whether a stop left work undone.
  private var isCutShort = false

  /// What was taken out of the mailbox last; kept for its storage.
  private var letters: [RunMailbox.Letter] = []

  /// Events that nobody has asked for yet, from `firstPending` on.
  private var pending: [GraphEvent] = []
  private var firstPending = 0
  private var sequence = 0

  /// The nodes of the step that is going on.
  private struct Step {
    /// All due nodes, in the order of the file.
    var nodes: [Int] = []
    /// Those that are run, with their updates as far as they have ended.
    var runs: [(node: Int, update: StateUpdate?)] = []
    /// Those whose loop limit is reached.
    var limited: [Int] = []
    /// The tasks that work, by their place in `runs`.
    var tasks: [Int: Task<Void, Never>] = [:]
    /// Places in `runs` that wait for a task to end.
    var waiting: ArraySlice<Int> = []
    /// The failure that came first.
    var failure: (any Error)?
  }

  init(graph: StateGraph, input: ValueObject, environment: RunEnvironment) {
    self.graph = graph
    self.input = input
    self.environment = environment
    state = RunState(graph.schema)
    scheduler = RunScheduler(graph)
  }

  deinit { abandonTasks() }

  /// The next event that is there already, or nil.
  @inline(__always)
  func takePending() -> GraphEvent? {
    if firstPending < pending.count {
      defer { firstPending += 1 }
      return pending[firstPending]
    }
    if firstPending > 0 {
      pending.removeAll(keepingCapacity: true)
      firstPending = 0
    }
    return nil
  }

  /// Carries the run on to its next event.
  ///
  /// - Returns: The event, or nil after the last.
  /// - Throws: What ended the run, or `CancellationError` when the reader's task is cancelled.
  func next() async throws -> GraphEvent? {
    while true {
      if let event = takePending() { return event }
      do {
        switch phase {
        case .beginning: try begin()
        case .ready: try beginStep()
        case .streaming(let inline):
          // What a stream that never waits would otherwise miss; one that waits sees it itself.
          if inline.count & 15 == 0 { try Task.checkCancellation() }
          inline.count &+= 1
          do {
            if environment.stop.isRequested {
              try await end(inline, isPartial: true)
            } else if let token = try await inline.stream.next() {
              if let event = take(token, of: inline) { return event }
            } else {
              try await end(inline, isPartial: false)
            }
          } catch {
            try await fail(inline, error)
          }
        case .working: try await receive()
        case .failing(let error):
          phase = .ended
          throw error
        case .ended: return nil
        }
      } catch let error as GraphError {
        if case .ended = phase { throw error }
        finish(.failed, error: error)
      } catch {
        await cancelTasks()
        phase = .ended
        throw error
      }
    }
  }

  // MARK: - Beginning and end

  private func begin() throws {
    do {
      try state.applyInput(input)
    } catch {
      phase = .ended
      throw error
    }
    if let slot = graph.reservedSlots.threadID { state.replace(slot, .string(environment.run.thread)) }
    log(.runStarted(input: input))
    try scheduler.begin(&state)
    phase = .ready
  }

  private func finish(_ status: RunStatus, error: GraphError? = nil) {
    let outcome = RunOutcome(
      status: status, state: state.view.object, usage: usage, error: error, stopReason: environment.stop.reason,
      steps: stepNumber)
    log(.runFinished(outcome))
    phase = error.map { .failing($0) } ?? .ended
  }

  // MARK: - Steps

  private func beginStep() throws {
    try Task.checkCancellation()
    let nodes = scheduler.takeDue()
    guard !nodes.isEmpty else {
      try scheduler.checkJoins()
      return finish(.completed)
    }
    guard !environment.stop.isRequested else { return finish(.stopped) }
    guard stepNumber < graph.maximumSteps else {
      throw GraphError(
        .stepLimit,
        "the run took \(graph.maximumSteps) steps, and \(scheduler.names(nodes)) would be next; a loop without an end? "
          + "Give it a condition that leads out or a 'loop_limits' entry, or raise 'config.recursion_limit'",
        step: stepNumber)
    }
    stepNumber += 1
    step.nodes = nodes
    step.runs.removeAll(keepingCapacity: true)
    step.limited.removeAll(keepingCapacity: true)
    for node in nodes {
      switch scheduler.disposition(of: node, &state) {
      case .run:
        try checkRequirements(of: node)
        step.runs.append((node, nil))
      case .limited:
        step.limited.append(node)
        log(.nodeSkipped(.loopLimit), node)
      case .skip: log(.nodeSkipped(.resultExists), node)
      }
    }
    try startRuns()
  }

  private func checkRequirements(of index: Int) throws {
    for key in graph.nodes[index].requires where state.view[key].isNull {
      throw placed(GraphError(.missingRequirement, "requires '\(key.name)', which is not set"), index)
    }
  }

  private func startRuns() throws {
    if step.runs.count == 1, let stream = inlineStream(of: step.runs[0].node) {
      phase = .streaming(stream)
      return
    }
    var places: [Int] = []
    for place in step.runs.indices {
      let node = graph.nodes[step.runs[place].node]
      if case .synchronous(let body) = node.body {
        step.runs[place].update = try runSynchronous(body, step.runs[place].node)
      } else {
        places.append(place)
      }
    }
    guard !places.isEmpty else { return try endStep() }
    let view = state.view
    step.waiting = places[...]
    phase = .working
    for _ in 0..<min(graph.maximumConcurrency, places.count) { startTask(view) }
  }

  private func runSynchronous(
    _ body: @Sendable (StateView) throws -> StateUpdate, _ index: Int
  ) throws -> StateUpdate {
    log(.nodeStarted, index)
    do {
      let update = try body(state.view)
      log(.nodeFinished(update), index)
      return update
    } catch {
      let failure = placed(GraphError.of(error), index)
      log(.nodeFailed(failure), index)
      throw failure
    }
  }

  /// Applies the updates of the step and follows the edges of its nodes.
  private func endStep() throws {
    try checkWriters()
    for run in step.runs {
      guard let update = run.update else { continue }
      try apply(update, of: run.node)
    }
    phase = .ready
    if isCutShort {
      log(.stepFinished(next: []))
      return finish(.stopped)
    }
    for node in step.nodes {
      if !step.limited.isEmpty, step.limited.contains(node) {
        scheduler.leaveLimited(node)
      } else {
        do throws(GraphError) {
          if let record = try scheduler.leave(node, &state) { log(.routed(record), node) }
        } catch {
          throw placed(error, node)
        }
      }
    }
    log(.stepFinished(next: scheduler.dueNodes.map { graph.nodes[$0].name }))
  }

  private func apply(_ update: StateUpdate, of node: Int) throws {
    for write in update.writes {
      do throws(GraphError) {
        try state.apply(write)
      } catch {
        throw placed(error, node)
      }
    }
    if let route = update.route { scheduler.setRoute(route, of: node, &state) }
    if let slot = graph.reservedSlots.currentStep { state.replace(slot, .string(graph.nodes[node].name)) }
    if update.isPartial { isCutShort = true }
  }

  /// Refuses two nodes of one step that write a key without a reducer for it.
  private func checkWriters() throws {
    guard step.runs.count > 1 else { return }
    var writers: [Int: Int] = [:]
    for run in step.runs {
      for write in run.update?.writes ?? [] {
        guard let slot = state.slot(of: write.key), graph.schema.schema.slots[slot].reducer == .replace,
          let other = writers.updateValue(run.node, forKey: slot), other != run.node
        else { continue }
        let names = scheduler.names([other, run.node])
        throw placed(
          GraphError(
            .parallelWrite,
            "nodes \(names) wrote '\(write.key.name)' in one step; give the key a reducer such as 'append' under "
              + "'state', or each node a key of its own"),
          run.node)
      }
    }
  }

  // MARK: - A single streaming node

  /// The tokens of a node, pulled by the reader itself.
  private final class InlineStream {
    let node: Int
    let view: StateView
    let stream: TokenStream
    var text = ""
    var count = 0

    init(node: Int, view: StateView, stream: TokenStream) {
      self.node = node
      self.view = view
      self.stream = stream
    }
  }

  /// Begins the first attempt at a streaming node without a timeout; other nodes give nil.
  private func inlineStream(of index: Int) -> InlineStream? {
    let node = graph.nodes[index]
    guard case .streaming(let body) = node.body, node.timeout == nil else { return nil }
    let view = state.view
    let context = NodeContext(
      path: graph.paths[index], run: environment.run, step: stepNumber, attempt: 1, stop: environment.stop,
      sink: UnwaitingSink(mailbox: environment.mailbox))
    log(.nodeStarted, index)
    return InlineStream(node: index, view: view, stream: body(view, context))
  }

  /// Joins a token to the node's text.
  ///
  /// - Returns: Its event where no other event goes before it.
  private func take(_ token: String, of inline: InlineStream) -> GraphEvent? {
    if token.isEmpty { return nil }
    inline.text += token
    takeMailedEvents()
    let event = makeEvent(.token(token), inline.node)
    if pending.isEmpty { return event }
    pending.append(event)
    return nil
  }

  /// Ends a node whose stream has ended, or was cut short by a stop.
  private func end(_ inline: InlineStream, isPartial: Bool) async throws {
    // A stream whose task was cancelled may look as if it had ended.
    try Task.checkCancellation()
    var update = try await inline.stream.finish(inline.text, isPartial)
    update.isPartial = isPartial
    takeMailedEvents()
    log(.nodeFinished(update), inline.node)
    step.runs[0].update = update
    try endStep()
  }

  /// Goes on after an error of the stream: a cancellation, a stop, a retry, or the end of the run.
  private func fail(_ inline: InlineStream, _ error: any Error) async throws {
    if Task.isCancelled { throw CancellationError() }
    // The step had ended already: what failed is the way on, not the node.
    guard case .streaming = phase else { throw error }
    takeMailedEvents()
    if error is CancellationError, environment.stop.isRequested { return try await end(inline, isPartial: true) }
    try retryInTask(inline, error)
  }

  /// Goes on with a failed node in a task where its retry policy says so.
  private func retryInTask(_ inline: InlineStream, _ error: any Error) throws {
    let execution = execution(inline.node)
    let failure = execution.graphError(error, attempt: 1, text: inline.text)
    guard let retry = execution.retry(after: failure, attempt: 1) else {
      log(.nodeFailed(failure), inline.node)
      throw failure
    }
    log(.retry(retry), inline.node)
    phase = .working
    startTask(place: 0, execution, inline.view, retry: retry)
  }

  // MARK: - Tasks

  private func execution(_ index: Int) -> NodeExecution {
    NodeExecution(node: graph.nodes[index], path: graph.paths[index], step: stepNumber, environment: environment)
  }

  private func startTask(_ view: StateView) {
    guard let place = step.waiting.popFirst() else { return }
    startTask(place: place, execution(step.runs[place].node), view, retry: nil)
  }

  /// Starts the task of a node; this engine cancels it in `cancelTasks` or `deinit`.
  private func startTask(place: Int, _ execution: NodeExecution, _ view: StateView, retry: RetryRecord?) {
    let mailbox = environment.mailbox
    step.tasks[place] = Task.immediate {
      let result = await execution.result(view, retry: retry)
      _ = mailbox.post(.ended(place: place, result))
    }
  }

  /// Waits for letters of the tasks, and ends the step after the last one.
  private func receive() async throws {
    if !environment.mailbox.take(into: &letters) {
      await environment.mailbox.waitForLetter()
      try Task.checkCancellation()
      _ = environment.mailbox.take(into: &letters)
    }
    for letter in letters { take(letter) }
    guard step.tasks.isEmpty else { return }
    if let failure = step.failure {
      step.failure = nil
      throw failure
    }
    try endStep()
  }

  private func take(_ letter: RunMailbox.Letter) {
    switch letter {
    case .event(let event): log(event)
    case .ended(let place, .success(let update)):
      step.tasks[place] = nil
      step.runs[place].update = update
      if step.failure == nil && !step.waiting.isEmpty { startTask(state.view) }
    case .ended(let place, .failure(let error)):
      step.tasks[place] = nil
      step.waiting = []
      // Siblings that end because of this failure are not failures of their own.
      guard step.failure == nil else { return }
      step.failure = error
      for task in step.tasks.values { task.cancel() }
    }
  }

  private func takeMailedEvents() {
    guard environment.mailbox.take(into: &letters) else { return }
    for letter in letters { take(letter) }
  }

  /// Cancels the tasks and waits for them, so that nothing goes on behind the run's back.
  private func cancelTasks() async {
    let tasks = step.tasks.values
    abandonTasks()
    for task in tasks { await task.value }
  }

  private func abandonTasks() {
    for task in step.tasks.values { task.cancel() }
    step.tasks = [:]
    environment.mailbox.close()
  }

  // MARK: - The log

  private func log(_ kind: GraphEvent.Kind, _ node: Int? = nil) { pending.append(makeEvent(kind, node)) }

  private func log(_ event: RunMailbox.Event) {
    if case .usage(let record) = event.kind { add(record) }
    pending.append(
      GraphEvent(
        run: environment.run, sequence: sequence, time: event.time, step: event.step, path: event.path,
        attempt: event.attempt, kind: event.kind))
    sequence += 1
  }

  @inline(__always)
  private func makeEvent(_ kind: GraphEvent.Kind, _ node: Int?) -> GraphEvent {
    defer { sequence += 1 }
    return GraphEvent(
      run: environment.run, sequence: sequence, time: WallClock.milliseconds(), step: stepNumber,
      path: node.map { graph.paths[$0] } ?? [], attempt: node == nil ? 0 : 1, kind: kind)
  }

  private func add(_ record: UsageRecord) {
    let known = usage.firstIndex { $0.provider == record.provider && $0.model == record.model }
    if let known { usage[known] += record } else { usage.append(record) }
  }

  /// A failure of a node or its edges, with its place.
  private func placed(_ error: GraphError, _ node: Int) -> GraphError {
    GraphError(
      error.code, error.message, path: graph.paths[node], step: stepNumber, attempt: 1, underlying: error.underlying,
      partialText: error.partialText)
  }
}

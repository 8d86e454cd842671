/// Nodes and graphs inside a node.
extension NodeContext {
  /// Runs another node inside this one, with its attempts, time-out, checks, fallback and failure action.
  ///
  /// Its events carry this node's path and its name; those of a run for an item of a list carry this node's path with
  /// the item's index instead, as in `translate[2]`. A streaming node's tokens are events.
  /// - Parameters:
  ///   - item: The index of the item that the node works at.
  ///   - resumption: What the node suspended with, and the answers, when it goes on after that.
  /// - Returns: What it wants written: nothing where it was left out or its failure is tolerated. A stop makes it
  ///   partial, and then this node's update is to be so too.
  /// - Throws: `GraphError` when it failed, `NodeSuspension` when it waits for a person, `CancellationError`.
  public func run(
    _ node: NestedNode, on state: StateView, item: Int? = nil, resumption: NodeResumption? = nil
  ) async throws -> StateUpdate {
    let place = item.map { PathElement.path(path, item: $0) } ?? path + node.plan.path
    switch try await execution(of: node, place, resumption).runNested(state) {
    case .updated(let update): return update
    case .suspended(let suspension): throw suspension
    case .failed(let error):
      if error.isTolerated { return StateUpdate() }
      throw error
    case .notBegun:
      var update = StateUpdate()
      update.isPartial = true
      return update
    }
  }

  /// Runs another node inside this one for an item of a list, and says how that ended.
  ///
  /// It is `run(_:on:item:resumption:)` for a node that does something about failures itself.
  /// - Throws: `NodeSuspension` when it waits for a person, `GraphError` when a check says to halt, `CancellationError`.
  public func result(
    of node: NestedNode, on state: StateView, item: Int, resumption: NodeResumption? = nil
  ) async throws -> NestedResult {
    switch try await execution(of: node, PathElement.path(path, item: item), resumption).runNested(state) {
    case .updated(let update): return .updated(update)
    case .suspended(let suspension): throw suspension
    case .failed(let error):
      if error.isHalting { throw error }
      return .failed(error)
    case .notBegun: return .notBegun
    }
  }

  func execution(of node: NestedNode, _ path: [String], _ resumption: NodeResumption?) -> NodeExecution {
    NodeExecution(
      plan: node.plan, path: path, step: step, environment: environment, deadline: deadline, resumption: resumption)
  }

  /// Runs a graph inside this node.
  ///
  /// Its nodes' events come through with this node's path in front and the steps of the graph; what its models use is
  /// counted. A stop and a cancellation of this run reach it.
  /// - Parameters:
  ///   - thread: The thread of the graph's run; this run's and the path of the node when nil.
  ///   - resumption: What the graph suspended with, and the answers, when it goes on after that.
  /// - Returns: How it ended, completed or stopped.
  /// - Throws: `GraphError` when it failed, `NodeSuspension` when it waits for a person, `CancellationError`.
  public func run(
    _ graph: StateGraph, input: ValueObject, thread: String? = nil, resumption: NodeResumption? = nil
  ) async throws -> RunOutcome {
    let identity = RunIdentity(
      id: run.id, thread: thread ?? "\(run.thread):\(path.joined(separator: "/"))", graph: graph.name)
    let mailbox = RunMailbox()
    let end = graph.timeout.map { ContinuousClock.now + $0 }
    let inner = RunEnvironment(
      run: identity, stop: stop, sink: mailbox, sleep: environment.sleep, basePath: path, workKey: idempotencyKey,
      deadline: [deadline, end].compactMap { $0 }.min())
    let terms = RunTerms(start: try resumption?.start ?? .input(input), timeout: graph.timeout)
    let driver = RunDriver(RunEngine(graph: graph, terms: terms, environment: inner, mailbox: mailbox))
    var outcome: RunOutcome?
    while let event = try await driver.engine.next() {
      switch event.kind {
      case .runStarted, .stepFinished: break
      case .runFinished(let finished): outcome = finished
      default: await environment.sink.send(event.kind, path: event.path, step: event.step, attempt: event.attempt)
      }
    }
    guard let outcome else { throw CancellationError() }
    if outcome.status == .interrupted {
      throw NodeSuspension(outcome.interrupts, memo: outcome.checkpoint?.json ?? .null)
    }
    return outcome
  }
}

extension NodeResumption {
  /// How a graph goes on that was run inside the node: with the answers to its own questions.
  fileprivate var start: RunStart {
    get throws {
      let checkpoint = try RunCheckpoint(json: memo)
      let own = checkpoint.interrupts.compactMap { question in answers[question.id].map { (question.id, $0) } }
      return .checkpoint(checkpoint, answers: ValueObject(own), input: ValueObject())
    }
  }
}

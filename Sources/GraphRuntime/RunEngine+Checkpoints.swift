internal import GraphDiagnostics

/// Where a run goes on that has not come to its end.
extension RunEngine {
  /// The place of the run at the beginning of its step, with what the step's nodes have done.
  func checkpointOfStep(_ status: RunStatus) -> RunCheckpoint {
    // Otherwise the step has not begun.
    guard step.isCutShort || step.isSuspended else {
      return checkpoint(status, due: step.nodes.map { graph.plans[$0].node.name })
    }
    let visits = visits()
    return checkpoint(status, due: [], visits: visits, toleratedInStep: tolerated(besides: visits))
  }

  /// The place of the run where these nodes are due or have done this.
  func checkpoint(
    _ status: RunStatus, due: [String], visits: [(node: String, visit: RunCheckpoint.Visit)] = [],
    toleratedInStep: [GraphError] = []
  ) -> RunCheckpoint {
    let turn = turn
    return RunCheckpoint(
      graph: graph.name, thread: environment.run.thread, run: environment.run.id, status: status, turn: turn.number,
      steps: stepNumber, state: state.written, usage: log.usage, source: graph.source, workKey: turn.workKey,
      inputDigest: turn.inputDigest, earlier: state.earlierNames,
      runCounts: ValueObject(scheduler.counts.map { (graph.plans[$0.node].node.name, .int($0.count)) }),
      limited: limitedNames, joins: joinPlaces, due: due, visits: visits, kept: keptPieces(visits),
      tolerated: tolerated,
      toleratedInStep: toleratedInStep)
  }

  /// The turn of the thread that the run is, or goes on with.
  var turn: RunDelta.Turn {
    switch terms.start {
    case .input(let input):
      RunDelta.Turn(number: 1, workKey: environment.workKey, inputDigest: Value.object(input).fingerprint)
    case .turn(let checkpoint, let input):
      RunDelta.Turn(
        number: checkpoint.turn + 1, workKey: environment.workKey, inputDigest: Value.object(input).fingerprint)
    case .checkpoint(let checkpoint, _, _):
      RunDelta.Turn(number: checkpoint.turn, workKey: checkpoint.workKey, inputDigest: checkpoint.inputDigest)
    }
  }

  var limitedNames: [String] { scheduler.limited.map { graph.plans[$0].node.name } }

  /// The joins that some of their sources have reached.
  var joinPlaces: [RunCheckpoint.Join] {
    scheduler.openJoins.map { join, arrived in
      let name = { (node: Int) in graph.plans[node].node.name }
      return RunCheckpoint.Join(
        sources: join.sources.map(name), targets: join.targets.map { graph.targetName($0) },
        arrived: arrived.sorted().map(name))
    }
  }

  /// What the nodes of the step have done.
  ///
  /// - Parameter failed: The name of a node that is to be run again, whatever it has done.
  func visits(failed: String? = nil) -> [(node: String, visit: RunCheckpoint.Visit)] {
    var work = step.work[...]
    var limited = step.limited[...]
    return step.nodes.map { node in
      let name = graph.plans[node].node.name
      if limited.first == node {
        limited.removeFirst()
        return (name, .limited)
      }
      guard let item = work.first, item.node == node else { return (name, .skipped(route: scheduler.route(of: node))) }
      work.removeFirst()
      return (name, name == failed ? item.unfinished : item.visit)
    }
  }

  /// The pieces of what nodes have done that are run again.
  func keptPieces(_ visits: [(node: String, visit: RunCheckpoint.Visit)]) -> [String: [Value]] {
    var pieces: [String: [Value]] = [:]
    for item in step.work {
      let all = (item.resumption?.kept ?? []) + item.pieces
      if !all.isEmpty { pieces[graph.plans[item.node].node.name] = all }
    }
    return pieces.filter { node, _ in visits.contains { $0.node == node && $0.visit.isUnfinished } }
  }

  /// The failures of the step that the run goes on after; what is run again says again what is wrong.
  func tolerated(besides visits: [(node: String, visit: RunCheckpoint.Visit)]) -> [GraphError] {
    guard !step.tolerated.isEmpty else { return [] }
    let repeated = Set(
      visits.compactMap { node, visit in visit.isUnfinished ? node : nil })
    return step.tolerated.filter { error in name(of: error).map { !repeated.contains($0) } ?? true }
  }

  /// The node of this graph that an error is of.
  func name(of error: GraphError) -> String? {
    error.path.dropFirst(environment.basePath.count).first.map { PathElement.name(of: $0) }
  }

  // MARK: - Going on

  /// Takes over the place of another run.
  mutating func restore(
    _ checkpoint: RunCheckpoint, _ answers: ValueObject, _ input: ValueObject
  ) throws(GraphError) {
    try graph.check(isThatOf: checkpoint.graph)
    guard checkpoint.status != .completed else {
      throw GraphError(
        .invalidCheckpoint, "the run of the thread '\(checkpoint.thread)' came to its end: there is nothing to resume")
    }
    guard input.isEmpty || Value.object(input).fingerprint == checkpoint.inputDigest else {
      throw GraphError(
        .threadUnfinished,
        "the thread '\(checkpoint.thread)' has not come to its end, and the run that it goes on with has other inputs")
    }
    try check(answers, checkpoint.interrupts)
    let answers = try completed(answers, checkpoint.interrupts)
    let nodes = NodeIndices(graph)
    for (name, value) in checkpoint.state {
      state.restore(name, value, isEarlier: checkpoint.earlier.contains(name))
    }
    for (name, count) in checkpoint.runCounts {
      // How often a node ran that is not there any more is nothing to the others.
      if let node = nodes.find(name) { scheduler.restore(runs: count.int ?? 0, of: node) }
    }
    for name in checkpoint.limited { nodes.find(name).map { scheduler.restore(limitedAt: $0) } }
    for join in checkpoint.joins { try restore(join, nodes) }
    for name in checkpoint.due { scheduler.restore(due: try nodes.index(of: name)) }
    for (name, visit) in checkpoint.visits {
      pendingVisits.append((try nodes.index(of: name), visit.answered(with: answers)))
    }
    stepNumber = checkpoint.steps
    tolerated = checkpoint.tolerated
    log.usage = checkpoint.usage
  }

  /// Takes over what a run has left that came to its end, and begins another turn.
  mutating func restoreTurn(_ checkpoint: RunCheckpoint, _ input: ValueObject) throws(GraphError) {
    try graph.check(isThatOf: checkpoint.graph)
    for (name, value) in checkpoint.state where ReservedKey(rawValue: name) == nil {
      state.restore(name, value, isEarlier: true)
    }
    state.beginRecording()
    // Of a run that was stopped for this one, the nodes that had ended have done their work.
    for case (_, .done(let update)) in checkpoint.visits {
      for write in update.writes where state.slot(of: write.key) != nil { try state.apply(write) }
    }
    writesBeforeTurn = state.recordedCount
    state.endTurn()
    try state.applyInput(input)
  }

  private func check(_ answers: ValueObject, _ open: [PendingInterrupt]) throws(GraphError) {
    let ids = open.map(\.id)
    for id in answers.keys where !ids.contains(id) {
      var message = "there is no open question '\(id)'"
      if let near = Suggestion.nearest(to: id, among: ids) {
        message += "; did you mean '\(near)'?"
      } else if !ids.isEmpty {
        message += "; there are " + ids.map { "'\($0)'" }.joined(separator: ", ")
      }
      throw GraphError(.unknownQuestion, message)
    }
  }

  /// The answers, with the defaults of questions that nobody has answered in time.
  private func completed(_ answers: ValueObject, _ open: [PendingInterrupt]) throws(GraphError) -> ValueObject {
    var answers = answers
    let now = WallClock.milliseconds()
    for question in open where question.isOverdue(at: now) {
      guard answers[question.id] == nil else {
        throw GraphError(
          .questionOverdue,
          "the time for an answer to '\(question.id)' is over; without one the run goes on with its default, "
            + question.defaultAnswer.json())
      }
      answers[question.id] = question.defaultAnswer
    }
    return answers
  }

  private mutating func restore(_ join: RunCheckpoint.Join, _ nodes: NodeIndices) throws(GraphError) {
    var sources: [Int] = []
    for name in join.sources { sources.append(try nodes.index(of: name)) }
    var targets: [Int] = []
    for name in join.targets { targets.append(name == "END" ? StateGraph.end : try nodes.index(of: name)) }
    guard let index = graph.joins.firstIndex(where: { $0.sources == sources && $0.targets == targets }) else {
      throw GraphError(
        .invalidCheckpoint,
        "the graph has no edge from \(graph.names(sources)) to \(graph.names(targets)) any more, at which a run waits")
    }
    for name in join.arrived { scheduler.restore(arrival: try nodes.index(of: name), at: index) }
  }

  /// Goes on with the step that another run began.
  mutating func resumeStep() throws(GraphError) {
    guard let checkpoint = terms.start.checkpoint else { return }
    step.tolerated = checkpoint.toleratedInStep
    log.step = stepNumber
    guard !environment.stop.isRequested else { return finish(.stopped, checkpoint) }
    for (node, visit) in pendingVisits {
      step.nodes.append(node)
      switch visit {
      case .limited: step.limited.append(node)
      case .skipped(let route): scheduler.restore(route: route, of: node)
      case .done(let update): step.work.append(RunStep.Work(node: node, update: update, isKept: true))
      case .due:
        guard try mayRun(graph.plans[node]) else { continue }
        step.work.append(RunStep.Work(node: node, resumption: resumption(.null, of: node, checkpoint)))
      case .suspended(let suspension):
        step.work.append(RunStep.Work(node: node, isKept: true))
        step.suspend(suspension, at: step.work.count - 1)
      case .answered(let answered):
        step.work.append(
          RunStep.Work(node: node, resumption: resumption(answered.memo, answered.answers, of: node, checkpoint)))
      }
    }
    pendingVisits = []
    journal?.beginKeptStep()
    try startWork()
  }

  /// What a node goes on with that is run again.
  private func resumption(
    _ memo: Value, _ answers: ValueObject = ValueObject(), of node: Int, _ checkpoint: RunCheckpoint
  ) -> NodeResumption? {
    var resumption = NodeResumption(memo: memo, answers: answers)
    resumption.kept = checkpoint.kept[graph.plans[node].node.name] ?? []
    return resumption.isOfAnswers || !resumption.kept.isEmpty ? resumption : nil
  }
}

extension RunStep.Work {
  /// What it has done, as a checkpoint keeps it.
  var visit: RunCheckpoint.Visit {
    if let suspension { return .suspended(suspension) }
    guard let update, !update.isPartial else { return unfinished }
    return .done(update)
  }

  /// The same for one that is run again.
  var unfinished: RunCheckpoint.Visit {
    guard let resumption, resumption.isOfAnswers else { return .due }
    return .answered(NodeResumption(memo: resumption.memo, answers: resumption.answers))
  }
}

extension RunCheckpoint.Visit {
  /// The same with what somebody has answered.
  fileprivate func answered(with answers: ValueObject) -> Self {
    guard case .suspended(let suspension) = self else { return self }
    let own = suspension.interrupts.compactMap { question in answers[question.id].map { (question.id, $0) } }
    return own.isEmpty ? self : .answered(NodeResumption(memo: suspension.memo, answers: ValueObject(own)))
  }
}

/// The nodes of a graph by name.
private struct NodeIndices {
  private let graph: StateGraph
  private let indices: [String: Int]

  init(_ graph: StateGraph) {
    self.graph = graph
    indices = Dictionary(graph.nodes.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { $1 })
  }

  func find(_ name: String) -> Int? { indices[name] }

  func index(of name: String) throws(GraphError) -> Int {
    if let index = indices[name] { return index }
    var message = "the graph '\(graph.name)' has no node '\(name)' any more, at which the checkpoint has a place"
    if let near = Suggestion.nearest(to: name, among: graph.nodes.map(\.name)) { message += "; is it '\(near)' now?" }
    throw GraphError(.invalidCheckpoint, message)
  }
}

extension StateGraph {
  /// Finds what another graph has left.
  func check(isThatOf other: String) throws(GraphError) {
    guard other != name else { return }
    throw GraphError(.invalidCheckpoint, "the checkpoint is of the graph '\(other)', and this one is '\(name)'")
  }
}

internal import GraphDiagnostics

/// Where a run goes on that has not come to its end.
extension RunEngine {
  /// The place of the run at the beginning of its step, with what the step's nodes have done.
  func checkpointOfStep(_ status: RunStatus) -> RunCheckpoint {
    // Otherwise the step has not begun.
    let isPending = step.isCutShort || step.isSuspended
    let names = graph.nodes.map(\.name)
    let visits = isPending ? visits : []
    // What is run again says again what is wrong.
    let repeated = Set(visits.compactMap { if case .due = $0.visit { names[$0.node] } else { nil } })
    let depth = environment.basePath.count
    return RunCheckpoint(
      graph: graph.name, thread: environment.run.thread, run: environment.run.id, status: status, steps: stepNumber,
      state: state.written, usage: log.usage, workKey: environment.workKey,
      runCounts: scheduler.counts.map { (names[$0.node], $0.count) }, limited: scheduler.limited.map { names[$0] },
      joins: scheduler.openJoins.map { join, arrived in
        RunCheckpoint.Join(
          sources: join.sources.map { names[$0] }, targets: join.targets.map { graph.targetName($0) },
          arrived: arrived.sorted().map { names[$0] })
      },
      due: isPending ? [] : step.nodes.map { names[$0] },
      visits: visits.map { (names[$0.node], $0.visit) }, tolerated: tolerated,
      toleratedInStep: step.tolerated.filter { error in
        error.path.dropFirst(depth).first.map { !repeated.contains(PathElement.name(of: $0)) } ?? true
      })
  }

  private var visits: [(node: Int, visit: RunCheckpoint.Visit)] {
    var work = step.work[...]
    var limited = step.limited[...]
    return step.nodes.map { node in
      if limited.first == node {
        limited.removeFirst()
        return (node, .limited)
      }
      guard let item = work.first, item.node == node else { return (node, .skipped(route: scheduler.route(of: node))) }
      work.removeFirst()
      if let suspension = item.suspension { return (node, .suspended(suspension)) }
      guard let update = item.update, !update.isPartial else { return (node, .due) }
      return (node, .done(update))
    }
  }

  // MARK: - Going on

  /// Takes over the place of another run.
  mutating func restore(_ checkpoint: RunCheckpoint, _ answers: ValueObject) throws(GraphError) {
    guard checkpoint.graph == graph.name else {
      throw GraphError(
        .invalidCheckpoint, "the checkpoint is of the graph '\(checkpoint.graph)', and this one is '\(graph.name)'")
    }
    guard checkpoint.status != .completed else {
      throw GraphError(
        .invalidCheckpoint, "the run of the thread '\(checkpoint.thread)' came to its end: there is nothing to resume")
    }
    try check(answers, checkpoint.interrupts)
    let nodes = NodeIndices(graph)
    for (name, value) in checkpoint.state { state.restore(name, value) }
    for (name, count) in checkpoint.runCounts { scheduler.restore(runs: count, of: try nodes.index(of: name)) }
    for name in checkpoint.limited { scheduler.restore(limitedAt: try nodes.index(of: name)) }
    for join in checkpoint.joins { try restore(join, nodes) }
    for name in checkpoint.due { scheduler.restore(due: try nodes.index(of: name)) }
    for (name, visit) in checkpoint.visits {
      pendingVisits.append((try nodes.index(of: name), visit))
    }
    stepNumber = checkpoint.steps
    tolerated = checkpoint.tolerated
    log.usage = checkpoint.usage
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
    guard case .checkpoint(let checkpoint, let answers) = terms.start else { return }
    let visits = pendingVisits
    pendingVisits = []
    step.tolerated = checkpoint.toleratedInStep
    log.step = stepNumber
    guard !environment.stop.isRequested else { return finish(.stopped, checkpoint) }
    for (node, visit) in visits {
      step.nodes.append(node)
      switch visit {
      case .limited: step.limited.append(node)
      case .skipped(let route): scheduler.restore(route: route, of: node)
      case .done(let update): step.work.append(RunStep.Work(node: node, update: update))
      case .due: if try mayRun(graph.plans[node]) { step.work.append(RunStep.Work(node: node)) }
      case .suspended(let suspension): step.add(node, suspension, answers)
      }
    }
    try startWork()
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

  func index(of name: String) throws(GraphError) -> Int {
    if let index = indices[name] { return index }
    var message = "the graph '\(graph.name)' has no node '\(name)' any more, at which the checkpoint has a place"
    if let near = Suggestion.nearest(to: name, among: graph.nodes.map(\.name)) { message += "; is it '\(near)' now?" }
    throw GraphError(.invalidCheckpoint, message)
  }
}

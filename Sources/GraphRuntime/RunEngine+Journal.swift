/// What a run keeps of itself while it goes on, where it is one of an open thread.
///
/// A step is kept before the log says that it has ended. The nodes of a step that have ended beside others are kept
/// before the others have; so are answers before anything is done with them. Steps that do nothing outside the state are
/// begun while those before them are written, and the log is held back until that is done.
extension RunEngine {
  /// Notes how the run begins.
  mutating func openJournal() {
    guard let notes = log.notes, let thread = terms.thread else { return }
    let journal = RunJournal(
      notes, lastRecord: thread.lastRecord, usage: log.usage, toleratedCount: tolerated.count)
    self.journal = journal
    sayKept(in: journal)
    switch terms.start {
    case .input: journal.add(.snapshot(checkpoint(.running, due: scheduler.dueNames), events: notes.take()))
    case .turn:
      var delta = delta(.running)
      delta.turn = turn
      delta.turn?.writesBefore = writesBeforeTurn
      add(&delta, writes: state.takeRecorded(), due: scheduler.dueNames)
    case .checkpoint(var checkpoint, _, _) where terms.thread?.isRenamed == true:
      // What follows speaks of nodes by their new names.
      checkpoint.run = environment.run.id
      checkpoint.status = .running
      checkpoint.visits = pendingNames
      journal.add(.snapshot(checkpoint, events: notes.take()))
    case .checkpoint(let checkpoint, _, _):
      var delta = delta(.running)
      delta.visits = pendingNames
      delta.toleratedInStep = checkpoint.toleratedInStep
      add(&delta, due: scheduler.dueNames)
      if delta.visits.contains(where: { if case .answered = $0.visit { true } else { false } }) { faultPoint("answer") }
    }
    state.beginRecording()
    log.hold()
    // Also where the rest may be written later: an answer that somebody gave is not lost.
    journal.phaseAfter = .ready
    phase = .committing
  }

  /// Notes the end of a step, and goes on with the next one or keeps what is noted first.
  mutating func noteStep() {
    guard let journal else { return }
    var delta = delta(.running)
    delta.nodes = step.work.map { graph.plans[$0.node].node.name }
    if !journal.hasStep { delta.counts = countsOfStep }
    add(&delta, isSaid: terms.durability == .sync, writes: state.takeRecorded(), due: scheduler.dueNames)
    journal.endStep()
    if terms.thread?.wantsSnapshot == true, !journal.hasSnapshot {
      journal.add(.snapshot(checkpoint(.running, due: scheduler.dueNames)))
      faultPoint("snapshot")
    }
    goOnOrCommit()
  }

  /// Keeps the nodes that have ended while others of their step are at work.
  mutating func notePart() {
    guard let journal, phase == .working, step.working > 0, step.failure == nil else { return }
    var ended: [(node: String, visit: RunCheckpoint.Visit)] = []
    for place in step.work.indices where !step.work[place].isKept {
      let item = step.work[place]
      guard !item.isOpen, item.update?.isPartial != true else { continue }
      step.work[place].isKept = true
      ended.append((graph.plans[item.node].node.name, item.visit))
    }
    let kept = takePieces()
    guard !ended.isEmpty || !kept.isEmpty || journal.notes.isFull else { return }
    var delta = delta(.running)
    delta.kept = kept
    delta.nodes = ended.map(\.node)
    delta.visits = ended
    delta.isPart = journal.hasStep
    if !journal.hasStep {
      delta.counts = countsOfStep
      delta.visits = visits()
    }
    delta.toleratedInStep = tolerated(besides: delta.isPart ? [] : delta.visits)
    add(&delta, isSaid: terms.durability == .sync, writes: state.takeRecorded())
    journal.noteStep()
    if terms.durability == .async, journal.entries.count < RunJournal.maximumGroup { return writeInBackground() }
    journal.phaseAfter = .working
    log.hold()
    phase = .committing
  }

  /// The pieces that nodes want kept and that are in no journal yet.
  private mutating func takePieces() -> [String: [Value]] {
    var pieces: [String: [Value]] = [:]
    for place in step.work.indices where step.work[place].isOpen && !step.work[place].pieces.isEmpty {
      pieces[graph.plans[step.work[place].node].node.name] = step.work[place].pieces
      step.work[place].pieces = []
    }
    return pieces
  }

  /// Notes that the updates of the step are going to be written.
  ///
  /// - Parameter status: How the run ends with the step, where the step is unfinished.
  mutating func noteApplying(_ status: RunStatus?) {
    guard let journal else { return }
    journal.unfinished = status.map { deltaOfStep($0) }
    journal.place = .applying
    journal.writesBefore = state.recordedCount
    journal.toleratedBefore = tolerated.count
    journal.joinsBefore = joinPlaces
  }

  /// Notes how the run ends.
  mutating func noteEnd(_ status: RunStatus, _ error: GraphError?) {
    guard let journal else { return }
    var end: RunDelta
    let writes = state.takeRecorded()
    // What was written of a step that is gone on with is not in the journal.
    let unkept = journal.place == .applying ? Set(writes.dropFirst(journal.writesBefore).map(\.key)) : []
    let keptKeys = Set(state.written.keys).subtracting(unkept)
    switch journal.place {
    case .between:
      end = delta(status)
      end.visits = pendingNames
      end.toleratedInStep = pendingVisits.isEmpty ? [] : terms.start.checkpoint?.toleratedInStep ?? []
      end.error = error
      add(&end, due: scheduler.dueNames, keptKeys: keptKeys)
    case .taken:
      end = delta(status)
      end.steps = journal.stepsBefore
      end.error = error
      add(&end, due: step.nodes.map { graph.plans[$0].node.name }, keptKeys: keptKeys)
    case .begun, .applying:
      let isApplying = journal.place == .applying
      end = (error == nil ? journal.unfinished : nil) ?? deltaOfStep(status, failed: error.flatMap { name(of: $0) })
      end.error = error
      if isApplying {
        add(
          &end, writes: Array(writes.prefix(journal.writesBefore)), joins: journal.joinsBefore,
          tolerated: tolerated.prefix(journal.toleratedBefore), keptKeys: keptKeys)
      } else {
        add(&end, writes: writes, keptKeys: keptKeys)
      }
    }
  }

  // MARK: - Parts of deltas

  private func delta(_ status: RunStatus) -> RunDelta {
    RunDelta(run: environment.run.id, steps: stepNumber, status: status)
  }

  /// What the nodes of a step that has not ended have done.
  private func deltaOfStep(_ status: RunStatus, failed: String? = nil) -> RunDelta {
    var delta = delta(status)
    delta.visits = visits(failed: failed)
    delta.nodes = delta.visits.compactMap { if case .done = $0.visit { $0.node } else { nil } }
    delta.toleratedInStep = tolerated(besides: delta.visits)
    for item in step.work where !item.pieces.isEmpty && item.visit.isUnfinished {
      delta.kept[graph.plans[item.node].node.name] = item.pieces
    }
    if journal?.hasStep != true { delta.counts = countsOfStep }
    return delta
  }

  private var countsOfStep: [(node: String, count: Int)] {
    step.nodes.map { (graph.plans[$0].node.name, scheduler.count(of: $0)) }.filter { $0.1 > 0 }
  }

  private var pendingNames: [(node: String, visit: RunCheckpoint.Visit)] {
    pendingVisits.map { (graph.plans[$0.node].node.name, $0.visit) }
  }

  /// Says that what was said until now is kept, which is held back until it is.
  ///
  /// Where events are handed out before they are kept, nothing says so.
  private mutating func sayKept(in journal: RunJournal) {
    log.append(.checkpointed(record: journal.lastRecord + 1))
  }

  /// Adds a delta to what is kept next, with what each of them has.
  ///
  /// - Parameter isSaid: Whether an event says so; the end of a run says it by itself.
  private mutating func add(
    _ delta: inout RunDelta, isSaid: Bool = false, writes: [StateWrite] = [], due: [String] = [],
    joins: [RunCheckpoint.Join]? = nil,
    tolerated: ArraySlice<GraphError>? = nil, keptKeys: Set<String> = []
  ) {
    guard let journal else { return }
    delta.writes = writes
    delta.due = due
    delta.limited = limitedNames
    delta.joins = joins ?? joinPlaces
    delta.usage = journal.changed(log.usage)
    if !delta.isPart { delta.tolerated = journal.added(tolerated ?? self.tolerated[...]) }
    if isSaid { sayKept(in: journal) }
    delta.events = journal.notes.take(keptKeys: keptKeys)
    journal.add(.change(delta, turn: turn.number))
  }
}

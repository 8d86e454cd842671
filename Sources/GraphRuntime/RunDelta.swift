/// One value that was written to a key, with what its reducer made of it.
struct StateWrite: Sendable, Hashable {
  let key: String
  let reducer: Reducer
  let value: Value
}

/// What a run has changed of its place since its last commit.
///
/// It holds what was written and not what came of it, so that its size is that of the nodes' results, however large
/// the state is.
struct RunDelta: Sendable {
  /// The beginning of a turn on a thread that had come to its end.
  struct Turn: Sendable {
    let number: Int
    let workKey: String
    let inputDigest: String
    /// The number of writes that come before the turn: those of nodes of a step that is not gone on with.
    var writesBefore = 0
  }

  var turn: Turn?
  let run: String
  var steps: Int
  var status: RunStatus

  /// The nodes that ended, for whoever looks at the thread's history.
  var nodes: [String] = []

  var writes: [StateWrite] = []
  var counts: [(node: String, count: Int)] = []
  var limited: [String] = []
  var joins: [RunCheckpoint.Join] = []
  var due: [String] = []
  var visits: [(node: String, visit: RunCheckpoint.Visit)] = []

  /// Pieces of what nodes have done that have not ended, in addition to those that were kept before.
  var kept: [String: [Value]] = [:]

  /// Whether `visits` are only those that have changed in a step that goes on, and all else stays as it is.
  var isPart = false

  /// What model calls have used so far, where that has changed.
  var usage: [UsageRecord]?

  /// The failures that the run went on after since the last commit, and those of the step that has not ended.
  var tolerated: [GraphError] = []
  var toleratedInStep: [GraphError] = []

  /// What ended the run, where it failed.
  var error: GraphError?

  /// What the run's log got since the last commit; nobody goes on from that.
  var events = EventNotes.Block()

  init(run: String, steps: Int, status: RunStatus) {
    self.run = run
    self.steps = steps
    self.status = status
  }
}

extension RunCheckpoint {
  /// The place after the records of a journal, or nil where there are none.
  ///
  /// - Throws: `CheckpointStoreError.damaged` for a record that is not what was written, `newer` for one of a later
  ///   version; both say which records can be read.
  init?(thread: String, records: [ThreadRecord]) throws {
    var reader = JournalReader(thread)
    for record in records { _ = try reader.take(record) }
    guard let place = reader.place else { return nil }
    self = place
  }

  /// Goes on to the place after a commit.
  ///
  /// - Throws: `ReducerError` where a value does not fit what is there, which no engine writes.
  mutating func apply(_ delta: RunDelta) throws {
    var writes = delta.writes[...]
    if let turn = delta.turn {
      for write in writes.prefix(turn.writesBefore) { try apply(write) }
      writes = writes.dropFirst(turn.writesBefore)
      begin(turn)
    }
    run = delta.run
    steps = delta.steps
    status = delta.status
    for write in writes { try apply(write) }
    for (node, count) in delta.counts { runCounts[node] = .int(count) }
    if let usage = delta.usage { self.usage = usage }
    toleratedInStep = delta.toleratedInStep
    error = delta.error
    for (node, pieces) in delta.kept { kept[node, default: []] += pieces }
    guard !delta.isPart else {
      for (node, visit) in delta.visits {
        guard let index = visits.firstIndex(where: { $0.node == node }) else { continue }
        visits[index].visit = visit
        if !visit.isUnfinished { kept[node] = nil }
      }
      return
    }
    limited = delta.limited
    joins = delta.joins
    due = delta.due
    visits = delta.visits
    tolerated += delta.tolerated
    if !kept.isEmpty {
      kept = kept.filter { node, _ in visits.contains { $0.node == node && $0.visit.isUnfinished } }
    }
  }

  private mutating func apply(_ write: StateWrite) throws {
    var value = state[write.key] ?? .null
    state[write.key] = .null
    try write.reducer.apply(write.value, to: &value)
    state[write.key] = value
    if !earlier.isEmpty { earlier.remove(write.key) }
  }

  /// Forgets what the last turn has left but its state, which does not keep nodes from running.
  private mutating func begin(_ turn: RunDelta.Turn) {
    for key in ReservedKey.allCases { state[key.rawValue] = nil }
    earlier = Set(state.keys)
    self.turn = turn.number
    workKey = turn.workKey
    inputDigest = turn.inputDigest
    runCounts = ValueObject()
    usage = []
    tolerated = []
  }
}

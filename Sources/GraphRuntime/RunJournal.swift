/// What a run has to remember to write the journal of its thread.
///
/// It is a class so that the engine, which is copied where its parts are read, holds one reference and no more.
final class RunJournal {
  /// One thing that the journal gets.
  enum Entry {
    case snapshot(RunCheckpoint)
    case change(RunDelta, turn: Int)
  }

  /// How far the step is whose end is noted next.
  enum Place {
    /// Between two steps.
    case between
    /// Its nodes are known, and it is being seen which of them run.
    case taken
    /// Its nodes are at work.
    case begun
    /// Their updates are being written and their edges followed.
    case applying
  }

  /// The most steps that are kept together: steps that wait for nothing and do nothing outside the state.
  static let maximumGroup = 64

  /// What waits to be kept.
  private(set) var entries: [Entry] = []

  /// What the engine goes on with when that is kept.
  var phaseAfter = RunEngine.Phase.ready

  var place = Place.between

  /// The steps that were begun before the one whose place is not `between`.
  var stepsBefore = 0

  /// Whether the journal has the nodes of the step already, so that only what changes is to be added.
  private(set) var hasStep = false

  /// The number of noted writes and of failures, and the open joins, before the updates of the step are written.
  var writesBefore = 0
  var toleratedBefore = 0
  var joinsBefore: [RunCheckpoint.Join] = []

  /// The end of a run whose step is unfinished, which is known before the step's updates are written.
  var unfinished: RunDelta?

  /// What the journal knows of the run's usage, and how many of the failures that it went on after.
  private var usage: [UsageRecord] = []
  private var toleratedCount = 0

  init(usage: [UsageRecord], toleratedCount: Int) {
    self.usage = usage
    self.toleratedCount = toleratedCount
  }

  func add(_ entry: Entry) { entries.append(entry) }

  /// Whether a snapshot waits to be kept.
  var hasSnapshot: Bool { entries.contains { if case .snapshot = $0 { true } else { false } } }

  func takeEntries() -> [Entry] {
    defer { entries = [] }
    return entries
  }

  /// Notes that the nodes of a step are known.
  func take(_ steps: Int) {
    place = .taken
    stepsBefore = steps
  }

  /// Notes that a step is gone on with that the journal has already.
  func beginKeptStep() {
    place = .begun
    hasStep = true
  }

  /// Notes that the journal has the nodes of the step.
  func noteStep() { hasStep = true }

  /// Notes that the step has ended.
  func endStep() {
    place = .between
    hasStep = false
  }

  /// What model calls have used, where the journal does not know it yet.
  func changed(_ current: [UsageRecord]) -> [UsageRecord]? {
    guard current != usage else { return nil }
    usage = current
    return current
  }

  /// The failures that the journal does not have yet.
  func added(_ tolerated: some RandomAccessCollection<GraphError>) -> [GraphError] {
    defer { toleratedCount = tolerated.count }
    return Array(tolerated.dropFirst(toleratedCount))
  }
}

extension RunJournal.Entry {
  func record(sequence: Int, time: Int64, graph: String, nodes: [String] = []) -> ThreadRecord {
    var body: [UInt8] = []
    switch self {
    case .snapshot(let place):
      place.json.writeJSON(to: &body)
      return ThreadRecord(
        sequence: sequence, kind: .snapshot, time: time, graph: graph, run: place.run, turn: place.turn,
        step: place.steps, status: place.status, nodes: nodes, body: body)
    case .change(let delta, let turn):
      delta.json.writeJSON(to: &body)
      return ThreadRecord(
        sequence: sequence, kind: .change, time: time, graph: graph, run: delta.run, turn: turn, step: delta.steps,
        status: delta.status, nodes: delta.nodes, body: body)
    }
  }
}

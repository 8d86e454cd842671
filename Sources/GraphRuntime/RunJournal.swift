/// What a run has to remember to write the journal of its thread.
///
/// It is a class so that the engine, which is copied where its parts are read, holds one reference and no more.
final class RunJournal {
  /// One thing that the journal gets.
  enum Entry {
    case snapshot(RunCheckpoint, events: EventNotes.Block = EventNotes.Block())
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

  /// The most steps that wait to be kept while the run goes on with others.
  static let maximumGroup = 256

  /// The steps that are worth being written while the run goes on.
  static let usualGroup = 16

  /// What waits to be kept.
  private(set) var entries: [Entry] = []

  /// What is being kept while the run goes on, if anything.
  private(set) var write: JournalWrite?

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

  /// The events that no entry has yet.
  let notes: EventNotes

  /// The number of the record that what was added last is, or will be.
  private(set) var lastRecord: Int

  init(_ notes: EventNotes, lastRecord: Int, usage: [UsageRecord], toleratedCount: Int) {
    self.notes = notes
    self.lastRecord = lastRecord
    self.usage = usage
    self.toleratedCount = toleratedCount
  }

  func add(_ entry: Entry) {
    entries.append(entry)
    lastRecord += 1
  }

  /// Whether a snapshot waits to be kept.
  var hasSnapshot: Bool { entries.contains { if case .snapshot = $0 { true } else { false } } }

  func takeEntries() -> [Entry] {
    defer { entries = [] }
    return entries
  }

  /// Begins to keep what waits; the one before has to be taken first.
  func begin(_ write: JournalWrite) { self.write = write }

  /// Takes what is being kept, to wait for it.
  func takeWrite() -> JournalWrite? {
    defer { write = nil }
    return write
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

/// Entries that are being kept while the run goes on.
///
/// The task is owned by the run's journal, whose engine waits for it before it ends; where the reader has left, it keeps
/// the thread open until it has ended.
final class JournalWrite: Sendable {
  /// The number of the first event that says more than these entries.
  let eventsBefore: Int

  private let end = Locked<Bool?>(nil)
  private let task = Locked<Task<Void, any Error>?>(nil)

  init(_ entries: [RunJournal.Entry], of graph: String, in thread: OpenThread, eventsBefore: Int, _ mailbox: RunMailbox)
  {
    self.eventsBefore = eventsBefore
    let task = Task {
      defer { _ = mailbox.post(.saved) }
      do {
        try await thread.append(entries, graph: graph)
      } catch {
        end.withLock { $0 = false }
        throw error
      }
      end.withLock { $0 = true }
    }
    self.task.withLock { $0 = task }
  }

  /// Whether it has ended, be it well or not.
  var hasEnded: Bool { end.withLock { $0 != nil } }

  /// Whether it has ended well.
  var isKept: Bool { end.withLock { $0 == true } }

  /// Waits for its end.
  ///
  /// - Throws: What the store throws.
  func wait() async throws { try await task.withLock { $0 }?.value }
}

extension RunJournal.Entry {
  func record(sequence: Int, time: Int64, graph: String, nodes: [String] = []) -> ThreadRecord {
    var body: [UInt8] = []
    switch self {
    case .snapshot(let place, let events):
      var object = place.json.object ?? ValueObject()
      if !events.isEmpty { object["events"] = events.json(beside: object, of: place.steps, at: time, in: sequence) }
      Value.object(object).writeJSON(to: &body)
      return ThreadRecord(
        sequence: sequence, kind: .snapshot, time: time, graph: graph, run: place.run, turn: place.turn,
        step: place.steps, status: place.status, nodes: nodes, body: body)
    case .change(let delta, let turn):
      Value.object(delta.body(at: time, in: sequence)).writeJSON(to: &body)
      return ThreadRecord(
        sequence: sequence, kind: .change, time: time, graph: graph, run: delta.run, turn: turn, step: delta.steps,
        status: delta.status, nodes: delta.nodes, body: body)
    }
  }
}

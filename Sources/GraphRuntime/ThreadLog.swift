/// What the journal of a thread has of one run's log.
public struct LoggedRun: Sendable {
  /// Which run it is.
  public let run: RunIdentity

  /// The turn of the thread that it was part of.
  public let turn: Int

  /// Its events in order, in the form of `GraphEvent.json`; a run whose process was lost has no last one.
  ///
  /// `GraphEvent.init(json:of:)` reads them.
  public internal(set) var events: [Value]

  /// Where the thread was before it, or nil for the thread's first run.
  public let place: RunCheckpoint?

  /// Whether the first of its events is there; the history of a thread can be cut.
  public var isWhole: Bool { events.first?["seq"] == 0 }

  /// Whether its last event is there.
  public var hasEnded: Bool { events.last?["type"] == "run_finished" }
}

extension CheckpointStore {
  /// The logs of the runs of a thread, in the order in which they began.
  ///
  /// Each commit holds the events since the one before, so that a log is as durable as the state, and as long as its
  /// records are kept. The events are those that the run's reader was given, with their numbers and times.
  /// - Throws: `CheckpointStoreError.damaged` or `newer` for records that cannot be read, and what the store throws.
  public func log(of thread: String) async throws -> [LoggedRun] { try await log(of: thread) { _ in true } }

  /// The log of one run of a thread, or nil where the thread has none of it.
  ///
  /// - Throws: `CheckpointStoreError.damaged` or `newer` for records that cannot be read, and what the store throws.
  public func log(of thread: String, run: String) async throws -> LoggedRun? {
    try await log(of: thread) { $0 == run }.last
  }

  private func log(of thread: String, where isWanted: (String) -> Bool) async throws -> [LoggedRun] {
    var reader = JournalReader(thread)
    var runs: [LoggedRun] = []
    for record in try await records(of: thread, .all) {
      let place = reader.place
      let content = try reader.take(record)
      guard isWanted(record.run), let log = content["events"] else { continue }
      var rest = content
      rest["events"] = nil
      let events: [Value]
      do {
        events = try EventNotes.Block.events(
          log, beside: rest, of: record, state: reader.place?.state ?? ValueObject())
      } catch {
        throw reader.failure(error, at: record)
      }
      if runs.last?.run.id != record.run {
        let identity = RunIdentity(
          id: record.run, thread: thread, graph: record.graph, resumed: events.first?["resumes"]?.string)
        runs.append(LoggedRun(run: identity, turn: record.turn, events: [], place: place))
      }
      runs[runs.count - 1].events += events
    }
    return runs
  }
}

internal import GraphRuntime

/// Finding runs: those that memory has, and those of an earlier time, or of another program, in the journals of threads.
extension ServerCore {
  /// The run of an id.
  ///
  /// - Throws: `ServerError` when there is none, it is not kept, or another program has it at work.
  func run(_ id: String) async throws -> ServedRun {
    guard let run = try await knownRun(id, of: graphs) else { throw ServerError.noRun(id) }
    return run
  }

  /// The run of an id, or nil when there is none of these graphs; where memory has it no more, it has to be the last one of
  /// its thread, as that is what stores list.
  func knownRun(_ id: String, of graphs: [ServedGraph]) async throws -> ServedRun? {
    if let run = runs.run(id) { return run }
    // What is no id is looked for in no store.
    guard id.utf8.count == 36 else { return nil }
    return try await runs.readingJournal { try await readRun(id, of: graphs) }
  }

  private func readRun(_ id: String, of graphs: [ServedGraph]) async throws -> ServedRun? {
    if let run = runs.run(id) { return run }
    // What stores have said that several graphs share.
    var told: [ObjectIdentifier: ThreadSummary?] = [:]
    var failure: CheckpointStoreError?
    for graph in graphs {
      let identity = graph.sharedStore
      do {
        let thread: ThreadSummary?
        if let identity, let known = told[identity] {
          thread = known
        } else {
          thread = try await graph.store.threads().first { $0.last.run == id }
        }
        if let identity { told[identity] = .some(thread) }
        guard let thread, thread.last.graph == graph.executable.name else { continue }
        return try await keptRun(id, ofThread: thread.thread, of: graph, isHeld: thread.holder != nil)
      } catch let error as CheckpointStoreError {
        failure = error
        if let identity { told[identity] = .some(nil) }
      }
    }
    // It may be in the one that could not be read.
    if let failure { throw ServerError(failure) }
    return nil
  }

  /// A run of a thread: the last one when no id is given.
  ///
  /// - Throws: `ServerError`.
  func run(_ id: String?, ofThread name: String, of graph: ServedGraph) async throws -> ServedRun {
    let place = try await graph.place(ofThread: name)
    let id = id ?? place.run
    func known() -> ServedRun? {
      runs.run(id).flatMap { $0.identity.thread == name && $0.graph.name == graph.name ? $0 : nil }
    }
    if let run = known() { return run }
    return try await runs.readingJournal {
      if let run = known() { return run }
      return try await readRun(id, ofThread: name, of: graph, isLast: id == place.run)
    }
  }

  private func readRun(
    _ id: String, ofThread name: String, of graph: ServedGraph, isLast: Bool
  ) async throws -> ServedRun {
    do {
      let isHeld = try await graph.store.threads().first { $0.thread == name }?.holder != nil
      guard
        let run = try await keptRun(id, ofThread: name, of: graph, isHeld: isLast && isHeld)
      else { throw ServerError.noEvents(of: id, name) }
      return run
    } catch let error as CheckpointStoreError {
      throw ServerError(error)
    }
  }

  /// The run as the journal of its thread has it; nil where that has nothing of it.
  ///
  /// - Parameter isHeld: Whether somebody has the thread, and it is the thread's last run.
  private func keptRun(
    _ id: String, ofThread thread: String, of graph: ServedGraph, isHeld: Bool
  ) async throws -> ServedRun? {
    guard let logged = try await graph.store.log(of: thread, run: id) else { return nil }
    guard logged.hasEnded || !isHeld else { throw ServerError.elsewhere(id) }
    do {
      return runs.keep(try ServedRun(logged, of: graph))
    } catch let error as GraphError {
      throw ServerError(500, "thread_unreadable", error.message)
    }
  }
}

extension ServedGraph {
  /// What tells the store from others; nil for one that is a value.
  fileprivate var sharedStore: ObjectIdentifier? {
    type(of: store) is AnyClass ? ObjectIdentifier(store as AnyObject) : nil
  }
}

extension ServerError {
  private static let advice =
    "of a kept thread, 'GET /graphs/{name}/threads/{thread}/events?run=…' has also earlier runs"

  fileprivate static func noRun(_ id: String) -> Self {
    Self(404, "no_such_run", "there is no run '\(id)', or it ended too long ago to be kept; \(advice)")
  }

  fileprivate static func noEvents(of run: String, _ thread: String) -> Self {
    Self(404, "no_such_run", "the thread '\(thread)' has no events of a run '\(run)'", parameter: "run")
  }

  fileprivate static func elsewhere(_ run: String) -> Self {
    Self(409, "run_elsewhere", "the run '\(run)' goes on in another process; its events can be read when it has ended")
  }
}

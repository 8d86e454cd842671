/// What becomes of a run whose thread another run has.
public enum BusyPolicy: String, Sendable, Hashable, CaseIterable {
  /// It is told so.
  case reject
  /// It waits until the thread is free.
  case enqueue
  /// The other run is stopped, which keeps what it has done, and this one begins another turn on that; also where the last
  /// run was stopped before, failed, or lost its process.
  case interrupt
  /// The other run is stopped, and what its turn has written is taken back, before this one begins; also where the last
  /// run was stopped before, failed, or lost its process.
  case rollback
  /// The other run is stopped, and this one goes on where it came to.
  case takeover
}

extension CheckpointStore {
  /// Opens a thread for one run; see `StateGraph.run(_:answers:on:options:)`.
  ///
  /// A run that is to stop is asked through the store, so that it may be one of another process or machine. It hears of it
  /// within a fraction of a second, and ends when its nodes have; that is waited for. One that came to its end meanwhile
  /// has come to its end: nothing of it is taken back.
  /// - Parameters:
  ///   - policy: What is done while another run has the thread.
  ///   - graph: The graph that is to run; no run is stopped, and nothing is taken back, on a thread of another one.
  ///   - names: The new names of nodes that had other ones when the thread's last run ended, by the old ones.
  ///   - count: The most records of the thread that are kept when it is closed; all of them when nil.
  /// - Throws: `GraphError.invalidInput` for a node that is to have another name and that the thread has not come to;
  ///   `GraphError.invalidCheckpoint` for a thread of another graph;
  ///   `CheckpointStoreError.busy` when a run that goes on has the thread and the policy is to say so; `damaged`
  ///   or `newer` when what is kept cannot be read; `shortened` when the beginning of a turn that is to be taken back is
  ///   not kept any more, and what else the store throws.
  public func open(
    _ thread: String, of graph: StateGraph? = nil, onBusy policy: BusyPolicy = .reject,
    renaming names: [String: String] = [:], keeping count: Int? = nil
  ) async throws -> OpenThread {
    if let graph {
      for (old, new) in names.sorted(by: { $0.key < $1.key }) where !graph.nodes.contains(where: { $0.name == new }) {
        throw GraphError(.invalidInput, "the graph '\(graph.name)' has no node '\(new)', the new name of '\(old)'")
      }
    }
    func checkGraph(_ records: [ThreadRecord]) throws {
      if let graph, let last = records.last { try graph.check(isThatOf: last.graph) }
    }
    if policy != .reject, policy != .enqueue { try checkGraph(await records(of: thread, .since(nil))) }
    let lease = try await take(thread, policy)
    do {
      var records = try await records(of: thread, .since(nil))
      try checkGraph(records)
      // Whether it was stopped for this run or before, or lost its process, makes no difference; one that has come to a
      // question, or to its end, meanwhile is not left.
      let isLeft = records.last.map { [.running, .stopped, .failed].contains($0.status) } ?? false
      let leavesTurn = isLeft && (policy == .interrupt || policy == .rollback)
      if leavesTurn, policy == .rollback, try await rollBack(lease, records) {
        records = try await self.records(of: thread, .since(nil))
      }
      return try OpenThread(
        self, lease, records, beginsTurn: leavesTurn, keeping: count, renaming: names)
    } catch {
      try? await release(lease)
      throw error
    }
  }

  /// Where the last run of a thread came to, or nil when there is no such thread or no such record.
  ///
  /// - Parameter sequence: The record at which is looked; the last one when nil.
  public func checkpoint(of thread: String, at sequence: Int? = nil) async throws -> RunCheckpoint? {
    let records = try await records(of: thread, .since(sequence))
    guard sequence.map({ $0 == records.last?.sequence }) ?? true else { return nil }
    return try RunCheckpoint(thread: thread, records: records)
  }

  /// Takes a thread, also from a process of this machine that has ended without giving it back.
  func lease(_ thread: String) async throws -> ThreadLease {
    faultPoint("acquire.before")
    defer { faultPoint("acquire.after") }
    do {
      return try await acquire(thread, for: .current, lasting: OpenThread.leaseTime, over: nil)
    } catch let error as CheckpointStoreError {
      guard error.code == .busy, let epoch = error.epoch, error.holder?.isGone == true else { throw error }
      faultPoint("acquire.over")
      return try await acquire(thread, for: .current, lasting: OpenThread.leaseTime, over: epoch)
    }
  }

  /// Takes a thread as the policy says.
  private func take(_ thread: String, _ policy: BusyPolicy) async throws -> ThreadLease {
    var asked: Int?
    while true {
      do {
        return try await lease(thread)
      } catch let error as CheckpointStoreError {
        guard error.code == .busy, policy != .reject else { throw error }
        // Who comes between is asked as well.
        if policy != .enqueue, let epoch = error.epoch, epoch != asked {
          faultPoint("stop.before")
          try await askToStop(thread, epoch: epoch)
          faultPoint("stop.after")
          asked = epoch
        }
        // Nobody says when a thread is free: it may be another machine's.
        try await Task.sleep(for: policy == .enqueue ? .milliseconds(200) : .milliseconds(50))
      }
    }
  }

  /// Takes back what the last turn of a thread has written, where that has not come to its end.
  ///
  /// The records stay, and the place before them is added behind; those of a first turn, which has no place before it, are
  /// removed.
  private func rollBack(_ lease: ThreadLease, _ recent: [ThreadRecord]) async throws -> Bool {
    guard let last = recent.last, last.status != .completed else { return false }
    let records = try await records(of: lease.thread, .all)
    // A run that was lost before it began its own turn has taken it back already.
    if last.kind == .snapshot, let before = records.dropLast().last, before.turn > last.turn { return false }
    guard let first = records.last(where: { $0.turn != last.turn }).map({ $0.sequence + 1 }) ?? records.first?.sequence,
      let oldest = records.first
    else { return false }
    guard first > oldest.sequence else {
      guard last.turn == 1, oldest.sequence == 1 else {
        throw CheckpointStoreError(
          .shortened,
          "the turn \(last.turn) of the thread '\(lease.thread)' cannot be taken back: its beginning is not kept")
      }
      faultPoint("rollback.before")
      try await remove(through: nil, leaving: nil, under: lease)
      faultPoint("rollback.after")
      return true
    }
    guard let place = try await checkpoint(of: lease.thread, at: first - 1) else { return false }
    let record = RunJournal.Entry.snapshot(place).record(
      sequence: last.sequence + 1, time: WallClock.milliseconds(), graph: place.graph)
    faultPoint("rollback.before")
    try await append([record], under: lease, lasting: OpenThread.leaseTime)
    faultPoint("rollback.after")
    return true
  }
}

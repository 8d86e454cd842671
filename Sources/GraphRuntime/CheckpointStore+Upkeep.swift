extension CheckpointStore {
  /// Forgets a thread.
  ///
  /// - Returns: Whether there was one.
  /// - Throws: `CheckpointStoreError.busy` when a run has it.
  @discardableResult
  public func delete(_ thread: String) async throws -> Bool {
    try await holding(thread) { lease in
      faultPoint("delete.before")
      try await remove(through: nil, leaving: nil, under: lease)
      faultPoint("delete.after")
      return lease.lastSequence > 0
    }
  }

  /// Begins a thread at the place of another one, which stays as it is.
  ///
  /// - Parameters:
  ///   - name: The new thread's name.
  ///   - sequence: The record whose place it is; the last one when nil.
  ///   - changes: What the state of the new thread has in place of what was there.
  /// - Returns: Whether there is such a thread and such a record.
  /// - Throws: `CheckpointStoreError.taken` when there is a thread of the new name.
  public func fork(
    _ thread: String, to name: String, at sequence: Int? = nil, changing changes: ValueObject = ValueObject()
  ) async throws -> Bool {
    guard var place = try await checkpoint(of: thread, at: sequence) else { return false }
    place.thread = name
    // It does other work than the first one, even where both come to the same nodes.
    place.workKey = RunIdentity.makeID()
    for (key, value) in changes {
      place.state[key] = value
      place.earlier.remove(key)
    }
    let start = place
    try await holding(name) { lease in
      guard lease.lastSequence == 0 else {
        throw CheckpointStoreError(.taken, "there is a thread '\(name)' already")
      }
      let entry = RunJournal.Entry.snapshot(start)
      faultPoint("fork.before")
      try await append(
        [entry.record(sequence: 1, time: WallClock.milliseconds(), graph: start.graph)], under: lease,
        lasting: OpenThread.leaseTime)
      faultPoint("fork.after")
    }
    return true
  }

  /// Forgets the old part of a thread's history.
  ///
  /// - Parameter count: The number of records that are kept, at least 1.
  /// - Returns: Whether there were more.
  public func trim(_ thread: String, keeping count: Int) async throws -> Bool {
    precondition(count > 0, "a thread cannot be kept in \(count) records")
    return try await holding(thread) { lease in try await trim(lease, last: lease.lastSequence, keeping: count) }
  }

  /// The same for a thread that is held.
  func trim(_ lease: ThreadLease, last: Int, keeping count: Int) async throws -> Bool {
    let first = last - count + 1
    guard first > 1, let place = try await checkpoint(of: lease.thread, at: first),
      let record = try await records(of: lease.thread, .since(first)).last
    else { return false }
    let snapshot = RunJournal.Entry.snapshot(place).record(
      sequence: first, time: record.time, graph: record.graph, nodes: record.nodes)
    faultPoint("trim.before")
    try await remove(through: first, leaving: snapshot, under: lease)
    faultPoint("trim.after")
    return true
  }

  /// Makes a thread of records that another store has had, from a snapshot on.
  ///
  /// - Throws: `CheckpointStoreError.taken` when there is a thread of that name, and `damaged` when the records cannot be
  ///   read.
  public func restore(_ records: [ThreadRecord], as name: String) async throws {
    guard try RunCheckpoint(thread: name, records: records) != nil else {
      throw CheckpointStoreError(.damaged, "there are no records of a thread")
    }
    let renumbered = records.enumerated().map { index, record in
      ThreadRecord(
        sequence: index + 1, kind: record.kind, time: record.time, graph: record.graph, run: record.run,
        turn: record.turn, step: record.step, status: record.status, nodes: record.nodes, body: record.body)
    }
    try await holding(name) { lease in
      guard lease.lastSequence == 0 else {
        throw CheckpointStoreError(.taken, "there is a thread '\(name)' already")
      }
      faultPoint("restore.before")
      try await append(renumbered, under: lease, lasting: OpenThread.leaseTime)
      faultPoint("restore.after")
    }
  }

  private func holding<Result>(_ thread: String, _ body: (ThreadLease) async throws -> Result) async throws -> Result {
    let lease = try await lease(thread)
    do {
      let result = try await body(lease)
      faultPoint("release.before")
      try await release(lease)
      faultPoint("release.after")
      return result
    } catch {
      try? await release(lease)
      throw error
    }
  }
}

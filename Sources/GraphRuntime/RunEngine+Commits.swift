/// When what a run has noted for its journal is written.
///
/// A step that could be noticed outside is begun only when all before it is kept. One that does nothing outside the
/// state is begun at once: what is before it is written meanwhile, several steps in one commit where the disk is slower
/// than they are, and the log is held back until then. One commit is under way at a time, so that they keep their order.
extension RunEngine {
  /// Goes on with the next step, or keeps what is noted first.
  mutating func goOnOrCommit() {
    guard let journal else { return }
    takeWritten()
    journal.phaseAfter = .ready
    let isSync = terms.durability == .sync
    if isSync { log.hold() }
    let mayGoOn = !isSync || (pendingVisits.isEmpty && scheduler.isNextLocal)
    guard mayGoOn, journal.entries.count < RunJournal.maximumGroup, phase != .committing else {
      return phase = .committing
    }
    phase = .ready
    // Steps that wait for nothing are over before a disk has turned.
    if journal.entries.count >= RunJournal.usualGroup || !scheduler.isNextQuick { writeInBackground() }
  }

  /// Begins to write what is noted, unless a write is under way.
  mutating func writeInBackground() {
    guard let journal, let thread = terms.thread, journal.write == nil, !journal.entries.isEmpty else { return }
    journal.begin(
      JournalWrite(
        journal.takeEntries(), of: graph.name, in: thread, eventsBefore: log.nextSequence, mailbox))
  }

  /// Hands out the events of what has been written, and goes on with what waits to be.
  mutating func takeWritten() {
    guard let journal, let write = journal.write, write.hasEnded else { return }
    guard write.isKept else {
      // The commit throws what the store has thrown.
      journal.phaseAfter = phase
      return phase = .committing
    }
    _ = journal.takeWrite()
    log.release(before: write.eventsBefore)
    faultPoint("commit.told")
    if journal.entries.isEmpty { log.release() } else { writeInBackground() }
  }

  /// Makes what is noted durable.
  mutating func commit() async {
    guard let journal, let thread = terms.thread else { return phase = .ready }
    do {
      try await journal.takeWrite()?.wait()
      try await thread.append(journal.takeEntries(), graph: graph.name)
    } catch {
      step.stopWaiting()
      leaveStream()
      abandon()
      await step.waitForTasks()
      return failSaving(error)
    }
    log.release()
    phase = journal.phaseAfter
    faultPoint("commit.told")
  }
}

package import GraphRuntime

/// The events of one run, kept for readers that come at any time and read as fast as they can.
///
/// The run is not slowed by its readers, and no reader by another. What is kept
/// has a bound: when a run has said more, its oldest events are dropped, and a
/// reader that has not come so far is told from where on it can read.
package final class RunEventLog: Sendable {
  /// What a reader finds.
  package enum Reading: Sendable {
    /// Events in their order, at least one.
    case events([GraphEvent])
    /// The run has ended, and everything was read.
    case end
    /// What comes next was dropped; the oldest event that is left has this number.
    case dropped(first: Int)
    /// There is nothing new.
    case nothing
  }

  fileprivate struct State {
    var events: KeptEvents
    var isEnded = false
    var waiters = Waiters()
  }

  private static let batchCount = 256
  private static let batchBytes = 64 << 10

  private let state: Locked<State>

  /// Creates an empty log.
  ///
  /// - Parameters:
  ///   - limit: The bytes that are kept, as `KeptEvents` counts them.
  ///   - first: The number of the first event.
  package init(limit: Int, first: Int = 0) { state = Locked(State(events: KeptEvents(limit: limit, first: first))) }

  /// Adds the next event.
  package func append(_ event: GraphEvent) {
    let waiters = state.withLock { state in
      state.events.append(event)
      return state.waiters.takeAll()
    }
    for waiter in waiters { waiter.resume() }
  }

  /// The bytes that are kept.
  package var byteCount: Int { state.withLock { $0.events.bytes } }

  /// Drops all events of a run that has ended.
  package func forget() {
    state.withLock { state in state.events = KeptEvents(limit: 0, first: state.events.end) }
  }

  /// Says that no more events come.
  package func end() {
    let waiters = state.withLock { state in
      state.isEnded = true
      return state.waiters.takeAll()
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Makes all that wait look at the time.
  func wake() {
    let waiters = state.withLock { $0.waiters.takeAll() }
    for waiter in waiters { waiter.resume() }
  }

  /// Whether the run has ended and a number is behind its last event, as that of the end of a stream is.
  func isOver(at sequence: Int) -> Bool { state.withLock { $0.isEnded && sequence >= $0.events.end } }

  /// What stands behind an event.
  ///
  /// At most 256 events are read at one time and about 64 KiB, but one in any case.
  ///
  /// - Parameter sequence: The number of the last event that was read, or -1.
  package func read(after sequence: Int) -> Reading {
    state.withLock { state in
      let first = state.events.first
      guard sequence + 1 >= first else { return .dropped(first: first) }
      let index = sequence + 1 - first
      guard index < state.events.count else { return state.isEnded ? .end : .nothing }
      var (end, bytes) = (index, 0)
      while end < state.events.count, end - index < Self.batchCount, bytes < Self.batchBytes {
        bytes += state.events.weight(at: end)
        end += 1
      }
      return .events((index..<end).map { state.events[$0] })
    }
  }

  /// Waits until there is something behind an event, somebody calls `wake`, or the task is cancelled.
  func wait(after sequence: Int) async {
    await state.wait(\.waiters) { $0.events.end <= sequence + 1 && !$0.isEnded }
  }
}

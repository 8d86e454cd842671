internal import GraphRuntime

/// The events of one run, kept for readers that come at any time and read as fast as they can.
///
/// The run is not slowed by its readers, and no reader by another. What is kept
/// has a bound: when a run has said more, its oldest events are dropped, and a
/// reader that has not come so far is told from where on it can read.
final class RunEventLog: Sendable {
  /// What a reader finds.
  enum Reading: Sendable {
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
    var events: [GraphEvent] = []
    var start = 0
    /// The number of the event at `start`.
    var first = 0
    var bytes = 0
    var isEnded = false
    var waiters = Waiters()

    /// The number that the next event will have.
    var end: Int { first + events.count - start }
  }

  private static let batchCount = 256
  private static let batchBytes = 64 << 10

  private let state = Locked(State())
  private let limit: Int

  /// Creates an empty log.
  ///
  /// - Parameter limit: The bytes that are kept, as `GraphEvent.weight` counts them; the last event is kept whatever it
  ///   weighs.
  init(limit: Int) { self.limit = limit }

  /// Adds the next event.
  func append(_ event: GraphEvent) {
    let waiters = state.withLock { state in
      state.events.append(event)
      state.bytes += event.weight
      while state.bytes > limit, state.events.count - state.start > 1 {
        state.bytes -= state.events[state.start].weight
        state.start += 1
        state.first += 1
      }
      if state.start > 1_024, state.start > state.events.count / 2 {
        state.events.removeFirst(state.start)
        state.start = 0
      }
      return state.waiters.takeAll()
    }
    for waiter in waiters { waiter.resume() }
  }

  /// The bytes that are kept.
  var byteCount: Int { state.withLock { $0.bytes } }

  /// Says that no more events come.
  func end() {
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
  func isOver(at sequence: Int) -> Bool { state.withLock { $0.isEnded && sequence >= $0.end } }

  /// What stands behind an event.
  ///
  /// At most 256 events are read at one time and about 64 KiB, but one in any case.
  ///
  /// - Parameter sequence: The number of the last event that was read, or -1.
  func read(after sequence: Int) -> Reading {
    state.withLock { state in
      guard sequence + 1 >= state.first else { return .dropped(first: state.first) }
      let index = state.start + sequence + 1 - state.first
      guard index < state.events.count else { return state.isEnded ? .end : .nothing }
      var (end, bytes) = (index, 0)
      while end < state.events.count, end - index < Self.batchCount, bytes < Self.batchBytes {
        bytes += state.events[end].weight
        end += 1
      }
      return .events(Array(state.events[index..<end]))
    }
  }

  /// Waits until there is something behind an event, somebody calls `wake`, or the task is cancelled.
  func wait(after sequence: Int) async {
    await state.wait(\.waiters) { $0.end <= sequence + 1 && !$0.isEnded }
  }
}

extension GraphEvent {
  /// About how many bytes of memory it holds.
  var weight: Int {
    let own =
      switch kind {
      case .token(let text): text.utf8.count
      case .chunk(let value), .custom(_, let value): value.weight
      case .partial(let record): record.value.weight
      case .runStarted(let input): Value.object(input).weight
      case .nodeFinished(let update): Value.object(update.object).weight
      case .runFinished(let outcome): Value.object(outcome.state).weight
      case .toolCalled(let record): Value.object(record.arguments).weight
      case .toolReturned(let record): (record.result?.weight ?? 0) + (record.message?.utf8.count ?? 0)
      case .interrupted(let interrupts): interrupts.reduce(0) { $0 + Value.object($1.object).weight }
      case .nodeFailed(let error): Value.object(error.object).weight
      default: 256
      }
    return own + 192
  }
}

extension Value {
  /// About how many bytes of memory it holds.
  fileprivate var weight: Int {
    switch self {
    case .null, .bool, .int, .double: 16
    case .string(let text): 16 + text.utf8.count
    case .list(let items): items.reduce(32) { $0 + $1.weight }
    case .object(let object): object.reduce(64) { $0 + $1.key.utf8.count + 16 + $1.value.weight }
    }
  }
}

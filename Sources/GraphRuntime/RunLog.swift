/// The numbered events of one run that nobody has asked for yet.
struct RunLog {
  let run: RunIdentity

  private let environment: RunEnvironment

  /// The step that events of the engine's own belong to.
  var step = 0

  /// All tokens that model calls used, by provider and model.
  var usage: [UsageRecord] = []

  /// Events in order, nil where one was taken out; a slot is emptied by a move, which costs no reference counting.
  private var pending: [GraphEvent?] = []
  private var firstPending = 0
  private var sequence = 0

  /// Whether events are kept back until what they say is durable.
  private(set) var isHeld = false

  /// The number of the first event that is kept back, while any are.
  private var firstHeld = 0

  /// The events that the thread's journal does not have yet; nil where there is none.
  let notes: EventNotes?

  init(_ environment: RunEnvironment, isKept: Bool = false) {
    self.environment = environment
    notes = isKept ? EventNotes() : nil
    run = environment.run
  }

  /// Takes the oldest event out, or gives nil.
  @inline(__always)
  mutating func takeNext() -> GraphEvent? {
    if isHeld, sequence &- (pending.count &- firstPending) >= firstHeld { return nil }
    if firstPending < pending.count {
      defer { firstPending &+= 1 }
      return pending[firstPending].take()
    }
    if firstPending > 0 {
      pending.removeAll(keepingCapacity: true)
      firstPending = 0
    }
    return nil
  }

  /// The number of the next event.
  var nextSequence: Int { sequence }

  /// Keeps events back from now on, together with those that nobody has asked for yet.
  mutating func hold() {
    guard !isHeld else { return }
    isHeld = true
    firstHeld = 0
  }

  /// Hands events out again, up to one.
  mutating func release(before sequence: Int) { firstHeld = sequence }

  /// Hands events out again.
  mutating func release() { isHeld = false }

  /// Hands events out again but those that say that a step or the run has ended, or is kept, because it is not.
  mutating func releaseUnkept() {
    isHeld = false
    let waiting = pending[firstPending...].compactMap { $0 }
    guard let first = waiting.first?.sequence else { return }
    sequence = first
    pending = waiting.compactMap { event in
      switch event.kind {
      case .stepFinished, .checkpointed, .runFinished: return nil
      default: break
      }
      defer { sequence &+= 1 }
      return GraphEvent(
        run: event.run, sequence: sequence, time: event.time, step: event.step, path: event.path,
        attempt: event.attempt, kind: event.kind)
    }
    firstPending = 0
  }

  /// Drops what nobody has asked for.
  mutating func removeAll() {
    pending = []
    firstPending = 0
  }

  /// Adds an event of the run itself.
  mutating func append(_ kind: GraphEvent.Kind) { add(makeEvent(kind, path: [], attempt: 0)) }

  /// Adds an event of a node that the engine itself knows of.
  mutating func append(_ kind: GraphEvent.Kind, of plan: NodePlan, attempt: Int = 1, time: Int64? = nil) {
    add(makeEvent(kind, path: environment.path(of: plan), attempt: attempt, time: time))
  }

  /// Adds what a node has sent.
  mutating func append(_ event: RunMailbox.Event) {
    if case .usage(let record) = event.kind { add(record) }
    add(
      GraphEvent(
        run: run, sequence: sequence, time: event.time, step: event.step, path: event.path, attempt: event.attempt,
        kind: event.kind))
    sequence &+= 1
  }

  @inline(__always)
  private mutating func add(_ event: GraphEvent) {
    notes?.add(event)
    pending.append(event)
  }

  /// Numbers a token that nothing waits before, and returns its event without keeping it.
  @inline(__always)
  mutating func makeToken(_ token: String, path: [String]) -> GraphEvent {
    let event = makeEvent(.token(token), path: path, attempt: 1)
    notes?.add(event)
    return event
  }

  @inline(__always)
  private mutating func makeEvent(
    _ kind: GraphEvent.Kind, path: [String], attempt: Int, time: Int64? = nil
  ) -> GraphEvent {
    defer { sequence &+= 1 }
    return GraphEvent(
      run: run, sequence: sequence, time: time ?? WallClock.milliseconds(), step: step, path: path,
      attempt: attempt, kind: kind)
  }

  private mutating func add(_ record: UsageRecord) {
    let known = usage.firstIndex { $0.provider == record.provider && $0.model == record.model }
    if let known { usage[known] += record } else { usage.append(record) }
  }
}

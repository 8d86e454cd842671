/// The state of a run as its events tell it; it has to see all of them in their order.
///
/// It costs what the nodes write and not what the state holds, so that whoever wants the state after each step needs no
/// copy of it from the run.
public struct StateMirror: Sendable {
  private let schema: StateSchema

  /// The places of the nodes in the file, in whose order updates are written.
  private let places: [String: Int]

  private var slots: [Value]

  /// The keys to whose values an input is added, because an earlier turn of the thread wrote them.
  private var earlier: Set<String> = []

  /// The updates of the step that has not ended.
  private var waiting: [(place: Int, update: StateUpdate)] = []

  /// The state that the run said to have ended with.
  private var last: ValueObject?

  /// Creates the state that a run begins with.
  public init(of run: GraphRun) { self.init(of: run.graph, run.start) }

  /// Creates the state that a run of an earlier time began with.
  ///
  /// - Parameters:
  ///   - place: Where its thread was before, as `LoggedRun.place` has it.
  ///   - resumes: Whether it went on there; else it began another turn.
  public init(of graph: StateGraph, after place: RunCheckpoint?, resumes: Bool) {
    self.init(
      of: graph,
      place.map { resumes ? .checkpoint($0, answers: [:], input: [:]) : .turn($0, input: [:]) } ?? .input([:]))
  }

  private init(of graph: StateGraph, _ start: RunStart) {
    schema = graph.schema.schema
    slots = schema.slots.map(\.initial)
    places = Dictionary(
      graph.nodes.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    switch start {
    case .input: break
    case .turn(let checkpoint, _):
      restore(checkpoint.state)
      earlier = Set(checkpoint.state.keys).filter { name in
        schema.index(of: name).map { !schema.slots[$0].isPreset } ?? false
      }
    case .checkpoint(let checkpoint, _, _):
      restore(checkpoint.state)
      for (node, visit) in checkpoint.visits {
        if case .done(let update) = visit { waiting.append((places[node] ?? 0, update)) }
      }
    }
  }

  /// The graph's own keys that are not null.
  ///
  /// `errors`, which nodes do not write, is in it at the end of the run only.
  /// - Complexity: O(number of keys), whatever their values.
  public var values: ValueObject {
    if let last { return last }
    var object = ValueObject()
    for (slot, value) in zip(schema.slots, slots) where slot.reserved == nil && !value.isNull {
      object[slot.name] = value
    }
    return object
  }

  /// Takes an event.
  ///
  /// - Returns: Whether there is a state to show with it: the one of the beginning, or one that has changed.
  public mutating func take(_ event: GraphEvent) -> Bool {
    switch event.kind {
    case .runStarted(let input):
      for (name, value) in input { write(value, to: name, reduces: earlier.contains(name)) }
      return true
    case .nodeFinished(let update) where event.path.count == 1:
      waiting.append((places[event.path[0]] ?? 0, update))
      return false
    case .stepFinished:
      defer { waiting = [] }
      // They are written in the order of the file, however they were finished.
      for (_, update) in waiting.sorted(by: { $0.place < $1.place }) {
        for entry in update.writes { write(entry.value, to: entry.key.name, reduces: true) }
      }
      return waiting.contains { !$0.update.writes.isEmpty }
    case .runFinished(let outcome):
      guard outcome.state != values else { return false }
      last = outcome.state
      return true
    default: return false
    }
  }

  private mutating func restore(_ state: ValueObject) {
    for (name, value) in state {
      if let slot = schema.index(of: name) { slots[slot] = value }
    }
  }

  private mutating func write(_ value: Value, to name: String, reduces: Bool) {
    guard let slot = schema.index(of: name), schema.slots[slot].reserved == nil else { return }
    guard reduces else { return slots[slot] = value }
    // What does not fit fails the run, whose last event says so.
    try? schema.slots[slot].reducer.apply(value, to: &slots[slot])
  }
}

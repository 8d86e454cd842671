internal import GraphCompiler
internal import GraphRuntime

/// What of a run a stream shows.
enum RunView: String, CaseIterable, Sendable {
  /// The text of the nodes that stream, without names and frames.
  case text
  /// Each token with its node, and when tokens are void.
  case tokens
  /// What each node has written.
  case updates
  /// The whole state at the beginning and after each step.
  case values
  /// Every event.
  case events

  static let names = allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
}

/// Turns the events of a run into what a view shows; it has to see all of them in their order.
struct RunViewer {
  /// Something that a view shows.
  struct Item {
    /// The kind, such as `token`; nil in the view of plain text.
    let name: String?

    /// Text as it is, or JSON.
    let data: String

    /// The number of the event that it stands for.
    let sequence: Int
  }

  private let view: RunView
  private var state: StateMirror?

  init(_ view: RunView, of graph: StateGraph) {
    self.view = view
    state = view == .values ? StateMirror(graph) : nil
  }

  /// What an event shows, before the last one.
  mutating func show(_ event: GraphEvent) -> Item? {
    let mirrored = state?.take(event) ?? false
    func json(_ object: ValueObject) -> String { Value.object(object).json() }
    func item(_ name: String?, _ data: String) -> Item { Item(name: name, data: data, sequence: event.sequence) }
    switch (view, event.kind) {
    case (.events, _): return item(event.kind.name, event.json.json())
    case (_, .runFinished): return nil
    case (.text, .token(let text)): return item(nil, text)
    case (.tokens, .token(let text)):
      return item("token", json(["node": .string(event.path.joined(separator: "/")), "text": .string(text)]))
    case (.tokens, .retry(let record)) where record.scope == .node:
      return item(
        "retract",
        json([
          "node": .string(event.path.joined(separator: "/")), "attempt": .int(event.attempt),
          "message": .string(record.message),
        ]))
    case (.updates, .nodeFinished(let update)) where event.path.count == 1:
      return item(
        "update", json(["node": .string(event.path[0]), "step": .int(event.step), "update": .object(update.object)]))
    case (.updates, .interrupted(let interrupts)), (.tokens, .interrupted(let interrupts)),
      (.values, .interrupted(let interrupts)):
      return item(
        "interrupt",
        json([
          "node": .string(event.path.joined(separator: "/")),
          "interrupts": .list(interrupts.map { .object($0.object) }),
        ]))
    case (.values, _) where mirrored:
      return item("values", json(["step": .int(event.step), "state": .object(state?.values ?? ValueObject())]))
    default: return nil
    }
  }

  /// The name of the last item of a run and what it says.
  static func end(_ run: ServedRun) -> (name: String, data: String) {
    let isError = run.outcome.map { $0.status == .failed } ?? true
    return (isError ? "error" : "done", Value.object(run.description).json())
  }
}

/// The state of a run as its events tell it.
private struct StateMirror {
  private let order: [String: Int]
  private let reducers: [String: Reducer]
  private(set) var values: ValueObject
  private var waiting: [(place: Int, update: ValueObject)] = []

  init(_ graph: StateGraph) {
    order = Dictionary(
      graph.nodes.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    let slots = graph.schema.schema.slots.filter { $0.reserved == nil }
    reducers = Dictionary(slots.map { ($0.name, $0.reducer) }, uniquingKeysWith: { first, _ in first })
    values = ValueObject(slots.filter { !$0.initial.isNull }.map { ($0.name, $0.initial) })
  }

  /// Takes an event; true when the values were changed by it.
  mutating func take(_ event: GraphEvent) -> Bool {
    switch event.kind {
    case .runStarted(let input):
      write(input)
      return true
    case .nodeFinished(let update) where event.path.count == 1:
      waiting.append((order[event.path[0]] ?? 0, update.object))
      return false
    case .stepFinished:
      // They are written in the order of the file, however they were finished.
      for (_, update) in waiting.sorted(by: { $0.place < $1.place }) { write(update) }
      waiting = []
      return true
    default: return false
    }
  }

  private mutating func write(_ update: ValueObject) {
    for entry in update {
      guard let reducer = reducers[entry.key] else { continue }
      var value = values[entry.key] ?? .null
      // What does not fit fails the run, whose last event says so.
      guard (try? reducer.apply(entry.value, to: &value)) != nil else { continue }
      values[entry.key] = value
    }
  }
}

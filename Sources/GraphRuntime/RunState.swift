internal import GraphDiagnostics

/// The state of one run while it goes on, owned by its engine.
struct RunState {
  /// The values by slot.
  private(set) var values: [Value]

  /// Who has written a slot last.
  private enum Mark {
    /// Nobody; a default does not count.
    case unset
    /// An earlier turn of the thread.
    case earlier
    /// An input, a preset or a node.
    case set
  }

  private var marks: [Mark]

  /// What was written since it was last taken, in order; nil where nobody wants to know.
  private var recorded: [StateWrite]?

  private let schema: StateSchemaReference

  /// How to take back the writes of the step that is being applied, in order; empty where none can be needed.
  private var undoLog: [Undo] = []
  private var isUndoKept = false

  /// What takes one write back.
  ///
  /// It holds no second reference to a list or object that grows, which would copy it.
  private enum Undo {
    /// Puts the old value back.
    case replace(slot: Int, Value, Mark)
    /// Cuts a list down to its old length.
    case shorten(slot: Int, count: Int)
    /// Gives entries of an object their old values.
    case restore(slot: Int, entries: [(key: String, value: Value?)])
  }

  init(_ schema: StateSchemaReference) {
    self.schema = schema
    values = schema.schema.slots.map(\.initial)
    marks = schema.schema.slots.map { $0.isPreset ? .set : .unset }
  }

  /// The values as nodes see them; it shares storage until the next write.
  var view: StateView { StateView(values: values, schema: schema) }

  /// The value of a key, or null when it was never written or does not exist.
  subscript(key: StateKey) -> Value { slot(of: key).map { values[$0] } ?? .null }

  /// The keys that were written with their values, the engine's own included.
  var written: ValueObject {
    var object = ValueObject()
    for (index, slot) in schema.schema.slots.enumerated() where marks[index] != .unset {
      object[slot.name] = values[index]
    }
    return object
  }

  /// The keys that an earlier turn wrote last.
  var earlierNames: Set<String> {
    Set(marks.indices.lazy.filter { marks[$0] == .earlier }.map { schema.schema.slots[$0].name })
  }

  /// Writes a key of another run's state, where there is such a key.
  ///
  /// - Parameter isEarlier: Whether the value is one of an earlier turn, which keeps no node from running.
  mutating func restore(_ name: String, _ value: Value, isEarlier: Bool = false) {
    guard let slot = schema.schema.index(of: name) else { return }
    values[slot] = value
    marks[slot] = isEarlier && !schema.schema.slots[slot].isPreset ? .earlier : .set
  }

  /// Makes what is written be of an earlier turn, which keeps no node from running.
  mutating func endTurn() {
    for slot in marks.indices where marks[slot] == .set && !schema.schema.slots[slot].isPreset {
      marks[slot] = .earlier
    }
  }

  /// The reducer of a slot.
  func reducer(of slot: Int) -> Reducer { schema.schema.slots[slot].reducer }

  /// Whether a key was written in this turn and is not null.
  func isSet(_ key: StateKey) -> Bool {
    guard let slot = slot(of: key) else { return false }
    return marks[slot] == .set && !values[slot].isNull
  }

  /// Writes a value over what is there, whatever the reducer.
  mutating func replace(_ slot: Int, _ value: Value) {
    values[slot] = value
    mark(slot, .replace, value)
  }

  /// Adds items to a list in place.
  mutating func append(_ items: [Value], to slot: Int) {
    var list = values[slot].list ?? []
    values[slot] = .null
    list += items
    values[slot] = .list(list)
    mark(slot, .append, .list(items))
  }

  /// Sets an entry of an object in place.
  mutating func setEntry(_ key: String, _ value: Value, in slot: Int) {
    var object = values[slot].object ?? ValueObject()
    values[slot] = .null
    object[key] = value
    values[slot] = .object(object)
    if recorded == nil { marks[slot] = .set } else { mark(slot, .merge, [key: value]) }
  }

  /// The slot of a key, or nil when the state has no such key.
  func slot(of key: StateKey) -> Int? { key.slot ?? schema.schema.index(of: key.name) }

  /// Writes a value through the key's reducer.
  ///
  /// - Throws: `GraphError` without a place when the key is unknown or the value does not fit.
  mutating func apply(_ write: StateUpdate.Write) throws(GraphError) {
    guard let slot = slot(of: write.key) else {
      throw GraphError(.invalidUpdate, unknownKeyMessage(write.key.name, "the state has no key"))
    }
    let reducer = schema.schema.slots[slot].reducer
    if isUndoKept { undoLog.append(undo(of: write, slot, reducer)) }
    if reducer == .replace {
      values[slot] = write.value
    } else {
      do {
        try reducer.apply(write.value, to: &values[slot])
      } catch {
        throw GraphError(.invalidUpdate, "cannot write '\(write.key.name)': \(error)", underlying: error)
      }
    }
    mark(slot, reducer, write.value)
  }

  // MARK: - What was written

  /// Begins to note what is written.
  mutating func beginRecording() { recorded = [] }

  /// The number of writes that were noted.
  var recordedCount: Int { recorded?.count ?? 0 }

  /// Takes what was noted.
  mutating func takeRecorded() -> [StateWrite] {
    guard let writes = recorded else { return [] }
    recorded = []
    return writes
  }

  /// Notes that a slot was written, and what.
  @inline(__always)
  private mutating func mark(_ slot: Int, _ reducer: Reducer, _ value: Value) {
    if recorded != nil {
      // A default is in no journal, so what was made of it is noted whole.
      let isWhole = marks[slot] == .unset && reducer != .replace
      recorded?.append(
        StateWrite(
          key: schema.schema.slots[slot].name, reducer: isWhole ? .replace : reducer,
          value: isWhole ? values[slot] : value))
    }
    marks[slot] = .set
  }

  // MARK: - Taking writes back

  /// Begins the writes of a step.
  mutating func beginWrites(mayBeUndone: Bool) {
    if !undoLog.isEmpty { undoLog.removeAll(keepingCapacity: true) }
    isUndoKept = mayBeUndone
  }

  /// Takes the writes of the step back, the last one first: a step that fails has written nothing.
  mutating func undoWrites() {
    for entry in undoLog.reversed() {
      switch entry {
      case .replace(let slot, let value, let mark):
        values[slot] = value
        marks[slot] = mark
      case .shorten(let slot, let count):
        values[slot] = values[slot].list.map { .list(Array($0.prefix(count))) } ?? .null
      case .restore(let slot, let entries):
        var object = values[slot].object ?? ValueObject()
        for (key, value) in entries { object[key] = value }
        values[slot] = .object(object)
      }
    }
    undoLog = []
  }

  private func undo(of write: StateUpdate.Write, _ slot: Int, _ reducer: Reducer) -> Undo {
    switch (reducer, values[slot]) {
    case (.append, .list(let items)), (.union, .list(let items)): .shorten(slot: slot, count: items.count)
    case (.merge, .object(let object)):
      .restore(slot: slot, entries: (write.value.object ?? [:]).map { ($0.key, object[$0.key]) })
    default: .replace(slot: slot, values[slot], marks[slot])
    }
  }

  // MARK: - Inputs

  /// Writes the inputs of a run, checked against the declared types; to what an earlier turn has left, with the
  /// reducers of their keys.
  ///
  /// - Throws: `GraphError` when a key is unknown or reserved, or a value is of another type.
  mutating func applyInput(_ input: ValueObject) throws(GraphError) {
    for (name, value) in input {
      guard let slot = schema.schema.index(of: name), schema.schema.slots[slot].reserved == nil else {
        let isReserved = ReservedKey(rawValue: name) != nil
        throw GraphError(
          .invalidInput,
          isReserved ? "'\(name)' is written by the engine and cannot be an input" : unknownInputMessage(name))
      }
      let definition = schema.schema.slots[slot]
      guard definition.accepts(value) else {
        throw GraphError(
          .invalidInput, "input '\(name)' must be \(definition.typeName), and is \(value.kind)")
      }
      guard marks[slot] == .earlier else {
        replace(slot, value)
        continue
      }
      do {
        try definition.reducer.apply(value, to: &values[slot])
      } catch {
        throw GraphError(.invalidInput, "input '\(name)' does not fit what the thread has there: \(error)")
      }
      mark(slot, definition.reducer, value)
    }
  }

  private func unknownInputMessage(_ name: String) -> String { unknownKeyMessage(name, "the graph takes no input") }

  private func unknownKeyMessage(_ name: String, _ beginning: String) -> String {
    let names = schema.schema.names
    var message = "\(beginning) '\(name)'"
    if let near = Suggestion.nearest(to: name, among: names) {
      message += "; did you mean '\(near)'?"
    } else if !names.isEmpty {
      message += "; there are " + names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
      if names.count > 20 { message += " and \(names.count - 20) more" }
    }
    return message
  }
}

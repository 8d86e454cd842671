internal import GraphDiagnostics

/// The state of one run while it goes on, owned by its engine.
struct RunState {
  /// The values by slot.
  private(set) var values: [Value]

  /// Whether a slot was written by an input, a preset or a node; a default does not count.
  private(set) var isSet: [Bool]

  private let schema: StateSchemaReference

  /// How to take back the writes of the step that is being applied, in order; empty where none can be needed.
  private var undoLog: [Undo] = []
  private var isUndoKept = false

  /// What takes one write back.
  ///
  /// It holds no second reference to a list or object that grows, which would copy it.
  private enum Undo {
    /// Puts the old value back.
    case replace(slot: Int, Value, wasSet: Bool)
    /// Cuts a list down to its old length.
    case shorten(slot: Int, count: Int)
    /// Gives entries of an object their old values.
    case restore(slot: Int, entries: [(key: String, value: Value?)])
  }

  init(_ schema: StateSchemaReference) {
    self.schema = schema
    values = schema.schema.slots.map(\.initial)
    isSet = schema.schema.slots.map(\.isPreset)
  }

  /// The values as nodes see them; it shares storage until the next write.
  var view: StateView { StateView(values: values, schema: schema) }

  /// The value of a key, or null when it was never written or does not exist.
  subscript(key: StateKey) -> Value { slot(of: key).map { values[$0] } ?? .null }

  /// The keys that were written with their values, the engine's own included.
  var written: ValueObject {
    var object = ValueObject()
    for (index, slot) in schema.schema.slots.enumerated() where isSet[index] { object[slot.name] = values[index] }
    return object
  }

  /// Writes a key of another run's state, where there is such a key.
  mutating func restore(_ name: String, _ value: Value) {
    if let slot = schema.schema.index(of: name) { replace(slot, value) }
  }

  /// The reducer of a slot.
  func reducer(of slot: Int) -> Reducer { schema.schema.slots[slot].reducer }

  /// Whether a key was written and is not null.
  func isSet(_ key: StateKey) -> Bool {
    guard let slot = slot(of: key) else { return false }
    return isSet[slot] && !values[slot].isNull
  }

  /// Writes a value over what is there, whatever the reducer.
  mutating func replace(_ slot: Int, _ value: Value) {
    values[slot] = value
    isSet[slot] = true
  }

  /// Adds items to a list in place.
  mutating func append(_ items: [Value], to slot: Int) {
    var list = values[slot].list ?? []
    values[slot] = .null
    list += items
    values[slot] = .list(list)
    isSet[slot] = true
  }

  /// Sets an entry of an object in place.
  mutating func setEntry(_ key: String, _ value: Value, in slot: Int) {
    var object = values[slot].object ?? ValueObject()
    values[slot] = .null
    object[key] = value
    values[slot] = .object(object)
    isSet[slot] = true
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
    isSet[slot] = true
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
      case .replace(let slot, let value, let wasSet):
        values[slot] = value
        isSet[slot] = wasSet
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
    default: .replace(slot: slot, values[slot], wasSet: isSet[slot])
    }
  }

  // MARK: - Inputs

  /// Writes the inputs of a run, checked against the declared types.
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
      replace(slot, value)
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

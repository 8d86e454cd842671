internal import GraphDiagnostics

/// The state of one run while it goes on, owned by its engine.
struct RunState {
  /// The values by slot.
  private(set) var values: [Value]

  /// Whether a slot was written by an input or a node; a default does not count.
  private(set) var isSet: [Bool]

  private let schema: StateSchemaReference

  init(_ schema: StateSchemaReference) {
    self.schema = schema
    values = schema.schema.slots.map(\.initial)
    isSet = Array(repeating: false, count: values.count)
  }

  /// The values as nodes see them; it shares storage until the next write.
  var view: StateView { StateView(values: values, schema: schema) }

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

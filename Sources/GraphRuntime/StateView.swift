/// What a node sees of the state: the values at the start of its step.
///
/// A view is a value. It shares the state's storage and costs the same however
/// large the state is.
public struct StateView: Sendable {
  /// The values by slot.
  let values: [Value]

  /// The keys.
  public let schema: StateSchemaReference

  init(values: [Value], schema: StateSchemaReference) {
    self.values = values
    self.schema = schema
  }

  /// Creates a view of given values, to call a node's closure in a test.
  ///
  /// Keys that the schema does not have are added to it.
  public init(_ object: ValueObject, schema: StateSchema = StateSchema()) {
    var schema = schema
    for (name, _) in object { schema.add(name) }
    self.values = schema.slots.map { object[$0.name] ?? $0.initial }
    self.schema = StateSchemaReference(schema)
  }

  /// The value of a slot.
  ///
  /// - Precondition: The schema has the slot.
  public subscript(slot: Int) -> Value { values[slot] }

  /// The value of a key, or null when it was never written or does not exist.
  public subscript(name: String) -> Value {
    schema.schema.index(of: name).map { values[$0] } ?? .null
  }

  /// The value of a key.
  public subscript(key: StateKey) -> Value { key.slot.map { values[$0] } ?? self[key.name] }

  /// The same view with another value in one slot.
  ///
  /// A larger schema, which begins with the keys of this one, adds keys to the view: they have their initial values.
  /// - Precondition: The schema has the slot.
  /// - Complexity: O(number of keys), whatever their values.
  public func replacing(
    _ slot: Int, with value: Value, in schema: StateSchemaReference? = nil
  ) -> StateView {
    var values = self.values
    if let schema {
      values.reserveCapacity(schema.schema.slots.count)
      for added in schema.schema.slots.dropFirst(values.count) { values.append(added.initial) }
    }
    values[slot] = value
    return StateView(values: values, schema: schema ?? self.schema)
  }

  /// The graph's own keys that are not null, in the schema's order; of the reserved keys, `errors` where there are any.
  public var object: ValueObject {
    var object = ValueObject()
    for (slot, value) in zip(schema.schema.slots, values) where slot.isShown(value) {
      object[slot.name] = value
    }
    return object
  }
}

/// A schema that many views share without copying it.
public final class StateSchemaReference: Sendable {
  /// The schema.
  public let schema: StateSchema

  /// Creates a shared schema.
  public init(_ schema: StateSchema) { self.schema = schema }
}

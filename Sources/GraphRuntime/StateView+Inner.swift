extension StateView {
  /// The same state with other keys besides its own, for a node that stands inside another one.
  ///
  /// - Parameters:
  ///   - schema: The keys of this view at their places, and more behind them.
  ///   - values: Values that the inner node sees in place of those of the state, by slot.
  /// - Precondition: The schema has the slots.
  /// - Complexity: O(number of keys).
  public func inner(_ schema: StateSchemaReference, _ replacements: (slot: Int, value: Value)...) -> StateView {
    var values = self.values
    let slots = schema.schema.slots
    precondition(slots.count >= values.count, "an inner state of \(slots.count) keys for \(values.count)")
    values.reserveCapacity(slots.count)
    for slot in slots[values.count...] { values.append(slot.initial) }
    for replacement in replacements { values[replacement.slot] = replacement.value }
    return StateView(values: values, schema: schema)
  }
}

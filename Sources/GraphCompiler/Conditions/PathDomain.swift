internal import GraphLanguage
internal import GraphRuntime

/// What values a path may have, as far as the file says it.
struct PathDomain {
  /// The values; all where nothing is known.
  var values = ValueSet.all

  /// Whether numbers may have a fraction; where nothing is known, they are taken to be integers.
  var hasFractions = false

  /// Whether the values are known one by one.
  var isFinite: Bool { !values.isAllButOthers && values.numbers.allSatisfy { $0.lower == $0.upper } }

  /// Nothing is known.
  init() {}

  /// What the types say, and the constants that nodes write.
  init(_ path: StatePath, _ keys: KeyFlow, _ types: StateTypes) {
    guard let slot = keys.schema.index(of: path.root) else { return }
    let writes = keys.uses.writes[slot].map { keys.uses.declaration($0) }
    if path.components.isEmpty, !writes.isEmpty {
      let constants = writes.compactMap { $0?.constant }
      if constants.count == writes.count {
        values = ValueSet(constants + [keys.schema.slots[slot].initial].filter { !$0.isNull })
        return
      }
    }
    if let type = types.type(of: path) { restrict(to: type.nonNull) }
  }

  private mutating func restrict(to type: SchemaType) {
    switch type {
    case .bool: values = ValueSet([true, false])
    case .int: values = .allNumbers
    case .float:
      values = .allNumbers
      hasFractions = true
    case .enumeration(let constants): values = ValueSet(constants)
    case .constrained(let inner, let limits):
      restrict(to: inner)
      var interval = ValueSet.Interval()
      if let least = limits.minimum { (interval.lower, interval.isLowerClosed) = (least, true) }
      if let least = limits.exclusiveMinimum, least >= interval.lower {
        (interval.lower, interval.isLowerClosed) = (least, false)
      }
      if let most = limits.maximum { (interval.upper, interval.isUpperClosed) = (most, true) }
      if let most = limits.exclusiveMaximum, most <= interval.upper {
        (interval.upper, interval.isUpperClosed) = (most, false)
      }
      if inner.base == .int || inner.base == .float { values = values.intersection(ValueSet(interval)) }
    case .union: if type.base != type { restrict(to: type.base) }
    default: break
    }
  }
}

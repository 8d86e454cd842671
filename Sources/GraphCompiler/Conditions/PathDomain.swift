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

  /// What the types say of what nodes write, and the constants that they write.
  init(_ path: StatePath, _ keys: KeyFlow, _ types: [String: SchemaType]) {
    guard let slot = keys.schema.index(of: path.root) else { return }
    let writes = keys.uses.writes[slot].map { keys.uses.declaration($0) }
    if path.components.isEmpty, !writes.isEmpty {
      let constants = writes.compactMap { $0?.constant }
      if constants.count == writes.count {
        values = ValueSet(constants + [keys.schema.slots[slot].initial].filter { !$0.isNull })
        return
      }
    }
    let written = Set(writes.map { $0?.type ?? .any })
    let root = written.count == 1 && written.first != .any ? written.first : types[path.root]
    guard let type = root.flatMap({ Self.type(of: path.components[...], in: $0) }) else { return }
    restrict(to: type)
  }

  private static func type(of components: ArraySlice<StatePath.Component>, in type: SchemaType) -> SchemaType? {
    guard let component = components.first else { return type }
    switch (component, type.base) {
    case (.key(let name), .object(let object)):
      return object.field(named: name).flatMap { Self.type(of: components.dropFirst(), in: $0.type) }
    case (.key, .dict(let value)): return Self.type(of: components.dropFirst(), in: value)
    case (.index, .list(let item)): return Self.type(of: components.dropFirst(), in: item)
    default: return nil
    }
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

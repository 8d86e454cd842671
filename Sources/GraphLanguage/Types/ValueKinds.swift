package import GraphRuntime

/// The kinds of value that something may be.
package struct ValueKinds: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let null = ValueKinds(rawValue: 1)
  package static let bool = ValueKinds(rawValue: 2)
  package static let int = ValueKinds(rawValue: 4)
  package static let double = ValueKinds(rawValue: 8)
  package static let string = ValueKinds(rawValue: 16)
  package static let list = ValueKinds(rawValue: 32)
  package static let object = ValueKinds(rawValue: 64)

  package static let number: ValueKinds = [.int, .double]
  package static let all: ValueKinds = [.null, .bool, .int, .double, .string, .list, .object]

  /// The kind of one value.
  package init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .bool: self = .bool
    case .int: self = .int
    case .double: self = .double
    case .string: self = .string
    case .list: self = .list
    case .object: self = .object
    }
  }

  /// Each kind with its name, as `type(x)` gives it.
  static let named: [(kind: ValueKinds, name: String)] = [
    (.string, "str"), (.int, "int"), (.double, "float"), (.bool, "bool"), (.list, "list"), (.object, "dict"),
    (.null, "null"),
  ]

  /// Whether any kind is in both.
  package func meets(_ other: ValueKinds) -> Bool { !isDisjoint(with: other) }
}

extension SchemaType {
  /// The kinds that values of the type have.
  ///
  /// A value that was declared `int` may be a double without a fraction.
  package var kinds: ValueKinds {
    switch self {
    case .any: .all
    case .null: .null
    case .bool: .bool
    case .int, .float: .number
    case .string: .string
    case .list: .list
    case .dict, .object: .object
    case .enumeration(let values): values.reduce(into: []) { $0.formUnion(ValueKinds($1)) }
    case .union(let types): types.reduce(into: []) { $0.formUnion($1.kinds) }
    case .constrained(let type, _): type.kinds
    }
  }

  /// The part of the type whose values are of some kinds.
  package func limited(to wanted: ValueKinds) -> SchemaType {
    switch self {
    case .any:
      if wanted == .all { return .any }
      // Of anything, the part that is of one kind has a name.
      var types: [SchemaType] = []
      if wanted.contains(.bool) { types.append(.bool) }
      if wanted.meets(.number) { types.append(wanted.contains(.double) ? .float : .int) }
      if wanted.contains(.string) { types.append(.string) }
      if wanted.contains(.list) { types.append(.list(.any)) }
      if wanted.contains(.object) { types.append(.dict(.any)) }
      if wanted.contains(.null) { types.append(.null) }
      return types.count == 1 ? types[0] : .union(types)
    case .float where wanted.contains(.int) && !wanted.contains(.double): return .int
    case .union(let types):
      let rest = types.map { $0.limited(to: wanted) }.filter { $0 != .never }
      return rest.count == 1 ? rest[0] : .union(rest)
    case .enumeration(let values):
      let rest = values.filter { wanted.contains(ValueKinds($0)) }
      return rest.isEmpty ? .never : .enumeration(rest)
    default: return kinds.meets(wanted) ? self : .never
    }
  }

  /// The type without null, also inside unions and enumerations.
  package var nonNull: SchemaType {
    switch self {
    case .any: self
    case .null, .union, .enumeration: limited(to: ValueKinds.all.subtracting(.null))
    default: self
    }
  }
}

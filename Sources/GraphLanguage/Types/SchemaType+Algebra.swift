package import GraphDiagnostics
package import GraphRuntime

extension SchemaType {
  /// The type that no value has.
  package static let never = SchemaType.union([])

  /// The most constants that an inferred type lists before it is their kind.
  private static let maximumConstants = 32

  /// The most object types that an inferred type keeps apart.
  private static let maximumObjects = 8

  /// The type of one value.
  package static func constant(_ value: Value) -> SchemaType { value.isNull ? .null : .enumeration([value]) }

  // MARK: - Joining

  /// The type of what is of this type or of another one.
  package func joined(with other: SchemaType) -> SchemaType {
    if self == other || other == .never { return self }
    if self == .never { return other }
    if self == .any || other == .any { return .any }
    var members = self.members
    for member in other.members { Self.add(member, to: &members) }
    // Null stands last, where `optional` puts it.
    if let null = members.firstIndex(of: .null), null < members.count - 1 { members.append(members.remove(at: null)) }
    return members.count == 1 ? members[0] : .union(members)
  }

  /// The type of what is of any of some types.
  package static func joined(_ types: some Sequence<SchemaType>) -> SchemaType {
    types.reduce(.never) { $0.joined(with: $1) }
  }

  /// The types of a union, or the type itself.
  var members: [SchemaType] {
    if case .union(let types) = self { types } else { [self] }
  }

  private static func add(_ type: SchemaType, to members: inout [SchemaType]) {
    for (index, member) in members.enumerated() {
      guard let merged = merge(member, type) else { continue }
      members[index] = merged
      return
    }
    members.append(type)
    guard case .object = type else { return }
    let isObject: (SchemaType) -> Bool = { if case .object = $0 { true } else { false } }
    guard members.count(where: isObject) > maximumObjects else { return }
    members.removeAll(where: isObject)
    members.append(.dict(.any))
  }

  /// One type that stands for both members of a union, or nil where they stay apart.
  private static func merge(_ left: SchemaType, _ right: SchemaType) -> SchemaType? {
    if left == right { return left }
    switch (left, right) {
    case (.enumeration(let values), .enumeration(let others)):
      let added = others.filter { other in !values.contains { $0.isSame(as: other) && $0.kind == other.kind } }
      let all = values + added
      return all.count <= maximumConstants ? .enumeration(all) : .joined([left.widened, right.widened])
    case (.enumeration, _): return left.fits(right) ? right : nil
    case (_, .enumeration): return right.fits(left) ? left : nil
    case (.list(let item), .list(let other)): return .list(item.joined(with: other))
    case (.dict(let value), .dict(let other)): return .dict(value.joined(with: other))
    case (.int, .float), (.float, .int): return .float
    case (.constrained(let type, _), _):
      return type.kinds == right.kinds && right.isScalar ? merge(type, right.unconstrained) : nil
    case (_, .constrained(let type, _)):
      return type.kinds == left.kinds && left.isScalar ? merge(left, type) : nil
    default: return nil
    }
  }

  /// Whether all values are numbers, texts or truth values.
  private var isScalar: Bool { !kinds.meets([.list, .object, .null]) }

  /// The type without its limits.
  var unconstrained: SchemaType { if case .constrained(let type, _) = self { type } else { self } }

  /// The type with the kinds of its constants in their place: what is known of a value that others may replace.
  package var widened: SchemaType {
    switch self {
    case .enumeration(let values): return .joined(values.map { Self.kind(of: $0) })
    case .list(let item): return .list(item.widened)
    case .dict(let value): return .dict(value.widened)
    case .object(let object):
      return .object(
        SchemaObject(
          fields: object.fields.map {
            SchemaField(
              name: $0.name, type: $0.type.widened, description: $0.description, defaultValue: $0.defaultValue,
              isRequired: $0.isRequired)
          }, additional: object.additional))
    case .union(let types): return .joined(types.map(\.widened))
    default: return self
    }
  }

  private static func kind(of value: Value) -> SchemaType {
    switch value {
    case .null: .null
    case .bool: .bool
    case .int: .int
    case .double: .float
    case .string: .string
    case .list: .list(.any)
    case .object: .dict(.any)
    }
  }

  // MARK: - Comparing

  /// Whether every value of the type is certainly one of another.
  package func fits(_ other: SchemaType) -> Bool {
    if self == other || other == .any || self == .never { return true }
    switch (self, other) {
    case (.any, _): return false
    case (.union(let types), _): return types.allSatisfy { $0.fits(other) }
    case (.enumeration(let values), _): return values.allSatisfy { other.accepts($0) }
    case (_, .union(let types)): return types.contains { fits($0) }
    case (.constrained(let type, _), _): return type.fits(other)
    case (.int, .float): return true
    case (.list(let item), .list(let wanted)): return item.fits(wanted)
    case (.dict(let value), .dict(let wanted)): return value.fits(wanted)
    case (.object(let object), .dict(let wanted)):
      if wanted == .any { return true }
      if case .checked(let type) = object.additional, !type.fits(wanted) { return false }
      return object.fields.allSatisfy { $0.type.fits(wanted) }
    default: return false
    }
  }

  /// Whether a value of this type may equal one of another, as `==` compares.
  package func mayEqual(_ other: SchemaType) -> Bool {
    switch (self, other) {
    case (.any, _): return other != .never
    case (_, .any): return self != .never
    case (.union(let types), _): return types.contains { $0.mayEqual(other) }
    case (_, .union(let types)): return types.contains { mayEqual($0) }
    case (.enumeration(let left), .enumeration(let right)):
      return left.contains { value in right.contains { value.isSame(as: $0) } }
    case (.enumeration(let values), _): return values.contains { other.mayHold($0) }
    case (_, .enumeration(let values)): return values.contains { mayHold($0) }
    default:
      guard kinds.meets(other.kinds) else { return false }
      return NumberRange(self).meets(NumberRange(other))
    }
  }

  /// Whether a value may be one of the type; lists and objects are not looked into.
  private func mayHold(_ value: Value) -> Bool {
    switch (self, value) {
    case (.constrained(let type, _), .int), (.constrained(let type, _), .double):
      type.mayHold(value) && NumberRange(self).meets(NumberRange(.enumeration([value])))
    case (.constrained(let type, let limits), .string(let text)):
      type.mayHold(value)
        && text.unicodeScalars.count >= limits.minimumLength ?? 0
        && text.unicodeScalars.count <= limits.maximumLength ?? .max
    case (.constrained(let type, _), _): type.mayHold(value)
    case (_, .list), (_, .object): kinds.meets(ValueKinds(value))
    default: accepts(value)
    }
  }

  // MARK: - Truth

  /// Whether values of the type are true or false; nil where both may be.
  package var truth: Bool? {
    if truthy == .never { return self == .never ? nil : false }
    return falsy == .never ? true : nil
  }

  /// The part of the type that counts as true.
  package var truthy: SchemaType {
    switch self {
    case .null: .never
    case .bool: .enumeration([true])
    case .list(.never): .never
    case .enumeration(let values):
      values.contains(where: \.isTruthy) ? .enumeration(values.filter(\.isTruthy)) : .never
    case .union(let types): .joined(types.map(\.truthy))
    default: self
    }
  }

  /// The part of the type that counts as false.
  package var falsy: SchemaType {
    switch self {
    case .bool: .enumeration([false])
    case .int, .float: NumberRange(self).contains(0) ? .enumeration([0]) : .never
    case .string: .enumeration([""])
    case .enumeration(let values):
      values.allSatisfy(\.isTruthy) ? .never : .enumeration(values.filter { !$0.isTruthy })
    case .union(let types): .joined(types.map(\.falsy))
    case .constrained(let type, _) where type.kinds.meets(.number):
      NumberRange(self).contains(0) ? type.falsy : .never
    default: self
    }
  }

  // MARK: - Values

  /// The type of a value that is known: lists and objects part by part, however deep.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - span: Where it is written.
  package init(of value: Value, at span: SourceSpan) {
    var budget = 2_000
    self = Self.type(of: value, at: span, &budget)
  }

  private static func type(of value: Value, at span: SourceSpan, _ budget: inout Int) -> SchemaType {
    budget -= 1
    switch value {
    case .null: return .null
    case .list(let items):
      guard items.count <= budget else { return .list(.any) }
      var type = SchemaType.never
      for item in items where type != .any { type = type.joined(with: Self.type(of: item, at: span, &budget)) }
      return .list(type)
    case .object(let object):
      guard object.count <= min(budget, 256) else { return .dict(.any) }
      let fields = object.map { entry in
        SchemaField(
          name: Located(entry.key, at: span), type: Self.type(of: entry.value, at: span, &budget), isRequired: true)
      }
      return .object(SchemaObject(fields: fields))
    default: return .enumeration([value])
    }
  }
}

/// The numbers that a type admits, from the least to the greatest.
struct NumberRange {
  var least = -Double.infinity
  var greatest = Double.infinity
  /// Whether the bounds themselves are no values.
  var isLeastOpen = false
  var isGreatestOpen = false

  /// The range of the numbers of a type; all numbers where nothing is known of them.
  init(_ type: SchemaType) {
    switch type {
    case .enumeration(let values):
      let numbers = values.compactMap(\.double)
      guard let first = numbers.first else { return }
      least = numbers.reduce(first) { Swift.min($0, $1) }
      greatest = numbers.reduce(first) { Swift.max($0, $1) }
    case .constrained(_, let limits):
      if let minimum = limits.minimum { least = minimum }
      if let bound = limits.exclusiveMinimum, bound >= least { (least, isLeastOpen) = (bound, true) }
      if let maximum = limits.maximum { greatest = maximum }
      if let bound = limits.exclusiveMaximum, bound <= greatest { (greatest, isGreatestOpen) = (bound, true) }
    case .union(let types):
      let ranges = types.filter { $0.kinds.meets(.number) }.map { NumberRange($0) }
      guard let first = ranges.first else { return }
      self = ranges.dropFirst().reduce(first) { $0.spanning($1) }
    default: break
    }
  }

  private func spanning(_ other: NumberRange) -> NumberRange {
    var range = self
    if other.least < least || (other.least == least && !other.isLeastOpen) {
      (range.least, range.isLeastOpen) = (other.least, other.isLeastOpen)
    }
    if other.greatest > greatest || (other.greatest == greatest && !other.isGreatestOpen) {
      (range.greatest, range.isGreatestOpen) = (other.greatest, other.isGreatestOpen)
    }
    return range
  }

  /// Whether a bound is known.
  var isLimited: Bool { least > -.infinity || greatest < .infinity }

  func contains(_ number: Double) -> Bool {
    (isLeastOpen ? number > least : number >= least) && (isGreatestOpen ? number < greatest : number <= greatest)
  }

  /// Whether a number may be in both.
  func meets(_ other: NumberRange) -> Bool { !isBelow(other) && !other.isBelow(self) }

  /// Whether all numbers of this range are less than all of another.
  func isBelow(_ other: NumberRange) -> Bool {
    greatest < other.least || (greatest == other.least && (isGreatestOpen || other.isLeastOpen))
  }

  /// Whether all numbers of this range are at most those of another.
  func isAtMost(_ other: NumberRange) -> Bool { greatest <= other.least }
}

extension NumberRange: CustomStringConvertible {
  /// The range as messages tell it, as in `from 0 to 1`.
  var description: String {
    func text(_ number: Double) -> String { Int(exactly: number).map { String($0) } ?? number.description }
    if least == greatest { return text(least) }
    if least == -.infinity { return (isGreatestOpen ? "below " : "at most ") + text(greatest) }
    if greatest == .infinity { return (isLeastOpen ? "above " : "at least ") + text(least) }
    return (isLeastOpen ? "above " : "from ") + text(least) + (isGreatestOpen ? " and below " : " to ") + text(greatest)
  }
}

public import GraphDiagnostics
public import GraphRuntime

/// What a value may be: a declared type of the state, of a schema's field, or of a whole answer.
public indirect enum SchemaType: Sendable, Hashable {
  /// Anything.
  case any
  /// Only null; stands in unions.
  case null
  /// `true` or `false`.
  case bool
  /// A 64-bit integer; a float without a fraction counts as one.
  case int
  /// Any number.
  case float
  /// Text.
  case string
  /// A list whose items all have one type.
  case list(SchemaType)
  /// An object with any keys, whose values all have one type.
  case dict(SchemaType)
  /// An object with known fields.
  case object(SchemaObject)
  /// One of several constants.
  case enumeration([Value])
  /// A value of any of several types, without unions among them.
  case union([SchemaType])
  /// A type with limits to its values.
  case constrained(SchemaType, SchemaConstraints)
}

/// An object with known fields.
public struct SchemaObject: Sendable, Hashable {
  /// What happens to keys that no field has.
  public enum Additional: Sendable, Hashable {
    /// They are left out of the checked value.
    case dropped
    /// They are violations.
    case refused
    /// They are kept when they are of a type.
    case checked(SchemaType)
  }

  /// The fields in the order they were written.
  public let fields: [SchemaField]

  /// What happens to other keys.
  public let additional: Additional

  /// Creates an object type.
  public init(fields: [SchemaField], additional: Additional = .dropped) {
    self.fields = fields
    self.additional = additional
  }

  /// The field of a name, or nil.
  public func field(named name: String) -> SchemaField? { fields.first { $0.name.value == name } }
}

/// One field of an object.
public struct SchemaField: Sendable, Hashable {
  /// The name, where it is declared.
  public let name: Located<String>

  /// The type; it admits null when the field is optional.
  public let type: SchemaType

  /// What the field means, for the model.
  public let description: String?

  /// The value of a field that is left out.
  public let defaultValue: Value?

  /// Whether it has to be there.
  public let isRequired: Bool

  /// Creates a field.
  public init(
    name: Located<String>, type: SchemaType, description: String? = nil, defaultValue: Value? = nil, isRequired: Bool
  ) {
    self.name = name
    self.type = type
    self.description = description
    self.defaultValue = defaultValue
    self.isRequired = isRequired
  }
}

/// Limits to the values of a type, and what is said about them.
public struct SchemaConstraints: Sendable, Hashable {
  /// The least number.
  public var minimum: Double?
  /// The number that values are above.
  public var exclusiveMinimum: Double?
  /// The greatest number.
  public var maximum: Double?
  /// The number that values are below.
  public var exclusiveMaximum: Double?
  /// A number that values are multiples of.
  public var multipleOf: Double?
  /// The least number of characters.
  public var minimumLength: Int?
  /// The greatest number of characters.
  public var maximumLength: Int?
  /// A regular expression that a part of the text matches.
  public var pattern: String?
  /// The least number of items.
  public var minimumItems: Int?
  /// The greatest number of items.
  public var maximumItems: Int?
  /// Whether no item may be there twice.
  public var hasUniqueItems = false
  /// A name of a text format, such as `date`; told to the model, not checked.
  public var format: String?
  /// What the values mean, for the model.
  public var description: String?

  /// Creates constraints that limit nothing.
  public init() {}

  /// Whether nothing is limited or said.
  public var isEmpty: Bool { self == SchemaConstraints() }
}

extension SchemaType {
  /// This type or null.
  public var optional: SchemaType {
    switch self {
    case .any, .null: self
    case .union(let types): types.contains(.null) ? self : .union(types + [.null])
    default: .union([self, .null])
    }
  }

  /// Whether null is a value of the type.
  public var admitsNull: Bool {
    switch self {
    case .any, .null: true
    case .union(let types): types.contains { $0.admitsNull }
    case .constrained(let type, _): type.admitsNull
    case .enumeration(let values): values.contains(.null)
    default: false
    }
  }

  /// The type without null.
  public var withoutNull: SchemaType {
    guard case .union(let types) = self else { return self }
    let rest = types.filter { $0 != .null }
    return rest.count == 1 ? rest[0] : .union(rest)
  }

  /// The type without limits and null: what decides which operators apply.
  public var base: SchemaType {
    switch self {
    case .constrained(let type, _): type.base
    case .union: withoutNull == self ? self : withoutNull.base
    default: self
    }
  }

  /// The type with limits, or itself when they limit nothing.
  func constrained(by constraints: SchemaConstraints) -> SchemaType {
    constraints.isEmpty ? self : .constrained(self, constraints)
  }
}

extension SchemaType: CustomStringConvertible {
  /// The type as it is written in a graph, such as `list[str]?`.
  public var description: String {
    switch self {
    case .any: return "any"
    case .null: return "null"
    case .bool: return "bool"
    case .int: return "int"
    case .float: return "float"
    case .string: return "str"
    case .list(.any): return "list"
    case .list(let item): return "list[\(item)]"
    case .dict(.any), .object: return "dict"
    case .dict(let value): return "dict[str, \(value)]"
    case .enumeration(let values): return values.map { $0.json() }.joined(separator: " | ")
    case .union(let types):
      let rest = types.filter { $0 != .null }
      let text = rest.map(\.description).joined(separator: " | ")
      return rest.count == types.count ? text : rest.count == 1 ? text + "?" : text + " | null"
    case .constrained(let type, _): return type.description
    }
  }
}

/// A value of a graph's state: what JSON can say, with integers kept apart from doubles.
///
/// ```swift
/// let critique: Value = ["score": 0.5, "remarks": ["short", "exact"]]
/// print(critique["score"]?.double ?? 0, critique["remarks"]?.list?.count ?? 0, critique.json())
/// ```
public enum Value: Sendable, Hashable {
  /// Nothing; also what a key that was never written reads as.
  case null
  /// True or false.
  case bool(Bool)
  /// A 64-bit integer.
  case int(Int)
  /// A finite double.
  case double(Double)
  /// Text.
  case string(String)
  /// A list.
  case list([Value])
  /// Keys and values in the order they were written.
  case object(ValueObject)
}

extension Value {
  /// Whether this is null.
  public var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// The text, if this is a string.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The integer, if this is one.
  public var int: Int? {
    if case .int(let number) = self { number } else { nil }
  }

  /// The number as a double, if this is an integer or a double.
  public var double: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }

  /// The truth value, if this is one.
  public var bool: Bool? {
    if case .bool(let flag) = self { flag } else { nil }
  }

  /// The items, if this is a list.
  public var list: [Value]? {
    if case .list(let items) = self { items } else { nil }
  }

  /// The entries, if this is an object.
  public var object: ValueObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// The value of a key, or nil when this is no object or has no such key.
  public subscript(key: String) -> Value? { object?[key] }

  /// The kind as messages name it: `null`, `bool`, `int`, `float`, `str`, `list` or `dict`.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .int: "int"
    case .double: "float"
    case .string: "str"
    case .list: "list"
    case .object: "dict"
    }
  }
}

extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Creates null.
  public init(nilLiteral: ()) { self = .null }

  /// Creates a truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  /// Creates an integer.
  public init(integerLiteral value: Int) { self = .int(value) }

  /// Creates a double.
  public init(floatLiteral value: Double) { self = .double(value) }

  /// Creates text.
  public init(stringLiteral value: String) { self = .string(value) }

  /// Creates a list.
  public init(arrayLiteral elements: Value...) { self = .list(elements) }

  /// Creates an object; of equal keys the last wins.
  public init(dictionaryLiteral elements: (String, Value)...) {
    self = .object(ValueObject(elements))
  }
}

/// A type that values of a state are read as, and written from.
///
/// `graph codegen` writes such types for a graph; they are made of those that
/// conform here.
public protocol ValueConvertible: Sendable {
  /// Reads a value.
  ///
  /// - Throws: `ValueConversionError` when it is of another type.
  init(graphValue: Value) throws(ValueConversionError)

  /// The value that stands for this one in a state.
  var graphValue: Value { get }
}

/// A type that objects are read as, and written from.
public protocol ObjectConvertible: ValueConvertible {
  /// Reads an object; keys that the type does not have are passed over.
  ///
  /// - Throws: `ValueConversionError` when a key is missing, or its value is of another type.
  init(_ values: ValueObject) throws(ValueConversionError)

  /// The keys and values; what is nil is left out.
  var valueObject: ValueObject { get }
}

/// A value that is not of the type that somebody wants it to be; the value itself is not named.
public struct ValueConversionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where it is in what was read, such as `review.points[2]`; empty for the whole.
  public private(set) var path: String

  /// What it has to be.
  public let expected: String

  /// What it is.
  public let found: String

  /// Creates an error about a whole value.
  public init(expected: String, found: String) {
    path = ""
    self.expected = expected
    self.found = found
  }

  /// The same error, seen from an object or list that the value is a part of.
  fileprivate func inside(_ part: String) -> ValueConversionError {
    var error = self
    error.path = part + (path.isEmpty || path.hasPrefix("[") ? "" : ".") + path
    return error
  }

  /// One phrase.
  public var description: String {
    let subject = path.isEmpty ? "the value" : "'\(path)'"
    return found == "nothing" ? "\(subject) is missing" : "\(subject) must be \(expected), not \(found)"
  }
}

// MARK: - Objects

extension ObjectConvertible {
  /// Reads an object.
  public init(graphValue: Value) throws(ValueConversionError) {
    guard let values = graphValue.object else {
      throw ValueConversionError(expected: "dict", found: graphValue.kind)
    }
    try self.init(values)
  }

  /// The object.
  public var graphValue: Value { .object(valueObject) }
}

extension ValueObject {
  /// The value of a key as a type; a key that is missing is null.
  ///
  /// - Throws: `ValueConversionError` with the key in its path.
  public func read<Result: ValueConvertible>(
    _ key: String, as type: Result.Type = Result.self
  ) throws(ValueConversionError) -> Result {
    do throws(ValueConversionError) {
      return try Result(graphValue: self[key] ?? .null)
    } catch {
      guard self[key] == nil, error.path.isEmpty else { throw error.inside(key) }
      throw ValueConversionError(expected: error.expected, found: "nothing").inside(key)
    }
  }

  /// The value of a key as a type, or another one where it is missing or null.
  ///
  /// - Throws: `ValueConversionError` with the key in its path.
  public func read<Result: ValueConvertible>(
    _ key: String, default other: Result
  ) throws(ValueConversionError) -> Result {
    guard let value = self[key], !value.isNull else { return other }
    return try read(key)
  }

  /// Writes a value under a key; null removes the key.
  public mutating func write(_ key: String, _ value: some ValueConvertible) {
    let value = value.graphValue
    // A plain 'nil' would be the value null.
    self[key] = value.isNull ? Optional.none : .some(value)
  }
}

// MARK: - Constants

extension ValueConvertible where Self: RawRepresentable & CaseIterable, RawValue: ValueConvertible {
  /// Reads a constant.
  public init(graphValue: Value) throws(ValueConversionError) {
    guard let raw = try? RawValue(graphValue: graphValue), let constant = Self(rawValue: raw) else {
      let constants = Self.allCases.map { $0.graphValue.json() }.joined(separator: ", ")
      // What a text says is not told, only that it is none of the constants.
      let isText = graphValue.string != nil
      throw ValueConversionError(
        expected: "one of \(constants)", found: isText ? "another text" : graphValue.kind)
    }
    self = constant
  }

  /// The constant.
  public var graphValue: Value { rawValue.graphValue }
}

// MARK: - Types of the standard library

extension Value: ValueConvertible {
  /// The value itself.
  public init(graphValue: Value) { self = graphValue }

  /// The value itself.
  public var graphValue: Value { self }
}

extension ValueObject: ValueConvertible {
  /// Reads an object.
  public init(graphValue: Value) throws(ValueConversionError) {
    guard let object = graphValue.object else {
      throw ValueConversionError(expected: "dict", found: graphValue.kind)
    }
    self = object
  }

  /// The object.
  public var graphValue: Value { .object(self) }
}

extension Bool: ValueConvertible {
  /// Reads a truth value.
  public init(graphValue: Value) throws(ValueConversionError) {
    guard let flag = graphValue.bool else { throw ValueConversionError(expected: "bool", found: graphValue.kind) }
    self = flag
  }

  /// The truth value.
  public var graphValue: Value { .bool(self) }
}

extension Int: ValueConvertible {
  /// Reads an integer; a double without a fraction is one.
  public init(graphValue: Value) throws(ValueConversionError) {
    if case .double(let number) = graphValue, let whole = Int(exactly: number) {
      self = whole
      return
    }
    guard let number = graphValue.int else { throw ValueConversionError(expected: "int", found: graphValue.kind) }
    self = number
  }

  /// The integer.
  public var graphValue: Value { .int(self) }
}

extension Double: ValueConvertible {
  /// Reads a number.
  public init(graphValue: Value) throws(ValueConversionError) {
    guard let number = graphValue.double else { throw ValueConversionError(expected: "float", found: graphValue.kind) }
    self = number
  }

  /// The number.
  public var graphValue: Value { .double(self) }
}

extension String: ValueConvertible {
  /// Reads a text.
  public init(graphValue: Value) throws(ValueConversionError) {
    guard let text = graphValue.string else { throw ValueConversionError(expected: "str", found: graphValue.kind) }
    self = text
  }

  /// The text.
  public var graphValue: Value { .string(self) }
}

extension Optional: ValueConvertible where Wrapped: ValueConvertible {
  /// Reads a value that may be null.
  public init(graphValue: Value) throws(ValueConversionError) {
    self = graphValue.isNull ? nil : try Wrapped(graphValue: graphValue)
  }

  /// The value, or null.
  public var graphValue: Value { map(\.graphValue) ?? .null }
}

extension Array: ValueConvertible where Element: ValueConvertible {
  /// Reads a list.
  public init(graphValue: Value) throws(ValueConversionError) {
    guard let items = graphValue.list else { throw ValueConversionError(expected: "list", found: graphValue.kind) }
    self = []
    reserveCapacity(items.count)
    for (index, item) in items.enumerated() {
      do throws(ValueConversionError) {
        append(try Element(graphValue: item))
      } catch {
        throw error.inside("[\(index)]")
      }
    }
  }

  /// The list.
  public var graphValue: Value { .list(map(\.graphValue)) }
}

extension Dictionary: ValueConvertible where Key == String, Value: ValueConvertible {
  /// Reads an object with any keys; their order is lost.
  public init(graphValue: GraphRuntime.Value) throws(ValueConversionError) {
    guard let values = graphValue.object else {
      throw ValueConversionError(expected: "dict", found: graphValue.kind)
    }
    self = [:]
    for (key, _) in values { self[key] = try values.read(key, as: Value.self) }
  }

  /// The object, its keys in the order of the alphabet.
  public var graphValue: GraphRuntime.Value {
    .object(ValueObject(sorted { $0.key < $1.key }.map { ($0.key, $0.value.graphValue) }))
  }
}

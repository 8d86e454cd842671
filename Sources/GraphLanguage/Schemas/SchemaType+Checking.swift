internal import GraphDiagnostics
public import GraphRuntime

extension SchemaType {
  /// Whether a value is of this type.
  public func accepts(_ value: Value) -> Bool { check(value).violations.isEmpty }

  /// Checks a value and brings it into the form that the type promises.
  ///
  /// Fields that are left out get their default, or null when they are optional; a null in a field that does not
  /// admit it gets the field's default; a float without a fraction becomes an integer where one is asked for; keys
  /// that no field has are left out where the type says so.
  ///
  /// - Returns: The value in that form, and at most 20 places where it is not as the type says.
  public func check(_ value: Value) -> (value: Value, violations: [SchemaViolation]) {
    var checker = SchemaChecker()
    let checked = checker.check(value, self, at: "$")
    return (checked, checker.violations)
  }

  /// Reads a value from text that was typed on a command line, or nil when the text is none of this type.
  ///
  /// Numbers and truth values are read where they are declared, lists and objects are JSON, and everything else is
  /// the text as it is. An empty text and `null` are null for an optional type that is not text.
  public func coerce(text: String) -> Value? {
    switch self {
    case .any, .string: return .string(text)
    case .null: return text.isEmpty || text.lowercased() == "null" ? .some(.null) : Optional.none
    case .bool:
      switch text.lowercased() {
      case "true", "yes", "1": return .bool(true)
      case "false", "no", "0": return .bool(false)
      default: return Optional.none
      }
    case .int: return Int(text).map { .int($0) }
    case .float:
      if let number = Int(text) { return .double(Double(number)) }
      guard let number = Double(text), number.isFinite else { return Optional.none }
      return .double(number)
    case .list, .dict, .object:
      guard let value = try? Value(json: text) else { return Optional.none }
      let (checked, violations) = check(value)
      guard violations.isEmpty else { return Optional.none }
      return checked
    case .enumeration(let values):
      if values.contains(.string(text)) { return .string(text) }
      guard let value = try? Value(json: text), values.contains(where: { $0.isSame(as: value) }) else {
        return Optional.none
      }
      return value
    case .union(let types):
      // Text takes anything, so it is asked last; before it, null.
      let isText: (SchemaType) -> Bool = { $0.base == .string || $0 == .any }
      for type in types where !isText(type) && type != .null {
        if let value = type.coerce(text: text) { return value }
      }
      if let type = types.first(where: isText) { return type.coerce(text: text) }
      return types.contains(.null) ? SchemaType.null.coerce(text: text) : Optional.none
    case .constrained(let type, _):
      guard let value = type.coerce(text: text), accepts(value) else { return Optional.none }
      return value
    }
  }
}

/// Walks a value and its type together.
private struct SchemaChecker {
  var violations: [SchemaViolation] = []

  static let maximumViolations = 20

  mutating func check(_ value: Value, _ type: SchemaType, at path: String) -> Value {
    switch (type, value) {
    case (.any, _), (.null, .null), (.bool, .bool), (.int, .int), (.float, .int), (.float, .double),
      (.string, .string):
      return value
    case (.int, .double(let number)):
      if let whole = Int(exactly: number) { return .int(whole) }
      report(path, "int", "float")
    case (.list(let item), .list(let items)):
      if item == .any { return value }
      return .list(items.enumerated().map { check($0.element, item, at: "\(path)[\($0.offset)]") })
    case (.dict(let type), .object(let object)):
      if type == .any { return value }
      return .object(ValueObject(object.map { ($0.key, check($0.value, type, at: Self.path(path, $0.key))) }))
    case (.object(let type), .object(let object)): return .object(check(object, type, at: path))
    case (.enumeration(let values), _):
      if let constant = values.first(where: { $0.isSame(as: value) }) { return constant }
      report(path, "one of \(values.map { $0.json() }.joined(separator: ", "))", Self.kind(value, expected: type))
    case (.union(let types), _): return check(value, anyOf: types, at: path)
    case (.constrained(let type, let constraints), _):
      let before = violations.count
      let checked = check(value, type, at: path)
      if violations.count == before { check(checked, constraints, at: path) }
      return checked
    default: report(path, type.description, value.kind)
    }
    return value
  }

  private mutating func check(_ object: ValueObject, _ type: SchemaObject, at path: String) -> ValueObject {
    var checked = ValueObject()
    for field in type.fields {
      let name = field.name.value
      let place = Self.path(path, name)
      switch object[name] {
      case .some(.null) where !field.type.admitsNull && field.defaultValue != nil: checked[name] = field.defaultValue
      case let value?: checked[name] = check(value, field.type, at: place)
      case nil:
        if let value = field.defaultValue {
          checked[name] = value
        } else if field.isRequired {
          report(place, field.type.description, "nothing")
        } else {
          checked[name] = .some(.null)
        }
      }
    }
    for entry in object where type.field(named: entry.key) == nil {
      switch type.additional {
      case .dropped: break
      case .refused: report(Self.path(path, entry.key), "no such key", entry.value.kind)
      case .checked(let type): checked[entry.key] = check(entry.value, type, at: Self.path(path, entry.key))
      }
    }
    return checked
  }

  private mutating func check(_ value: Value, anyOf types: [SchemaType], at path: String) -> Value {
    var nearest: [SchemaViolation]?
    for type in types {
      var trial = SchemaChecker()
      let checked = trial.check(value, type, at: path)
      if trial.violations.isEmpty { return checked }
      // What is wrong inside a value of the right kind tells more than the list of types.
      if !trial.violations.contains(where: { $0.path == path }) { nearest = nearest ?? trial.violations }
    }
    if let nearest {
      for violation in nearest { report(violation.path, violation.expected, violation.found) }
    } else if types.count == 2, types[1] == .null, value != .null {
      return check(value, types[0], at: path)
    } else {
      report(path, SchemaType.union(types).description, value.kind)
    }
    return value
  }

  private mutating func check(_ value: Value, _ limits: SchemaConstraints, at path: String) {
    if let number = value.double {
      if let least = limits.minimum, number < least { report(path, "at least \(Self.text(least))", "less") }
      if let bound = limits.exclusiveMinimum, number <= bound { report(path, "more than \(Self.text(bound))", "less") }
      if let greatest = limits.maximum, number > greatest { report(path, "at most \(Self.text(greatest))", "more") }
      if let bound = limits.exclusiveMaximum, number >= bound { report(path, "less than \(Self.text(bound))", "more") }
      if let factor = limits.multipleOf, factor != 0 {
        let quotient = number / factor
        // Decimal steps such as 0.1 are not exact in binary.
        if abs(quotient - quotient.rounded()) > 1e-9 * max(1, abs(quotient)) {
          report(path, "a multiple of \(Self.text(factor))", "another number")
        }
      }
    }
    if case .string(let text) = value {
      let count = text.unicodeScalars.count
      if let least = limits.minimumLength, count < least {
        report(path, "at least \(least) character\(least == 1 ? "" : "s")", "\(count)")
      }
      if let most = limits.maximumLength, count > most {
        report(path, "at most \(most) character\(most == 1 ? "" : "s")", "\(count)")
      }
      if let pattern = limits.pattern, !Self.matches(text, pattern) {
        report(path, "text that matches \(pattern)", "other text")
      }
    }
    if case .list(let items) = value {
      if let least = limits.minimumItems, items.count < least {
        report(path, "at least \(least) item\(least == 1 ? "" : "s")", "\(items.count)")
      }
      if let most = limits.maximumItems, items.count > most {
        report(path, "at most \(most) item\(most == 1 ? "" : "s")", "\(items.count)")
      }
      if limits.hasUniqueItems, Set(items).count < items.count { report(path, "no item twice", "one repeated") }
    }
  }

  private static func matches(_ text: String, _ pattern: String) -> Bool {
    guard let expression = try? Regex(pattern) else { return false }
    return ((try? expression.firstMatch(in: text)) ?? nil) != nil
  }

  private static func text(_ number: Double) -> String {
    Int(exactly: number).map { String($0) } ?? number.description
  }

  private static func kind(_ value: Value, expected type: SchemaType) -> String {
    guard case .enumeration(let values) = type, values.contains(where: { $0.kind == value.kind }) else {
      return value.kind
    }
    return "another \(value.kind)"
  }

  private static func path(_ path: String, _ key: String) -> String { path + StatePath.suffix([.key(key)]) }

  private mutating func report(_ path: String, _ expected: String, _ found: String) {
    guard violations.count < Self.maximumViolations else { return }
    violations.append(SchemaViolation(path: path, expected: expected, found: found))
  }
}

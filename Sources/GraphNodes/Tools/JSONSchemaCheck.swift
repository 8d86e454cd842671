internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Checks values against a JSON schema that somebody else wrote.
///
/// It knows the keywords that say which values fit a part of the schema by
/// themselves, and leaves what it does not know (`pattern`, `format`, `not`,
/// `if`) to whoever wrote it: what it finds is wrong, what it does not find may
/// be wrong all the same.
struct JSONSchemaCheck {
  private let root: Value

  private static let maximumDepth = 64

  /// The arguments of a tool; one that is null and may be left out is left out.
  ///
  /// - Throws: `ToolArgumentError` with everything that is wrong.
  static func arguments(_ arguments: ValueObject, _ schema: Value) throws(ToolArgumentError) -> ValueObject {
    let check = JSONSchemaCheck(root: schema)
    let required = schema["required"]?.list ?? []
    let properties = schema["properties"]?.object ?? [:]
    let given = ValueObject(
      arguments.filter { name, value in
        guard value.isNull, !required.contains(.string(name)), let property = properties[name] else { return true }
        return check.problems(value, property, "", 0).isEmpty
      }.map { ($0.key, $0.value) })
    let problems = check.problems(.object(given), schema, "", 0)
    guard problems.isEmpty else { throw ToolArgumentError(problems) }
    return given
  }

  /// What is wrong with a value, one phrase each.
  ///
  /// - Parameter subject: What the value is.
  static func problems(_ value: Value, _ schema: Value, _ subject: String) -> [String] {
    JSONSchemaCheck(root: schema).problems(value, schema, subject, 0)
  }

  // MARK: - Schemas

  private func problems(_ value: Value, _ schema: Value, _ subject: String, _ depth: Int) -> [String] {
    if schema == false { return ["\(Self.named(subject)) is not allowed"] }
    guard let keywords = schema.object, depth < Self.maximumDepth else { return [] }
    if let reference = keywords["$ref"]?.string {
      return target(of: reference).map { problems(value, $0, subject, depth + 1) } ?? []
    }
    if let types = Self.types(keywords), !types.contains(where: { Self.has(value, $0) }) {
      return [Self.wrong(subject, types.map { Self.words[$0] ?? $0 }.joined(separator: " or "), value)]
    }
    if let constants = keywords["enum"]?.list ?? keywords["const"].map({ [$0] }), !constants.contains(value) {
      let list = constants.prefix(20).map { $0.json() }.joined(separator: ", ")
      return ["\(Self.named(subject)) must be \(constants.count == 1 ? list : "one of \(list)")"]
    }
    return choice(value, keywords, subject, depth) + limits(value, keywords, subject)
      + object(value, keywords, subject, depth) + list(value, keywords, subject, depth)
  }

  /// `anyOf`, `oneOf` and `allOf`.
  private func choice(_ value: Value, _ keywords: ValueObject, _ subject: String, _ depth: Int) -> [String] {
    var found = (keywords["allOf"]?.list ?? []).flatMap { problems(value, $0, subject, depth + 1) }
    for key in ["anyOf", "oneOf"] {
      guard let options = keywords[key]?.list, !options.isEmpty else { continue }
      let each = options.map { problems(value, $0, subject, depth + 1) }
      guard !each.contains(where: \.isEmpty) else { continue }
      // What is wrong inside of the form that was meant tells more than that none fits.
      let types = options.map { Self.types($0.object ?? [:]) }
      let meant = types.indices.filter { types[$0]?.contains { Self.has(value, $0) } ?? false }
      if meant.count == 1 {
        found += each[meant[0]]
      } else {
        let words = types.compactMap(\.self).flatMap(\.self).map { Self.words[$0] ?? $0 }
        found.append(
          words.count == options.count && meant.isEmpty
            ? Self.wrong(subject, words.joined(separator: " or "), value)
            : "\(Self.named(subject)) is of none of the forms that it may have")
      }
    }
    return found
  }

  private func limits(_ value: Value, _ keywords: ValueObject, _ subject: String) -> [String] {
    func compare(_ number: Double?, _ unit: String) -> [String] {
      guard let number else { return [] }
      let (least, most, above, below) =
        switch unit {
        case "": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        case "characters": ("minLength", "maxLength", "", "")
        default: ("minItems", "maxItems", "", "")
        }
      let bounds: [(String, String, (Double, Double) -> Bool)] = [
        (least, "at least", (>=)), (most, "at most", (<=)), (above, "more than", (>)), (below, "less than", (<)),
      ]
      return bounds.compactMap { key, words, holds in
        guard let bound = keywords[key], let limit = Self.number(bound), !holds(number, limit) else { return nil }
        let amount = unit.isEmpty ? bound.json() : "\(bound.json()) \(unit)"
        return "\(Self.named(subject)) must \(unit.isEmpty ? "be" : "have") \(words) \(amount)"
      }
    }
    switch value {
    case .int, .double: return compare(Self.number(value), "")
    case .string(let text): return compare(Double(text.unicodeScalars.count), "characters")
    case .list(let items): return compare(Double(items.count), "items")
    case .null, .bool, .object: return []
    }
  }

  private func object(_ value: Value, _ keywords: ValueObject, _ subject: String, _ depth: Int) -> [String] {
    guard let object = value.object else { return [] }
    let properties = keywords["properties"]?.object ?? [:]
    var found: [String] = []
    let additional = keywords["additionalProperties"]
    for (name, item) in object {
      let path = subject.isEmpty ? name : "\(subject).\(name)"
      if let property = properties[name] {
        found += problems(item, property, path, depth + 1)
      } else if additional == false, keywords["patternProperties"] == nil {
        let near = Suggestion.nearest(to: name, among: properties.keys)
        found.append("there is no argument '\(path)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
      } else if let additional, additional.object != nil {
        found += problems(item, additional, path, depth + 1)
      }
    }
    for name in (keywords["required"]?.list ?? []).compactMap(\.string) where object[name] == nil {
      found.append("\(Self.named(subject.isEmpty ? name : "\(subject).\(name)")) is missing")
    }
    return found
  }

  private func list(_ value: Value, _ keywords: ValueObject, _ subject: String, _ depth: Int) -> [String] {
    guard let items = value.list, let schema = keywords["items"] else { return [] }
    let first = keywords["prefixItems"]?.list?.count ?? 0
    for (index, item) in items.enumerated().dropFirst(first) {
      let found = problems(item, schema, "\(subject)[\(index)]", depth + 1)
      // The others are wrong in the same way as likely as not.
      if !found.isEmpty { return found }
    }
    return []
  }

  /// The schema that a reference inside of the whole names.
  private func target(of reference: String) -> Value? {
    guard reference.hasPrefix("#") else { return nil }
    var value = root
    for part in reference.dropFirst().split(separator: "/") {
      let name = part.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
        .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
      guard let next = value[name] else { return nil }
      value = next
    }
    return value
  }

  // MARK: - Types

  private static let words = [
    "string": "str", "integer": "int", "number": "float", "boolean": "bool", "array": "list", "object": "dict",
  ]

  private static func types(_ keywords: ValueObject) -> [String]? {
    keywords["type"]?.string.map { [$0] } ?? keywords["type"]?.list?.compactMap(\.string)
  }

  private static func has(_ value: Value, _ type: String) -> Bool {
    switch (value, type) {
    case (.null, "null"), (.bool, "boolean"), (.int, "integer"), (.int, "number"), (.double, "number"),
      (.string, "string"), (.list, "array"), (.object, "object"):
      true
    case (.double(let number), "integer"): number == number.rounded()
    default: false
    }
  }

  private static func number(_ value: Value) -> Double? {
    switch value {
    case .int(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }

  private static func named(_ subject: String) -> String {
    subject.hasPrefix("the result") ? subject : "the argument '\(subject)'"
  }

  private static func wrong(_ subject: String, _ expected: String, _ value: Value) -> String {
    "\(named(subject)) must be \(expected), not \(value.kind)"
  }
}

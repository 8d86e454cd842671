internal import GraphRuntime

/// Makes schemas fit for `strict: true`, where that loses nothing.
///
/// Strict schemas want every object closed and every property required. An
/// object without `additionalProperties` is closed here. A schema with
/// optional properties, open objects or keywords that change what fits is sent
/// as it is and without `strict`: the answer is checked against the whole
/// schema afterwards anyway. For the same reason, keywords that only narrow a
/// string or a list and that strict schemas refuse are left out.
///
/// Anthropic's schema mode wants closed objects too, but knows optional
/// properties and fewer keywords.
enum StrictSchema {
  private static let maximumDepth = 64

  private static let loosening: Set<String> = [
    "allOf", "oneOf", "not", "if", "then", "else", "patternProperties", "dependentRequired", "dependentSchemas",
    "propertyNames", "prefixItems", "unevaluatedProperties",
  ]

  private static let refused: Set<String> = [
    "default", "examples", "minLength", "maxLength", "uniqueItems", "contains", "minProperties", "maxProperties",
    "$schema", "$id",
  ]

  /// The schema as it is sent, and whether it can be strict.
  static func adapt(_ schema: Value) -> (schema: Value, isStrict: Bool) {
    guard schema["type"]?.string == "object", let adapted = strict(schema, depth: 0) else { return (schema, false) }
    return (adapted, true)
  }

  private static func strict(_ schema: Value, depth: Int) -> Value? {
    guard depth < maximumDepth, let object = schema.object else { return nil }
    var result = ValueObject()
    for (key, value) in object where !refused.contains(key) {
      if loosening.contains(key) { return nil }
      switch key {
      case "properties", "$defs", "definitions":
        var schemas = ValueObject()
        for (name, inner) in value.object ?? [:] {
          guard let inner = strict(inner, depth: depth + 1) else { return nil }
          schemas[name] = inner
        }
        result[key] = .object(schemas)
      case "items":
        guard let items = strict(value, depth: depth + 1) else { return nil }
        result[key] = items
      case "anyOf":
        let options = (value.list ?? []).map { strict($0, depth: depth + 1) }
        guard !options.contains(nil) else { return nil }
        result[key] = .list(options.compactMap(\.self))
      default: result[key] = value
      }
    }
    guard isObject(object) else { return hasKnownType(object) ? .object(result) : nil }
    guard isClosed(object) else { return nil }
    result["additionalProperties"] = false
    result["required"] = .list((object["properties"]?.object ?? [:]).keys.map { .string($0) })
    return .object(result)
  }

  private static func isObject(_ schema: ValueObject) -> Bool {
    schema["type"]?.string == "object" || schema["type"]?.list?.contains("object") == true
      || schema["properties"] != nil
  }

  /// Whether every property is required and no other one is allowed or asked about.
  private static func isClosed(_ schema: ValueObject) -> Bool {
    guard let properties = schema["properties"]?.object, !properties.isEmpty else { return false }
    guard schema["additionalProperties"] == nil || schema["additionalProperties"] == false else { return false }
    let required = schema["required"]?.list ?? []
    return properties.keys.allSatisfy { required.contains(.string($0)) } && required.count == properties.count
  }

  /// Whether a schema says what it describes; one that says nothing allows anything, which strict schemas do not.
  private static func hasKnownType(_ schema: ValueObject) -> Bool {
    if schema["type"]?.string == "array" { return schema["items"] != nil }
    return ["type", "enum", "const", "anyOf", "$ref"].contains { schema[$0] != nil }
  }

  // MARK: - Anthropic

  /// Keywords that Anthropic's schema mode refuses and that only narrow what fits.
  private static let refusedByAnthropic: Set<String> = [
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "maxItems",
    "minItems", "uniqueItems", "pattern", "contains", "minProperties", "maxProperties", "examples", "$schema", "$id",
  ]

  private static let formatsOfAnthropic: Set<String> = [
    "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid",
  ]

  /// More optional properties than this are refused.
  private static let mostOptional = 24

  /// The schema in the form that Anthropic's schema mode takes, or nil where it cannot say it.
  ///
  /// Objects are closed, and what only narrows a value is told in its description: the answer is checked against the
  /// whole schema afterwards.
  static func adaptForAnthropic(_ schema: Value) -> Value? {
    var optional = 0
    guard schema["type"]?.string == "object", let adapted = closed(schema, depth: 0, &optional),
      optional <= mostOptional
    else { return nil }
    return adapted
  }

  private static func closed(_ schema: Value, depth: Int, _ optional: inout Int) -> Value? {
    guard depth < maximumDepth, let object = schema.object, hasKnownType(object) || object["properties"] != nil,
      object["$ref"] == nil, object["$defs"] == nil, object["definitions"] == nil,
      !object.keys.contains(where: loosening.contains)
    else { return nil }
    var result = ValueObject()
    var narrowing = ValueObject()
    for (key, value) in object {
      switch key {
      case "properties":
        var schemas = ValueObject()
        for (name, inner) in value.object ?? [:] {
          guard let inner = closed(inner, depth: depth + 1, &optional) else { return nil }
          schemas[name] = inner
        }
        result[key] = .object(schemas)
      case "items":
        guard let items = closed(value, depth: depth + 1, &optional) else { return nil }
        result[key] = items
      case "anyOf":
        var options: [Value] = []
        for option in value.list ?? [] {
          guard let option = closed(option, depth: depth + 1, &optional) else { return nil }
          options.append(option)
        }
        result[key] = .list(options)
      case "enum":
        guard value.list?.contains(where: { $0.list != nil || $0.object != nil }) == false else { return nil }
        result[key] = value
      case "format" where !formatsOfAnthropic.contains(value.string ?? ""): narrowing[key] = value
      case _ where refusedByAnthropic.contains(key): narrowing[key] = value
      default: result[key] = value
      }
    }
    if isObject(object) {
      guard let properties = object["properties"]?.object, !properties.isEmpty,
        object["additionalProperties"] == nil || object["additionalProperties"] == false
      else { return nil }
      optional += properties.count - (object["required"]?.list?.count ?? 0)
      result["additionalProperties"] = false
    }
    if !narrowing.isEmpty {
      let rules = Value.object(narrowing).json()
      result["description"] = .string(object["description"]?.string.map { "\($0)\n\n\(rules)" } ?? rules)
    }
    return .object(result)
  }
}

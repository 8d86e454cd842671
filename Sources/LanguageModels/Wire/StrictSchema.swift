internal import GraphRuntime

/// Makes schemas fit for `strict: true`, where that loses nothing.
///
/// Strict schemas want every object closed and every property required. An
/// object without `additionalProperties` is closed here. A schema with
/// optional properties, open objects or keywords that change what fits is sent
/// as it is and without `strict`: the answer is checked against the whole
/// schema afterwards anyway. For the same reason, keywords that only narrow a
/// string or a list and that strict schemas refuse are left out.
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
}

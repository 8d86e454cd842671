internal import GraphLanguage
internal import GraphRuntime

/// Annotations and literals of Python.
enum PythonAnnotation {
  /// The type that an annotation names; any type for what is no JSON value.
  static func type(_ text: String) -> SchemaType {
    let text = unquoted(text)
    let parts = split(text, at: "|")
    if parts.count > 1 { return union(parts.map(type)) }
    let head = String(text.prefix { $0 != "[" })
    let name = (head.split(separator: ".").last.map(String.init) ?? head).lowercased()
    var arguments: [String] = []
    if text.last == "]", head.count < text.count {
      arguments = split(String(text.dropFirst(head.count + 1).dropLast()), at: ",")
    }
    switch name {
    case "str": return .string
    case "int": return .int
    case "float": return .float
    case "bool": return .bool
    case "none": return .null
    case "list", "sequence", "iterable", "set", "frozenset": return .list(arguments.first.map(type) ?? .any)
    case "tuple": return .list(.any)
    case "dict", "mapping": return .dict(arguments.count == 2 ? type(arguments[1]) : .any)
    case "optional": return (arguments.first.map(type) ?? .any).optional
    case "union": return union(arguments.map(type))
    case "annotated": return arguments.first.map(type) ?? .any
    case "literal":
      let values = arguments.compactMap(literal)
      return values.isEmpty ? .any : .enumeration(values)
    default: return .any
    }
  }

  /// The value of a literal, or nil for anything that has to be computed.
  static func literal(_ text: String) -> Value? {
    switch text {
    case "True": return true
    case "False": return false
    case "None": return nil
    default: break
    }
    if let number = Int(text) { return .int(number) }
    if let number = Double(text), number.isFinite { return .double(number) }
    let inner = unquoted(text)
    guard inner.count + 2 == text.count, !inner.contains("\\") else { return nil }
    return .string(inner)
  }

  private static func union(_ types: [SchemaType]) -> SchemaType {
    if types.contains(.any) { return .any }
    let rest = types.filter { $0 != .null }
    let union: SchemaType = rest.count == 1 ? rest[0] : rest.isEmpty ? .null : .union(rest)
    return rest.count == types.count ? union : union.optional
  }

  private static func unquoted(_ text: String) -> String {
    guard text.count > 1, let first = text.first, first == "\"" || first == "'", text.last == first else { return text }
    return String(text.dropFirst().dropLast())
  }

  /// Parts between separators that stand in no brackets.
  private static func split(_ text: String, at separator: Character) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      if character == separator, depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.map { $0.split(separator: " ").joined(separator: " ") }
  }
}

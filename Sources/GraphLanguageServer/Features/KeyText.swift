internal import GraphLanguage

/// What is said of a key.
enum KeyText {
  static func markdown(_ spec: KeySpec) -> String {
    "**\(spec.name)**: \(kind(spec))\(spec.isRequired ? ", required" : "")\n\n\(spec.summary)"
  }

  static func kind(_ spec: KeySpec) -> String {
    switch spec.kind {
    case .string: spec.meaning == .expression || spec.meaning == .check ? "expression" : "text"
    case .bool: "true or false"
    case .integer(let range):
      range.upperBound >= 1_000_000_000
        ? "integer from \(range.lowerBound)" : "integer, \(range.lowerBound) to \(range.upperBound)"
    case .number: "number"
    case .duration: "duration, such as 30 (seconds), '500ms' or '2m'"
    case .choice(let words): "one of " + words.map { "`\($0)`" }.joined(separator: ", ")
    case .mapping: "mapping"
    case .list: "list"
    case .strings: "text or list of texts"
    case .any, .anyOrNull: "value"
    }
  }
}

/// What a key is followed by when it is chosen.
enum KeySnippet {
  /// The text behind a key: for a mapping with keys that are required, these too.
  static func text(
    _ spec: KeySpec, _ indentation: Int, _ tables: FieldTables, _ client: ClientAbilities
  ) -> String {
    let indent = String(repeating: " ", count: indentation + 2)
    guard client.expandsSnippets else { return "\(spec.name): " }
    switch spec.kind {
    case .bool: return "\(spec.name): ${1|true,false|}"
    case .choice(let words) where words.allSatisfy({ !$0.contains(",") && !$0.contains("|") }):
      return "\(spec.name): ${1|\(words.joined(separator: ","))|}"
    case .mapping:
      let required = tables.keys(nil, at: FieldContext(form: spec.form))?.specs.filter(\.isRequired) ?? []
      guard !required.isEmpty else { return "\(spec.name):\n\(indent)$0" }
      let lines = required.enumerated().map { "\(indent)\($1.name): ${\($0 + 1)}" }
      return "\(spec.name):\n\(lines.joined(separator: "\n"))"
    case .list:
      let item = tables.item(at: FieldContext(form: spec.form))
      let required = tables.keys(nil, at: item)?.specs.filter(\.isRequired) ?? []
      guard !required.isEmpty else { return "\(spec.name):\n\(indent)- $0" }
      let lines = required.enumerated().map { "\($0 == 0 ? "- " : "  ")\($1.name): ${\($0 + 1)}" }
      return "\(spec.name):\n\(lines.map { indent + $0 }.joined(separator: "\n"))"
    default: return "\(spec.name): $0"
    }
  }
}

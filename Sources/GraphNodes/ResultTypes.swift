internal import GraphDiagnostics
internal import GraphLanguage

extension SchemaType {
  /// What an agent writes of its calls of tools.
  static func toolResults(at span: SourceSpan) -> SchemaType {
    .list(record([("tool", .string), ("args", .any), ("output", .any), ("success", .bool)], at: span))
  }

  /// What a `tool_call` node writes.
  static func toolCall(at span: SourceSpan) -> SchemaType {
    record(
      [
        ("task_id", .any), ("tool", .any), ("success", .bool), ("result", .any), ("error", SchemaType.string.optional),
      ], at: span)
  }

  /// An object with fields that a node always writes.
  static func record(_ fields: [(name: String, type: SchemaType)], at span: SourceSpan) -> SchemaType {
    .object(
      SchemaObject(
        fields: fields.map { SchemaField(name: Located($0.name, at: span), type: $0.type, isRequired: true) }))
  }
}

public import GraphDiagnostics
internal import GraphYAML

/// What a graph file says of being served, under `serve`.
public struct ServeDocument: Sendable {
  /// The key of the state that a message goes to whose sender names no input, as in a chat.
  public let chatInput: Located<String>?

  static let keys = KeyTable([
    KeySpec(
      "chat_input", .string, "The input that a message of a chat goes to; the one required text input by default."
    ).meaning(.readStateKey)
  ])

  /// Reads it, and finds the mistakes in it.
  static func parse(_ node: YAMLNode, _ diagnostics: DiagnosticEngine) -> ServeDocument? {
    guard let fields = FieldReader(node, owner: "'serve'", keys: keys, diagnostics: diagnostics) else { return nil }
    return ServeDocument(chatInput: fields.string("chat_input"))
  }
}

internal import GraphDiagnostics
internal import GraphYAML

/// Where runs are kept that wait for somebody, as a graph file says it: `checkpointer: memory`, or a mapping.
///
/// A run that waits can always be gone on with in the process that it was in,
/// which is all that `memory` asks for. What outlives the process is refused,
/// so that nobody relies on it.
enum CheckpointerDocument {
  static let keys = KeyTable(
    [
      KeySpec("type", .string, "Where runs are kept: memory.", isRequired: true).holding(typeForm)
    ] + durableKeys.map { KeySpec($0, .any, "A setting of a store that outlives the process.") })

  /// The words that are carried out.
  static let typeForm = FieldForm.kind(.choice(["memory"]))

  private static let durableKeys = ["path", "url", "ttl", "key_prefix", "max_connections"]
  private static let durable = ["sqlite", "postgres", "redis", "redis-simple"]

  /// Finds the mistakes in it.
  static func check(_ node: YAMLNode, _ diagnostics: DiagnosticEngine) {
    let type: Located<String>
    var settings: [Located<String>] = []
    if node.mapping != nil {
      guard let fields = FieldReader(node, owner: "'checkpointer'", keys: keys, diagnostics: diagnostics),
        let text = fields.string("type")
      else { return }
      type = text
      settings = fields.mapping.entries.map(\.key).filter { durableKeys.contains($0.value) }
    } else {
      guard FieldReader.check(node, "'checkpointer'", .string, diagnostics), let text = node.scalar?.text else {
        return
      }
      type = Located(text, at: node.span)
    }
    if type.value == "memory" {
      for key in settings {
        diagnostics.report(
          .misplacedKey(key.value, in: "'checkpointer'", "what is kept in memory has no place"), at: key.span)
      }
    } else if durable.contains(type.value) {
      diagnostics.report(.checkpointerNotSupported(type.value), at: type.span)
    } else {
      let words = ["memory"] + durable
      let near = Suggestion.nearest(to: type.value, among: words)
      diagnostics.report(
        .unknownChoice(type.value, "the type of 'checkpointer'", words), at: type.span,
        notes: near.map { [.didYouMean($0)] } ?? [], fixIts: near.map { [.replace(type.span, with: $0)] } ?? [])
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func checkpointerNotSupported(_ type: String) -> Self {
    Self(
      "GR0191",
      "checkpointer '\(type)' belongs to the language, but this version keeps runs in memory only, as 'memory' says")
  }
}

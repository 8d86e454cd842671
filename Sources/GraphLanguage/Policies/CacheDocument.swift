internal import GraphDiagnostics
internal import GraphYAML

/// The `cache` of a node as its author wrote it: that its results are kept, how long, and what they depend on.
public struct CacheDocument: Sendable {
  /// How long a result is good for; for ever when nil.
  public let timeToLive: Duration?

  /// What the result depends on, or nil for everything that the node looks at.
  public let key: ValueTemplate?

  /// The keys of `cache`.
  static let keys = KeyTable([
    KeySpec("ttl", .duration, "How long a result is good for; for ever by default."),
    KeySpec("key", .any, "An expression: what the result depends on.").meaning(.iteration),
  ])

  /// Reads `true` or a mapping; nil for `false`, and for what is broken and was reported.
  init?(_ node: YAMLNode, _ diagnostics: DiagnosticEngine) {
    if case .bool(let isOn) = node.scalar?.resolved {
      guard isOn else { return nil }
      timeToLive = nil
      key = nil
      return
    }
    guard node.mapping != nil else {
      diagnostics.report(
        .wrongType("'cache'", expected: "true or a mapping", found: node.kindDescription), at: node.span)
      return nil
    }
    guard let fields = FieldReader(node, owner: "'cache'", keys: Self.keys, diagnostics: diagnostics) else {
      return nil
    }
    timeToLive = fields.duration("ttl")?.value
    key = fields.node("key").flatMap {
      ValueTemplate.parse($0, plainIsExpression: true, diagnostics: diagnostics)
    }
    // Without the key that was meant, other results would be taken for this one's.
    if fields.has("key"), key == nil { return nil }
  }
}

public import GraphDiagnostics
public import GraphRuntime
public import GraphYAML

/// A node as its author wrote it.
///
/// An object, because its many parts would be counted at each copy.
public final class NodeDocument {
  /// The name.
  public let name: Located<String>

  /// The type; at the name where none is written.
  public let type: Located<String>

  /// What the node is for.
  public let description: String?

  /// The key that its result goes to; the node's name by default.
  public let stateKey: Located<String>

  /// The keys that have to be set before it runs.
  public let requires: [Located<String>]

  /// Whether it is skipped when its result is there, or nil for the default.
  public let skipIfExists: Located<Bool>?

  /// The longest time of one attempt, or nil.
  public let timeout: Duration?

  /// How often a failed attempt is made again, or nil.
  public let retry: RetryPolicy?

  /// The most runs of it in one run of the graph, or nil.
  public let loopLimit: Located<Int>?

  /// What its author wrote about failures, checks and the cache.
  public let policies: NodePolicies

  /// The keys of the node's own type.
  public let fields: FieldReader

  /// Every key and every text of the node; the state keys that it writes are among them.
  public var mentions: Set<String> {
    fields.mapping.entries.reduce(into: []) { texts, entry in
      texts.insert(entry.key.value)
      texts.formUnion(entry.value.texts)
    }
  }

  /// The keys that every node has.
  public static let commonKeys: [KeySpec] =
    [
      KeySpec("type", .string, "The node's type; llm by default.").meaning(.nodeType),
      KeySpec("description", .string, "What the node is for."),
      KeySpec("state_key", .string, "The state key that the result goes to; the node's name by default.").meaning(
        .writtenStateKey),
      KeySpec("requires", .strings, "State keys that must be set before the node runs.").meaning(.readStateKey),
      KeySpec("skip_if_exists", .bool, "Whether the node is skipped when its result is set; by default outside loops."),
      timeoutKey, retryKey,
      KeySpec("max_retries", .integer(0...100), "How often a failed attempt is made again."),
      KeySpec("loop_limit", .integer(1...1_000_000_000), "The most runs of the node in one run of the graph."),
    ] + NodePolicies.keys

  /// The keys that nodes which stand for several others have besides their own.
  static let macroKeys: [KeySpec] = commonKeys.filter { ["type", "description"].contains($0.name) }

  static let timeoutKey = KeySpec("timeout", .duration, "The longest time of one attempt, in seconds or as '500ms'.")

  static let retryKey = KeySpec(
    "retry", .mapping, "How a failed attempt is made again: max_attempts, backoff, max_backoff, jitter."
  ).holding(.keys(retryKeys))

  private static let retryKeys = KeyTable([
    KeySpec("max_attempts", .integer(1...100), "The most attempts, the first included.", isRequired: true),
    KeySpec("backoff", .duration, "The pause before the second attempt; each further one is twice as long."),
    KeySpec("max_backoff", .duration, "The longest pause."),
    KeySpec("jitter", .number(0...1), "The part of a pause that is left to chance."),
  ])

  static func parseAll(
    _ node: YAMLNode?, _ expansion: MacroExpansion, nodeTypes: [NodeTypeSpec], _ diagnostics: DiagnosticEngine
  ) -> [GraphDocument.NodeEntry] {
    guard let node, let written = node.mapping?.entries else { return [] }
    if written.isEmpty { diagnostics.report(.emptyValue("'nodes'", expected: "a mapping of nodes"), at: node.span) }
    let types = keyTables(nodeTypes)
    return expansion.nodes.map { entry in
      let isNamed = DocumentName.check(entry.name, "node", diagnostics)
      let document = entry.isBroken ? nil : NodeDocument(entry.name, entry.node, types, diagnostics)
      let isUsable = isNamed && document != nil
      return GraphDocument.NodeEntry(
        name: entry.name, document: isUsable ? document : nil, mentions: isUsable ? [] : entry.node.texts)
    }
  }

  /// Reads a node that stands inside another one, such as that of a map.
  ///
  /// - Parameter name: What messages call it, at the place that is pointed at.
  /// - Returns: The node, or nil when it is broken and diagnostics say why.
  public static func inner(
    _ name: Located<String>, _ node: YAMLNode, nodeTypes: [NodeTypeSpec], diagnostics: DiagnosticEngine
  ) -> NodeDocument? {
    NodeDocument(name, node, keyTables(nodeTypes), diagnostics)
  }

  /// The keys of nodes by type.
  private static func keyTables(_ nodeTypes: [NodeTypeSpec]) -> [String: KeyTable] {
    Dictionary(nodeTypes.map { ($0.name, KeyTable(commonKeys + $0.keys)) }, uniquingKeysWith: { first, _ in first })
  }

  private init?(
    _ name: Located<String>, _ node: YAMLNode, _ types: [String: KeyTable], _ diagnostics: DiagnosticEngine
  ) {
    guard let mapping = node.mapping else {
      let place = node.span.range.count == 0 ? name.span : node.span
      FieldReader.check(node, "node '\(name.value)'", .mapping, diagnostics, at: place)
      return nil
    }
    var type = Located("llm", at: name.span)
    if let entry = mapping["type"] ?? Self.misspelledType(mapping, types) {
      guard FieldReader.check(entry.value, "'type'", .string, diagnostics, at: entry.place),
        let text = entry.value.scalar?.text
      else { return nil }
      type = Located(text, at: entry.value.span)
    } else if let meant = Self.reportMissingType(name, mapping, types, diagnostics) {
      guard let only = meant.only else { return nil }
      type.value = only
    }
    if types[type.value] == nil {
      guard let near = Self.reportUnknown(type, types.keys.sorted(), diagnostics) else { return nil }
      // Read as what was probably meant, so that the rest of the node is checked as well.
      type.value = near
    }
    guard let keys = types[type.value] else { return nil }
    guard
      let fields = FieldReader(
        node, owner: "node '\(name.value)'", at: name.span, keys: keys, diagnostics: diagnostics)
    else { return nil }
    self.name = name
    self.type = type
    self.fields = fields
    description = fields.string("description")?.value
    stateKey = fields.string("state_key") ?? name
    if fields.node("state_key") != nil { _ = DocumentName.check(stateKey, "state key", diagnostics) }
    requires = fields.strings("requires")
    skipIfExists = fields.bool("skip_if_exists")
    timeout = fields.duration("timeout")?.value
    retry = Self.retryPolicy(fields)
    loopLimit = fields.int("loop_limit")
    policies = NodePolicies(fields)
  }

  /// The retry policy of a mapping that has `retry` and may have `max_retries`.
  static func retryPolicy(_ fields: FieldReader) -> RetryPolicy? {
    if let node = fields.node("retry"),
      let retry = FieldReader(node, owner: "'retry'", keys: retryKeys, diagnostics: fields.diagnostics)
    {
      var policy = RetryPolicy(maximumAttempts: retry.int("max_attempts")?.value ?? 1)
      if let backoff = retry.duration("backoff") { policy.backoff = backoff.value }
      if let maximum = retry.duration("max_backoff") { policy.maximumBackoff = maximum.value }
      if let jitter = retry.double("jitter") { policy.jitter = jitter.value }
      return policy
    }
    return fields.int("max_retries").map { RetryPolicy(maximumAttempts: $0.value + 1) }
  }
}

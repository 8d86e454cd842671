public import GraphDiagnostics
public import GraphRuntime
internal import GraphYAML

/// Where threads are kept, as a graph file says it: `checkpointer: memory`, or a mapping.
public struct CheckpointerDocument: Sendable {
  /// What keeps them.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The process, as long as it lives.
    case memory
    /// A file.
    case sqlite
    /// A PostgreSQL server.
    case postgres
    /// A Redis server.
    case redis
    /// A Redis server, as yamlgraph calls it where nothing but Redis itself is needed.
    case simpleRedis = "redis-simple"
  }

  /// What keeps them.
  public let kind: Kind

  /// The file of `sqlite`, relative to the graph file, in which `${NAME}` stands for variables; nil for the usual one.
  public let path: Located<String>?

  /// The address of `postgres` or `redis`, in which `${NAME}` stands for variables.
  public let url: Located<String>?

  /// What the names of keys of `redis` begin with.
  public let keyPrefix: String?

  /// How long `redis` keeps a thread that nobody writes to.
  public let timeToLive: Duration?

  /// The most records of each thread that are kept.
  public let keep: Int?

  /// When steps are kept, or nil where the graph does not say so.
  public let durability: Durability?

  /// Whether it names another place than the project's usual one.
  public var isElsewhere: Bool { path != nil || url != nil }

  static let keys = KeyTable([
    KeySpec("type", .string, "Where threads are kept: memory, sqlite, postgres or redis.", isRequired: true).holding(
      typeForm),
    KeySpec("path", .string, "The file of sqlite, relative to the graph file; .graph/threads.sqlite by default."),
    KeySpec("url", .string, "The address of postgres or redis; ${NAME} stands for a variable."),
    KeySpec("ttl", .duration, "How long redis keeps a thread that nobody writes to."),
    KeySpec("key_prefix", .string, "What the names of keys of redis begin with; tributary: by default."),
    KeySpec("keep", .integer(1...1_000_000_000), "The most records of each thread's history; all of them by default."),
    KeySpec(
      "durability", .choice(Durability.allCases.map(\.rawValue)),
      "When steps are kept: before the next one is begun (sync, the default), or while the run goes on (async)."),
    KeySpec("max_connections", .integer(1...10_000), "The most connections to redis; one is used."),
  ])

  /// The words for what keeps threads.
  static let typeForm = FieldForm.kind(.choice(Kind.allCases.map(\.rawValue)))

  /// Reads it, and finds the mistakes in it.
  ///
  /// - Returns: Nil where it cannot be used.
  static func parse(_ node: YAMLNode, _ diagnostics: DiagnosticEngine) -> CheckpointerDocument? {
    guard node.mapping != nil else {
      guard FieldReader.check(node, "'checkpointer'", .string, diagnostics), let text = node.scalar?.text,
        let kind = kind(Located(text, at: node.span), diagnostics)
      else { return nil }
      guard !needsURL(kind) else {
        diagnostics.report(.checkpointerNeedsURL(kind.rawValue), at: node.span)
        return nil
      }
      return CheckpointerDocument(
        kind: kind, path: nil, url: nil, keyPrefix: nil, timeToLive: nil, keep: nil, durability: nil)
    }
    guard let fields = FieldReader(node, owner: "'checkpointer'", keys: keys, diagnostics: diagnostics),
      let type = fields.string("type"), let kind = kind(type, diagnostics)
    else { return nil }
    for entry in fields.mapping.entries {
      guard let place = misplaced(entry.key.value, kind) else { continue }
      diagnostics.report(.misplacedKey(entry.key.value, in: "'checkpointer'", place), at: entry.key.span)
    }
    let url = fields.string("url")
    if needsURL(kind), !fields.has("url") { diagnostics.report(.checkpointerNeedsURL(kind.rawValue), at: type.span) }
    if let url, needsURL(kind) { check(url, kind, diagnostics) }
    return CheckpointerDocument(
      kind: kind, path: fields.string("path"), url: url, keyPrefix: fields.string("key_prefix")?.value,
      timeToLive: fields.node("ttl").flatMap { timeToLive($0, kind) }, keep: fields.int("keep")?.value,
      durability: fields.string("durability").flatMap { Durability(rawValue: $0.value) })
  }

  private static func kind(_ type: Located<String>, _ diagnostics: DiagnosticEngine) -> Kind? {
    if let kind = Kind(rawValue: type.value) { return kind }
    let words = Kind.allCases.map(\.rawValue)
    let near = Suggestion.nearest(to: type.value, among: words)
    diagnostics.report(
      .unknownChoice(type.value, "the type of 'checkpointer'", words), at: type.span,
      notes: near.map { [.didYouMean($0)] } ?? [], fixIts: near.map { [.replace(type.span, with: $0)] } ?? [])
    return nil
  }

  private static func needsURL(_ kind: Kind) -> Bool { kind != .memory && kind != .sqlite }

  /// Why a key has nothing to say of a kind, or nil where it has.
  private static func misplaced(_ key: String, _ kind: Kind) -> String? {
    switch (key, kind) {
    case ("path", .sqlite), ("url", .postgres), ("url", .redis), ("url", .simpleRedis): nil
    case ("ttl", .redis), ("ttl", .simpleRedis), ("key_prefix", .redis), ("key_prefix", .simpleRedis): nil
    case ("max_connections", .redis), ("max_connections", .simpleRedis): nil
    case ("path", .memory), ("url", .memory): "what is kept in memory has no place"
    case ("keep", .memory), ("durability", .memory): "what is kept in memory ends with the process"
    case ("path", _): "only 'sqlite' keeps threads in a file"
    case ("url", _): "'sqlite' keeps threads in a file, whose 'path' it takes"
    case ("ttl", _), ("key_prefix", _), ("max_connections", _): "it is a setting of 'redis'"
    default: nil
    }
  }

  private static func schemes(_ kind: Kind) -> [String] {
    kind == .postgres ? ["postgres://", "postgresql://"] : ["redis://", "unix://"]
  }

  private static func check(_ url: Located<String>, _ kind: Kind, _ diagnostics: DiagnosticEngine) {
    // What a variable holds is known only when the graph is run.
    guard !url.value.hasPrefix("$"), !schemes(kind).contains(where: { url.value.hasPrefix($0) }) else { return }
    diagnostics.report(.checkpointerURL(kind.rawValue, schemes(kind)), at: url.span)
  }

  /// Numbers are seconds, but for `redis`, where yamlgraph counts minutes.
  private static func timeToLive(_ node: YAMLNode, _ kind: Kind) -> Duration? {
    guard let duration = DurationField.parse(node) else { return nil }
    return kind == .redis && node.number != nil ? duration * 60 : duration
  }
}

extension DiagnosticMessage {
  fileprivate static func checkpointerNeedsURL(_ type: String) -> Self {
    Self("GR0195", "checkpointer '\(type)' needs a 'url', the address of its server")
  }

  fileprivate static func checkpointerURL(_ type: String, _ schemes: [String]) -> Self {
    Self(
      "GR0196",
      "the 'url' of checkpointer '\(type)' must begin with \(schemes.map { "'\($0)'" }.joined(separator: " or "))")
  }
}

public import GraphDiagnostics
internal import GraphYAML

/// A graph file as its author wrote it: every part with its place.
///
/// The shape has been checked; references between its parts have not.
public struct GraphDocument {
  /// The file.
  public let file: SourceFile

  /// The graph's name; the file's name without its ending where none is given.
  public let name: String

  /// What the graph is for.
  public let description: String?

  /// Settings of all nodes.
  public let defaults: DefaultsDocument

  /// The declared state keys, in order.
  public let state: [StateKeyDocument]

  /// The nodes, in order.
  public let nodes: [NodeEntry]

  /// The declared tools, in order.
  public let tools: [ToolEntry]

  /// The edges, in order; those whose shape is broken are left out.
  public let edges: [EdgeDocument]

  /// Whether an edge that could be anything was left out, so that "no edge leads to …" is no finding of its own.
  public let hasBrokenEdges: Bool

  /// Whether the nodes are missing or written twice, so that references to them are no findings.
  public let isIncomplete: Bool

  /// Names that parts of the file mention which cannot be read, and which may be keys of the state.
  public let possibleKeys: PossibleKeys

  /// The key `edges`, to point at; the start of the file where there is none.
  public let edgesSpan: SourceSpan

  /// Whether a loop limit was left out because it is wrong.
  public let hasBrokenLoopLimits: Bool

  /// The most runs of nodes in one run of the graph.
  public let loopLimits: [(node: Located<String>, limit: Located<Int>)]

  /// Where control goes from nodes whose limit is reached.
  public let loopExits: [(node: Located<String>, target: Located<String>)]

  /// Where prompts are looked up.
  public let prompts: PromptSettings

  /// The most steps of a run, or nil.
  public let maximumSteps: Located<Int>?

  /// The most nodes that run at once, or nil.
  public let maximumConcurrency: Located<Int>?

  /// A name under `nodes`, with the node where its shape allows one.
  public struct NodeEntry {
    /// The name.
    public let name: Located<String>

    /// The node, or nil when it is broken and diagnostics say why.
    public let document: NodeDocument?

    /// Every text of a node that is broken; the keys that it would write are among them.
    public let mentions: Set<String>
  }

  /// Names that may be keys of the state, for all that can be read of a file with mistakes.
  public struct PossibleKeys: Sendable {
    /// Whether any name may be a key.
    public let areAll: Bool

    /// The names.
    public let names: Set<String>

    /// Whether a name may be a key.
    public func contains(_ name: String) -> Bool { areAll || names.contains(name) }
  }

  /// Where prompt files are looked up.
  public struct PromptSettings: Sendable {
    /// Whether a prompt is looked for next to the graph.
    public var isRelative = false

    /// The folder that is looked in first.
    public var directory: Located<String>?
  }

  /// Reads a graph file.
  ///
  /// - Returns: The document, or nil when the file is no mapping or broken YAML; diagnostics then say why.
  public static func parse(
    _ file: SourceFile, nodeTypes: [NodeTypeSpec], toolTypes: [ToolTypeSpec] = [], diagnostics: DiagnosticEngine
  ) -> GraphDocument? {
    let count = diagnostics.count
    guard let root = YAMLParser.parse(file, diagnostics: diagnostics) else {
      if diagnostics.count == count {
        diagnostics.report(.emptyFile("graph"), at: SourceSpan(file, ByteRange(0, 0)))
      }
      return nil
    }
    let start = SourceSpan(file, ByteRange(root.span.range.lowerBound, root.span.range.lowerBound))
    let doubled = diagnostics.count == count ? [] : doubledKeys(of: root, diagnostics)
    guard root.mapping != nil else {
      FieldReader.check(root, "the graph", .mapping, diagnostics, at: start)
      return nil
    }
    guard let fields = FieldReader(root, owner: "the graph", at: start, keys: GraphKeys.all, diagnostics: diagnostics)
    else { return nil }
    return GraphDocument(
      file, fields, nodeTypes: nodeTypes, toolTypes: toolTypes, doubled: doubled, diagnostics)
  }

  /// The keys at the top of the file that were reported because they are written twice.
  private static func doubledKeys(of root: YAMLNode, _ diagnostics: DiagnosticEngine) -> Set<String> {
    let values = root.mapping?.entries.map(\.value.span.range) ?? []
    let spans = diagnostics.diagnostics.compactMap { diagnostic in
      diagnostic.code == YAMLParser.duplicateKeyCode ? diagnostic.span : nil
    }
    return Set(
      spans.filter { span in
        // A key further down stands inside one of the values.
        !values.contains { $0.lowerBound <= span.range.lowerBound && span.range.upperBound <= $0.upperBound }
      }.map { span in span.text.filter { $0 != "\"" && $0 != "'" } })
  }

  private init(
    _ file: SourceFile, _ fields: FieldReader, nodeTypes: [NodeTypeSpec], toolTypes: [ToolTypeSpec],
    doubled: Set<String>, _ diagnostics: DiagnosticEngine
  ) {
    self.file = file
    if let version = fields.string("version"), version.value != "1.0" {
      diagnostics.report(
        .unknownVersion(version.value), at: version.span, fixIts: [.replace(version.span, with: "\"1.0\"")])
    }
    name = fields.string("name")?.value ?? Self.stem(of: file.path)
    description = fields.string("description")?.value
    defaults = DefaultsDocument(fields.node("defaults"), diagnostics)
    state = StateKeyDocument.parseAll(fields.node("state"), diagnostics)
    tools = ToolDocument.parseAll(fields.node("tools"), toolTypes: toolTypes, diagnostics)
    nodes = NodeDocument.parseAll(fields.node("nodes"), nodeTypes: nodeTypes, diagnostics)
    isIncomplete = doubled.contains("nodes") || nodes.isEmpty
    let edges = EdgeDocument.parseAll(fields.node("edges"), diagnostics)
    self.edges = edges.edges
    hasBrokenEdges = edges.hasBroken || doubled.contains("edges")
    possibleKeys = PossibleKeys(
      areAll: doubled.contains("state") || (fields.has("state") && fields.node("state")?.mapping == nil),
      names: nodes.reduce(into: Set(["data_files", "variables"].flatMap { Self.keys(of: fields.node($0)) })) {
        $0.formUnion($1.mentions)
      })
    edgesSpan = fields.keySpan("edges") ?? fields.span
    let limits = fields.node("loop_limits")?.mapping?.entries ?? []
    loopLimits = limits.compactMap { entry in
      let kind = FieldKind.integer(1...1_000_000_000)
      guard
        FieldReader.check(entry.value, "the loop limit of '\(entry.key.value)'", kind, diagnostics, at: entry.place),
        case .int(let limit) = entry.value.scalar?.resolved
      else { return nil }
      return (entry.key, Located(limit, at: entry.value.span))
    }
    hasBrokenLoopLimits = loopLimits.count < limits.count || (fields.has("loop_limits") && limits.isEmpty)
    loopExits = (fields.node("loop_exits")?.mapping?.entries ?? []).compactMap { entry in
      guard
        FieldReader.check(entry.value, "the loop exit of '\(entry.key.value)'", .string, diagnostics, at: entry.place),
        let target = entry.value.scalar?.text
      else { return nil }
      return (entry.key, Located(target, at: entry.value.span))
    }
    prompts = PromptSettings(
      isRelative: fields.bool("prompts_relative")?.value ?? defaults.prompts.isRelative,
      directory: fields.string("prompts_dir") ?? defaults.prompts.directory)
    let config = fields.node("config").flatMap {
      FieldReader($0, owner: "'config'", keys: GraphKeys.config, diagnostics: diagnostics)
    }
    maximumSteps = config?.int("recursion_limit")
    maximumConcurrency = config?.int("max_concurrency")
  }

  private static func keys(of node: YAMLNode?) -> [String] { node?.mapping?.entries.map(\.key.value) ?? [] }

  private static func stem(of path: String) -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    return last.lastIndex(of: ".").map { String(last[..<$0]) } ?? last
  }
}

/// The keys of a graph file.
public enum GraphKeys {
  /// The keys at the top.
  public static let all = KeyTable(
    [
      KeySpec("version", .string, "The version of the language: \"1.0\"."),
      KeySpec("name", .string, "The graph's name; the file's name without its ending by default."),
      KeySpec("description", .string, "What the graph is for."),
      KeySpec("defaults", .mapping, "Settings of all nodes that do not say otherwise."),
      KeySpec("prompts_relative", .bool, "Whether prompts are looked for next to the graph file."),
      KeySpec("prompts_dir", .string, "The folder in which prompts are looked for first, relative to the graph file."),
      KeySpec("state", .mapping, "The keys of the state: name to type, or to {type, reducer, default, description}."),
      KeySpec("nodes", .mapping, "The nodes: name to node.", isRequired: true),
      KeySpec("edges", .list, "How control flows between nodes.", isRequired: true),
      KeySpec("loop_limits", .mapping, "The most runs of a node in one run of the graph."),
      KeySpec("loop_exits", .mapping, "Where control goes from a node whose loop limit is reached."),
      KeySpec("config", .mapping, "Limits of a run: recursion_limit (steps) and max_concurrency (nodes at once)."),
    ] + ["data_files", "tools", "checkpointer", "exports", "variables", "verify"].map(KeySpec.planned),
    allowsExtensions: true,
    misplaced: Dictionary(
      uniqueKeysWithValues: (ModelSettings.keys.map(\.name) + ["timeout", "retry", "on_error"]).map {
        ($0, "it belongs under 'defaults'")
      } + ["recursion_limit", "max_concurrency"].map { ($0, "it belongs under 'config'") }))

  /// The keys under `config`.
  public static let config = KeyTable([
    KeySpec("recursion_limit", .integer(1...1_000_000_000), "The most steps of a run; 10,000 by default."),
    KeySpec("max_concurrency", .integer(1...10_000), "The most nodes that run at once; 64 by default."),
    .planned("max_map_items"), .planned("timeout"),
  ])
}

public import GraphDiagnostics
public import GraphRuntime
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
  public private(set) var defaults: DefaultsDocument

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
  public private(set) var loopLimits: [(node: Located<String>, limit: Located<Int>)]

  /// Where control goes from nodes whose limit is reached.
  public let loopExits: [(node: Located<String>, target: Located<String>)]

  /// Where prompts are looked up.
  public let prompts: PromptSettings

  /// The limits of a run.
  public let limits: LimitsDocument

  /// Nodes as they are written that stand for several of `nodes`.
  public let macros: [Macro]

  /// A node as it is written that stands for several others.
  public struct Macro {
    /// The name that edges know it by.
    public let name: Located<String>

    /// The node that edges to it lead to.
    public let first: String

    /// The node that edges from it leave.
    public let last: String
  }

  /// The most items of a map, or nil.
  public var maximumMapItems: Int? { limits.maximumMapItems }

  /// The values of the state before a run, in order.
  public let variables: [(key: Located<String>, value: Located<Value>)]

  /// The files whose data are in the state before a run, in order.
  public let dataFiles: [(key: Located<String>, path: Located<String>)]

  /// The files that a completed run leaves, in order.
  public let exports: [ExportDocument]

  /// Where threads are kept, where the file says it.
  public let checkpointer: CheckpointerDocument?

  /// How the graph is served, where the file says it.
  public let serve: ServeDocument?

  /// The checks of the state at the end of a run.
  public let verification: [CheckDocument]

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
    let expansion = MacroExpansion.run(fields.node("nodes"), diagnostics)
    macros = expansion.macros
    nodes = NodeDocument.parseAll(fields.node("nodes"), expansion, nodeTypes: nodeTypes, diagnostics)
    isIncomplete = doubled.contains("nodes") || nodes.isEmpty
    let edges = EdgeDocument.parseAll(fields.node("edges"), diagnostics)
    self.edges = edges.edges + expansion.edges
    hasBrokenEdges = edges.hasBroken || doubled.contains("edges")
    possibleKeys = PossibleKeys(
      areAll: doubled.contains("state") || (fields.has("state") && fields.node("state")?.mapping == nil),
      names: Set(["data_files", "variables"].flatMap { Self.keys(of: fields.node($0)) }))
    variables = PresetDocuments.variables(fields.node("variables"), diagnostics)
    dataFiles = PresetDocuments.dataFiles(fields.node("data_files"), diagnostics)
    exports = ExportDocument.parseAll(fields.node("exports"), diagnostics)
    verification = CheckDocument.parseAll(fields.node("verify"), .verify, diagnostics)
    checkpointer = fields.node("checkpointer").flatMap { CheckpointerDocument.parse($0, diagnostics) }
    serve = fields.node("serve").flatMap { ServeDocument.parse($0, diagnostics) }
    edgesSpan = fields.keySpan("edges") ?? fields.span
    let limitEntries = fields.node("loop_limits")?.mapping?.entries ?? []
    let written = limitEntries.compactMap { entry -> (node: Located<String>, limit: Located<Int>)? in
      let kind = FieldKind.integer(1...1_000_000_000)
      guard
        FieldReader.check(entry.value, "the loop limit of '\(entry.key.value)'", kind, diagnostics, at: entry.place),
        case .int(let limit) = entry.value.scalar?.resolved
      else { return nil }
      return (entry.key, Located(limit, at: entry.value.span))
    }
    let own = Self.loopLimits(of: nodes, besides: written, diagnostics)
    hasBrokenLoopLimits = written.count < limitEntries.count || (fields.has("loop_limits") && limitEntries.isEmpty)
    loopLimits = written + own + expansion.loopLimits
    loopExits =
      expansion.loopExits
      + (fields.node("loop_exits")?.mapping?.entries ?? []).compactMap { entry in
        guard
          FieldReader.check(
            entry.value, "the loop exit of '\(entry.key.value)'", .string, diagnostics, at: entry.place),
          let target = entry.value.scalar?.text
        else { return nil }
        return (entry.key, Located(target, at: entry.value.span))
      }
    prompts = PromptSettings(
      isRelative: fields.bool("prompts_relative")?.value ?? defaults.prompts.isRelative,
      directory: fields.string("prompts_dir") ?? defaults.prompts.directory)
    limits = LimitsDocument(fields.node("config"), diagnostics)
    if defaults.maxTokens == nil { defaults.maxTokens = limits.maximumTokens }
  }

  /// The limits that nodes have themselves, as `loop_limit`.
  private static func loopLimits(
    of nodes: [NodeEntry], besides limits: [(node: Located<String>, limit: Located<Int>)],
    _ diagnostics: DiagnosticEngine
  ) -> [(node: Located<String>, limit: Located<Int>)] {
    nodes.compactMap { entry in
      guard let own = entry.document?.loopLimit else { return nil }
      guard let other = limits.first(where: { $0.node.value == entry.name.value }) else { return (entry.name, own) }
      if other.limit.value != own.value {
        diagnostics.report(
          .twoLoopLimits(entry.name.value, own.value, other.limit.value), at: own.span,
          notes: Diagnostic.Note.theOther(at: other.limit.span))
      }
      return nil
    }
  }

  private static func keys(of node: YAMLNode?) -> [String] { node?.mapping?.entries.map(\.key.value) ?? [] }

  private static func stem(of path: String) -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    return last.lastIndex(of: ".").map { String(last[..<$0]) } ?? last
  }
}

extension DiagnosticMessage {
  fileprivate static func twoLoopLimits(_ node: String, _ own: Int, _ other: Int) -> Self {
    Self("GR0188", "node '\(node)' has two loop limits: \(own) here, and \(other) under 'loop_limits'")
  }
}

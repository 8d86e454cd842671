internal import GraphDiagnostics
package import GraphYAML

/// What is known of a value by the place it stands at: its form, and what its texts and names stand for.
package struct FieldContext: Sendable {
  /// The key that the value belongs to; that of a list or mapping around it where it has none of its own.
  package var spec: KeySpec?

  /// What stands inside of the value.
  package var form: FieldForm?

  /// What its texts stand for.
  package var meaning: FieldMeaning?

  /// What its names stand for, where it is a mapping of names.
  package var naming: FieldMeaning?

  /// Creates a context.
  package init(
    spec: KeySpec? = nil, form: FieldForm? = nil, meaning: FieldMeaning? = nil, naming: FieldMeaning? = nil
  ) {
    self.spec = spec
    self.form = form
    self.meaning = meaning
    self.naming = naming
  }
}

/// Which keys may stand where in the files of the language: the tables that files are read with, as a tree.
package struct FieldTables: Sendable {
  /// What a file describes.
  package enum FileKind: Sendable, Hashable {
    /// A graph.
    case graph
    /// The messages of one call to a model.
    case prompt
  }

  /// The types of node, those that stand for several nodes included.
  package let nodeTypes: [NodeTypeSpec]

  /// The types of tool.
  package let toolTypes: [ToolTypeSpec]

  private let nodes: [String: KeyTable]
  private let stages: [String: KeyTable]
  private let tools: [String: KeyTable]

  /// The type of a node that names none.
  package static let standardNodeType = "llm"

  /// The type of a tool that names none.
  package static let standardToolType = "shell"

  private static let stageName = KeySpec(
    "name", .string, "The stage's name, which its nodes' names end with.", isRequired: true)

  /// Creates the tables of a factory's types.
  package init(nodeTypes: [NodeTypeSpec], toolTypes: [ToolTypeSpec]) {
    let single = nodeTypes.map { ($0.name, NodeDocument.commonKeys + $0.keys) }
    let several = NodeTypeSpec.macros.map { ($0.name, NodeDocument.macroKeys + $0.keys) }
    self.nodeTypes = nodeTypes + NodeTypeSpec.macros
    self.toolTypes = toolTypes
    nodes = Dictionary((single + several).map { ($0.0, KeyTable($0.1)) }, uniquingKeysWith: { first, _ in first })
    stages = Dictionary(
      single.map { ($0.0, KeyTable([Self.stageName] + $0.1)) }, uniquingKeysWith: { first, _ in first })
    tools = Dictionary(
      toolTypes.map { ($0.name, KeyTable(ToolDocument.commonKeys + $0.keys)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The top of a file.
  package func root(of kind: FileKind) -> FieldContext {
    FieldContext(form: .keys(kind == .graph ? GraphKeys.all : PromptDocument.fileKeys))
  }

  /// The type of node that a mapping describes.
  package static func nodeType(of mapping: YAMLMapping?) -> String {
    mapping?["type"]?.value.scalar?.text ?? standardNodeType
  }

  /// The keys that a mapping may have at a place; nil where its author chooses them.
  ///
  /// - Parameter mapping: What stands there, as far as it is written; it says the type of a node.
  package func keys(_ mapping: YAMLMapping?, at context: FieldContext) -> KeyTable? {
    context.form.flatMap { keys(mapping, of: $0) }
  }

  private func keys(_ mapping: YAMLMapping?, of form: FieldForm) -> KeyTable? {
    switch form {
    case .keys(let table): table
    case .node: nodes[Self.nodeType(of: mapping)] ?? nodes[Self.standardNodeType]
    case .stage: stages[Self.nodeType(of: mapping)] ?? stages[Self.standardNodeType]
    case .tool: tools[mapping?["type"]?.value.scalar?.text ?? Self.standardToolType] ?? tools[Self.standardToolType]
    case .either(let forms): best(mapping, of: forms.compactMap { keys(mapping, of: $0) })
    case .kind, .entries, .items: nil
    }
  }

  /// Of several tables the one that knows most of the keys that are there.
  private func best(_ mapping: YAMLMapping?, of tables: [KeyTable]) -> KeyTable? {
    func known(_ table: KeyTable) -> Int { mapping?.entries.count { table[$0.key.value] != nil } ?? 0 }
    var best = tables.first
    for table in tables.dropFirst() where known(table) > best.map(known) ?? 0 { best = table }
    return best
  }

  /// The place of the value of an entry.
  package func entry(_ key: String, of mapping: YAMLMapping?, at context: FieldContext) -> FieldContext {
    if let table = keys(mapping, at: context) {
      guard let spec = table[key] else { return FieldContext() }
      return FieldContext(spec: spec, form: spec.form, meaning: spec.meaning, naming: spec.naming)
    }
    var inner = context
    inner.naming = nil
    inner.form = context.form.flatMap(Self.entryForm)
    return inner
  }

  private static func entryForm(_ form: FieldForm) -> FieldForm? {
    switch form {
    case .entries(let form): form
    case .either(let forms): forms.lazy.compactMap(entryForm).first
    default: nil
    }
  }

  /// The place of an item of a list.
  package func item(at context: FieldContext) -> FieldContext {
    var inner = context
    inner.form = context.form.flatMap(Self.itemForm)
    return inner
  }

  private static func itemForm(_ form: FieldForm) -> FieldForm? {
    switch form {
    case .items(let form): form
    case .either(let forms): forms.lazy.compactMap(itemForm).first
    default: nil
    }
  }
}

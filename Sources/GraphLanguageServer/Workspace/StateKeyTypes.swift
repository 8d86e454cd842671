internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML

/// What the keys of a graph's state are: what the compiler has inferred, and for graphs that were not compiled what
/// declarations and the schemas of prompts tell.
struct StateKeyTypes {
  private let workspace: Workspace
  private let path: String
  private let inferred: StateTypes?

  init(_ workspace: Workspace, _ path: String, _ checking: Checking) {
    self.workspace = workspace
    self.path = path
    inferred = checking.types(of: path)
  }

  /// The type of a key; nil where nothing is known of it.
  func type(of key: String) -> SchemaType? {
    guard let graph = workspace.graph(path) else { return nil }
    if let known = inferred?.type(of: key), known != .any { return known }
    if let declared = graph.index.declarations.first(where: { $0.name == key }), let type = Self.parse(declared.type) {
      return fields(of: key, graph) ?? type
    }
    return fields(of: key, graph) ?? text(of: key, graph)
  }

  static func parse(_ text: String?) -> SchemaType? {
    guard let text else { return nil }
    let file = SourceFile(path: "", text: text)
    return SchemaType.parse(
      Located(text, at: SourceSpan(file, ByteRange(0, file.bytes.count))), diagnostics: DiagnosticEngine())
  }

  /// The object that the prompt of the only node that writes a key asks for.
  private func fields(of key: String, _ graph: IndexedFile) -> SchemaType? {
    let writers = graph.index.occurrences.filter { $0.subject == .stateKey && $0.name == key && $0.role == .write }
    let uses = graph.index.promptUses.filter { $0.resultKey == key && $0.items.isEmpty }
    guard writers.count == 1, uses.count == 1, let schema = schema(of: uses[0], graph) else { return nil }
    return schema.type
  }

  private func text(of key: String, _ graph: IndexedFile) -> SchemaType? {
    let uses = graph.index.promptUses.filter { $0.resultKey == key && $0.items.isEmpty }
    guard uses.count == 1, schema(of: uses[0], graph) == nil else { return nil }
    let fields = graph.index.nodes[uses[0].owner].value.mapping
    return fields?["parse_json"]?.value.scalar?.resolved == .bool(true) ? nil : .string
  }

  /// The schema of the answer to a prompt.
  func schema(of use: FileIndex.PromptUse, _ graph: IndexedFile) -> OutputSchema? {
    use.prompt.flatMap { workspace.promptPath($0, from: path, settings: graph.index) }.flatMap {
      workspace.prompt($0)?.promptDocument?.outputSchema
    }
  }

  /// The field that a path leads to after some of its steps.
  func field(of path: StatePath, steps: Int) -> SchemaField? {
    guard steps > 0, case .key(let name) = path.components[steps - 1],
      case .object(let object)? = type(of: path.root, Array(path.components.prefix(steps - 1)))?.base
    else { return nil }
    return object.field(named: name)
  }

  /// The type at the end of steps below a key.
  func type(of key: String, _ steps: [StatePath.Component]) -> SchemaType? {
    var type = type(of: key)
    for step in steps { type = type.flatMap { Self.step($0, step) } }
    return type
  }

  private static func step(_ type: SchemaType, _ step: StatePath.Component) -> SchemaType? {
    switch (type.base, step) {
    case (.object(let object), .key(let name)): object.field(named: name)?.type
    case (.dict(let value), .key): value
    case (.list(let item), .index): item
    default: nil
    }
  }

  /// The fields of a type that is an object.
  static func fields(of type: SchemaType?) -> [SchemaField] {
    if case .object(let object)? = type?.base { object.fields } else { [] }
  }
}

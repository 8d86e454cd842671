internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML
internal import PassageSearch

/// Finds the passages of documents that fit a question best.
struct RetrieveNode: NodeType {
  static let defaultCount = 5
  static let defaultChunkSize = 1000
  static let defaultOverlap = 100

  let spec = NodeTypeSpec(
    "retrieve", "Finds the passages of documents that fit a question best.",
    keys: [
      KeySpec(
        "index", .any, "The documents: files, folders and patterns, or one expression whose value is a list of texts.",
        isRequired: true
      ).meaning(.template),
      KeySpec("query", .string, "The question: text with expressions in braces.", isRequired: true).meaning(.template),
      KeySpec("k", .integer(1...1000), "The most passages; 5 by default."),
      KeySpec("chunk_size", .integer(50...100_000), "The most characters of a passage; 1,000 by default."),
      KeySpec("overlap", .integer(0...50_000), "How many characters a passage repeats of the last; 100 by default."),
    ])

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    let documents = node.fields.node("index").flatMap { Self.documents($0, in: scope) }
    let query = node.fields.node("query").flatMap { ValueTemplate.parse($0, diagnostics: scope.diagnostics) }
    let cutter = Self.cutter(node, scope.diagnostics)
    guard let documents, let query, let cutter else { return nil }
    let count = node.fields.int("k")?.value ?? Self.defaultCount
    let key = node.stateKey
    var declaration = NodeDeclaration { schema in
      let search = documents.search(schema, cutter)
      let query = query.compile { schema.index(of: $0) }
      let key = schema.key(key.value)
      return .plain { state, _ in
        let question = try Self.value("query", of: query, state)
        if question.isNull { throw RetrieveError.noQuestion }
        return StateUpdate(key, .list(try await search(state, question.text, count).map(\.value)))
      }
    }
    declaration.reads = documents.reads + query.reads(needsValue: true)
    declaration.uses = documents.uses + [TypedUse(.value(query))]
    declaration.hasEffects = false
    declaration.isLocal = true
    declaration.writes = [NodeDeclaration.Write(key, type: Self.type(at: node.type.span))]
    return declaration
  }

  // MARK: - Keys

  /// Where the documents are.
  private enum Documents {
    case files(DocumentFiles)
    case state(ValueTemplate, name: String)

    typealias Search = @Sendable (StateView, String, Int) async throws -> [PassageMatch]

    var reads: [NodeDeclaration.Read] {
      switch self {
      case .files: []
      case .state(let template, _): template.reads
      }
    }

    var uses: [TypedUse] {
      switch self {
      case .files: []
      case .state(let template, _): [TypedUse(.value(template))]
      }
    }

    /// How they are searched.
    ///
    /// Files are indexed once for all runs of the graph, a value of the state at each use.
    func search(_ schema: StateSchema, _ cutter: PassageCutter) -> Search {
      switch self {
      case .files(let files):
        let index = DocumentIndex(files, cutter)
        return { _, question, count in try await index.search(question, limit: count) }
      case .state(let template, let name):
        let documents = template.compile { schema.index(of: $0) }
        return { state, question, count in
          let found = try RetrieveNode.value("index", of: documents, state)
          let index = try PassageIndex()
          try index.add(try DocumentReader(cutter: cutter).passages(of: found, name: name))
          return try index.search(question, limit: count)
        }
      }
    }
  }

  private static func documents(_ node: YAMLNode, in scope: NodeScope) -> Documents? {
    guard FieldReader.check(node, "'index'", .strings, scope.diagnostics),
      let template = ValueTemplate.parse(node, diagnostics: scope.diagnostics)
    else { return nil }
    if case .expression(let expression) = template.root {
      // Passages of the state are named after the key that they come from.
      return .state(template, name: expression.paths.first?.root ?? "item")
    }
    guard template.expressions.isEmpty, node.sequence?.isEmpty != true else {
      scope.diagnostics.report(.notAnIndex, at: node.span)
      return nil
    }
    let paths = (node.sequence ?? [node]).compactMap { node in node.scalar.map { Located($0.text, at: node.span) } }
    return DocumentFiles(paths, in: scope).map { .files($0) }
  }

  private static func cutter(_ node: NodeDocument, _ diagnostics: DiagnosticEngine) -> PassageCutter? {
    let size = node.fields.int("chunk_size")?.value ?? defaultChunkSize
    let overlap = node.fields.int("overlap")
    guard let overlap, overlap.value > size / 2 else {
      return PassageCutter(size: size, overlap: overlap?.value ?? min(defaultOverlap, size / 2))
    }
    diagnostics.report(.overlapTooLarge(overlap.value, size), at: overlap.span)
    return nil
  }

  /// The value of a key, or an error that names the key.
  private static func value(
    _ key: String, of template: CompiledValueTemplate, _ state: StateView
  ) throws(RetrieveError) -> Value {
    do throws(ExpressionError) {
      return try template.evaluate { state[$0] }
    } catch {
      throw .broken(key, error)
    }
  }

  /// What the node writes.
  private static func type(at span: SourceSpan) -> SchemaType {
    let fields: [(String, SchemaType)] = [
      ("text", .string), ("source", .string), ("line", .int), ("heading", .string), ("score", .float),
    ]
    return .list(
      .object(
        SchemaObject(
          fields: fields.map { SchemaField(name: Located($0.0, at: span), type: $0.1, isRequired: true) })))
  }
}

/// Why nothing can be looked for.
enum RetrieveError: Error, CustomStringConvertible {
  case noQuestion
  case broken(String, ExpressionError)

  var description: String {
    switch self {
    case .noQuestion: "'query' is null"
    case .broken(let key, let error): "'\(key)': \(error)"
    }
  }
}

extension PassageMatch {
  /// The passage as the state holds it.
  fileprivate var value: Value {
    [
      "text": .string(passage.text), "source": .string(passage.source), "line": .int(passage.line),
      "heading": .string(passage.heading), "score": .double(score),
    ]
  }
}

extension DiagnosticMessage {
  fileprivate static var notAnIndex: Self {
    Self("GR0293", "'index' names files, or is one expression in braces whose value is a list of texts")
  }

  fileprivate static func overlapTooLarge(_ overlap: Int, _ size: Int) -> Self {
    Self("GR0294", "'overlap' is at most half of 'chunk_size', which is \(size), not \(overlap)")
  }
}

internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// What a nested graph is given.
enum SubgraphInputs {
  /// The values of keys of the same name.
  case all
  /// Keys of the child with where their values come from.
  case some([(child: Located<String>, source: Source)])

  enum Source {
    /// A key of the parent.
    case key(Located<String>)
    /// An expression over the parent's state, or a value.
    case template(ValueTemplate)
  }

  /// What is read of the parent's state.
  func reads(_ child: Subgraph, at span: SourceSpan) -> [NodeDeclaration.Read] {
    switch self {
    case .all:
      child.keys.map { key in
        NodeDeclaration.Read(
          Located(key.name, at: span), toleratesMissing: !key.isRequired, isOptional: !key.isRequired,
          isWrittenOut: false, needsValue: key.isRequired)
      }
    case .some(let entries):
      entries.flatMap { entry -> [NodeDeclaration.Read] in
        switch entry.source {
        case .key(let name):
          let isRequired = child.keys.contains { $0.name == entry.child.value && $0.isRequired }
          return [NodeDeclaration.Read(name, toleratesMissing: !isRequired, needsValue: isRequired)]
        case .template(let template):
          let isRequired = child.keys.contains { $0.name == entry.child.value && $0.isRequired }
          return template.reads(needsValue: isRequired)
        }
      }
    }
  }

  /// The values that are given, with what the child takes for them.
  func uses(_ child: Subgraph, at span: SourceSpan) -> [TypedUse] {
    func expectation(_ key: Subgraph.Key?) -> TypedUse.Expectation? {
      guard let key, key.type != .any else { return nil }
      return TypedUse.Expectation(key.type) { found, _ in
        .inputOfKind(key.name, child.name, key.type.description, found)
      }
    }
    return switch self {
    case .all:
      child.keys.map { TypedUse(.key(Located($0.name, at: span)), expecting: expectation($0)) }
    case .some(let entries):
      entries.map { entry in
        let expectation = expectation(child.keys.first { $0.name == entry.child.value })
        return switch entry.source {
        case .key(let name): TypedUse(.key(name), expecting: expectation)
        case .template(let template): TypedUse(.value(template), expecting: expectation)
        }
      }
    }
  }

  /// The inputs as they are evaluated.
  func lower(_ child: Subgraph, _ schema: StateSchema) -> [SubgraphBody.Input] {
    switch self {
    case .all:
      child.keys.compactMap { key in
        schema.index(of: key.name).map { SubgraphBody.Input(child: key.name, source: .slot($0)) }
      }
    case .some(let entries):
      entries.compactMap { entry in
        switch entry.source {
        case .key(let name):
          schema.index(of: name.value).map { SubgraphBody.Input(child: entry.child.value, source: .slot($0)) }
        case .template(let template):
          SubgraphBody.Input(
            child: entry.child.value, source: .template(template.compile { schema.index(of: $0) }))
        }
      }
    }
  }

  /// Whether a key of the child is given a value.
  func gives(_ child: String) -> Bool {
    switch self {
    case .all: true
    case .some(let entries): entries.contains { $0.child.value == child }
    }
  }

  /// Whether a key of the child is given the value of a key of the parent.
  fileprivate func gives(_ parent: String, as child: String) -> Bool {
    switch self {
    case .all: return parent == child
    case .some(let entries):
      return entries.contains { entry in
        if case .key(let name) = entry.source { entry.child.value == child && name.value == parent } else { false }
      }
    }
  }
}

/// What is taken from a nested graph.
enum SubgraphOutputs {
  /// What it made of the keys of the same name.
  case all
  /// Keys of the parent with keys of the child.
  case some([(parent: Located<String>, child: Located<String>)])

  /// Whether nothing is taken.
  var isNone: Bool { if case .some(let entries) = self { entries.isEmpty } else { false } }

  /// Whether a key of the parent is among them.
  func writes(_ key: String) -> Bool {
    if case .some(let entries) = self { entries.contains { $0.parent.value == key } } else { false }
  }

  /// What is written to the parent's state.
  ///
  /// - Parameters:
  ///   - given: Whether the graph is given a key of its own.
  ///   - isPaused: Whether it is taken only while the graph waits for a person.
  func writes(
    _ child: Subgraph, at span: SourceSpan, given: (String) -> Bool, isPaused: Bool = false
  ) -> [NodeDeclaration.Write] {
    switch self {
    case .all:
      child.keys.filter(\.isWritten).map {
        NodeDeclaration.Write(Located($0.name, at: span), type: $0.result, isOffered: true)
      }
    case .some(let entries):
      entries.map { entry in
        let key = child.keys.first { $0.name == entry.child.value }
        return NodeDeclaration.Write(
          entry.parent, type: key?.result ?? .any, isConditional: isPaused || !(key?.isCertain ?? false),
          omission: isPaused || given(entry.child.value)
            ? nil : key?.omission.map { "graph '\(child.name)' may end without '\(entry.child.value)': \($0)" })
      }
    }
  }

  /// The outputs as they are written.
  func lower(_ child: Subgraph, _ schema: StateSchema, _ inputs: SubgraphInputs) -> [SubgraphBody.Output] {
    let pairs: [(parent: String, child: String)] =
      switch self {
      case .all: child.keys.map { ($0.name, $0.name) }
      case .some(let entries): entries.map { ($0.parent.value, $0.child.value) }
      }
    let isShared = if case .all = self { true } else { false }
    return pairs.compactMap { pair in
      guard let slot = schema.index(of: pair.parent), schema.slots[slot].reserved == nil else { return nil }
      return SubgraphBody.Output(
        key: schema.key(pair.parent), child: pair.child, reducer: schema.slots[slot].reducer,
        wasGiven: inputs.gives(pair.parent, as: pair.child), isShared: isShared)
    }
  }
}

/// Reads the mappings of a subgraph node and compares them with the graph.
struct SubgraphMappingReader {
  private let node: NodeDocument
  private let child: Subgraph
  private let diagnostics: DiagnosticEngine
  private let scope: NodeScope

  init(_ node: NodeDocument, _ child: Subgraph, _ scope: NodeScope) {
    self.node = node
    self.child = child
    self.scope = scope
    diagnostics = scope.diagnostics
  }

  /// What the graph is given, or nil after reporting why that cannot be read.
  func inputs() -> SubgraphInputs? {
    let key = "input_mapping"
    guard let mapping = node.fields.node(key) else {
      checkRequired(given: [])
      return .some([])
    }
    if isAll(mapping) { return .all }
    guard let entries = entries(key, mapping) else { return nil }
    var inputs: [(child: Located<String>, source: SubgraphInputs.Source)] = []
    var isWhole = true
    for entry in entries {
      guard let input = input(entry) else {
        isWhole = false
        continue
      }
      if let first = inputs.first(where: { $0.child.value == input.child.value }) {
        diagnostics.report(
          .givenTwice(input.child.value, child.name), at: input.child.span,
          notes: [.firstWritten(at: first.child.span)])
        isWhole = false
      }
      inputs.append(input)
    }
    if isWhole { checkRequired(given: inputs.map(\.child.value)) }
    return isWhole ? .some(inputs) : nil
  }

  /// One entry: a key of the parent with one of the child, or a key of the child with an expression.
  private func input(_ entry: YAMLMapping.Entry) -> (child: Located<String>, source: SubgraphInputs.Source)? {
    if let scalar = entry.value.scalar, scalar.resolved == .string, !scalar.text.contains("{") {
      let name = Located(scalar.text, at: entry.value.span)
      return find(name).map { ($0, .key(entry.key)) }
    }
    let template = ValueTemplate.parse(entry.value, diagnostics: diagnostics)
    guard let name = find(entry.key), let template else { return nil }
    return (name, .template(template))
  }

  /// What is taken from the graph, or nil after reporting why that cannot be read.
  func outputs(_ key: String) -> SubgraphOutputs? {
    guard let mapping = node.fields.node(key) else { return .some([]) }
    if isAll(mapping) { return .all }
    guard let entries = entries(key, mapping) else { return nil }
    var outputs: [(parent: Located<String>, child: Located<String>)] = []
    var isWhole = true
    for entry in entries {
      guard FieldReader.check(entry.value, "'\(entry.key.value)' of '\(key)'", .string, diagnostics, at: entry.place),
        let name = entry.value.scalar.flatMap({ find(Located($0.text, at: entry.value.span)) })
      else {
        isWhole = false
        continue
      }
      checkParent(entry.key)
      outputs.append((entry.key, name))
    }
    return isWhole ? .some(outputs) : nil
  }

  // MARK: - Parts

  private func isAll(_ mapping: YAMLNode) -> Bool { ["auto", "*"].contains(mapping.scalar?.text) }

  private func entries(_ key: String, _ mapping: YAMLNode) -> [YAMLMapping.Entry]? {
    if let entries = mapping.mapping?.entries { return entries }
    diagnostics.report(.noMapping(key), at: mapping.span)
    return nil
  }

  /// The key of the child, or nil after reporting that there is none of that name.
  private func find(_ name: Located<String>) -> Located<String>? {
    Self.find(name, in: child, diagnostics).map { _ in name }
  }

  /// The key of a graph, or nil after reporting that there is none of that name.
  static func find(
    _ name: Located<String>, in child: Subgraph, _ diagnostics: DiagnosticEngine
  ) -> Subgraph.Key? {
    if let key = child.keys.first(where: { $0.name == name.value }) { return key }
    let names = child.keys.map(\.name)
    let near = Suggestion.nearest(to: name.value, among: names)
    diagnostics.report(
      .unknownChildKey(name.value, child.name), at: name.span,
      notes: [near.map { .didYouMean($0) } ?? .known("keys of '\(child.name)'", names)],
      fixIts: near.map { [.replace(name.span, with: $0)] } ?? [])
    return nil
  }

  private func checkRequired(given: [String]) {
    for key in child.keys where key.isRequired && !given.contains(key.name) {
      diagnostics.report(
        .inputNotGiven(key.name, child.name), at: node.fields.keySpan("input_mapping") ?? node.name.span)
    }
  }

  /// Finds a key of the parent that is probably another one's, misspelled: it is not declared, nobody mentions it, and
  /// one that is declared is near.
  private func checkParent(_ key: Located<String>) {
    let declared = scope.graph.state.map(\.name.value)
    guard !declared.contains(key.value), let near = Suggestion.nearest(to: key.value, among: declared) else { return }
    let others = scope.graph.nodes.filter { $0.name.value != node.name.value }
    let mentions =
      others.flatMap { $0.document?.mentions ?? $0.mentions }
      + scope.graph.edges.compactMap { $0.condition?.text }
    guard !mentions.contains(where: { $0.contains(key.value) }) else { return }
    diagnostics.report(
      .probablyMisspelled(key.value), at: key.span, notes: [.didYouMean(near)],
      fixIts: [.replace(key.span, with: near)])
  }
}

extension DiagnosticMessage {
  fileprivate static func unknownChildKey(_ name: String, _ graph: String) -> Self {
    Self("GR0262", "graph '\(graph)' has no key '\(name)' in its state")
  }

  fileprivate static func inputOfKind(_ name: String, _ graph: String, _ type: String, _ kind: String) -> Self {
    Self("GR0442", "the input '\(name)' of graph '\(graph)' must be \(type), not \(kind)", bearing: .itself)
  }

  static func inputNotGiven(_ name: String, _ graph: String) -> Self {
    Self("GR0263", "graph '\(graph)' needs the input '\(name)', which is not given to it")
  }

  fileprivate static func probablyMisspelled(_ name: String) -> Self {
    Self("GR0264", .warning, "'\(name)' is not declared under 'state', and nothing else mentions it")
  }

  fileprivate static func givenTwice(_ name: String, _ graph: String) -> Self {
    Self("GR0265", "the input '\(name)' of graph '\(graph)' is given twice")
  }

  fileprivate static func noMapping(_ key: String) -> Self {
    Self("GR0266", "'\(key)' must be a mapping of keys, 'auto' or '*'")
  }
}

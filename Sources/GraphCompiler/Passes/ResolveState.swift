internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Gathers the keys of the state, and finds reads of keys that there are not.
struct ResolveState {
  /// Keys that yamlgraph always has, which graphs written for it read without declaring them.
  private static let implicitTypes: [String: SchemaType] = [
    "input": .string, "topic": .string, "style": .string, "message": .string, "word_count": .int,
    "messages": .list(.any),
  ]

  private let document: GraphDocument
  private let flow: FlowGraph
  private let presets: [LoadPresets.Preset]
  private let diagnostics: DiagnosticEngine
  private var suggestions = NameSuggestions()

  /// Names that parts of the file mention which cannot be read.
  private var mentioned: Set<String> = []

  /// The keys that results of broken nodes go to.
  private var brokenResults: Set<String> = []

  private(set) var schema = StateSchema()

  /// The types of keys that were declared or are implicit.
  private(set) var types: [String: SchemaType] = [:]

  /// Keys that nodes write if the graph has them.
  private var offered: Set<String> = []

  /// Declared keys in the order of the file, then those that nodes write.
  private var names: [String] = []

  /// Builds the schema of the state and checks that every key that is read exists.
  static func run(
    _ document: GraphDocument, _ flow: FlowGraph, _ presets: [LoadPresets.Preset], _ diagnostics: DiagnosticEngine
  ) -> ResolveState {
    var pass = ResolveState(document: document, flow: flow, presets: presets, diagnostics: diagnostics)
    pass.addKeys()
    pass.checkReads()
    return pass
  }

  private init(
    document: GraphDocument, flow: FlowGraph, presets: [LoadPresets.Preset], diagnostics: DiagnosticEngine
  ) {
    self.document = document
    self.flow = flow
    self.presets = presets
    self.diagnostics = diagnostics
  }

  // MARK: - Keys

  private mutating func addKeys() {
    let given = Dictionary(presets.map { ($0.key.value, $0) }, uniquingKeysWith: { _, last in last })
    for key in document.state {
      let type = key.type
      types[key.name.value] = type
      names.append(key.name.value)
      let preset = given[key.name.value].map { fitting($0, type) }
      schema.add(
        key.name.value, reducer: key.reducer, initial: preset ?? key.initial?.value ?? .null,
        isPreset: preset != nil, typeName: type.description, accepts: { type.accepts($0) })
    }
    for preset in presets { addPreset(given[preset.key.value] ?? preset) }
    for vertex in flow.vertices {
      guard let declaration = vertex.declaration else {
        // A broken node may write what others read.
        let name = vertex.document?.stateKey.value ?? vertex.name.value
        addWritten(name)
        brokenResults.insert(name)
        mentioned.formUnion(vertex.mentions)
        continue
      }
      for write in declaration.writes {
        if ReservedKey(rawValue: write.key.value) != nil {
          diagnostics.report(.reservedKeyWritten(write.key.value), at: write.key.span)
        }
        if write.isOffered { offered.insert(write.key.value) } else { addWritten(write.key.value) }
      }
    }
  }

  /// The value of a preset as its key's type has it.
  private func fitting(_ preset: LoadPresets.Preset, _ type: SchemaType) -> Value {
    let (value, violations) = type.check(preset.value)
    guard !violations.isEmpty, preset.isWhole else { return value }
    diagnostics.report(
      .presetOfWrongType(preset.key.value, type: type.description, found: preset.value.kind), at: preset.span)
    return preset.value
  }

  private mutating func addPreset(_ preset: LoadPresets.Preset) {
    let name = preset.key.value
    guard schema.index(of: name) == nil else { return }
    names.append(name)
    guard let type = Self.implicitTypes[name] else {
      schema.add(name, initial: preset.value, isPreset: true)
      return
    }
    types[name] = type
    schema.add(
      name, reducer: name == "messages" ? .append : .replace, initial: fitting(preset, type), isPreset: true,
      typeName: type.description, accepts: { type.accepts($0) })
  }

  private mutating func addWritten(_ name: String) {
    guard schema.index(of: name) == nil, name != "messages" else {
      if name == "messages" { addImplicit(name) }
      return
    }
    schema.add(name)
    names.append(name)
  }

  private mutating func addImplicit(_ name: String) {
    guard schema.index(of: name) == nil, let type = Self.implicitTypes[name] else { return }
    types[name] = type
    names.append(name)
    let collects = name == "messages"
    schema.add(
      name, reducer: collects ? .append : .replace, initial: collects ? .list([]) : .null, typeName: type.description,
      accepts: { type.accepts($0) })
  }

  // MARK: - Reads

  private mutating func checkReads() {
    for vertex in flow.vertices {
      for read in vertex.declaration?.reads ?? [] { check(read) }
      for name in vertex.document?.requires ?? [] { check(NodeDeclaration.Read(name)) }
    }
    for edge in flow.edges {
      for path in edge.document.condition?.paths ?? [] { check(path) }
    }
    for verification in document.verification {
      for path in verification.paths { check(path) }
    }
    for export in document.exports { check(NodeDeclaration.Read(export.key)) }
    if let key = document.serve?.chatInput { check(NodeDeclaration.Read(key)) }
    for vertex in flow.vertices {
      for write in vertex.declaration?.writes ?? [] { check(write) }
    }
  }

  /// Finds results for which the state has no key.
  private func check(_ write: NodeDeclaration.Write) {
    let name = write.key.value
    guard let owner = write.owner, schema.index(of: name) == nil, !isPossible(name) else { return }
    let near = Suggestion.nearest(to: name, among: names)
    let declaration = document.state.first { $0.name.value == near }?.name
    diagnostics.report(
      .unknownResult(name, owner, isCertain: write.isAlwaysWritten), at: write.key.span,
      notes: [near.map { .didYouMean($0, at: declaration?.span) } ?? keysNote(declaring: name)],
      fixIts: declaration.map {
        [FixIt("name '\($0.value)' '\(name)' where it is declared", replacing: $0.span, with: name)]
      } ?? [])
  }

  private mutating func check(_ read: NodeDeclaration.Read) {
    checkImplicit(read)
    // A key that everybody offers and nobody needs does not come into being.
    guard !resolve(read.key.value, takesOffers: read.isWrittenOut || !read.isOptional) else { return }
    guard !read.isOptional, read.reader == nil || read.dollar == nil else { return }
    let own = read.ownNames.isEmpty ? nil : Suggestion.nearest(to: read.key.value, among: read.ownNames + names)
    let near = own ?? nearest(to: read.key)
    if near == nil, isPossible(read.key.value) { return }
    // What no file of ours writes down is mended where the other name stands.
    let other = read.isWrittenOut ? nil : near.flatMap { place(of: $0) }
    diagnostics.report(
      read.reader.map { .unknownVariable(read.key.value, $0) } ?? .unknownKey(read.key.value), at: read.key.span,
      notes: [near.map { .didYouMean($0, at: other) } ?? keysNote(declaring: read.key.value)],
      fixIts: near.flatMap { read.isWrittenOut ? [.replace(read.key.span, with: $0)] : nil } ?? [])
  }

  /// Where a key is declared, else where a node names it.
  private func place(of name: String) -> SourceSpan? {
    if let declared = document.state.first(where: { $0.name.value == name }) { return declared.name.span }
    for vertex in flow.vertices {
      if let write = vertex.declaration?.writes.first(where: { $0.key.value == name }) { return write.key.span }
    }
    return nil
  }

  /// Warns of a key that exists only because yamlgraph always has it, where the file declares others.
  private mutating func checkImplicit(_ read: NodeDeclaration.Read) {
    let name = read.key.value
    guard !document.state.isEmpty, schema.index(of: name) == nil, name != "messages", !read.isOptional,
      !offered.contains(name), !isPossible(name), Self.implicitTypes[name] != nil
    else { return }
    let near = suggestions.nearest(to: name, among: document.state.map(\.name.value))
    diagnostics.report(
      .undeclared(name), at: read.key.span,
      notes: [near.map { .didYouMean($0) } ?? Diagnostic.Note("declare it, as in '\(name): str'")])
  }

  /// The name that was probably meant: of a key, or `state` where a key follows it.
  private mutating func nearest(to name: Located<String>) -> String? {
    if let near = suggestions.nearest(to: name.value, among: names) { return near }
    if name.value.hasPrefix("_") {
      let kept = ReservedKey.allCases.map(\.rawValue) + offered.sorted()
      if let near = Suggestion.nearest(to: name.value, among: kept) { return near }
    }
    let end = name.span.range.upperBound
    let isPath = end < name.span.file.bytes.count && name.span.file.bytes[end] == UInt8(ascii: ".")
    return isPath ? Suggestion.nearest(to: name.value, among: ["state"]) : nil
  }

  private mutating func check(_ path: StatePath) {
    guard !resolve(path.root) else { return }
    let near = nearest(to: Located(path.root, at: path.rootSpan))
    if near == nil, isPossible(path.root) { return }
    if path.mayBeText, near == nil {
      diagnostics.report(
        .takenAsText(path.root), at: path.span,
        fixIts: [FixIt("quote it", replacing: path.span, with: "'\(path.root)'", isCertain: true)])
      return
    }
    diagnostics.report(
      .unknownKey(path.root), at: path.rootSpan,
      notes: [near.map { .didYouMean($0) } ?? keysNote(declaring: path.root)],
      fixIts: near.map { [.replace(path.rootSpan, with: $0)] } ?? [])
  }

  /// Whether a key exists; reserved and implicit ones come into being by being read.
  private mutating func resolve(_ name: String, takesOffers: Bool = true) -> Bool {
    if schema.index(of: name) != nil { return true }
    if let reserved = ReservedKey(rawValue: name) {
      schema.add(name, initial: reserved == .loopLimitReached ? .bool(false) : .null)
      return true
    }
    addImplicit(name)
    if takesOffers, offered.contains(name) { addWritten(name) }
    return schema.index(of: name) != nil
  }

  /// Whether a part of the file that cannot be read may write the key.
  func isMentioned(_ name: String) -> Bool { mentioned.contains(name) || brokenResults.contains(name) }

  /// Whether values before a run that cannot be read may bring the key into being; what other broken parts may bring
  /// along is known when everything is.
  private func isPossible(_ name: String) -> Bool { document.possibleKeys.contains(name) }

  private func keysNote(declaring name: String) -> Diagnostic.Note {
    names.isEmpty
      ? Diagnostic.Note("declare it under 'state', as in '\(name): str'")
      : .known("the state has the keys", names)
  }
}

extension DiagnosticMessage {
  fileprivate static func unknownKey(_ name: String) -> Self {
    Self(
      "GR0220", "'\(name)' is no key of the state: it is not declared under 'state', and no node writes it",
      bearing: .missing(.stateKey, name))
  }

  fileprivate static func unknownResult(_ name: String, _ owner: String, isCertain: Bool) -> Self {
    Self(
      "GR0423", isCertain ? .error : .warning, "\(owner) returns '\(name)', which is no key of the state",
      bearing: .missing(.stateKey, name))
  }

  fileprivate static func undeclared(_ name: String) -> Self {
    Self(
      "GR0228", .warning, "'\(name)' is not declared under 'state', and no node writes it",
      bearing: .missing(.stateKey, name))
  }

  fileprivate static func unknownVariable(_ name: String, _ reader: String) -> Self {
    Self(
      "GR0221", "\(reader) uses '\(name)', which is no key of the state and not given under 'variables'",
      bearing: .missing(.stateKey, name))
  }

  fileprivate static func reservedKeyWritten(_ name: String) -> Self {
    Self("GR0223", "'\(name)' is kept by the engine, and no node can write it", bearing: .itself)
  }

  fileprivate static func presetOfWrongType(_ name: String, type: String, found: String) -> Self {
    Self("GR0192", "the value of '\(name)' before a run must be \(type), not \(found)")
  }

  fileprivate static func takenAsText(_ name: String) -> Self {
    Self("GR0222", .warning, "'\(name)' is no key of the state and is taken as text; quote it")
  }
}

internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Infers the types of the state's keys, and compares what nodes write with declarations and reducers.
///
/// A key has its declared type. What nodes write widens it where both overlap, and says more of lists and objects that
/// are declared without their parts. A key that is not declared has the types of all that is written to it. Types that
/// depend on each other are computed together until they no longer change.
struct InferTypes {
  /// How often types that depend on each other are computed, before nothing is taken to be known of those that still
  /// change.
  private static let maximumRounds = 5

  /// What is written to a key by one node.
  private struct Writer {
    let node: Int
    let write: NodeDeclaration.Write
    var value = TypeResolver.Inference(type: .never)
  }

  private let document: GraphDocument
  private let flow: FlowGraph
  private let state: ResolveState
  private let diagnostics: DiagnosticEngine

  /// The keys by their places in the schema.
  private let slots: [StateSchema.Slot]
  private var writers: [[Writer]]
  private let declarations: [String: StateKeyDocument]
  private var presets: [String: LoadPresets.Preset] = [:]

  /// Keys that a part of the file may write which cannot be read.
  private var isOpen: [Bool]

  /// Whether some node may write any key.
  private let hasFreeWriter: Bool

  private var known: [TypedName?]

  static func run(
    _ document: GraphDocument, _ flow: FlowGraph, _ state: ResolveState, _ presets: [LoadPresets.Preset],
    _ diagnostics: DiagnosticEngine
  ) -> StateTypes {
    var pass = InferTypes(document, flow, state, presets, diagnostics)
    pass.gatherWriters()
    pass.infer()
    return StateTypes(pass.keys())
  }

  private init(
    _ document: GraphDocument, _ flow: FlowGraph, _ state: ResolveState, _ presets: [LoadPresets.Preset],
    _ diagnostics: DiagnosticEngine
  ) {
    self.document = document
    self.flow = flow
    self.state = state
    self.diagnostics = diagnostics
    slots = state.schema.slots
    writers = Array(repeating: [], count: slots.count)
    isOpen = slots.map { state.isMentioned($0.name) }
    known = Array(repeating: nil, count: slots.count)
    declarations = Dictionary(document.state.map { ($0.name.value, $0) }, uniquingKeysWith: { first, _ in first })
    for preset in presets { self.presets[preset.key.value] = preset }
    hasFreeWriter = flow.vertices.contains { $0.declaration?.mayWriteAnyKey ?? false }
  }

  private mutating func gatherWriters() {
    for (node, vertex) in flow.vertices.enumerated() {
      for write in vertex.declaration?.writes ?? [] {
        guard let slot = state.schema.index(of: write.key.value) else { continue }
        writers[slot].append(Writer(node: node, write: write))
      }
    }
  }

  // MARK: - Order

  /// Computes the types of keys after those of the keys that they depend on.
  private mutating func infer() {
    var dependencies: [[Int]] = Array(repeating: [], count: slots.count)
    for slot in slots.indices where !writers[slot].isEmpty {
      var keys: Set<String> = []
      for writer in writers[slot] { keys.formUnion(writer.write.source.keys) }
      dependencies[slot] = keys.compactMap { state.schema.index(of: $0) }
    }
    for component in Self.ordered(dependencies) {
      if component.count == 1, !dependencies[component[0]].contains(component[0]) {
        known[component[0]] = compute(component[0])
      } else {
        inferTogether(component)
      }
    }
  }

  /// Components in an order in which each stands behind those that it depends on.
  private static func ordered(_ dependencies: [[Int]]) -> [[Int]] {
    let components = StronglyConnectedComponents.find(count: dependencies.count) { dependencies[$0][...] }
    var owner = Array(repeating: 0, count: dependencies.count)
    for (index, component) in components.enumerated() { for slot in component { owner[slot] = index } }
    var waiting = Array(repeating: 0, count: components.count)
    var waitedFor: [[Int]] = Array(repeating: [], count: components.count)
    for (index, component) in components.enumerated() {
      let needed = Set(component.flatMap { dependencies[$0] }.map { owner[$0] }).subtracting([index])
      waiting[index] = needed.count
      for other in needed { waitedFor[other].append(index) }
    }
    var ready = components.indices.filter { waiting[$0] == 0 }
    var order: [[Int]] = []
    while let next = ready.popLast() {
      order.append(components[next])
      for other in waitedFor[next] {
        waiting[other] -= 1
        if waiting[other] == 0 { ready.append(other) }
      }
    }
    return order
  }

  private mutating func inferTogether(_ component: [Int]) {
    for slot in component { known[slot] = TypedName(.never) }
    for round in 0... {
      var isStable = true
      for slot in component {
        let name = compute(slot)
        if name.type == known[slot]?.type { continue }
        isStable = false
        known[slot] = round < Self.maximumRounds ? name : TypedName(.any, isCertain: false, origin: name.origin)
      }
      if isStable || round > Self.maximumRounds { return }
    }
  }

  // MARK: - One key

  /// What the expressions of one key are resolved with.
  ///
  /// It holds nothing that `compute` changes, or each key would copy the writers of all.
  private var resolver: TypeResolver {
    TypeResolver { [schema = state.schema, known] name in
      guard let slot = schema.index(of: name) else { return nil }
      return known[slot]
    }
  }

  private mutating func compute(_ slot: Int) -> TypedName {
    let definition = slots[slot]
    let name = definition.name
    if let reserved = definition.reserved, declarations[name] == nil { return reserved.typedName(in: flow, document) }
    let resolver = resolver
    var types: [(type: SchemaType, isCertain: Bool)] = []
    for index in writers[slot].indices {
      let value = resolver.infer(writers[slot][index].write.source)
      writers[slot][index].value = value
      types.append((Self.reduced(value.type, by: definition.reducer), value.isCertain))
    }
    let written = SchemaType.joined(types.map(\.type))
    let isCertain = types.allSatisfy(\.isCertain) && !hasFreeWriter && !isOpen[slot]
    let initial = initialType(slot)
    guard let declared = state.types[name] else {
      let origin = presets[name].map { TypedName.Origin.value($0.key.span) } ?? origin(slot)
      if hasFreeWriter || isOpen[slot] { return TypedName(.any, isCertain: false, origin: origin) }
      return TypedName(written.joined(with: initial), isCertain: isCertain && presets[name] == nil, origin: origin)
    }
    let origin = declarations[name].map { TypedName.Origin.declaration($0.name.span) } ?? .none
    return combined(declared, written, initial, isCertain: isCertain, origin, slot)
  }

  /// The type of a key with a declared type to which something is written.
  private func combined(
    _ declared: SchemaType, _ written: SchemaType, _ initial: SchemaType, isCertain: Bool, _ origin: TypedName.Origin,
    _ slot: Int
  ) -> TypedName {
    let plain = written.nonNull
    // A declaration that is broken by what is written says nothing; that is reported once.
    if plain != .never, plain != .any, !plain.mayEqual(declared) {
      return TypedName(.any, isCertain: false, origin: origin)
    }
    if plain == .never { return TypedName(declared, isCertain: !hasFreeWriter && !isOpen[slot], origin: origin) }
    if plain == .any { return TypedName(declared, isCertain: false, origin: origin) }
    guard plain.fits(declared) else {
      return TypedName(declared.joined(with: plain), isCertain: isCertain, origin: origin)
    }
    if declared.isOpenContainer, plain.kinds.isSubset(of: [.list, .object]), !hasFreeWriter {
      let narrowed = plain.joined(with: initial.nonNull)
      return TypedName(narrowed, isCertain: false, origin: self.origin(slot))
    }
    return TypedName(declared, isCertain: isCertain, origin: origin)
  }

  /// The type of what a key holds before anything is written.
  private func initialType(_ slot: Int) -> SchemaType {
    let definition = slots[slot]
    guard !definition.initial.isNull else { return .never }
    let span =
      presets[definition.name]?.span ?? declarations[definition.name]?.name.span
      ?? SourceSpan(document.file, ByteRange(0, 0))
    return SchemaType(of: definition.initial, at: span).widened
  }

  /// The type of a key after values of a type were written to it.
  private static func reduced(_ type: SchemaType, by reducer: Reducer) -> SchemaType {
    switch reducer {
    case .replace, .min, .max, .merge: return type
    case .add: return type.nonNull == .never ? .never : type.fits(.int) ? .int : type == .any ? .any : .float
    case .append, .union:
      if type == .any || type == .never { return .list(.any) }
      let items = type.kinds.contains(.list) ? type.limited(to: .list).itemType : .never
      return .list(items.joined(with: type.limited(to: ValueKinds.all.subtracting(.list))))
    }
  }

  private func origin(_ slot: Int) -> TypedName.Origin {
    guard let writer = writers[slot].first else { return .none }
    return .node(flow.name(writer.node), writer.write.key.span)
  }

  // MARK: - Results

  private func keys() -> [String: StateTypes.Key] {
    var keys: [String: StateTypes.Key] = [:]
    keys.reserveCapacity(slots.count)
    for (slot, definition) in slots.enumerated() {
      check(slot)
      let name = known[slot] ?? TypedName(.any, isCertain: false)
      let type = name.type.nonNull
      keys[definition.name] = StateTypes.Key(
        name: definition.name, type: type == .never ? .any : type, declared: declarations[definition.name]?.type,
        isCertain: name.isCertain,
        span: declarations[definition.name]?.name.span ?? writers[slot].first?.write.key.span,
        known: name)
    }
    return keys
  }

  /// Compares what is written to a key with its declaration and its reducer.
  private func check(_ slot: Int) {
    let definition = slots[slot]
    let declaration = declarations[definition.name]
    for writer in writers[slot] {
      for finding in writer.value.findings { finding.report(to: diagnostics) }
      let type = writer.value.type.nonNull
      guard writer.value.findings.isEmpty, !writer.write.isOffered || declaration != nil else { continue }
      guard type != .any, type != .never else { continue }
      let node = flow.name(writer.node)
      let span = writer.write.key.span
      if let operand = definition.reducer.operand, !type.kinds.meets(operand.kinds) {
        // A reducer that does not fit the declared type was reported.
        guard declaration?.type.kinds.meets(operand.kinds) ?? true else { continue }
        let message = DiagnosticMessage.reducerRefuses(
          definition.reducer.rawValue, operand.name, definition.name, type.brief, node)
        let notes = declaration.map {
          [Diagnostic.Note("the reducer of '\(definition.name)' is set here", at: $0.name.span)]
        }
        if writer.value.isCertain { diagnostics.report(message, at: span, notes: notes ?? []) }
      } else if let declaration, writer.value.isCertain,
        // A reducer that does not fit the declared type was reported.
        !definition.reducer.collects || declaration.type.kinds.meets(.list),
        !Self.reduced(type, by: definition.reducer).mayEqual(declaration.type)
      {
        diagnostics.report(
          .writeOfOtherType(definition.name, declaration.type.description, type.brief, node), at: span,
          notes: [
            Diagnostic.Note("'\(definition.name)' is declared as '\(declaration.type)' here", at: declaration.name.span)
          ])
      }
    }
  }
}

extension Reducer {
  /// Whether it makes a list of what is written.
  fileprivate var collects: Bool { self == .append || self == .union }

  /// What can be written with the reducer, or nil for anything.
  fileprivate var operand: (name: String, kinds: ValueKinds)? {
    switch self {
    case .replace, .append, .union: nil
    case .add, .min, .max: ("numbers", .number)
    case .merge: ("objects", .object)
    }
  }
}

extension SchemaType {
  /// Whether the declaration leaves open what is in a list or an object.
  fileprivate var isOpenContainer: Bool {
    switch self {
    case .list(let item), .dict(let item): item == .any || item.isOpenContainer
    case .union: nonNull != self && nonNull.isOpenContainer
    default: false
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func writeOfOtherType(_ key: String, _ type: String, _ found: String, _ node: String) -> Self {
    Self("GR0440", .warning, "'\(key)' is declared as '\(type)', and node '\(node)' writes '\(found)'")
  }

  fileprivate static func reducerRefuses(
    _ reducer: String, _ operand: String, _ key: String, _ found: String, _ node: String
  ) -> Self {
    Self(
      "GR0441", "reducer '\(reducer)' of '\(key)' takes \(operand), and node '\(node)' writes '\(found)'",
      bearing: .itself)
  }
}

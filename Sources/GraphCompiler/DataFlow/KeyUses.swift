internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Which nodes write and read each key of the state: what the analysis of data flow starts from.
///
/// Keys are slots of the state's schema.
struct KeyUses {
  /// A node that writes a key.
  struct Write {
    let node: Int
    /// The place among the writes of its declaration.
    let place: Int
  }

  /// A place that reads a key.
  struct Read {
    enum Place {
      /// Among the reads of the node's declaration.
      case declared(Int)
      /// Among the keys that the node requires.
      case required(Int)
      /// In the condition of an edge that leaves the vertex.
      case condition(edge: Int, at: SourceSpan)
    }

    /// The vertex: a node, or START for its conditions.
    let vertex: Int
    let place: Place

    /// Whether the run, or the node, certainly fails where the key has no value.
    let needsValue: Bool

    /// Whether it comes after the vertex's work.
    var isBehind: Bool { if case .condition = place { true } else { false } }
  }

  /// What a node does to the state besides its known writes.
  struct Behaviour: OptionSet {
    let rawValue: UInt8

    /// It may write any key.
    static let writesAnything = Behaviour(rawValue: 1)
    /// It may read any key.
    static let readsAnything = Behaviour(rawValue: 2)
    /// The run goes on where it fails.
    static let mayFail = Behaviour(rawValue: 4)
    /// Its author said that the run goes on where it fails.
    static let mayBeLeftOut = Behaviour(rawValue: 8)
    /// It is not run where its result is there.
    static let mayBeSkipped = Behaviour(rawValue: 16)
    /// What it writes is computed from the state alone.
    static let isPure = Behaviour(rawValue: 32)
  }

  private(set) var writes: [[Write]]
  private(set) var reads: [[Read]]
  private(set) var behaviours: [Behaviour]

  /// Keys that have a value before the run, whoever calls.
  private(set) var isPreset: [Bool]

  /// The slots that conditions of each vertex look at, of those that look at any; nil stands for keys of the engine.
  private(set) var decisionKeys: [Int: [Int?]] = [:]

  /// The slots that checks before the work of nodes look at, where the node is not run unless they hold.
  private(set) var guardedKeys: [Int: [Int]] = [:]

  let flow: FlowGraph

  /// Gathers the uses.
  ///
  /// - Complexity: O(reads + writes).
  init(_ document: GraphDocument, _ flow: FlowGraph, _ schema: StateSchema, isOnCycle: [Bool]) {
    self.flow = flow
    writes = Array(repeating: [], count: schema.slots.count)
    reads = Array(repeating: [], count: schema.slots.count)
    behaviours = []
    behaviours.reserveCapacity(flow.vertices.count)
    isPreset = schema.slots.map { $0.reserved != nil || !$0.initial.isNull }
    for node in flow.vertices.indices {
      behaviours.append(behaviour(of: node, document.defaults, isOnCycle[node]))
      addUses(of: node, schema)
    }
    addConditions(schema)
  }

  private func behaviour(of node: Int, _ defaults: DefaultsDocument, _ isOnCycle: Bool) -> Behaviour {
    let vertex = flow.vertices[node]
    guard let document = vertex.document, let declaration = vertex.declaration else {
      return [.writesAnything, .readsAnything, .mayFail]
    }
    var behaviour: Behaviour = []
    if declaration.mayWriteAnyKey { behaviour.insert(.writesAnything) }
    if declaration.mayReadAnyKey { behaviour.insert(.readsAnything) }
    if declaration.isPure { behaviour.insert(.isPure) }
    let onError = document.policies.onError?.value ?? defaults.onError?.value ?? .fail
    let isLeftOut = document.policies.checks.contains { $0.moment == .before && $0.consequence == .skip }
    if flow.routes[node] != nil {
      if flow.defaultRoutes[node] != nil { behaviour.insert(.mayFail) }
    } else if onError == .skip {
      behaviour.insert(.mayFail)
      if !declaration.toleratesFailureItself { behaviour.insert(.mayBeLeftOut) }
    }
    if isLeftOut { behaviour.insert(.mayFail) }
    if document.skipIfExists?.value ?? (declaration.skipsByDefault && !isOnCycle) { behaviour.insert(.mayBeSkipped) }
    return behaviour
  }

  private mutating func addUses(of node: Int, _ schema: StateSchema) {
    let vertex = flow.vertices[node]
    guard let document = vertex.document, let declaration = vertex.declaration else { return }
    for (place, write) in declaration.writes.enumerated() {
      if let slot = schema.index(of: write.key.value) { writes[slot].append(Write(node: node, place: place)) }
    }
    for (place, read) in declaration.reads.enumerated() {
      guard let slot = schema.index(of: read.key.value) else { continue }
      reads[slot].append(Read(vertex: node, place: .declared(place), needsValue: read.needsValue))
    }
    for (place, key) in document.requires.enumerated() {
      guard let slot = schema.index(of: key.value) else { continue }
      reads[slot].append(Read(vertex: node, place: .required(place), needsValue: true))
    }
    let checks = document.policies.checks.filter { $0.moment == .before && $0.consequence != .warn }
    if !checks.isEmpty {
      guardedKeys[node] = checks.flatMap(\.paths).compactMap { schema.index(of: $0.root) }
    }
  }

  private mutating func addConditions(_ schema: StateSchema) {
    for (index, edge) in flow.edges.enumerated() {
      guard let condition = edge.document.condition, let source = edge.sources.first else { continue }
      let vertex = source == FlowGraph.start ? flow.vertices.count : source
      for use in condition.pathUses() {
        let slot = schema.index(of: use.path.root)
        guard let slot else {
          // A bare word that no key has is text.
          continue
        }
        decisionKeys[vertex, default: []].append(schema.slots[slot].reserved == nil ? slot : nil)
        reads[slot].append(
          Read(
            vertex: vertex, place: .condition(edge: index, at: use.path.rootSpan), needsValue: use.needsValue))
      }
    }
  }

  // MARK: - Writes

  func declaration(_ write: Write) -> NodeDeclaration.Write? {
    flow.vertices[write.node].declaration?.writes[write.place]
  }

  /// Whether a key has certainly been written when the node has ended and the run goes on.
  func isCertain(_ write: Write) -> Bool {
    let behaviour = behaviours[write.node]
    guard behaviour.isDisjoint(with: [.mayFail, .writesAnything]), let declared = declaration(write),
      !declared.isConditional
    else { return false }
    guard behaviour.contains(.mayBeSkipped) else { return true }
    // Skipped is what has its result; of what else it would write nothing is known.
    let result = flow.vertices[write.node].document?.stateKey.value
    let hasResult =
      flow.vertices[write.node].declaration?.writes.contains { $0.key.value == result && !$0.isOffered } ?? false
    return !hasResult || declared.key.value == result
  }

  // MARK: - Reads

  /// Where a key is read.
  func span(of read: Read) -> SourceSpan? {
    switch read.place {
    case .declared(let place): flow.vertices[read.vertex].declaration?.reads[place].key.span
    case .required(let place): flow.vertices[read.vertex].document?.requires[place].span
    case .condition(_, let span): span
    }
  }
}

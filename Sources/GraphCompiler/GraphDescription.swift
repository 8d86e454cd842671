public import GraphDiagnostics
public import GraphLanguage
internal import GraphRuntime

/// What a graph file says of the graph: its nodes, edges and keys, for people and programs that look at it.
public struct GraphDescription: Sendable {
  /// One node.
  public struct Node: Sendable {
    /// The name.
    public let name: String

    /// The type.
    public let type: String

    /// Where its name is written.
    public let span: SourceSpan

    /// What it is for.
    public let description: String?

    /// Whether its tokens are events.
    public let streams: Bool

    /// The state keys that it reads.
    public let reads: [String]

    /// Those of the keys that it reads which have to be set by then.
    public let needs: [String]

    /// The state keys that it writes.
    public let writes: [String]

    /// Whether every run comes to it, whatever is chosen on the way, unless it fails before.
    public let isCertain: Bool

    /// Whether it may wait for a person.
    public let interrupts: Bool

    /// The most runs of it in one run, or nil.
    public let loopLimit: Int?

    /// Where control goes once it has run so often: a node, END, or nil where the file does not say it.
    public let loopExit: String?

    /// Where it leads when it chooses a route.
    public let routes: [Route]
  }

  /// One way that a router may choose.
  public struct Route: Sendable, Hashable {
    /// The route, or nil for every other answer.
    public let name: String?

    /// A node or END.
    public let target: String
  }

  /// One edge.
  public struct Edge: Sendable {
    /// START, a node, or several that are waited for.
    public let from: [String]

    /// Nodes or END.
    public let to: [String]

    /// The condition's text, or nil.
    public let condition: String?

    /// Whether it is followed by a router's route.
    public let isRouter: Bool
  }

  /// One key of the state.
  public struct Key: Sendable {
    /// The name.
    public let name: String

    /// The type.
    public let type: SchemaType

    /// The type as far as the nodes that write the key say more than its declaration.
    public let knownType: SchemaType

    /// The reducer's name.
    public let reducer: String

    /// What it holds.
    public let description: String?

    /// Whether the file declares it.
    public let isDeclared: Bool

    /// Whether any node writes it.
    public let isWritten: Bool

    /// Whether a caller has to give it: every run comes to a node that fails without it, nothing can have written it by
    /// then, and it has no default and may not be null.
    public let isRequired: Bool
  }

  /// One tool that nodes and models may call.
  public struct Tool: Sendable {
    /// The name.
    public let name: String

    /// The type.
    public let type: String

    /// What it does.
    public let description: String?
  }

  /// One file that a completed run leaves.
  public struct Export: Sendable {
    /// The state key.
    public let key: String

    /// How it is written: `markdown`, `json` or `text`.
    public let format: String

    /// The path below the run's own folder.
    public let path: String
  }

  /// The graph's name.
  public let name: String

  /// What the graph is for.
  public let description: String?

  /// The declared tools in the order of the file.
  public let tools: [Tool]

  /// The files that a completed run leaves.
  public let exports: [Export]

  /// The types of the answers to its questions, by the paths of the nodes that ask, without the numbers of items.
  let answerTypes: [String: SchemaType]

  /// The input that a message of a chat goes to, where the file says it.
  public let chatInput: String?

  /// The nodes in the order of the file.
  public let nodes: [Node]

  /// The names of tools that are chosen when the graph is run.
  public let slots: [String]

  /// The edges in the order of the file.
  public let edges: [Edge]

  /// The keys of the state; declared ones first.
  public let keys: [Key]

  /// - Parameter required: The slots of keys that nodes write and a caller has to give all the same.
  init(
    _ document: GraphDocument, _ flow: FlowGraph, _ state: ResolveState, _ types: StateTypes,
    requiredAsWell required: Set<Int>
  ) {
    name = document.name
    description = document.description
    slots = document.tools.compactMap { entry in
      if case .reference(.slot) = entry.content { entry.name.value } else { nil }
    }
    tools = document.tools.compactMap { entry in
      switch entry.content {
      case .document(let tool): Tool(name: entry.name.value, type: tool.type.value, description: tool.description)
      case .reference(.slot): Tool(name: entry.name.value, type: "slot", description: nil)
      case .reference(.manifest): Tool(name: entry.name.value, type: "manifest", description: nil)
      case .broken: nil
      }
    }
    chatInput = document.serve?.chatInput?.value
    exports = document.exports.map {
      Export(key: $0.key.value, format: $0.format.rawValue, path: $0.path.joined(separator: "/"))
    }
    let certain = flow.certainNodes()
    let isFree = flow.nodes(
      behind: flow.vertices.indices.filter { flow.vertices[$0].declaration?.mayWriteAnyKey ?? false })
    var needed: Set<String> = []
    nodes = flow.vertices.indices.compactMap { index in
      let vertex = flow.vertices[index]
      guard let node = vertex.document, let declaration = vertex.declaration else { return nil }
      let needs = Self.unique(
        declaration.reads.filter { !$0.toleratesMissing && !$0.isOptional }.map(\.key.value)
          + node.requires.map(\.value))
      if certain[index], !isFree[index] { needed.formUnion(needs) }
      return Node(
        name: vertex.name.value, type: node.type.value, span: vertex.name.span, description: node.description,
        streams: declaration.streams,
        reads: Self.unique(declaration.reads.map(\.key.value)),
        needs: needs,
        writes: declaration.writes.map(\.key.value), isCertain: certain[index],
        interrupts: declaration.interrupts,
        loopLimit: flow.loopLimits[index], loopExit: flow.loopExits[index].map(flow.name),
        routes: Self.routes(of: index, flow))
    }
    answerTypes = Self.answerTypes(flow, state)
    edges = flow.edges.map { edge in
      Edge(
        from: edge.sources.map(flow.name), to: edge.targets.map(flow.name), condition: edge.document.condition?.text,
        isRouter: edge.document.form == .router)
    }
    let written = Set(flow.vertices.flatMap { $0.declaration?.writes.map(\.key.value) ?? [] })
    let declared = Dictionary(document.state.map { ($0.name.value, $0) }, uniquingKeysWith: { first, _ in first })
    keys = state.schema.slots.enumerated().filter { $0.element.reserved == nil }.map { index, slot in
      let type = state.types[slot.name] ?? .any
      let isWritten = written.contains(slot.name)
      let isNeeded = isWritten ? required.contains(index) : needed.contains(slot.name)
      return Key(
        name: slot.name, type: type, knownType: Self.knownType(declared: type, types[slot.name], slot.reducer),
        reducer: slot.reducer.rawValue,
        description: declared[slot.name]?.description, isDeclared: declared[slot.name] != nil,
        isWritten: isWritten, isRequired: isNeeded && !type.admitsNull && slot.initial.isNull)
    }
  }

  /// The type of what may be answered to a question; any where nothing says it.
  ///
  /// - Parameter id: The question's id: the path of the node that asks, be it inside of others or at an item of a list.
  public func answerType(of id: String) -> SchemaType {
    let path = id.split(separator: "/", omittingEmptySubsequences: false).map { PathElement.name(of: String($0)) }
    return answerTypes[path.joined(separator: "/")] ?? .any
  }

  private static func answerTypes(_ flow: FlowGraph, _ state: ResolveState) -> [String: SchemaType] {
    var types: [String: SchemaType] = [:]
    for vertex in flow.vertices {
      guard let declaration = vertex.declaration, declaration.interrupts else { continue }
      for (path, type) in declaration.innerAnswerTypes ?? [:] { types["\(vertex.name.value)/\(path)"] = type }
      // What a node with others inside writes is no answer.
      let key = declaration.innerAnswerTypes == nil ? declaration.resultKey?.value : nil
      types[vertex.name.value] = declaration.answerType ?? key.flatMap { state.types[$0] }
    }
    return types
  }

  /// The type of a key: what is declared, or where that is open, what all who write the key say.
  private static func knownType(declared: SchemaType, _ key: StateTypes.Key?, _ reducer: Reducer) -> SchemaType {
    // With a reducer, what is written is a part of what is kept.
    guard let key, key.isCertain, reducer == .replace else { return declared }
    switch (declared, key.type.base) {
    case (.any, _), (.dict(.any), .object), (.dict(.any), .dict), (.list(.any), .list): return key.type
    default: return declared
    }
  }

  private static func routes(of index: Int, _ flow: FlowGraph) -> [Route] {
    (flow.routes[index] ?? []).map { Route(name: $0.route, target: flow.name($0.target)) }
      + (flow.defaultRoutes[index].map { [Route(name: nil, target: flow.name($0))] } ?? [])
  }

  private static func unique(_ names: [String]) -> [String] {
    guard names.count > 1 else { return names }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}

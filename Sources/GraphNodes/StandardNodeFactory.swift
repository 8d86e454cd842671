internal import GraphDiagnostics
public import GraphLanguage
public import GraphRuntime
public import LanguageModels

/// Builds the node types of the language, and those that a program registers.
///
/// ```swift
/// var factory = StandardNodeFactory()
/// factory.register("shout", keys: [KeySpec("text", .any, "What is shouted.", isRequired: true)]) { node in
///   guard let text = node.template("text") else { return nil }
///   let key = node.resultKey
///   return .synchronous { state in
///     StateUpdate(key, .string("\(try text.evaluate(state).string ?? "")!".uppercased()))
///   }
/// }
/// ```
public struct StandardNodeFactory: NodeFactory {
  /// Gets each token of each streaming node, with the node's name, the moment it arrives.
  public typealias TokenHandler = @Sendable (_ node: String, _ token: String) -> Void

  /// Where nodes get their models.
  public let models: ModelCatalog

  private let onToken: TokenHandler?
  private var types: [String: any NodeType]
  private var order: [String]
  private var toolTypesByName: [String: any ToolType]
  private var toolTypeOrder: [String]

  /// The tools that were registered, by their names.
  public private(set) var tools: [String: any Tool]

  /// The files that describe the tools of slots, by the slots' names; nil leaves slots open.
  public var toolBindings: [String: String]?

  /// Whether functions that are not registered are taken to exist, so that graphs of another program can be checked; a
  /// call of one fails.
  public var assumesFunctions = false

  /// Creates a factory of the standard node types.
  ///
  /// - Parameters:
  ///   - models: Where nodes get their models; by default by the environment and its `.env` file.
  ///   - onToken: Called with each token of each streaming node, in the node's task and before the token is an event.
  public init(models: ModelCatalog = ModelCatalog(environment: .load()), onToken: TokenHandler? = nil) {
    self.models = models
    self.onToken = onToken
    types = [:]
    order = []
    toolTypesByName = [:]
    toolTypeOrder = []
    tools = [:]
    add(LLMNode(models: models, onToken: onToken))
    add(RouterNode(models: models, onToken: onToken))
    add(AgentNode(models: models, onToken: onToken))
    add(RaceNode(models: models, onToken: onToken))
    add(PassthroughNode())
    add(RetrieveNode())
    add(MapNode())
    add(SubgraphNode())
    add(InterruptNode(models: models))
    add(ToolNode())
    add(ToolCallNode())
    add(PythonNode())
    add(FunctionNode())
    register(ShellToolType(environment: models.environment))
    register(PythonToolType(workers: PythonWorkers(environment: models.environment)))
    register(FunctionToolType())
    register(GraphToolType())
    register(HTTPToolType(environment: models.environment))
    register(WebSearchToolType(environment: models.environment))
    register(MCPToolType(environment: models.environment))
    register(WriteDataFileToolType())
    register(SchemaLoaderToolType())
  }

  /// The types in the order in which they were registered.
  public var nodeTypes: [NodeTypeSpec] { order.compactMap { types[$0]?.spec } }

  /// The models that the command line and the environment name, and the tools of slots.
  public var surroundings: Value {
    let overrides = models.overrides
    let usual = try? models.selection(for: []).identity.description
    let bindings = (toolBindings ?? [:]).sorted { $0.key < $1.key }
    func text(_ text: String?) -> Value { text.map { .string($0) } ?? .null }
    return [
      "provider": text(overrides.provider), "model": text(overrides.model), "offline": .bool(overrides.isOffline),
      "usual": text(usual), "tools": .object(ValueObject(bindings.map { ($0.key, .string($0.value)) })),
    ]
  }

  /// Asks the node's type.
  public func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    types[node.type.value]?.declare(node, in: scope)
  }

  /// Adds a node type, or puts one in the place of another of that name.
  public mutating func register(_ type: any NodeType) { add(type) }

  /// Adds a node type whose result goes to the node's `state_key`.
  ///
  /// - Parameters:
  ///   - name: The word after `type:`.
  ///   - summary: One sentence for editors and documentation.
  ///   - keys: The keys of the type's own; anything else is an error with a suggestion.
  ///   - result: The type of the result.
  ///   - build: Makes the closure of one node, or reports what is wrong through the node and returns nil.
  public mutating func register(
    _ name: String, summary: String = "", keys: [KeySpec] = [], result: SchemaType = .any,
    _ build: @escaping @Sendable (CustomNode) -> NodeBody?
  ) {
    add(CustomNodeType(spec: NodeTypeSpec(name, summary, keys: keys), result: result, build: build))
  }

  /// The types of tool in the order in which they were registered.
  public var toolTypes: [ToolTypeSpec] { toolTypeOrder.compactMap { toolTypesByName[$0]?.spec } }

  /// Asks the tool's type.
  public func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)? {
    toolTypesByName[tool.type.value]?.declare(tool, in: scope)
  }

  /// Adds a type of tool, or puts one in the place of another of that name.
  public mutating func register(_ type: any ToolType) {
    if toolTypesByName.updateValue(type, forKey: type.spec.name) == nil { toolTypeOrder.append(type.spec.name) }
  }

  /// Adds a tool that nodes and models of every graph may call by its name, as if it stood under `tools`.
  public mutating func register(tool: any Tool) { tools[tool.definition.name] = tool }

  /// Adds a function that `function` nodes call, and that nodes and models may call as a tool.
  ///
  /// ```swift
  /// factory.register(function: "shout", "Writes a text in capital letters.", parameters: ["text": .string]) { call in
  ///   .string(call.arguments["text"]?.string?.uppercased() ?? "")
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - name: The name after `function:`, which is also the tool's.
  ///   - description: What it does, in words for a model.
  ///   - parameters: What it takes, checked before each call; an optional type may be left out. Nil takes anything.
  ///   - result: The type of the result.
  ///   - body: Carries out one call.
  public mutating func register(
    function name: String, _ description: String = "", parameters: KeyValuePairs<String, SchemaType>? = nil,
    result: SchemaType = .any, _ body: @escaping @Sendable (ToolInvocation) async throws -> Value
  ) {
    register(tool: FunctionTool(name, description, parameters, result, body))
  }

  private mutating func add(_ type: any NodeType) {
    if types.updateValue(type, forKey: type.spec.name) == nil { order.append(type.spec.name) }
  }
}

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
    add(LLMNode(models: models, onToken: onToken))
    add(RouterNode(models: models, onToken: onToken))
    add(AgentNode(models: models, onToken: onToken))
    add(RaceNode(models: models, onToken: onToken))
    add(PassthroughNode())
    add(RetrieveNode())
  }

  /// The types in the order in which they were registered.
  public var nodeTypes: [NodeTypeSpec] { order.compactMap { types[$0]?.spec } }

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

  private mutating func add(_ type: any NodeType) {
    if types.updateValue(type, forKey: type.spec.name) == nil { order.append(type.spec.name) }
  }
}

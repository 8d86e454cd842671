public import GraphDiagnostics
public import GraphRuntime
public import GraphYAML

/// Turns the nodes of a file into closures.
///
/// The compiler asks twice. First it asks for a declaration: what the node
/// reads, writes and where it may lead; mistakes are reported then. Once all
/// nodes are declared and the keys of the state have their places, it asks the
/// declaration for the body: a streaming closure for `stream: true`, a plain
/// one otherwise, both with the same effect on state.
public protocol NodeFactory: Sendable {
  /// The types of node that it knows.
  var nodeTypes: [NodeTypeSpec] { get }

  /// Says what a node is, as far as its own keys tell.
  ///
  /// - Returns: The declaration, or nil when the node is broken and diagnostics say why.
  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration?

  /// The types of tool that it knows.
  var toolTypes: [ToolTypeSpec] { get }

  /// Makes a tool; nothing is started before its first call.
  ///
  /// - Returns: The tool, or nil when it is broken and diagnostics say why.
  func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)?

  /// The tools that every graph has without declaring them, by their names.
  var tools: [String: any Tool] { get }

  /// The files that describe the tools of slots, by the slots' names; nil when graphs are only looked at.
  var toolBindings: [String: String]? { get }

  /// Whether functions that are not registered are taken to exist: where graphs are looked at by a program that is not
  /// the one that runs them.
  var assumesFunctions: Bool { get }

  /// What besides files determines what its nodes do, such as the model that a command line names: a part of the name
  /// of what a cache keeps.
  var surroundings: Value { get }
}

extension NodeFactory {
  /// No tools.
  public var toolTypes: [ToolTypeSpec] { [] }

  /// No tools.
  public func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)? { nil }

  /// No tools.
  public var tools: [String: any Tool] { [:] }

  /// Graphs are only looked at.
  public var toolBindings: [String: String]? { nil }

  /// Functions have to be registered.
  public var assumesFunctions: Bool { false }

  /// Nothing.
  public var surroundings: Value { .null }
}

/// What a factory may look at while it declares a node.
public struct NodeScope {
  /// The graph.
  public let graph: GraphDocument

  /// Where findings go.
  public let diagnostics: DiagnosticEngine

  /// The factory itself, for nodes that hold other nodes.
  public let factory: any NodeFactory

  /// Keys that only a node inside another one sees, such as the item of a map; they are no keys of the graph's state.
  public private(set) var localKeys: [String] = []

  private let prompts: PromptLoader
  private let lookup: PromptLoader.Lookup
  private let tools = ToolTable()
  private let subgraphs: any SubgraphLoader

  /// Creates a scope that reads prompt files of a project.
  public init(
    graph: GraphDocument, prompts: PromptLoader, factory: any NodeFactory, subgraphs: any SubgraphLoader,
    diagnostics: DiagnosticEngine
  ) {
    self.graph = graph
    self.prompts = prompts
    self.factory = factory
    self.subgraphs = subgraphs
    self.diagnostics = diagnostics
    lookup = PromptLoader.Lookup(
      graphFolder: ProjectFiles.parent(of: graph.file.path), isRelative: graph.prompts.isRelative,
      directory: graph.prompts.directory?.value)
    if let directory = graph.prompts.directory { prompts.check(directory: directory, lookup, diagnostics: diagnostics) }
  }

  /// Declares a node and what its author wrote about failures, checks and the cache.
  ///
  /// Nodes that hold other nodes declare them with it too.
  /// - Returns: The declaration, or nil when the node is broken and diagnostics say why.
  public func declare(_ node: NodeDocument) -> NodeDeclaration? {
    guard var declaration = factory.declare(node, in: self) else {
      // A factory that refuses a node without a word must not leave a graph that seems to be whole.
      if !diagnostics.hasErrors {
        diagnostics.report(.cannotBuild(node.name.value, node.type.value), at: node.name.span)
      }
      return nil
    }
    node.policies.check(
      node, hasFallback: declaration.makeFallback != nil, graph.defaults, diagnostics)
    declaration.reads += node.policies.paths.map {
      NodeDeclaration.Read(Located($0.root, at: $0.rootSpan), toleratesMissing: true, isOptional: $0.mayBeText)
    }
    declaration.uses += node.policies.uses(result: declaration.resultSource(of: node))
    if node.policies.cache != nil {
      declaration.cacheFolder = NodeCache.Folder(below: files.root)
      declaration.surroundings = factory.surroundings
    }
    return declaration
  }

  /// The scope of a node that stands inside another one.
  ///
  /// - Parameter keys: The keys that the inner node sees besides those of the state, or in their place.
  public func inner(_ keys: [String]) -> NodeScope {
    var scope = self
    scope.localKeys += keys
    return scope
  }

  /// The prompt of a name, or nil after reporting why there is none.
  public func prompt(_ name: Located<String>) -> PromptDocument? {
    prompts.load(name, lookup, diagnostics: diagnostics)
  }

  /// The files of the project; nothing outside of it is read.
  public var files: ProjectFiles { prompts.files }

  /// The folder of the graph file, which paths in it are relative to.
  public var folder: String { ProjectFiles.parent(of: graph.file.path) }

  /// The tool of a name, or nil after reporting why there is none.
  public func tool(_ name: Located<String>) -> (any Tool)? { tools.tool(name, in: self) }

  /// The tool of a name, or the group of tools, or nil after reporting why there is none.
  public func toolOrGroup(_ name: Located<String>) -> (any Tool)? { tools.toolOrGroup(name, in: self) }

  /// All tools that can be called by their names.
  public var callableTools: CallableTools { tools.callable(in: self) }

  /// Finds the mistakes in tools that no node uses.
  public func declareTools() { tools.declareAll(in: self) }

  /// The graph of a path, or nil after reporting why there is none.
  public func subgraph(_ path: Located<String>) -> Subgraph? { subgraphs.load(path, from: graph, diagnostics) }

  /// A prompt that is written inside a node, or nil after reporting what is wrong with it.
  public func inlinePrompt(system: YAMLNode?, user: YAMLNode?, at span: SourceSpan) -> PromptDocument? {
    PromptDocument.inline(system: system, user: user, span: span, diagnostics: diagnostics).map {
      prompts.addingIncludes(to: $0, lookup, diagnostics: diagnostics)
    }
  }
}

/// What a node is, as far as the compiler has to know.
public struct NodeDeclaration {
  /// A state key that is read.
  public struct Read {
    /// The key.
    public let key: Located<String>

    /// Whether a key that was never written is no error there.
    public let toleratesMissing: Bool

    /// Who reads it, as messages name it: `prompt 'greet'`; nil when the file itself says it.
    public let reader: String?

    /// Whether the reader asks first whether there is such a key, so that one that does not exist is no error.
    public let isOptional: Bool

    /// Whether the key's name is written at its place, so that another name can be put there.
    public let isWrittenOut: Bool

    /// Whether the node certainly fails where the key has no value.
    public let needsValue: Bool

    /// Names that the reader makes itself, one of which may be meant.
    public var ownNames: [String] = []

    /// The dollar sign that stands right before the value where it is put into text, or nil.
    public var dollar: SourceSpan?

    /// Creates a read.
    public init(
      _ key: Located<String>, toleratesMissing: Bool = false, reader: String? = nil, isOptional: Bool = false,
      isWrittenOut: Bool = true, needsValue: Bool = false
    ) {
      self.key = key
      self.toleratesMissing = toleratesMissing
      self.reader = reader
      self.isOptional = isOptional
      self.isWrittenOut = isWrittenOut
      self.needsValue = needsValue
    }

    /// The same read where the node goes on without the value.
    public var withoutNeed: Read {
      Read(
        key, toleratesMissing: toleratesMissing, reader: reader, isOptional: isOptional, isWrittenOut: isWrittenOut)
    }
  }

  /// A state key that is written.
  public struct Write {
    /// The key.
    public let key: Located<String>

    /// Where the type of what is written comes from.
    public let source: TypeSource

    /// Whether the key is written only where the graph has it anyhow: declared, written or read by somebody else.
    public let isOffered: Bool

    /// Whether the node may succeed without writing it.
    public let isConditional: Bool

    /// What is written, where that is the same each time.
    public let constant: Value?

    /// How the node may succeed without writing the key, in words, where that is certain to be possible.
    public let omission: String?

    /// Who writes it, as messages name it, where the node fails unless the state has the key; nil where writing a key is
    /// what brings it into being.
    public var owner: String?

    /// Whether a node that fails without the key always writes it.
    public var isAlwaysWritten = false

    /// Creates a write of a value whose type is known.
    public init(
      _ key: Located<String>, type: SchemaType = .any, isOffered: Bool = false, isConditional: Bool = false,
      constant: Value? = nil, omission: String? = nil
    ) {
      self.init(
        key, source: .type(type), isOffered: isOffered, isConditional: isConditional, constant: constant,
        omission: omission)
    }

    /// Creates a write of a key that the state has to have.
    ///
    /// - Parameters:
    ///   - owner: Who writes it, as messages name it.
    ///   - isCertain: Whether it is written each time.
    public init(_ key: Located<String>, owner: String, isCertain: Bool) {
      self.init(key, isOffered: true)
      self.owner = owner
      isAlwaysWritten = isCertain
    }

    /// Creates a write of a value whose type follows from others.
    public init(
      _ key: Located<String>, source: TypeSource, isOffered: Bool = false, isConditional: Bool = false,
      constant: Value? = nil, omission: String? = nil
    ) {
      self.key = key
      self.source = source
      self.isOffered = isOffered
      self.isConditional = isConditional || isOffered || omission != nil
      self.constant = constant
      self.omission = omission
    }
  }

  /// Where a router may lead.
  public struct Router {
    /// The routes with their targets, in order.
    public let routes: [(route: Located<String>, target: Located<String>)]

    /// The target of an answer that is none of the routes.
    public let defaultTarget: Located<String>?

    /// The route that a result already in the state stands for, when the router is skipped.
    public let routeOfState: @Sendable (Value) -> String?

    /// Creates a router.
    public init(
      routes: [(route: Located<String>, target: Located<String>)], defaultTarget: Located<String>?,
      routeOfState: @escaping @Sendable (Value) -> String?
    ) {
      self.routes = routes
      self.defaultTarget = defaultTarget
      self.routeOfState = routeOfState
    }
  }

  /// The keys that are read.
  public var reads: [Read] = []

  /// The keys that are written.
  public var writes: [Write] = []

  /// What is read and computed, as far as its types are to be checked.
  public var uses: [TypedUse] = []

  /// What it does with the texts of models.
  public var flow = NodeFlow()

  /// Whether it may write keys besides those that it is known to write, as a function may that returns an update.
  public var mayWriteAnyKey = false

  /// Whether it may read keys besides those that it is known to read, as a closure may that is given the state.
  public var mayReadAnyKey = false

  /// Whether a part of the node could not be read, which was reported, so that nothing is said of what follows from what
  /// it writes.
  public var isIncomplete = false

  /// Whether running it does more than write its keys, so that it is of use even where nobody reads those.
  public var hasEffects = true

  /// Whether the `timeout` that its author wrote is not the longest time of an attempt, but a setting of its own.
  public var takesTimeout = false

  /// Whether it does nothing that could be noticed outside the run; it may then begin while the step before it is still
  /// being written to the thread's journal.
  public var isLocal = false

  /// Whether what it writes is computed from the state alone.
  public var isPure = false

  /// Where it may lead, when it is a router.
  public var router: Router?

  /// Whether its tokens are events.
  public var streams = false

  /// Whether a node of this kind is skipped by default when its result is there.
  public var skipsByDefault = false

  /// Whether it may wait for a person.
  public var interrupts = false

  /// The type of the answers to its question, where that is another than the type of the key that they go to.
  public var answerType: SchemaType?

  /// The types of the answers to questions of nodes inside it, by their paths below it; nil for a node that asks itself.
  public var innerAnswerTypes: [String: SchemaType]?

  /// The key that its result goes to, where that is another than `state_key`.
  public var resultKey: Located<String>?

  /// Whether `timeout` and `retry` count for each piece of its work, which it sees to itself, and not for the whole.
  public var appliesLimitsItself = false

  /// Whether it writes its result also where its work fails and the run goes on.
  public var toleratesFailureItself = false

  /// Makes the closure once the keys of the state have their places.
  public var makeBody: (StateSchema) -> NodeBody

  /// Makes the closure that `on_error: fallback` runs, with the settings under `fallback` in place of the node's own;
  /// nil for nodes that ask no model.
  public var makeFallback: ((StateSchema, ModelSettings) -> NodeBody)?

  /// Says what determines the node's result, so that a cache knows an equal one: for nodes that ask a model, the model
  /// and the messages; nil for nodes that may look at the whole state.
  public var makeFingerprint: ((StateSchema) -> @Sendable (StateView, NodeContext) throws -> Value)?

  /// Gets each token of a streaming node's result that comes from a cache, as those of its body go elsewhere.
  public var onCachedToken: (@Sendable (String) -> Void)?

  /// Where results are kept for later runs, where the node has a cache.
  var cacheFolder: NodeCache.Folder?

  /// What besides files determines the result, where the node has a cache.
  var surroundings = Value.null

  /// Where the type of the node's result comes from, as checks see it in `output`.
  func resultSource(of node: NodeDocument) -> TypeSource {
    guard !mayWriteAnyKey else { return .type(.any) }
    let key = (resultKey ?? node.stateKey).value
    if let write = writes.first(where: { $0.key.value == key }) { return write.source }
    return .type(writes.isEmpty ? .any : .dict(.any))
  }

  /// Creates a declaration.
  public init(makeBody: @escaping (StateSchema) -> NodeBody) { self.makeBody = makeBody }
}

extension DiagnosticMessage {
  package static func cannotBuild(_ name: String, _ type: String) -> Self {
    Self("GR0119", "node '\(name)' cannot be built as '\(type)'")
  }
}

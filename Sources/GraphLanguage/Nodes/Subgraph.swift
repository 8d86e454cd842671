public import GraphDiagnostics
public import GraphRuntime

/// A graph that another graph runs as a node or as a tool.
public struct Subgraph: Sendable {
  /// One key of its state.
  public struct Key: Sendable {
    /// The name.
    public let name: String

    /// The declared type, which inputs are checked against.
    public let type: SchemaType

    /// The type of what a run leaves there.
    public let result: SchemaType

    /// What it holds.
    public let description: String?

    /// Whether a caller has to give it: a node that every run comes to needs it, and it has no default.
    public let isRequired: Bool

    /// Whether any node writes it.
    public let isWritten: Bool

    /// Whether it has a value at the end of every run that completes.
    public let isCertain: Bool

    /// The nodes of a run that ends without a value of the key, as messages show them; nil where none was found.
    public let omission: String?

    /// Creates a key.
    public init(
      name: String, type: SchemaType, result: SchemaType, description: String?, isRequired: Bool, isWritten: Bool,
      isCertain: Bool = false, omission: String? = nil
    ) {
      self.name = name
      self.type = type
      self.result = result
      self.description = description
      self.isRequired = isRequired
      self.isWritten = isWritten
      self.isCertain = isCertain
      self.omission = omission
    }
  }

  /// Its name.
  public let name: String

  /// What it is for.
  public let description: String?

  /// What can be run.
  public let graph: StateGraph

  /// The keys of its state; declared ones first.
  public let keys: [Key]

  /// Whether a run of it may wait for a person.
  public let interrupts: Bool

  /// Whether any of its nodes has tokens that are events.
  public let streams: Bool

  /// The types of the answers to its questions, by the paths of the nodes that ask.
  public var answerTypes: [String: SchemaType] = [:]

  /// What it does with the texts of models.
  public var flow = SubgraphFlow()

  /// Creates a subgraph.
  public init(
    name: String, description: String?, graph: StateGraph, keys: [Key], interrupts: Bool, streams: Bool
  ) {
    self.name = name
    self.description = description
    self.graph = graph
    self.keys = keys
    self.interrupts = interrupts
    self.streams = streams
  }
}

/// Compiles the graphs that a graph refers to.
public protocol SubgraphLoader {
  /// The graph of a path, which is relative to the file that names it.
  ///
  /// - Returns: Nil after reporting why there is none: the file is missing, has mistakes, or leads back to itself.
  func load(_ path: Located<String>, from graph: GraphDocument, _ diagnostics: DiagnosticEngine) -> Subgraph?
}

/// A type of node: its name and the keys of its own.
public struct NodeTypeSpec: Sendable {
  /// The name, as in `type: llm`.
  public let name: String

  /// One sentence for editors and documentation.
  public let summary: String

  /// The keys besides those that every node has.
  public let keys: [KeySpec]

  /// Whether its result goes to `state_key`, and so to a key of the node's own name where there is none.
  public let writesOwnKey: Bool

  /// Creates a node type.
  public init(_ name: String, _ summary: String, keys: [KeySpec], writesOwnKey: Bool = true) {
    self.name = name
    self.summary = summary
    self.keys = keys
    self.writesOwnKey = writesOwnKey
  }

  /// Types of yamlgraph that there are not here, each with what to do instead.
  static let elsewhere = ["copilot": "run the program with a tool of type 'shell'"]
}

/// A type of node: its name and the keys of its own.
public struct NodeTypeSpec: Sendable {
  /// The name, as in `type: llm`.
  public let name: String

  /// One sentence for editors and documentation.
  public let summary: String

  /// The keys besides those that every node has.
  public let keys: [KeySpec]

  /// Creates a node type.
  public init(_ name: String, _ summary: String, keys: [KeySpec]) {
    self.name = name
    self.summary = summary
    self.keys = keys
  }

  /// Types of the language that this version does not carry out yet.
  static let planned: Set<String> = [
    "tool", "tool_call", "python", "function", "map", "interrupt", "pipeline", "subgraph",
    "interactive_tool", "copilot",
  ]
}

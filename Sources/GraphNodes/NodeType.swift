public import GraphLanguage

/// One type of node: its keys, and how a node of it is built.
public protocol NodeType: Sendable {
  /// The name and the keys.
  var spec: NodeTypeSpec { get }

  /// Says what a node of this type is; see `NodeFactory`.
  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration?
}

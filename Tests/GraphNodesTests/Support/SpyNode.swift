import GraphLanguage
import GraphNodes
import GraphRuntime

/// A node that does nothing but look at what models are told of a tool.
struct SpyNode: NodeType {
  let found: Locked<ToolDefinition?>
  let spec = NodeTypeSpec("spy", "Looks at a tool.", keys: [KeySpec("tool", .string, "The tool.", isRequired: true)])

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    guard let name = node.fields.string("tool"), let tool = scope.tool(name) else { return nil }
    found.withLock { $0 = tool.definition }
    return NodeDeclaration { _ in .synchronous { _ in StateUpdate() } }
  }
}

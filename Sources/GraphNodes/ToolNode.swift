internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Calls one declared tool and writes what it gives.
struct ToolNode: NodeType {
  let spec = NodeTypeSpec(
    "tool", "Calls a tool.",
    keys: [
      KeySpec("tool", .string, "The tool, by its name under 'tools'.", isRequired: true).meaning(.tool),
      KeySpec("variables", .mapping, "The arguments; the state's keys of the parameters' names where it is missing.")
        .naming(.argument).meaning(.template),
    ])

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    guard let name = node.fields.string("tool"), let tool = scope.tool(name) else { return nil }
    let arguments = ToolArguments(node, for: tool, named: name, scope.diagnostics)
    let key = node.stateKey
    var declaration = NodeDeclaration { schema in
      let compiled = arguments.compile(schema)
      let key = schema.key(key.value)
      return .plain { state, context in
        StateUpdate(key, try await context.call(tool, try compiled.evaluate(state), on: state))
      }
    }
    declaration.reads = arguments.reads
    declaration.uses = arguments.uses
    declaration.writes = [NodeDeclaration.Write(key, source: (tool as? any CheckedTool)?.resultSource ?? .type(.any))]
    declaration.flow.dangers = arguments.dangers(of: tool)
    // Tools see the state as well.
    declaration.mayReadAnyKey = true
    return declaration
  }
}

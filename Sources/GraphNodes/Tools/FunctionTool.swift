internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// A function of Swift that a program registered.
struct FunctionTool: CheckedTool {
  let definition: ToolDefinition
  let parameters: ToolParameters
  let result: SchemaType
  private let body: @Sendable (ToolInvocation) async throws -> Value

  init(
    _ name: String, _ description: String, _ types: KeyValuePairs<String, SchemaType>?, _ result: SchemaType,
    _ body: @escaping @Sendable (ToolInvocation) async throws -> Value
  ) {
    let place = SourceSpan(SourceFile(path: "", text: ""), ByteRange(0, 0))
    parameters =
      types.map { types in
        ToolParameters(
          types.map { name, type in
            SchemaField(name: Located(name, at: place), type: type, isRequired: !type.admitsNull || type == .any)
          })
      } ?? .unknown
    definition = ToolDefinition(
      name: name, description: description.isEmpty ? "Calls '\(name)'." : description, parameters: parameters.schema)
    self.result = result
    self.body = body
  }

  func call(_ invocation: ToolInvocation) async throws -> Value {
    let checked = try parameters.check(invocation.arguments)
    return try await body(
      ToolInvocation(arguments: checked, state: invocation.state, context: invocation.context))
  }
}

/// A registered function under a name and with words of the graph's own.
struct FunctionToolType: ToolType {
  let spec = ToolTypeSpec(
    "function", "Calls a function of Swift that the program registered.",
    keys: [
      KeySpec("function", .string, "The name that it was registered under.", isRequired: true), .parameters,
    ])

  func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)? {
    let declared = tool.declaredParameters(scope.diagnostics)
    guard let name = tool.fields.string("function"), let function = FunctionNode.function(name, scope) else {
      return nil
    }
    guard declared != nil || !tool.fields.has("parameters") else { return nil }
    return RenamedTool(
      definition: ToolDefinition(
        name: tool.name.value, description: tool.description ?? function.definition.description,
        parameters: declared?.schema ?? function.definition.parameters),
      parameters: declared ?? (function as? any CheckedTool)?.parameters ?? .unknown, tool: function)
  }
}

/// A tool under another name, checked against other parameters.
private struct RenamedTool: CheckedTool {
  let definition: ToolDefinition
  let parameters: ToolParameters
  let tool: any Tool

  var result: SchemaType { (tool as? any CheckedTool)?.result ?? .any }

  var resultSource: TypeSource { (tool as? any CheckedTool)?.resultSource ?? .type(.any) }

  func call(_ invocation: ToolInvocation) async throws -> Value {
    let checked = try parameters.check(invocation.arguments)
    return try await tool.call(
      ToolInvocation(arguments: checked, state: invocation.state, context: invocation.context))
  }
}

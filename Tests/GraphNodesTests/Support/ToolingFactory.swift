import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels

/// The standard node types, and tools of type `test` that are closures, found by their names.
struct ToolingFactory: NodeFactory {
  let base: StandardNodeFactory
  let functions: [String: @Sendable (ToolInvocation) async throws -> Value]

  init(_ models: ModelCatalog, _ functions: [String: @Sendable (ToolInvocation) async throws -> Value]) {
    base = StandardNodeFactory(models: models)
    self.functions = functions
  }

  var nodeTypes: [NodeTypeSpec] { base.nodeTypes }

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? { base.declare(node, in: scope) }

  var toolTypes: [ToolTypeSpec] { [ToolTypeSpec("test", "A closure.", keys: [])] }

  func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)? {
    functions[tool.name.value].map { TestTool(name: tool.name.value, body: $0) }
  }
}

/// A tool that takes a query, or none.
private struct TestTool: Tool {
  let name: String
  let body: @Sendable (ToolInvocation) async throws -> Value

  var definition: ToolDefinition {
    ToolDefinition(
      name: name, description: "Does what '\(name)' does.",
      parameters: ["type": "object", "properties": ["query": ["type": "string"]]])
  }

  func call(_ invocation: ToolInvocation) async throws -> Value { try await body(invocation) }
}

/// A failure of a tool with words.
struct ToolFailure: Error, CustomStringConvertible {
  let description: String
}

/// Compiles `g.yaml` of a folder with tools.
func load(
  _ folder: TemporaryFolder, _ models: ModelCatalog,
  tools: [String: @Sendable (ToolInvocation) async throws -> Value]
) throws -> CompiledGraph {
  try GraphCompiler(factory: ToolingFactory(models, tools)).load("\(folder.path)/g.yaml")
}

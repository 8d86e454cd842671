internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import MCPClient

/// What the tools of one entry under `tools` share: the server, and how its answers are read.
struct MCPAccess: Sendable {
  /// What a result is read as.
  enum Parse: String, Sendable {
    case auto, json, text
  }

  let server: MCPServer
  let address: MCPAddress
  let parse: Parse
  let timeout: Duration

  /// How much of what a tool says of its failure is told.
  static let shownFailure = 4 << 10

  /// Works with the server, and says in its errors whose server it is.
  func perform<Result: Sendable>(_ tool: String, _ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let error as MCPError {
      throw ToolError("the MCP server of tool '\(tool)' \(address.redaction.redact("\(error)"))")
    }
  }

  /// Calls a tool of the server and reads what it gives.
  func call(_ tool: MCPToolDescription, _ arguments: ValueObject, key: String) async throws -> Value {
    let checked = try JSONSchemaCheck.arguments(arguments, tool.inputSchema)
    let result = try await server.call(tool.name, checked, key: key, within: timeout)
    let content = MCPContent(result.content)
    guard !result.isError else {
      let said = String(tailOf: Array(address.redaction.redact(content.text).utf8), limit: Self.shownFailure)
      throw ToolError("the tool failed" + (said.isEmpty ? "" : ": \(said)"))
    }
    switch parse {
    case .text: return .string(content.text)
    case .json:
      do {
        return try Value(json: content.text)
      } catch {
        throw ToolError("the result is no JSON: \(error)")
      }
    case .auto:
      guard let structured = result.structured else { return content.value }
      if let schema = tool.outputSchema, let problem = JSONSchemaCheck.problems(structured, schema, "the result").first
      {
        throw ToolError("the result is not what the server promised: \(problem)")
      }
      return structured
    }
  }
}

/// A tool of a server.
struct MCPTool: CheckedTool, RemoteTool, NarratingTool {
  /// Which of the server's tools it is.
  enum Place: Sendable {
    /// The one that the server calls so.
    case named(String)
    /// The one that graphs know by this tool's own name, where the group has what begins with this.
    case exposed(prefix: String)
  }

  let access: MCPAccess
  let place: Place
  let exposedName: String

  /// What the file says of it.
  let ownDescription: String?
  let declared: ToolParameters?

  var parameters: ToolParameters { declared ?? .unknown }

  var result: SchemaType { access.parse == .text ? .string : .any }

  var definition: ToolDefinition {
    ToolDefinition(
      name: exposedName, description: ownDescription ?? "A tool of an MCP server.", parameters: parameters.schema)
  }

  func call(_ invocation: ToolInvocation) async throws -> Value {
    let arguments = try parameters.check(invocation.arguments)
    return try await invocation.context.stop.cancelling {
      try await access.perform(exposedName) {
        try await access.call(try await found(), arguments, key: invocation.idempotencyKey)
      }
    }
  }

  func describe(in context: NodeContext) async throws -> [any Tool] {
    let found = try await access.perform(exposedName) { try await self.found() }
    return [DescribedMCPTool(tool: self, description: found)]
  }

  func text(of result: Value) -> String? { MCPContent.text(of: result) }

  /// The tool as the server describes it.
  private func found() async throws -> MCPToolDescription {
    let tools = try await access.server.tools(within: access.timeout)
    if let tool = find(in: tools) { return tool }
    // Servers that are asked over HTTP have no way to say that their tools are others now.
    let fresh = try await access.server.tools(within: access.timeout, anew: true)
    if let tool = find(in: fresh) { return tool }
    let (name, names) =
      switch place {
      case .named(let name): (name, fresh.map(\.name))
      case .exposed(let prefix): (exposedName, MCPToolNames.exposed(fresh.map(\.name), prefix: prefix))
      }
    throw Self.missing(name, names)
  }

  private func find(in tools: [MCPToolDescription]) -> MCPToolDescription? {
    switch place {
    case .named(let name): tools.first { $0.name == name }
    case .exposed(let prefix):
      zip(MCPToolNames.exposed(tools.map(\.name), prefix: prefix), tools).first { $0.0 == exposedName }?.1
    }
  }

  /// The error of a tool that the server does not have.
  static func missing(_ name: String, _ names: [String]) -> ToolError {
    let near = Suggestion.nearest(to: name, among: names).map { "; did you mean '\($0)'?" }
    let list = names.prefix(10).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 10 ? ", …" : "")
    return ToolError(
      "the server has no tool '\(name)'" + (near ?? (list.isEmpty ? "; it has none" : "; it has \(list)")))
  }
}

/// A tool of a server with the server's own words, for a model.
struct DescribedMCPTool: CheckedTool, NarratingTool {
  let tool: MCPTool
  let description: MCPToolDescription

  var parameters: ToolParameters { tool.parameters }

  var result: SchemaType { tool.result }

  var definition: ToolDefinition {
    ToolDefinition(
      name: tool.exposedName,
      description: tool.ownDescription
        ?? (description.description.isEmpty ? "Calls '\(description.name)'." : description.description),
      parameters: tool.declared?.schema ?? Self.schema(description.inputSchema))
  }

  func call(_ invocation: ToolInvocation) async throws -> Value { try await tool.call(invocation) }

  func text(of result: Value) -> String? { tool.text(of: result) }

  /// A schema in the form that providers take: an object whose properties are said, if only that there are none.
  private static func schema(_ schema: Value) -> Value {
    guard var object = schema.object else { return ["type": "object", "properties": [:]] }
    object["$schema"] = nil
    object["type"] = "object"
    if object["properties"]?.object == nil { object["properties"] = [:] }
    return .object(object)
  }
}

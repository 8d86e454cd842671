internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import MCPClient

/// All tools of a server, or those that the file lists.
///
/// In a graph and for models, the tool `search` of the entry `web` is
/// `web_search`.
struct MCPToolGroup: ToolGroup {
  let access: MCPAccess
  let name: String
  let description: String?

  /// The names of the tools that may be called, as the server has them; all when it is empty.
  let allowed: [Located<String>]

  /// The names of other tools of the graph.
  let taken: Set<String>

  var memberPrefix: String { "\(name)_" }

  var memberNames: [String]? {
    allowed.isEmpty ? nil : MCPToolNames.exposed(allowed.map(\.value), prefix: memberPrefix)
  }

  /// The listed tools whose names are those of other tools.
  var clashes: [(name: Located<String>, exposed: String)] {
    zip(allowed, memberNames ?? []).filter { taken.contains($0.1) }
  }

  var definition: ToolDefinition {
    ToolDefinition(name: name, description: description ?? "The tools of an MCP server.")
  }

  func member(named name: String) -> (any Tool)? {
    guard let names = memberNames else {
      guard name.hasPrefix(memberPrefix), name.utf8.count > memberPrefix.utf8.count, !taken.contains(name) else {
        return nil
      }
      return tool(.exposed(prefix: memberPrefix), name)
    }
    return zip(allowed, names).first { $0.1 == name }.map { tool(.named($0.0.value), name) }
  }

  func describe(in context: NodeContext) async throws -> [any Tool] {
    try await access.perform(name) {
      let tools = try await tools()
      let names = MCPToolNames.exposed(tools.map(\.name), prefix: memberPrefix)
      return try zip(tools, names).map { description, exposed in
        guard !taken.contains(exposed) else {
          throw ToolError("the server's tool '\(description.name)' would be called '\(exposed)', as another tool is")
        }
        return DescribedMCPTool(tool: tool(.named(description.name), exposed), description: description)
      }
    }
  }

  func call(_ invocation: ToolInvocation) async throws -> Value {
    throw ToolError("'\(name)' stands for all tools of a server; call one of them")
  }

  /// The tools of the server that may be called.
  private func tools() async throws -> [MCPToolDescription] {
    let known = try await access.server.tools(within: access.timeout)
    guard !allowed.isEmpty else { return known }
    return try allowed.map { name in
      guard let tool = known.first(where: { $0.name == name.value }) else {
        throw MCPTool.missing(name.value, known.map(\.name))
      }
      return tool
    }
  }

  private func tool(_ place: MCPTool.Place, _ exposed: String) -> MCPTool {
    MCPTool(access: access, place: place, exposedName: exposed, ownDescription: nil, declared: nil)
  }
}

/// Names that every provider of models takes: letters, digits, `_` and `-`, at most 64 of them.
enum MCPToolNames {
  private static let limit = 64

  /// The names of a server's tools in a graph, in their order; one that would come twice gets a number.
  static func exposed(_ names: [String], prefix: String) -> [String] {
    var used: Set<String> = []
    return names.map { name in
      let base = prefix + String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" })
      var exposed = String(base.prefix(limit))
      var number = 2
      while !used.insert(exposed).inserted {
        exposed = "\(base.prefix(limit - "_\(number)".count))_\(number)"
        number += 1
      }
      return exposed
    }
  }
}

internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML
internal import LanguageModels
internal import MCPClient

/// Calls tools of a server of the Model Context Protocol.
struct MCPToolType: ToolType {
  let environment: Environment
  let servers = MCPServers()

  let spec = ToolTypeSpec(
    "mcp", "Calls tools of a server of the Model Context Protocol.",
    keys: [
      KeySpec("command", .string, "The program of a server that is started; it is no line for a shell."),
      KeySpec("args", .list, "The program's arguments; '${NAME}' is replaced from the environment."),
      KeySpec("env", .mapping, "The variables that the program gets besides PATH, HOME and a few more."),
      KeySpec("working_dir", .string, "The folder that the program works in, relative to the project's root."),
      KeySpec("url", .string, "The address of a server that runs already, in place of 'command'."),
      KeySpec("headers", .mapping, "Header fields; '${NAME}' is replaced from the environment."),
      KeySpec("tool", .string, "The server's tool that this is; without it, this stands for all of them."),
      KeySpec("tools", .strings, "The server's tools that this stands for; all of them by default."),
      .parameters,
      KeySpec(
        "parse", .choice(["auto", "json", "text"]),
        "What a result is read as: a value where the tool gives one and text otherwise (auto), text, or JSON in text."),
      KeySpec("timeout", .duration, "The longest time of one call; 30 seconds by default."),
      KeySpec("start_timeout", .duration, "The longest time until the server is ready; 60 seconds by default."),
    ], makesGroups: true)

  func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)? {
    let fields = tool.fields
    let diagnostics = scope.diagnostics
    let errors = diagnostics.errorCount
    let declared = tool.declaredParameters(diagnostics)
    let address = MCPAddress(tool, environment, scope)
    let names = fields.strings("tools")
    check(names, fields, diagnostics)
    guard let address, diagnostics.errorCount == errors else { return nil }
    let access = MCPAccess(
      server: servers.server(at: address, startLimit: fields.duration("start_timeout")?.value ?? .seconds(60)),
      address: address, parse: fields.string("parse").flatMap { MCPAccess.Parse(rawValue: $0.value) } ?? .auto,
      timeout: fields.duration("timeout")?.value ?? .seconds(30))
    if let name = fields.string("tool") {
      return MCPTool(
        access: access, place: .named(name.value), exposedName: tool.name.value, ownDescription: tool.description,
        declared: declared)
    }
    let group = MCPToolGroup(
      access: access, name: tool.name.value, description: tool.description, allowed: names,
      taken: Set(scope.graph.tools.map(\.name.value)).union(scope.factory.tools.keys))
    for (name, exposed) in group.clashes { diagnostics.report(.nameIsTaken(exposed), at: name.span) }
    return diagnostics.errorCount == errors ? group : nil
  }

  /// Checks which of the server's tools are meant.
  private func check(_ names: [Located<String>], _ fields: FieldReader, _ diagnostics: DiagnosticEngine) {
    if fields.has("tool"), let tools = fields.keySpan("tools") {
      diagnostics.report(
        .toolAndTools, at: tools, notes: fields.keySpan("tool").map { [.init("'tool' is here", at: $0)] } ?? [])
    }
    if !fields.has("tool"), let parameters = fields.keySpan("parameters") {
      diagnostics.report(.parametersOfMany, at: parameters)
    }
    if names.isEmpty, let node = fields.node("tools") { diagnostics.report(.noToolAllowed, at: node.span) }
    var seen: [String: SourceSpan] = [:]
    for name in names {
      if let first = seen[name.value] {
        diagnostics.report(.toolTwice(name.value), at: name.span, notes: [.init("first written here", at: first)])
      } else {
        seen[name.value] = name.span
      }
    }
  }
}

/// The servers of all graphs that a factory compiles: one for each address, however many tools name it.
///
/// An object, because the factory's copies share it. A server's session ends
/// when the last graph that may call it is released.
final class MCPServers: Sendable {
  private struct Weak { weak var server: MCPServer? }

  private let servers = Locked<[[String]: Weak]>([:])

  /// The server of an address.
  func server(at address: MCPAddress, startLimit: Duration) -> MCPServer {
    servers.withLock { servers in
      let key = address.identity + ["\(startLimit)"]
      if let known = servers[key]?.server { return known }
      servers = servers.filter { $0.value.server != nil }
      let server = MCPServer(startLimit: startLimit) { try address.endpoint() }
      servers[key] = Weak(server: server)
      return server
    }
  }
}

extension DiagnosticMessage {
  fileprivate static var toolAndTools: Self { Self("GR0244", "a tool has either 'tool' or 'tools', not both") }

  fileprivate static var parametersOfMany: Self {
    Self("GR0245", "'parameters' belong to one tool; say which by 'tool'")
  }

  fileprivate static var noToolAllowed: Self { Self("GR0247", "'tools' is empty, so that no tool could be called") }

  fileprivate static func toolTwice(_ name: String) -> Self {
    Self("GR0248", .warning, "the server's tool '\(name)' is listed twice")
  }

  fileprivate static func nameIsTaken(_ name: String) -> Self {
    Self("GR0243", "the tool would be called '\(name)', and there is one of that name already")
  }
}

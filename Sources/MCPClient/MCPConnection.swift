package import GraphRuntime

/// A tool as a server describes it.
package struct MCPToolDescription: Sendable, Hashable {
  /// The name that calls carry.
  package let name: String

  /// What it does, in words for a model.
  package let description: String

  /// The JSON schema of its arguments.
  package let inputSchema: Value

  /// The JSON schema of its structured results, or nil.
  package let outputSchema: Value?

  init?(_ value: Value) {
    guard let name = value["name"]?.string, !name.isEmpty else { return nil }
    self.name = name
    description = value["description"]?.string ?? value["title"]?.string ?? ""
    inputSchema = value["inputSchema"].flatMap { $0.object == nil ? nil : $0 } ?? ["type": "object"]
    outputSchema = value["outputSchema"].flatMap { $0.object == nil ? nil : $0 }
  }
}

/// What a call of a tool gave.
package struct MCPToolResult: Sendable, Hashable {
  /// The parts for people and models, as the server gave them.
  package let content: [Value]

  /// The value for programs, or nil.
  package let structured: Value?

  /// Whether the tool says that it failed; the content then says why.
  package let isError: Bool

  init(_ value: Value) throws(MCPError) {
    guard value.object != nil else { throw MCPError("gave a result that is no object") }
    content = value["content"]?.list ?? []
    structured = value["structuredContent"].flatMap { $0.isNull ? nil : $0 }
    isError = value["isError"]?.bool ?? false
  }
}

/// A session with a server, from the handshake on.
package final class MCPConnection: Sendable {
  private let transport: any MCPTransport

  private struct Listing {
    var changes: Int
    var tools: [MCPToolDescription]
  }

  private let listing = Locked<Listing?>(nil)

  /// The versions of the protocol that are understood, the newest first.
  static let versions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

  /// Begins a session.
  ///
  /// - Throws: `MCPError` when the server does not answer in time, or in no version that is understood.
  init(_ transport: any MCPTransport, within limit: Duration) async throws {
    self.transport = transport
    let late = "was not ready within \(DurationText.describe(limit))"
    let hello: Value
    do {
      hello = try await TimeLimit.run(limit, else: MCPError(late)) {
        let answer = try await transport.ask(
          "initialize",
          [
            "protocolVersion": .string(Self.versions[0]), "capabilities": .object([:]),
            "clientInfo": ["name": "tributary", "version": "1.0"],
          ])
        guard let version = answer["protocolVersion"]?.string else {
          throw MCPError("does not say which version of the protocol it speaks")
        }
        guard Self.versions.contains(version) else {
          throw MCPError(
            "speaks version '\(version)' of the protocol; understood are "
              + Self.versions.map { "'\($0)'" }.joined(separator: ", "))
        }
        transport.agree(on: version)
        try await transport.notify("notifications/initialized")
        return answer
      }
    } catch let error as MCPError where error.description == late {
      let said = transport.said
      throw MCPError(late + (said.isEmpty ? "" : ": \(said)"))
    }
    serverName = hello["serverInfo"]?["name"]?.string ?? ""
  }

  /// What the server calls itself.
  package let serverName: String

  /// Whether it can be asked no more.
  package var hasEnded: Bool { transport.hasEnded }

  /// The tools of the server, asked for once and again when it says that they have changed.
  ///
  /// - Parameter anew: Whether they are asked for in any case.
  /// - Throws: `MCPError`, or a `CancellationError`.
  package func tools(within limit: Duration, anew: Bool = false) async throws -> [MCPToolDescription] {
    let changes = transport.peer.toolListChanges
    if !anew, let known = listing.withLock({ $0 }), known.changes == changes { return known.tools }
    let tools = try await TimeLimit.run(limit, else: .timedOut(limit)) { [transport] in
      try await Self.list(transport)
    }
    listing.withLock { $0 = Listing(changes: changes, tools: tools) }
    return tools
  }

  private static func list(_ transport: any MCPTransport) async throws -> [MCPToolDescription] {
    var tools: [MCPToolDescription] = []
    var seen: Set<String> = []
    var cursor: String?
    while true {
      let answer = try await transport.ask("tools/list", cursor.map { ["cursor": .string($0)] } ?? .null)
      guard let page = answer["tools"]?.list else { throw MCPError("gave a list of tools that is none") }
      tools += page.compactMap(MCPToolDescription.init)
      guard let next = answer["nextCursor"]?.string else { return tools }
      guard seen.insert(next).inserted else { throw MCPError("lists its tools without an end") }
      guard tools.count <= MCPLimits.tools else { throw MCPError("has more than \(MCPLimits.tools) tools") }
      cursor = next
    }
  }

  /// Calls a tool.
  ///
  /// - Parameters:
  ///   - name: The name that the server gave it.
  ///   - key: What tells the call from all others, for servers that carry a call out once.
  /// - Throws: `MCPError`, or a `CancellationError`.
  package func call(
    _ name: String, _ arguments: ValueObject, key: String? = nil, within limit: Duration
  ) async throws -> MCPToolResult {
    var call: ValueObject = ["name": .string(name), "arguments": .object(arguments)]
    if let key { call["_meta"] = ["idempotencyKey": .string(key)] }
    let question = call
    return try await TimeLimit.run(limit, else: .timedOut(limit)) { [transport] in
      try MCPToolResult(try await transport.ask("tools/call", .object(question)))
    }
  }

  /// Ends the session and waits for its end.
  package func close() async { await transport.close() }
}

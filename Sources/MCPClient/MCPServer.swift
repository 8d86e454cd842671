package import ChildProcesses
package import GraphHTTP
package import GraphRuntime

/// Where a server is.
package enum MCPEndpoint: Sendable {
  /// A program that is started and spoken to over its standard input and output.
  case program(ProcessRequest)
  /// An address that is spoken to over HTTP, with header fields of the author's own.
  case address(url: String, headers: HTTPHeaders)
}

/// A server whose session begins with the first use, and anew after its end; any number of tasks use it at once.
///
/// Dropping the last reference ends the session: a program's standard input is
/// closed, and what has not ended two seconds later is ended.
package final class MCPServer: Sendable {
  private struct State {
    var connection: MCPConnection?
    var opening: Opening?
  }

  /// A session that is about to begin.
  private struct Opening {
    let promise: Promise<MCPConnection>
    /// How many tasks wait for it; the last one that gives up cancels the start.
    var waiting: Int
    /// Owned by the server; nil for the moment until it has begun.
    var task: Task<Void, Never>?
  }

  private let state = Locked(State())
  private let startLimit: Duration
  private let endpoint: @Sendable () throws -> MCPEndpoint

  private struct Weak { weak var server: MCPServer? }

  /// Every server of this program that was used.
  private static let used = Locked<[Weak]>([])

  /// Describes a server; nothing is started.
  ///
  /// - Parameters:
  ///   - startLimit: How long it may take until it is ready.
  ///   - endpoint: Where it is, asked at each start.
  package init(startLimit: Duration, _ endpoint: @escaping @Sendable () throws -> MCPEndpoint) {
    self.startLimit = startLimit
    self.endpoint = endpoint
  }

  /// The tools of the server.
  ///
  /// - Parameter anew: Whether they are asked for in any case.
  /// - Throws: `MCPError`, what the endpoint throws, or a `CancellationError`.
  package func tools(within limit: Duration, anew: Bool = false) async throws -> [MCPToolDescription] {
    try await withConnection { try await $0.tools(within: limit, anew: anew) }
  }

  /// Calls a tool.
  ///
  /// - Throws: `MCPError`, what the endpoint throws, or a `CancellationError`.
  package func call(
    _ name: String, _ arguments: ValueObject, key: String? = nil, within limit: Duration
  ) async throws -> MCPToolResult {
    try await withConnection { try await $0.call(name, arguments, key: key, within: limit) }
  }

  /// Ends the session, and waits for its end; it begins anew with the next use.
  package func close() async {
    let (connection, opening) = state.withLock { state in
      defer { state = State() }
      return (state.connection, state.opening)
    }
    opening?.task?.cancel()
    await opening?.task?.value
    await connection?.close()
  }

  /// Ends the sessions of all servers, and waits for their ends: for a program that is about to end.
  package static func closeAll() async {
    let servers = used.withLock { $0.compactMap(\.server) }
    await withTaskGroup(of: Void.self) { group in
      for server in servers { group.addTask { await server.close() } }
    }
    await ChildProcess.waitForFinishing()
  }

  // MARK: - The session

  private func withConnection<Result>(_ body: (MCPConnection) async throws -> Result) async throws -> Result {
    do {
      return try await body(try await connection())
    } catch let error as MCPError where error.kind == .sessionLost {
      return try await body(try await connection())
    }
  }

  private func connection() async throws -> MCPConnection {
    let (open, promise, begins) = state.withLock { state -> (MCPConnection?, Promise<MCPConnection>, Bool) in
      if let connection = state.connection, !connection.hasEnded { return (connection, Promise(), false) }
      state.connection = nil
      let begins = state.opening == nil
      var opening = state.opening ?? Opening(promise: Promise(), waiting: 0)
      opening.waiting += 1
      state.opening = opening
      return (nil, opening.promise, begins)
    }
    if let open { return open }
    if begins { begin(promise) }
    defer { leave(promise) }
    return try await promise.value()
  }

  private func begin(_ promise: Promise<MCPConnection>) {
    Self.used.withLock { used in
      used.removeAll { $0.server == nil || $0.server === self }
      used.append(Weak(server: self))
    }
    // Owned by the server; cancelled when nobody waits for it or by `close`, and bounded by the limit of a start.
    let task = Task {
      do {
        let connection = try await open()
        let isWanted = state.withLock { state in
          guard state.opening?.promise === promise else { return false }
          (state.connection, state.opening) = (connection, nil)
          return true
        }
        if !isWanted { await connection.close() }
        promise.fulfil(.success(connection))
      } catch {
        state.withLock { if $0.opening?.promise === promise { $0.opening = nil } }
        promise.fulfil(.failure(error))
      }
    }
    state.withLock { if $0.opening?.promise === promise { $0.opening?.task = task } }
  }

  /// Ends a start that nobody waits for any more.
  private func leave(_ promise: Promise<MCPConnection>) {
    let task = state.withLock { state -> Task<Void, Never>? in
      guard state.opening?.promise === promise else { return nil }
      state.opening?.waiting -= 1
      guard state.opening?.waiting == 0 else { return nil }
      defer { state.opening = nil }
      return state.opening?.task
    }
    task?.cancel()
  }

  @concurrent
  private func open() async throws -> MCPConnection {
    let transport: any MCPTransport =
      switch try endpoint() {
      case .program(let request): try MCPProgramTransport(request)
      case .address(let url, let headers): MCPHTTPTransport(url: url, headers: headers)
      }
    return try await MCPConnection(transport, within: startLimit)
  }
}

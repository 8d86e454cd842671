internal import ChildProcesses
internal import GraphRuntime

/// A server that is a child process: one message a line, requests to its standard input, answers from its standard
/// output.
final class MCPProgramTransport: MCPTransport {
  let peer = MCPPeer()

  private let child: ChildProcess
  private let inbox = MCPInbox()

  /// Owned by this object; it ends with the child, whose end is begun by `close` or `deinit`.
  private let reader: Task<Void, Never>

  /// How long a server has to end by itself once its input has ended.
  private static let patience: Duration = .seconds(2)

  /// Starts a server.
  ///
  /// - Throws: `MCPError` when it cannot be started.
  init(_ request: ProcessRequest) throws(MCPError) {
    var request = request
    request.keepsInputOpen = true
    let started: ChildProcess
    do throws(ProcessError) {
      started = try ChildProcess(request)
    } catch {
      throw MCPError("does not run: \(error)")
    }
    child = started
    reader = Task { [inbox, peer] in await Self.read(started, inbox, peer) }
  }

  deinit { child.finish(within: Self.patience) }

  var hasEnded: Bool { child.hasEnded || inbox.hasEnded }

  var said: String { inbox.said }

  func agree(on version: String) {}

  func ask(_ method: String, _ params: Value) async throws -> Value {
    let (id, promise) = try inbox.open()
    do {
      try send(.request(id: .int(id), method: method, params: params))
      return try await promise.value()
    } catch {
      inbox.forget(id)
      if error is CancellationError, method != "initialize" { try? send(.cancelled(id)) }
      throw error
    }
  }

  func notify(_ method: String) async throws { try send(.notification(method: method, params: .null)) }

  func close() async {
    inbox.end(.closed)
    child.finish(within: Self.patience)
    await reader.value
  }

  private func send(_ message: MCPMessage) throws(MCPError) {
    guard Self.send(message, to: child) else {
      throw MCPError("does not read: more than \(MCPLimits.unsent >> 20) MiB wait for it")
    }
  }

  private static func send(_ message: MCPMessage, to child: ChildProcess) -> Bool {
    let bytes = message.bytes + [UInt8(ascii: "\n")]
    guard child.unsentCount + bytes.count <= MCPLimits.unsent else { return false }
    child.send(bytes)
    return true
  }

  // MARK: - Reading

  /// Reads what the server writes, until it has ended.
  @concurrent
  private static func read(_ child: ChildProcess, _ inbox: MCPInbox, _ peer: MCPPeer) async {
    var lines = LineSplitter(limit: MCPLimits.message)
    while true {
      switch await child.next() {
      case .wrote(.output, let bytes):
        guard let found = lines.append(bytes) else {
          inbox.end(.tooLong(MCPLimits.message))
          child.terminate()
          continue
        }
        for line in found where !take(line, child, inbox, peer) {
          inbox.end(MCPError("asks without reading the answers"))
          child.terminate()
        }
      case .wrote(_, let bytes): inbox.keep(bytes)
      case .ended(let end):
        inbox.keep(lines.unfinished)
        let said = inbox.said
        inbox.end(MCPError("ended with \(end.status)" + (said.isEmpty ? "" : ": \(said)")))
        return
      }
    }
  }

  /// Takes a line; whether what the server asks could be answered.
  private static func take(_ line: [UInt8], _ child: ChildProcess, _ inbox: MCPInbox, _ peer: MCPPeer) -> Bool {
    let messages = (try? Value(json: line)).map(MCPMessage.parse) ?? []
    // Many a program prints to its standard output in spite of the protocol.
    if messages.isEmpty, !line.allSatisfy({ $0 == 0x20 }) { inbox.keep(line + [UInt8(ascii: "\n")]) }
    for message in messages {
      if case .answer(let id, let answer) = message {
        inbox.receive(id, answer)
      } else if let reply = peer.receive(message), !send(reply, to: child) {
        return false
      }
    }
    return true
  }
}

/// The requests that wait for an answer over one stream.
final class MCPInbox: Sendable {
  private struct State {
    var waiting: [Int: Promise<Value>] = [:]
    var lastID = 0
    var end: MCPError?
    /// The last bytes that were no messages.
    var said: [UInt8] = []
  }

  private let state = Locked(State())

  init() {}

  /// Whether no answer will come any more.
  var hasEnded: Bool { state.withLock { $0.end != nil } }

  /// What the server wrote that is no message, as far back as it is kept.
  var said: String {
    let bytes = state.withLock { $0.said }
    let text = String(decoding: bytes.drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
    return String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }

  /// A new request.
  func open() throws(MCPError) -> (id: Int, promise: Promise<Value>) {
    let promise = Promise<Value>()
    let opened = state.withLock { state -> Result<Int, MCPError> in
      if let end = state.end { return .failure(end) }
      state.lastID += 1
      state.waiting[state.lastID] = promise
      return .success(state.lastID)
    }
    return (try opened.get(), promise)
  }

  /// Forgets a request that nobody waits for.
  func forget(_ id: Int) { state.withLock { _ = $0.waiting.removeValue(forKey: id) } }

  /// Takes an answer; one to a request that there is not is dropped.
  func receive(_ id: Value, _ answer: MCPMessage.Answer) {
    // Some servers send numbers back as text.
    guard let number = id.int ?? id.string.flatMap({ Int($0) }) else { return }
    let promise = state.withLock { $0.waiting.removeValue(forKey: number) }
    switch answer {
    case .result(let value): promise?.fulfil(.success(value))
    case .error(let code, let message): promise?.fulfil(.failure(MCPError.refused(code, message)))
    }
  }

  /// Ends all requests, and those to come; the first reason stays.
  func end(_ error: MCPError) {
    let waiting = state.withLock { state -> [Promise<Value>] in
      if state.end == nil { state.end = error }
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for promise in waiting { promise.fulfil(.failure(error)) }
  }

  /// Keeps what the server wrote and is no message.
  func keep(_ bytes: [UInt8]) {
    state.withLock { state in
      state.said += bytes.suffix(MCPLimits.said)
      if state.said.count > MCPLimits.said { state.said.removeFirst(state.said.count - MCPLimits.said) }
    }
  }
}

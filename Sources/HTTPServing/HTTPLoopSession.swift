internal import CEventLoop
internal import Glibc

/// The work of a server's thread: it sleeps in `epoll_wait` until a client has sent something, takes something or has
/// left, or until a task asks for something.
struct HTTPLoopSession {
  private let loop: HTTPEventLoop
  private let limits: HTTPLimits
  private var clients: [Int: HTTPClientState] = [:]
  private var clientCount = 0
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  /// Clients that get what was held back, with the time for it, which rises.
  private var flushes: [(time: ContinuousClock.Instant, client: Int)] = []
  private var nextTick = ContinuousClock.now
  private var isListening = false
  private var stopDeadline: ContinuousClock.Instant?

  /// Clients that have sent so much that the others come first.
  private var unread: [Int] = []

  /// The bytes that are kept for all clients.
  private var heldBytes = 0

  /// Tasks whose clients are gone and which have not ended yet.
  private var leftTasks: [Int: Task<Void, Never>] = [:]

  private static let serverEnds = WebSocketClose(1001, "the server ends")
  private static let listenerNumber = -1
  private static let wakeNumber = -2
  private static let tick = Duration.milliseconds(500)

  /// How long the end of a connection is waited for.
  private static let closingTime = Duration.seconds(5)

  /// How often in a row one client is read.
  private static let mostReads = 16

  init(_ loop: HTTPEventLoop) {
    self.loop = loop
    limits = loop.limits
  }

  mutating func run() {
    watch(loop.wakeEnd, Self.wakeNumber, [.readable])
    listen(true)
    var events = [tributary_event](repeating: tributary_event(), count: 256)
    while true {
      let count = unsafe tributary_poll_wait(loop.poll, &events, Int32(events.count), waitTime)
      if count > 0 {
        for event in events[..<Int(count)] { take(Int(event.number), SocketEvents(rawValue: event.what)) }
      }
      for command in loop.takeCommands() { take(command) }
      readOn()
      flushDue()
      if nextTick <= .now { lookAtTimes() }
      if let stopDeadline, hasNothingToDo(stopDeadline) { break }
    }
    for client in clients.values {
      if case .webSocket(let socket, _, _) = client.phase { socket.close(Self.serverEnds) }
      drop(client, "the server has ended")
    }
    loop.end(Array(leftTasks.values))
  }

  /// Milliseconds until something is due; -1 for as long as it takes.
  private var waitTime: Int32 {
    var due: ContinuousClock.Instant?
    guard unread.isEmpty else { return 0 }
    if !clients.isEmpty || stopDeadline != nil || !isListening { due = nextTick }
    if let flush = flushes.first?.time { due = min(due ?? flush, flush) }
    guard let due else { return -1 }
    let (seconds, attoseconds) = ContinuousClock.now.duration(to: due).components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return Int32(min(seconds, 1_000) * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  // MARK: - Stopping

  private func hasNothingToDo(_ deadline: ContinuousClock.Instant) -> Bool {
    leftTasks.isEmpty && clients.values.allSatisfy(\.hasSentAll) || deadline <= .now
  }

  private mutating func beginStop(_ deadline: ContinuousClock.Instant) {
    guard stopDeadline == nil else {
      stopDeadline = min(stopDeadline ?? deadline, deadline)
      return
    }
    // Who has connected before is served.
    acceptAll()
    stopDeadline = deadline
    listen(false)
    close(loop.listener.descriptor)
    for client in clients.values {
      switch client.phase {
      case .reading:
        client.mayHaveBytes = true
        read(client)
        if case .reading = client.phase, client.parser.stage == .idle { drop(client) }
      case .webSocket(let socket, _, _): socket.endServing()
      case .answering, .closing: break
      }
    }
  }

  // MARK: - Watching

  private func watch(_ descriptor: Int32, _ number: Int, _ what: SocketEvents) {
    _ = tributary_poll_add(loop.poll, descriptor, Int64(number), what.rawValue)
  }

  private mutating func listen(_ listens: Bool) {
    guard listens != isListening else { return }
    isListening = listens
    if listens {
      watch(loop.listener.descriptor, Self.listenerNumber, [.readable])
    } else {
      _ = tributary_poll_remove(loop.poll, loop.listener.descriptor)
    }
  }

  private mutating func take(_ number: Int, _ events: SocketEvents) {
    switch number {
    case Self.listenerNumber: acceptAll()
    case Self.wakeNumber: break
    default:
      guard let client = clients[number] else { return }
      if events.contains(.broken) { return leave(client) }
      if events.contains(.writable) { flush(client) }
      if events.contains(.readable) {
        client.mayHaveBytes = true
        read(client)
      }
      if events.contains(.inputEnded) { endOfInput(client) }
    }
  }

  private mutating func acceptAll() {
    do throws(HTTPListener.AcceptFailure) {
      while let socket = try loop.listener.accept() {
        guard clients.count < limits.connections else {
          close(socket)
          continue
        }
        clientCount += 1
        let id = clientCount
        let output = HTTPOutput(socket, highMark: limits.waitingBytes) { [loop] demand in
          switch demand {
          case .none: break
          case .flush: loop.send(.flush(id))
          case .close: loop.send(.close(id))
          }
        }
        clients[id] = HTTPClientState(id, socket, output, limits)
        watch(socket, id, [.readable, .writable, .inputEnded, .edge])
      }
    } catch {
      // No descriptors are left: until some are, nobody is let in.
      listen(false)
    }
    loop.setConnectionCount(clients.count)
  }

  // MARK: - Reading

  private mutating func read(_ client: HTTPClientState) {
    var reads = 0
    while client.mayHaveBytes, clients[client.id] != nil {
      guard reads < Self.mostReads else { return unread.append(client.id) }
      reads += 1
      switch client.phase {
      case .answering: return
      case .reading:
        guard let bytes = client.receive(into: &buffer) else { return leave(client) }
        client.parser.append(bytes)
        readRequests(client)
      case .webSocket(let socket, _, _):
        guard !socket.isPaused else { return }
        guard let bytes = client.receive(into: &buffer) else { return leave(client) }
        guard readMessages(client, socket, bytes) else { return }
      case .closing:
        guard client.receive(into: &buffer) != nil else { return leave(client) }
      }
    }
  }

  /// Goes on with the clients that have sent much.
  private mutating func readOn() {
    guard !unread.isEmpty else { return }
    let turn = unread
    unread = []
    for id in turn { clients[id].map { read($0) } }
  }

  /// Notes how much is kept for a client.
  ///
  /// - Returns: Whether there is room for it.
  private mutating func hold(_ bytes: Int, for client: HTTPClientState) -> Bool {
    heldBytes += bytes - client.heldBytes
    client.heldBytes = bytes
    return heldBytes <= limits.heldBytes || bytes <= 64 << 10
  }

  private mutating func readRequests(_ client: HTTPClientState) {
    do throws(HTTPRequestError) {
      switch try client.parser.next() {
      case .needsMore:
        guard hold(client.parser.heldCount, for: client) else {
          throw HTTPRequestError(503, "clients send more than the server takes at one time")
        }
      case .expectsContinue:
        _ = try? client.output.enqueue(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), mayWait: false)
        return readRequests(client)
      case .request(let request): return answer(request, client)
      }
      let stage = client.parser.stage
      if stage != client.stage { client.since = .now }
      client.stage = stage
    } catch {
      refuse(error, client)
    }
  }

  private mutating func refuse(_ error: HTTPRequestError, _ client: HTTPClientState) {
    let answer = loop.refusal(error)
    let head = HTTPResponseHead.bytes(
      answer.status, answer.headers, .length(answer.body.count), keepsConnection: false)
    _ = try? client.output.enqueue(head + answer.body, mayWait: false)
    closeGently(client)
  }

  private mutating func answer(_ request: HTTPRequest, _ client: HTTPClientState) {
    let id = client.id
    let keepsConnection = request.head.keepsConnection && stopDeadline == nil
    // It was let in while it was read.
    _ = hold(request.body.count, for: client)
    client.output.beginAnswer()
    let responder = HTTPResponder(
      request.head, client.output, limits, keepsConnection: keepsConnection,
      upgrade: { [loop] in loop.send(.webSocket(id, $0)) }, resume: { [loop] in loop.send(.read(id)) })
    let task = Task { [loop] in
      await loop.handler(request, responder)
      loop.send(.finished(id, await responder.end()))
    }
    client.phase = .answering(task)
  }

  private mutating func finished(_ id: Int, _ end: HTTPResponder.End) {
    leftTasks.removeValue(forKey: id)
    guard let client = clients[id] else { return }
    _ = hold(0, for: client)
    switch (end, client.phase) {
    case (.keep, _) where !client.hasLeft && stopDeadline == nil:
      client.phase = .reading
      client.since = .now
      client.stage = .idle
      // What was sent behind the request is in the parser or waits in the socket.
      readRequests(client)
      read(client)
    case (.upgraded, .webSocket(let socket, _, _)):
      socket.close()
      closeGently(client)
    default: closeGently(client)
    }
  }

  // MARK: - WebSockets

  private mutating func upgrade(_ client: HTTPClientState, _ socket: WebSocket) {
    guard case .answering(let task) = client.phase else {
      return socket.end(WebSocketClose(1006), answering: nil)
    }
    if client.hasLeft { return socket.end(WebSocketClose(1006), answering: nil) }
    client.since = .now
    client.phase = .webSocket(socket, WebSocketParser(messageLimit: limits.messageBytes), task)
    let rest = client.parser.takeRest()
    if stopDeadline != nil { socket.endServing() }
    if readMessages(client, socket, rest[...]) { read(client) }
  }

  /// Takes messages out of what has arrived.
  ///
  /// - Returns: Whether more may be read.
  private mutating func readMessages(
    _ client: HTTPClientState, _ socket: WebSocket, _ bytes: ArraySlice<UInt8>
  ) -> Bool {
    guard case .webSocket(_, var parser, let task) = client.phase else { return false }
    client.phase = .closing
    client.since = .now
    client.wasPinged = false
    parser.append(bytes)
    var mayRead = true
    do throws(WebSocketClose) {
      reading: while true {
        switch try parser.next() {
        case .needsMore:
          guard hold(parser.heldCount, for: client) else {
            throw WebSocketClose(1013, "clients send more than the server takes at one time")
          }
          break reading
        case .message(let message): mayRead = socket.receive(message) && mayRead
        case .ping(let payload): socket.answer(payload)
        case .pong: break
        case .close(let reason):
          socket.end(reason, answering: reason.code == 1005 ? WebSocketClose(1000) : reason)
          leftTasks[client.id] = task
          closeGently(client)
          return false
        }
      }
    } catch {
      socket.end(error, answering: error)
      leftTasks[client.id] = task
      closeGently(client)
      return false
    }
    client.phase = .webSocket(socket, parser, task)
    return mayRead
  }

  // MARK: - Ends

  /// The client sends no more; while it waits for an answer that means that it has left.
  private mutating func endOfInput(_ client: HTTPClientState) {
    switch client.phase {
    case .answering(let task):
      client.hasLeft = true
      task.cancel()
    case .webSocket: leave(client)
    case .reading:
      // What was sent before the end was read above.
      if clients[client.id] != nil { leave(client) }
    case .closing: leave(client)
    }
  }

  /// The connection is broken or over.
  private mutating func leave(_ client: HTTPClientState) { drop(client) }

  /// Closes the connection once what waits was sent; what comes meanwhile is thrown away, as closing a socket with
  /// unread bytes would take back what was sent.
  private mutating func closeGently(_ client: HTTPClientState) {
    client.phase = .closing
    client.since = .now
    _ = hold(0, for: client)
    if client.output.waitingCount == 0 { finishClosing(client) }
    client.mayHaveBytes = true
    read(client)
  }

  /// Says that nothing more is sent, and waits a moment for the client's end.
  private func finishClosing(_ client: HTTPClientState) { shutdown(client.socket, Int32(SHUT_WR)) }

  private mutating func drop(_ client: HTTPClientState, _ reason: String = "the client has left") {
    guard clients.removeValue(forKey: client.id) != nil else { return }
    if case .webSocket(let socket, _, _) = client.phase { socket.end(WebSocketClose(1006), answering: nil) }
    _ = hold(0, for: client)
    // First, so that a writer is told why.
    client.output.detach(HTTPClientGone(reason))
    if let task = client.task {
      task.cancel()
      leftTasks[client.id] = task
    }
    // Closing takes it out of epoll as well.
    close(client.socket)
    loop.setConnectionCount(clients.count)
    if !isListening, stopDeadline == nil { listen(true) }
  }

  // MARK: - Sending

  private mutating func flush(_ client: HTTPClientState) {
    switch client.output.flush() {
    case .close: drop(client)
    default:
      if case .closing = client.phase, client.output.waitingCount == 0 { finishClosing(client) }
    }
  }

  private mutating func flushDue() {
    guard let first = flushes.first, first.time <= .now else { return }
    let now = ContinuousClock.now
    let count = flushes.firstIndex { $0.time > now } ?? flushes.count
    let due = flushes[..<count]
    flushes.removeFirst(count)
    for (_, id) in due { clients[id].map { flush($0) } }
  }

  private mutating func take(_ command: HTTPEventLoop.Command) {
    switch command {
    case .flush(let id): flushes.append((.now + HTTPOutput.pause, id))
    case .close(let id): clients[id].map { drop($0) }
    case .finished(let id, let end): finished(id, end)
    case .webSocket(let id, let socket):
      if let client = clients[id] { upgrade(client, socket) } else { socket.end(WebSocketClose(1006), answering: nil) }
    case .read(let id):
      guard let client = clients[id] else { return }
      client.mayHaveBytes = true
      read(client)
    case .stop(let deadline): beginStop(deadline)
    }
  }

  // MARK: - Times

  private mutating func lookAtTimes() {
    let now = ContinuousClock.now
    nextTick = now + Self.tick
    if !isListening, stopDeadline == nil { listen(true) }
    for client in clients.values {
      if let stalled = client.output.stalledSince, stalled.duration(to: now) > limits.stallTime {
        drop(client, "the client took nothing for \(limits.stallTime)")
        continue
      }
      let age = client.since.duration(to: now)
      switch client.phase {
      case .answering: break
      case .reading: lookAtReader(client, age)
      case .closing: if age > Self.closingTime, client.output.waitingCount == 0 { drop(client) }
      case .webSocket(let socket, _, _):
        if socket.hasSentClose {
          let since = client.closeTime ?? now
          client.closeTime = since
          if since.duration(to: now) > Self.closingTime { drop(client) }
        } else if socket.isPaused {
          // Nothing is read from it until its messages are taken, also no answer to a ping.
          client.since = now
          client.wasPinged = false
        } else if age > limits.idleTime, client.wasPinged {
          drop(client, "the client does not answer")
        } else if age > limits.idleTime / 2, !client.wasPinged {
          client.wasPinged = true
          socket.ping()
        }
      }
    }
  }

  private mutating func lookAtReader(_ client: HTTPClientState, _ age: Duration) {
    switch client.stage {
    case .idle: if age > limits.idleTime { drop(client) }
    case .head where age > limits.headTime: refuse(HTTPRequestError(408, "the request's head took too long"), client)
    case .body where age > limits.bodyTime: refuse(HTTPRequestError(408, "the request's body took too long"), client)
    default: break
    }
  }
}

/// What has happened to a socket, or is waited for.
private struct SocketEvents: OptionSet {
  let rawValue: UInt32

  static let readable = Self(rawValue: UInt32(TRIBUTARY_READABLE))
  static let writable = Self(rawValue: UInt32(TRIBUTARY_WRITABLE))
  /// The other side sends no more.
  static let inputEnded = Self(rawValue: UInt32(TRIBUTARY_INPUT_ENDED))
  /// The connection is broken.
  static let broken = Self(rawValue: UInt32(TRIBUTARY_BROKEN))
  /// Told once for each change.
  static let edge = Self(rawValue: UInt32(TRIBUTARY_EDGE))
}

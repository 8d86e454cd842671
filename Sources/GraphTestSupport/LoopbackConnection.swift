internal import Glibc
internal import GraphRuntime

/// One connection on its thread: reads requests and acts out the answers.
struct LoopbackConnection {
  private let server: LoopbackServer
  private let socket: Int32
  private let number: Int

  /// How long a client has to leave a full buffer alone to count as one that does not read.
  private static let stallMilliseconds: Int32 = 200

  init(_ server: LoopbackServer, _ socket: Int32, _ number: Int) {
    self.server = server
    self.socket = socket
    self.number = number
    var one: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Serves requests until the connection ends.
  func run() {
    var buffer: [UInt8] = []
    while let request = readRequest(&buffer) {
      let (exchange, answer) = server.receive(request)
      var writer = Writer(connection: self, exchange: exchange, answer: answer)
      let end = writer.perform(LoopbackWire(request: request, answer: answer))
      exchange.finish(end == .clientClosed && server.isStopped ? .stopped : end)
      guard end == .answered, writer.keepsConnection else { return }
    }
  }

  // MARK: - Reading

  private func readRequest(_ buffer: inout [UInt8]) -> LoopbackRequest? {
    let separator = Array("\r\n\r\n".utf8)
    while true {
      if let headEnd = firstIndex(of: separator, in: buffer) {
        let lines = String(decoding: buffer[..<headEnd], as: UTF8.self).split(separator: "\r\n").map(String.init)
        let words = lines.first?.split(separator: " ").map(String.init) ?? []
        guard words.count == 3 else { return nil }
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
          guard let colon = line.firstIndex(of: ":") else { return nil }
          let value = line[line.index(after: colon)...].drop { $0 == " " }
          return (name: String(line[..<colon]), value: String(value))
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        let end = headEnd + separator.count + length
        while buffer.count < end { guard readMore(&buffer) else { return nil } }
        let body = Array(buffer[(headEnd + separator.count)..<end])
        buffer.removeSubrange(..<end)
        return LoopbackRequest(
          method: words[0], path: words[1], headers: headers, body: body, connection: number)
      }
      guard readMore(&buffer) else { return nil }
    }
  }

  private func firstIndex(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= pattern.count else { return nil }
    return (0...(bytes.count - pattern.count)).first { bytes[$0..<($0 + pattern.count)].elementsEqual(pattern) }
  }

  private func readMore(_ buffer: inout [UInt8]) -> Bool {
    var block = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = recv(socket, &block, block.count, 0)
      if count > 0 {
        buffer.append(contentsOf: block[..<count])
        return true
      }
      guard count < 0, errno == EAGAIN || errno == EINTR else { return false }
      var poller = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      poll(&poller, 1, -1)
    }
  }

  // MARK: - Writing

  /// Waits until the client closes the connection or a wake-up comes; true for the wake-up.
  fileprivate func waitForClose(or wakeup: Wakeup?) -> Bool {
    let hangUp = Int16(bitPattern: pollRemoteHangUp | UInt16(POLLHUP) | UInt16(POLLERR))
    while true {
      var pollers = [pollfd(fd: socket, events: hangUp, revents: 0)]
      if let wakeup { pollers.append(pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0)) }
      let count = poll(&pollers, nfds_t(pollers.count), -1)
      if count < 0 && errno != EINTR { return false }
      if pollers[0].revents & hangUp != 0 { return false }
      if pollers.count > 1 && pollers[1].revents != 0 { return true }
    }
  }

  /// Sends bytes; false when the client is gone.
  fileprivate func send(_ bytes: ArraySlice<UInt8>, _ exchange: LoopbackExchange) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count >= 0 {
        exchange.count(count)
        rest = rest.dropFirst(count)
        continue
      }
      guard errno == EAGAIN || errno == EINTR else { return false }
      var poller = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
      if poll(&poller, 1, Self.stallMilliseconds) == 0 {
        exchange.stall()
        poll(&poller, 1, -1)
      }
    }
    return true
  }
}

/// `POLLRDHUP`, which the C library shows to GNU programs only: the client has closed its side.
private let pollRemoteHangUp: UInt16 = 0x2000

/// Acts out one answer.
private struct Writer {
  private let connection: LoopbackConnection
  private let exchange: LoopbackExchange
  private let answer: LoopbackAnswer
  private var random: UInt64 = 1
  private var bodyBytes = 0
  private(set) var keepsConnection = true

  init(connection: LoopbackConnection, exchange: LoopbackExchange, answer: LoopbackAnswer) {
    self.connection = connection
    self.exchange = exchange
    self.answer = answer
    if case .random(let seed) = answer.cutting { random = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }
  }

  mutating func perform(_ wire: LoopbackWire) -> LoopbackExchange.End {
    if let garbage = answer.garbage {
      guard connection.send(Array(garbage.utf8)[...], exchange) else { return .clientClosed }
      for step in answer.steps { if let end = perform(step, wire) { return end } }
      return .cut
    }
    if case .untilClose = answer.cutting { keepsConnection = false }
    guard connection.send(head(isStream: wire.isStream)[...], exchange) else { return .clientClosed }
    for part in wire.parts {
      let end: LoopbackExchange.End? =
        switch part {
        case .bytes(let bytes): sendBody(bytes)
        case .step(let step): perform(step, wire)
        }
      if let end { return end }
    }
    if keepsConnection && !connection.send(Array("0\r\n\r\n".utf8)[...], exchange) { return .clientClosed }
    return .answered
  }

  private func head(isStream: Bool) -> [UInt8] {
    var fields: [(name: String, value: String)] = [
      ("Content-Type", isStream ? "text/event-stream; charset=utf-8" : "application/json"),
      ("x-request-id", "req_\(exchange.request.connection)"),
    ]
    fields.append(keepsConnection ? ("Transfer-Encoding", "chunked") : ("Connection", "close"))
    fields.removeAll { field in answer.headers.contains { $0.name.lowercased() == field.name.lowercased() } }
    let lines = ["HTTP/1.1 \(answer.status) Status"] + (fields + answer.headers).map { "\($0.name): \($0.value)" }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }

  /// Does what is no body; nil when the answer goes on.
  private mutating func perform(_ step: LoopbackAnswer.Step, _ wire: LoopbackWire) -> LoopbackExchange.End? {
    switch step {
    case .text, .raw, .call: return nil
    case .cut: return .cut
    case .silence: return connection.waitForClose(or: nil) ? nil : .clientClosed
    case .gate(let gate):
      let wakeup = Wakeup()
      gate.arrive()
      gate.whenOpen { wakeup.wake() }
      return connection.waitForClose(or: wakeup) ? nil : .clientClosed
    case .endless(let text):
      let bytes = wire.delta(text)
      while true { if let end = sendBody(bytes) { return end } }
    }
  }

  /// Sends bytes of the body in the chunks that the answer asks for; nil when it goes on.
  private mutating func sendBody(_ bytes: [UInt8]) -> LoopbackExchange.End? {
    var rest = bytes[...]
    while !rest.isEmpty {
      var piece = rest.prefix(nextChunkSize(rest.count))
      rest = rest.dropFirst(piece.count)
      var isCut = false
      if let limit = answer.cutAfter, bodyBytes + piece.count >= limit {
        piece = piece.prefix(max(0, limit - bodyBytes))
        isCut = true
      }
      bodyBytes += piece.count
      if !piece.isEmpty {
        let chunk =
          keepsConnection ? Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [13, 10] : Array(piece)
        guard connection.send(chunk[...], exchange) else { return .clientClosed }
      }
      if isCut { return .cut }
    }
    return nil
  }

  private mutating func nextChunkSize(_ available: Int) -> Int {
    switch answer.cutting {
    case .events, .untilClose: return available
    case .bytes: return 1
    case .random:
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return min(available, 1 + Int(random >> 59))
    }
  }
}

/// Something that a thread can poll for; it lives as long as somebody may still wake it.
private final class Wakeup: Sendable {
  /// The end to poll.
  let descriptor: Int32
  private let other: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    let status = pipe(&ends)
    precondition(status == 0, "pipe failed with \(errno)")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (descriptor, other) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(other)
  }

  func wake() {
    var byte: UInt8 = 1
    _ = write(other, &byte, 1)
  }
}

import GraphRuntime
import GraphTestSupport
import HTTPServing
import Testing

@Suite(.timeLimit(.minutes(10)))
struct WebSocketTests {
  private static let echo: HTTPServer.Handler = { _, responder in
    do {
      let socket = try await responder.webSocket(protocols: ["tributary"])
      while let message = try await socket.next() {
        if message == .text("bye") { return }
        try await socket.send(message)
      }
    } catch {}
  }

  private static let handshake =
    "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    + "Sec-WebSocket-Protocol: other, tributary\r\n\r\n"

  private func talk(_ bytes: [UInt8], limits: HTTPLimits = HTTPLimits()) async throws -> (head: String, rest: [UInt8]) {
    try await withServer(limits: limits, Self.echo) { server in
      let port = server.port
      return await onThread {
        let client = RawClient(port)
        // The first message comes along with the handshake.
        client.send(Array(Self.handshake.utf8) + bytes)
        var all: [UInt8] = []
        while true {
          let more = client.receive()
          if more.isEmpty { break }
          all += more
        }
        let text = String(decoding: all, as: UTF8.self)
        let head = text.components(separatedBy: "\r\n\r\n")[0]
        return (head, Array(all.dropFirst(head.utf8.count + 4)))
      }
    }
  }

  private static func frame(_ opcode: UInt8, _ text: String) -> [UInt8] {
    WebSocketParserTests.frame(opcode, Array(text.utf8))
  }

  private static func closing(_ code: Int) -> [UInt8] {
    WebSocketParserTests.frame(8, [UInt8(code >> 8), UInt8(code & 255)])
  }

  @Test func `Messages go both ways and the end is answered`() async throws {
    let (head, rest) = try await talk(Self.frame(1, "hé") + Self.frame(9, "p") + Self.closing(1000))
    #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
    #expect(head.contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
    #expect(head.contains("sec-websocket-protocol: tributary"))
    let echo: [UInt8] = [0x81, 3] + Array("hé".utf8)
    let pong: [UInt8] = [0x8A, 1] + Array("p".utf8)
    let close: [UInt8] = [0x88, 2, 3, 0xE8]
    #expect(rest == echo + pong + close || rest == pong + echo + close || rest == pong + close)
  }

  @Test func `A handler that ends closes the connection`() async throws {
    let (_, rest) = try await talk(Self.frame(1, "bye"))
    #expect(rest == [0x88, 2, 3, 0xE8])
  }

  @Test func `Broken rules are answered with their number`() async throws {
    let (_, rest) = try await talk(WebSocketParserTests.frame(1, [0xFF]))
    #expect(rest.prefix(4) == [0x88, UInt8(rest.count - 2), 3, 0xEF])
  }

  @Test(arguments: [
    (handshake.replacing("Version: 13", with: "Version: 8"), 426), (handshake.replacing("GET", with: "POST"), 400),
    (handshake.replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "short"), 400),
    (handshake.replacing("keep-alive, Upgrade", with: "keep-alive"), 400),
  ])
  func `Handshakes that are none are refused`(text: String, status: Int) async throws {
    try await withServer(Self.echo) { server in
      let port = server.port
      let answer = await onThread {
        let client = RawClient(port)
        client.send(text)
        return client.receive(until: "\n")
      }
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
    }
  }

  @Test func `A client that is silent is asked whether it is there, and dropped`() async throws {
    var limits = HTTPLimits()
    limits.idleTime = .milliseconds(1_200)
    let (_, rest) = try await talk([], limits: limits)
    #expect(rest == [0x89, 0])
  }

  @Test func `The handler of a client that has left is told`() async throws {
    let end = Locked<WebSocketClose?>(nil)
    let ended = Gate()
    try await withServer { _, responder in
      guard let socket = try? await responder.webSocket() else { return }
      while let _ = try? await socket.next() {}
      end.withLock { $0 = socket.closeReason }
      ended.open()
    } _: { server in
      let port = server.port
      await onThread {
        let client = RawClient(port)
        client.send(Self.handshake)
        _ = client.receive(until: "\r\n\r\n")
        client.reset()
      }
      await ended.waitUncancelled()
      #expect(end.withLock { $0 }?.code == 1006)
    }
  }

  @Test func `Messages that nobody takes stop the client`() async throws {
    var limits = HTTPLimits()
    limits.messageBytes = 100_000
    let goes = Gate()
    let count = Locked(0)
    let ended = Gate()
    let talk = Locked<WebSocket?>(nil)
    try await withServer(limits: limits) { _, responder in
      guard let socket = try? await responder.webSocket() else { return }
      talk.withLock { $0 = socket }
      await goes.waitUncancelled()
      while let message = try? await socket.next() {
        count.withLock { $0 += message.count }
        if count.withLock({ $0 }) == 200 * 50_000 { break }
      }
      ended.open()
    } _: { server in
      let port = server.port
      async let written: Void = onThread {
        let client = RawClient(port)
        client.send(Self.handshake)
        _ = client.receive(until: "\r\n\r\n")
        let message = WebSocketParserTests.frame(2, [UInt8](repeating: 1, count: 50_000))
        for _ in 0..<200 { client.send(message) }
        _ = client.receiveAll()
      }
      func waiting() -> Int { talk.withLock { $0 }?.waitingBytes ?? 0 }
      while waiting() <= 64 << 10 { await Task.yield() }
      // What was read together with the message that was too much is taken, and nothing behind it.
      for _ in 0..<1_000 { await Task.yield() }
      #expect(waiting() < 3 * 64 << 10)
      goes.open()
      await ended.waitUncancelled()
      await written
      #expect(count.withLock { $0 } == 200 * 50_000)
    }
  }
}

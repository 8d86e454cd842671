import GraphRuntime
import GraphTestSupport
import HTTPServing
import Testing

@Suite(.timeLimit(.minutes(10)))
struct HTTPServerTests {
  /// Answers `/echo` with its body, `/stream` with pieces, everything else with its path.
  private static let handler: HTTPServer.Handler = { request, responder in
    do {
      switch request.path {
      case "/echo": try await responder.respond(HTTPResponse(200, body: request.body))
      case "/stream":
        let writer = try await responder.stream(200, headers: ["Content-Type": "text/plain"])
        for piece in ["one ", "two ", "three"] { try await writer.write(piece) }
        try await writer.finish()
      case "/cut": try await responder.stream(200, headers: [:]).write("half")
      case "/silent": break
      default: try await responder.respond(HTTPResponse(200, type: "text/plain", request.path))
      }
    } catch {}
  }

  private func exchange(_ text: String, limits: HTTPLimits = HTTPLimits()) async throws -> String {
    try await withServer(limits: limits, Self.handler) { server in
      let port = server.port
      return await onThread {
        let client = RawClient(port)
        client.send(text)
        return client.receiveAll()
      }
    }
  }

  @Test func `Requests over one connection are answered in their order`() async throws {
    let answer = try await exchange(
      "GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
        + "GET /stream HTTP/1.1\r\nHost: x\r\n\r\nHEAD /b HTTP/1.1\r\nHost: x\r\n\r\n"
        + "GET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    let parts = answer.components(separatedBy: "HTTP/1.1 200 OK\r\n").dropFirst()
    #expect(parts.count == 5)
    let bodies = parts.map { part in part.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
    }
    #expect(bodies == ["/a", "hi", "4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\n\r\n", "", "/c"])
    #expect(parts.last?.contains("connection: close\r\n") == true)
    #expect(parts.allSatisfy { $0.contains("date: ") })
  }

  @Test func `A burst is sent in few packets, and what is alone at once`() async throws {
    let gate = Gate()
    let handler: HTTPServer.Handler = { _, responder in
      do {
        let writer = try await responder.stream(200, headers: [:])
        try await writer.write("alone")
        try await gate.wait()
        for _ in 0..<400 { try await writer.write("piece") }
        try await writer.finish()
      } catch {}
    }
    try await withServer(handler) { server in
      let port = server.port
      let (packets, pieces) = await onThread {
        let client = RawClient(port)
        client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        // Nothing is sent behind it that could bring it along.
        _ = client.receive(until: "alone")
        gate.open()
        let rest = client.receiveAll()
        return (client.packetCount ?? 0, rest.components(separatedBy: "piece").count - 1)
      }
      #expect(pieces == 400)
      #expect((1..<100).contains(packets))
    }
  }

  @Test func `Clients of version 1.0 get a stream that ends with the connection`() async throws {
    let answer = try await exchange("GET /stream HTTP/1.0\r\n\r\n")
    #expect(answer.hasSuffix("\r\n\r\none two three"))
    #expect(!answer.contains("chunked"))
  }

  @Test func `A handler that gives no answer is an error of the server, and one that breaks off is noticed`()
    async throws
  {
    let silent = try await exchange("GET /silent HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(silent.hasPrefix("HTTP/1.1 500 "))
    let cut = try await exchange("GET /cut HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(cut.hasSuffix("4\r\nhalf\r\n"), "there is no last chunk")
  }

  @Test(arguments: RequestParserTests.refused.map { ($0.1, $0.2) })
  func `What may be read in two ways is answered and ends the connection`(rest: String, status: Int) async throws {
    let answer = try await exchange("POST /echo HTTP/1.1\r\nHost: x\r\n" + rest)
    #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
    #expect(answer.contains("connection: close\r\n"))
    #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "nothing behind it is read")
  }

  @Test func `Slow requests are ended`() async throws {
    // One at a time, as a busy machine is slow as well.
    var head = HTTPLimits()
    head.headTime = .milliseconds(100)
    #expect(try await exchange("GET / HT", limits: head).hasPrefix("HTTP/1.1 408 "))
    var body = HTTPLimits()
    body.bodyTime = .milliseconds(100)
    let half = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"
    #expect(try await exchange(half, limits: body).hasPrefix("HTTP/1.1 408 "))
    var idle = HTTPLimits()
    idle.idleTime = .milliseconds(100)
    #expect(try await exchange("", limits: idle) == "")
  }

  @Test func `Clients that send more than the server takes at one time are refused`() async throws {
    var limits = HTTPLimits()
    limits.heldBytes = 100_000
    let half = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" + String(repeating: "x", count: 80_000)
    try await withServer(limits: limits, Self.handler) { server in
      let clients = [RawClient(server.port), RawClient(server.port)]
      // Nobody says which of them is read first.
      let answer = await withTaskGroup(of: String.self) { group in
        for client in clients {
          group.addTask {
            await onThread {
              client.send(half)
              return client.receive(until: "\n")
            }
          }
        }
        let first = await group.next()
        for client in clients { client.reset() }
        return first ?? ""
      }
      #expect(answer.hasPrefix("HTTP/1.1 503 "))
    }
  }

  @Test func `More connections than are allowed are closed`() async throws {
    var limits = HTTPLimits()
    limits.connections = 2
    try await withServer(limits: limits, Self.handler) { server in
      let port = server.port
      let answers = await onThread {
        let clients = (0..<3).map { _ in RawClient(port) }
        return clients.map { client in
          client.send("GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
          return client
        }.map { $0.receiveAll().hasSuffix("/x") }
      }
      #expect(answers == [true, true, false])
    }
  }

  @Test func `A server that was sent rubbish goes on serving`() async throws {
    try await withServer(Self.handler) { server in
      let port = server.port
      let answer = await onThread {
        var random = SeededGenerator(11)
        let proper = Array(
          "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8)
        for _ in 0..<200 {
          var bytes = proper
          for _ in 0..<Int.random(in: 1...6, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
          }
          let client = RawClient(port)
          client.send(bytes)
          if Bool.random(using: &random) { client.reset() }
        }
        let client = RawClient(port)
        client.send("GET /still HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return client.receiveAll()
      }
      #expect(answer.hasSuffix("/still"))
    }
  }

  // MARK: - Clients that leave

  @Test(arguments: [true, false])
  func `The task of a client that has left is cancelled`(isReset: Bool) async throws {
    let begun = Gate()
    let cancelled = Gate()
    try await withServer { _, responder in
      begun.open()
      try? await Task.sleep(for: .seconds(600))
      if Task.isCancelled { cancelled.open() }
      try? await responder.respond(HTTPResponse(200))
    } _: { server in
      let client = RawClient(server.port)
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      await begun.waitUncancelled()
      if isReset { client.reset() } else { client.endInput() }
      await cancelled.waitUncancelled()
    }
  }

  @Test func `A client that does not read stops its writer, and nobody else`() async throws {
    let written = Locked(0)
    try await withServer { request, responder in
      do {
        guard request.path == "/endless" else { return try await responder.respond(HTTPResponse(204)) }
        let writer = try await responder.stream(200, headers: [:])
        let piece = [UInt8](repeating: 120, count: 1_000)
        while true {
          try await writer.write(piece)
          written.withLock { $0 += piece.count }
        }
      } catch {}
    } _: { server in
      let port = server.port
      let slow = RawClient(port)
      slow.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
      // What the system's own buffers take is not settled, so that standing still is what is looked for.
      var before = -1
      var now = 0
      while now == 0 || now != before {
        before = now
        try await Task.sleep(for: .milliseconds(300))
        now = written.withLock { $0 }
      }
      let other = await onThread {
        let client = RawClient(port)
        client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return client.receiveAll()
      }
      #expect(other.hasPrefix("HTTP/1.1 204 "))
      await onThread { for _ in 0..<200 { _ = slow.receive(1 << 20) } }
      #expect(written.withLock { $0 } > now)
    }
  }

  @Test func `A client that takes nothing for too long is cut off`() async throws {
    var limits = HTTPLimits()
    limits.stallTime = .milliseconds(200)
    let gone = Locked<String?>(nil)
    let ended = Gate()
    try await withServer(limits: limits) { _, responder in
      do {
        let writer = try await responder.stream(200, headers: [:])
        while true { try await writer.write([UInt8](repeating: 120, count: 100_000)) }
      } catch {
        gone.withLock { $0 = "\(error)" }
        ended.open()
      }
    } _: { server in
      let client = RawClient(server.port)
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      await ended.waitUncancelled()
      #expect(gone.withLock { $0 }?.contains("the client took nothing for") == true)
      withExtendedLifetime(client) {}
    }
  }

  // MARK: - The end

  @Test func `A server that is stopped lets requests come to their end and takes no more`() async throws {
    let begun = Gate()
    let goes = Gate()
    let server = try HTTPServer(port: 0) { _, responder in
      begun.open()
      await goes.waitUncancelled()
      try? await responder.respond(HTTPResponse(200, type: "text/plain", "late"))
    }
    let port = server.port
    let client = RawClient(port)
    let idle = RawClient(port)
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await begun.waitUncancelled()
    async let stopped: Void = server.stop(grace: .seconds(60))
    #expect(await onThread { idle.receiveAll() } == "")
    goes.open()
    #expect(await onThread { client.receiveAll() }.hasSuffix("late"))
    await stopped
    #expect(server.connectionCount == 0)
  }

  @Test func `What has not ended when the grace is over is cancelled`() async throws {
    let begun = Gate()
    let wasCancelled = Locked(false)
    let server = try HTTPServer(port: 0) { _, _ in
      begun.open()
      try? await Task.sleep(for: .seconds(600))
      wasCancelled.withLock { $0 = Task.isCancelled }
    }
    let client = RawClient(server.port)
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await begun.waitUncancelled()
    await server.stop(grace: .milliseconds(50))
    #expect(wasCancelled.withLock { $0 })
    withExtendedLifetime(client) {}
  }

  @Test func `A port that is taken and a host that is none are said`() async throws {
    try await withServer(Self.handler) { server in
      let taken = #expect(throws: HTTPListenError.self) { try HTTPServer(port: server.port, handler: Self.handler) }
      #expect(taken?.description == "port \(server.port) of '127.0.0.1' is in use")
    }
    let none = #expect(throws: HTTPListenError.self) {
      try HTTPServer(host: "no.such.host.invalid", port: 0, handler: Self.handler)
    }
    #expect(none?.description == "there is no host 'no.such.host.invalid' on this machine")
  }
}

extension String {
  /// The parts between separators.
  func components(separatedBy separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}

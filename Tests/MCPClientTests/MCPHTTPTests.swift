import GraphHTTP
import GraphRuntime
import GraphTestSupport
import MCPClient
import Testing

/// Sessions with servers over HTTP, on loopback.
@Suite(.timeLimit(.minutes(10)))
struct MCPHTTPTests {
  /// A server on loopback and a client of it.
  private struct Pair {
    let service: LoopbackProvider
    let server: MCPServer

    /// - Parameter answer: What is answered; nil for the usual answer.
    init(headers: HTTPHeaders = [:], _ answer: @escaping @Sendable (LoopbackRequest) -> LoopbackAnswer? = { _ in nil })
      throws
    {
      let service = try LoopbackProvider.service { answer($0) ?? Pair.usual($0) }
      self.service = service
      server = MCPServer(startLimit: .seconds(60)) { .address(url: "\(service.origin)/mcp", headers: headers) }
    }

    static let json = (name: "Content-Type", value: "application/json")
    static let events = (name: "Content-Type", value: "text/event-stream")

    static func result(_ request: LoopbackRequest) -> Value {
      switch request.json["method"]?.string {
      case "initialize":
        ["protocolVersion": "2025-06-18", "capabilities": ["tools": [:]], "serverInfo": ["name": "x", "version": "1"]]
      case "tools/list": ["tools": [["name": "echo", "inputSchema": ["type": "object"]]]]
      default: ["content": [["type": "text", "text": request.json["params"]?["arguments"]?["text"] ?? ""]]]
      }
    }

    static func message(_ request: LoopbackRequest) -> String {
      let message: Value = ["jsonrpc": "2.0", "id": request.json["id"] ?? .null, "result": result(request)]
      return message.json()
    }

    static func usual(_ request: LoopbackRequest) -> LoopbackAnswer {
      guard request.method == "POST" else { return .status(request.method == "DELETE" ? 200 : 405) }
      guard request.json["id"] != nil, request.json["method"] != nil else { return .status(202) }
      let isFirst = request.json["method"] == "initialize"
      return .status(
        200, headers: [json] + (isFirst ? [(name: "Mcp-Session-Id", value: "session-1")] : []), body: message(request))
    }

    func text(_ text: String = "hi", within limit: Duration = .seconds(60)) async throws -> String? {
      try await server.call("echo", ["text": .string(text)], within: limit).content.first?["text"]?.string
    }

    var methods: [String] {
      service.requests.map { $0.json["method"]?.string ?? ($0.json == .null ? $0.method : "answer") }
    }
  }

  private static func isCall(_ request: LoopbackRequest) -> Bool { request.json["method"] == "tools/call" }

  @Test func `A session has its handshake, its id and its end`() async throws {
    let pair = try Pair(headers: ["Authorization": "Bearer secret"])
    #expect(try await pair.server.tools(within: .seconds(60)).map(\.name) == ["echo"])
    #expect(try await pair.text("ä") == "ä")
    await pair.server.close()
    #expect(pair.methods == ["initialize", "notifications/initialized", "tools/list", "tools/call", "DELETE"])
    let requests = pair.service.requests
    #expect(requests.allSatisfy { $0[header: "Authorization"] == "Bearer secret" })
    #expect(requests[0][header: "Mcp-Session-Id"] == nil && requests[0][header: "MCP-Protocol-Version"] == nil)
    #expect(requests.dropFirst().allSatisfy { $0[header: "Mcp-Session-Id"] == "session-1" })
    #expect(requests.dropFirst().allSatisfy { $0[header: "MCP-Protocol-Version"] == "2025-06-18" })
    #expect(requests[0][header: "Accept"] == "application/json, text/event-stream")
  }

  @Test(arguments: [LoopbackAnswer.Cutting.events, .bytes, .random(seed: 5), .untilClose])
  func `An answer may be a stream with other messages before it`(cutting: LoopbackAnswer.Cutting) async throws {
    let pair = try Pair { request in
      guard Self.isCall(request) else { return nil }
      let others = [
        #"{"jsonrpc":"2.0","method":"notifications/progress","params":{}}"#,
        #"{"jsonrpc":"2.0","id":7,"method":"ping"}"#, #"{"jsonrpc":"2.0","id":99,"result":{}}"#, "no message",
      ]
      let body = (others + [Pair.message(request)]).map { "data: \($0)\n\n" }.joined()
      return LoopbackAnswer.status(200, headers: [Pair.events], body: body).with(\.cutting, cutting)
    }
    #expect(try await pair.text("x") == "x")
    #expect(pair.service.requests.contains { $0.json["id"] == 7 && $0.json["result"] == .object([:]) })
  }

  @Test func `A stream that breaks is taken up where it ended`() async throws {
    let asked = Locked<LoopbackRequest?>(nil)
    let pair = try Pair { request in
      if Self.isCall(request) {
        asked.withLock { $0 = request }
        return .status(200, headers: [Pair.events], body: "id: 5\nretry: 1\ndata: \n\n")
      }
      guard request.method == "GET", let first = asked.withLock({ $0 }) else { return nil }
      return .status(200, headers: [Pair.events], body: "data: \(Pair.message(first))\n\n")
    }
    #expect(try await pair.text("again") == "again")
    #expect(pair.service.requests.last?[header: "Last-Event-ID"] == "5")
  }

  @Test func `A stream that ends without an answer is an error`() async throws {
    let pair = try Pair { Self.isCall($0) ? .status(200, headers: [Pair.events], body: "data: {}\n\n") : nil }
    #expect(await TestServer.error { _ = try await pair.text() } == "ended the answer before it was complete")
  }

  @Test func `A session that the server has forgotten begins anew, once`() async throws {
    let forgets = Locked(true)
    let pair = try Pair { request in
      guard Self.isCall(request) else { return nil }
      return forgets.withLock { forgets in
        defer { forgets = false }
        return forgets ? .status(404) : nil
      }
    }
    #expect(try await pair.text("still") == "still")
    #expect(pair.methods.filter { $0 == "initialize" }.count == 2)
    let always = try Pair { Self.isCall($0) ? .status(404) : nil }
    #expect(await TestServer.error { _ = try await always.text() } == "has forgotten the session")
  }

  @Test(arguments: [
    (LoopbackAnswer.status(401, body: "who are you?"), "answered 401; it wants a key under 'headers': who are you?"),
    (.status(500, body: "oh\n no"), "answered 500: oh no"),
    (
      .status(200, headers: [Pair.json], body: "<html>"),
      "gave an answer that is no message of the protocol; is the address right?"
    ),
    (.status(200, headers: [Pair.json], body: "{}"), "gave no answer to what it was asked"),
    (
      .status(
        200, headers: [Pair.json], body: #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"what?"}}"#),
      "answered with the error -32600: what?"
    ),
  ])
  func `Refusals say why`(answer: LoopbackAnswer, error: String) async throws {
    let pair = try Pair { Self.isCall($0) ? answer : nil }
    #expect(await TestServer.error { _ = try await pair.text() } == error)
  }

  @Test func `Nobody listening is an error`() async throws {
    let pair = try Pair()
    pair.service.stop()
    let error = await TestServer.error { _ = try await pair.text() }
    #expect(error.hasPrefix("cannot be asked: "), "\(error)")
  }

  @Test func `A call that takes too long is taken back`() async throws {
    let pair = try Pair { Self.isCall($0) ? .silence : nil }
    #expect(
      await TestServer.error { _ = try await pair.text(within: .milliseconds(50)) } == "took longer than 50 ms")
    await pair.server.close()
    let notice = pair.service.requests.first { $0.json["method"] == "notifications/cancelled" }
    let call = pair.service.requests.first(where: Self.isCall)
    #expect(notice?.json["params"]?["requestId"] == call?.json["id"] && notice != nil)
    #expect(pair.methods.last == "DELETE")
  }

  @Test func `Calls are made side by side`() async throws {
    let gate = Gate()
    let pair = try Pair { request in
      guard Self.isCall(request) else { return nil }
      return LoopbackAnswer([.gate(gate), .raw("data: \(Pair.message(request))\n\n")]).with(\.headers, [Pair.events])
    }
    let texts = try await withThrowingTaskGroup(of: String?.self) { group in
      for number in 0..<4 { group.addTask { try await pair.text("\(number)") } }
      await gate.waitForArrivals(4)
      gate.open()
      return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
    }
    #expect(texts == ["0", "1", "2", "3"])
  }
}

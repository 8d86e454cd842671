import GraphHTTP
import GraphTestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct HTTPClientTests {
  private let client = HTTPClient()

  private func post(
    _ provider: LoopbackProvider, body: String = "{}", timeouts: HTTPTimeouts = HTTPTimeouts(),
    headers: HTTPHeaders = [:]
  ) -> HTTPExchange {
    client.send(
      HTTPRequest(
        method: "POST", url: provider.baseURL + "/chat/completions", headers: headers, body: Array(body.utf8),
        timeouts: timeouts))
  }

  private static func text(of exchange: HTTPExchange) async throws -> String {
    var bytes: [UInt8] = []
    while let part = try await exchange.next() { bytes.append(contentsOf: part) }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `an answer has a status, header fields and a body`() async throws {
    let provider = try LoopbackProvider { _ in
      .status(418, headers: [("X-Kind", " tea ")], body: "short and stout")
    }
    let exchange = post(provider)
    let head = try await exchange.head()
    #expect(head.status == 418)
    #expect(head.headers["x-kind"] == "tea")
    #expect(head.headers["missing"] == nil)
    #expect(try await Self.text(of: exchange) == "short and stout")
    #expect(try await exchange.next() == nil)
  }

  @Test func `a request arrives as it was written`() async throws {
    let provider = try LoopbackProvider(["ok"])
    _ = try await post(provider, body: #"{"a":"ä"}"#, headers: ["X-One": "1", "X-Empty": ""]).head()
    let request = try #require(provider.requests.first)
    #expect(request.method == "POST")
    #expect(request.path == "/v1/chat/completions")
    #expect(request[header: "x-one"] == "1")
    #expect(request[header: "x-empty"] == "")
    #expect(request[header: "expect"] == nil)
    #expect(String(decoding: request.body, as: UTF8.self) == #"{"a":"ä"}"#)
  }

  @Test(arguments: [("GET", ""), ("DELETE", ""), ("PUT", "x"), ("GET", "x"), ("POST", "")])
  func `methods are sent as they are`(_ method: String, _ body: String) async throws {
    let provider = try LoopbackProvider([])
    let exchange = client.send(HTTPRequest(method: method, url: provider.origin + "/x", body: Array(body.utf8)))
    #expect(try await exchange.head().status == 404)
    let request = try #require(provider.requests.first)
    #expect(request.method == method)
    #expect(request.body == Array(body.utf8))
  }

  @Test func `connections are used again`() async throws {
    let provider = try LoopbackProvider { _ in "hello there" }
    for _ in 0..<5 { _ = try await Self.text(of: post(provider)) }
    #expect(provider.connectionCount == 1)
  }

  @Test func `a connection is used again after its rest was given up`() async throws {
    let gate = Gate()
    let provider = try LoopbackProvider { _ in LoopbackAnswer([.raw("x"), .gate(gate), .raw("y")]).with(\.body, nil) }
    let exchange = post(provider, body: #"{"stream":true}"#)
    _ = try await exchange.next()
    exchange.discardRest()
    gate.open()
    #expect(await provider.exchange(0).end() == .answered)
    _ = try await Self.text(of: post(provider))
    #expect(provider.connectionCount == 1)
  }

  @Test(arguments: [
    ("ftp://localhost/", "the URL begins neither with 'http://' nor with 'https://'"),
    ("http://local host/", "the URL holds a space or a control character"),
  ])
  func `a wrong URL is refused`(_ url: String, _ message: String) async throws {
    let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(url: url)).head() }
    #expect(error == HTTPError(.invalidRequest, message))
  }

  @Test func `a header cannot smuggle another one in`() async throws {
    let request = HTTPRequest(url: "http://127.0.0.1:1/", headers: ["X-Key": "secret\r\nX-Other: 1"])
    let error = await #expect(throws: HTTPError.self) { try await client.send(request).head() }
    #expect(error == HTTPError(.invalidRequest, "the value of the header 'X-Key' holds a control character"))
  }

  @Test func `nobody listening is a failure to connect`() async throws {
    let port = try LoopbackProvider([]).port
    let error = await #expect(throws: HTTPError.self) {
      try await client.send(HTTPRequest(url: "http://127.0.0.1:\(port)/")).head()
    }
    #expect(error?.code == .cannotConnect)
    #expect(error?.message.contains("127.0.0.1 port \(port)") == true)
  }

  @Test func `an unknown name is a failure to connect`() async throws {
    let error = await #expect(throws: HTTPError.self) {
      try await client.send(HTTPRequest(url: "http://no-such-host.invalid/")).head()
    }
    #expect(error?.code == .cannotConnect)
  }

  @Test func `what is no HTTP is said to be none`() async throws {
    let provider = try LoopbackProvider { _ in .garbage("hello, I am a mail server\r\n") }
    let error = await #expect(throws: HTTPError.self) { try await post(provider).head() }
    #expect(error?.code == .malformedResponse)
  }

  @Test func `a head without end is refused`() async throws {
    let field = "X-Field: \(String(repeating: "x", count: 1_000))\r\n"
    let provider = try LoopbackProvider { _ in
      .garbage("HTTP/1.1 200 OK\r\n" + String(repeating: field, count: 200) + "\r\n")
    }
    let error = await #expect(throws: HTTPError.self) { try await post(provider).head() }
    #expect(error?.code == .malformedResponse)
  }

  @Test func `an interim answer is not the answer`() async throws {
    let provider = try LoopbackProvider { _ in
      .garbage(
        "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nX-Kind: real\r\nContent-Length: 2\r\n\r\nok")
    }
    let exchange = post(provider)
    let head = try await exchange.head()
    #expect(head.status == 200)
    #expect(head.headers.fields.count == 2)
    #expect(try await Self.text(of: exchange) == "ok")
  }

  @Test(arguments: [1, 10, 300])
  func `a cut body is an error and not an end`(_ count: Int) async throws {
    let provider = try LoopbackProvider { _ in
      LoopbackAnswer.status(200, body: String(repeating: "x", count: 400)).with(\.cutAfter, count)
    }
    let exchange = post(provider)
    let error = await #expect(throws: HTTPError.self) { try await Self.text(of: exchange) }
    #expect(error?.code == .connectionLost)
  }

  @Test func `the end of the connection can be the end of a body`() async throws {
    let provider = try LoopbackProvider { _ in
      LoopbackAnswer.status(200, body: "all of it").with(\.cutting, .untilClose)
    }
    #expect(try await Self.text(of: post(provider)) == "all of it")
  }

  @Test(arguments: [HTTPTimeouts(idle: .milliseconds(150)), HTTPTimeouts(total: .milliseconds(150))])
  func `silence is a time-out`(_ timeouts: HTTPTimeouts) async throws {
    let provider = try LoopbackProvider { _ in .silence }
    let error = await #expect(throws: HTTPError.self) { try await post(provider, timeouts: timeouts).head() }
    #expect(
      error
        == (timeouts.total == nil
          ? HTTPError(.idleTimeout, "no byte came for 0.15 seconds")
          : HTTPError(.totalTimeout, "the answer had not ended after 0.15 seconds")))
    #expect(await provider.exchange(0).end() == .clientClosed)
  }

  @Test func `silence in the middle is a time-out`() async throws {
    let provider = try LoopbackProvider { _ in [.raw("x"), .silence] }
    let exchange = post(provider, body: #"{"stream":true}"#, timeouts: HTTPTimeouts(idle: .milliseconds(150)))
    let error = await #expect(throws: HTTPError.self) { try await Self.text(of: exchange) }
    #expect(error?.code == .idleTimeout)
  }

  @Test func `cancelling closes the socket and wakes the reader`() async throws {
    let provider = try LoopbackProvider { _ in [.raw("x"), .silence] }
    let exchange = post(provider, body: #"{"stream":true}"#)
    _ = try await exchange.next()
    let reader = Task { while try await exchange.next() != nil {} }
    exchange.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
    #expect(await provider.exchange(0).end() == .clientClosed)
  }

  @Test func `cancelling the task closes the socket and throws`() async throws {
    let gate = Gate()
    let provider = try LoopbackProvider { _ in [.raw("x"), .gate(gate), .silence] }
    let reader = Task {
      let exchange = post(provider, body: #"{"stream":true}"#)
      while try await exchange.next() != nil {}
    }
    await gate.waitForArrivals()
    reader.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
    #expect(await provider.exchange(0).end() == .clientClosed)
  }

  @Test func `a cancelled answer never looks finished`() async throws {
    let provider = try LoopbackProvider { _ in .status(200, body: "ok") }
    let exchange = post(provider)
    _ = try await exchange.head()
    #expect(await provider.exchange(0).end() == .answered)
    exchange.cancel()
    await #expect(throws: CancellationError.self) { try await exchange.next() }
    await #expect(throws: CancellationError.self) { try await exchange.head() }
  }

  @Test func `dropping the answer closes the socket`() async throws {
    let provider = try LoopbackProvider { _ in [.raw("x"), .silence] }
    do {
      let exchange = post(provider, body: #"{"stream":true}"#)
      _ = try await exchange.next()
    }
    #expect(await provider.exchange(0).end() == .clientClosed)
  }

  @Test func `an answer that nobody reads holds its sender up`() async throws {
    let provider = try LoopbackProvider { _ in [.endless(String(repeating: "x", count: 1_000))] }
    let exchange = post(provider, body: #"{"stream":true}"#)
    _ = try await exchange.next()
    let loopback = await provider.exchange(0)
    // 64 kB here, what libcurl holds, and the buffers of two sockets.
    let sent = await loopback.stalled()
    #expect(sent < 16 << 20)
    #expect(loopback.bytesSent == sent)
    var received = 0
    while received < 32 << 20, let bytes = try await exchange.next() { received += bytes.count }
    #expect(received >= 32 << 20)
  }

  @Test func `time in which nobody reads is not silence`() async throws {
    let timeouts = HTTPTimeouts(idle: .seconds(1))
    let provider = try LoopbackProvider { request in
      request.isStream ? [.endless(String(repeating: "x", count: 1_000))] : .silence
    }
    let exchange = post(provider, body: #"{"stream":true}"#, timeouts: timeouts)
    _ = try await exchange.next()
    _ = await provider.exchange(0).stalled()
    // What is silent from now on is late before the other answer is read again.
    let error = await #expect(throws: HTTPError.self) { try await post(provider, timeouts: timeouts).head() }
    #expect(error?.code == .idleTimeout)
    for _ in 0..<4 { #expect(try await exchange.next() != nil) }
  }

  @Test func `the chunks of a reader stay bounded`() async throws {
    let client = HTTPClient(bufferLimit: 1_000)
    let provider = try LoopbackProvider { _ in .status(200, body: String(repeating: "x", count: 1 << 20)) }
    let exchange = client.send(
      HTTPRequest(method: "POST", url: provider.baseURL + "/chat/completions", body: Array("{}".utf8)))
    var received = 0
    while let bytes = try await exchange.next() {
      #expect(bytes.count <= 1_000 + 16_384)
      received += bytes.count
    }
    #expect(received == 1 << 20)
  }

  @Test func `many answers arrive at once`() async throws {
    let provider = try LoopbackProvider { request in
      .status(200, body: String(repeating: request.prompt, count: 1_000))
    }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<64 {
        group.addTask {
          let body = #"{"messages":[{"role":"user","content":"\#(number) "}]}"#
          return try await Self.text(of: post(provider, body: body)) == String(repeating: "\(number) ", count: 1_000)
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }

  @Test func `a client that is dropped ends what it does`() async throws {
    let provider = try LoopbackProvider { _ in [.raw("x"), .silence] }
    do {
      let client = HTTPClient()
      let exchange = client.send(
        HTTPRequest(
          method: "POST", url: provider.baseURL + "/chat/completions", body: Array(#"{"stream":true}"#.utf8)))
      _ = try await exchange.next()
    }
    #expect(await provider.exchange(0).end() == .clientClosed)
  }
}

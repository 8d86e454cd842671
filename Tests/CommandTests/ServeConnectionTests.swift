import Glibc
import GraphRuntime
import GraphTestSupport
import Testing

/// What clients of `graph serve` do to their connections, by mistake or on purpose.
@Suite(.timeLimit(.minutes(10)))
struct ServeConnectionTests {
  /// What would be read in two ways by two programs, and what is too much: the list of prototypes of smuggling.
  private static let smuggling: [(what: String, request: String, status: Int)] = [
    (
      "a length and chunks",
      "POST /graphs/hello/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "0\r\n\r\n", 400
    ),
    (
      "two lengths",
      "POST /graphs/hello/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400
    ),
    ("a signed length", "POST /graphs/hello/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: +3\r\n\r\nabc", 400),
    (
      "an unknown coding",
      "POST /graphs/hello/runs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501
    ),
    ("a space before the colon", "GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
    ("a folded header", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: b\r\n c\r\n\r\n", 400),
    ("no host", "GET /healthz HTTP/1.1\r\n\r\n", 400),
    ("a bare LF in a value", "GET /healthz HTTP/1.1\r\nHost: localhost\nA: b\r\n\r\n", 400),
    ("a zero byte", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: b\0c\r\n\r\n", 400),
    (
      "a big head",
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: \(String(repeating: "x", count: 70_000))\r\n\r\n", 431
    ),
    (
      "200 headers",
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\(String(repeating: "A: b\r\n", count: 200))\r\n", 431
    ),
    (
      "a body that is too big",
      "POST /graphs/hello/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n", 413
    ),
    (
      "a chunk's size that no integer holds",
      "POST /graphs/hello/runs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
      400
    ),
    (
      "a chunk without its end",
      "POST /graphs/hello/runs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n",
      400
    ),
    ("version 2", "GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n", 505),
    ("another host in the target", "GET http://other/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
  ]

  @Test func `requests that may be read in two ways are refused, and nothing behind them is read`() async throws {
    let server = try await ServedProgram.start("graphs/hello.yaml", "--offline")
    let hidden = "GET /graphs HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for (what, request, status) in Self.smuggling {
      let answer = await server.exchange(request + hidden)
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(what): \(answer.prefix(80))")
      #expect(answer.contains("connection: close\r\n"), "\(what)")
      #expect(!answer.contains("\"graphs\""), "\(what): what was hidden behind it was answered")
    }
    let two = await server.exchange(
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" + ServedProgram.request("GET", "/healthz"))
    #expect(two.split(separator: "HTTP/1.1 200 OK").count == 2, "proper ones are answered one after the other")
    #expect(await server.get("/metrics").body.contains("http_requests_total{route=\"/healthz\",status=\"200\"} 2\n"))
    _ = await server.end()
  }

  @Test func `limits and the token of the command line hold`() async throws {
    let server = try await ServedProgram.start(
      "graphs/hello.yaml", "--offline", "--max-body", "1k", "--max-connections", "3", "--token", "s3cret")
    #expect(await server.get("/graphs").status == 401)
    let right = "Authorization: Bearer s3cret\r\n"
    #expect(await server.get("/graphs", headers: right).status == 200)
    let name = String(repeating: "x", count: 2_000)
    #expect(await server.post("/graphs/hello/runs", #"{"input": {"name": "\#(name)"}}"#, headers: right).status == 413)
    _ = await server.end()
  }

  // MARK: - Streams

  @Test func `a stream that is cut at any byte goes on with the last id, and each event comes once`() async throws {
    let provider = try LoopbackProvider { _ in .pieces(["Hé", "\n", "you"]) }
    let server = try await ServedProgram.start(
      "graphs/hello.yaml", "--provider", "openai", environment: provider.variables)
    let begin = ServedProgram.request("GET", "/graphs/hello/stream?name=Ada")
    let whole = RawAnswer(await server.exchange(begin))
    let expected = whole.events.map(\.data)
    #expect(expected == ["Hé", "\n", "you", "[DONE]"])
    let run = try #require(whole.events.first?.id?.split(separator: ".").first)
    // A run that is over can be cut at each byte; those that begin take longer.
    let places: [(path: String, step: Int)] = [
      ("/runs/\(run)/events?stream=text", 1), ("/graphs/hello/stream?name=Ada", 29),
    ]
    var started = 1
    for (path, step) in places {
      let (wrong, begun) = await onThread { [port = server.port] in Self.cut(path, port, every: step, expected) }
      #expect(wrong == [], "\(path)")
      if step > 1 { started += begun }
    }
    // Only who had heard nothing yet begins a run again.
    let count = await server.get("/metrics").body.split(separator: "\n").first { $0.contains("runs_started_total{") }
    #expect(count == "tributary_runs_started_total{graph=\"hello\"} \(started)")
    _ = await server.end()
  }

  /// Reads a stream up to each of some bytes, leaves, and comes back as `EventSource` does.
  ///
  /// - Returns: What was wrong, and how often a stream was asked for without an id.
  private static func cut(
    _ path: String, _ port: Int, every step: Int, _ expected: [String]
  ) -> (wrong: [String], begun: Int) {
    var wrong: [String] = []
    var begun = 0
    // With the first byte, the run has begun.
    var cut = 1
    while true {
      let client = RawClient(port)
      client.send(ServedProgram.request("GET", path))
      begun += 1
      var bytes: [UInt8] = []
      while bytes.count < cut {
        let more = client.receive(cut - bytes.count)
        if more.isEmpty { break }
        bytes += more
      }
      client.reset()
      let seen = RawAnswer(bytes)
      var headers = ""
      if let id = RawEvent.lastID(in: seen.body) { headers = "Last-Event-ID: \(id)\r\n" } else { begun += 1 }
      let back = RawClient(port)
      back.send(ServedProgram.request("GET", path, headers: headers))
      let rest = RawAnswer(back.receiveAll()).events.map(\.data)
      let joined = seen.events.map(\.data) + rest
      if joined != expected { wrong.append("cut at \(cut): \(joined)") }
      if bytes.count < cut { return (wrong, begun) }
      cut += step
    }
  }

  @Test func `readers that take nothing cost a bounded amount, and others do not notice`() async throws {
    let piece = String(repeating: "0123456789", count: 1_000)
    let provider = try LoopbackProvider { _ in .pieces(Array(repeating: piece, count: 200)) }
    let server = try await ServedProgram.start(
      "graphs/hello.yaml", "--provider", "openai", environment: provider.variables)
    let run = await server.post("/graphs/hello/runs", #"{"input": {"name": "Ada"}}"#)
    let path = "/runs/\(try #require(run.json["run"]?.string))/events?stream=text"
    func read() async -> Int { await server.get(path).events.map(\.data.utf8.count).reduce(0, +) }
    #expect(await read() == 2_000_000 + 6)
    let before = server.mostMemory
    let slow = await onThread { [port = server.port] in
      (0..<80).map { _ in
        let client = RawClient(port)
        client.send(ServedProgram.request("GET", path))
        _ = client.receive(1)
        return client
      }
    }
    #expect(await read() == 2_000_000 + 6)
    // All that they have not taken would be 160 MB.
    #expect(server.mostMemory - before < 60 << 20)
    withExtendedLifetime(slow) {}
    _ = await server.end()
  }

  // MARK: - Stops and ends

  @Test func `a stop and a client that has left close the provider's connection`() async throws {
    let provider = try LoopbackProvider { _ in LoopbackAnswer([.text("one "), .silence]) }
    let server = try await ServedProgram.start(
      "graphs/hello.yaml", "--provider", "openai", environment: provider.variables)
    let run = await server.post("/graphs/hello/runs", #"{"input": {"name": "Ada"}, "wait": false}"#)
    let id = try #require(run.json["run"]?.string)
    await onThread { [port = server.port] in
      let client = RawClient(port)
      client.send(ServedProgram.request("GET", "/runs/\(id)/events"))
      _ = client.receive(until: "one ")
    }
    let stopped = await server.post("/runs/\(id)/stop", #"{"reason": "enough"}"#)
    #expect(stopped.json["status"] == "stopped", "\(stopped)")
    #expect(stopped.json["stop_reason"] == "enough")
    #expect(stopped.json["state"]?["greeting"] == "one ")
    #expect(await provider.exchange(0).end() == .clientClosed)
    await onThread { [port = server.port] in
      let client = RawClient(port)
      client.send(ServedProgram.request("GET", "/graphs/hello/stream?name=Ada&_on_disconnect=stop"))
      _ = client.receive(until: "one ")
      client.reset()
    }
    #expect(await provider.exchange(1).end() == .clientClosed)
    _ = await server.end()
  }

  @Test func `a server that is asked to end lets a run come to its end and lets nobody in`() async throws {
    let gate = Gate()
    let provider = try LoopbackProvider { _ in LoopbackAnswer([.text("one "), .gate(gate), .text("two")]) }
    let server = try await ServedProgram.start(
      "graphs/hello.yaml", "--provider", "openai", "--grace", "5m", environment: provider.variables)
    let client = RawClient(server.port)
    client.send(ServedProgram.request("GET", "/graphs/hello/stream?name=Ada"))
    let first = await onThread { client.receive(until: "one ") }
    kill(server.program.pid, SIGTERM)
    await server.program.waitUntil { $0.standardError.contains("ending when 1 run has come to the end\n") }
    while RawClient.isListened(server.port) { await Task.yield() }
    gate.open()
    let rest = await onThread { client.receiveAll() }
    #expect((first + rest).contains("data: two\n\n"))
    #expect((first + rest).hasSuffix("data: [DONE]\n\n\r\n0\r\n\r\n"))
    #expect(await server.program.result().status == 0)
  }
}

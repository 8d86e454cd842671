import GraphRuntime
import GraphServer
import GraphTestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct SocketTests {
  /// A client of WebSockets, as small as it can be.
  private final class Client: Sendable {
    private let socket: RawClient
    private let buffer = Locked<[UInt8]>([])

    init(_ port: Int, _ path: String) {
      socket = RawClient(port)
      socket.send(
        "GET \(path) HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
      var head = ""
      while !head.hasSuffix("\r\n\r\n") {
        let byte = socket.receive(1)
        if byte.isEmpty { return }
        head += String(decoding: byte, as: UTF8.self)
      }
    }

    func send(_ text: String) {
      let payload = Array(text.utf8)
      let mask: [UInt8] = [1, 2, 3, 4]
      var frame: [UInt8] = [0x81]
      if payload.count < 126 {
        frame.append(0x80 | UInt8(payload.count))
      } else {
        frame += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
      }
      socket.send(frame + mask + payload.enumerated().map { $0.element ^ mask[$0.offset & 3] })
    }

    func leave() { socket.reset() }

    /// The number with which the other side closes; nil when it does not.
    func closeCode() -> Int? {
      guard let head = takeHead(), head[0] == 0x88, let code = take(2) else { return nil }
      return Int(code[0]) << 8 | Int(code[1])
    }

    /// The next text; nil at the end.
    func next() -> String? {
      guard let head = takeHead(), head[0] == 0x81 else { return nil }
      var length = Int(head[1])
      if length == 126, let more = take(2) { length = Int(more[0]) << 8 | Int(more[1]) }
      return take(length).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Texts up to and with the first that fits.
    func texts(until fits: (String) -> Bool) -> [String] {
      var texts: [String] = []
      while let text = next() {
        texts.append(text)
        if fits(text) { break }
      }
      return texts
    }

    /// The first two bytes of the next frame that is no ping; pings come where a busy machine takes its time.
    private func takeHead() -> [UInt8]? {
      while let head = take(2) {
        guard head[0] == 0x89 else { return head }
        _ = take(Int(head[1]))
      }
      return nil
    }

    private func take(_ count: Int) -> [UInt8]? {
      buffer.withLock { buffer in
        while buffer.count < count {
          let more = socket.receive()
          if more.isEmpty { return nil }
          buffer += more
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer.prefix(count))
      }
    }
  }

  private static func isEnd(_ text: String) -> Bool {
    let type = (try? Value(json: text))?["type"]
    return type == "done" || type == "error"
  }

  @Test func `A text is a question, and its tokens are the answer`() async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      let answers = await onThread { [port = test.server.port] in
        let client = Client(port, "/graphs/spelling/ws")
        // Numbers and lists of JSON are questions as well.
        return ["hé\n!", "[1]"].map { question in
          client.send(question)
          return client.texts { $0 == "[DONE]" }
        }
      }
      #expect(answers == [["h", "é", "\n", "!", "[DONE]"], ["[", "1", "]", "[DONE]"]])
    }
  }

  @Test func `Objects are answered with their session`() async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      let texts = await onThread { [port = test.server.port] in
        let client = Client(port, "/graphs/spelling/ws")
        client.send(#"{"query": "ab", "session_id": "s1"}"#)
        return client.texts(until: Self.isEnd)
      }
      let values = texts.compactMap { try? Value(json: $0) }
      #expect(values.map { $0["type"] } == ["started", "token", "token", "update", "done"])
      #expect(values.allSatisfy { $0["session_id"] == "s1" })
      #expect(values.compactMap { $0["content"]?.string } == ["a", "b"])
      #expect(values.last?["state"]?["out"] == "ab")
    }
  }

  @Test func `A session is stopped while it speaks`() async throws {
    let test = try TestServer(["holding": holding])
    try await test.during {
      let texts = await onThread { [port = test.server.port] in
        let client = Client(port, "/graphs/holding/ws")
        client.send(#"{"type": "run", "session_id": 7}"#)
        var texts = client.texts { $0.contains("first ") }
        client.send(#"{"type": "run", "session_id": 7}"#)
        texts += client.texts(until: Self.isEnd)
        client.send(#"{"type": "stop", "session_id": 7, "reason": "enough"}"#)
        return texts + client.texts(until: Self.isEnd)
      }
      let values = texts.compactMap { try? Value(json: $0) }
      #expect(values.contains { $0["error"]?["code"] == "busy" })
      #expect(values.last?["status"] == "stopped")
      #expect(values.last?["stop_reason"] == "enough")
      #expect(values.last?["session_id"] == 7)
    }
  }

  @Test func `A session that is asked is answered`() async throws {
    let test = try TestServer(["asking": asking])
    try await test.during {
      let texts = await onThread { [port = test.server.port] in
        let client = Client(port, "/graphs/asking/ws")
        client.send(#"{"type": "run", "input": {}}"#)
        let asked = client.texts(until: Self.isEnd)
        client.send(#"{"type": "resume", "answer": "red"}"#)
        return asked + client.texts(until: Self.isEnd)
      }
      let values = texts.compactMap { try? Value(json: $0) }
      #expect(values.contains { $0["type"] == "interrupt" })
      #expect(values.last?["state"]?["out"] == "red")
    }
  }

  @Test func `A question back is sent as text, and the next text is the answer`() async throws {
    let test = try TestServer(["trip": trip])
    try await test.during {
      let texts = await onThread { [port = test.server.port] in
        let client = Client(port, "/graphs/trip/ws")
        return ["Rome", "3", "Oslo"].map { text in
          client.send(text)
          return client.texts { $0 == "[DONE]" }
        }
      }
      #expect(texts[0] == ["How many days in Rome?", "[DONE]"])
      #expect(texts[1].joined() == "3 days in Rome[DONE]")
      #expect(texts[2] == ["How many days in Oslo?", "[DONE]"])
    }
  }

  @Test func `A plain question can be stopped, and those behind it are answered`() async throws {
    let test = try TestServer(["holding": holding.replacing("nodes:", with: "state: {q: str}\nnodes:")])
    try await test.during {
      let texts = await onThread { [port = test.server.port, gate = test.gate] in
        let client = Client(port, "/graphs/holding/ws")
        client.send("one")
        client.send("two")
        var texts = client.texts { $0 == "first " }
        client.send(#"{"type": "stop"}"#)
        texts += client.texts { $0 == "[DONE]" }
        gate.open()
        return texts + client.texts { $0 == "[DONE]" }
      }
      #expect(texts == ["first ", "[DONE]", "first ", "last", "[DONE]"])
    }
  }

  @Test func `A server that ends lets a talk come to its end, and closes it with its number`() async throws {
    let test = try TestServer(["holding": holding]) {
      $0.grace = .seconds(300)
      // Who is not read meanwhile answers no ping.
      $0.heartbeat = .seconds(60)
    }
    let client = await onThread { [port = test.server.port] in
      let client = Client(port, "/graphs/holding/ws")
      client.send(#"{"type": "run"}"#)
      _ = client.texts { $0.contains("first ") }
      return client
    }
    let idle = await onThread { [port = test.server.port] in Client(port, "/graphs/holding/ws") }
    async let stopped: Void = test.server.stop()
    #expect(await onThread { idle.closeCode() } == 1001)
    test.gate.open()
    let texts = await onThread { client.texts(until: Self.isEnd) }
    #expect((try? Value(json: texts.last ?? ""))?["status"] == "completed")
    #expect(await onThread { client.closeCode() } == 1001)
    idle.leave()
    client.leave()
    await stopped
  }

  @Test func `Wrong messages are said to be wrong and end nothing`() async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      let texts = await onThread { [port = test.server.port] in
        let client = Client(port, "/graphs/spelling/ws")
        return [#"{"type": "dance"}"#, #"{"input": {"txt": 1}}"#, #"{"type": "stop"}"#, #"{"type": "ping"}"#].map {
          client.send($0)
          return client.next() ?? ""
        }
      }
      let codes = texts.map { (try? Value(json: $0))?["error"]?["code"]?.string }
      #expect(codes == ["unknown_type", "unknown_input", "no_such_run", nil])
      #expect(texts[3] == #"{"type":"pong","session_id":"default"}"#)
    }
  }

  @Test func `A session that waits for a thread holds no other up, and can be stopped`() async throws {
    let test = try TestServer(["holding": holding])
    try await test.during {
      let texts = await onThread { [port = test.server.port] in
        let client = Client(port, "/graphs/holding/ws")
        client.send(#"{"session_id": "a", "thread": "t"}"#)
        _ = client.texts { $0.contains("first ") }
        client.send(#"{"session_id": "b", "thread": "t", "on_busy": "enqueue"}"#)
        client.send(#"{"session_id": "c", "thread": "t", "on_busy": "enqueue"}"#)
        client.send(#"{"type": "stop", "session_id": "b"}"#)
        let refused = client.texts(until: Self.isEnd)
        client.send(#"{"type": "stop", "session_id": "a"}"#)
        let ended = client.texts(until: Self.isEnd)
        let begun = client.texts { $0.contains("first ") }
        client.send(#"{"type": "stop", "session_id": "c"}"#)
        return [refused, ended, begun + client.texts(until: Self.isEnd)]
      }
      let ends = texts.map { (try? Value(json: $0.last ?? "")) ?? .null }
      #expect(ends.map { $0["session_id"] } == ["b", "a", "c"], "\(texts)")
      #expect(ends.map { $0["error"]?["code"] ?? $0["status"] } == ["stopped", "stopped", "stopped"])
    }
  }

  @Test(arguments: [#"{"query": "TEXT"}"#, "TEXT"])
  func `A client that is too slow is told what is missing`(message: String) async throws {
    let test = try TestServer(["spelling": spelling]) { $0.logBytes = 1 }
    try await test.during {
      let texts = await onThread { [port = test.server.port] in
        let client = Client(port, "/graphs/spelling/ws")
        client.send(message.replacing("TEXT", with: String(repeating: "x", count: 20_000)))
        return client.texts { message == "TEXT" ? $0 == "[DONE]" : Self.isEnd($0) }
      }
      let error = (try? Value(json: texts.last { $0 != "[DONE]" } ?? "")) ?? .null
      #expect(error["type"] == "error")
      #expect(error["error"]?["code"] == "events_dropped", "\(texts.count)")
    }
  }

  @Test func `The questions that wait are few bytes`() async throws {
    let test = try TestServer(["holding": holding.replacing("nodes:", with: "state: {q: str}\nnodes:")])
    try await test.during {
      let texts = await onThread { [port = test.server.port] in
        let client = Client(port, "/graphs/holding/ws")
        client.send("one")
        var texts = client.texts { $0 == "first " }
        let large = String(repeating: "x", count: 60_000)
        for _ in 0..<15 { client.send(large) }
        client.send(String(repeating: "y", count: 65_000) + String(repeating: "y", count: 500))
        client.send(#"{"type": "ping"}"#)
        texts = client.texts { $0.contains("pong") }
        for _ in 0..<2 { client.send(large) }
        return texts + client.texts { $0.contains("too_many_questions") }
      }
      #expect(texts.count == 2, "\(texts.map { $0.prefix(80) })")
    }
  }

  @Test func `The runs of a client that has left are stopped`() async throws {
    let test = try TestServer(["holding": holding])
    try await test.during {
      await onThread { [port = test.server.port] in
        let client = Client(port, "/graphs/holding/ws")
        client.send(#"{"type": "run"}"#)
        _ = client.texts { $0.contains("first ") }
        client.leave()
      }
      while test.server.activeRunCount > 0 { try await Task.sleep(for: .milliseconds(10)) }
      let metrics = await test.ask("GET", "/metrics").body
      #expect(metrics.contains("tributary_runs_total{graph=\"holding\",status=\"stopped\"} 1\n"))
    }
  }

  @Test func `What is no WebSocket is told so`() async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      let answer = await test.ask("GET", "/graphs/spelling/ws")
      #expect(answer.status == 426)
      #expect(answer.head.contains("upgrade: websocket"))
      #expect(answer.head.contains("connection: Upgrade, close"))
    }
  }
}

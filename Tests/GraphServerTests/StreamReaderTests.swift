import GraphRuntime
import GraphServer
import GraphTestSupport
import Testing

/// Readers of streams that are cut, come back, fall behind, leave, or wait.
@Suite(.timeLimit(.minutes(10)))
struct StreamReaderTests {
  @Test func `A stream that is cut anywhere goes on with the last id, and nothing is run again`() async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      let whole = await test.ask("POST", "/graphs/spelling/runs", #"{"input": {"text": "añb"}, "stream": "events"}"#)
      let id = try #require(whole.events[0].json["run"]?.string)
      let bytes = Array(whole.body.utf8)
      for cut in stride(from: 0, through: bytes.count, by: 5) {
        let seen = TestServer.Event.all(in: String(decoding: bytes[..<cut], as: UTF8.self))
        let last = seen.last?.id
        let rest = await test.ask("GET", "/runs/\(id)/events", headers: last.map { ["Last-Event-ID": $0] } ?? [:])
        guard seen + rest.events == whole.events else {
          #expect(seen + rest.events == whole.events, "cut at \(cut)")
          break
        }
      }
      let metrics = await test.ask("GET", "/metrics")
      #expect(metrics.body.contains("tributary_runs_started_total{graph=\"spelling\"} 1\n"))
    }
  }

  @Test func `EventSource comes back to the run it began, and is sent away when that is read`() async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      let first = await test.ask("GET", "/graphs/spelling/stream?text=abc")
      let id = try #require(first.events[0].id)
      let second = await test.ask("GET", "/graphs/spelling/stream?text=abc", headers: ["Last-Event-ID": id])
      #expect(second.events.map(\.data) == ["b", "c", "[DONE]"])
      let end = try #require(second.events.last?.id)
      for last in [end, "nobody.3", "rubbish"] {
        let over = await test.ask("GET", "/graphs/spelling/stream?text=abc", headers: ["Last-Event-ID": last])
        #expect(over.status == 204)
      }
      #expect(await test.ask("GET", "/metrics").body.contains("tributary_runs_started_total{graph=\"spelling\"} 1\n"))
    }
  }

  @Test func `Events that are kept no more are said to be gone, and the result is not`() async throws {
    let test = try TestServer(["spelling": spelling]) { $0.logBytes = 2_000 }
    try await test.during {
      let text = String(repeating: "x", count: 200)
      let run = await test.ask("POST", "/graphs/spelling/runs", #"{"input": {"text": "\#(text)"}}"#)
      let id = try #require(run.json["run"]?.string)
      #expect(run.json["state"]?["out"] == .string(text))
      let events = await test.ask("GET", "/runs/\(id)/events").events
      #expect(events.map(\.name) == ["error"])
      #expect(events.first?.json["error"]?["code"] == "events_dropped")
      let rest = await test.ask("GET", "/runs/\(id)/events?after=202")
      #expect(rest.events.last?.name == "done")
    }
  }

  @Test(arguments: ["text", "tokens", "values", "events"])
  func `EventSource that is told so comes back once more at most`(view: String) async throws {
    let test = try TestServer(["spelling": spelling]) { $0.logBytes = 2_000 }
    try await test.during {
      let text = String(repeating: "x", count: 200)
      let run = await test.ask("POST", "/graphs/spelling/runs", #"{"input": {"text": "\#(text)"}}"#)
      let id = try #require(run.json["run"]?.string)
      let path = "/graphs/spelling/stream?text=x&_stream=\(view)"
      let told = await test.ask("GET", path, headers: ["Last-Event-ID": "\(id).start"]).events
      #expect(told.first?.json["error"]?["code"] == "events_dropped", "\(told)")
      #expect(told.last?.data == (view == "text" ? "[DONE]" : told.first?.data))
      let last = try #require(told.last?.id)
      #expect(await test.ask("GET", path, headers: ["Last-Event-ID": last]).status == 204)
      #expect(await test.ask("GET", "/runs/\(id)/events", headers: ["Last-Event-ID": last]).status == 204)
      // Numbers that no event has are no reason to end.
      for number in ["9223372036854775807", "9223372036854775806"] {
        #expect(await [200, 204].contains(test.ask("GET", "/runs/\(id)/events?after=\(number)").status))
      }
    }
  }

  @Test func `A run whose reader was told so goes on without one`() async throws {
    let graph = """
      name: slow
      nodes:
        spell: {type: spell, text: "some letters", state_key: text}
        hold: {type: held, state_key: out}
      edges: [{from: START, to: spell}, {from: spell, to: hold}, {from: hold, to: END}]
      """
    let test = try TestServer(["slow": graph]) {
      $0.logBytes = 1
      $0.patience = .milliseconds(1)
      $0.heartbeat = .milliseconds(40)
    }
    try await test.during {
      let begun = await test.ask("POST", "/graphs/slow/runs", #"{"wait": false}"#)
      let id = try #require(begun.json["run"]?.string)
      await test.begun.waitUncancelled()
      #expect(await test.ask("GET", "/runs/\(id)/events").body.contains("events_dropped"))
      // The server has looked at what nobody reads meanwhile.
      try await Task.sleep(for: .milliseconds(100))
      #expect(await test.ask("GET", "/runs/\(id)").json["status"] == "running")
      test.gate.open()
    }
  }

  @Test(arguments: ["", "?_on_disconnect=stop", "?_on_disconnect=continue"])
  func `A run whose readers have left stops after a while, at once, or goes on`(query: String) async throws {
    let test = try TestServer(["holding": holding]) {
      $0.patience = .milliseconds(10)
      $0.heartbeat = .milliseconds(40)
    }
    let stops = query != "?_on_disconnect=continue"
    try await test.during {
      let path = "/graphs/holding/stream" + query
      let id = try await onThread { [port = test.server.port] in
        let client = RawClient(port)
        client.send(TestServer.request("GET", path))
        let head = client.receive(until: "first \n\n\r\n")
        client.reset()
        return head.firstRange(of: "x-run-id: ").map { String(head[$0.upperBound...].prefix { !$0.isNewline }) }
      }.get()
      if stops {
        while await test.ask("GET", "/runs/\(id)").json["status"] == "running" {
          try await Task.sleep(for: .milliseconds(10))
        }
        #expect(await test.ask("GET", "/runs/\(id)").json["stop_reason"] == "nobody reads it any more")
      } else {
        test.gate.open()
        let events = await test.ask("GET", "/runs/\(id)/events?stream=text").events
        #expect(events.map(\.data).contains("last"))
        #expect(await test.ask("GET", "/runs/\(id)").json["status"] == "completed")
      }
    }
  }

  @Test func `A stream without events says that it lives`() async throws {
    let test = try TestServer(["holding": holding]) { $0.heartbeat = .milliseconds(40) }
    try await test.during {
      let text = await Self.firstHeartbeat(test)
      #expect(text.contains("data: first \n\n"))
      #expect(text.contains("retry: 1000\nid: "))
    }
  }

  /// A store that does not say what it has.
  private struct SilentStore: ForwardingStore {
    let inner = MemoryCheckpointStore()
    let gate: Gate

    func threads() async throws -> [ThreadSummary] {
      try await gate.wait()
      return inner.threads()
    }
  }

  @Test func `A store that does not answer holds no reader up`() async throws {
    let gate = Gate()
    let graphs = ["holding": holding, "asking": asking]
    let test = try TestServer(graphs, store: SilentStore(gate: gate)) { $0.heartbeat = .milliseconds(40) }
    try await test.during {
      let text = await Self.firstHeartbeat(test)
      #expect(text.contains("data: first \n\n"))
      gate.open()
    }
  }

  /// What a stream has sent when it says for the first time that it lives.
  private static func firstHeartbeat(_ test: TestServer) async -> String {
    await onThread { [port = test.server.port] in
      let client = RawClient(port)
      client.send(TestServer.request("GET", "/graphs/holding/stream"))
      return client.receive(until: ": \n\n\r\n")
    }
  }
}

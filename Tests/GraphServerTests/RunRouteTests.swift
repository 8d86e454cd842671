import GraphRuntime
import GraphServer
import GraphTestSupport
import Testing

/// A graph whose letters are its tokens.
let spelling = """
  name: spelling
  description: Spells a text
  state: {text: str, times: {type: int, default: 1}}
  nodes: {spell: {type: spell, text: "{state.text}", state_key: out}}
  edges: [{from: START, to: spell}, {from: spell, to: END}]
  """

/// A graph that is half done until it is let go on.
let holding = """
  name: holding
  nodes: {hold: {type: held, state_key: out}}
  edges: [{from: START, to: hold}, {from: hold, to: END}]
  """

/// A graph that asks a person.
let asking = """
  name: asking
  nodes:
    ask: {type: interrupt, message: "Which colour?", resume_key: colour, state_key: question}
    spell: {type: spell, text: "{state.colour}", state_key: out}
  edges: [{from: START, to: ask}, {from: ask, to: spell}, {from: spell, to: END}]
  """

/// A graph that is told a place and asks back.
let trip = """
  name: trip
  state: {note: str?, place: str, days: int?}
  serve: {chat_input: place}
  nodes:
    ask: {type: interrupt, message: "How many days in {state.place}?", resume_key: days}
    plan: {type: spell, text: "{state.days} days in {state.place}", state_key: out}
  edges: [{from: START, to: ask}, {from: ask, to: plan}, {from: plan, to: END}]
  """

@Suite(.timeLimit(.minutes(10)))
struct RunRouteTests {
  @Test func `Graphs are listed and shown`() async throws {
    let test = try TestServer(["spelling": spelling, "asking": asking])
    try await test.during {
      let list = await test.ask("GET", "/graphs")
      #expect(list.json["graphs"]?.list?.map { $0["name"] } == ["asking", "spelling"])
      let graph = await test.ask("GET", "/graphs/spelling").json
      #expect(graph["inputs"]?["required"] == ["text"])
      #expect(graph["inputs"]?["properties"]?["times"] == ["type": "integer", "default": 1])
      #expect(graph["diagram"]?["mermaid"]?.string?.contains("spell") == true)
      let none = await test.ask("GET", "/graphs/speling")
      #expect(none.status == 404)
      #expect(none.json["error"]?["message"] == "there is no graph 'speling'; did you mean 'spelling'?")
    }
  }

  @Test func `A run is waited for`() async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      let answer = await test.ask("POST", "/graphs/spelling/runs", #"{"input": {"text": "hé"}, "thread": "t"}"#)
      #expect(answer.status == 200)
      #expect(answer.json["status"] == "completed")
      #expect(answer.json["thread"] == "t")
      #expect(answer.json["state"]?["out"] == "hé")
      let id = try #require(answer.json["run"]?.string)
      #expect(await test.ask("GET", "/runs/\(id)").json == answer.json)
    }
  }

  @Test(arguments: [
    ("tokens", ["token", "token", "done"]), ("updates", ["update", "done"]), ("values", ["values", "values", "done"]),
    ("text", ["message", "message", "message"]),
    (
      "events",
      [
        "run_started", "node_started", "token", "token", "node_finished", "step_finished", "run_finished", "done",
      ]
    ),
  ])
  func `A run is streamed as it is asked for`(view: String, names: [String]) async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      let body = #"{"input": {"text": "hé"}, "stream": "\#(view)"}"#
      let answer = await test.ask("POST", "/graphs/spelling/runs", body)
      #expect(answer.head.contains("content-type: text/event-stream"))
      #expect(answer.events.map(\.name) == names)
      #expect(answer.events.allSatisfy { $0.id != nil })
      if view == "text" {
        #expect(answer.events.map(\.data) == ["h", "é", "[DONE]"])
      } else {
        #expect(answer.events.last?.json["state"]?["out"] == "hé")
      }
      if view == "values" { #expect(answer.events[1].json["state"] == ["text": "hé", "times": 1, "out": "hé"]) }
    }
  }

  @Test func `A line break in a token survives, and the query holds typed inputs`() async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      let answer = await test.ask("GET", "/graphs/spelling/stream?text=a%0Ab+c&times=2")
      #expect(answer.events.map(\.data) == ["a", "\n", "b", " ", "c", "[DONE]"])
      let posted = await test.ask("POST", "/graphs/spelling/stream", #"{"text": "x"}"#)
      #expect(posted.events.map(\.data) == ["x", "[DONE]"])
    }
  }

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

  @Test func `A run is stopped and keeps what has arrived`() async throws {
    let test = try TestServer(["holding": holding])
    try await test.during {
      let begun = await test.ask("POST", "/graphs/holding/runs", #"{"wait": false}"#)
      #expect(begun.status == 202)
      let id = try #require(begun.json["run"]?.string)
      #expect(begun.head.contains("location: /runs/\(id)"))
      await test.begun.waitUncancelled()
      let running = await test.ask("GET", "/runs/\(id)")
      #expect(running.json["status"] == "running")
      let stopped = await test.ask("POST", "/runs/\(id)/stop", #"{"reason": "enough"}"#)
      #expect(stopped.json["status"] == "stopped")
      #expect(stopped.json["stop_reason"] == "enough")
      #expect(stopped.json["state"]?["out"] == "first ")
    }
  }

  @Test func `A run that asks is answered, once`() async throws {
    let test = try TestServer(["asking": asking])
    try await test.during {
      let asked = await test.ask("POST", "/graphs/asking/runs", "{}")
      #expect(asked.json["status"] == "interrupted")
      #expect(asked.json["interrupts"]?.list?.count == 1)
      let id = try #require(asked.json["run"]?.string)
      let question = try #require(asked.json["interrupts"]?.list?[0]["id"]?.string)
      let wrong = await test.ask("POST", "/runs/\(id)/resume", #"{"answers": {"other": 1}}"#)
      #expect(wrong.json["error"]?["message"] == .string("there is no question 'other'; there are '\(question)'"))
      let answered = await test.ask("POST", "/runs/\(id)/resume", #"{"answer": "red", "stream": "tokens"}"#)
      #expect(answered.events.last?.json["state"]?["out"] == "red")
      let late = await test.ask("POST", "/runs/\(id)/resume", #"{"answer": "blue"}"#)
      #expect(late.status == 409)
      #expect(late.json["error"]?["message"] == "somebody else has answered already")
    }
  }

  @Test(arguments: [#"{"thread": "t"}"#, "{}"])
  func `A question that nobody answers in time gets its default`(body: String) async throws {
    let test = try TestServer([
      "asking": asking.replacing("resume_key: colour,", with: "timeout: 1ms, default: red, resume_key: colour,")
    ]) {
      $0.heartbeat = .milliseconds(40)
    }
    try await test.during {
      let asked = await test.ask("POST", "/graphs/asking/runs", body)
      #expect(asked.json["status"] == "interrupted", "\(asked)")
      let spoken = "tributary_runs_total{graph=\"asking\",status=\"completed\"} 1\n"
      while await !test.ask("GET", "/metrics").body.contains(spoken) { try await Task.sleep(for: .milliseconds(20)) }
      let id = try #require(asked.json["run"]?.string)
      let late = await test.ask("POST", "/runs/\(id)/resume", #"{"answer": "blue"}"#)
      #expect(late.status == 409, "\(late)")
    }
  }

  @Test(arguments: [
    (#""""#, "does not fit: expected at least 1 character, found 0"), ("3", "does not fit: expected str, found int"),
  ])
  func `An answer is checked by the schema of its question, which the question tells`(
    answer: String, problem: String
  ) async throws {
    let test = try TestServer([
      "naming": """
      name: naming
      nodes: {ask: {type: interrupt, message: Who?, answer_schema: {type: string, minLength: 1}}}
      edges: [{from: START, to: ask}, {from: ask, to: END}]
      """
    ])
    try await test.during {
      let asked = await test.ask("POST", "/graphs/naming/runs", #"{"thread": "t"}"#)
      #expect(asked.json["interrupts"]?.list?.first?["schema"] == ["type": "string", "minLength": 1], "\(asked)")
      let wrong = await test.ask("POST", "/graphs/naming/threads/t/resume", #"{"answer": \#(answer)}"#)
      #expect(wrong.status == 422)
      #expect(wrong.json["error"]?["message"] == .string("the answer to 'ask' \(problem)"), "\(wrong)")
      let right = await test.ask("POST", "/graphs/naming/threads/t/resume", #"{"answer": "Ada"}"#)
      #expect(right.json["status"] == "completed", "\(right)")
    }
  }

  @Test func `A thread in memory has turns, belongs to one run, and the oldest are forgotten`() async throws {
    let test = try TestServer(["trip": trip, "holding": holding]) {
      $0.memoryThreads = 1
      $0.heartbeat = .milliseconds(40)
    }
    try await test.during {
      let first = await test.ask("POST", "/graphs/trip/runs", #"{"thread": "t", "input": {"place": "Rome"}}"#)
      #expect(first.json["status"] == "interrupted")
      let place = await test.ask("GET", "/graphs/trip/threads/t")
      #expect(place.json["next"] == ["ask"])
      #expect(place.json["state"]?["place"] == "Rome")
      let wrong = await test.ask("POST", "/graphs/trip/threads/t/resume", #"{"answer": []}"#)
      #expect(wrong.json["error"]?["code"] == "invalid_answer", "\(wrong)")
      let done = await test.ask("POST", "/graphs/trip/threads/t/resume", #"{"answers": {"ask": 2}}"#)
      #expect(done.json["state"]?["out"] == "2 days in Rome")
      #expect(await test.ask("POST", "/graphs/trip/threads/t/resume", #"{"answer": 2}"#).status == 409)

      let held = await test.ask("POST", "/graphs/holding/runs", #"{"thread": "h", "wait": false}"#)
      #expect(held.status == 202)
      let busy = await test.ask("POST", "/graphs/holding/runs", #"{"thread": "h"}"#)
      #expect(busy.json["error"]?["code"] == "thread_busy")

      let other = await test.ask(
        "POST", "/graphs/holding/runs", #"{"thread": "h", "wait": false, "on_busy": "interrupt"}"#)
      #expect(other.status == 202)
      let stopped = try #require(held.json["run"]?.string)
      #expect(await test.ask("GET", "/runs/\(stopped)").json["status"] == "stopped")

      _ = await test.ask("POST", "/graphs/trip/runs", #"{"thread": "u", "input": {"place": "Oslo"}}"#)
      while await test.ask("GET", "/graphs/trip/threads/t").status != 404 {
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(await test.ask("GET", "/graphs/trip/threads/u").status == 200)
    }
  }

  @Test(arguments: [
    (#"{"input": {"txt": "a"}}"#, 422, "graph 'spelling' takes no input 'txt'; did you mean 'text'?"),
    (#"{"input": {"text": 3}}"#, 422, "the input 'text' must be str, not int"),
    (#"{"input": {}}"#, 422, "graph 'spelling' needs the input 'text' (str)"),
    (#"{"inputs": {}}"#, 422, "there is no 'inputs' in this request"), (#"[1]"#, 400, "the body is an object of JSON"),
    (#"{"input": "#, 400, "the body is no JSON"),
    (
      #"{"input": {"text": "a"}, "thread": "\#(String(repeating: "t", count: 1_025))"}"#, 422,
      "the name of a thread has at most 1024 bytes"
    ),
    (#"{"input": {"text": "a"}, "stream": "all"}"#, 422, "there is no view 'all'"),
    (#"{"input": {"text": "a"}, "on_disconnect": "x"}"#, 422, "'on_disconnect' is 'continue' or 'stop', not 'x'"),
  ])
  func `Wrong requests are said to be wrong`(body: String, status: Int, message: String) async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      let answer = await test.ask("POST", "/graphs/spelling/runs", body)
      #expect(answer.status == status)
      #expect(answer.json["error"]?["message"]?.string?.hasPrefix(message) == true, "\(answer)")
    }
  }

  @Test func `Paths, methods and types that are none are refused`() async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      #expect(await test.ask("GET", "/nothing").status == 404)
      #expect(await test.ask("GET", "/runs/none").status == 404)
      let method = await test.ask("DELETE", "/graphs")
      #expect(method.status == 405)
      #expect(method.head.contains("allow: GET"))
      let form = await test.ask(
        "POST", "/graphs/spelling/runs", headers: ["Content-Type": "text/plain", "Content-Length": "0"])
      #expect(form.status == 422)
      let text = await onThread { [port = test.server.port] in
        let client = RawClient(port)
        client.send(
          "POST /graphs/spelling/runs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\n"
            + "Content-Length: 2\r\n\r\n{}")
        return TestServer.Answer(client.receiveAll())
      }
      #expect(text.status == 415)
      let bytes = await onThread { [port = test.server.port] in
        let client = RawClient(port)
        let body = Array(#"{"input": {"text": ""#.utf8) + [0xFF] + Array(#""}}"#.utf8)
        client.send(
          "POST /graphs/spelling/runs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n")
        client.send(body)
        return TestServer.Answer(client.receiveAll())
      }
      #expect(bytes.status == 400)
      #expect(await test.ask("HEAD", "/healthz").status == 200)
      #expect(await test.ask("HEAD", "/graphs/spelling/stream?text=a").status == 405)
      #expect(await test.ask("GET", "/graphs/spelling%2Fstream").status == 404)
    }
  }

  @Test func `More runs than are allowed are refused`() async throws {
    let test = try TestServer(["holding": holding]) { $0.activeRuns = 1 }
    try await test.during {
      #expect(await test.ask("POST", "/graphs/holding/runs", #"{"wait": false}"#).status == 202)
      let second = await test.ask("POST", "/graphs/holding/runs", #"{"wait": false}"#)
      #expect(second.status == 429)
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

  @Test(arguments: [
    ("/graphs/spelling/stream?text=a&_streem=tokens", "unknown_setting", "_streem"),
    ("/graphs/spelling/stream?text=a&text=b", "repeated_setting", "text"),
    ("/graphs/spelling/stream?text=a&_stream=all", "unknown_view", "_stream"),
    ("/runs/ID/events?strem=text", "unknown_setting", "strem"),
    ("/runs/ID/events?after=x", "invalid_event_id", "after"),
  ])
  func `What a query says wrongly is said`(path: String, code: String, parameter: String) async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      let run = await test.ask("POST", "/graphs/spelling/runs", #"{"input": {"text": "a"}}"#).json["run"]?.string ?? ""
      let answer = await test.ask("GET", path.replacing("ID", with: run))
      #expect(answer.json["error"]?["code"] == .string(code), "\(answer)")
      #expect(answer.json["error"]?["parameter"] == .string(parameter))
    }
  }

  @Test func `A stop says what it does not know, and streams that were cut are counted`() async throws {
    let test = try TestServer(["holding": holding])
    try await test.during {
      await onThread { [port = test.server.port] in
        let client = RawClient(port)
        client.send(TestServer.request("GET", "/graphs/holding/stream"))
        _ = client.receive(until: "first \n\n\r\n")
        client.reset()
      }
      let counted = "tributary_http_requests_total{route=\"/graphs/{name}/stream\",status=\"200\"} 1\n"
      #expect(await test.ask("GET", "/metrics").body.contains(counted))
      let begun = await test.ask("POST", "/graphs/holding/runs", #"{"wait": false}"#).json["run"]?.string ?? ""
      #expect(await test.ask("POST", "/runs/\(begun)/stop", #"{"reasn": "x"}"#).json["error"]?["code"] == "unknown_key")
      #expect(await test.ask("POST", "/runs/\(begun)/stop", #"{"reason": 5}"#).status == 422)
      #expect(await test.ask("GET", "/runs/\(begun)").json["status"] == "running")
      test.gate.open()
    }
  }

  @Test func `The files of a graph are written, each thread's in a folder of its own`() async throws {
    let folder = try TemporaryFolder([:])
    let exporting = spelling + "\nexports: {out: {format: text, filename: out.txt}}\n"
    let test = try TestServer(["spelling": exporting]) { $0.exportFolder = "\(folder.path)/outputs" }
    try await test.during {
      let body = #"{"input": {"text": "hé"}, "thread": "a/../b"}"#
      let answer = await test.ask("POST", "/graphs/spelling/runs", body)
      let path = "\(folder.path)/outputs/a%2F..%2Fb/out.txt"
      #expect(answer.json["exports"] == [["key": "out", "path": .string(path)]], "\(answer)")
      let written = try folder.read("outputs/a%2F..%2Fb/out.txt")
      #expect(written == "hé\n")
    }
  }

  @Test func `A run that memory has no more is read out of its thread`() async throws {
    let test = try TestServer(["trip": trip]) { $0.keptRuns = 0 }
    try await test.during {
      let body = #"{"thread": "t", "input": {"place": "Rome"}, "stream": "events"}"#
      let asked = await test.ask("POST", "/graphs/trip/runs", body)
      let first = try #require(asked.events.last?.json["run"]?.string)
      #expect(await test.ask("GET", "/runs/\(first)/events").events == asked.events)
      let done = await test.ask("POST", "/graphs/trip/threads/t/resume", #"{"answer": 3, "stream": "values"}"#)
      let second = try #require(done.events.last?.json["run"]?.string)
      #expect(await test.ask("GET", "/runs/\(second)/events?stream=values").events == done.events)
      #expect(await test.ask("GET", "/runs/\(second)").json == done.events.last?.json)

      // The first run is not the last one of its thread any more.
      let gone = await test.ask("GET", "/runs/\(first)/events")
      #expect(gone.status == 404)
      #expect(gone.json["error"]?["message"]?.string?.contains("/threads/{thread}/events?run=") == true, "\(gone)")
      let thread = "/graphs/trip/threads/t/events"
      #expect(await test.ask("GET", "\(thread)?run=\(first)").events == asked.events)
      #expect(await test.ask("GET", "\(thread)?stream=values").events == done.events)
      let cut = try #require(asked.events[2].id)
      let rest = await test.ask("GET", "\(thread)?run=\(first)", headers: ["Last-Event-ID": cut])
      #expect(rest.events == Array(asked.events[3...]))
      let source = await test.ask("GET", "/graphs/trip/stream?place=x", headers: ["Last-Event-ID": "\(second).start"])
      #expect(source.events.last?.data == "[DONE]")
      #expect(source.events.map(\.data).joined() == "3 days in Rome[DONE]")
      #expect(await test.ask("GET", "\(thread)?run=none").status == 404)
      #expect(await test.ask("GET", "/graphs/trip/threads/none/events").status == 404)
    }
  }

  // MARK: - Clients that leave

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
      let text = await onThread { [port = test.server.port] in
        let client = RawClient(port)
        client.send(TestServer.request("GET", "/graphs/holding/stream"))
        return client.receive(until: ": \n\n\r\n")
      }
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

  /// A store that counts how often a whole journal is read, which takes a while.
  private struct CountingStore: ForwardingStore {
    let inner = MemoryCheckpointStore()
    let count = Locked(0)

    func records(of thread: String, _ selection: RecordSelection) async throws -> [ThreadRecord] {
      guard selection == .all else { return inner.records(of: thread, selection) }
      count.withLock { $0 += 1 }
      try await Task.sleep(for: .milliseconds(50))
      return inner.records(of: thread, selection)
    }
  }

  @Test func `Clients that all come back to a run after a restart read its journal a few times`() async throws {
    let store = CountingStore()
    let first = try TestServer(["spelling": spelling], store: store)
    var run = ""
    try await first.during {
      run =
        await first.ask("POST", "/graphs/spelling/runs", #"{"thread": "t", "input": {"text": "a"}}"#)
        .json["run"]?.string ?? ""
    }
    let second = try TestServer(["spelling": spelling], store: store)
    try await second.during { [run] in
      let answers = await withTaskGroup(of: TestServer.Answer.self) { group in
        for number in 0..<24 {
          let path = number.isMultiple(of: 2) ? "/runs/\(run)/events" : "/graphs/spelling/threads/t/events"
          group.addTask { await second.ask("GET", path) }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.allSatisfy { $0.events.last?.name == "done" })
      #expect(store.count.withLock { $0 } <= 4)
    }
  }

  @Test func `A store that does not answer holds no reader up`() async throws {
    let gate = Gate()
    let graphs = ["holding": holding, "asking": asking]
    let test = try TestServer(graphs, store: SilentStore(gate: gate)) { $0.heartbeat = .milliseconds(40) }
    try await test.during {
      let text = await onThread { [port = test.server.port] in
        let client = RawClient(port)
        client.send(TestServer.request("GET", "/graphs/holding/stream"))
        return client.receive(until: ": \n\n\r\n")
      }
      #expect(text.contains("data: first \n\n"))
      gate.open()
    }
  }

  @Test func `A server that is stopped stops its runs after a while, and their readers see it`() async throws {
    let test = try TestServer(["holding": holding]) { $0.grace = .milliseconds(100) }
    async let reading = test.ask("POST", "/graphs/holding/runs", #"{"stream": "tokens"}"#)
    await test.begun.waitUncancelled()
    await test.server.stop()
    let events = await reading.events
    #expect(events.last?.name == "done")
    #expect(events.last?.json["status"] == "stopped")
    #expect(events.last?.json["stop_reason"] == "the server ends")
  }
}

extension Optional where Wrapped: Sendable {
  /// The value, or an issue of the test.
  func get() throws -> Wrapped { try #require(self) }
}

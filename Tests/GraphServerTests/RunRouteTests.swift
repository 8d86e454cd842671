import GraphRuntime
import GraphServer
import GraphTestSupport
import Testing

/// Runs over HTTP, from the list of graphs to their ends.
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

  @Test func `More runs than are allowed are refused`() async throws {
    let test = try TestServer(["holding": holding]) { $0.activeRuns = 1 }
    try await test.during {
      #expect(await test.ask("POST", "/graphs/holding/runs", #"{"wait": false}"#).status == 202)
      let second = await test.ask("POST", "/graphs/holding/runs", #"{"wait": false}"#)
      #expect(second.status == 429)
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

import Glibc
import GraphRuntime
import GraphTestSupport
import Testing

/// Threads over HTTP, and what is left of them when the server has ended.
@Suite(.timeLimit(.minutes(10)))
struct ServeThreadTests {
  private static func trip(_ more: String = "") -> String {
    """
    name: trip
    \(more)
    state: {place: str, days: int?}
    nodes:
      ask: {type: interrupt, message: "How many days in {state.place}?", resume_key: days}
      plan: {type: passthrough, output: {text: "{state.days} days in {state.place}"}}
    edges: [{from: START, to: ask}, {from: ask, to: plan}, {from: plan, to: END}]
    """
  }

  @Test func `a thread that waits outlives a server that is killed`() async throws {
    let folder = try TemporaryFolder(["graphs/trip.yaml": Self.trip()])
    let first = try await ServedProgram.start(in: folder.path)
    #expect(
      await first.said.contains(
        "graphs/trip.yaml:5:3: warning: node 'ask' waits for an answer, and runs without a 'thread' end with the server "
          + "[GR0830]"))
    let asked = await first.post("/graphs/trip/runs", #"{"thread": "t/1", "input": {"place": "Rome"}}"#)
    #expect(asked.json["status"] == "interrupted", "\(asked)")
    #expect(asked.json["kept"] == true)
    await first.lose()

    let second = try await ServedProgram.start(in: folder.path)
    let place = await second.get("/graphs/trip/threads/t%2F1")
    #expect(place.json["status"] == "interrupted", "\(place)")
    #expect(place.json["interrupts"] == asked.json["interrupts"])
    #expect(place.json["run"] == asked.json["run"])
    let wrong = await second.post("/graphs/trip/threads/t%2F1/resume", #"{"answer": "three"}"#)
    #expect(wrong.status == 422)
    #expect(wrong.json["error"]?["message"] == "the answer to 'ask' must be int?, not str", "\(wrong)")
    let done = await second.post("/graphs/trip/threads/t%2F1/resume", #"{"answer": 3}"#)
    #expect(done.json["state"]?["text"] == "3 days in Rome", "\(done)")
    let late = await second.post("/graphs/trip/threads/t%2F1/resume", #"{"answer": 4}"#)
    #expect(late.status == 409)
    let turn = await second.post("/graphs/trip/runs", #"{"thread": "t/1", "input": {"place": "Oslo"}}"#)
    #expect(turn.json["interrupts"]?.list?[0]["payload"] == "How many days in Oslo?", "\(turn)")
    let stream = await second.post("/graphs/trip/threads/t%2F1/resume", #"{"answer": 2, "stream": "updates"}"#)
    #expect(stream.events.last?.json["state"]?["text"] == "2 days in Oslo", "\(stream)")
    #expect(await second.get("/graphs/trip/threads/none").status == 404)
    _ = await second.end()

    let list = try await GraphProgram.run("threads", "show", "t/1", "--format", "json", in: folder.path)
    #expect(try Value(json: list.standardOutput)["status"] == "completed")
  }

  @Test func `a graph with a checkpointer keeps every run, and nothing is warned of`() async throws {
    let folder = try TemporaryFolder(["graphs/trip.yaml": Self.trip("checkpointer: {type: sqlite, path: ../kept.db}")])
    let first = try await ServedProgram.start(in: folder.path)
    #expect(await !first.said.contains("GR0830"))
    let asked = await first.post("/graphs/trip/runs", #"{"input": {"place": "Rome"}}"#)
    let thread = try #require(asked.json["thread"]?.string)
    await first.lose()
    let second = try await ServedProgram.start(in: folder.path)
    let done = await second.post("/graphs/trip/threads/\(thread)/resume", #"{"answers": {"ask": 1}}"#)
    #expect(done.json["state"]?["text"] == "1 days in Rome", "\(done)")
    _ = await second.end()
    #expect(access("\(folder.path)/kept.db", F_OK) == 0)
  }

  @Test func `a question that has a time is answered by the next server`() async throws {
    let folder = try TemporaryFolder([
      "graphs/trip.yaml": Self.trip("checkpointer: sqlite").replacing(
        "resume_key: days", with: "resume_key: days, timeout: 1s, default: 7")
    ])
    let first = try await ServedProgram.start(in: folder.path)
    let asked = await first.post("/graphs/trip/runs", #"{"thread": "t", "input": {"place": "Rome"}}"#)
    #expect(asked.json["status"] == "interrupted", "\(asked)")
    await first.lose()
    let second = try await ServedProgram.start(in: folder.path)
    while await second.get("/graphs/trip/threads/t").json["status"] != "completed" {
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(await second.get("/graphs/trip/threads/t").json["state"]?["text"] == "7 days in Rome")
    _ = await second.end()
  }

  @Test func `of two answers to a kept run the first counts, and the other one is told`() async throws {
    let folder = try TemporaryFolder(["graphs/trip.yaml": Self.trip()])
    let server = try await ServedProgram.start("--store", "\(folder.path)/all.db", in: folder.path)
    let asked = await server.post("/graphs/trip/runs", #"{"input": {"place": "Rome"}}"#)
    let run = try #require(asked.json["run"]?.string)
    async let one = server.post("/runs/\(run)/resume", #"{"answer": 1}"#)
    async let two = server.post("/runs/\(run)/resume", #"{"answer": 2}"#)
    let answers = await [one, two]
    #expect(answers.map(\.status).sorted() == [200, 409], "\(answers)")
    _ = await server.end()
  }

  @Test func `memory is kept as long as the server, and that is said`() async throws {
    let folder = try TemporaryFolder(["graphs/trip.yaml": Self.trip("checkpointer: memory")])
    let server = try await ServedProgram.start(in: folder.path)
    #expect(
      await server.said.contains(
        "warning: node 'ask' waits for an answer, and the runs of the graph end with the server [GR0830]"))
    _ = await server.post("/graphs/trip/runs", #"{"thread": "t", "input": {"place": "Rome"}}"#)
    let other = await server.post("/graphs/trip/runs", #"{"thread": "t", "answer": 5}"#)
    #expect(other.json["state"]?["text"] == "5 days in Rome", "\(other)")
    _ = await server.end()
    #expect(access("\(folder.path)/.graph", F_OK) != 0)
  }
  @Test func `the events of runs outlive the server`() async throws {
    let folder = try TemporaryFolder(["graphs/trip.yaml": Self.trip()])
    let first = try await ServedProgram.start(in: folder.path)
    let asked = await first.post(
      "/graphs/trip/runs", #"{"thread": "t", "input": {"place": "Rome"}, "stream": "events"}"#)
    let resumed = await first.post("/graphs/trip/threads/t/resume", #"{"answer": 3, "stream": "values"}"#)
    let turn = await first.post(
      "/graphs/trip/runs", #"{"thread": "u", "input": {"place": "Oslo"}, "stream": "updates"}"#)
    await first.lose()

    let second = try await ServedProgram.start(in: folder.path)
    let ids = try [asked, resumed, turn].map { try #require($0.events.last?.json["run"]?.string) }
    let events = "/graphs/trip/threads/t/events"
    #expect(await second.get("\(events)?run=\(ids[0])").events == asked.events)
    #expect(await second.get("\(events)?stream=values").events == resumed.events)
    #expect(await second.get("/runs/\(ids[1])/events?stream=values").events == resumed.events)
    #expect(await second.get("/runs/\(ids[2])/events?stream=updates").events == turn.events)
    // The client of a stream that was cut comes back to the new server.
    let cut = try #require(asked.events[3].id)
    let rest = await second.get(
      "/graphs/trip/stream?place=Rome&_stream=updates", headers: "Last-Event-ID: \(ids[2]).start\r\n")
    #expect(rest.events == turn.events)
    let known = await second.get("\(events)?run=\(ids[0])", headers: "Last-Event-ID: \(cut)\r\n")
    #expect(known.events == Array(asked.events[4...]))
    let waiting = await second.get("/runs/\(ids[2])")
    #expect(waiting.json["status"] == "interrupted", "\(waiting)")
    let done = await second.post("/runs/\(ids[2])/resume", #"{"answer": 2}"#)
    #expect(done.json["state"]?["text"] == "2 days in Oslo", "\(done)")
    _ = await second.end()
  }

  @Test func `a run whose server was killed is lost, and what was kept of its events is there`() async throws {
    let folder = try TemporaryFolder([
      "graphs/long.yaml": """
      name: long
      tools: {wait: {command: "touch begun; while [ -e begun ]; do sleep 0.1; done", timeout: 300}}
      nodes:
        first: {type: passthrough, output: {text: "one"}}
        wait: {type: tool, tool: wait}
      edges: [{from: START, to: first}, {from: first, to: wait}, {from: wait, to: END}]
      """
    ])
    let first = try await ServedProgram.start(in: folder.path)
    let begun = await first.post("/graphs/long/runs", #"{"thread": "t", "wait": false}"#)
    let id = try #require(begun.json["run"]?.string)
    while access("\(folder.path)/begun", F_OK) != 0 { try await Task.sleep(for: .milliseconds(20)) }

    // Another server sees that somebody has it at work.
    let other = try await ServedProgram.start(in: folder.path)
    let elsewhere = await other.get("/runs/\(id)/events")
    #expect(elsewhere.status == 409)
    #expect(elsewhere.json["error"]?["code"] == "run_elsewhere", "\(elsewhere)")
    await first.lose()

    let lost = await other.get("/runs/\(id)/events?stream=updates")
    #expect(lost.events.first?.json["update"] == ["text": "one"], "\(lost)")
    #expect(lost.events.last?.name == "error")
    #expect(lost.events.last?.json["status"] == "lost")
    #expect(lost.events.last?.json["error"]?["code"] == "run_lost")
    let last = try #require(lost.events.last?.id)
    #expect(await other.get("/runs/\(id)/events", headers: "Last-Event-ID: \(last)\r\n").status == 204)
    _ = await other.end()
  }
}

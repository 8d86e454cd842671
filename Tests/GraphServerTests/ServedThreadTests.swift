import GraphRuntime
import GraphServer
import GraphTestSupport
import Testing

/// Threads that are served, and runs of earlier times that their journals have.
@Suite(.timeLimit(.minutes(10)))
struct ServedThreadTests {
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
}

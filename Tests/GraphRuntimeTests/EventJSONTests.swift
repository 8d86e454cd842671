internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// The JSON form of events, which other programs read.
@Suite(.timeLimit(.minutes(10)))
struct EventJSONTests {
  /// Events as lines with their times left out.
  private func lines(_ reading: Reading) -> [String] {
    reading.events.map { event in
      var object = event.json.object ?? [:]
      #expect(object["time"] == .int(Int(event.time)))
      object["time"] = nil
      return Value.object(object).json()
    }
  }

  private let options = RunOptions(thread: "T", runID: "R", sleep: { _ in })

  @Test func `A run with every kind of event`() async throws {
    var builder = StateGraphBuilder("golden", keys: ["topic", "text", "done"])
    var writer = StateGraph.Node(
      "write",
      body: .streaming { state, context in
        if context.attempt == 1 { return tokenStream(["Hal"], to: "text", then: Boom("cut")) }
        let tokens = tokenStream(["Hel", "lo"], to: "text")
        return TokenStream {
          try await tokens.next()
        } finish: { text, isPartial in
          await context.report(UsageRecord(provider: "openai", model: "gpt", inputTokens: 3, outputTokens: 2))
          return try await tokens.finish(text, isPartial)
        }
      })
    writer.retry = RetryPolicy(maximumAttempts: 2, backoff: .milliseconds(250), jitter: 0)
    builder.addNode(writer)
    builder.addNode("check") { _, context in
      await context.stream(["score": 0.5])
      await context.emit("note", "fine")
      var update: StateUpdate = ["done": true]
      update.route = "good"
      return update
    }
    var cached = StateGraph.Node("cached", body: .synchronous { _ in StateUpdate() })
    cached.skipsWhenSet = ["topic"]
    builder.addNode(cached)
    builder.addEdge(from: .start, to: "write")
    builder.addEdge(from: "write", to: "check", when: "text") { !$0["text"].isNull }
    builder.addRoutes(from: "check", ["good": "cached"])
    builder.addEdge(from: "cached", to: .end)
    let reading = await Reading.all(of: try builder.build().run(["topic": "x"], options: options))
    #expect(
      lines(reading) == [
        #"{"v":1,"seq":0,"run":"R","type":"run_started","graph":"golden","thread":"T","input":{"topic":"x"}}"#,
        #"{"v":1,"seq":1,"run":"R","type":"node_started","step":1,"node":"write","attempt":1}"#,
        #"{"v":1,"seq":2,"run":"R","type":"token","step":1,"node":"write","attempt":1,"text":"Hal"}"#,
        #"{"v":1,"seq":3,"run":"R","type":"retry","step":1,"node":"write","attempt":1,"scope":"node","#
          + #""failed_attempt":1,"message":"cut","delay":0.25}"#,
        #"{"v":1,"seq":4,"run":"R","type":"node_started","step":1,"node":"write","attempt":2}"#,
        #"{"v":1,"seq":5,"run":"R","type":"token","step":1,"node":"write","attempt":2,"text":"Hel"}"#,
        #"{"v":1,"seq":6,"run":"R","type":"token","step":1,"node":"write","attempt":2,"text":"lo"}"#,
        #"{"v":1,"seq":7,"run":"R","type":"usage","step":1,"node":"write","attempt":2,"provider":"openai","#
          + #""model":"gpt","input_tokens":3,"output_tokens":2}"#,
        #"{"v":1,"seq":8,"run":"R","type":"node_finished","step":1,"node":"write","attempt":2,"#
          + #""update":{"text":"Hello"}}"#,
        #"{"v":1,"seq":9,"run":"R","type":"routed","step":1,"node":"write","attempt":1,"choice":"text","#
          + #""targets":["check"]}"#,
        #"{"v":1,"seq":10,"run":"R","type":"step_finished","step":1,"next":["check"]}"#,
        #"{"v":1,"seq":11,"run":"R","type":"node_started","step":2,"node":"check","attempt":1}"#,
        #"{"v":1,"seq":12,"run":"R","type":"chunk","step":2,"node":"check","attempt":1,"chunk":{"score":0.5}}"#,
        #"{"v":1,"seq":13,"run":"R","type":"custom","step":2,"node":"check","attempt":1,"name":"note","#
          + #""payload":"fine"}"#,
        #"{"v":1,"seq":14,"run":"R","type":"node_finished","step":2,"node":"check","attempt":1,"#
          + #""update":{"done":true},"route":"good"}"#,
        #"{"v":1,"seq":15,"run":"R","type":"routed","step":2,"node":"check","attempt":1,"choice":"good","#
          + #""targets":["cached"]}"#,
        #"{"v":1,"seq":16,"run":"R","type":"step_finished","step":2,"next":["cached"]}"#,
        #"{"v":1,"seq":17,"run":"R","type":"node_skipped","step":3,"node":"cached","attempt":1,"#
          + #""reason":"result_exists"}"#,
        #"{"v":1,"seq":18,"run":"R","type":"step_finished","step":3,"next":[]}"#,
        #"{"v":1,"seq":19,"run":"R","type":"run_finished","step":3,"status":"completed","steps":3,"#
          + #""state":{"topic":"x","text":"Hello","done":true},"usage":[{"provider":"openai","model":"gpt","#
          + #""input_tokens":3,"output_tokens":2}]}"#,
      ])
  }

  @Test func `A run that fails`() async throws {
    let graph = try singleNodeGraph(.streaming { _, _ in tokenStream(["Hal"], to: "out", then: Boom("cut")) })
    let reading = await Reading.all(of: graph.run(options: options))
    let error =
      #""error":{"code":"node_failed","message":"cut","node":"a","step":1,"attempt":1,"partial_text":"Hal"}"#
    #expect(
      lines(reading).suffix(2) == [
        #"{"v":1,"seq":3,"run":"R","type":"node_failed","step":1,"node":"a","attempt":1,"# + error + "}",
        #"{"v":1,"seq":4,"run":"R","type":"run_finished","step":1,"status":"failed","steps":1,"state":{},"usage":[],"#
          + error + "}",
      ])
  }

  @Test func `A run that is stopped`() async throws {
    let run = try singleNodeGraph(.streaming { _, _ in TokenStream(to: "out") { "x" } }).run(options: options)
    var reading = Reading()
    for try await event in run {
      reading.events.append(event)
      if case .token = event.kind { run.stop("enough") }
    }
    #expect(
      lines(reading).suffix(3) == [
        #"{"v":1,"seq":3,"run":"R","type":"node_finished","step":1,"node":"a","attempt":1,"update":{"out":"x"},"#
          + #""partial":true}"#,
        #"{"v":1,"seq":4,"run":"R","type":"step_finished","step":1,"next":[]}"#,
        #"{"v":1,"seq":5,"run":"R","type":"run_finished","step":1,"status":"stopped","steps":1,"state":{"out":"x"},"#
          + #""usage":[],"stop_reason":"enough"}"#,
      ])
  }
}

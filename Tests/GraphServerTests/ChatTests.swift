import GraphRuntime
import GraphServer
import GraphTestSupport
import Testing

/// A graph that gets a whole conversation.
private let talking = """
  name: talking
  state: {messages: list}
  nodes: {count: {type: passthrough, output: {out: "{len(state.messages)} messages"}}}
  edges: [{from: START, to: count}, {from: count, to: END}]
  """

/// A graph whose last node is known at its end only.
private let choosing = """
  name: choosing
  state: {text: str}
  nodes:
    first: {type: spell, text: "{state.text}", state_key: draft}
    second: {type: spell, text: "{state.draft}!", state_key: out}
  edges:
    - {from: START, to: first}
    - {from: first, to: END, condition: "state.text == 'short'"}
    - {from: first, to: second}
    - {from: second, to: END}
  """

@Suite(.timeLimit(.minutes(10)))
struct ChatTests {
  private func server() throws -> TestServer {
    try TestServer(["spelling": spelling, "talking": talking, "choosing": choosing, "asking": asking])
  }

  private static func order(_ model: String, _ text: String, more: String = "") -> String {
    #"{"model": "\#(model)", "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "\#(text)"}]\#(more)}"#
  }

  @Test func `Each graph is a model`() async throws {
    let test = try server()
    try await test.during {
      let models = await test.ask("GET", "/v1/models").json
      #expect(models["data"]?.list?.map { $0["id"] } == ["asking", "choosing", "spelling", "talking"])
      #expect(await test.ask("GET", "/v1/models/talking").json["object"] == "model")
      let none = await test.ask("GET", "/v1/models/none")
      #expect(none.status == 404)
      #expect(none.json["error"]?["type"] == "invalid_request_error")
    }
  }

  @Test(arguments: [
    ("spelling", "hé", "hé"), ("talking", "x", "2 messages"), ("choosing", "short", "short"),
    ("choosing", "long", "long!"), ("asking", "x", "Which colour?"),
  ])
  func `The answer is what the final node has said`(model: String, text: String, expected: String) async throws {
    let test = try server()
    try await test.during {
      guard model != "asking" else {
        let refused = await test.ask("POST", "/v1/chat/completions", Self.order(model, text))
        #expect(refused.status == 422)
        #expect(refused.json["error"]?["code"] == "no_chat_input")
        return
      }
      let whole = await test.ask("POST", "/v1/chat/completions", Self.order(model, text))
      #expect(whole.status == 200, "\(whole)")
      #expect(whole.json["choices"]?.list?[0]["message"]?["content"] == .string(expected))
      #expect(whole.json["usage"]?["total_tokens"] == 0)
      let streamed = await test.ask(
        "POST", "/v1/chat/completions",
        Self.order(model, text, more: #", "stream": true, "stream_options": {"include_usage": true}"#))
      #expect(streamed.events.last?.data == "[DONE]")
      let chunks = streamed.events.dropLast().map(\.json)
      let content = chunks.compactMap { $0["choices"]?.list?.first?["delta"]?["content"]?.string }.joined()
      #expect(content == expected)
      #expect(chunks.compactMap { $0["choices"]?.list?.first?["finish_reason"]?.string } == ["stop"])
      #expect(chunks.last?["usage"]?["prompt_tokens"] == 0)
      #expect(Set(chunks.compactMap { $0["id"]?.string }).count == 1)
    }
  }

  @Test(arguments: [
    (#"{"messages": []}"#, 400, "missing_model"), (#"{"model": "none", "messages": [1]}"#, 404, "no_such_graph"),
    (#"{"model": "spelling"}"#, 400, "missing_messages"),
    (#"{"model": "spelling", "messages": [{"role": "system", "content": "x"}]}"#, 400, "missing_user_message"),
    (
      #"{"model": "spelling", "messages": [{"role": "user", "content": [{"type": "image_url"}]}]}"#, 400,
      "unsupported_content"
    ),
    (#"{"model": "spelling", "stream": "yes", "messages": [{"role": "user", "content": "x"}]}"#, 400, "invalid_type"),
    (#"{"model": "spelling", "n": 2, "messages": [{"role": "user", "content": "x"}]}"#, 400, "unsupported_value"),
  ])
  func `Wrong requests get errors of OpenAI's form`(body: String, status: Int, code: String) async throws {
    let test = try server()
    try await test.during {
      let answer = await test.ask("POST", "/v1/chat/completions", body)
      #expect(answer.status == status, "\(answer)")
      #expect(answer.json["error"]?["code"] == .string(code))
      #expect(answer.json["error"]?["message"]?.string != nil)
    }
  }

  @Test func `The input that the file names gets the message`() async throws {
    let test = try TestServer(["trip": trip])
    try await test.during {
      let asked = await test.ask("POST", "/v1/chat/completions", Self.order("trip", "Rome"))
      #expect(asked.json["choices"]?.list?[0]["message"]?["content"] == "How many days in Rome?", "\(asked)")
    }
  }

  @Test(arguments: [false, true])
  func `A client that leaves stops the run`(streams: Bool) async throws {
    let test = try TestServer(["holding": holding.replacing("nodes:", with: "state: {q: str}\nnodes:")])
    try await test.during {
      let waiting = Locked<RawClient?>(nil)
      await onThread { [port = test.server.port] in
        let client = RawClient(port)
        let more = streams ? #", "stream": true"# : ""
        client.send(TestServer.request("POST", "/v1/chat/completions", Self.order("holding", "x", more: more)))
        guard streams else { return waiting.withLock { $0 = client } }
        _ = client.receive(until: "first \"},\"logprobs\":null,\"finish_reason\":null}]}\n\n\r\n")
        client.reset()
      }
      if !streams {
        await test.begun.waitUncancelled()
        waiting.withLock { $0?.reset() }
      }
      while test.server.activeRunCount > 0 { try await Task.sleep(for: .milliseconds(10)) }
      let metrics = await test.ask("GET", "/metrics")
      #expect(metrics.body.contains("tributary_runs_total{graph=\"holding\",status=\"stopped\"} 1\n"))
    }
  }
  @Test func `A long answer is whole, whatever is kept of its events`() async throws {
    let test = try TestServer(["spelling": spelling]) { $0.logBytes = 1_000 }
    try await test.during {
      let text = String(repeating: "x", count: 300)
      let answer = await test.ask("POST", "/v1/chat/completions", Self.order("spelling", text))
      #expect(answer.json["choices"]?.list?[0]["message"]?["content"] == .string(text))
    }
  }

  @Test(arguments: ["", #", "stream": true"#])
  func `A page that was let may read the answer`(more: String) async throws {
    let test = try TestServer(["spelling": spelling]) { $0.allowedOrigins = ["https://good.example"] }
    try await test.during {
      let answer = await test.ask(
        "POST", "/v1/chat/completions", Self.order("spelling", "a", more: more),
        headers: ["Origin": "https://good.example"])
      #expect(answer.head.contains("access-control-allow-origin: https://good.example"))
    }
  }
}

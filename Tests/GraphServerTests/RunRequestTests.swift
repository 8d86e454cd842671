import GraphRuntime
import GraphServer
import GraphTestSupport
import Testing

/// Requests that the server cannot carry out, and what it says of them.
@Suite(.timeLimit(.minutes(10)))
struct RunRequestTests {
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
}

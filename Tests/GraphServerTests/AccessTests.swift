import GraphRuntime
import GraphServer
import GraphTestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct AccessTests {
  @Test func `Whoever has the token is served`() async throws {
    let test = try TestServer(["spelling": spelling]) { $0.token = "s3cret" }
    try await test.during {
      #expect(await test.ask("GET", "/healthz").status == 200)
      let refused = await test.ask("GET", "/graphs")
      #expect(refused.status == 401)
      #expect(refused.head.contains("www-authenticate: Bearer"))
      #expect(await test.ask("GET", "/graphs", headers: ["Authorization": "Bearer s3cre"]).status == 401)
      #expect(await test.ask("GET", "/graphs", headers: ["Authorization": "Bearer s3cret2"]).status == 401)
      #expect(await test.ask("GET", "/graphs", headers: ["Authorization": "Bearer s3cret"]).status == 200)
      let events = await test.ask("GET", "/graphs/spelling/stream?text=a&access_token=s3cret").events
      #expect(events.map(\.data) == ["a", "[DONE]"])
    }
  }

  @Test(arguments: [
    (["Origin": "https://evil.example"], 403), (["Sec-Fetch-Site": "cross-site"], 403),
    (["Origin": "http://localhost"], 200), (["Sec-Fetch-Site": "same-origin"], 200),
    (["Origin": "https://good.example"], 200),
  ])
  func `Pages of other sites may not use it unless they were let`(headers: [String: String], status: Int) async throws {
    let test = try TestServer(["spelling": spelling]) { $0.allowedOrigins = ["https://good.example"] }
    try await test.during {
      let answer = await test.ask("GET", "/graphs/spelling/stream?text=a", headers: headers)
      #expect(answer.status == status)
      let isLet = headers["Origin"] == "https://good.example"
      #expect(answer.head.contains("access-control-allow-origin: https://good.example") == isLet)
      #expect(answer.head.contains("access-control-expose-headers: Location, Retry-After, X-Run-Id") == isLet)
    }
  }

  @Test func `A browser is told what it may send`() async throws {
    let test = try TestServer(["spelling": spelling]) { $0.allowedOrigins = ["*"] }
    try await test.during {
      let answer = await test.ask("OPTIONS", "/graphs/spelling/runs", headers: ["Origin": "https://any.example"])
      #expect(answer.status == 204)
      #expect(answer.head.contains("access-control-allow-origin: *"))
      #expect(answer.head.contains("access-control-allow-headers: Authorization, Content-Type, Last-Event-ID"))
      let asking = await test.ask(
        "OPTIONS", "/v1/chat/completions",
        headers: [
          "Origin": "https://any.example", "Access-Control-Request-Headers": "authorization,x-stainless-os",
          "Access-Control-Request-Private-Network": "true",
        ])
      #expect(asking.head.contains("access-control-allow-headers: authorization, x-stainless-os\r\n"))
      #expect(asking.head.contains("access-control-allow-private-network: true"))
    }
  }

  @Test func `A name that was made to lead here is not served`() async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      let answer = await onThread { [port = test.server.port] in
        let client = RawClient(port)
        client.send("GET /graphs HTTP/1.1\r\nHost: rebound.example:80\r\nConnection: close\r\n\r\n")
        return TestServer.Answer(client.receiveAll())
      }
      #expect(answer.status == 421)
    }
  }

  @Test func `Every path is in the document of the interface`() async throws {
    let test = try TestServer(["spelling": spelling])
    try await test.during {
      let document = await test.ask("GET", "/openapi.json").json
      #expect(document["openapi"] == "3.1.0")
      let paths = document["paths"]?.object?.keys ?? []
      #expect(
        paths.sorted() == [
          "/graphs", "/graphs/{name}", "/graphs/{name}/runs", "/graphs/{name}/stream",
          "/graphs/{name}/threads/{thread}", "/graphs/{name}/threads/{thread}/events",
          "/graphs/{name}/threads/{thread}/resume", "/graphs/{name}/ws", "/healthz", "/metrics", "/openapi.json",
          "/runs/{id}", "/runs/{id}/events", "/runs/{id}/resume", "/runs/{id}/stop", "/v1/chat/completions",
          "/v1/models", "/v1/models/{name}",
        ])
      #expect(document["components"]?["schemas"]?["Input-spelling"]?["required"] == ["text"])
    }
  }
}

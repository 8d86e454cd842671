import GraphRuntime
import GraphTestSupport
import Testing

@testable import LanguageModels

@Suite(.timeLimit(.minutes(10))) struct ErrorTests {
  private static let key = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"

  private func error(_ answer: LoopbackAnswer, _ family: Family = .openai) async throws -> ModelError {
    let provider = try LoopbackProvider { _ in answer }
    let model = try provider.model(family, key: Self.key)
    return try await #require(throws: ModelError.self) { try await model.respond(to: .asking("my private prompt")) }
  }

  @Test(arguments: [
    (
      #"{"error":{"message":"You exceeded your quota.","type":"insufficient_quota","code":"insufficient_quota"}}"#,
      "answered with status 429 Too Many Requests (insufficient_quota): You exceeded your quota. (request req_0)"
    ),
    (
      #"{"type":"error","error":{"type":"rate_limit_error","message":"Slow down."},"request_id":"r"}"#,
      "answered with status 429 Too Many Requests (rate_limit_error): Slow down. (request req_0)"
    ),
    (#"{"error":"model not found"}"#, "answered with status 429 Too Many Requests: model not found (request req_0)"),
    (
      #"{"object":"error","message":{"detail":[{"type":"extra_forbidden"}]},"type":"invalid_request_error"}"#,
      #"answered with status 429 Too Many Requests (invalid_request_error): {"detail":[{"type":"extra_forbidden"}]} (request req_0)"#
    ),
    (
      #"[{"error":{"code":429,"message":"Quota.","status":"RESOURCE_EXHAUSTED"}}]"#,
      "answered with status 429 Too Many Requests (RESOURCE_EXHAUSTED): Quota. (request req_0)"
    ),
    (
      "<html>\n  <h1>Busy</h1>\r\n</html>",
      "answered with status 429 Too Many Requests: <html> <h1>Busy</h1> </html> (request req_0)"
    ),
    ("", "answered with status 429 Too Many Requests (request req_0)"),
  ])
  func `a status is told with what the provider said`(_ body: String, _ message: String) async throws {
    let error = try await error(.status(429, body: body))
    #expect(error.description == "openai/tiny: " + message)
    #expect(error.code == .status(429))
  }

  @Test func `a long body is cut at a character`() async throws {
    let error = try await error(.status(500, body: String(repeating: "ä", count: 100_000)))
    let body = try #require(error.body)
    #expect(body.utf8.count <= 410)
    #expect(body.hasSuffix("ä…"))
  }

  @Test func `the id of a request can come in the body`() async throws {
    let body = #"{"type":"error","error":{"type":"x","message":"y"},"request_id":"req_body"}"#
    let error = try await error(.status(400, headers: [("x-request-id", "")], body: body), .anthropic)
    #expect(error.requestID == "req_body")
  }

  @Test(arguments: Family.allCases)
  func `a key is never shown, even when the provider repeats it`(_ family: Family) async throws {
    let key = Self.key
    let answers: [LoopbackAnswer] = [
      .status(401, body: #"{"error":{"message":"Incorrect API key provided: \#(key).","type":"bad \#(key)"}}"#),
      .status(401, body: "no such key: \(key.dropLast(3))xyz"),
      .status(401, body: "Authorization: Bearer \(key)"),
      LoopbackAnswer.status(200, body: #"{"error":{"message":"\#(key)","type":"\#(key)"}}"#),
      LoopbackAnswer.status(200, body: #"{"type":"error","error":{"message":"\#(key)","type":"\#(key)"}}"#),
      .garbage("HTTP/1.1 \(key)\r\n"),
    ]
    for answer in answers {
      let error = try await error(answer, family)
      var shown = "\(error) \(String(reflecting: error))"
      dump(error, to: &shown)
      #expect(!shown.contains(key.dropFirst(8).prefix(9)))
      #expect(!shown.contains("private prompt"))
    }
    let provider = try LoopbackProvider { _ in
      [.raw("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"x\",\"message\":\"\(key)\"}}\n\n")]
    }
    let model = try provider.model(family, key: key)
    let error = try await #require(throws: ModelError.self) { try await pieces(of: model.stream(.asking("hi"))) }
    #expect(error.body == "[key]")
  }

  @Test(arguments: [
    ("my key is secret-key-123, yes", "secret-key-123", "my key is [key], yes"),
    ("secret-key is a part", "secret-key-123", "[key] is a part"),
    ("sk-proj- is a prefix", "sk-proj-abcdefghij", "sk-proj- is a prefix"),
    ("abc abc", "abc", "[key] [key]"),
    ("nothing", "secret-key-123", "nothing"),
  ])
  func `keys and long parts of them are taken out`(_ text: String, _ key: String, _ redacted: String) {
    #expect(KeyRedaction.redact(text, key: key) == redacted)
  }

  @Test(arguments: ["not json", "{}", #"{"choices":[]}"#, #"{"choices":[{"index":0}]}"#, #"{"content":1}"#])
  func `an answer that is not the protocol's is an error`(_ body: String) async throws {
    for family in Family.allCases {
      let error = try await error(.status(200, body: body), family)
      #expect(error.code == .malformedAnswer)
      #expect(error.requestID == "req_0")
    }
  }

  @Test func `a page instead of a stream is an error`() async throws {
    let provider = try LoopbackProvider { _ in
      .status(200, headers: [("Content-Type", "text/html")], body: "<h1>Sign in</h1>")
    }
    let error = try await #require(throws: ModelError.self) {
      try await pieces(of: provider.model().stream(.asking("hi")))
    }
    #expect(
      error.description
        == "openai/tiny: a stream of events was asked for and 'text/html' came: <h1>Sign in</h1> (request req_0)")
  }

  @Test func `nobody listening names the provider and the port`() async throws {
    let provider = try LoopbackProvider([])
    let model = try provider.model()
    provider.stop()
    let error = try await #require(throws: ModelError.self) { try await model.respond(to: .asking("hi")) }
    #expect(error.code == .connection)
    #expect(error.description.hasPrefix("openai/tiny: cannot connect ("))
    #expect(error.description.contains("port \(provider.port)"))
  }

  @Test(arguments: [
    ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
    ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
    ("Sat, 31 Dec 2050 12:00:00 GMT", 2_556_100_800), ("tomorrow", nil), ("Sun, 06 Nov 1994", nil),
    ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("Sun, 99 Nov 1994 08:49:37 GMT", nil),
    ("Sun, 06 Nov 1994 25:49:37 GMT", nil), ("", nil),
  ])
  func `dates are read`(_ text: String, _ expected: Int?) {
    #expect(RetryAfter.unixTimeOfDate(text) == expected)
  }
}

import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Requests of `http` and `websearch` tools, to a server on loopback.
@Suite(.timeLimit(.minutes(5)))
struct HTTPToolTests {
  private static let json = [(name: "Content-Type", value: "application/json; charset=utf-8")]

  /// Runs a graph with an `http` tool against a server; `URL` in the tool stands for its address.
  private func run(
    _ tool: String, _ input: ValueObject = [:], variables: [String: String] = [:],
    _ answer: @escaping @Sendable (LoopbackRequest) -> LoopbackAnswer = { _ in .text(200, "ok") }
  ) async throws -> (log: Log, requests: [LoopbackRequest]) {
    let server = try LoopbackProvider.service(answer)
    let state = input.map { "\($0.key): any" }.joined(separator: ", ")
    let text = tool.split(separator: "URL", omittingEmptySubsequences: false).joined(separator: server.origin)
    let folder = try TemporaryFolder(["g.yaml": toolGraph(text, state: state)])
    let log = try await folder.run(input, variables: variables)
    return (log, server.exchanges.map(\.request))
  }

  @Test func `Arguments are encoded wherever they stand`() async throws {
    let (log, requests) = try await run(
      "type: http, url: 'URL/a/{x}/b?q={x}&z=1#f', query: {p: '{x}', list: '{l}', none: '{n}', fixed: 'a b'}",
      ["x": "a/b?c&d=é #%", "l": [1, "two"], "n": nil])
    #expect(log.out == "ok")
    let encoded = "a%2Fb%3Fc%26d%3D%C3%A9%20%23%25"
    #expect(requests.map(\.path) == ["/a/\(encoded)/b?q=\(encoded)&z=1&p=\(encoded)&list=1&list=two&fixed=a%20b"])
    #expect(requests.map(\.method) == ["GET"])
  }

  @Test func `An argument cannot lead to another folder`() async throws {
    for value in [".", ".."] {
      let (log, requests) = try await run("type: http, url: 'URL/a/{x}/b'", ["x": .string(value)])
      #expect(log.error == "an argument would lead the URL to another folder")
      #expect(requests.isEmpty)
    }
  }

  @Test func `Headers and keys come from the environment, and a missing one is named`() async throws {
    let tool = "type: http, url: URL/, headers: {Authorization: 'Bearer ${MY_TOKEN}', X-Mode: '${MODE:-plain}'}"
    let (log, requests) = try await run(tool, variables: ["MY_TOKEN": "secret-token-1"])
    #expect(log.out == "ok")
    #expect(requests.first?[header: "Authorization"] == "Bearer secret-token-1")
    #expect(requests.first?[header: "X-Mode"] == "plain")
    #expect(try await run(tool).log.error == "the environment variable 'MY_TOKEN' is not set")
  }

  @Test func `A call that changes something has a key, unless its author gives it one`() async throws {
    let (_, changing) = try await run("type: http, url: URL/, body: x")
    #expect(changing.first?[header: "Idempotency-Key"]?.hasSuffix("/1.1") == true)
    let (_, reading) = try await run("type: http, url: URL/")
    #expect(reading.count == 1 && reading.first?[header: "Idempotency-Key"] == nil)
    let (_, own) = try await run("type: http, url: URL/, body: x, headers: {idempotency-key: mine}")
    #expect(own.first?[header: "Idempotency-Key"] == "mine")
  }

  @Test func `A refusal is an error with what the server says, without keys`() async throws {
    let (log, _) = try await run(
      "type: http, url: URL/, headers: {X-Key: '${MY_TOKEN}'}", variables: ["MY_TOKEN": "secret-token-1"]
    ) { .status(403, body: "no: \($0[header: "X-Key"] ?? "")\n  is wrong" + String(repeating: "!", count: 9000)) }
    #expect(log.error?.hasPrefix("the server answered 403: no: [key] is wrong!!!") == true)
    #expect(log.error?.count ?? 0 < 540)
    let (other, _) = try await run("type: http, url: URL/, success_statuses: [404]") { _ in .text(404, "none") }
    #expect(other.out == "none")
  }

  @Test func `A body is JSON with arguments in it, or text`() async throws {
    let (log, requests) = try await run(
      "type: http, url: URL/, body: {a: '{x}', b: ['n={n}', 1, true], c: '{{x}}'}", ["x": [1, nil], "n": 5],
      { .status(200, headers: Self.json, body: String(decoding: $0.body, as: UTF8.self)) })
    #expect(log.out == ["a": [1, nil], "b": ["n=5", 1, true], "c": "{x}"])
    #expect(requests.first?.method == "POST" && requests.first?[header: "content-type"] == "application/json")
    let text = try await run("type: http, method: PUT, url: URL/, body: 'x={x}'", ["x": "1"]).requests.first
    #expect(text?.method == "PUT" && text?.body == Array("x=1".utf8))
  }

  @Test func `Answers are read by their type, and are bounded`() async throws {
    let answer: @Sendable (LoopbackRequest) -> LoopbackAnswer = { _ in
      .status(200, headers: Self.json, body: "{\"a\": [1]}")
    }
    #expect(try await run("type: http, url: URL/", [:], answer).log.out == ["a": [1]])
    #expect(try await run("type: http, url: URL/, parse: text", [:], answer).log.out == "{\"a\": [1]}")
    #expect(try await run("type: http, url: URL/, parse: json").log.error?.contains("the answer is no JSON") == true)
    #expect(try await run("type: http, url: URL/, max_bytes: 1").log.error == "the answer is longer than 1 bytes")
  }

  @Test func `Redirections are followed to the same host, and elsewhere where it is allowed`() async throws {
    let (log, requests) = try await run("type: http, url: 'URL/a/b'", [:]) {
      $0.path == "/a/b" ? .status(302, headers: [("Location", "c?d")]) : .text(200, $0.path)
    }
    #expect(log.out == "/a/c?d" && requests.count == 2)
    let away: @Sendable (LoopbackRequest) -> LoopbackAnswer = {
      let port = $0[header: "Host"]?.split(separator: ":").last ?? ""
      return $0.path == "/"
        ? .status(307, headers: [("Location", "http://localhost:\(port)/x")])
        : .text(200, "there \($0[header: "X-Key"] ?? "without")")
    }
    let key = "headers: {X-Key: '${MY_TOKEN}'}"
    let variables = ["MY_TOKEN": "secret-token-1"]
    #expect(
      try await run("type: http, url: URL/, \(key)", variables: variables, away).log.error
        == "the host 'localhost' is none of 'allow_hosts'")
    #expect(
      try await run("type: http, url: URL/, \(key), allow_hosts: localhost", variables: variables, away).log.out
        == "there without")
    #expect(
      try await run("type: http, url: URL/", [:]) { _ in .status(301, headers: [("Location", "/")]) }.log.error
        == "the server sends the request on more than 5 times")
  }

  @Test func `A URL that is an argument reaches allowed hosts alone`() async throws {
    let tool = "type: http, url: '{url}', allow_hosts: ['127.0.0.1', '*.example.com']"
    let server = try LoopbackProvider.service { _ in .text(200, "ok") }
    let folder = try TemporaryFolder(["g.yaml": toolGraph(tool, state: "url: str")])
    #expect(try await folder.run(["url": .string(server.origin + "/x")]).out == "ok")
    for url in ["http://localhost:\(server.port)/", "http://127.0.0.1.evil.org/", "http://evilexample.com/"] {
      #expect(
        try await folder.run(["url": .string(url)]).error?.hasSuffix("is none of 'allow_hosts'") == true, "\(url)")
    }
    for url in ["http://127.0.0.1@evil.org/", "http://evil.org\\@127.0.0.1/", "file:///etc/passwd", "127.0.0.1", ""] {
      #expect(
        try await folder.run(["url": .string(url)]).error
          == "the argument 'url' is no URL that begins with 'http://' or 'https://' and a host", "\(url)")
    }
  }

  @Test(arguments: [
    ("url: '{x}'", "GR0704: '{x}' may be any address: list the hosts that may be asked under 'allow_hosts'"),
    (
      "url: 'https://{x}/a'",
      "GR0705: '{x}' cannot choose the host: arguments stand behind it, in the path or the query"
    ),
    (
      "url: 'https://api.{x}.org'",
      "GR0705: '{x}' cannot choose the host: arguments stand behind it, in the path or the query"
    ),
    ("url: 'ftp://host/{x}'", "GR0151: a URL begins with 'http://' or 'https://' and a host"),
    (
      "url: 'https://host/{x}', headers: {Authorization: Bearer abcdefghijk}",
      "GR0706: the header 'Authorization' is written in the file; put the key into a variable and write '${NAME}'"
    ),
    ("url: 'https://host/{x}', parameters: {y: str, x: str}", "GR0252: tool 't' does not use its parameter 'y'"),
  ])
  func `What could lead astray is refused`(keys: String, finding: String) throws {
    let node = "type: tool, tool: t, state_key: out, variables: {x: a\(keys.contains("y: str") ? ", y: b" : "")}"
    let folder = try TemporaryFolder(["g.yaml": toolGraph("type: http, \(keys)", node: node)])
    #expect(folder.findings() == [finding])
  }

  @Test func `Time-outs and servers that are not there are errors`() async throws {
    #expect(
      try await run("type: http, url: URL/, timeout: 100ms", [:]) { _ in .silence }.log.error?
        .hasPrefix("the request failed: ") == true)
    let folder = try TemporaryFolder(["g.yaml": toolGraph("type: http, url: 'http://127.0.0.1:1/'")])
    #expect(try await folder.run().error?.hasPrefix("the request failed: ") == true)
  }

  // MARK: - Search

  @Test(
    arguments: [
      (
        "tavily", ["results": [["title": "T", "url": "u", "content": "s", "score": 1], ["title": "no address"]]],
        "POST /search", "Authorization: Bearer the-key-123"
      ),
      (
        "brave", ["web": ["results": [["title": "T", "url": "u", "description": "s"]]]],
        "GET /res/v1/web/search?q=a%20b&count=3", "X-Subscription-Token: the-key-123"
      ),
      ("serper", ["organic": [["title": "T", "link": "u", "snippet": "s"]]], "POST /search", "X-API-KEY: the-key-123"),
      ("searxng", ["results": [["title": "T", "url": "u", "content": "s"]]], "GET /search?q=a%20b&format=json", nil),
      (
        "duckduckgo",
        [
          "Heading": "T", "AbstractText": "s", "AbstractURL": "u",
          "RelatedTopics": [["Topics": [["Text": "U - more", "FirstURL": "v"]]]],
        ], "GET /?q=a%20b&format=json&no_html=1&skip_disambig=1", nil
      ),
    ] as [(String, Value, String, String?)])
  func `Each provider is asked in its own way, and answers in one`(
    provider: String, answer: Value, request: String, header: String?
  ) async throws {
    let variables = Dictionary(
      uniqueKeysWithValues: ["TAVILY", "BRAVE", "SERPER"].map { ("\($0)_API_KEY", "the-key-123") })
    let (log, requests) = try await run(
      "type: websearch, provider: \(provider), max_results: 3, base_url: URL", ["query": "a b"], variables: variables
    ) { _ in .status(200, headers: Self.json, body: answer.json()) }
    var expected: [Value] = [["title": "T", "url": "u", "snippet": "s"]]
    if provider == "duckduckgo" { expected.append(["title": "U", "url": "v", "snippet": "U - more"]) }
    #expect(log.out == .list(expected))
    let sent = try #require(requests.first)
    #expect("\(sent.method) \(sent.path)" == request)
    if let header {
      let name = String(header.prefix { $0 != ":" })
      #expect("\(name): \(sent[header: name] ?? "")" == header)
    }
    if sent.method == "POST" {
      #expect(sent.json["query"] ?? sent.json["q"] == "a b" && sent.json["max_results"] ?? sent.json["num"] == 3)
    }
  }

  @Test func `A search without its key names the variable`() async throws {
    #expect(
      try await run("type: websearch, provider: brave, base_url: URL", ["query": "a"]).log.error
        == "'brave' needs a key: set the environment variable 'BRAVE_API_KEY'")
    #expect(
      try await run("type: websearch, provider: searxng", ["query": "a"]).log.error
        == "'searxng' has no address of its own: give the tool 'base_url', or set the environment variable 'SEARXNG_BASE_URL'"
    )
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph(
        "type: websearch, provider: googel, api_key: abc", node: "type: tool, tool: t, variables: {query: a}")
    ])
    #expect(folder.findings().map { $0.prefix(6) } == ["GR0106", "GR0706"])
  }
}

extension LoopbackAnswer {
  /// An answer that says of itself that it is text.
  fileprivate static func text(_ status: Int, _ body: String) -> LoopbackAnswer {
    .status(status, headers: [("Content-Type", "text/plain")], body: body)
  }
}

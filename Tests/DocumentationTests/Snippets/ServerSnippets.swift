import GraphCompiler
import GraphLanguage
import GraphNodes
import GraphRuntime
import GraphServer
import GraphTestSupport
import HTTPServing
import LanguageModels
import Testing

/// The code above the types of servers.
@Suite(.timeLimit(.minutes(10)))
struct ServerSnippets {
  @Test func `a server of graphs`() async throws {
    let models = ModelCatalog(environment: Environment(), overrides: .init(isOffline: true))
    let graph = try GraphCompiler(factory: StandardNodeFactory(models: models)).load("graphs/hello.yaml")
    // begin snippet
    var options = ServerOptions()
    options.port = 0
    let server = try GraphServer([ServedGraph(name: "hello", graph: graph)], options: options)
    print("http://\(server.host):\(server.port)/graphs")
    await server.stop()
    // end snippet
    #expect(server.port > 0 && server.activeRunCount == 0)
    #expect(!RawClient.isListened(server.port))
  }

  @Test func `a server of graphs with functions of Swift`() async throws {
    let models = ModelCatalog(environment: Environment(), overrides: .init(isOffline: true))
    // begin snippet
    var factory = StandardNodeFactory(models: models)
    factory.register(function: "redact", parameters: ["text": .string], result: .string) { call in
      .string((call.arguments["text"]?.string ?? "").replacing(/\S+@\S+|\d{6,}/, with: "•••"))
    }
    let graph = try GraphCompiler(factory: factory).load("graphs/redaction.yaml")
    var options = ServerOptions()
    options.port = 0  // a free one
    let server = try GraphServer([ServedGraph(name: "redaction", graph: graph)], options: options)
    print("http://\(server.host):\(server.port)/graphs/redaction/runs")
    // end snippet
    let answer = await onThread {
      let client = RawClient(server.port)
      let body = #"{"input": {"letter": "Where is 20417731?"}}"#
      client.send(
        "POST /graphs/redaction/runs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
          + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
      return RawAnswer(client.receiveAll())
    }
    #expect(answer.json["state"]?["redacted"] == "Where is •••?", "\(answer)")
    await server.stop()
  }

  @Test func `a server of anything`() async throws {
    // begin snippet
    let server = try HTTPServer(port: 0) { request, responder in
      try? await responder.respond(HTTPResponse(200, type: "text/plain", "You asked for \(request.path)\n"))
    }
    print("listening on port \(server.port)")
    await server.stop()
    // end snippet
    #expect(server.port > 0 && server.connectionCount == 0)
    #expect(!RawClient.isListened(server.port))
  }
}

import GraphCompiler
import GraphNodes
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

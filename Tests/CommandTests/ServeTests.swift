import Glibc
import GraphRuntime
import GraphTestSupport
import Testing

/// `graph serve`: the binary, real sockets, signals.
@Suite(.timeLimit(.minutes(10)))
struct ServeTests {
  @Test func `The examples are served, and a signal ends the server`() async throws {
    let server = try await ServedProgram.start("--offline")
    let list = await server.get("/graphs").body
    for name in ["hello", "interview", "subgraphs.review"] { #expect(list.contains("\"name\":\"\(name)\"")) }
    let stream = await server.get("/graphs/hello/stream?name=Ada").body
    #expect(stream.contains("data: [DONE]\n\n"))
    let result = await server.end()
    #expect(result.status == 0)
    #expect(result.standardError.contains("warning: 'graphs/redaction.yaml' is left out\n"))
    #expect(result.standardError.hasSuffix("ending\n"))
  }

  @Test func `The token comes from the environment, and nothing shows it`() async throws {
    let server = try await ServedProgram.start(
      "graphs/hello.yaml", "--offline", environment: ["GRAPH_SERVE_TOKEN": "s3cret"])
    #expect(await server.get("/graphs").status == 401)
    #expect(await server.get("/graphs", headers: "Authorization: Bearer s3cret\r\n").status == 200)
    let result = await server.end(SIGINT)
    #expect(result.status == 0)
    #expect(!result.standardError.contains("s3cret"))
  }

  @Test func `The provider is asked for what clients are told`() async throws {
    let provider = try LoopbackProvider { _ in .pieces(["Hé", "llo\n", "you"]) }
    let server = try await ServedProgram.start(
      "graphs/hello.yaml", "--provider", "openai", environment: provider.variables)
    let stream = await server.get("/graphs/hello/stream?name=Ada").body
    for line in ["data: Hé\n\n", "data: llo\ndata: \n\n", "data: you\n\n", "data: [DONE]\n\n"] {
      #expect(stream.contains(line), "\(stream)")
    }
    _ = await server.end()
  }

  @Test func `What cannot be served is said, and nothing is served`() async throws {
    let folder = try TemporaryFolder(["graphs/bad.yaml": "nodes: {a: {typ: llm}}\nedges: []\n"])
    for arguments in [["serve"], ["serve", "graphs/bad.yaml"], ["serve", "none"], ["serve", "--port", "x"]] {
      let result = try await GraphProgram.start(arguments, in: folder.path).result()
      #expect(result.status != 0 && result.standardOutput == "", "\(arguments): \(result)")
      #expect(!result.standardError.contains(" at http"))
    }
    let server = try await ServedProgram.start("graphs/hello.yaml", "--offline")
    let taken = try await GraphProgram.run("serve", "graphs/hello.yaml", "--port", "\(server.port)")
    #expect(taken.status == 1)
    #expect(taken.standardError.contains("port \(server.port) of '127.0.0.1' is in use"))
    _ = await server.end()
  }
}

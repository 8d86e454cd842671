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
  @Test func `What 'graph run' takes beside a file is taken, and files are written`() async throws {
    let folder = try TemporaryFolder([
      "graphs/said.yaml": """
      name: said
      state: {x: str}
      tools: {t: {slot: true}}
      nodes: {say: {type: tool, tool: t, variables: {x: "{state.x}"}, state_key: out}}
      edges: [{from: START, to: say}, {from: say, to: END}]
      exports: {out: {filename: out.txt}}
      """,
      "graphs/round.yaml": """
      name: round
      nodes: {a: {type: passthrough, output: {n: "x"}}, b: {type: passthrough, output: {m: "x"}}}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]
      """,
      "graphs/slow.yaml": """
      name: slow
      tools: {nap: {command: "sleep 600"}}
      nodes: {nap: {type: tool, tool: nap}}
      edges: [{from: START, to: nap}, {from: nap, to: END}]
      """,
      "say.yaml": "name: say\ndescription: Says it.\nruntime: {command: 'printf said-%s {x}'}\n",
    ])
    let server = try await ServedProgram.start("--tool", "t=say.yaml", "--recursion-limit", "1", in: folder.path)
    let said = await server.post("/graphs/said/runs", #"{"input": {"x": "1"}, "thread": "one"}"#)
    #expect(said.json["exports"] == [["key": "out", "path": "outputs/one/out.txt"]], "\(said)")
    #expect(try folder.read("outputs/one/out.txt") == "said-1\n")
    let round = await server.post("/graphs/round/runs")
    #expect(round.json["error"]?["code"] == "step_limit", "\(round)")
    _ = await server.end()

    let quick = try await ServedProgram.start("graphs/slow.yaml", "--timeout", "200ms", in: folder.path)
    let slow = await quick.post("/graphs/slow/runs")
    #expect(slow.json["error"]?["code"] == "run_timeout", "\(slow)")
    _ = await quick.end()

    let unbound = try await ServedProgram.start(in: folder.path)
    #expect(await unbound.said.contains("warning: 'graphs/said.yaml' is left out\n"))
    _ = await unbound.end()
    let unknown = try await GraphProgram.run("serve", "--port", "0", "--tool", "u=say.yaml", in: folder.path)
    #expect(unknown.status == 64 && unknown.standardError.contains("has a slot 'u'."), "\(unknown)")
  }
}

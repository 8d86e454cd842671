import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Faults that yamlgraph's command has, by their numbers in docs/compatibility.md: each test says what happens here.
@Suite(.timeLimit(.minutes(10)))
struct KnownFaultsTests {
  private static let edges = "edges: [{from: START, to: a}, {from: a, to: END}]\n"

  private func run(
    _ arguments: String..., provider: LoopbackProvider? = nil, in folder: TemporaryFolder
  ) async throws -> ChildProcess.Result {
    try await GraphProgram.start(["run"] + arguments, environment: provider?.variables ?? [:], in: folder.path).result()
  }

  @Test func `B13: a run with another model asks another model`() async throws {
    let provider = try LoopbackProvider { request in .text(request.model) }
    let folder = try TemporaryFolder([
      "g.yaml": "defaults: {provider: openai, model: of-file}\nnodes: {a: {user: hi}}\n" + Self.edges
    ])
    for model in ["first", "second"] {
      let result = try await run("g.yaml", "--json", "--model", model, provider: provider, in: folder)
      let outcome = try Value(json: result.standardOutput)
      #expect(outcome["state"]?["a"] == .string(model))
      #expect(outcome["usage"]?.list?.map { $0["model"] } == [.string(model)])
    }
    #expect(provider.requests.map(\.model) == ["first", "second"])
  }

  @Test func `B14: streaming asks the model that was given and shows how the run failed`() async throws {
    let provider = try LoopbackProvider { request in
      request.prompt == "fail" ? .status(400, body: "no") : .text(request.model)
    }
    let folder = try TemporaryFolder([
      "g.yaml": """
      defaults: {provider: openai, model: of-file}
      nodes: {a: {user: hi, stream: true}, b: {user: fail, stream: true}}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]
      """
    ])
    let result = try await run("g.yaml", "--model", "given", "--quiet", provider: provider, in: folder)
    #expect(result.standardOutput == "given\n")
    #expect(result.standardError.hasPrefix("Error: node 'b', step 2: openai/given: answered with status 400"))
    #expect(result.status == 1)
  }

  @Test func `B16: a second run of a thread answers its own question`() async throws {
    let provider = try LoopbackProvider { request in .text("about \(request.prompt)") }
    let folder = try TemporaryFolder([
      "g.yaml": """
      state: {topic: str}
      checkpointer: memory
      defaults: {provider: openai}
      nodes: {a: {user: "{topic}", state_key: answer}}

      """ + Self.edges
    ])
    for topic in ["one", "two"] {
      let result = try await run(
        "g.yaml", "--thread", "t", "--var", "topic=\(topic)", "--quiet", provider: provider, in: folder)
      #expect(result.standardOutput == "about \(topic)\n")
    }
  }

  @Test func `B17: a state that was printed can be given to the next run, whose loops begin anew`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      state: {n: int, total: int}
      nodes:
        a: {type: passthrough, output: {n: "{state.n + 1}", total: "{default(state.total, 0) + 1}"}}
      edges:
        - {from: START, to: a}
        - {from: a, to: a, condition: n < 100}
        - {from: a, to: END}
      loop_limits: {a: 3}
      """
    ])
    let first = try Value(json: try await run("g.yaml", "--json", "--var", "n=0", in: folder).standardOutput)
    #expect(first["state"] == ["n": 3, "total": 3])
    try folder.write("state.json", first["state"]?.json() ?? "")
    let second = try Value(
      json: try await run("g.yaml", "--json", "--var-file", "state.json", in: folder).standardOutput)
    #expect(second["state"] == ["n": 6, "total": 6])
    let reserved = try await run("g.yaml", "--var", "n=0", "--var", "_loop_counts={\"a\": 9}", in: folder)
    #expect(reserved.status == 64 || reserved.status == 1)
    #expect(reserved.standardError.contains("_loop_counts"))
  }

  @Test func `B31: what runs is valid, and warnings come in one order`() async throws {
    let provider = try LoopbackProvider { _ in .text(#"{"kind": "b"}"#) }
    let folder = try TemporaryFolder([
      "pyproject.toml": "",
      "graphs/g.yaml": """
      prompts_relative: true
      defaults: {provider: openai}
      state: {my-topic: str, unused-one: str}
      nodes:
        which-one:
          {type: router, prompt: inner/which, route_field: kind, routes: {a: first-one, b: second-one}}
        first-one: {prompt: shared, variables: {topic: "{state['my-topic']}"}}
        second-one: {prompt: inner/other, variables: {topic: "{state['my-topic']}", more: x, most: y}}
      edges:
        - {from: START, to: which-one}
        - {from: which-one, to: [first-one, second-one], type: conditional}
        - {from: first-one, to: END}
        - {from: second-one, to: END}
      """,
      "graphs/inner/which.yaml": """
      user: Which?
      schema: {name: Kind, fields: {kind: {type: str, description: one of a and b}}}
      """,
      "inner/prompts/other.yaml": "user: About {topic}\n",
      "prompts/shared.yaml": "user: About {topic}\n",
    ])
    var outputs: Set<String> = []
    for _ in 0..<3 {
      let result = try await GraphProgram.run("validate", "graphs/g.yaml", in: folder.path)
      #expect(result.status == 0, "\(result)")
      outputs.insert(result.standardError)
    }
    #expect(outputs.count == 1)
    #expect(outputs.first?.contains("warning") == true)
    let result = try await run("graphs/g.yaml", "--var", "my-topic=tea", "--json", provider: provider, in: folder)
    #expect(result.status == 0, "\(result)")
    #expect(provider.requests.last?.prompt == "About tea")
  }

  @Test func `B32: the schema for editors is printed and has every key at the top of a graph`() async throws {
    let result = try await GraphProgram.run("schema")
    #expect(result.status == 0)
    let properties = try #require(try Value(json: result.standardOutput)["properties"]?.object)
    let keys = [
      "version", "name", "description", "defaults", "prompts_relative", "prompts_dir", "state", "data_files",
      "variables",
      "tools", "nodes", "edges", "loop_limits", "loop_exits", "checkpointer", "exports", "verify", "config",
    ]
    for key in keys { #expect(properties[key] != nil, "\(key)") }
  }
}

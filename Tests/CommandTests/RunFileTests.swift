import GraphRuntime
import GraphTestSupport
import Testing

/// Files that runs leave and begin with, and limits of the command line.
@Suite(.timeLimit(.minutes(10)))
struct RunFileTests {
  private func run(
    _ arguments: [String], in folder: TemporaryFolder
  ) async throws -> ChildProcess.Result {
    try await GraphProgram.start(["run", "g.yaml"] + arguments, in: folder.path).result()
  }

  // MARK: - Exports

  private static let exporting = """
    state: {missing: str?}
    nodes: {a: {type: passthrough, output: {poem: Roses}}}
    edges: [{from: START, to: a}, {from: a, to: END}]
    exports: {poem: {format: markdown, filename: poem.md}, missing: {filename: none.txt}}
    """

  @Test func `a completed run leaves its exports in a folder of the thread`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.exporting])
    let result = try await run(["--thread", "t1"], in: folder)
    #expect(result.status == 0)
    #expect(contents(ofFile: "\(folder.path)/outputs/t1/poem.md") == "Roses\n")
    #expect(result.standardError.contains("Wrote outputs/t1/poem.md\n"))
    #expect(
      result.standardError.contains("Warning: no export to 'outputs/t1/none.txt': 'missing' has no value\n"))
  }

  @Test func `B30: exports stay in their folder, whatever the thread is called`() async throws {
    let folder = try TemporaryFolder(["work/g.yaml": Self.exporting])
    let result = try await GraphProgram.start(
      ["run", "g.yaml", "--thread", "../../up", "-q"], in: "\(folder.path)/work"
    ).result()
    #expect(result == .init(standardOutput: "Roses\n"))
    #expect(contents(ofFile: "\(folder.path)/work/outputs/%2E.%2F..%2Fup/poem.md") == "Roses\n")
  }

  @Test func `an export that cannot be written is an error`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.exporting, "outputs": "a file"])
    let result = try await run([], in: folder)
    #expect(result.status == 1)
    #expect(result.standardError.contains("Error: Can't write 'outputs/"))
  }

  // MARK: - States

  private static let counting = """
    state: {n: {type: int, default: 0}, seed: int?, log: {type: list, reducer: append}}
    nodes:
      a: {type: passthrough, output: {n: "{state.n + 1}", log: "{state._loop_counts.a}"}}
    edges:
      - {from: START, to: a}
      - {from: a, to: a, condition: n % 3 != 0}
      - {from: a, to: END}
    loop_limits: {a: 3}
    """

  @Test func `B17: a state that was exported does not stand in the next run's way`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.counting])
    let first = try await run(["--export-state", "s.json", "--json"], in: folder)
    #expect(first.status == 0, "\(first)")
    let state = try Value(json: try #require(contents(ofFile: "\(folder.path)/s.json")))
    #expect(state == ["n": 3, "log": [1, 2, 3]])
    let second = try await run(["--import-state", "s.json", "--json"], in: folder)
    #expect(try Value(json: second.standardOutput)["state"]?["n"] == 6)
    #expect(try Value(json: second.standardOutput)["state"]?["log"] == [1, 2, 3, 1, 2, 3])
  }

  @Test func `B17: what another tool exports of the engine is left out`() async throws {
    let foreign = """
      {"n": 1, "_loop_counts": {"a": 9}, "_loop_limit_reached": true, "errors": [{}], "current_step": "a",
       "thread_id": "x", "started_at": "now", "word_count": null, "stranger": 5}
      """
    let folder = try TemporaryFolder(["g.yaml": Self.counting, "s.json": foreign])
    let result = try await run(["--import-state", "s.json", "--json"], in: folder)
    #expect(result.status == 0, "\(result)")
    #expect(try Value(json: result.standardOutput)["state"]?["n"] == 3)
    #expect(result.standardError.contains("warning: the graph has no key 'stranger', and it is left out"))
    #expect(!result.standardError.contains("'word_count'"))
  }

  @Test func `inputs of the command line win over an imported state`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": Self.counting, "s.json": #"{"n": 1, "seed": 1}"#, "v.yaml": "n: 4\nseed: 2",
    ])
    let result = try await run(
      ["--import-state", "s.json", "--var-file", "v.yaml", "--var", "seed=3", "--json"], in: folder)
    let state = try Value(json: result.standardOutput)["state"]
    #expect(state?["n"] == 6 && state?["seed"] == 3)
  }

  @Test func `a state that does not fit is refused`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.counting, "s.json": #"{"n": "three"}"#])
    let result = try await run(["--import-state", "s.json"], in: folder)
    #expect(result.status == 64)
    #expect(result.standardError.contains("s.json:1:7: error: the input 'n' must be a whole number, not str"))
  }

  @Test func `a state that cannot be written is an error`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.counting])
    let result = try await run(["--export-state", "no/such/s.json"], in: folder)
    #expect(result.status == 1)
    #expect(result.standardError.contains("Error: Can't write 'no/such/s.json': no such file or folder\n"))
  }

  @Test func `B33: a value of the command line is what the state declares`() async throws {
    let text = Self.counting.replacing("output: {n: \"{state.n + 1}\"", with: "output: {n: \"{state.seed + 1}\"")
    let folder = try TemporaryFolder(["g.yaml": text])
    let result = try await run(["--var", "seed=5", "--json"], in: folder)
    #expect(try Value(json: result.standardOutput)["state"]?["n"] == 6)
  }

  // MARK: - Limits and options

  private static let endless = """
    nodes: {a: {type: passthrough, output: {x: 1}}}
    state: {x: int?}
    edges: [{from: START, to: a}, {from: a, to: END, condition: x == 2}, {from: a, to: a}]
    """

  @Test func `limits of the command line win over those of the graph`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.endless])
    let result = try await run(["--recursion-limit", "7"], in: folder)
    #expect(result.status == 1)
    #expect(result.standardError.contains("the run took 7 steps"))
    let wrong = try await run(["--recursion-limit", "0"], in: folder)
    #expect(wrong.status == 64)
    #expect(try await run(["--max-concurrency", "0"], in: folder).status == 64)
    #expect(try await run(["--timeout", "soon"], in: folder).status == 64)
  }

  @Test func `B14: options hold for nodes that stream`() async throws {
    let text = """
      nodes: {a: {user: hi, stream: true, provider: openai, model: big}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """
    let folder = try TemporaryFolder(["g.yaml": text])
    let provider = try LoopbackProvider { _ in .text("Hello") }
    defer { provider.stop() }
    let result = try await GraphProgram.start(
      ["run", "g.yaml", "--provider", "anthropic", "--model", "small", "--export-state", "s.json"],
      environment: provider.variables, in: folder.path
    ).result()
    #expect(result.status == 0, "\(result)")
    #expect(result.standardOutput == "Hello\n")
    #expect(provider.requests.map(\.model) == ["small"])
    #expect(contents(ofFile: "\(folder.path)/s.json")?.contains("\"a\": \"Hello\"") == true)
  }

  @Test func `B15: a checkpointer goes with streaming`() async throws {
    let text = """
      checkpointer: memory
      nodes: {a: {user: hi, stream: true}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """
    let folder = try TemporaryFolder(["g.yaml": text])
    #expect(try await run(["--offline"], in: folder).status == 0)
  }

  @Test func `--full shows values whole`() async throws {
    let text = """
      nodes:
        a: {type: passthrough, output: {long: "{'x' * 300}"}}
        b: {type: passthrough, output: {out: done}}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]
      """
    let folder = try TemporaryFolder(["g.yaml": text])
    let whole = String(repeating: "x", count: 300)
    #expect(try await run(["--full"], in: folder).standardError.contains("long: \(whole)\n"))
    #expect(try await !run([], in: folder).standardError.contains(whole))
  }

  @Test func `a run with tolerated failures completes and lists them`() async throws {
    let text = """
      nodes:
        a: {type: passthrough, output: {x: "{int(state.text)}"}, on_error: skip}
        b: {type: passthrough, output: {out: done}}
      state: {text: {type: str, default: none}}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]
      """
    let folder = try TemporaryFolder(["g.yaml": text])
    let result = try await run([], in: folder)
    #expect(result.status == 0)
    #expect(result.standardOutput == "done\n")
    #expect(result.standardError.contains("Tolerated: node 'a', step 1: output 'x'"))
    let json = try Value(json: try await run(["--json"], in: folder).standardOutput)
    #expect(json["tolerated"]?.list?.count == 1 && json["errors"] == [])
  }

  @Test func `B18: a cached result is used again by the next run`() async throws {
    let text = """
      state: {topic: str}
      nodes: {a: {user: "About {topic}", stream: true, provider: openai, model: m, cache: true}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """
    let folder = try TemporaryFolder(["g.yaml": text])
    let provider = try LoopbackProvider { _ in .text("Hello") }
    defer { provider.stop() }
    for (topic, requests) in [("tea", 1), ("tea", 1), ("milk", 2)] {
      let result = try await GraphProgram.start(
        ["run", "g.yaml", "--var", "topic=\(topic)"], environment: provider.variables, in: folder.path
      ).result()
      #expect(result.standardOutput == "Hello\n", "\(result)")
      #expect(provider.requests.count == requests)
    }
    let other = try await GraphProgram.start(
      ["run", "g.yaml", "--var", "topic=tea", "--model", "n"], environment: provider.variables, in: folder.path
    ).result()
    #expect(other.status == 0 && provider.requests.count == 3, "another model is another call")
  }

  @Test func `B18: the model of the command line tells the results of nodes with nodes inside apart`() async throws {
    let text = """
      nodes:
        a: {type: map, over: [1, 2], as: n, node: {user: "Say {n}", provider: openai}, collect: out, cache: true}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """
    let folder = try TemporaryFolder(["g.yaml": text])
    let provider = try LoopbackProvider { .text($0.model) }
    defer { provider.stop() }
    for (model, requests) in [("m", 2), ("m", 2), ("n", 4)] {
      let result = try await GraphProgram.start(
        ["run", "g.yaml", "--model", model], environment: provider.variables, in: folder.path
      ).result()
      #expect(result.standardOutput.contains("[\"\(model)\",\"\(model)\"]"), "\(result)")
      #expect(provider.requests.count == requests)
    }
  }
}

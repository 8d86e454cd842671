import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Tokens on standard output while the provider still speaks, and what happens when it stops.
@Suite(.timeLimit(.minutes(10)))
struct StreamingTests {
  private let hello = ["run", "graphs/hello.yaml", "--var", "name=World"]

  @Test(arguments: ["openai", "anthropic"])
  func `The first token is there before the last is sent`(name: String) async throws {
    let gate = Gate()
    let provider = try LoopbackProvider([[.text("Hello"), .gate(gate), .text(" World")]])
    let child = try await GraphProgram.start(hello + ["--provider", name], environment: provider.variables)
    let early = await child.waitUntil { !$0.standardOutput.isEmpty }
    #expect(early.standardOutput == "Hello")
    #expect(!gate.isOpen)
    gate.open()
    let result = await child.result()
    #expect(result.standardOutput == "Hello World\n")
    #expect(result.standardError == "completed after 1 step, 11 tokens in, 7 out\n")
    #expect(result.status == 0)
  }

  @Test func `Nodes that stream side by side are not mixed`() async throws {
    let (first, second) = (Gate(), Gate())
    let provider = try LoopbackProvider { request in
      if request.prompt.contains("Sum up") { return "Both." }
      return request.family == .openAIChat
        ? [.text("One"), .gate(first), .text(" two.")] : [.text("Three"), .gate(second), .text(" four.")]
    }
    let child = try await GraphProgram.start(
      ["run", "graphs/opinions.yaml", "--var", "question=?"],
      environment: provider.variables.merging(["PROVIDER": "openai"]) { $1 })
    // The first to speak goes on speaking, even when the other one ends before it.
    let early = await child.waitUntil { !$0.standardOutput.isEmpty }
    await first.waitForArrivals()
    await second.waitForArrivals()
    let isFirst = early.standardOutput.hasPrefix("One")
    (isFirst ? second : first).open()
    _ = await provider.exchange(isFirst ? 1 : 0)
    (isFirst ? first : second).open()
    let result = await child.result()
    let blocks = [("first", "One two."), ("second", "Three four.")]
    let order = (isFirst ? blocks : blocks.reversed()) + [("summarise", "Both.")]
    #expect(result.standardOutput == order.map { $0.1 + "\n" }.joined())
    #expect(
      result.standardError
        == order.map { "[\($0.0)]\n" }.joined() + "completed after 2 steps, 33 tokens in, 21 out\n")
  }

  // MARK: - Providers that fail

  @Test(arguments: ["openai", "anthropic"])
  func `A provider that dies in the middle is named, and its text is kept`(name: String) async throws {
    let provider = try LoopbackProvider { _ in [.text("Once"), .text(" upon"), .cut] }
    let text = try await GraphProgram.start(hello + ["--provider", name], environment: provider.variables).result()
    #expect(text.status == 1)
    #expect(text.standardOutput == "Once upon\n")
    #expect(text.standardError.hasPrefix("Error: node 'greet', step 1: \(name)/"))
    #expect(text.standardError.contains("(9 characters had arrived and are kept in the run's events)\n"))
    #expect(text.standardError.hasSuffix("failed after 1 step\n"))

    let log = try await GraphProgram.start(
      hello + ["--provider", name, "--events"], environment: provider.variables
    ).result()
    #expect(log.status == 1)
    let events = try log.events()
    #expect(events.compactMap { $0["text"]?.string } == ["Once", " upon"])
    #expect(events.map { $0["type"]?.string }.suffix(2) == ["node_failed", "run_finished"])
    let failure = events.last { $0["type"] == "node_failed" }?["error"]
    #expect(failure?["partial_text"] == "Once upon")
    #expect(failure?["node"] == "greet")
    #expect(failure?["message"]?.string?.hasPrefix("\(name)/") == true)
    #expect(events.last?["status"] == "failed")
    #expect(events.last?["error"]?["partial_text"] == "Once upon")
  }

  @Test func `A failed run has its object too`() async throws {
    let provider = try LoopbackProvider { _ in [.text("Once"), .cut] }
    let result = try await GraphProgram.start(
      hello + ["--provider", "openai", "--json"], environment: provider.variables
    ).result()
    #expect(result.status == 1)
    let outcome = try Value(json: result.standardOutput)
    #expect(outcome["status"] == "failed")
    #expect(outcome["state"] == ["name": "World", "style": "friendly"])
    #expect(outcome["errors"]?.list?.first?["code"] == "node_failed")
    #expect(outcome["errors"]?.list?.first?["partial_text"] == "Once")
    #expect(result.standardError.hasPrefix("Error: node 'greet', step 1: openai/"))
  }

  @Test func `A provider that is stopped while it speaks ends the run`() async throws {
    let provider = try LoopbackProvider([[.text("Once"), .silence]])
    let child = try await GraphProgram.start(hello + ["--provider", "openai"], environment: provider.variables)
    await child.waitUntil { $0.standardOutput == "Once" }
    provider.stop()
    let result = await child.result()
    #expect(result.status == 1)
    #expect(result.standardOutput == "Once\n")
    #expect(result.standardError.contains("node 'greet'") && result.standardError.contains("openai/gpt-4o"))
  }

  @Test func `A call that is tried again is told on standard error`() async throws {
    let provider = try LoopbackProvider([.status(503, headers: [("Retry-After", "0")], body: "busy"), "Hello"])
    let result = try await GraphProgram.start(
      hello + ["--provider", "openai"], environment: provider.variables
    ).result()
    #expect(result.standardOutput == "Hello\n")
    #expect(result.standardError.hasPrefix("Retry: node 'greet': openai/gpt-4o: answered with status 503"))
    #expect(result.status == 0)
  }

  @Test func `A failed attempt's text is ended before the next one's`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      nodes:
        a: {user: hi, provider: openai, stream: true, retry: {max_attempts: 2, backoff: 1ms}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """
    ])
    let provider = try LoopbackProvider([[.text("Onc"), .cut], "Once upon"])
    let result = try await GraphProgram.start(
      ["run", "g.yaml"], environment: provider.variables, in: folder.path
    ).result()
    #expect(result.standardOutput == "Onc\nOnce upon\n")
    #expect(result.standardError.contains("Retry: node 'a': openai/gpt-4o: "))
    #expect(result.status == 0)
  }

  // MARK: - Readers that leave

  // Of events, the third line is the first that needs the provider.
  @Test(arguments: [(["--events"], 3), ([], 1)])
  func `A reader that leaves ends the run without a word`(options: [String], lines: Int) async throws {
    let provider = try LoopbackProvider { _ in [.text("one\n"), .endless("more\n")] }
    let child = try await GraphProgram.start(
      hello + ["--provider", "openai"] + options, environment: provider.variables, output: .closedAfter(lines: lines))
    let result = await child.result()
    #expect(result.standardError == "")
    #expect(result.status == 141)
    #expect(await provider.exchange(0).end() == .clientClosed)
  }

  @Test func `A full device is an error`() async throws {
    let shell = try await ChildProcess.start(
      "/bin/sh", ["-c", "exec \"$0\" run graphs/hello.yaml --var name=World --offline >/dev/full", GraphProgram.path],
      folder: packageFolder)
    let result = await shell.result()
    #expect(result.standardError == "Error: Can't write the output: No space left on device\n")
    #expect(result.status == 1)
  }

  @Test func `An output that is closed is an error, a closed error output is not`() async throws {
    let closed = try await GraphProgram.start(hello + ["--offline"], output: .none).result()
    #expect(closed.standardError == "Error: Can't write the output: Bad file descriptor\n")
    #expect(closed.status == 1)
    let silent = try await GraphProgram.start(hello + ["--offline"], error: .none).result()
    #expect(silent.standardOutput.hasPrefix("Hello! You asked: "))
    #expect(silent.status == 0)
  }

  // MARK: - Graphs that do not stream

  private func run(_ graph: String, _ arguments: [String] = []) async throws -> ChildProcess.Result {
    let folder = try TemporaryFolder(["g.yaml": graph])
    return try await GraphProgram.start(["run", "g.yaml"] + arguments, in: folder.path).result()
  }

  @Test func `What the last step wrote is the result`() async throws {
    let result = try await run(
      """
      state: {n: int}
      nodes:
        a: {type: passthrough, output: {half: "{state.n / 2}"}}
        b: {type: passthrough, output: {text: "{state.n} and {state.half}"}}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]
      """, ["--var", "n=5"])
    #expect(result.standardOutput == "5 and 2.5\n")
    #expect(result.standardError == "half: 2.5\ncompleted after 2 steps\n")
  }

  @Test func `Several results are one object`() async throws {
    let result = try await run(
      """
      nodes:
        a: {type: passthrough, output: {x: 1, y: [a, b]}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """, ["--quiet"])
    #expect(result == .init(standardOutput: "{\"x\":1,\"y\":[\"a\",\"b\"]}\n"))
  }

  @Test func `Text of a model that does not stream is printed whole`() async throws {
    let provider = try LoopbackProvider(["Two\nlines\n"])
    let folder = try TemporaryFolder([
      "g.yaml": "nodes: {a: {user: hi, provider: openai}}\nedges: [{from: START, to: a}, {from: a, to: END}]\n"
    ])
    let result = try await GraphProgram.start(
      ["run", "g.yaml"], environment: provider.variables, in: folder.path
    ).result()
    #expect(
      result
        == .init(
          standardOutput: "Two\nlines\n", standardError: "completed after 1 step, 11 tokens in, 7 out\n"))
  }
}

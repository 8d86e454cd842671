import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Ctrl-C, wherever a run is.
@Suite(.timeLimit(.minutes(10)))
struct InterruptTests {
  private static let plain = """
    nodes:
      a: {user: hi, provider: openai}
      b: {user: "{a}", provider: openai}
    edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]
    """

  private func start(
    _ provider: LoopbackProvider, _ options: [String] = [], output: ChildProcess.Output = .read
  ) async throws -> ChildProcess {
    try await GraphProgram.start(
      ["run", "graphs/hello.yaml", "--var", "name=World", "--provider", "openai"] + options,
      environment: provider.variables, output: output)
  }

  @Test func `In the middle of a stream what there is stays`() async throws {
    let provider = try LoopbackProvider([[.text("Once upon"), .silence]])
    let child = try await start(provider)
    await child.waitUntil { !$0.standardOutput.isEmpty }
    child.interrupt()
    #expect(await provider.exchange(0).end() == .clientClosed)
    #expect(
      await child.result()
        == .init(
          standardOutput: "Once upon\n", standardError: "stopped after 1 step (interrupted)\n", status: 130))
  }

  @Test func `The object of a stopped run holds what there is`() async throws {
    let provider = try LoopbackProvider([[.text("Once upon"), .silence]])
    let child = try await start(provider, ["--events"])
    await child.waitUntil { $0.standardOutput.contains(#""text":"Once upon""#) }
    child.interrupt()
    let events = try await child.result().events()
    #expect(events.last?["status"] == "stopped")
    #expect(events.last?["state"]?["greeting"] == "Once upon")
    #expect(events.last { $0["type"] == "node_finished" }?["partial"] == true)

    let gate = Gate()
    let silent = try LoopbackProvider([[.text("Once upon"), .gate(gate), .silence]])
    let json = try await start(silent, ["--json"])
    await gate.waitForArrivals()
    json.interrupt()
    let result = await json.result()
    #expect(result.status == 130)
    let outcome = try Value(json: result.standardOutput)
    #expect(outcome["status"] == "stopped")
    #expect(outcome["stop_reason"] == "interrupted")
  }

  @Test func `Before the first token`() async throws {
    let provider = try LoopbackProvider([.silence])
    let child = try await start(provider)
    let exchange = await provider.exchange(0)
    child.interrupt()
    #expect(await exchange.end() == .clientClosed)
    #expect(
      await child.result() == .init(standardError: "stopped after 1 step (interrupted)\n", status: 130))
  }

  @Test func `During a call that does not stream`() async throws {
    let provider = try LoopbackProvider(["first", .silence])
    let folder = try TemporaryFolder(["g.yaml": Self.plain])
    let child = try await GraphProgram.start(["run", "g.yaml"], environment: provider.variables, in: folder.path)
    let exchange = await provider.exchange(1)
    child.interrupt()
    #expect(await exchange.end() == .clientClosed)
    let result = await child.result()
    // The step that was finished is kept and printed.
    #expect(result.standardOutput == "first\n")
    #expect(result.standardError == "stopped after 2 steps, 11 tokens in, 7 out (interrupted)\n")
    #expect(result.status == 130)
  }

  @Test(arguments: [true, false])
  func `During the pause before another attempt`(streams: Bool) async throws {
    let provider = try LoopbackProvider([.status(429, headers: [("Retry-After", "30")])])
    let folder = try TemporaryFolder([
      "g.yaml": """
      nodes: {a: {user: hi, provider: openai, stream: \(streams)}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """
    ])
    let child = try await GraphProgram.start(["run", "g.yaml"], environment: provider.variables, in: folder.path)
    #expect(await provider.exchange(0).end() == .answered)
    child.interrupt()
    let result = await child.result()
    #expect(result.standardError.hasSuffix("stopped after 1 step (interrupted)\n"), "\(result)")
    #expect(result.status == 130)
    #expect(provider.requests.count == 1)
  }

  @Test func `Twice ends the program, whatever hangs`() async throws {
    // Nobody reads, so that the program hangs in writing and cannot end by itself.
    let provider = try LoopbackProvider([[.endless("more\n")]])
    let child = try await start(provider, output: .unread)
    let exchange = await provider.exchange(0)
    _ = await exchange.stalled()
    child.interrupt()
    await child.waitForInterruptToBeTaken()
    child.interrupt()
    #expect(await child.result().status == 130)
    #expect(await exchange.end() == .clientClosed)
  }

  @Test func `A program in the background of a script does not hear it`() async throws {
    let gate = Gate()
    let provider = try LoopbackProvider([[.text("Once"), .gate(gate), .text(" upon")]])
    let shell = try await ChildProcess.start(
      "/bin/sh",
      ["-c", #"trap "" INT; exec "$0" run graphs/hello.yaml --var name=x --provider openai"#, GraphProgram.path],
      environment: provider.variables, folder: packageFolder)
    await shell.waitUntil { !$0.standardOutput.isEmpty }
    shell.interrupt()
    gate.open()
    let result = await shell.result()
    #expect(result.standardOutput == "Once upon\n")
    #expect(result.status == 0)
  }
}

import GraphRuntime
import GraphTestSupport
import Testing

/// Threads that a run wants which another one has: `--on-busy` and who is refused.
@Suite(.timeLimit(.minutes(10)))
struct BusyThreadTests {
  @Test func `a thread that is being run is refused to a second one`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      tools: {wait: {command: "touch begun; while ! test -e go; do sleep 0.05; done", timeout: 300}}
      nodes: {a: {type: tool, tool: wait}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """
    ])
    let child = try await GraphProgram.start(
      ["run", "g.yaml", "-t", "t", "--events"], environment: ["PATH": "/usr/bin:/bin"], in: folder.path)
    await child.waitUntil { $0.standardOutput.contains("node_started") }
    let second = try await graph(folder, "run", "g.yaml", "-t", "t")
    #expect(second.status == 1)
    #expect(second.standardError.hasPrefix("Error: The thread 't' is being run (process "), "\(second)")
    #expect(try await graph(folder, "threads", "list").standardOutput.contains("running"))
    let deleted = try await graph(folder, "threads", "delete", "t")
    #expect(deleted.status == 1)
    let third = try await GraphProgram.start(
      ["run", "g.yaml", "-t", "t", "--on-busy", "enqueue"], environment: ["PATH": "/usr/bin:/bin"], in: folder.path)
    try folder.write("go", "")
    #expect(await child.result().status == 0)
    // It is the next turn of the thread.
    #expect(await third.result().status == 0)
    #expect(try await graph(folder, "threads", "list").standardOutput.contains("turn 2"))
  }

  @Test(arguments: ["interrupt", "rollback"])
  func `a run of another process is stopped for a new input`(policy: String) async throws {
    let folder = try TemporaryFolder(["g.yaml": stoppable])
    let environment = ["PATH": "/usr/bin:/bin"]
    _ = try await graph(folder, "run", "g.yaml", "-t", "t", "-q", "--var", "word=zero")
    let first = try await GraphProgram.start(
      ["run", "g.yaml", "-t", "t", "--var", "word=slow", "--events"], environment: environment, in: folder.path)
    await first.waitUntil { $0.standardOutput.contains(#""node":"wait""#) }
    let second = try await graph(
      folder, "run", "g.yaml", "-t", "t", "--var", "word=two", "--on-busy", policy, "--json", "-q")
    #expect(second.status == 0, "\(second)")
    let stopped = await first.result()
    #expect(stopped.standardOutput.contains(#""status":"stopped""#), "\(stopped)")
    #expect(stopped.standardOutput.contains("another run is to have the thread"))
    let words = ["zero", "end-zero"] + (policy == "interrupt" ? ["slow"] : []) + ["two", "end-two"]
    let log = try Value(json: second.standardOutput)["state"]?["log"]
    #expect(log == .list(words.map { .string($0 + "\n") }), "\(second)")
    let history = try await graph(folder, "threads", "history", "t").standardOutput
    #expect(history.contains("(what came between was taken back)") == (policy == "rollback"), "\(history)")
    // What was done outside is done.
    #expect(try folder.read("effects") == "zero\nend-zero\nslow\ntwo\nend-two\n")
    // Who has lost the thread has nothing to go on with.
    #expect(!stopped.standardError.contains("graph resume"), "\(stopped)")
    let resumed = try await graph(folder, "resume", "t", "--on-busy", "rollback")
    #expect(
      resumed.status == 64 && resumed.standardError.contains("one of 'reject', 'enqueue' or 'interrupt'"), "\(resumed)")
  }

  @Test func `a run that cannot begin stops nobody`() async throws {
    let waiting = """
      state: {count: {type: int, default: 1}}
      tools: {wait: {command: "while ! test -e go; do sleep 0.05; done; echo done", parse: text, timeout: 300}}
      nodes: {a: {type: tool, tool: wait, state_key: text}}
      edges: [{from: START, to: a}, {from: a, to: END}]

      """
    let folder = try TemporaryFolder([
      "g.yaml": waiting, "other.yaml": interview, "memory.yaml": "checkpointer: memory\n" + waiting,
    ])
    let first = try await GraphProgram.start(
      ["run", "g.yaml", "-t", "t", "--events"], environment: ["PATH": "/usr/bin:/bin"], in: folder.path)
    await first.waitUntil { $0.standardOutput.contains("node_started") }
    for policy in ["interrupt", "rollback"] {
      let untyped = try await graph(
        folder, "run", "g.yaml", "-t", "t", "--on-busy", policy, "--var", "count=many")
      #expect(untyped.status == 64 && untyped.standardError.contains("'many'"), "\(untyped)")
      let other = try await graph(folder, "run", "other.yaml", "-t", "t", "--on-busy", policy)
      #expect(other.status == 1 && other.standardError.contains("[GR0801]"), "\(other)")
    }
    try folder.write("go", "")
    let ended = await first.result()
    #expect(ended.status == 0 && !ended.standardOutput.contains("stopped"), "\(ended)")
    // Nor does one to which the option means nothing.
    let nowhere = try await graph(folder, "run", "g.yaml", "--on-busy", "interrupt")
    #expect(nowhere.status == 64 && nowhere.standardError.contains("name one with '--thread'"), "\(nowhere)")
    let memory = try await graph(folder, "run", "memory.yaml", "-t", "t", "--durability", "async")
    #expect(memory.status == 64 && memory.standardError.contains("name a place with '--store'"), "\(memory)")
    let new = try await graph(folder, "run", "g.yaml", "-t", "new", "--rename-node", "b=a")
    #expect(new.status == 64 && new.standardError.hasPrefix("Error: the thread 'new' is new, and "), "\(new)")
    #expect(try await graph(folder, "threads", "list").standardOutput.split(separator: "\n").count == 1)
  }
}

import Glibc
import GraphRuntime
import GraphTestSupport
import Testing

/// `graph run` on graphs that call tools.
@Suite(.timeLimit(.minutes(10)))
struct ToolTests {
  private static let variables = ["PATH": "/usr/local/bin:/usr/bin:/bin", "TRIBUTARY_PYTHON": "/usr/bin/python3"]

  private static func graph(_ tool: String, node: String = "type: tool, tool: t, state_key: out") -> String {
    """
    state: {x: any}
    tools: {t: {\(tool)}}
    nodes: {a: {\(node)}}
    edges: [{from: START, to: a}, {from: a, to: END}]
    """
  }

  private func run(_ folder: TemporaryFolder, _ arguments: String...) async throws -> ChildProcess.Result {
    try await GraphProgram.start(["run", "g.yaml"] + arguments, environment: Self.variables, in: folder.path).result()
  }

  @Test func `What somebody types reaches a command as text`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.graph("command: 'printf \"<%s>\" {x}'"), "precious": ""])
    for value in ["; rm -rf precious", "$(rm precious)", "`rm precious`", "a\nrm precious", "--help", "'\"\\"] {
      let result = try await run(folder, "--var", "x=\(value)")
      #expect(result.standardOutput == "<\(value)>\n" && result.status == 0, "\(result)")
    }
    #expect(access("\(folder.path)/precious", F_OK) == 0)
  }

  @Test func `A tool that fails fails the run with its reason`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.graph("command: 'echo no luck >&2; exit 3'")])
    let result = try await run(folder, "--var", "x=1")
    #expect(result.status == 1)
    #expect(
      result.standardError == "Error: node 'a', step 1: the command ended with status 3: no luck\nfailed after 1 step\n"
    )
  }

  @Test func `What a function prints is on standard error, and its result is the state`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": Self.graph("type: python, path: t.py, function: f", node: "type: python, tool: t, state_key: out"),
      "t.py": "def f(state):\n  print('working on', state['x'])\n  return state['x'] * 2\n",
    ])
    let result = try await run(folder, "--var", "x=ab")
    #expect(result.standardOutput == "abab\n")
    #expect(result.standardError == "working on ab\ncompleted after 1 step\n")
    #expect(try await run(folder, "--var", "x=ab", "--quiet").standardError == "")
  }

  @Test func `Ctrl-C ends a command with the run, and a second one what does not want to end`() async throws {
    let polite = try TemporaryFolder([
      "g.yaml": Self.graph("command: 'echo $$ > pid; echo begun > {x}; exec sleep 1000'")
    ])
    let stubborn = try TemporaryFolder([
      "g.yaml": Self.graph("command: 'trap \"\" TERM; echo $$ > pid; echo begun > {x}; while :; do sleep 1000; done'")
    ])
    for (folder, isStubborn) in [(polite, false), (stubborn, true)] {
      let fifo = "\(folder.path)/begun"
      #expect(mkfifo(fifo, 0o600) == 0)
      let child = try await GraphProgram.start(
        ["run", "g.yaml", "--var", "x=\(fifo)"], environment: Self.variables, in: folder.path)
      // Opening waits for the command to open the other end.
      #expect(contents(ofFile: fifo) == "begun\n")
      child.interrupt()
      if isStubborn {
        await child.waitForInterruptToBeTaken()
        child.interrupt()
      }
      #expect(await child.result().status == 130)
      let pid = try folder.read("pid").filter(\.isNumber)
      // The signal has been sent; that it has arrived is waited for.
      while let state = contents(ofFile: "/proc/\(pid)/stat")?.split(separator: ")").last?.first(where: { $0 != " " }),
        state != "Z", state != "X"
      { await Task.yield() }
    }
  }

  /// A graph with a server of tools that ends neither with its input nor when it is asked to.
  private static func server(_ tool: String, mode: String) -> String {
    graph(
      "type: mcp, command: python3, args: [server.py, \(mode)], env: {MCP_LOG: log}, tool: \(tool)",
      node: "type: tool, tool: t, variables: {}, state_key: out")
  }

  @Test(arguments: ["", "deaf"])
  func `A server of tools is gone when the run is`(mode: String) async throws {
    for tool in ["count", "fail", "crash"] {
      let folder = try TemporaryFolder(["server.py": MCPServerScript.text, "g.yaml": Self.server(tool, mode: mode)])
      let result = try await run(folder)
      #expect(result.status == (tool == "count" ? 0 : 1), "\(result)")
      let log = try folder.read("log").split(separator: "\n")
      let pid = try #require(log.first { $0.hasPrefix("pid ") }).dropFirst(4)
      #expect(access("/proc/\(pid)", F_OK) != 0)
      #expect(log.contains("end of input") == (tool != "crash"))
    }
  }

  @Test(arguments: ["", "deaf"])
  func `Ctrl-C ends a server of tools with the run`(mode: String) async throws {
    let folder = try TemporaryFolder(["server.py": MCPServerScript.text, "g.yaml": Self.server("wait", mode: mode)])
    let child = try await GraphProgram.start(["run", "g.yaml"], environment: Self.variables, in: folder.path)
    while ((try? folder.read("log")) ?? "").contains("call wait") == false { await Task.yield() }
    child.interrupt()
    #expect(await child.result().status == 130)
    let log = try folder.read("log").split(separator: "\n")
    let pid = try #require(log.first { $0.hasPrefix("pid ") }).dropFirst(4)
    #expect(access("/proc/\(pid)", F_OK) != 0)
    #expect(log.contains("notifications/cancelled"))
  }

  @Test func `The tool of a slot is chosen when the graph is run`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": Self.graph("slot: true"),
      "say.yaml": "name: say\ndescription: Says it.\nruntime: {command: 'printf said-%s {x}'}\n",
    ])
    #expect(try await run(folder, "--var", "x=1", "--tool", "t=say.yaml").standardOutput == "said-1\n")
    try folder.write(
      "g.yaml", Self.graph("slot: true", node: "type: tool, tool: t, variables: {x: '{x}'}, state_key: out"))
    #expect(try await run(folder, "--var", "x=1", "--tool", "t=say.yaml").standardOutput == "said-1\n")
    let unbound = try await run(folder, "--var", "x=1")
    #expect(unbound.status == 1 && unbound.standardError.contains("--tool t=manifest.yaml"))
    let unknown = try await run(folder, "--var", "x=1", "--tool", "t=say.yaml", "--tool", "u=say.yaml")
    #expect(unknown.status == 64 && unknown.standardError.contains("The graph has no slot 'u'."))
    let twice = try await run(folder, "--tool", "t=say.yaml", "--tool", "t=say.yaml")
    #expect(twice.status == 64 && twice.standardError.contains("The tool 't' is given twice."))
  }

  @Test func `Nothing is run to check a graph`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.graph("command: 'touch ran', parse: none")])
    let result = try await GraphProgram.run("validate", "g.yaml", environment: Self.variables, in: folder.path)
    #expect(result.status == 0)
    #expect(access("\(folder.path)/ran", F_OK) != 0)
  }
}

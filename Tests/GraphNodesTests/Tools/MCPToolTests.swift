import GraphCompiler
import GraphDiagnostics
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Tools of type `mcp` in graphs, with a real server.
@Suite(.timeLimit(.minutes(10)))
struct MCPToolTests {
  private static let server = "type: mcp, command: python3, args: [server.py], env: {MCP_LOG: log}"

  private static let variables = ["PATH": "/usr/bin:/bin", "HOME": "/home/x", "SECRET_KEY": "do-not-tell-this"]

  private func folder(_ tool: String, node: String, state: String = "n: any") throws -> TemporaryFolder {
    try TemporaryFolder([
      "g.yaml": toolGraph("\(Self.server), \(tool)", node: node, state: state), "server.py": MCPServerScript.text,
    ])
  }

  /// Runs a graph with one node.
  private func run(
    _ tool: String, node: String = "type: tool, tool: t, state_key: out", _ input: ValueObject = [:],
    variables: [String: String] = variables
  ) async throws -> Log {
    try await folder(tool, node: node).run(input, variables: variables)
  }

  private func call(_ tool: String, _ arguments: String = "{}") -> String {
    "type: tool, tool: \(tool), variables: \(arguments), state_key: out"
  }

  // MARK: - Nodes

  @Test func `A node calls one tool of a server`() async throws {
    let log = try await run("tool: add", node: call("t", "{a: '{n}', b: 3}"), ["n": 2])
    #expect(log.out == ["sum": 5], "\(log.error ?? "")")
    #expect(
      log.events.contains { if case .toolCalled(let call) = $0.kind { call.name == "t" } else { false } })
  }

  @Test func `A node calls a tool of all that a server has, or of those that the file lists`() async throws {
    #expect(try await run("parse: text", node: call("t_add", "{a: 1, b: 1}")).out == "{\"sum\": 2}")
    #expect(try await run("tools: [echo, add]", node: call("t_echo", "{text: hi}")).out == "hi")
    #expect(try await run("parse: auto", node: call("t_dotted_name")).out == "called dotted.name")
  }

  @Test func `A tool that the state names is called by the same names`() async throws {
    for tool in ["tools: [echo]", "parse: auto"] {
      let log = try await run(
        tool, node: "type: tool_call, tool: '{n}', args: {text: hi}, state_key: out", ["n": "t_echo"])
      #expect(log.out?["result"] == "hi", "\(log.out ?? .null)")
    }
    let unknown = try await run(
      "tools: [echo]", node: "type: tool_call, tool: '{n}', args: {}, state_key: out", ["n": "t_eco"])
    #expect(unknown.out?["error"] == "there is no tool 't_eco'; did you mean 't_echo'?")
  }

  @Test func `Results of several parts are a list, and structured ones are values`() async throws {
    let parts = try await run("tool: picture").out?.list ?? []
    #expect(parts.map { $0["type"] } == ["text", "image", "resource_link", "resource"])
    #expect(parts[1] == ["type": "image", "mimeType": "image/png", "data": "AAAA"])
    #expect(
      try await run("tool: picture, parse: text").out == "a dot\n[image image/png, about 3 bytes]\na: file:///a\ninside"
    )
    #expect(try await run("tool: add, parse: json", node: call("t", "{a: 1, b: 1}")).out == ["sum": 2])
    #expect(
      try await run("tool: echo, parse: json", node: call("t", "{text: no}")).error?.hasPrefix("the result is no JSON")
        == true)
  }

  @Test func `Arguments are checked against the server's schema`() async throws {
    #expect(
      try await run("tool: add", node: call("t", "{a: '1', c: 1}")).error
        == "the argument 'a' must be int, not str; the argument 'b' is missing")
    #expect(
      try await run("tool: echo, parameters: {text: str, loud: 'bool?'}", node: call("t", "{text: a, loud: '{n}'}")).out
        == "a")
    #expect(
      try folder("tool: echo, parameters: {text: str}", node: call("t", "{txt: a}")).findings() == [
        "GR0253: tool 't' has no parameter 'txt'"
      ])
  }

  // MARK: - Failures

  @Test func `A tool that fails says why`() async throws {
    #expect(try await run("tool: fail").error == "the tool failed: no luck")
    let log = try await run("tool: crash")
    #expect(log.error == "the MCP server of tool 't' ended with status 3: it broke")
    #expect(log.outcome?.error?.node == "a")
    #expect(
      try await run("tool: wait, timeout: 50ms").error == "the MCP server of tool 't' took longer than 50 ms")
    #expect(try await run("tool: eco").error == "the server has no tool 'eco'; did you mean 'echo'?")
    #expect(
      try await run("parse: auto", node: call("t_eco")).error
        == "the server has no tool 't_eco'; did you mean 't_echo'?")
  }

  @Test func `A result that breaks the server's promise is an error`() async throws {
    #expect(
      try await run("tool: lie").error
        == "the result is not what the server promised: the result.sum must be int, not str")
  }

  @Test func `A node after a crash has a new server`() async throws {
    let folder = try TemporaryFolder([
      "server.py": MCPServerScript.text,
      "g.yaml": """
      tools:
        t: {\(Self.server), tools: [crash, count]}
      nodes:
        a: {type: tool, tool: t_crash, variables: {}, on_error: skip}
        b: {type: tool, tool: t_count, variables: {}, state_key: out}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]

      """,
    ])
    #expect(try await folder.run(variables: Self.variables).out == "1")
  }

  // MARK: - What reaches a server

  @Test func `Only what is listed and what programs need reaches the server`() async throws {
    let names = try await run("tool: names").out?.string?.split(separator: "\n").map(String.init) ?? []
    #expect(Set(names).subtracting(["LC_CTYPE", "PWD", "SHLVL", "_"]) == ["HOME", "MCP_LOG", "PATH"])
  }

  @Test func `Secrets are in no message`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph(
        "type: mcp, command: sh, args: [-c, 'echo \"my key is $KEY\" >&2; exit 1'], env: {KEY: '${SECRET_KEY}'}, tool: x"
      )
    ])
    let error = try await folder.run(variables: Self.variables).error
    #expect(error == "the MCP server of tool 't' ended with status 1: my key is [key]")
    let unset = try await folder.run(variables: ["PATH": "/usr/bin:/bin"]).error
    #expect(unset == "the environment variable 'SECRET_KEY' is not set")
  }

  @Test func `Tools that name one server share it`() async throws {
    let folder = try TemporaryFolder([
      "server.py": MCPServerScript.text,
      "g.yaml": """
      tools:
        first: &server {\(Self.server), tool: count}
        second: {<<: *server}
      nodes:
        a: {type: tool, tool: first}
        b: {type: tool, tool: second}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]

      """,
    ])
    let state = try await folder.run(variables: Self.variables).state
    #expect(state["a"] == "1" && state["b"] == "2")
    #expect(try folder.read("log").split(separator: "\n").filter { $0.hasPrefix("pid ") }.count == 1)
  }

  @Test func `Checking a graph starts nothing`() throws {
    let folder = try folder("tools: [echo]", node: call("t_echo", "{text: x}"))
    #expect(folder.findings().isEmpty)
    #expect(throws: TemporaryFolder.Failure.self) { try folder.read("log") }
  }

  // MARK: - Stops

  @Test func `A stop takes the call back, and the server ends with the graph`() async throws {
    let folder = try folder("tool: wait", node: "type: tool, tool: t, state_key: out")
    do {
      let graph = try load(folder, toolCatalog(Self.variables))
      let run = graph.run()
      async let log = Log(of: run)
      while ((try? folder.read("log")) ?? "").contains("call wait") == false { await Task.yield() }
      run.stop("enough")
      #expect(try await log.outcome?.status == .stopped)
    }
    while try !folder.read("log").contains("end of input") { await Task.yield() }
    #expect(try folder.read("log").contains("notifications/cancelled"))
  }

  // MARK: - Agents

  private static let agent = "type: agent, prompt: p, tools: [t], state_key: out"

  /// Runs an agent whose model calls a tool first.
  private func agent(
    _ tool: String, call: (name: String, arguments: ValueObject), node: String = agent
  ) async throws -> (log: Log, requests: [ModelRequest]) {
    let model = ScriptedModel { request in
      guard let result = request.messages.last, result.role == .tool else {
        return .calls([ModelToolCall(id: "c1", name: call.name, arguments: call.arguments)])
      }
      return .text("told: \(result.content)")
    }
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph("\(Self.server), \(tool)", node: node), "server.py": MCPServerScript.text,
      "prompts/p.yaml": "user: go\n",
    ])
    let models = ModelCatalog(environment: Environment(Self.variables.merging(["PROVIDER": "scripted"]) { $1 }))
    models.register("scripted", model)
    return (try await load(folder, models).log(), model.requests)
  }

  @Test func `A model is told the server's own words, and calls its tools`() async throws {
    let (log, requests) = try await agent("tools: [echo, add]", call: ("t_add", ["a": 1, "b": 2]))
    #expect(log.out == "told: {\"sum\":3}", "\(log.error ?? "")")
    let tools = requests.first?.tools ?? []
    #expect(tools.map(\.name) == ["t_echo", "t_add"])
    #expect(tools[0].description == "Says a text again.")
    #expect(
      tools[0].parameters == ["type": "object", "properties": ["text": ["type": "string"]], "required": ["text"]])
  }

  @Test func `All tools of a server have names that providers take`() async throws {
    let (_, requests) = try await agent("parse: auto", call: ("t_dotted_name", [:]))
    let names = requests.first?.tools.map(\.name) ?? []
    #expect(names.count == 16 && names.contains("t_dotted_name"))
    #expect(
      names.allSatisfy {
        $0.utf8.count <= 64 && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
      })
  }

  @Test func `One tool has the name and the words of the file`() async throws {
    let (_, requests) = try await agent("tool: echo, description: My own.", call: ("t", ["text": "x"]))
    #expect(requests.first?.tools.map(\.name) == ["t"] && requests.first?.tools.first?.description == "My own.")
    let (log, _) = try await agent(
      "tools: [echo, add]", call: ("t_echo", ["text": "x"]),
      node: "type: agent, prompt: p, tools: [t_echo], state_key: out")
    #expect(log.out == "told: x")
  }

  @Test func `A model is not told the bytes of a picture, and is told what failed`() async throws {
    let (log, _) = try await agent("tool: picture", call: ("t", [:]))
    #expect(log.out == "told: a dot\n[image image/png, about 3 bytes]\na: file:///a\ninside")
    let wrong = try await agent("tools: [echo]", call: ("t_echo", ["text": 1]))
    #expect(
      wrong.log.error
        == "the only tool call failed, the first with: Error: the argument 'text' must be str, not int")
    let missing = try await agent("tools: [echo, ad]", call: ("t_echo", [:]))
    #expect(missing.log.error == "the server has no tool 'ad'; did you mean 'add'?")
  }

  // MARK: - Mistakes

  private static let anyCall = "type: tool, tool: t, variables: {}"

  @Test(arguments: [
    (
      "type: mcp, tool: x", anyCall,
      ["GR0240: tool 't' needs 'command', the program of its server, or 'url', its address"]
    ),
    (
      "type: mcp, command: a, url: 'http://x', tool: x", anyCall,
      ["GR0241: a server has either 'command' or 'url', not both"]
    ),
    ("type: mcp, command: a, headers: {A: b}, tool: x", anyCall, ["GR0241: 'headers' belongs to a server with 'url'"]),
    ("type: mcp, url: 'http://x', args: [b], tool: x", anyCall, ["GR0241: 'args' belongs to a server with 'command'"]),
    (
      "type: mcp, command: a", anyCall,
      ["GR0242: 't' stands for all tools of a server, and only an agent takes them together"]
    ),
    ("type: mcp, command: a, tool: x, tools: [x]", anyCall, ["GR0244: a tool has either 'tool' or 'tools', not both"]),
    (
      "type: mcp, command: a, tools: [x], parameters: {a: int}", "type: tool, tool: t_x",
      ["GR0245: 'parameters' belong to one tool; say which by 'tool'"]
    ),
    (
      "type: mcp, command: npx -y server, tool: x", anyCall,
      ["GR0246: 'command' is the name of a program; write its arguments under 'args'"]
    ),
    (
      "type: mcp, command: a, tools: []", "type: tool, tool: t_x",
      ["GR0247: 'tools' is empty, so that no tool could be called"]
    ),
    (
      "type: mcp, command: a, tools: [x, x]", "type: tool, tool: t_x", ["GR0248: the server's tool 'x' is listed twice"]
    ),
    ("type: mcp, command: a, tools: [ab]", "type: tool, tool: t_ba", ["GR0250: there is no tool 't_ba' under 'tools'"]),
    (
      "type: mcp, command: a, env: {API_KEY: abcdefgh12345}, tool: x", anyCall,
      ["GR0706: the variable 'API_KEY' is written in the file; put the key into a variable and write '${NAME}'"]
    ),
    (
      "type: mcp, url: 'https://x', headers: {Authorization: Bearer abcdefgh1234}, tool: x", anyCall,
      ["GR0706: the header 'Authorization' is written in the file; put the key into a variable and write '${NAME}'"]
    ),
    ("type: mcp, url: 'ftp://x', tool: x", anyCall, ["GR0151: a URL begins with 'http://' or 'https://' and a host"]),
    ("type: mcp, command: a, working_dir: ../.., tool: x", anyCall, ["GR0703: '../..' leads out of the project"]),
    ("type: mcp, command: a, args: {b: c}, tool: x", anyCall, ["GR0102: 'args' must be a list, not a mapping"]),
    ("command: a, args: [b]", anyCall, ["GR0114: 'args' has no effect in tool 't'; a server of tools has 'type: mcp'"]),
  ])
  func `Mistakes in a file are found`(tool: String, node: String, findings: [String]) throws {
    #expect(try TemporaryFolder(["g.yaml": toolGraph(tool, node: node)]).findings() == findings)
  }

  @Test func `A tool of a server cannot have the name of another tool`() throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      tools:
        t: {type: mcp, command: a, tools: [x]}
        t_x: {command: 'true', parse: none}
      nodes:
        a: {type: tool, tool: t_x}
      edges: [{from: START, to: a}, {from: a, to: END}]

      """
    ])
    #expect(folder.findings() == ["GR0243: the tool would be called 't_x', and there is one of that name already"])
  }
}

import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Nodes that call tools: which tool, with what, and what becomes of its result.
@Suite(.timeLimit(.minutes(5)))
struct ToolCallNodeTests {
  private static let call = "type: tool_call, tool: '{state.task.tool}', args: '{state.task.args}', state_key: out"

  // MARK: - tool_call

  @Test func `B22: tools of every type can be called by a name that the state holds`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      state: {task: dict}
      tools:
        say: {command: "printf %s {text}"}
        add: {type: python, path: t.py, function: add}
        fail: {command: "exit 9"}
      nodes:
        a: {\(Self.call)}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """, "t.py": "def add(a, b): return a + b\n",
    ])
    func out(_ tool: String, _ arguments: Value) async throws -> Value? {
      try await folder.run(["task": ["id": 7, "tool": .string(tool), "args": arguments]]).out
    }
    #expect(
      try await out("say", ["text": "hi; id"])
        == ["task_id": 7, "tool": "say", "success": true, "result": "hi; id", "error": nil])
    #expect(
      try await out("add", ["a": 1, "b": 2])
        == ["task_id": 7, "tool": "add", "success": true, "result": 3, "error": nil])
    #expect(
      try await out("fail", [:])
        == [
          "task_id": 7, "tool": "fail", "success": false, "result": nil, "error": "the command ended with status 9",
        ])
    #expect(try await out("sy", [:])?["error"] == "there is no tool 'sy'; did you mean 'say'?")
    #expect(
      try await out("say", ["txt": 1])?["error"]
        == "there is no argument 'txt'; did you mean 'text'?; the argument 'text' is missing")
    #expect(try await out("say", [1])?["error"] == "the arguments must be dict, not list")
  }

  @Test func `A call in the file has its tool checked, and its arguments computed`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph(
        "command: 'printf %s {x}'", node: "type: tool_call, tool_name: t, tool_args: {x: '{n + 1}'}, state_key: out",
        state: "n: int")
    ])
    #expect(try await folder.run(["n": 1]).out?["result"] == "2")
    try folder.write("g.yaml", toolGraph("command: ls", node: "type: tool_call, tool: tt, args: {}, state_key: out"))
    #expect(folder.findings() == ["GR0250: there is no tool 'tt' under 'tools'"])
    try folder.write("g.yaml", toolGraph("command: ls", node: "type: tool_call, args: [1]"))
    #expect(
      folder.findings() == [
        "GR0144: node 'a' needs 'tool': the name of a tool, or an expression that gives one",
        "GR0102: 'args' must be a mapping, not a list",
      ])
    try folder.write("g.yaml", toolGraph("command: ls", node: "type: tool_call, tool: t, tool_name: t"))
    #expect(folder.findings() == ["GR0145: 'tool' and 'tool_name' are the same; write one of them"])
  }

  @Test func `The object in a result goes to a key of its own, and a result without one is a failure`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph(
        "command: 'printf %s {x}'",
        node: "type: tool_call, tool: t, args: {x: '{x}'}, state_key: out, parsed_key: data",
        state: "x: str")
    ])
    let good = try await folder.run(["x": #"{"a": [1]}"#])
    #expect(good.out?["success"] == true && good.state["data"] == ["a": [1]])
    for text in ["plain", "[1]"] {
      let bad = try await folder.run(["x": .string(text)])
      #expect(bad.out?["success"] == false && bad.out?["result"] == .string(text))
      #expect(bad.out?["error"] == "the result is text, and no JSON object")
      #expect(bad.state["data"]?.isNull ?? true)
    }
  }

  @Test func `Calls and their results are events`() async throws {
    let folder = try TemporaryFolder(["g.yaml": toolGraph("command: 'printf %s {x}'", state: "x: str")])
    let log = try await folder.run(["x": "v"])
    let calls = log.events.compactMap { event -> [Value]? in
      switch event.kind {
      case .toolCalled(let call): [.string(call.name), .object(call.arguments)]
      case .toolReturned(let result): [.string(result.name), result.result ?? nil]
      default: nil
      }
    }
    #expect(calls == [["t", ["x": "v"]], ["t", "v"]])
  }

  // MARK: - tool

  @Test(arguments: [
    ("type: tool", "GR0103: node 'a' needs 'tool'"),
    ("type: tool, tool: s", "GR0250: there is no tool 's' under 'tools'"),
    ("type: tool, tool: t", "GR0221: tool 't' uses 'x', which is no key of the state and not given under 'variables'"),
    (
      "type: tool, tool: t, variables: {}", "GR0254: tool 't' needs 'x', which node 'a' does not give under 'variables'"
    ),
    ("type: tool, tool: t, variables: {x: 1, zebra: 2}", "GR0253: tool 't' has no parameter 'zebra'"),
    ("type: tool, tool: t, variables: {x: [1]}", "GR0255: the argument 'x' of tool 't' must be int, not list"),
    ("type: tool, tool: t, variables: {xx: 1}", "GR0253: tool 't' has no parameter 'xx'"),
  ])
  func `Arguments are compared with what the tool takes`(node: String, finding: String) throws {
    let folder = try TemporaryFolder(["g.yaml": toolGraph("command: 'ls {x}', parameters: {x: int}", node: node)])
    #expect(folder.findings() == [finding])
  }

  @Test func `Parameters with a default may be left out, and values are checked before the call`() async throws {
    let tool = "command: 'printf %s-%s {x} {y}', parameters: {x: int, y: {type: str, default: why}}"
    let folder = try TemporaryFolder(["g.yaml": toolGraph(tool, state: "x: any")])
    #expect(try await folder.run(["x": 1]).out == "1-why")
    #expect(try await folder.run(["x": "one"]).error == "the argument 'x' must be int, not str")
  }

  @Test func `A JSON schema says what a tool takes`() async throws {
    let schema = "{type: object, properties: {x: {type: string, enum: [a, b], description: Which.}}, required: [x]}"
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph(
        "command: 'printf %s {x}', parameters: \(schema)", node: "type: spy, tool: t", state: "x: str")
    ])
    let definition = try folder.definition(of: "t")
    #expect(
      definition.parameters == [
        "type": "object", "properties": ["x": ["type": "string", "enum": ["a", "b"], "description": "Which."]],
        "required": ["x"],
      ])
    try folder.write("g.yaml", toolGraph("command: 'printf %s {x}', parameters: \(schema)", state: "x: str"))
    #expect(try await folder.run(["x": "c"]).error == "the argument 'x' must be one of \"a\", \"b\", not another str")
  }

  @Test(arguments: [
    ("{t: {type: shel, command: ls}}", ["GR0140: unknown tool type 'shel'"]),
    ("{t: {cmd: ls}}", ["GR0101: unknown key 'cmd' in tool 't'"]),
    ("{t: {command: ls, timout: 5}}", ["GR0101: unknown key 'timout' in tool 't'"]),
    ("{t: {command: ls, parameters: {x: strr}}}", ["GR0670: no type is named 'strr'"]),
    ("{t: {command: ls, success_codes: [256]}}", ["GR0105: an item of 'success_codes' must be between 0 and 255"]),
  ])
  func `Mistakes in a tool are found, and reported once`(tools: String, findings: [String]) throws {
    let folder = try TemporaryFolder([
      "g.yaml":
        "tools: \(tools)\nnodes: {a: {type: tool, tool: t}, b: {type: tool, tool: t}}\n"
        + "edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]\n"
    ])
    #expect(folder.findings() == findings)
  }

  // MARK: - Functions of Swift

  private func functions() -> StandardNodeFactory {
    var factory = StandardNodeFactory(models: toolCatalog())
    factory.register(function: "shout", "Writes a text in capitals.", parameters: ["text": .string]) { call in
      .string(call.arguments["text"]?.string?.uppercased() ?? "")
    }
    factory.register(function: "count") { call in ["n": .int((call.arguments["n"]?.int ?? 0) + 1)] }
    return factory
  }

  private func run(_ graph: String, _ input: ValueObject) async throws -> Log {
    let folder = try TemporaryFolder(["g.yaml": graph])
    return try await GraphCompiler(factory: functions()).load("\(folder.path)/g.yaml").log(input)
  }

  @Test func `Functions of the program are nodes and tools`() async throws {
    func graph(_ node: String) -> String {
      toolGraph("type: function, function: shout", node: node, state: "n: int, text: str")
    }
    #expect(try await run(graph("type: function, function: shout, state_key: out"), ["text": "hi"]).out == "HI")
    #expect(try await run(graph("type: function, function: count"), ["n": 1]).outcome?.state["n"] == 2)
    for name in ["t", "shout"] {
      #expect(try await run(graph("type: tool, tool: \(name), state_key: out"), ["text": "hi"]).out == "HI")
    }
    let call = "type: tool_call, tool: '{text}', args: {text: a}, state_key: out"
    #expect(try await run(graph(call), ["text": "shout"]).out?["result"] == "A")
  }

  @Test func `A function that nobody registered is refused with those that there are`() throws {
    let folder = try TemporaryFolder(["g.yaml": toolGraph("command: ls", node: "type: function, function: shoot")])
    let found = GraphCompiler(factory: functions()).compile("\(folder.path)/g.yaml").diagnostics
    #expect(found.map(\.message.text) == ["the program registered no function 'shoot'"])
    #expect(found.first?.fixIts.first?.replacement == "shout")
  }

  @Test func `A function of another program is taken for granted where that is asked for, and its call fails`()
    async throws
  {
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph("type: function, function: shout", node: "type: function, function: shoot")
    ])
    var factory = StandardNodeFactory(models: ModelCatalog(environment: Environment()))
    factory.assumesFunctions = true
    let graph = try GraphCompiler(factory: factory).load("\(folder.path)/g.yaml")
    let error = await #expect(throws: GraphError.self) { _ = try await graph.run().result() }
    let cause = try #require(error?.underlying as? ToolError)
    #expect(cause.description.contains("the program registered no function 'shoot'"))
  }
}

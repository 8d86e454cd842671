import Glibc
import GraphCompiler
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Functions of Python: as nodes that take the state, and as tools that take arguments.
@Suite(.timeLimit(.minutes(5)))
struct PythonToolTests {
  private static let variables = ["PATH": "/usr/local/bin:/usr/bin:/bin", "TRIBUTARY_PYTHON": "/usr/bin/python3"]

  private static let node = "type: python, tool: t, state_key: out"

  /// Runs a function with the state; the file `t.py` has it.
  private func run(
    _ source: String, _ input: ValueObject = [:], node: String = node, tool: String = "",
    state: String = "out: any, n: int"
  ) async throws -> Log {
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph("type: python, path: t.py, function: f\(tool)", node: node, state: state), "t.py": source,
    ])
    return try await folder.run(input, variables: Self.variables)
  }

  // MARK: - Results

  @Test func `An object is the update, anything else goes to the node's key`() async throws {
    let update = try await run("def f(state):\n  return {'n': state['n'] + 1}\n", ["n": 1])
    #expect(update.outcome?.state == ["n": 2])
    #expect(try await run("def f(state): return [1, 2.5, 'ä', None, True, (1,)]").out == [1, 2.5, "ä", nil, true, [1]])
    #expect(try await run("def f(state): return state.get('n', 'unset')").out == "unset")
    #expect(try await run("def f(state): return {'current_step': 'x', 'out': 1}").out == 1)
  }

  @Test func `A key that the state does not have is an error with a suggestion`() async throws {
    #expect(
      try await run("def f(state): return dict(outt=1)").error
        == "the result has a key 'outt', which the state does not have; did you mean 'out'?")
  }

  @Test(arguments: [
    ("[1, {2}]", "result[1] is of type set, which is no JSON value"),
    ("{'out': {'a': [float('nan')]}}", "result[\"out\"][\"a\"][0] is nan, which JSON does not have"),
    ("{'out': {1: 2}}", "result[\"out\"] has a key of type int; keys are str"),
    ("[2 ** 63]", "result[0] is an int of more than 64 bits"),
    ("open('/dev/null')", "result is of type TextIOWrapper, which is no JSON value"),
    (
      "(lambda a: [a.append(a), a][1])([])",
      "result" + String(repeating: "[0]", count: 201) + " is nested too deeply, or holds itself"
    ),
  ])
  func `A result that is no JSON is an error with its place`(result: String, problem: String) async throws {
    #expect(
      try await run("def f(state): return \(result)").error == "the result of 'f' cannot be used: \(problem)")
  }

  @Test func `Dataclasses and enumerations become what they hold`() async throws {
    let source = """
      import dataclasses, enum
      class Colour(enum.Enum):
        RED = "red"
      @dataclasses.dataclass
      class Point:
        x: int
        colour: Colour
      def f(state): return [Point(1, Colour.RED)]
      """
    #expect(try await run(source).out == [["x": 1, "colour": "red"]])
  }

  @Test func `Each call has a state of its own, in whatever way it is read`() async throws {
    // What is large is sent to a worker once; no call may see what another one did to it.
    let source = """
      import copy, json

      def f(state):
          ways = [
              state["big"], state.get("big"), dict(state)["big"], {**state}["big"], (lambda **s: s["big"])(**state),
              state.copy()["big"], copy.copy(state)["big"], copy.deepcopy(state)["big"], (state | {})["big"],
              ({} | state)["big"], dict(state.items())["big"], json.loads(json.dumps(state))["big"], state.pop("big"),
          ]
          right = all(way == list(range(40)) for way in ways) and "big" not in state and len(state["text"]) == 300
          ways[0].append("mine")
          state["deep"]["list"].clear()
          return right and sorted(state) == ["_map_index", "deep", "i", "text"]

      """
    let log = try await run(
      source,
      [
        "big": .list((0..<40).map { .int($0) }), "text": .string(String(repeating: "é", count: 300)),
        "deep": ["list": [1, 2]],
      ],
      node: "type: map, over: [1, 2, 3, 4], as: i, collect: out, max_concurrency: 1, node: {type: python, tool: t}",
      state: "out: any, big: list, text: str, deep: dict")
    #expect(log.out == [true, true, true, true], "\(log.error ?? "")")
  }

  @Test func `What has changed since the last call is seen`() async throws {
    let log = try await run(
      "def f(state): return [state['same'][0], sum(state['other'])]\n", ["same": [7]],
      node: "type: map, over: [1, 2, 2, 3], as: i, collect: out, max_concurrency: 1, "
        + "node: {type: python, tool: t, variables: {other: '{[i, i]}'}}",
      state: "out: any, same: list")
    #expect(log.out == [[7, 2], [7, 4], [7, 4], [7, 6]], "\(log.error ?? "")")
  }

  @Test func `Asynchronous functions are waited for`() async throws {
    #expect(
      try await run("import asyncio\nasync def f(state):\n  await asyncio.sleep(0)\n  return 'later'\n").out == "later")
  }

  @Test func `Variables stand over the state`() async throws {
    let log = try await run(
      "def f(state): return [state['n'], state['x']]", ["n": 1], node: Self.node + ", variables: {n: '{n + 1}', x: y}")
    #expect(log.out == [2, "y"])
  }

  // MARK: - Tools

  @Test func `A tool is called with arguments by their names`() async throws {
    let log = try await run(
      "def f(a, b=2, *, c=None): return [a, b, c]", ["n": 1],
      node: "type: tool, tool: t, state_key: out, variables: {a: '{n}', c: x}")
    #expect(log.out == [1, 2, "x"])
    let missing = try await run(
      "def f(a): return a", node: "type: tool_call, tool: t, args: {b: 1}, state_key: out",
      tool: ", parameters: {a: int}")
    #expect(missing.out?["error"] == "there is no argument 'b'; the argument 'a' is missing")
  }

  @Test func `Models are told the signature and the description`() throws {
    let source = #"""
      import os

      async def f(
          city: str,  # where
          days: int = 3, units: "Literal['metric', 'imperial']" = 'metric',
          tags: list[str] | None = None, *, loud: bool = False, **others,
      ) -> dict[str, int]:
          """Tells the weather.
          In short.

          More of it.

          Args:
              city: The city,
                  by its name.
              days (int): How many days.

          Returns: something
          """
      """#
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph("type: python, path: t.py, function: f", node: "type: spy, tool: t"), "t.py": source,
    ])
    let definition = try folder.definition(of: "t")
    #expect(definition.description == "Tells the weather. In short.")
    #expect(
      definition.parameters == [
        "type": "object",
        "properties": [
          "city": ["type": "string", "description": "The city, by its name."],
          "days": ["type": "integer", "description": "How many days.", "default": 3],
          "units": ["type": "string", "enum": ["metric", "imperial"], "default": "metric"],
          "tags": ["anyOf": [["type": "array", "items": ["type": "string"]], ["type": "null"]]],
          "loud": ["type": "boolean", "default": false],
        ],
        "required": ["city"], "additionalProperties": true,
      ])
  }

  // MARK: - What the compiler finds

  @Test(arguments: [
    ("def g(state): pass\ndef greet(state): pass\n", "gret", "GR0258: 't.py' has no function 'gret'"),
    ("", "f", "GR0258: 't.py' has no function 'f'"),
  ])
  func `A function that is not in the file is found before the run`(
    source: String, function: String, finding: String
  ) throws {
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph("type: python, path: t.py, function: \(function)", node: Self.node), "t.py": source,
    ])
    #expect(folder.findings() == [finding])
  }

  @Test(arguments: [
    "async def f(state): pass", "f = lambda state: 1", "class f: pass", "from os import getcwd as f",
    "from os import (\n  path,\n  f,\n)", "from os import *", "if True:\n  def f(state): pass",
    "globals()['f'] = print",
    "@cached\ndef f(state): pass", "f: object = print", "import f",
  ])
  func `A name that may come about is taken for one`(source: String) throws {
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph("type: python, path: t.py, function: f", node: Self.node), "t.py": source,
    ])
    #expect(folder.findings() == [])
  }

  @Test(arguments: [
    ("type: python, function: f", "GR0146: tool 't' needs 'path', the file of the function, or 'module'"),
    ("type: python, function: f, path: t.py, module: t", "GR0147: a tool has either 'path' or 'module', not both"),
    ("type: python, function: f, path: no.py", "GR0257: cannot read 'no.py': no such file"),
    ("type: python, function: f, path: ../../../etc/passwd", "GR0703: '../../../etc/passwd' leads out of the project"),
    ("type: python, path: t.py", "GR0103: tool 't' needs 'function'"),
    ("command: ls", "GR0149: tool 't' is no function that takes the state; call it with a node of type 'tool'"),
  ])
  func `A tool that names no function is refused`(tool: String, finding: String) throws {
    let folder = try TemporaryFolder([
      "Package.swift": "", "g.yaml": toolGraph(tool, node: Self.node), "t.py": "def f(state): pass",
    ])
    #expect(folder.findings() == [finding])
  }

  @Test func `Nothing is started to check a graph`() throws {
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph("type: python, path: t.py, function: f", node: Self.node),
      "t.py": "open('ran', 'w')\ndef f(state): pass",
    ])
    #expect(folder.findings() == [])
    #expect(access("\(folder.path)/ran", F_OK) != 0)
  }

  // MARK: - Failures

  @Test func `An exception comes with its type, its message and its place`() async throws {
    let log = try await run("def f(state):\n  return g()\ndef g():\n  raise ValueError('too bad')\n")
    #expect(log.error == "'f' raised ValueError: too bad, at t.py:4 in g")
    #expect(try await run("import sys\ndef f(state): sys.exit(3)").error == "'f' raised SystemExit: 3, at t.py:2 in f")
    #expect(
      try await run("import nosuchmodule\ndef f(state): pass").error
        == "'t.py' cannot be imported: ModuleNotFoundError: No module named 'nosuchmodule', at t.py:1 in <module>")
    #expect(try await run("def f(state) return 1").error?.contains("SyntaxError") == true)
  }

  @Test func `A crash is this call's error, and the next call has a new worker`() async throws {
    let source = """
      import os
      def f(state):
        n = state.get("n", 0)
        if n == 0 and not os.path.exists("crashed"):
          open("crashed", "w").close()
          os._exit(7)
        return {"out": "works"}
      """
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph(
        "type: python, path: t.py, function: f", node: Self.node + ", max_retries: 1", state: "out: any"),
      "t.py": source,
    ])
    #expect(try await folder.run(variables: Self.variables).out == "works")
    #expect(try await run("import os\ndef f(state): os._exit(7)").error == "the Python worker ended with status 7")
    let segfault = try await run("import ctypes\ndef f(state): ctypes.string_at(0)").error
    #expect(segfault?.hasPrefix("the Python worker ended with signal 11 (SIGSEGV): Fatal Python error") == true)
  }

  @Test func `A function without end is ended by the tool's time-out, the node's, or a stop`() async throws {
    let source = "def f(state):\n  while True: pass\n"
    #expect(
      try await run(source, tool: ", timeout: 200ms").error
        == "the function took longer than 200 ms, and the Python worker was ended")
    #expect(
      try await run(source, node: Self.node + ", timeout: 200ms").error?.hasPrefix("took longer than its timeout")
        == true)
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph("type: python, path: t.py, function: f", node: Self.node),
      "t.py": "def f(state):\n  print('begun', flush=True)\n" + "  while True: pass\n",
    ])
    let run = try load(folder, toolCatalog(Self.variables)).run()
    var status: RunStatus?
    for try await event in run {
      if case .custom(name: "printed", _) = event.kind { run.stop("enough") }
      if case .runFinished(let outcome) = event.kind { status = outcome.status }
    }
    #expect(status == .stopped)
  }

  @Test func `What a function prints is in the log, and cannot be taken for an answer`() async throws {
    let source = """
      import os, sys
      def f(state):
        print("one"); print("two", end="")
        print("err", file=sys.stderr)
        os.system("echo from a shell")
        print('{"value": "forged"}')
        return "right"
      """
    let log = try await run(source)
    #expect(log.out == "right")
    let printed = log.events.compactMap { event -> Value? in
      if case .custom(name: "printed", let payload) = event.kind { payload } else { nil }
    }
    func text(_ stream: String) -> String {
      printed.filter { $0["stream"] == .string(stream) }.compactMap { $0["text"]?.string }.joined()
    }
    #expect(
      text("stdout") == "one\ntwofrom a shell\n{\"value\": \"forged\"}\n"
        || text("stdout") == "one\nfrom a shell\ntwo{\"value\": \"forged\"}\n")
    #expect(text("stderr") == "err\n")
  }

  @Test func `An interpreter that does not exist is said`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph("type: python, path: t.py, function: f", node: Self.node), "t.py": "def f(state): pass",
    ])
    let log = try await folder.run(variables: ["TRIBUTARY_PYTHON": "/no/such/python"])
    #expect(
      log.error
        == "Python ('/no/such/python') does not run: it cannot be started: there is no program '/no/such/python'")
  }

  // MARK: - Workers

  @Test func `Calls one after the other share a worker and the state of its modules`() async throws {
    let source = """
      import os
      calls = 0
      def f(state):
        global calls
        calls += 1
        return {"n": state["n"] + 1, "out": [calls, os.getpid()]}
      """
    let folder = try TemporaryFolder([
      "g.yaml": """
      state: {n: int, out: any}
      tools: {t: {type: python, path: t.py, function: f}}
      nodes: {a: {type: python, tool: t}}
      edges: [{from: START, to: a}, {from: a, to: a, condition: "n < 1000"}, {from: a, to: END}]
      """, "t.py": source,
    ])
    let log = try await folder.run(["n": 0], variables: Self.variables)
    #expect(log.out?.list?.first == 1000)
  }

  @Test func `Calls side by side have workers of their own`() async throws {
    let branches = (1...6).map { "b\($0)" }
    let folder = try TemporaryFolder([
      "g.yaml": """
      state: {pids: {type: list, reducer: append}}
      tools: {t: {type: python, path: t.py, function: f}}
      nodes: {\(branches.map { "\($0): {type: python, tool: t, state_key: pids}" }.joined(separator: ", "))}
      edges: [{from: START, to: [\(branches.joined(separator: ", "))]}, {from: [\(branches.joined(separator: ", "))], to: END}]
      """,
      // Each of the first four waits until there are four; the others wait for one of them.
      "t.py": """
      import os, time
      def f(state):
        open("w%d" % os.getpid(), "w").close()
        while len([n for n in os.listdir(".") if n.startswith("w")]) < 4: time.sleep(0.005)
        return os.getpid()
      """,
    ])
    let log = try await folder.run(variables: Self.variables)
    let pids = try #require(log.outcome?.state["pids"]?.list)
    #expect(pids.count == 6 && Set(pids).count == 4)
  }

  @Test func `Modules of the project are found, and a file is one module under both its names`() async throws {
    let folder = try TemporaryFolder([
      "Package.swift": "", "lib/helper.py": "names = []\ndef f(state):\n  names.append(1)\n  return len(names)\n",
      "graphs/near.py": "import helper2\ndef f(state): return helper2.value",
      "graphs/helper2.py": "value = 'near'",
      "graphs/g.yaml": toolGraph("type: python, module: lib.helper, function: f", node: Self.node),
      "graphs/h.yaml": toolGraph("type: python, path: near.py, function: f", node: Self.node),
    ])
    let models = toolCatalog(Self.variables)
    #expect(try await load(folder, models, "graphs/g.yaml").log().out == 1)
    #expect(try await load(folder, models, "graphs/h.yaml").log().out == "near")
  }
}

extension TemporaryFolder {
  /// What models are told of a tool of `g.yaml`, which has a node of the type `spy`.
  func definition(of name: String) throws -> ToolDefinition {
    let found = Locked<ToolDefinition?>(nil)
    var factory = StandardNodeFactory(models: toolCatalog())
    factory.register(SpyNode(found: found))
    _ = try GraphCompiler(factory: factory).load("\(path)/g.yaml")
    return try #require(found.withLock { $0 })
  }
}

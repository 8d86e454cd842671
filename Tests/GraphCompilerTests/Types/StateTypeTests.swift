import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import Testing

/// The types that keys of the state have by what is declared and written.
@Suite(.timeLimit(.minutes(10)))
struct StateTypeTests {
  private static func types(_ text: String, _ files: [String: String] = [:]) throws -> StateTypes {
    try #require(try TypedProject(files).compilation(MarkedSource(text)).types)
  }

  private static func line(_ nodes: [(name: String, body: String)], state: String = "text: str", more: String = "")
    -> String
  {
    let names = ["START"] + nodes.map(\.name) + ["END"]
    return "state: {\(state)}\n\(more)nodes:\n" + nodes.map { "  \($0.name): {\($0.body)}\n" }.joined()
      + "edges:\n"
      + zip(names, names.dropFirst()).map { "  - {from: \($0), to: \($1)}\n" }.joined()
  }

  @Test(arguments: [
    ("prompt: plain", "str"), ("prompt: plain, parse_json: true", "any"), ("prompt: critique", "dict"),
    ("type: retrieve, index: \"{state.list}\", query: \"{state.text}\"", "list[dict]"),
    ("type: interrupt, message: \"More?\", resume_key: a", "any"),
    ("type: passthrough, output: {a: \"{len(text)}\"}", "int"),
    ("type: passthrough, output: {a: \"{len(text) / 2}\"}", "float"),
    ("type: passthrough, output: {a: \"about {state.text}\"}", "str"),
    ("type: passthrough, output: {a: {x: 1}}", "dict"),
    ("type: passthrough, output: {a: \"{split(state.text)}\"}", "list[str]"),
    ("type: passthrough, output: {a: \"{'yes' if len(text) > 2 else 'no'}\"}", "\"yes\" | \"no\""),
    ("type: passthrough, output: {a: \"{default(state.a, 0) + 1}\"}", "int"),
    ("type: passthrough, output: {a: \"{default(state.a, []) + [state.text]}\"}", "list[str?]"),
    ("type: passthrough, output: {a: \"{[state.a]}\"}", "any"),
    ("type: map, over: list, as: x, node: {prompt: plain, variables: {text: \"{state.x}\"}}, collect: a", "list[str]"),
    (
      "type: map, over: list, as: x, node: {type: passthrough, output: {a: \"{len(x)}\"}, state_key: a}, collect: a",
      "list[int]"
    ),
    (
      "type: map, over: list, as: x, node: {type: passthrough, output: {a: \"{split(x)}\"}, state_key: a}, collect: a, flatten_output: true",
      "list[str]"
    ),
  ])
  func `the type of what a node writes is known`(body: String, type: String) throws {
    let types = try Self.types(Self.line([("a", body)], state: "text: str, list: \"list[str]\""))
    #expect(types.type(of: "a")?.description == type)
  }

  @Test func `keys that depend on each other have their types in any order`() throws {
    let types = try Self.types(
      Self.line([
        ("c", "type: passthrough, output: {c: \"{state.b + 0.5}\"}"),
        ("b", "type: passthrough, output: {b: \"{state.a + 1}\"}"),
        ("a", "type: passthrough, output: {a: \"{len(state.text)}\"}"),
      ]))
    #expect(["a", "b", "c"].map { types.type(of: $0)?.description } == ["int", "int", "float"])
    #expect(types["a"]?.isCertain == true)
    #expect(types["text"]?.declared == .string)
    #expect(types.type(of: "nothing") == nil)
  }

  @Test func `what a function of Python promises is taken as that`() throws {
    let tool = "tools: {find: {type: python, path: work.py, function: find}}\n"
    let files = ["work.py": "def find(text: str) -> list[str]:\n  return [text]\n"]
    let text = Self.line([("a", "type: tool, tool: find, variables: {text: \"{state.text}\"}")], more: tool)
    let types = try Self.types(text, files)
    #expect(types.type(of: "a")?.description == "list[str]")
    #expect(types["a"]?.isCertain == false)
    try TypedProject.expect(
      text + "verify: [{check: \"1️⃣a > 3\"}]\n", "GR0559", "'>' cannot compare list with int", files: files)
  }

  @Test func `types are there although the graph has mistakes`() throws {
    let types = try Self.types(Self.line([("a", "prompt: critique"), ("b", "prompt: missing")]))
    #expect(types.type(of: Self.path("a.score"))?.description == "float")
  }

  /// A path written out.
  private static func path(_ text: String) -> StatePath {
    let source = ExpressionSource(text)
    let parts = text.split(separator: ".").map(String.init)
    return StatePath(
      root: parts[0], components: parts.dropFirst().map { .key($0) }, hasStatePrefix: false, range: source.range,
      span: source.span(of: source.range), rootSpan: source.span(of: source.range))
  }

  @Test func `what a graph inside another one leaves has its type`() throws {
    let child = Self.line([("judge", "prompt: critique, state_key: result")])
    let parent = Self.line(
      [("run", "type: subgraph, graph: child.yaml, input_mapping: {text: text}, output_mapping: {got: result}")])
    let types = try Self.types(parent, ["child.yaml": child])
    #expect(types["got"]?.type.description == "dict")
    try TypedProject.expect(
      parent + "verify: [{check: \"got.1️⃣scor > 0.5\"}]\n", "GR0540", "'got' has no field 'scor'", fixIt: "score",
      files: ["child.yaml": child])
  }

  // MARK: - Writes

  @Test(arguments: [
    ("text: str, n: int", "prompt: plain, 1️⃣state_key: n", "'n' is declared as 'int', and node 'a' writes 'str'"),
    ("text: str, n: bool", "prompt: critique, 1️⃣state_key: n", "'n' is declared as 'bool', and node 'a' writes 'dict'"),
    (
      "text: str, n: \"dict[str, int]\"", "type: passthrough, output: {1️⃣n: \"{len(text)}\"}",
      "'n' is declared as 'dict[str, int]', and node 'a' writes 'int'"
    ),
  ])
  func `a write of another type is found`(state: String, body: String, message: String) throws {
    let marked = Self.line([("a", body)], state: state).split(separator: "1️⃣state_key: n").joined(
      separator: "state_key: 1️⃣n")
    try TypedProject.expect(marked, "GR0440", message)
  }

  @Test(arguments: [
    ("{type: int, reducer: add}", "prompt: plain", "reducer 'add' of 'n' takes numbers, and node 'a' writes 'str'"),
    ("{type: float, reducer: max}", "prompt: plain", "reducer 'max' of 'n' takes numbers, and node 'a' writes 'str'"),
    (
      "{type: dict, reducer: merge}", "prompt: plain", "reducer 'merge' of 'n' takes objects, and node 'a' writes 'str'"
    ),
  ])
  func `what a reducer cannot take is found`(declaration: String, body: String, message: String) throws {
    try TypedProject.expect(
      Self.line([("a", "\(body), state_key: 1️⃣n")], state: "text: str, n: \(declaration)"), "GR0441", message)
  }

  @Test(arguments: [
    ("n: {type: list, reducer: append}", "prompt: plain"), ("n: str", "prompt: plain"), ("n: any", "prompt: critique"),
    ("n: dict", "prompt: critique"), ("n: \"str?\"", "prompt: plain"), ("n: int", "prompt: plain, parse_json: true"),
    ("n: {type: int, reducer: add}", "prompt: plain, parse_json: true"), ("n: \"list[str]\"", "type: step"),
  ])
  func `a write that fits is left alone`(declaration: String, body: String) throws {
    try TypedProject.expectNone(Self.line([("a", "\(body), state_key: n")], state: "text: str, \(declaration)"))
  }

  @Test func `a declaration that is broken by a write says nothing more`() throws {
    let text = Self.line([("a", "prompt: plain, state_key: 1️⃣n")], state: "text: str, n: int")
    try TypedProject.expect(
      text + "verify: [{check: \"n == 'a'\"}]\n", "GR0440", "'n' is declared as 'int', and node 'a' writes 'str'")
  }

  @Test func `an object that is declared without its fields has those of what is written`() throws {
    let text = Self.line([("a", "prompt: critique, state_key: n")], state: "text: str, n: dict")
    try TypedProject.expect(
      text + "verify: [{check: \"n.1️⃣scor > 0.5\"}]\n", "GR0559", "'n' has no field 'scor'", fixIt: "score")
  }

  // MARK: - Uses

  @Test(arguments: [
    ("1️⃣text", "'over' of a map must be a list, and 'text' is str"),
    ("1️⃣n", "'over' of a map must be a list, and 'n' is int"),
    ("1️⃣len(list)", "'over' of a map must be a list, and 'len(list)' is int"),
  ])
  func `a map over what is no list is found`(over: String, message: String) throws {
    try TypedProject.expect(
      Self.line(
        [("a", "type: map, over: \(over), as: x, node: {type: passthrough, output: {b: \"{str(x)}\"}}, collect: c")],
        state: "text: str, n: int, list: \"list[str]\""),
      "GR0160", message)
  }

  @Test func `the items of a map have the type of the list's`() throws {
    let nodes: (String) -> String = { path in
      Self.line(
        [
          ("find", "type: retrieve, index: \"{state.list}\", query: \"{state.text}\""),
          ("a", "type: map, over: find, as: hit, node: {user: \"About {\(path)}\"}, collect: c"),
        ], state: "text: str, list: \"list[str]\"")
    }
    try TypedProject.expectNone(nodes("hit.text"))
    try TypedProject.expect(nodes("hit.1️⃣txt"), "GR0540", "'hit' has no field 'txt'", fixIt: "text")
  }

  @Test func `an argument of another type is found`() throws {
    let text = Self.line(
      [("a", "type: tool, tool: say, variables: {n: \"{1️⃣state.text}\"}")],
      more: "tools: {say: {type: shell, command: \"echo {n}\", parameters: {n: int}}}\n")
    try TypedProject.expect(text, "GR0255", "the argument 'n' of tool 'say' must be int, not str")
  }

  @Test func `an input of another type is found`() throws {
    let child = Self.line([("judge", "user: \"{n}\"")], state: "n: int")
    let parent = Self.line([("run", "type: subgraph, graph: child.yaml, input_mapping: {1️⃣text: n}")])
    try TypedProject.expect(
      parent, "GR0442", "the input 'n' of graph 'child' must be int, not str", files: ["child.yaml": child])
  }

  @Test func `checks see the type of the node's result`() throws {
    let guards = { (check: String) in
      Self.line([("a", "prompt: critique, guards: {post: [{check: \"\(check)\"}]}")])
    }
    try TypedProject.expectNone(guards("output.score > 0.2"))
    try TypedProject.expectNone(guards("len(output.feedback) > 10"))
    try TypedProject.expect(guards("output.1️⃣scor > 0.2"), "GR0540", "'output' has no field 'scor'", fixIt: "score")
  }
}

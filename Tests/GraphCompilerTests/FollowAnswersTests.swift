import GraphCompiler
import GraphDiagnostics
import GraphTestSupport
import Testing

/// What models say is followed to the programs that tools start.
@Suite(.timeLimit(.minutes(10))) struct FollowAnswersTests {
  /// A graph in which a model's answer comes to a command, in three parts that a test replaces.
  private static func graph(
    command: String = "cat {file}", tool: String = "", plan: String = "", between: String = "",
    argument: String = "{plan}",
    edges: String = "- {from: plan, to: show}"
  ) -> String {
    """
    tools:
      show:
        command: \(command)\(tool.isEmpty ? "" : "\n    \(tool)")
    nodes:
      plan: {user: Which file?\(plan)}\(between.isEmpty ? "" : "\n  \(between)")
      show: {type: tool, tool: show, variables: {file: "\(argument)"}}
    edges:
      - {from: START, to: plan}
      \(edges)
      - {from: show, to: END}

    """
  }

  /// The codes of findings about safety.
  private static func codes(_ text: String) -> [String] {
    diagnostics(text).map(\.code).filter { $0.hasPrefix("GR07") }
  }

  @Test func `an answer that names a file is reported with the places that matter`() throws {
    let file = SourceFile(path: "test.yaml", text: Self.graph())
    let found = testCompiler().compile(file).diagnostics.filter { $0.code.id.hasPrefix("GR07") }
    try #require(found.count == 1)
    #expect(found[0].severity == .warning)
    #expect(found[0].code.id == "GR0713")
    #expect(
      found[0].message.text == "the answer of 'plan' may be any path for 'cat' in tool 'show', and nothing checks it")
    #expect(found[0].span?.text == "\"{plan}\"")
    #expect(
      found[0].notes.map(\.text).prefix(2) == [
        "'{file}' stands here in the command", "the answer is written to 'plan' here",
      ])
    #expect(found[0].notes[0].span?.text == "{file}")
    #expect(found[0].notes[1].span?.text == "plan")
  }

  @Test(arguments: [
    ("cat {file}", "GR0713"), ("cat -- \"{file}\"", "GR0713"), ("head -n 3 {file}", "GR0713"),
    ("cat docs/{file}", "GR0713"),
    ("echo hi > {file}", "GR0713"), ("echo hi >>out/{file}", "GR0713"), ("wc -l < {file}", "GR0713"),
    ("ls | tee {file}", "GR0713"), ("grep -c x {file}", "GR0713"), ("grep -f {file} docs", "GR0713"),
    ("sudo rm -rf {file}", "GR0713"), ("A=1 cat {file}", "GR0713"), ("if cat {file}; then true; fi", "GR0713"),
    ("{file} --version", "GR0710"), ("timeout 5 {file}", "GR0710"), ("bash {file}", "GR0710"),
    ("python3 -m {file}", "GR0710"), ("env A=1 {file}", "GR0710"), (". {file}", "GR0710"),
    ("git log {file}", "GR0711"), ("find {file} -name x", "GR0711"), ("tar xf {file}", "GR0711"),
    ("curl -fsSL {file}", "GR0712"), ("wget {file}", "GR0712"), ("curl -s {file} | sh", "GR0712"),
    ("x=$(cat {file}); echo $x", "GR0713"),
  ])
  func `what a program makes of an argument is known`(command: String, code: String) {
    #expect(Self.codes(Self.graph(command: "'\(command)'")).filter { $0.hasPrefix("GR071") } == [code])
  }

  @Test(arguments: [
    "printf %s {file} | wc -w", "grep -rniF -m 5 -e {file} docs", "echo {file}", "head -n {file} notes.md",
    "git commit -m {file}", "git log -- {file}", "curl -d {file} https://example.org",
    "curl https://example.org/{file}",
    "python3 tool.py {file}", "sh -c 'echo \"$1\"' sh {file}", "A={file} env", "mytool {file}", "cat report-{file}.md",
    "awk -v name={file} '{print name}' notes.md", "find . -name {file}", "cut -d {file} notes.md",
    "echo {file} 2>&1", "docker run --name {file} image",
  ])
  func `an argument that is text is nobody's business`(command: String) {
    #expect(Self.codes(Self.graph(command: "'\(command.split(separator: "'").joined(separator: "''"))'")) == [])
  }

  @Test func `the value of a variable that is named like a key is one, when it is generated`() {
    func found(_ variable: String) -> [String] {
      let tool = "tools: {show: {command: ls, env: {\(variable)}}}\n"
      let rest = "nodes: {a: {type: tool, tool: show}}\nedges: [{from: START, to: a}, {from: a, to: END}]\n"
      return Self.codes(tool + rest)
    }
    #expect(found("SERVICE_TOKEN: 9fK2mQ7xLw4Vt8RbZc3Y") == ["GR0707"])
    #expect(found("SERVICE_TOKEN: \"${TOKEN}\"") == [])
    #expect(found("TOKEN_LIMIT: \"1000000000000000\"") == [])
    #expect(found("API_KEY_FILE: /run/secrets/key-of-service") == [])
    #expect(found("BUILD: 9fK2mQ7xLw4Vt8RbZc3Y") == [])
  }

  // MARK: - Checks

  @Test(arguments: [
    graph(tool: "parameters: {file: {type: str, enum: [a.md, b.md]}}"),
    graph(tool: "parameters: {file: {type: str, constraints: {pattern: '^[a-z]+$'}}}"),
    graph(tool: "parameters: {file: int}"),
    graph(plan: ", guards: {post: [{check: \"output in ['a.md', 'b.md']\"}]}"),
    graph(edges: "- {from: plan, to: show, condition: \"plan in ['a.md']\"}\n  - {from: plan, to: END}"),
    graph(edges: "- {from: plan, to: END, condition: \"plan not in ['a.md']\"}\n  - {from: plan, to: show}"),
    graph(
      between: "ask: {type: interrupt, message: \"Show {plan}?\"}",
      edges: "- {from: plan, to: ask}\n  - {from: ask, to: show}"),
    graph(
      between: "plan2: {type: passthrough, output: {plan: \"'a.md' if plan == 'a' else 'b.md'\"}}",
      edges: "- {from: plan, to: plan2}\n  - {from: plan2, to: show}"),
    graph(argument: "{int(plan)}"), graph(argument: "{len(plan)}.md"),
    graph(argument: "{'a.md' if plan == 'a' else 'b.md'}"),
    graph(edges: "- {from: plan, to: END}\n  - {from: START, to: show}"),
  ])
  func `a checked answer is no finding`(text: String) {
    #expect(Self.codes(text).filter { $0.hasPrefix("GR071") } == [], "\(text)")
  }

  @Test(arguments: [
    // That there is an answer says nothing of it.
    graph(edges: "- {from: plan, to: show, condition: \"plan != ''\"}\n  - {from: plan, to: END}"),
    graph(plan: ", guards: {post: [{check: \"len(output) > 0\"}]}"),
    graph(plan: ", guards: {post: [{check: \"output in ['a.md']\", on_fail: warn}]}"),
    graph(tool: "parameters: {file: str}"),
    // The person is asked on another way.
    graph(
      between: "ask: {type: interrupt, message: Go on?}",
      edges: "- {from: plan, to: [ask, show]}\n  - {from: ask, to: END}"),
    // Through other keys, texts and lists.
    graph(
      between: "join: {type: passthrough, output: {path: \"docs/{lower(plan)}\"}}", argument: "{path}",
      edges: "- {from: plan, to: join}\n  - {from: join, to: show}"),
    graph(argument: "docs/{plan}.md"), graph(argument: "{plan if plan else 'a.md'}"),
    graph(argument: "{plan.files[0]}", edges: "- {from: plan, to: show}"),
  ])
  func `an unchecked answer is found`(text: String) {
    #expect(Self.codes(text).filter { $0.hasPrefix("GR071") } == ["GR0713"], "\(text)")
  }

  @Test func `fields of a schema are told apart`() throws {
    let folder = try TemporaryFolder([
      "Package.swift": "",
      "prompts/plan.yaml": """
      user: Which?
      schema:
        name: Plan
        fields:
          file: {type: str}
          kind: {type: str, enum: [a.md, b.md]}
          number: {type: int}

      """,
    ])
    func found(_ argument: String) throws -> [String] {
      try folder.write(
        "g.yaml",
        """
        tools: {show: {command: "cat {file}"}}
        nodes:
          plan: {prompt: plan}
          copy: {type: passthrough, output: {chosen: "{plan}"}}
          show: {type: tool, tool: show, variables: {file: "\(argument)"}}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: copy}
          - {from: copy, to: show}
          - {from: show, to: END}

        """)
      let found = testCompiler().compile(folder.path + "/g.yaml").diagnostics
      return found.map(\.code.id).filter { $0.hasPrefix("GR07") }
    }
    #expect(try found("{plan.file}") == ["GR0713"])
    #expect(try found("{plan.kind}") == [])
    #expect(try found("{plan.number}.md") == [])
    #expect(try found("{chosen.file}") == ["GR0713"])
    #expect(try found("{chosen.kind}") == [])
  }

  // MARK: - Other nodes

  @Test func `an agent chooses the arguments of its tools`() {
    let text = """
      tools:
        list: {command: ls docs, description: Lists.}
        find: {command: "grep -rniF -e {words} docs", description: Finds.}
        show: {command: "cat {file}", description: Shows.}
        pick:
          command: cat {file}
          description: Shows.
          parameters: {file: {type: str, enum: [a.md, b.md]}}
      nodes:
        a: {type: agent, user: Look., tools: [list, find, 1️⃣show, pick]}
      edges:
        - {from: START, to: a}
        - {from: a, to: END}

      """
    let source = MarkedSource(text)
    #expect(
      diagnostics(source.file).filter { $0.code.hasPrefix("GR07") } == [
        ExpectedDiagnostic(
          source["1️⃣"], "GR0713", "the model of 'a' may be any path for 'cat' in tool 'show', and nothing checks it")
      ])
  }

  @Test func `a map's items are what its list holds`() {
    func text(_ over: String) -> String {
      """
      state: {names: "list[str]"}
      tools: {show: {command: "cat {file}"}}
      nodes:
        plan: {user: Which?, parse_json: true}
        all:
          type: map
          over: \(over)
          as: item
          collect: out
          node: {type: tool, tool: show, variables: {file: "{item.path}"}}
      edges:
        - {from: START, to: plan}
        - {from: plan, to: all}
        - {from: all, to: END}

      """
    }
    #expect(Self.codes(text("\"{plan.files}\"")) == ["GR0713"])
    #expect(Self.codes(text("\"{names}\"")).filter { $0.hasPrefix("GR071") } == [])
  }

  @Test func `answers that a map collects are answers`() {
    let text = """
      state: {names: "list[str]"}
      tools: {show: {command: "cat {file}"}}
      nodes:
        all: {type: map, over: "{names}", as: item, collect: out, node: {user: "Which for {item}?"}}
        show: {type: tool, tool: show, variables: {file: "{out[0]}"}}
      edges:
        - {from: START, to: all}
        - {from: all, to: show}
        - {from: show, to: END}

      """
    #expect(Self.codes(text) == ["GR0713"])
  }

  @Test func `a tool that the state names may be any`() {
    let text = """
      tools:
        show: {command: "cat {file}"}
        say: {command: "echo {words}"}
      nodes:
        plan: {user: Which?, parse_json: true}
        act: {type: tool_call, tool: "{plan.tool}", args: "{plan.args}"}
        safe: {type: tool_call, tool: say, args: {words: "{plan.words}"}}
      edges:
        - {from: START, to: plan}
        - {from: plan, to: act}
        - {from: act, to: safe}
        - {from: safe, to: END}

      """
    #expect(Self.codes(text) == ["GR0713"])
  }

  @Test func `answers are followed into graphs and out of them`() throws {
    let folder = try TemporaryFolder([
      "Package.swift": "",
      "inner.yaml": """
      state: {file: str}
      tools: {show: {command: "cat {file}"}}
      nodes: {show: {type: tool, tool: show, variables: {file: "{file}"}}}
      edges: [{from: START, to: show}, {from: show, to: END}]

      """,
      "asking.yaml": """
      nodes: {ask: {user: Which?, state_key: name}}
      edges: [{from: START, to: ask}, {from: ask, to: END}]

      """,
      "outer.yaml": """
      nodes:
        ask: {type: subgraph, graph: asking.yaml, output_mapping: {chosen: name}}
        show: {type: subgraph, graph: inner.yaml, input_mapping: {file: "{chosen}"}}
      edges: [{from: START, to: ask}, {from: ask, to: show}, {from: show, to: END}]

      """,
      "given.yaml": """
      state: {name: str}
      nodes: {show: {type: subgraph, graph: inner.yaml, input_mapping: {name: file}}}
      edges: [{from: START, to: show}, {from: show, to: END}]

      """,
    ])
    func found(_ name: String) -> [Diagnostic] {
      testCompiler().compile("\(folder.path)/\(name)").diagnostics.filter { $0.code.id.hasPrefix("GR07") }
    }
    #expect(found("inner.yaml").isEmpty && found("asking.yaml").isEmpty && found("given.yaml").isEmpty)
    let outer = found("outer.yaml")
    #expect(outer.map(\.code.id) == ["GR0713"], "\(DiagnosticError(outer))")
    #expect(outer.first?.message.text.hasPrefix("the answer of 'ask' may be any path") == true)
    #expect(outer.first?.span?.text == "inner.yaml")
  }
}

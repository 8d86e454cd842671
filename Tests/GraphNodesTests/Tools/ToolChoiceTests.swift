import GraphNodes
import GraphTestSupport
import Testing

/// What is said before a run of the tools that an answer chooses.
@Suite(.timeLimit(.minutes(5)))
struct ToolChoiceTests {
  /// A graph whose model chooses one of some tools, and goes on over some edges.
  private func findings(
    choices: String, nodes: String, edges: String, tools: String = "one: {command: \"echo {x}\"}"
  ) throws -> [String] {
    try TemporaryFolder([
      "g.yaml": """
      state: {t: str}
      tools: {\(tools)}
      nodes:
        pick: {prompt: p, state_key: choice}
      \(nodes)
      edges:
        - {from: START, to: pick}
      \(edges)
      """,
      "prompts/p.yaml": """
      user: Which tool?
      schema: {name: Choice, fields: {tool: {type: str, enum: [\(choices)]}}}

      """,
    ]).findings()
  }

  private static let call = "  call: {type: tool_call, tool: \"{state.choice.tool}\", args: {x: \"{state.t}\"}}"

  private static let missing = "GR0418: node 'call' may call 'none', and there is no such tool"

  @Test func `A choice that goes straight to the call has to name a tool`() throws {
    let edges = "  - {from: pick, to: call}\n  - {from: call, to: END}"
    #expect(try findings(choices: "one", nodes: Self.call, edges: edges) == [])
    #expect(try findings(choices: "one, none", nodes: Self.call, edges: edges) == [Self.missing])
  }

  @Test(arguments: [
    "  - {from: pick, to: END, condition: \"choice.tool == 'none'\"}\n  - {from: pick, to: call}",
    "  - {from: pick, to: call, condition: \"choice.tool != 'none'\"}\n  - {from: pick, to: END}",
    """
      - {from: pick, to: END, condition: "choice.tool == 'none'"}
      - {from: pick, to: between}
      - {from: between, to: call}
    """,
  ])
  func `Where an edge looked at the choice, not all of it comes to the call`(edges: String) throws {
    let between = edges.contains("between") ? "\n  between: {type: passthrough, output: {y: \"{state.t}\"}}" : ""
    let found = try findings(
      choices: "one, none", nodes: Self.call + between, edges: edges + "\n  - {from: call, to: END}")
    #expect(found == [])
  }

  @Test func `A condition on one of two ways to the call, or on another key, decides nothing`() throws {
    let around = """
        - {from: pick, to: [call, between]}
        - {from: between, to: call, condition: "choice.tool != 'none'"}
        - {from: between, to: END}
        - {from: call, to: END}
      """
    let between = "\n  between: {type: passthrough, output: {y: \"{state.t}\"}}"
    #expect(try findings(choices: "one, none", nodes: Self.call + between, edges: around).contains(Self.missing))
    let other = """
        - {from: pick, to: END, condition: "t == 'none'"}
        - {from: pick, to: call}
        - {from: call, to: END}
      """
    #expect(try findings(choices: "one, none", nodes: Self.call, edges: other) == [Self.missing])
  }

  @Test func `A check before the call decides as well, unless it only warns`() throws {
    let edges = "  - {from: pick, to: call}\n  - {from: call, to: END}"
    func call(_ action: String) -> String {
      """
        call:
          type: tool_call
          tool: "{state.choice.tool}"
          args: {x: "{state.t}"}
          guards: {pre: [{check: "choice.tool != 'none'", on_fail: \(action)}]}
      """
    }
    #expect(try findings(choices: "one, none", nodes: call("skip"), edges: edges) == [])
    #expect(try findings(choices: "one, none", nodes: call("warn"), edges: edges) == [Self.missing])
  }

  @Test func `Each tool has calls of its own where conditions tell them apart`() throws {
    let nodes = """
        c1: {type: tool_call, tool: "{state.choice.tool}", args: {x: "{state.t}"}, state_key: r}
        c2: {type: tool_call, tool: "{state.choice.tool}", args: {y: "{state.t}"}, state_key: r}
      """
    let edges = """
        - {from: pick, to: c1, condition: "choice.tool == 'one'"}
        - {from: pick, to: c2, condition: "choice.tool == 'two'"}
        - {from: c1, to: END}
        - {from: c2, to: END}
      """
    let tools = "one: {command: \"echo {x}\"}, two: {command: \"echo {y}\"}"
    #expect(try findings(choices: "one, two", nodes: nodes, edges: edges, tools: tools) == [])
  }

  @Test func `Arguments of another tool are told once for each tool`() throws {
    let edges = "  - {from: pick, to: call}\n  - {from: call, to: END}"
    let tools = "one: {command: \"echo {x}\"}, two: {command: \"echo {first} {second}\"}"
    #expect(
      try findings(choices: "one, two", nodes: Self.call, edges: edges, tools: tools)
        == ["GR0419: the call fails: tool 'two' has no parameter 'x'"])
  }
}

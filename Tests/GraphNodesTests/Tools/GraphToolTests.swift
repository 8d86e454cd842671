import GraphRuntime
import GraphTestSupport
import Testing

/// Graphs as tools.
@Suite(.timeLimit(.minutes(5)))
struct GraphToolTests {
  private let child = [
    "child.yaml": """
    name: child
    description: Greets somebody
    state: {name: {type: str, description: Who is greeted}, times: {type: int, default: 1}}
    nodes:
      greet: {user: "Greet {name} {times} times", state_key: greeting}
    edges: [{from: START, to: greet}, {from: greet, to: END}]
    """
  ]

  private func parent(_ tool: String, _ variables: String) -> String {
    """
    state: {who: any}
    tools:
      t: {type: graph\(tool)}
    nodes:
      call: {type: tool, tool: t, variables: {\(variables)}, state_key: out}
    edges: [{from: START, to: call}, {from: call, to: END}]
    """
  }

  @Test(
    arguments: [
      (", path: child.yaml, output_key: greeting", "name: Ada, times: '3'", "<Greet Ada 3 times>"),
      (
        ", graph: child.yaml, input_mapping: {person: name}, output_key: greeting", "person: '{who}'",
        "<Greet Bob 1 times>"
      ),
    ] as [(String, String, Value)])
  func `A call runs the graph, and its nodes are in the log`(tool: String, variables: String, result: Value)
    async throws
  {
    let log = try await run(parent(tool, variables), child, input: ["who": "Bob"])
    #expect(log.state["out"] == result)
    #expect(log.paths == ["call", "call/greet"])
  }

  @Test func `Without 'output_key' the result is all that the graph wrote`() async throws {
    let log = try await run(parent(", path: child.yaml", "name: Ada"), child, input: ["who": 1])
    #expect(log.state["out"]?["greeting"] == "<Greet Ada 1 times>")
  }

  @Test(arguments: [
    ("", "name: x", ["GR0267:3 tool 't' needs 'path', the file of a graph"]),
    (", path: nope.yaml", "name: x", ["GR0260:3 cannot read the graph 'nope.yaml': no such file"]),
    (
      ", path: child.yaml, output_key: greting", "name: x", ["GR0262:3 graph 'child' has no key 'greting' in its state"]
    ),
    (
      ", path: child.yaml, input_mapping: {n: times}", "n: 1",
      ["GR0263:3 graph 'child' needs the input 'name', which is not given to it"]
    ),
  ])
  func `A mistake is one finding`(tool: String, variables: String, expected: [String]) throws {
    let found = try findings(parent(tool, variables), child)
    #expect(found == expected)
  }

  @Test func `A graph that waits for a person is no tool`() throws {
    let files = [
      "child.yaml": """
      name: child
      nodes: {ask: {type: interrupt, message: hi}}
      edges: [{from: START, to: ask}, {from: ask, to: END}]
      """
    ]
    #expect(
      try findings(parent(", path: child.yaml", ""), files) == [
        "GR0268:3 graph 'child' waits for a person and cannot be a tool; run it with a 'subgraph' node"
      ])
  }
}

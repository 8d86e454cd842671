import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Graphs that run as nodes of other graphs.
@Suite(.timeLimit(.minutes(5)))
struct SubgraphNodeTests {
  /// A parent of one node that runs `child.yaml`.
  private func parent(_ node: String, state: String = "topic: str, out: str", more: String = "") -> String {
    """
    state: {\(state)}
    nodes:
      s: {type: subgraph, graph: child.yaml\(node.isEmpty ? "" : ", \(node)")}\(more)
    edges: [{from: START, to: s}, {from: s, to: END}]
    """
  }

  private let child = [
    "child.yaml": """
    name: child
    state: {q: str, extra: {type: int, default: 3}}
    nodes:
      c: {type: passthrough, output: {ans: "{state.q}!", sum: "{extra + 1}"}}
    edges: [{from: START, to: c}, {from: c, to: END}]
    """
  ]

  @Test(
    arguments: [
      ("input_mapping: {topic: q}, output_mapping: {out: ans}", ["out": "hey!"]),
      ("input_mapping: {q: '{topic + topic}'}, output_mapping: {out: ans}", ["out": "heyhey!"]),
      ("input_mapping: {topic: q, extra: 10}, output_mapping: {out: ans, n: sum}", ["out": "hey!", "n": 11]),
      ("input_mapping: {topic: q}", ["s": ["extra": 3, "ans": "hey!", "sum": 4]]),
      ("input_mapping: {topic: q}, state_key: got", ["got": ["extra": 3, "ans": "hey!", "sum": 4]]),
    ] as [(String, ValueObject)])
  func `Mappings say what goes in and what comes out`(node: String, state: ValueObject) async throws {
    let log = try await run(parent(node), child, input: ["topic": "hey"])
    var expected = state
    expected["topic"] = "hey"
    #expect(log.state == expected)
    #expect(log.paths == ["s", "s/c"])
  }

  @Test(arguments: [
    "mode: direct", "input_mapping: auto, output_mapping: auto", "input_mapping: '*', output_mapping: '*'",
  ])
  func `Keys of the same name are shared`(node: String) async throws {
    let log = try await run(parent(node, state: "q: str, ans: str?"), child, input: ["q": "hey"])
    #expect(log.state == ["q": "hey", "ans": "hey!"])
  }

  @Test func `A key that only the child writes comes into being where somebody reads it`() async throws {
    let log = try await run(
      """
      state: {q: str}
      nodes:
        s: {type: subgraph, graph: child.yaml, mode: direct}
        t: {type: passthrough, output: {more: "{sum + 1}"}}
      edges: [{from: START, to: s}, {from: s, to: t}, {from: t, to: END}]
      """, child, input: ["q": "hey"])
    #expect(log.state == ["q": "hey", "sum": 4, "more": 5])
  }

  @Test(arguments: [
    "mode: direct", "input_mapping: auto, output_mapping: auto",
    "input_mapping: {log: log, n: n}, output_mapping: {log: log, n: n}",
  ])
  func `B23: keys with reducers are not doubled`(node: String) async throws {
    let files = [
      "child.yaml": """
      state: {log: {type: list, reducer: append}, n: {type: int, reducer: add}}
      nodes:
        c: {type: passthrough, output: {log: "{['child']}", n: 5}}
      edges: [{from: START, to: c}, {from: c, to: END}]
      """
    ]
    let log = try await run(
      """
      state: {log: {type: list, reducer: append}, n: {type: int, reducer: add, default: 1}}
      nodes:
        a: {type: passthrough, output: {log: parent, n: 2}}
        s: {type: subgraph, graph: child.yaml, \(node)}
      edges: [{from: START, to: a}, {from: a, to: s}, {from: s, to: END}]
      """, files)
    #expect(log.state["log"] == ["parent", "child"])
    #expect(log.state["n"] == 8)
  }

  @Test func `B23: an error of the child is one of the parent, with the way to it`() async throws {
    let files = [
      "child.yaml": """
      state: {q: any}
      nodes:
        c: {type: check, value: "{q}", bad: 1}
      edges: [{from: START, to: c}, {from: c, to: END}]
      """
    ]
    let log = try await run(parent("input_mapping: {topic: q}", state: "topic: int"), files, input: ["topic": 1])
    #expect(log.outcome?.status == .failed)
    #expect(log.failure == "node 's/c', step 1: 1 is bad")
  }

  @Test func `B23: what the child requires and nobody gives fails the parent`() async throws {
    let files = [
      "child.yaml": """
      state: {q: str?}
      nodes:
        c: {type: passthrough, requires: q, output: {ans: 1}}
      edges: [{from: START, to: c}, {from: c, to: END}]
      """
    ]
    let log = try await run(parent("input_mapping: {topic: q}", state: "topic: str?"), files)
    #expect(log.failure == "node 's/c', step 1: requires 'q', which is not set")
  }

  @Test func `Tokens come through the moment they arrive, with the path of nodes that leads to them`() async throws {
    let files = [
      "child.yaml": """
      state: {q: str}
      nodes:
        c: {user: "{q}", stream: true, state_key: ans}
      edges: [{from: START, to: c}, {from: c, to: END}]
      """,
      "middle.yaml": """
      state: {q: str}
      nodes:
        b: {type: subgraph, graph: child.yaml, input_mapping: {q: q}, output_mapping: {ans: ans}}
      edges: [{from: START, to: b}, {from: b, to: END}]
      """,
    ]
    let text = parent("input_mapping: {topic: q}, output_mapping: {out: ans}").replacing(
      "child.yaml", with: "middle.yaml")
    let log = try await run(
      text, files, input: ["topic": "x"],
      nestingCompiler(ScriptedModel([.pieces(["a", "b"]).using(input: 2, output: 3)])))
    #expect(log.tokens == ["a", "b"])
    let paths = log.events.compactMap { event in
      if case .token = event.kind { event.path } else { nil }
    }
    #expect(paths == [["s", "b", "c"], ["s", "b", "c"]])
    #expect(log.state["out"] == "ab")
    #expect(log.outcome?.usage.first?.outputTokens == 3)
  }

  @Test func `A null of the parent is not given, so that the child's default counts`() async throws {
    let log = try await run(
      parent("input_mapping: {topic: q, n: extra}, output_mapping: {sum: sum}", state: "topic: str, n: int?"), child,
      input: ["topic": "x"])
    #expect(log.state["sum"] == 4)
  }

  @Test func `A map runs a graph for each item`() async throws {
    let log = try await run(
      """
      state: {items: list}
      nodes:
        m:
          type: map
          over: "{state.items}"
          as: it
          collect: outs
          node: {type: subgraph, graph: child.yaml, input_mapping: {it: q}, output_mapping: {answer: ans}}
      edges: [{from: START, to: m}, {from: m, to: END}]
      """, child, input: ["items": ["a", "b"]])
    #expect(log.state["outs"] == [["answer": "a!"], ["answer": "b!"]])
    #expect(Set(log.paths) == ["m", "m[0]", "m[0]/c", "m[1]", "m[1]/c"])
  }

  // MARK: - Mistakes

  @Test(arguments: [
    ("input_mapping: {topic: q}, output_mapping: {out: ans}", []),
    (
      "input_mapping: {topic: qq}, output_mapping: {out: anss}",
      [
        "GR0262:3 graph 'child' has no key 'qq' in its state", "GR0262:3 graph 'child' has no key 'anss' in its state",
      ]
    ),
    (
      "input_mapping: {tpic: q}, output_mapping: {out: ans}",
      ["GR0220:3 'tpic' is no key of the state: it is not declared under 'state', and no node writes it"]
    ),
    (
      "input_mapping: {topic: q}, output_mapping: {outt: ans}",
      ["GR0264:3 'outt' is not declared under 'state', and nothing else mentions it"]
    ),
    (
      "input_mapping: {topic: extra}, output_mapping: {out: ans}",
      [
        "GR0263:3 graph 'child' needs the input 'q', which is not given to it",
        "GR0442:3 the input 'extra' of graph 'child' must be int, not str",
      ]
    ),
    ("output_mapping: {out: ans}", ["GR0263:3 graph 'child' needs the input 'q', which is not given to it"]),
    ("input_mapping: {topic: q, out: q}", ["GR0265:3 the input 'q' of graph 'child' is given twice"]),
    ("input_mapping: all", ["GR0266:3 'input_mapping' must be a mapping of keys, 'auto' or '*'"]),
    (
      "mode: direct, input_mapping: {topic: q}",
      ["GR0166:3 a subgraph in mode 'direct' shares the keys of the same name and takes no 'input_mapping'"]
    ),
    ("mode: invok, input_mapping: {topic: q}", ["GR0106:3 'mode' cannot be 'invok'; it is one of 'invoke', 'direct'"]),
    (
      "input_mapping: auto",
      ["GR0220:3 'q' is no key of the state: it is not declared under 'state', and no node writes it"]
    ),
    (
      "input_mapping: {topic: q}, interrupt_output_mapping: {out: ans}",
      ["GR0167:3 graph 'child' never waits for a person, so that this mapping has no effect"]
    ),
  ])
  func `A mistake in a mapping is one finding`(node: String, expected: [String]) throws {
    let found = try findings(parent(node), child)
    #expect(found == expected)
  }

  @Test func `A mistake in the child is shown there, once`() throws {
    let files = ["child.yaml": child["child.yaml"]?.replacing("passthrough", with: "pasthrough") ?? ""]
    let text = parent("input_mapping: {topic: q}").replacing(
      "edges:", with: "  t: {type: subgraph, graph: child.yaml}\nedges:"
    ).replacing("to: s}, {from: s", with: "to: [s, t]}, {from: [s, t]")
    #expect(try findings(text, files) == ["child.yaml GR0112:4 unknown node type 'pasthrough'"])
  }

  @Test func `Graphs that run each other in a circle are refused`() throws {
    let text = parent("input_mapping: auto").replacing("child.yaml", with: "g.yaml")
    let found = try findings(text)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("GR0261:3 graphs run each other in a circle: ") == true)
  }

  @Test func `A graph that there is not is named`() throws {
    #expect(try findings(parent("")).map { $0.prefix(8) } == ["GR0260:3"])
  }

  // MARK: - Keys that the graph may end without

  /// A graph that writes 'ans' on one of two ways.
  private let choosing = [
    "child.yaml": """
    name: child
    state: {q: str}
    nodes:
      a: {type: passthrough, output: {ans: yes!}}
      b: {type: passthrough, output: {other: no!}}
    edges:
      - {from: START, to: a, condition: q == 'x'}
      - {from: START, to: b}
      - {from: a, to: END}
      - {from: b, to: END}
    """
  ]

  /// A parent that takes a key of the graph and reads it.
  private func reading(_ key: String, input: String = "topic: q") -> String {
    """
    state: {topic: str}
    nodes:
      s: {type: subgraph, graph: child.yaml, input_mapping: {\(input)}, output_mapping: {out: \(key)}}
      t: {type: passthrough, output: {more: "{out + '!'}"}}
    edges: [{from: START, to: s}, {from: s, to: t}, {from: t, to: END}]
    """
  }

  @Test func `What a graph may end without is missed by its reader`() throws {
    #expect(
      try findings(reading("ans"), choosing) == ["GR0403:4 'out' may not have been written when node 't' reads it"])
  }

  @Test func `What a graph always writes, and what it is given, is there`() throws {
    let always = choosing.mapValues { $0.replacing("{other: no!}", with: "{ans: no!}") }
    #expect(try findings(reading("ans"), always) == [])
    #expect(try findings(reading("q"), choosing) == [])
  }
}

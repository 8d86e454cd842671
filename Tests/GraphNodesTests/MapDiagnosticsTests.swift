import Testing

/// What is wrong with a map before it runs, and where.
@Suite(.timeLimit(.minutes(5)))
struct MapDiagnosticsTests {
  /// A map whose keys stand on lines 4 to 7; a test replaces some of them.
  private func map(
    over: String = #"over: "{state.items}""#, item: String = "as: it", node: String = #"node: {user: "Say {it}"}"#,
    rest: String = "collect: outs"
  ) -> String {
    """
    state: {items: list, topic: str, n: int?, names: "list[str]?"}
    nodes:
      m:
        \(over)
        \(item)
        \(node)
        \(rest)
        type: map
    edges: [{from: START, to: m}, {from: m, to: END}]
    """
  }

  @Test func `A map that is right gives no finding`() throws { #expect(try findings(map()) == []) }

  @Test(arguments: [
    ("over: '{state.topic}'", "GR0160:4 'over' of a map must be a list, and 'topic' is str"),
    ("over: '{state.n}'", "GR0160:4 'over' of a map must be a list, and 'n' is int"),
    ("over: 5", "GR0160:4 'over' of a map must be a list, not int"),
    ("over: {a: 1}", "GR0160:4 'over' of a map must be a list, not dict"),
    ("over: '{topic} and more'", "GR0160:4 'over' of a map must be a list, not str"),
    (
      "over: '{state.itmes}'",
      "GR0220:4 'itmes' is no key of the state: it is not declared under 'state', and no node writes it"
    ),
    ("over: '{state.items +}'", "GR0508:4 unexpected '}'; expected a value"),
  ])
  func `What cannot be a list is found`(over: String, finding: String) throws {
    let found = try findings(map(over: over))
    #expect(found == [finding])
  }

  @Test(arguments: ["over: '{names}'", "over: []", "over: '{split(topic)}'", "over: '{m}'"])
  func `What may be a list is none`(over: String) throws {
    #expect(
      try findings(map(over: over).replacing("{state.items}", with: "")).filter { $0.contains("GR0160") } == [])
  }

  @Test(arguments: [
    (
      #"node: {user: "Say {its}"}"#,
      "GR0221:6 the prompt of node 'm' uses 'its', which is no key of the state and not given under 'variables'"
    ),
    ("node: {typ: llm, user: hi}", "GR0101:6 unknown key 'typ' in node 'm'"),
    ("node: {type: pasthrough, output: {r: '{it}'}}", "GR0112:6 unknown node type 'pasthrough'"),
    ("node: {type: passthrough}", "GR0103:6 node 'm' needs 'output'"),
    ("node: it", "GR0102:6 'node' must be a mapping, not a string"),
    (
      "node: {user: hi, requires: tpic}",
      "GR0220:6 'tpic' is no key of the state: it is not declared under 'state', and no node writes it"
    ),
    (
      "node: {type: router, user: '{it}', routes: {a: b}}",
      "GR0163:6 a router inside a map leads nowhere; its answer is collected and its routes are not taken"
    ),
    (
      "node: {user: '{it}', skip_if_exists: true}",
      "GR0164:6 a map's node that is skipped when its result exists takes that result for every item; put 'skip_if_exists' on the map"
    ),
    (
      "node: {type: pipeline, items: [], stages: []}",
      "GR0170:6 a 'pipeline' stands for several nodes and cannot stand inside another node; put it into a graph of its own and run that with 'subgraph'"
    ),
    (
      #"node: {type: map, over: "{it}", as: cell, collect: cells, node: {user: "{cel}"}}"#,
      "GR0221:6 the prompt of node 'm' uses 'cel', which is no key of the state and not given under 'variables'"
    ),
  ])
  func `Mistakes of the inner node are shown in it`(node: String, finding: String) throws {
    let found = try findings(map(node: node))
    #expect(found == [finding])
  }

  @Test(arguments: [
    (
      "collect: outs\n    min_success: 1.5",
      "GR0161:8 'min_success' is a number of items, as in 3, or a part of them from 0.0 to 1.0"
    ),
    ("collect: outs\n    min_success: -1", "GR0105:8 'min_success' must be at least 0"),
    ("collect: outs\n    max_concurrency: 0", "GR0105:8 'max_concurrency' must be between 1 and 10000"),
    (
      "collect: outs\n    on_overflow: trunkate",
      "GR0106:8 'on_overflow' cannot be 'trunkate'; it is one of 'error', 'truncate'"
    ),
    ("collect: outs\n    state_key: x", "GR0165:8 the results of a map go to 'collect', and 'state_key' has no effect"),
    ("colect: outs", "GR0101:7 unknown key 'colect' in node 'm'"),
    ("collect: thread_id", "GR0110:7 'thread_id' is reserved and cannot be the name of a state key"),
    ("collect: _map_index", "GR0162:7 'collect' of a map cannot be '_map_index', which the engine writes"),
  ])
  func `Mistakes of the map itself`(rest: String, finding: String) throws {
    let found = try findings(map(rest: rest))
    #expect(found == [finding])
  }

  @Test func `Several mistakes are found at once`() throws {
    let found = try findings(map(over: "over: 5", item: "as: 1x", node: "node: {usr: hi}"))
    #expect(found.map { $0.prefix(8) } == ["GR0160:4", "GR0111:5", "GR0101:6"])
  }

  @Test func `The keys of a map are known to what follows`() throws {
    let text = """
      state: {items: list}
      nodes:
        m: {type: map, over: "{state.items}", as: it, collect: outs, node: {user: "{it}"}}
        a: {type: passthrough, output: {n: "{len(outs) + len(outs_failures)}", bad: "{it}"}}
      edges: [{from: START, to: m}, {from: m, to: a}, {from: a, to: END}]
      """
    #expect(
      try findings(text) == [
        "GR0220:4 'it' is no key of the state: it is not declared under 'state', and no node writes it"
      ])
  }
}

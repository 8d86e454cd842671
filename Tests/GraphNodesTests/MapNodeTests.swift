import GraphCompiler
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// What maps do with items, results and failures.
@Suite(.timeLimit(.minutes(5)))
struct MapNodeTests {
  /// A graph of one map, given in YAML's flow style without its braces.
  private func map(_ node: String, _ parts: String = "", state: String = "items: list", top: String = "") -> String {
    """
    \(top)
    state: {\(state)}
    nodes:
      m: {type: map, over: "{state.items}", as: it, collect: outs, node: {\(node)}\(parts.isEmpty ? "" : ", \(parts)")}
    edges: [{from: START, to: m}, {from: m, to: END}]
    """
  }

  private let double = #"type: passthrough, output: {m: "{it * 2}"}"#
  private let check = #"type: check, value: "{it}", bad: 2"#

  // MARK: - Results

  @Test(
    arguments: [
      ([], []), ([1], [2]), ([3, 1, 2], [6, 2, 4]),
    ] as [([Int], [Int])])
  func `Results stand in the order of the items`(items: [Int], results: [Int]) async throws {
    let log = try await run(map(double), input: ["items": .list(items.map { .int($0) })])
    #expect(log.state["outs"] == .list(results.map { .int($0) }))
    #expect(log.state["outs_failures"] == [])
  }

  @Test func `Results stand in the order of the items, whichever ends first`() async throws {
    let gates = (0..<3).map { _ in Gate() }
    let compiler = nestingCompiler { value in
      let index = value.int ?? 0
      if index < 2 { try await gates[index + 1].wait() }
      gates[index].open()
    }
    let log = try await run(map(#"type: meet, value: "{it}""#), input: ["items": [0, 1, 2]], compiler)
    #expect(log.state["outs"] == [0, 1, 2])
  }

  @Test(arguments: [1, 2, 5])
  func `No more items are worked on at once than 'max_concurrency' says`(limit: Int) async throws {
    let now = Locked((working: 0, most: 0))
    let compiler = nestingCompiler { _ in
      now.withLock { now in
        now.working += 1
        now.most = max(now.most, now.working)
      }
      await Task.yield()
      now.withLock { $0.working -= 1 }
    }
    let log = try await run(
      map(#"type: meet, value: "{it}""#, "max_concurrency: \(limit)"),
      input: ["items": .list((0..<40).map { .int($0) })],
      compiler)
    #expect(log.state["outs"]?.list?.count == 40)
    #expect(now.withLock { $0.most } <= limit)
    #expect(now.withLock { $0.most } == 1 || limit > 1)
  }

  @Test func `As many items as there may be are worked on at once`() async throws {
    let gate = Gate()
    let arrived = Locked(0)
    let compiler = nestingCompiler { _ in
      if arrived.withLock({
        $0 += 1; return $0 == 3
      }) {
        gate.open()
      }
      try await gate.wait()
    }
    let log = try await run(
      map(#"type: meet, value: "{it}""#, "max_concurrency: 3"), input: ["items": [1, 2, 3, 4]], compiler)
    #expect(log.state["outs"] == [1, 2, 3, 4])
  }

  @Test(
    arguments: [
      (#"type: passthrough, output: {r: "{it}"}"#, [["r": 1]]),
      (#"type: passthrough, output: {r: "{it}", s: x}, state_key: r"#, [1]),
      (#"type: passthrough, output: {a: "{it}", b: "{it + 1}"}"#, [["a": 1, "b": 2]]),
      (#"user: "Say {it}""#, ["<Say 1>"]), (#"user: "Say {it}", state_key: said"#, ["<Say 1>"]),
    ] as [(String, Value)])
  func `An item's result is what the node returned`(node: String, results: Value) async throws {
    let log = try await run(map(node), input: ["items": [1]])
    #expect(log.state["outs"] == results)
    // What the inner node writes is no key of the state.
    #expect(log.state.keys.sorted() == ["items", "outs", "outs_failures"])
  }

  @Test(
    arguments: [
      (#"over: "{[1, 2]}""#, [1, 2]), ("over: [1, '{state.n}']", [1, 7]), ("over: [n, 'a b', 3]", ["n", "a b", 3]),
      ("over: state.items", [4]),
      (#"over: "{state.items + [state.n]}""#, [4, 7]), ("over: '{range(3)}'", [0, 1, 2]),
    ] as [(String, Value)])
  func `Items are those of an expression or of a list`(over: String, items: Value) async throws {
    let text = map(#"type: passthrough, output: {m: "{it}"}"#, state: "items: list, n: int")
    let log = try await run(
      text.replacing(#"over: "{state.items}""#, with: over), input: ["items": [4], "n": 7])
    #expect(log.state["outs"] == items)
  }

  @Test func `The node sees the state, its item in place of a key of that name, and its index`() async throws {
    let log = try await run(
      map(
        #"type: passthrough, output: {m: "{[it, state._map_index, state.base]}"}"#,
        state: "items: list, it: str, base: int"),
      input: ["items": ["a", "b"], "it": "outside", "base": 3])
    #expect(log.state["outs"] == [["a", 0, 3], ["b", 1, 3]])
    #expect(log.state["it"] == "outside")
  }

  @Test func `A prompt may use the item though 'variables' do not give it`() async throws {
    let log = try await run(
      map(#"prompt: p, variables: {tone: "{state.tone}"}"#, state: "items: list, tone: str"),
      ["prompts/p.yaml": "user: '{tone}: {it.name}'\n"], input: ["items": [["name": "Ada"]], "tone": "kind"])
    #expect(log.state["outs"] == ["<kind: Ada>"])
  }

  @Test func `Lists become one list with 'flatten_output'`() async throws {
    let log = try await run(
      map(#"type: passthrough, output: {m: "{it}"}"#, "flatten_output: true"),
      input: ["items": [[1, 2], [], 3, [[4]]]])
    #expect(log.state["outs"] == [1, 2, 3, [4]])
  }

  @Test func `Maps stand inside maps`() async throws {
    let inner = """
      type: map, over: "{row}", as: cell, collect: cells,
      node: {type: passthrough, output: {m: "{cell * factor}"}}
      """
    let log = try await run(
      map(inner, state: "items: list, factor: int").replacing(
        "as: it", with: "as: row"),
      input: ["items": [[1, 2], [3]], "factor": 10])
    #expect(log.state["outs"] == [[10, 20], [30]])
  }

  // MARK: - Too many items, and what is no list

  @Test(arguments: [
    ("max_items: 2", ""), ("", "config: {max_map_items: 2}"), ("max_items: 2", "config: {max_map_items: 9}"),
  ])
  func `Too many items fail the map`(parts: String, top: String) async throws {
    let log = try await run(map(double, parts, top: top), input: ["items": [1, 2, 3]])
    #expect(
      log.failure
        == "node 'm', step 1: 'over' has 3 items, and at most 2 are allowed; raise 'max_items', or let 'on_overflow' truncate them"
    )
  }

  @Test(arguments: [
    ("max_items: 2, on_overflow: truncate", ""), ("max_items: 2", "defaults: {on_overflow: truncate}"),
    ("on_overflow: truncate", "config: {max_map_items: 2}\ndefaults: {on_overflow: error}"),
  ])
  func `Too many items are left out where the author says so`(parts: String, top: String) async throws {
    let log = try await run(map(double, parts, top: top), input: ["items": [1, 2, 3]])
    #expect(log.state["outs"] == [2, 4])
    #expect(
      log.warnings == ["'over' has 3 items, and at most 2 are allowed; the others are left out"])
  }

  @Test func `What is no list fails the map`() async throws {
    let log = try await run(map(double, state: "items: any"), input: ["items": "abc"])
    #expect(log.failure == "node 'm', step 1: 'over' must be a list, and is str")
    let missing = try await run(map(double))
    #expect(missing.failure == "node 'm', step 1: 'over' must be a list, and is null")
  }

  // MARK: - Failures

  @Test func `An item that fails fails the map, whose error says which and why`() async throws {
    let log = try await run(map(check), input: ["items": [1, 2, 3]])
    #expect(log.failure == "node 'm', step 1: 1 of 3 items failed (item 1: 2 is bad)")
    #expect(log.state["outs"] == nil)
  }

  @Test(arguments: [
    ("min_success: 2", true), ("min_success: 3", false), ("min_success: 0.5", true), ("min_success: 0.67", false),
    ("min_success: 1.0", false), ("min_success: 0", true), ("min_success: 0.0", true), ("on_error: skip", true),
    ("on_error: skip, min_success: 3", false), ("on_error: skip, min_success: 2", true),
  ])
  func `'min_success' says how many items have to succeed`(parts: String, succeeds: Bool) async throws {
    let log = try await run(map(check, parts), input: ["items": [1, 2, 3]])
    if succeeds {
      #expect(log.state["outs"] == [1, 3])
      #expect(
        log.state["outs_failures"] == [["index": 1, "type": "node_failed", "message": "2 is bad"]])
    } else if parts.contains("skip") {
      #expect(log.state["outs"] == nil)
    } else {
      #expect(log.failure?.hasPrefix("node 'm', step 1: 1 of 3 items failed") == true)
    }
  }

  @Test(arguments: [(0.07, 7), (0.29, 29), (1.0, 100), (0.0, 0), (0.001, 1), (0.999, 100)])
  func `A part of the items is rounded up, and never by an error of the product`(share: Double, needed: Int)
    async throws
  {
    let items = Value.list((0..<100).map { .int($0 < needed ? 1 : 2) })
    let log = try await run(map(check, "min_success: \(share)"), input: ["items": items])
    #expect(log.state["outs"]?.list?.count == needed)
    if needed > 0 {
      let fewer = Value.list((0..<100).map { .int($0 < needed - 1 ? 1 : 2) })
      let log = try await run(map(check, "min_success: \(share)"), input: ["items": fewer])
      #expect(log.failure != nil)
    }
  }

  @Test func `More successes than items are refused before any work, and no items need none`() async throws {
    let log = try await run(map(check, "min_success: 3"), input: ["items": [1, 1]])
    #expect(log.failure == "node 'm', step 1: 'over' has 2 items, and 3 have to succeed")
    #expect(log.paths == ["m"])
    let empty = try await run(map(check, "min_success: 3"), input: ["items": []])
    #expect(empty.state["outs"] == [])
  }

  @Test func `An error names the first failures`() async throws {
    let log = try await run(
      map(#"type: meet, value: "{1 // it}""#, "min_success: 0.9, max_concurrency: 1"),
      input: ["items": .list((0..<50).map { .int($0 < 10 ? 0 : 1) })])
    let error = try #require(log.failure)
    #expect(error.contains("6 of 50 items failed, and 45 have to succeed (item 0: "))
    #expect(error.contains("; item 2: "))
    #expect(error.hasSuffix("; and 3 more)"))
  }

  @Test func `No further item begins, and those that work are cancelled, once too many have failed`() async throws {
    let gate = Gate()
    let compiler = nestingCompiler { value in
      if value == 1 {
        await gate.waitForArrivals()
        throw Bad(value: "1")
      }
      try await gate.wait()
    }
    let log = try await run(
      map(#"type: meet, value: "{it}""#, "max_concurrency: 2"), input: ["items": [1, 2, 3, 4]], compiler)
    #expect(log.failure == "node 'm', step 1: 1 of 4 items failed (item 0: 1 is bad)")
    #expect(log.paths == ["m", "m[0]", "m[1]"])
  }

  @Test func `Failures go to the key that is named`() async throws {
    let log = try await run(map(check, "failures: bad, min_success: 1"), input: ["items": [2, 1]])
    #expect(log.state["bad"]?.list?.first?["index"] == 0)
    #expect(log.state["outs_failures"] == nil)
  }

  @Test(arguments: ["skip_if_exists: false", ""])
  func `B29: an inner node is not skipped because a key of its name has a value`(parts: String) async throws {
    let log = try await run(
      map(#"user: "Say {it}", state_key: said\#(parts.isEmpty ? "" : ", \(parts)")"#, state: "items: list, said: str"),
      input: ["items": [1, 2], "said": "before"])
    #expect(log.state["outs"] == ["<Say 1>", "<Say 2>"])
    #expect(log.state["said"] == "before")
  }

  @Test func `B29: a map in a loop begins anew each time`() async throws {
    let log = try await run(
      """
      state: {items: {type: list, default: [1, 2, 3]}, round: {type: int, default: 0}}
      nodes:
        m: {type: map, over: "{state.items}", as: it, collect: outs, node: {type: passthrough, output: {m: "{it + round}"}}}
        next: {type: passthrough, output: {round: "{round + 10}", items: "{[4, 5]}"}}
      edges:
        - {from: START, to: m}
        - {from: m, to: next}
        - {from: next, to: m, condition: round < 20}
        - {from: next, to: END}
      """)
    #expect(log.state["outs"] == [14, 15])
  }

  // MARK: - Edges

  @Test func `B7: conditions on edges that leave a map count`() async throws {
    let log = try await run(
      """
      state: {items: list}
      nodes:
        m: {type: map, over: "{state.items}", as: it, collect: outs, node: {type: passthrough, output: {m: "{it}"}}}
        many: {type: passthrough, output: {size: many}}
        few: {type: passthrough, output: {size: few}}
      edges:
        - {from: START, to: m}
        - {from: m, to: many, condition: len(outs) > 2}
        - {from: m, to: few}
        - {from: [many], to: END}
        - {from: few, to: END}
      """, input: ["items": [1]])
    #expect(log.nodes.filter { $0 != "m" } == ["few"])
    #expect(log.state["size"] == "few")
  }

  @Test func `B8: what fans out behind a map runs after it and sees all results`() async throws {
    let log = try await run(
      """
      state: {items: list}
      nodes:
        m: {type: map, over: "{state.items}", as: it, collect: outs, node: {type: passthrough, output: {m: "{it}"}}}
        a: {type: passthrough, output: {first: "{len(outs)}"}}
        b: {type: passthrough, output: {second: "{len(outs)}"}}
      edges: [{from: START, to: m}, {from: m, to: [a, b]}, {from: [a, b], to: END}]
      """, input: ["items": [1, 2, 3]])
    #expect(log.state["first"] == 3)
    #expect(log.state["second"] == 3)
  }
}

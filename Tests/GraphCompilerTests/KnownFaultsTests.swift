import GraphRuntime
import GraphTestSupport
import Testing

/// Faults that other tools for such files have: each test says what happens here instead.
@Suite struct KnownFaultsTests {
  @Test func `B1: a loop limit does not end loops that come later`() async throws {
    let text = flow("START>a a>a?n==1 a>b b>b?n==1 b>c c>END", "loop_limits: {a: 3, b: 2}")
    #expect(try await Trace(text, ["n": 1]).steps == "a | a | a | b | b | c")
  }

  @Test func `B2: nodes of overlapping cycles are all found to be on a cycle`() async throws {
    let text = graph(
      "state: {n: {type: int, reducer: add, default: 0}}\ndefaults: {provider: scripted}",
      nodes: """
        a: {user: hello, state_key: x}
        b: {user: hello, state_key: y}
        c: {type: step, state_key: n}
        """,
      edges: """
        - {from: START, to: a}
        - {from: a, to: b}
        - {from: b, to: c}
        - {from: c, to: b, condition: n == 1}
        - {from: c, to: a, condition: n == 2}
        - {from: c, to: END}
        """)
    #expect(try await Trace(text).started == ["a", "b", "c", "b", "c", "a", "b", "c"])
  }

  @Test func `B3: a state key keeps its declared reducer`() async throws {
    let text = graph(
      "state: {log: {type: list, reducer: add}}\ndefaults: {provider: scripted}",
      nodes: "a: {user: hello, state_key: log}\nb: {user: hello, state_key: log, skip_if_exists: false}",
      edges: "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}")
    #expect(try await Trace(text).state["log"] == ["an answer", "an answer"])
  }

  @Test func `B4: a node without a state key writes to its own name`() async throws {
    let text = graph(
      "defaults: {provider: scripted}",
      nodes: "a: {user: hello}\nb: {type: passthrough, output: {copy: \"{state.a}\"}}",
      edges: "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}")
    #expect(try await Trace(text).state["copy"] == "an answer")
  }

  @Test func `B6: conditions on edges from START count`() async throws {
    #expect(try await Trace(flow("START>a?n==1 START>b?n==2 START>c a>END b>END c>END"), ["n": 2]).steps == "b")
  }

  @Test func `B9: an edge without a condition beside conditions is the else`() async throws {
    #expect(try await Trace(flow("START>a a>b?n==1 a>c b>END c>END"), ["n": 1]).steps == "a | b")
  }

  @Test func `B10: several edges of a router add up`() async throws {
    let text = graph(
      "defaults: {provider: scripted}",
      nodes: "r: {type: router, user: which?, routes: {x: a, y: b}}\na: {type: step}\nb: {type: step}",
      edges: """
        - {from: START, to: r}
        - {from: r, to: [a], type: conditional}
        - {from: r, to: [b], type: conditional}
        - {from: a, to: END}
        - {from: b, to: END}
        """)
    #expect(try await Trace(text, model: ScriptedModel { _ in "x" }).steps == "r | a")
    #expect(try await Trace(text, model: ScriptedModel { _ in "y" }).steps == "r | b")
  }

  @Test func `B11: a join of branches of different lengths runs once`() async throws {
    #expect(try await Trace(flow("START>a,b b>c c>d a+d>e e>END")).steps == "a, b | c | d | e")
  }

  @Test func `B12: two placeholders in one text are both filled in`() async throws {
    let text = graph(
      "state: {a: str, b: str}", nodes: "t: {type: passthrough, output: {out: \"{state.a} {state.b}\"}}",
      edges: "- {from: START, to: t}\n- {from: t, to: END}")
    #expect(try await Trace(text, ["a": "one", "b": "two"]).state["out"] == "one two")
  }

  @Test func `an answer that is no route goes to the default route, not to the first`() async throws {
    let text = graph(
      "defaults: {provider: scripted}",
      nodes:
        "r: {type: router, user: which?, routes: {x: a, y: b}, default_route: b}\na: {type: step}\nb: {type: step}",
      edges: """
        - {from: START, to: r}
        - {from: r, to: [a, b], type: conditional}
        - {from: a, to: END}
        - {from: b, to: END}
        """)
    #expect(try await Trace(text, model: ScriptedModel { _ in "neither" }).steps == "r | b")
  }

  @Test func `B33: a number that comes as a number is a number`() async throws {
    let text = graph("state: {n: int}", nodes: "a: {type: passthrough, output: {m: \"{state.n + 1}\"}}")
    #expect(try await Trace(text, ["n": 4]).state["m"] == 5)
    #expect(try await Trace(text, ["n": "4"]).error?.code == .invalidInput)
  }

  @Test func `B36: a line longer than any default limit of steps runs`() async throws {
    let edges = (0..<60).map { "n\($0)>n\($0 + 1)" }.joined(separator: " ")
    #expect(try await Trace(flow("START>n0 \(edges) n60>END")).started.count == 61)
  }

  @Test func `B28: nodes that run side by side are all counted`() async throws {
    let text = graph(
      nodes: "a: {type: step}\nb: {type: step}\nc: {type: passthrough, output: {counts: \"{state._loop_counts}\"}}",
      edges: "- {from: START, to: [a, b]}\n- {from: [a, b], to: c}\n- {from: c, to: END}")
    let counts = try await Trace(text).state["counts"]
    #expect(counts?["a"] == 1 && counts?["b"] == 1)
  }

  @Test func `what a reducer collects begins empty and can be read before anything is there`() async throws {
    let text = graph(
      """
      state:
        log: {type: "list[str]", reducer: append}
        seen: {type: list, reducer: union}
        total: {type: int, reducer: add}
        part: {type: float, reducer: add}
        facts: {type: dict, reducer: merge}
        least: {type: int, reducer: min}
        given: {type: list, reducer: append, default: [1]}
      """,
      nodes: """
        a:
          type: passthrough
          output:
            all: ["{state.log}", "{state.seen}", "{state.total}", "{state.part}", "{state.facts}", "{state.given}"]
            least_is_null: "{state.least == null}"
        """)
    let state = try await Trace(text).state
    #expect(state["all"] == [[], [], 0, 0.0, [:], [1]])
    #expect(state["least_is_null"] == true)
  }
}

import GraphCompiler
import GraphDiagnostics
import GraphRuntime
import GraphTestSupport
import Testing

/// What compiled graphs do when they run: which nodes, in which steps.
@Suite struct LoweringTests {
  @Test(
    arguments: [
      ("START>a a>b b>END", "a | b"),
      ("START>a,b a>END b>END", "a, b"),
      ("START>a a>b,c b>d c>d d>END", "a | b, c | d"),
      // Arrivals in two steps over edges of their own run the target twice, a join runs it once.
      ("START>a a>b,c b>d d>e c>e e>END", "a | b, c | d, e | e"),
      ("START>a a>b,c b>d c+d>e e>END", "a | b, c | d | e"),
      ("START>a a>b?n==7 a>c b>END c>END", "a | b"),
      ("START>a a>b?n==8 a>c b>END c>END", "a | c"),
      ("START>a a>b?n>1 a>c?n>2 a>d b>END c>END d>END", "a | b"),
      ("START>a a>b,c?n==7 a>END b>END c>END", "a | b, c"),
      ("START>a?n==8 START>b a>END b>END", "b"),
      ("START>a?n==7 START>b a>END b>END", "a"),
    ])
  func `edges are followed`(edges: String, steps: String) async throws {
    #expect(try await Trace(flow(edges), ["n": 7]).steps == steps)
  }

  @Test func `of conditions the first in the file that holds wins`() async throws {
    let trace = try await Trace(flow("START>a a>c?n>5 a>b?n>3 a>END b>END c>END"), ["n": 7])
    #expect(trace.steps == "a | c")
  }

  @Test func `when no condition holds the run fails and shows the values`() async throws {
    let trace = try await Trace(flow("START>a a>b?n>9 b>END"), ["n": 7])
    #expect(trace.error?.code == .noConditionHeld)
    #expect(trace.error?.message.contains("n = 7") == true || trace.error?.message.contains("7") == true)
  }

  // MARK: - Routers

  private func router(_ keys: String) -> String {
    graph(
      "defaults: {provider: scripted}",
      nodes: "r: {type: router, user: which?, \(keys)}\na: {type: step}\nb: {type: step}\nc: {type: step}",
      edges:
        "- {from: START, to: r}\n- {from: r, to: [a, b], type: conditional}\n"
        + "- {from: r, to: [c, END], type: conditional}\n- {from: [a], to: END}\n- {from: b, to: END}\n- {from: c, to: END}"
    )
  }

  @Test(
    arguments: [("first", "r | a"), ("second", "r | b"), ("third", "r | c"), ("last", "r"), ("nonsense", "r | c")])
  func `a router goes where its answer says, over whichever of its edges`(answer: String, steps: String) async throws {
    let text = router("routes: {first: a, second: b, third: c, last: END}, default_route: c")
    #expect(try await Trace(text, model: ScriptedModel { _ in .text(answer) }).steps == steps)
  }

  @Test func `an answer that is no route fails without a default route, and goes nowhere`() async throws {
    let text = router("routes: {first: a, second: b, third: c, last: END}")
    let trace = try await Trace(text, model: ScriptedModel { _ in "nonsense" })
    #expect(trace.steps == "r")
    #expect(trace.error?.code == .unknownRoute)
  }

  // MARK: - Loops

  @Test func `a loop ends by its condition`() async throws {
    let text = graph(
      "state: {n: {type: int, reducer: add, default: 0}}", nodes: "a: {type: step, state_key: n}",
      edges: "- {from: START, to: a}\n- {from: a, to: a, condition: n < 3}\n- {from: a, to: END}")
    let trace = try await Trace(text)
    #expect(trace.steps == "a | a | a")
    #expect(trace.state["n"] == 3)
  }

  @Test(
    arguments: [
      ("loop_limits: {a: 2}\nloop_exits: {a: c}", "a | b | a | b | c"),
      ("loop_limits: {a: 2}\nloop_exits: {a: END}", "a | b | a | b"),
    ])
  func `a loop limit leads to its exit`(top: String, steps: String) async throws {
    #expect(try await Trace(flow("START>a a>b b>a c>END a>c?n<0", top), ["n": 7]).steps == steps)
  }

  @Test func `a loop limit without an exit follows the edge without a condition, else it ends`() async throws {
    #expect(
      try await Trace(flow("START>a a>a?n==7 a>b b>END", "loop_limits: {a: 2}"), ["n": 7]).steps == "a | a | b")
    #expect(try await Trace(flow("START>a a>a?n==7", "loop_limits: {a: 2}"), ["n": 7]).steps == "a | a")
  }

  @Test func `a loop limit that is reached touches no other loop`() async throws {
    let text = flow("START>a a>a?n==7 a>b b>b?n==7 b>c c>END", "loop_limits: {a: 2, b: 3}")
    #expect(try await Trace(text, ["n": 7]).steps == "a | a | b | b | b | c")
  }

  @Test func `config limits the steps`() async throws {
    let text = flow("START>a a>a?n==7 a>END", "config: {recursion_limit: 5}")
    let trace = try await Trace(text, ["n": 7])
    #expect(trace.error?.code == .stepLimit)
    #expect(trace.started.count == 5)
  }

  @Test func `config limits how many nodes run at once`() throws {
    let text = flow("START>a a>END", "config: {max_concurrency: 3, recursion_limit: 8}")
    let graph = try #require(testCompiler().compile(.init(path: "test.yaml", text: text)).graph)
    #expect(graph.graph.maximumConcurrency == 3)
    #expect(graph.graph.maximumSteps == 8)
  }

  // MARK: - State

  @Test func `reducers join what nodes of one step write, in the order of the file`() async throws {
    let text = graph(
      "state: {log: {type: list, reducer: append}, sum: {type: int, reducer: add, default: 10}}",
      nodes: "b: {type: passthrough, output: {log: b, sum: 1}}\na: {type: passthrough, output: {log: a, sum: 2}}",
      edges: "- {from: START, to: [a, b]}\n- {from: a, to: END}\n- {from: b, to: END}")
    let state = try await Trace(text).state
    #expect(state["log"] == ["b", "a"])
    #expect(state["sum"] == 13)
  }

  @Test(arguments: ["add", "sorted_add", "append"])
  func `a list grows by yamlgraph's names of reducers`(name: String) async throws {
    let text = graph(
      "state: {log: {type: list, reducer: \(name)}}",
      nodes: "a: {type: passthrough, output: {log: [1]}}\nb: {type: passthrough, output: {log: [2]}}",
      edges: "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}")
    #expect(try await Trace(text).state["log"] == [1, 2])
  }

  @Test func `a default is there before the first write, and the caller's value goes before it`() async throws {
    let text = graph(
      "state: {n: {type: int, default: 5}}", nodes: "a: {type: passthrough, output: {m: \"{state.n + 1}\"}}")
    #expect(try await Trace(text).state["m"] == 6)
    #expect(try await Trace(text, ["n": 1]).state["m"] == 2)
  }

  @Test func `inputs of a wrong type are refused before anything runs`() async throws {
    let text = graph("state: {n: int}", nodes: "a: {type: passthrough, output: {m: \"{state.n + 1}\"}}")
    let trace = try await Trace(text, ["n": "five"])
    #expect(trace.error?.code == .invalidInput)
    #expect(trace.started == [])
  }

  @Test func `a required key that is not set stops the node`() async throws {
    let text = graph("state: {topic: str}", nodes: "a: {type: step, requires: topic}")
    #expect(try await Trace(text).error?.code == .missingRequirement)
    #expect(try await Trace(text, ["topic": "sea"]).steps == "a")
  }

  // MARK: - Skipping

  private static let asking = "{type: llm, user: hello, state_key: out"

  @Test(
    arguments: [
      ("}", [] as [String]), (", skip_if_exists: true}", []), (", skip_if_exists: false}", ["a"]),
    ])
  func `outside loops a node whose result is there is skipped unless it says otherwise`(
    keys: String, started: [String]
  ) async throws {
    let text = graph("state: {out: str}\ndefaults: {provider: scripted}", nodes: "a: " + Self.asking + keys)
    #expect(try await Trace(text, ["out": "there"]).started == started)
    #expect(try await Trace(text).started == ["a"])
  }

  @Test(
    arguments: [
      ("}", ["a", "a"]), (", skip_if_exists: false}", ["a", "a"]), (", skip_if_exists: true}", ["a"]),
    ])
  func `on a cycle a node runs again unless it says otherwise`(keys: String, started: [String]) async throws {
    let text = graph(
      "state: {out: str}\ndefaults: {provider: scripted}\nloop_limits: {a: 2}", nodes: "a: " + Self.asking + keys,
      edges: "- {from: START, to: a}\n- {from: a, to: a, condition: \"out != ''\"}\n- {from: a, to: END}")
    #expect(try await Trace(text).started == started)
  }

  @Test(arguments: 0..<24)
  func `what is skipped does not depend on the order of the file`(seed: UInt64) async throws {
    // Two cycles that share nodes, and a node outside both.
    let names = ["a", "b", "c", "d"]
    var random = SeededGenerator(seed)
    let nodes = names.shuffled(using: &random).map { "\($0): {user: hello, state_key: out_\($0)}" }
    let edges = [
      "- {from: START, to: a}", "- {from: a, to: b}", "- {from: b, to: c}", "- {from: c, to: b, condition: n == 1}",
      "- {from: c, to: a, condition: n == 2}", "- {from: c, to: d}", "- {from: d, to: END}",
    ].shuffled(using: &random)
    let text = graph(
      "state: {n: int, out_a: str, out_b: str, out_c: str, out_d: str}\ndefaults: {provider: scripted}",
      nodes: nodes.joined(separator: "\n"), edges: edges.joined(separator: "\n"))
    let input: ValueObject = ["n": 0, "out_a": "x", "out_b": "x", "out_c": "x", "out_d": "x"]
    let trace = try await Trace(text, input)
    #expect(trace.started == ["a", "b", "c"], "seed \(seed)")
    #expect(trace.skipped == ["d"], "seed \(seed)")
  }
}

import GraphTestSupport
import Testing

/// Names that nothing has: section 7.3 of the language.
@Suite struct ReferenceTests {
  @Test func `A target that is taken for its own source makes no loop`() {
    let source = MarkedSource(
      graph(
        nodes: "greet: {type: step}\nlonely: {type: step}",
        edges: "- {from: START, to: greet}\n- {from: greet, to: 1️⃣gret}\n- {from: lonely, to: END}"))
    let found = diagnostics(source.file)
    #expect(found.map(\.code).contains("GR0201"))
    #expect(!found.map(\.code).contains("GR0304"))
  }

  @Test(
    arguments: [
      Mistake(
        "GR0201", "there is no node 'gret'", fixIt: "greet",
        bad: graph(nodes: "greet: {type: step}", edges: "- {from: START, to: 1️⃣gret}\n- {from: greet, to: END}"),
        good: graph(nodes: "greet: {type: step}", edges: "- {from: START, to: greet}\n- {from: greet, to: END}")),
      Mistake(
        "GR0201", "there is no node 'nowhere'",
        bad: graph(
          nodes: "a: {type: step}\nb: {type: step}",
          edges: "- {from: START, to: a}\n- {from: a, to: 1️⃣nowhere}\n- {from: b, to: END}"),
        good: graph(
          nodes: "a: {type: step}\nb: {type: step}",
          edges: "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}")),
      Mistake(
        "GR0201", "there is no node 'nowhere'",
        bad: graph(edges: "- {from: START, to: 1️⃣nowhere}\n- {from: a, to: END}"), good: graph()),
      Mistake(
        "GR0201", "there is no node 'nowhere'",
        bad: graph(edges: "- {from: START, to: 1️⃣nowhere}"), good: graph()),
      Mistake(
        "GR0201", "there is no node 'nobody'",
        bad: graph(edges: "- {from: 1️⃣nobody, to: a}\n- {from: a, to: END}\n- {from: START, to: END}"), good: graph()),
      Mistake(
        "GR0201", "there is no node 'STRAT'", fixIt: "START",
        bad: graph(edges: "- {from: 1️⃣STRAT, to: a}\n- {from: a, to: END}"), good: graph()),
      Mistake(
        "GR0201", "there is no node 'EDN'", fixIt: "END",
        bad: graph(edges: "- {from: START, to: a}\n- {from: a, to: 1️⃣EDN}"), good: graph()),
      Mistake(
        "GR0201", "there is no node 'zz'", bad: graph("loop_limits: {1️⃣zz: 3}"), good: graph("loop_limits: {a: 3}")),
      Mistake(
        "GR0201", "there is no node 'nope'",
        bad: router("routes: {x: 1️⃣nope}"), good: router("routes: {x: a}")),
      Mistake(
        "GR0202", "no edge can leave END",
        bad: graph(edges: "- {from: START, to: a}\n- {from: a, to: END}\n- {from: 1️⃣END, to: a}"), good: graph()),
      Mistake(
        "GR0203", "no edge can lead to START",
        bad: graph(edges: "- {from: START, to: a}\n- {from: a, to: 1️⃣START}"), good: graph()),
      Mistake(
        "GR0204", "START cannot be waited for together with nodes; give it an edge of its own",
        bad: graph(
          nodes: "a: {type: step}\nb: {type: step}",
          edges: "- {from: START, to: a}\n- {from: [1️⃣START, a], to: b}\n- {from: b, to: END}"),
        good: graph()),
      Mistake(
        "GR0205", "'a' is named twice in 'to'",
        bad: graph(edges: "- {from: START, to: [a, 1️⃣a]}\n- {from: a, to: END}"), good: graph()),
      Mistake(
        "GR0206", "an edge of type 'conditional' must leave a router, and 'a' is none",
        bad: graph(edges: "- {from: START, to: a}\n- {from: 1️⃣a, to: [END], type: conditional}"), good: graph()),
      Mistake(
        "GR0207",
        "router 'r' has no edge for its routes; add {from: r, to: [a], type: conditional}",
        bad: graph(
          nodes: "1️⃣r: {type: router, user: hello, routes: {x: a, y: a}}\na: {type: step}",
          edges: "- {from: START, to: r}\n- {from: a, to: END}"),
        good: router("routes: {x: a, y: a}")),
      Mistake(
        "GR0208", "route 'y' leads to 'END', which is no target of the router's edge",
        bad: router("routes: {x: a, y: 1️⃣END}"), good: router("routes: {x: a, y: END}", to: "[a, END]")),
      Mistake(
        "GR0208", "'default_route' leads to 'b', which is no target of the router's edge",
        bad: router("routes: {x: a}, default_route: 1️⃣b"), good: router("routes: {x: a}, default_route: b", to: "[a, b]")
      ),
      Mistake(
        "GR0209", "no route of router 'r' leads to 'b'",
        bad: router("routes: {x: a}", to: "[a, 1️⃣b]"), good: router("routes: {x: a}, default_route: b", to: "[a, b]")),
      Mistake(
        "GR0210", "router 'r' follows its routes, so that this edge is never taken",
        bad: router("routes: {x: a}", more: "\n- 1️⃣{from: r, to: a}"), good: router("routes: {x: a}")),
      Mistake(
        "GR0211", "'a' has a loop exit but no entry under 'loop_limits'",
        bad: graph("loop_exits: {1️⃣a: END}"), good: graph("loop_limits: {a: 2}\nloop_exits: {a: END}")),
      Mistake(
        "GR0220", "'tpoic' is no key of the state: it is not declared under 'state', and no node writes it",
        fixIt: "topic",
        bad: graph("state: {topic: str}", nodes: "a: {type: step, value: \"{state.1️⃣tpoic}\"}"),
        good: graph("state: {topic: str}", nodes: "a: {type: step, value: \"{state.topic}\"}")),
      Mistake(
        "GR0220", "'n' is no key of the state: it is not declared under 'state', and no node writes it",
        bad: graph(edges: "- {from: START, to: a}\n- {from: a, to: END, condition: \"1️⃣n > 3\"}\n- {from: a, to: END}"),
        good: graph(
          "state: {n: int}",
          edges: "- {from: START, to: a}\n- {from: a, to: END, condition: \"n > 3\"}\n- {from: a, to: END}")),
      Mistake(
        "GR0220", "'nothing' is no key of the state: it is not declared under 'state', and no node writes it",
        bad: graph(nodes: "a: {type: step, requires: [1️⃣nothing]}"), good: graph()),
      Mistake(
        "GR0221", "the prompt of node 'a' uses 'who', which is no key of the state and not given under 'variables'",
        bad: graph(nodes: "a: {user: \"hello {1️⃣who}\"}"),
        good: graph("state: {who: str}", nodes: "a: {user: \"hello {who}\"}")),
      Mistake(
        "GR0222", "'done' is no key of the state and is taken as text; quote it", fixIt: "'done'",
        bad: graph(
          "state: {s: str}",
          edges: "- {from: START, to: a, condition: s == 1️⃣done}\n- {from: START, to: END}\n- {from: a, to: END}"),
        good: graph(
          "state: {s: str}",
          edges: "- {from: START, to: a, condition: s == 'done'}\n- {from: START, to: END}\n- {from: a, to: END}")),
      Mistake(
        "GR0223", "'_route' is kept by the engine, and no node can write it",
        bad: graph(nodes: "a: {type: passthrough, output: {1️⃣_route: x}}"), good: graph()),
    ])
  func `a name that nothing has is one diagnostic`(mistake: Mistake) { mistake.check() }

  /// A router `r` before the nodes `a` and `b`.
  private static func router(_ keys: String, to: String = "[a]", more: String = "") -> String {
    graph(
      nodes: "r: {type: router, user: hello, \(keys)}\na: {type: step}\nb: {type: step}",
      edges:
        "- {from: START, to: r}\n- {from: r, to: \(to), type: conditional}\n- {from: a, to: b}\n- {from: b, to: END}"
        + more)
  }

  @Test func `a misspelled key, a wrong type, an unknown target and an unreachable node are found in one pass`() {
    let source = MarkedSource(
      """
      version: "1.0"
      name: review
      nodes:
        draft:
          type: llm
          user: Write about the sea.
          1️⃣stat_key: text
        review:
          type: llm
          user: "Review {text}"
          temperature: 2️⃣hot
        publish: {type: passthrough, output: {done: true}}
        3️⃣archive: {type: passthrough, output: {kept: true}}
      edges:
        - {from: START, to: draft}
        - {from: draft, to: review}
        - {from: review, to: 4️⃣publsh}
        - {from: publish, to: END}
        - {from: archive, to: END}
      """)
    #expect(
      diagnostics(source.file) == [
        ExpectedDiagnostic(source["1️⃣"], "GR0101", "unknown key 'stat_key' in node 'draft'", fixIt: "state_key"),
        ExpectedDiagnostic(source["2️⃣"], "GR0102", "'temperature' must be a number, not a string"),
        ExpectedDiagnostic(source["3️⃣"], "GR0302", "node 'archive' is never reached from START"),
        ExpectedDiagnostic(source["4️⃣"], "GR0201", "there is no node 'publsh'", fixIt: "publish"),
      ])
  }

  @Test func `a graph whose names are all wrong is reported without delay`() {
    let nodes = (0..<2000).map { "n\($0): {type: step}" }.joined(separator: "\n")
    let edges = (0..<2000).map { "- {from: wrong\($0), to: m\($0)}" }.joined(separator: "\n")
    #expect(diagnostics(graph(nodes: nodes, edges: edges)).count == 2000 + 2000)
  }
}

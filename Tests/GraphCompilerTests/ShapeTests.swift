import GraphTestSupport
import Testing

/// Mistakes in the shape of graph files: section 7.2 of the language.
@Suite struct ShapeTests {
  @Test(
    arguments: [
      Mistake(
        "GR0101", "unknown key 'usr' in node 'a'", fixIt: "user",
        bad: graph(nodes: "a: {1️⃣usr: hello}"), good: graph(nodes: "a: {user: hello}")),
      Mistake(
        "GR0101", "unknown key 'flavour' in the graph", bad: graph("1️⃣flavour: sweet"), good: graph("x-flavour: sweet")),
      Mistake(
        "GR0101", "unknown key 'egdes' in the graph", fixIt: "edges",
        bad: "nodes: {a: {type: step}}\n1️⃣egdes: [{from: START, to: a}, {from: a, to: END}]",
        good: "nodes: {a: {type: step}}\nedges: [{from: START, to: a}, {from: a, to: END}]"),
      Mistake(
        "GR0101", "unknown key 'form' in an edge", fixIt: "from",
        bad: graph(edges: "- {1️⃣form: START, to: a}\n- {from: a, to: END}"), good: graph()),
      Mistake(
        "GR0101", "unknown key 'recursion_limits' in 'config'", fixIt: "recursion_limit",
        bad: graph("config: {1️⃣recursion_limits: 5}"), good: graph("config: {recursion_limit: 5}")),
      Mistake(
        "GR0101", "unknown key 'tpye' in state key 'out'", fixIt: "type",
        bad: graph("state: {out: {1️⃣tpye: str}}"), good: graph("state: {out: {type: str}}")),
      Mistake(
        "GR0101", "unknown key 'tpye' in node 'a'", fixIt: "type",
        bad: graph(nodes: "a: {1️⃣tpye: passthrough, output: {b: x}}"), good: graph()),
      Mistake(
        "GR0101", "unknown key 'kind' in node 'a'", fixIt: "type",
        bad: graph(nodes: "a: {1️⃣kind: passthrough, output: {b: x}}"), good: graph()),
      Mistake(
        "GR0101", "unknown key 'source' in an edge", fixIt: "from",
        bad: graph(edges: "- {1️⃣source: START, to: a}\n- {from: a, to: END}"), good: graph()),
      Mistake(
        "GR0101", "unknown key 'steps' in the graph", fixIt: "nodes",
        bad: "1️⃣steps: {a: {type: step}}\nedges: [{from: START, to: a}, {from: a, to: END}]\n", good: graph()),
      Mistake(
        "GR0103", "node 'a' needs 'type'", fixIt: "type: interrupt, ",
        bad: graph(nodes: "1️⃣a: {message: hello}"),
        good: graph(nodes: "a: {user: hello}")),
      Mistake(
        "GR0103", "node 'a' needs 'type'", fixIt: "type: retrieve\n    ",
        bad: graph(nodes: "1️⃣a:\n  index: .\n  query: x"), good: graph()),
      Mistake(
        "GR0103", "node 'a' needs 'type'", bad: graph(nodes: "1️⃣a: {tool: t}"), good: graph()),
      Mistake(
        "GR0107", "'user' is empty and must be given a value", bad: graph(nodes: "a: {1️⃣user: , system: x}"),
        good: graph(nodes: "a: {user: hello, system: x}")),
      Mistake(
        "GR0107", "'index' is empty and must be given a value",
        bad: graph(nodes: "a: {type: retrieve, index: 1️⃣null, query: x}"), good: graph()),
      Mistake(
        "GR0102", "the graph must be a mapping, not a list", bad: "1️⃣- a\n- b\n", good: graph()),
      Mistake(
        "GR0102", "'edges' must be a list, not a mapping",
        bad: "nodes: {a: {type: step}}\nedges:\n  1️⃣START: a\n  a: END\n",
        good: graph(nodes: "a: {type: step}")),
      Mistake(
        "GR0102", "an edge must be a mapping, not a string",
        bad: graph(edges: "- 1️⃣START -> a\n- {from: a, to: END}"), good: graph()),
      Mistake(
        "GR0102", "node 'b' must be a mapping, not a string",
        bad: graph(
          nodes: "a: {type: step}\nb: 1️⃣step", edges: "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}"),
        good: graph(nodes: "a: {type: step}")),
      Mistake(
        "GR0102", "'temperature' must be a number, not a string",
        bad: graph(nodes: "a: {user: hello, temperature: 1️⃣hot}"), good: graph(nodes: "a: {user: hello, temperature: 1}")
      ),
      Mistake(
        "GR0102", "'version' must be a string, not a number", fixIt: "\"1.0\"",
        bad: graph("version: 1️⃣1.0"), good: graph("version: \"1.0\"")),
      Mistake(
        "GR0102", "'condition' must be a string, not true or false", fixIt: "\"true\"",
        bad: graph(edges: "- {from: START, to: a}\n- {from: a, to: END, condition: 1️⃣true}"), good: graph()),
      Mistake(
        "GR0102", "'timeout' must be a positive duration such as 30, '30s' or '500ms', not '5 apples'",
        bad: graph(nodes: "a: {type: step, timeout: 1️⃣5 apples}"), good: graph(nodes: "a: {type: step, timeout: 500ms}")),
      Mistake(
        "GR0102", "'timeout' must be a positive duration such as 30, '30s' or '500ms', not '-5'",
        bad: graph(nodes: "a: {type: step, timeout: 1️⃣-5}"), good: graph(nodes: "a: {type: step, timeout: 5}")),
      Mistake(
        "GR0102", "an item of 'requires' must be a string, not an integer", fixIt: "\"5\"",
        bad: graph("state: {b: str}", nodes: "a: {type: step, requires: [b, 1️⃣5]}"),
        good: graph("state: {b: str}", nodes: "a: {type: step, requires: [b]}")),
      Mistake(
        "GR0102", "the loop limit of 'a' must be an integer, not a string",
        bad: graph("loop_limits: {a: 1️⃣many}"), good: graph("loop_limits: {a: 3}")),
      Mistake("GR0103", "the graph needs 'nodes'", bad: "1️⃣name: t\nedges: [{from: START, to: a}]\n", good: graph()),
      Mistake(
        "GR0103", "the graph needs 'edges'", bad: "# a comment\n1️⃣name: t\nnodes: {a: {type: step}}\n", good: graph()),
      Mistake(
        "GR0103", "an edge needs 'to'", bad: graph(edges: "- {from: START, to: a}\n- 1️⃣{from: a}"), good: graph()),
      Mistake(
        "GR0103", "node 'a' needs 'output'", bad: graph(nodes: "1️⃣a: {type: passthrough}"), good: graph()),
      Mistake(
        "GR0105", "'recursion_limit' must be between 1 and 1000000000",
        bad: graph("config: {recursion_limit: 1️⃣0}"), good: graph("config: {recursion_limit: 1}")),
      Mistake(
        "GR0106", "'type' cannot be 'conditionl'; it is one of 'conditional'", fixIt: "conditional",
        bad: graph(
          nodes: "r: {type: router, user: hello, routes: {x: a}}\na: {type: step}",
          edges: "- {from: START, to: r}\n- {from: r, to: [a], type: 1️⃣conditionl}\n- {from: a, to: END}"),
        good: graph(
          nodes: "r: {type: router, user: hello, routes: {x: a}}\na: {type: step}",
          edges: "- {from: START, to: r}\n- {from: r, to: [a], type: conditional}\n- {from: a, to: END}")),
      Mistake(
        "GR0107", "node 'a' is empty and must be a mapping", bad: graph(nodes: "1️⃣a:"), good: graph()),
      Mistake(
        "GR0107", "'nodes' is empty and must be a mapping of nodes",
        bad: "nodes: 1️⃣{}\nedges: [{from: START, to: a}]\n", good: graph()),
      Mistake(
        "GR0107", "'condition' is empty and must be a string",
        bad: graph(edges: "- {from: START, to: a}\n- from: a\n  to: END\n  1️⃣condition:"), good: graph()),
      Mistake(
        "GR0107", "'state_key' is empty and must be a string",
        bad: graph(nodes: "a:\n  type: step\n  1️⃣state_key:"), good: graph(nodes: "a:\n  type: step\n  state_key: b")),
      Mistake(
        "GR0108", "version '99' is not understood; this program understands '1.0'", fixIt: "\"1.0\"",
        bad: graph("version: 1️⃣\"99\""), good: graph("version: \"1.0\"")),
      Mistake("GR0109", "the file is empty and so no graph", bad: "1️⃣# nothing\n", good: graph()),
      Mistake(
        "GR0110", "'END' is reserved and cannot be the name of a node",
        bad: graph(nodes: "1️⃣END: {type: step}", edges: "- {from: START, to: END}"),
        good: graph(nodes: "a: {type: step}")),
      Mistake(
        "GR0110", "'_route' is reserved and cannot be the name of a state key",
        bad: graph("state: {1️⃣_route: str}"), good: graph("state: {errors: list}")),
      Mistake(
        "GR0111",
        "'a b' cannot be the name of a state key: a name begins with a letter or '_' and goes on with letters, digits, "
          + "'_' or '-'",
        bad: graph(nodes: "a: {type: step, state_key: 1️⃣a b}"), good: graph(nodes: "a: {type: step, state_key: a_b-1}")),
      Mistake(
        "GR0112", "unknown node type 'passthruogh'", fixIt: "passthrough",
        bad: graph(
          nodes: "a: {type: 1️⃣passthruogh, output: {x: 1}}\nb: {type: step, value: \"{state.x}\"}",
          edges: "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}"),
        good: graph()),
      Mistake(
        "GR0112", "unknown node type 'banana'",
        bad: graph(
          nodes: "a: {type: 1️⃣banana, collect: x}\nb: {type: step, value: \"{state.x}\"}",
          edges: "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}"),
        good: graph()),
      Mistake(
        "GR0113", "yamlgraph's node type 'copilot' is not known here; run the program with a tool of type 'shell'",
        bad: graph(nodes: "a: {type: 1️⃣copilot}"), good: graph()),
      Mistake(
        "GR0114", "'provider' has no effect in the graph; it belongs under 'defaults'",
        bad: graph("1️⃣provider: openai"), good: graph("defaults: {provider: openai}")),
      Mistake(
        "GR0115", "the default of 'n' must be int, not str",
        bad: graph("state: {n: {type: int, default: 1️⃣one}}"), good: graph("state: {n: {type: int, default: 1}}")),
      Mistake(
        "GR0116", "'to' of an edge names no node", bad: graph(edges: "- {from: START, to: a}\n- {from: a, to: 1️⃣[]}"),
        good: graph()),
      Mistake(
        "GR0117", "an edge of type 'conditional' follows the router's route and cannot have a condition as well",
        bad: graph(
          nodes: "r: {type: router, user: hello, routes: {x: a}}\na: {type: step}",
          edges:
            "- {from: START, to: r}\n- {from: r, to: [a], type: conditional, 1️⃣condition: \"r == 'x'\"}\n- {from: a, to: END}"
        ),
        good: graph()),
      Mistake(
        "GR0118", "an edge that waits for several nodes cannot have a condition; put it on an edge that leaves 'to'",
        bad: graph(
          nodes: "a: {type: step}\nb: {type: step}\nc: {type: step}",
          edges: "- {from: START, to: [a, b]}\n- {from: [a, b], to: c, 1️⃣condition: \"a == 1\"}\n- {from: c, to: END}"),
        good: graph(
          nodes: "a: {type: step}\nb: {type: step}\nc: {type: step}",
          edges: "- {from: START, to: [a, b]}\n- {from: [a, b], to: c}\n- {from: c, to: END}")),
      Mistake(
        "GR0127", "reducer 'merge' works on objects, and 'out' is 'str'",
        bad: graph("state: {out: {type: str, reducer: 1️⃣merge}}"),
        good: graph("state: {out: {type: dict, reducer: merge}}", nodes: "a: {type: step}")),
      Mistake(
        "GR0126", "there is no provider 'opnai'", fixIt: "openai",
        bad: graph("defaults: {provider: 1️⃣opnai}", nodes: "a: {user: hello}\nb: {user: hello}", edges: chain),
        good: graph("defaults: {provider: openai}", nodes: "a: {user: hello}\nb: {user: hello}", edges: chain)),
    ])
  func `a mistake in the shape is one diagnostic`(mistake: Mistake) { mistake.check() }

  @Test(
    arguments: [
      (
        "nodes",
        "nodes: {a: {type: step}}\n1️⃣nodes: {b: {type: step}}\nedges: [{from: START, to: b}, {from: b, to: END}]"
      ),
      ("nodes", "{nodes: {a: {type: step}}, 1️⃣nodes: {b: {type: step}}, edges: [{from: START, to: b}]}"),
      ("edges", "nodes: {a: {type: step}}\nedges: [{from: a, to: END}]\n1️⃣edges: [{from: START, to: a}]"),
      ("state", "state: {a: str}\n1️⃣state: {b: str}\n" + graph(nodes: "a: {type: step, value: \"{state.b}\"}")),
      ("a", "nodes:\n  a: {type: step}\n  1️⃣a: {type: step}\nedges: [{from: START, to: a}, {from: a, to: END}]"),
    ])
  func `a part that is written twice is one diagnostic`(key: String, marked: String) {
    let source = MarkedSource(marked)
    #expect(
      diagnostics(source.file) == [ExpectedDiagnostic(source["1️⃣"], "GR0011", "the key '\(key)' is written twice")])
  }

  @Test func `a doubled key that nothing refers to hides no other mistake`() {
    let source = MarkedSource("name: a\n1️⃣name: b\n" + graph(edges: "- {from: START, to: 2️⃣aa}\n- {from: a, to: END}"))
    #expect(diagnostics(source.file).map(\.location) == [source["1️⃣"], source["2️⃣"]])
  }

  @Test func `reducer names of yamlgraph are understood`() {
    #expect(
      diagnostics(
        graph(
          "state: {a: {type: list, reducer: add}, b: {type: str, reducer: last_value}, "
            + "c: {type: list, reducer: sorted_add}, n: {type: int, reducer: add}}", nodes: "a: {type: step}")) == [])
  }
}

private let chain = "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}"

import GraphCompiler
import GraphDiagnostics
import GraphTestSupport
import Testing

/// What is taken as something else than its author means, because it is nearly right.
@Suite struct NearMissTests {
  /// A graph of one node that asks a question about the state.
  private static func asking(_ text: String, state: String = "topic: str", node: String = "") -> String {
    graph("state: {\(state)}\ndefaults: {provider: scripted}", nodes: "a:\n  user: |\n    \(text)\n\(node)")
  }

  /// A graph of one node that computes a value.
  private static func computing(_ value: String, state: String = "topic: str, n: int") -> String {
    graph("state: {\(state)}", nodes: "a: {type: passthrough, output: {out: \(value)}}")
  }

  @Test(
    arguments: [
      Mistake(
        "GR0225", "'state.topic' is text here; the value is written '{state.topic}'", fixIt: "\"{state.topic}\"",
        bad: computing("1️⃣state.topic"), good: computing("\"{state.topic}\"")),
      Mistake(
        "GR0225", "'state.n + 1' is text here; the value is written '{state.n + 1}'", fixIt: "\"{state.n + 1}\"",
        bad: computing("1️⃣'state.n + 1'"), good: computing("the key state.n + 1 more")),
      Mistake(
        "GR0225", "'len(state.topic)' is text here; the value is written '{len(state.topic)}'",
        fixIt: "\"{len(state.topic)}\"", bad: computing("1️⃣len(state.topic)"), good: computing("len(topic)")),
      Mistake(
        "GR0521", "'{{' and '}}' are text here; the value is written '{len(topic)}'", fixIt: "{len(topic)}",
        bad: computing("\"1️⃣{{len(topic)}}\""), good: computing("\"{{topic}} and {{topic.x + 1}}\"")),
      Mistake(
        "GR0522", "'state.topic' is plain text: nothing inside quotes is replaced", fixIt: "state.topic",
        bad: computing("\"{1️⃣'state.topic'}\""), good: computing("\"{'the state.topic'}\"")),
    ])
  func `a value without its braces`(mistake: Mistake) { mistake.check() }

  @Test(
    arguments: [
      Mistake(
        "GR0226", "the '$' before '{topic}' is text; a value stands in braces alone", fixIt: "",
        bad: asking("About 1️⃣${topic}", state: "topic: 'list[str]'"), good: asking("For ${price}", state: "price: float")
      ),
      Mistake(
        "GR0226", "the '$' before '{topic}' is text; a value stands in braces alone", fixIt: "",
        bad: computing("\"About 1️⃣${state.topic}\"", state: "topic: {type: str, default: lamps}"),
        // A text may hold a price.
        good: computing("\"For ${state.topic} and ${state.n}\"")),
      Mistake(
        "GR0226", "the '$' before '{topic}' is text; a value stands in braces alone", fixIt: "",
        bad: computing("\"About 1️⃣${state.topic}\"", state: "topic: dict"),
        good: computing("\"For ${state.topic}\"", state: "topic: {type: str, default: '9.50'}")),
      Mistake(
        "GR0226", "the '$' before '{topic}' is text; a value stands in braces alone", fixIt: "",
        bad: asking("About 1️⃣${it}", state: "topic: bool", node: "  variables: {it: \"{state.topic}\"}"),
        good: asking("About ${it}", state: "n: float", node: "  variables: {it: \"{state.n}\"}")),
    ])
  func `a dollar sign before the braces`(mistake: Mistake) { mistake.check() }

  @Test(
    arguments: [
      Mistake(
        "GR0227", "'topic}' is text; the placeholder is written '{topic}'", fixIt: "{topic}",
        bad: asking("About 1️⃣topic}"), good: asking("A set {1, topic} and {\"a\": topic} and nobody}")),
      Mistake(
        "GR0227", "'state.topic}' is text; the placeholder is written '{state.topic}'", fixIt: "{state.topic}",
        bad: asking("About 1️⃣state.topic}"), good: asking("About {state.topic}")),
      Mistake(
        "GR0227", "'<topic>' is text; the placeholder is written '{topic}'", fixIt: "{topic}",
        bad: asking("About 1️⃣<topic>"), good: asking("<topic>{topic}</topic> <b> <topic>")),
      Mistake(
        "GR0227", "'<out>' is text; the placeholder is written '{out}'", fixIt: "{out}",
        bad: graph(
          "defaults: {provider: scripted}",
          nodes: "a: {type: passthrough, output: {out: 1}}\nb: {user: \"About 1️⃣<out>\"}",
          edges: "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}"),
        good: asking("About <topic></topic>")),
    ])
  func `a placeholder that is none`(mistake: Mistake) { mistake.check() }

  @Test(
    arguments: [
      Mistake(
        "GR0228", "'topic' is not declared under 'state', and no node writes it",
        bad: asking("About {1️⃣topic}", state: "tpic: str"),
        good: graph(nodes: "a: {user: \"About {topic}\"}", edges: "- {from: START, to: a}\n- {from: a, to: END}")),
      Mistake(
        "GR0220", "'stste' is no key of the state: it is not declared under 'state', and no node writes it",
        fixIt: "state",
        bad: computing("\"{1️⃣stste.topic}\""), good: computing("\"{state.topic}\"")),
      Mistake(
        "GR0220", "'_loop_count' is no key of the state: it is not declared under 'state', and no node writes it",
        fixIt: "_loop_counts", bad: computing("\"{state.1️⃣_loop_count.a}\""),
        good: computing("\"{state._loop_counts.a}\"")),
      Mistake(
        "GR0331", "'0 < 1' compares two constants",
        bad: graph(
          "state: {n: int}",
          edges: "- {from: START, to: a}\n- {from: a, to: END, condition: n > 1️⃣0 < 1}\n- {from: a, to: END}"),
        good: graph(
          "state: {n: int}",
          edges: "- {from: START, to: a}\n- {from: a, to: END, condition: 0 < n < 1}\n- {from: a, to: END}")),
      Mistake(
        "GR0330", "this edge is written already",
        bad: graph(edges: "- {from: START, to: a}\n- {from: a, to: END}\n- 1️⃣{from: a, to: [END]}"),
        good: graph(
          "state: {n: int}",
          edges: "- {from: START, to: a}\n- {from: a, to: END, condition: n > 1}\n- {from: a, to: END}")),
    ])
  func `names and edges`(mistake: Mistake) { mistake.check() }

  @Test(
    arguments: [
      Mistake(
        "GR0229", "nothing declares or reads 'findigns'", fixIt: "findings",
        bad: twoResults("findings", "1️⃣findigns", state: "findings: {type: list, reducer: append}"),
        good: twoResults("findings", "findings", state: "findings: {type: list, reducer: append}")),
      Mistake(
        "GR0229", "nothing declares or reads 'last_anwer'", fixIt: "last_answer",
        bad: twoResults("first", "1️⃣last_anwer", state: "last_answer: str"),
        good: twoResults("answer_a", "answer_b", state: "answer: str, answer_c: str")),
      Mistake(
        "GR0229", "nothing declares or reads 'tex'", fixIt: "text",
        bad: twoResults("first", "1️⃣tex", state: "text: str"),
        good: twoResults("note1", "texts", state: "text: str, note2: str, taxt: str")),
    ])
  func `a result that is nearly named as a key`(mistake: Mistake) { mistake.check() }

  private static func twoResults(_ first: String, _ second: String, state: String) -> String {
    graph(
      "state: {\(state)}\ndefaults: {provider: scripted}",
      nodes: "a: {user: hi, state_key: \(first)}\nb: {user: hi, state_key: \(second), skip_if_exists: false}",
      edges: "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}")
  }

  @Test(arguments: [
    ("contact", "contract"), ("context", "content"), ("expert", "export"), ("format", "formal"), ("patient", "patent"),
    ("person", "persona"), ("review", "preview"),
  ])
  func `an input that is read before a result with nearly its name is another thing`(input: String, result: String) {
    for (first, second) in [(input, result), (result, input)] {
      let at = graph(
        "state: {\(first): str}\ndefaults: {provider: scripted}",
        nodes: "a: {user: \"Look at {\(first)}.\", state_key: \(second)}")
      #expect(diagnostics(at) == [])
      let before = graph(
        "state: {\(first): str}\ndefaults: {provider: scripted}",
        nodes: "a: {user: \"Look at {\(first)}.\", state_key: one}\nb: {user: \"And {one}\", state_key: \(second)}",
        edges: "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}")
      #expect(diagnostics(before) == [])
    }
  }

  @Test(arguments: [("content", "context"), ("persona", "person"), ("formal", "format"), ("contract", "contact")])
  func `a word is no slip of another one, also where that is read behind it`(result: String, input: String) {
    let text = graph(
      "state: {\(input): str}\ndefaults: {provider: scripted}",
      nodes: "a: {user: Hello, state_key: \(result)}\nb: {user: \"Look at {\(input)}.\", state_key: other}",
      edges: "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}")
    #expect(diagnostics(text) == [])
  }

  @Test(arguments: [
    ("persona", "person"), ("patient", "patent"), ("contract", "contact"), ("contact", "contract"),
    ("reviewer", "reviewers"),
  ])
  func `a node's result may have nearly the node's name`(node: String, result: String) {
    let text = graph(
      "defaults: {provider: scripted}", nodes: "\(node): {user: Hello, state_key: \(result)}",
      edges: "- {from: START, to: \(node)}\n- {from: \(node), to: END}")
    #expect(diagnostics(text) == [])
  }

  @Test(arguments: ["anwser", "anwer", "answeer", "abswer", "anser"])
  func `a result that a key behind it waits for is a slip`(name: String) {
    let source = MarkedSource(
      graph(
        "state: {answer: str}\ndefaults: {provider: scripted}",
        nodes: "a: {user: Hello, state_key: 1️⃣\(name)}\nb: {user: \"Look at {answer}.\", state_key: other}",
        edges: "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}"))
    #expect(
      diagnostics(source.file)
        == [ExpectedDiagnostic(source["1️⃣"], "GR0229", "nothing declares or reads '\(name)'", fixIt: "answer")])
  }

  @Test func `names that are nearly alike are found in a graph of any size`() {
    let count = 700
    let source = MarkedSource(
      graph(
        "state: {last_answer: str}\ndefaults: {provider: scripted}",
        nodes: (0..<count).map { "n\($0): {user: Hello, state_key: key\($0)}" }.joined(separator: "\n")
          + "\nlast: {user: Hello, state_key: 1️⃣last_anwser}",
        edges: "- {from: START, to: n0}\n"
          + (1..<count).map { "- {from: n\($0 - 1), to: n\($0)}\n" }.joined()
          + "- {from: n\(count - 1), to: last}\n- {from: last, to: END}"))
    #expect(
      diagnostics(source.file)
        == [
          ExpectedDiagnostic(source["1️⃣"], "GR0229", "nothing declares or reads 'last_anwser'", fixIt: "last_answer")
        ])
  }

  @Test func `of a missing variable and an unused one that is nearly named so, one is reported`() {
    let source = MarkedSource(
      Self.asking("About {1️⃣topic}", node: "  variables: {tpic: \"{state.topic}\"}"))
    let found = testCompiler().compile(source.file).diagnostics
    #expect(
      found.map { ExpectedDiagnostic($0) } == [
        ExpectedDiagnostic(
          source["1️⃣"], "GR0230", "the prompt of node 'a' uses 'topic', which node 'a' does not give under 'variables'",
          fixIt: "tpic")
      ])
    #expect(found.first?.fixIts.map(\.replacement) == ["tpic", "topic"])
  }

  @Test(
    arguments: [
      Mistake(
        "GR0233", "'min_success' is 20, and 'max_items' lets the map have 8 at most", bad: map("1️⃣20"), good: map("8")),
      Mistake(
        "GR0102", "'stream' must be true or false, not a string", fixIt: "true",
        bad: graph("defaults: {provider: scripted}", nodes: "a: {user: hello, stream: 1️⃣ture}"),
        good: graph("defaults: {provider: scripted}", nodes: "a: {user: hello, stream: true}")),
      Mistake(
        "GR0102", "'args' must be a mapping, not a string",
        bad: call("1️⃣text {state.topic}"), good: call("{text: \"{state.topic}\"}")),
      // Beside the key that it often stands for, another tool's word means something else.
      Mistake(
        "GR0101", "unknown key 'template' in node 'a'",
        bad: graph("defaults: {provider: scripted}", nodes: "a: {1️⃣template: jinja2, user: hello}"),
        good: graph("defaults: {provider: scripted}", nodes: "a: {user: hello}")),
    ])
  func `values of nodes`(mistake: Mistake) { mistake.check() }

  private static func call(_ arguments: String) -> String {
    graph(
      "state: {topic: str, name: str}\ntools: {t: {command: \"echo {text}\"}}",
      nodes: "a:\n  type: tool_call\n  tool: \"{state.name}\"\n  args: \(arguments)")
  }

  private static func map(_ minimum: String) -> String {
    graph(
      "state: {items: list}",
      nodes:
        "a: {type: map, over: \"{state.items}\", as: item, collect: all, max_items: 8, min_success: \(minimum), node: {type: step}}"
    )
  }
}

import GraphCompiler
import GraphDiagnostics
import GraphTestSupport
import Testing

/// What is proved of where keys are written and read: section 7.5 of the language.
@Suite struct DataFlowTests {
  @Test(
    arguments: [
      Mistake(
        "GR0401", "'draft' is read before any node has written it",
        bad: line("review write", ["review": "user: \"Review {1️⃣draft}\"", "write": "user: Write, state_key: draft"]),
        good: line("write review", ["review": "user: \"Review {draft}\"", "write": "user: Write, state_key: draft"])),
      // In a loop, the first pass counts.
      Mistake(
        "GR0401", "'notes' is read before any node has written it",
        bad: loop(first: "user: \"Mind {1️⃣notes}\"", "notes"), good: loop(first: "user: Hello", "notes")),
      Mistake(
        "GR0402", "'draft' is read before node 'write' writes it",
        bad: line(
          "review write", "state: {draft: str}",
          [
            "review": "user: \"Review {1️⃣draft}\"",
            "write": "user: Write, state_key: draft",
          ]),
        good: line(
          "review write", "state: {draft: str}",
          [
            "review": "user: \"Review {draft}\", requires: [draft]",
            "write": "user: Write, state_key: draft",
          ])),
      Mistake(
        "GR0403", "'draft' may not have been written when node 'send' reads it",
        bad: choice(send: "user: \"Send {1️⃣draft}\""),
        good: choice(send: "user: \"{% if draft is defined %}Send {{ draft }}{% endif %}\"")),
      Mistake(
        "GR0403", "'draft' may not have been written when node 'send' reads it",
        bad: choice(send: "type: passthrough, output: {mail: \"{1️⃣draft + '!'}\"}"),
        good: choice(send: "type: passthrough, output: {mail: \"{default(draft, '') + '!'}\"}")),
      Mistake(
        "GR0403", "'draft' may not have been written when node 'send' reads it",
        bad: choice(send: "user: \"Send {text}\", variables: {text: \"{state.1️⃣draft}\"}"),
        good: choice(send: "user: \"Send {text}\", variables: {text: \"{default(state.draft, 'none')}\"}")),
      Mistake(
        "GR0403", "'draft' may not have been written when node 'send' reads it",
        bad: choice(send: "user: Send, requires: [1️⃣draft]"), good: choice(send: "user: Send")),
      Mistake(
        "GR0403", "'draft' may not have been written when node 'send' reads it",
        bad: choice(
          send: "type: map, over: \"{split(state.1️⃣draft)}\", as: part, collect: parts, node: {user: \"{part}\"}"),
        good: choice(
          send:
            "type: map, over: \"{split(default(state.draft, ''))}\", as: part, collect: parts, node: {user: \"{part}\"}"
        )),
      // What a map's node reads besides its item.
      Mistake(
        "GR0403", "'draft' may not have been written when node 'send' reads it",
        bad: choice(send: "type: map, over: [1], as: part, collect: parts, node: {user: \"{part} of {1️⃣draft}\"}"),
        good: choice(send: "type: map, over: [1], as: draft, collect: parts, node: {user: \"{draft}\"}")),
      Mistake(
        "GR0403", "'score' may not have been written when this condition is looked at",
        bad: keyed("START>a?n<3 START>b a>c b>c c>END?1️⃣score>5 c>d d>END", ["a": "score"]),
        good: keyed("START>a?n<3 START>b a>c b>a c>END?score>5 c>d d>END", ["a": "score"])),
      Mistake(
        "GR0403", "'remarks' may not have been written when node 'send' reads it",
        bad: line(
          "look send", ["look": "user: Look, state_key: remarks, on_error: skip", "send": "user: \"Send {1️⃣remarks}\""]),
        good: line("look send", ["look": "user: Look, state_key: remarks", "send": "user: \"Send {remarks}\""])),
      Mistake(
        "GR0405", "nodes 'a' and 'b' write 'x' in one step",
        bad: keyed("START>a,b a>END b>END", ["a": "x", "b": "1️⃣x"]),
        good: keyed("START>a a>b b>END", ["a": "x", "b": "x"])),
      // Nodes that are skipped where their result is there.
      Mistake(
        "GR0405", "nodes 'a' and 'b' write 'x' in one step",
        bad: models("user: A, state_key: x", "user: B, state_key: 1️⃣x"),
        good: models("user: A, state_key: x", "user: B, state_key: y")),
      Mistake(
        "GR0405", "nodes 'a' and 'b' write 'x' in one step",
        bad: models("user: A, state_key: x", "user: B, state_key: 1️⃣x", "state: {x: {type: str, default: none}}"),
        good: models("user: A, state_key: x", "user: B, state_key: x", "variables: {x: none}")),
      // As many steps behind one fan-out.
      Mistake(
        "GR0405", "nodes 'c' and 'd' write 'x' in one step",
        bad: keyed("START>a,b a>c b>d c>END d>END", ["c": "x", "d": "1️⃣x"]),
        good: keyed("START>a,b a>c b>END c>END", ["c": "x", "b": "x"])),
      Mistake(
        "GR0406", "nodes 'c' and 'd' may write 'x' in one step",
        bad: keyed("START>a,b a>c?n<3 a>END b>d?m<3 b>END c>END d>END", ["c": "x", "d": "1️⃣x"]),
        good: keyed("START>a,b a>c?n<3 a>END b>d?n>=3 b>END c>END d>END", ["c": "x", "d": "x"])),
      Mistake(
        "GR0407", "nobody reads the 'text' of node 'draft' before it is written anew",
        bad: line(
          "draft improve",
          [
            "draft": "user: Write, state_key: 1️⃣text",
            "improve": "user: Improve, state_key: text, skip_if_exists: false",
          ]),
        good: line(
          "draft improve",
          [
            "draft": "user: Write, state_key: text",
            "improve": "user: \"Improve {text}\", state_key: text, skip_if_exists: false",
          ])),
    ])
  func `a flaw of data flow is one diagnostic`(mistake: Mistake) { mistake.check() }

  @Test(
    arguments: [
      // Both branches write it.
      ("START>a?n<3 START>b a>c b>c c>END", ["a", "b"]), ("START>a,b a+b>c c>END", ["a"]),
      // Side by side, without a join: all are done one step earlier.
      ("START>a,b a>c b>c c>END", ["a"]), ("START>x,y x>a y>b a>c b>c c>END", ["a"]),
      // A loop whose first pass writes it.
      ("START>a a>b b>c c>a?z c>END", ["b"]),
      // The reader's own loop.
      ("START>a a>c c>b b>c?k_b b>END", ["a"]),
    ])
  func `what every way writes may be read`(edges: String, writers: [String]) {
    let text = keyed(edges, Dictionary(uniqueKeysWithValues: writers.map { ($0, "k") } + [("c", "read k")]))
    #expect(diagnostics(text) == [], "\(text)")
  }

  @Test func `where a loop limit is reached, the loop has run`() {
    let text = keyed(
      "START>x x>a a>b b>x c>END", "loop_limits: {x: 2}\nloop_exits: {x: c}", ["a": "k", "c": "read k"])
    #expect(diagnostics(text) == [], "\(text)")
  }

  @Test(
    arguments: [
      // The conditions that lead around the writer also lead around the reader.
      "START>a?n<3 START>b a>d b>d d>c?n<3 d>END c>END",
      "START>a?n<3 START>b a>d b>d d>c?n<2 d>END c>END",
      // Whether it is there is asked first.
      "START>a?n<3 START>b a>d b>d d>c?k d>END c>END",
      "START>a?n<3 START>b a>d b>d d>END?k==null d>c c>END",
    ])
  func `a way that cannot be gone is none`(edges: String) {
    let text = keyed(edges, ["a": "k", "c": "read k"])
    #expect(diagnostics(text) == [], "\(text)")
  }

  @Test(
    arguments: [
      // Keys that a caller gives: nobody writes them, or every run needs them first, or they are made from the old value.
      line("a b", "state: {text: str}", ["a": "user: \"{text}\"", "b": "user: \"{text}\""]),
      line(
        "a b", "state: {text: str}",
        [
          "a": "user: \"{text}\"",
          "b": "user: \"Improve {text}\", state_key: text, skip_if_exists: false",
        ]),
      line("a b", "state: {n: int}", ["a": "type: passthrough, output: {n: \"{state.n + 1}\"}", "b": "user: \"{n}\""]),
      // Values that are there before the run.
      line(
        "a b", "state: {text: {type: str, default: none}}",
        [
          "a": "user: \"{text}\"",
          "b": "user: Write, state_key: text, skip_if_exists: false",
        ]),
      line(
        "a b", "variables: {text: none}",
        [
          "a": "user: \"{text}\"",
          "b": "user: Write, state_key: text, skip_if_exists: false",
        ]),
      line(
        "a b", "state: {found: {type: list, reducer: append}}",
        ["a": "user: \"{found}\"", "b": "user: Find, state_key: found"]),
      // Null is as good as a value.
      line("a b", ["a": "type: passthrough, output: {copy: \"{state.text}\"}", "b": "user: Write, state_key: text"]),
      line("a b", ["a": "type: passthrough, output: {has: \"{text != null}\"}", "b": "user: Write, state_key: text"]),
      line(
        "a b",
        [
          "a": "type: passthrough, output: {has: \"{'x' in ['y'] and len(text) > 3}\"}",
          "b": "user: B, state_key: text",
        ]),
      // A failure that the run goes on after, a check that keeps the node from running.
      line(
        "a b", "state: {text: str}",
        ["a": "user: \"{text}\", on_error: skip, requires: [text]", "b": "user: B, state_key: text"]),
      choice(send: "user: \"{draft}\", on_error: skip"),
      choice(send: "user: \"{draft}\", guards: {pre: [{check: state.draft != null, on_fail: skip}]}"),
    ])
  func `what is meant so is not reported`(text: String) { #expect(diagnostics(text) == [], "\(text)") }

  @Test(
    arguments: [
      // Streamed text has been seen, a constant begins something, the last value is the result.
      line("a b", ["a": "user: A, state_key: k, stream: true", "b": "user: B, state_key: k, skip_if_exists: false"]),
      line("a b", ["a": "type: passthrough, output: {k: none}", "b": "user: B, state_key: k, skip_if_exists: false"]),
      line("a b", ["a": "user: A, state_key: k", "b": "user: B, state_key: k, on_error: skip, skip_if_exists: false"]),
      // It is skipped where the result is there.
      line("a b", ["a": "user: A, state_key: k", "b": "user: B, state_key: k"]),
      // Somebody reads it on the way, or a person may look at it.
      line(
        "a r b",
        ["a": "user: A, state_key: k", "r": "user: \"{k}\"", "b": "user: B, state_key: k, skip_if_exists: false"]),
      line(
        "a r b",
        [
          "a": "user: A, state_key: k", "r": "type: interrupt, message: Go on?",
          "b": "user: B, state_key: k, skip_if_exists: false",
        ]),
    ])
  func `a result that may be read is none too many`(text: String) { #expect(diagnostics(text) == [], "\(text)") }

  @Test func `the note names a way that misses the key, and the place that writes it`() {
    let found = testCompiler().compile(source(choice(send: "user: \"Send {draft}\""))).diagnostics
    #expect(
      found.map(\.notes).first?.map(\.text) == [
        "node 'write' writes it here", "this path does not write it: START → ask → look → send",
      ])
  }

  @Test func `the note says which node may fail on the way`() {
    let text = line(
      "look send", ["look": "user: Look, state_key: remarks, on_error: skip", "send": "user: \"Send {remarks}\""])
    #expect(
      testCompiler().compile(source(text)).diagnostics.first?.notes.last?.text
        == "node 'look' may fail on the way, and 'on_error: skip' goes on without it: START → look → send")
  }

  @Test func `of a key that three nodes write in one step, two are named`() {
    let text = flow("START>a,b,c a>END b>END c>END").replacing(#/k_[abc]/#, with: "x")
      .replacing("type: step", with: "user: Hello, provider: scripted")
    #expect(diagnostics(text).map(\.message) == ["nodes 'a' and 'b' write 'x' in one step"])
  }

  @Test func `a key that every run needs first has to be given although a node writes it`() throws {
    let text = line(
      "a b", "state: {text: str, more: \"str?\"}",
      [
        "a": "user: \"{text}\"",
        "b": "user: \"Improve {text}\", state_key: text, skip_if_exists: false",
      ])
    let graph = try #require(testCompiler().compile(source(text)).graph)
    #expect(graph.description.keys.filter(\.isRequired).map(\.name) == ["text"])
  }

  @Test func `a part that is broken hides what it might have written`() {
    let text = graph(
      nodes: "a: {type: step, wrong: 1}\nb: {user: \"{a}\"}\nc: {user: \"{x}\"}\nd: {type: tool, tool: none}",
      edges: "- {from: START, to: a}\n- {from: a, to: d}\n- {from: d, to: b}\n- {from: b, to: c}\n- {from: c, to: END}")
    #expect(diagnostics(text).map(\.code) == ["GR0101", "GR0221", "GR0250"])
  }
}

/// A text as a file.
func source(_ text: String) -> SourceFile { SourceFile(path: "test.yaml", text: text) }

private let head = "defaults: {provider: scripted}"

/// Nodes in the order of the file that run one after the other, in an order that may be another one.
private func line(_ order: String, _ top: String, _ nodes: KeyValuePairs<String, String>) -> String {
  let names = order.split(separator: " ").map(String.init)
  let edges = zip(["START"] + names, names + ["END"]).map { "- {from: \($0), to: \($1)}" }
  return graph(
    head + (top.isEmpty ? "" : "\n" + top), nodes: nodes.map { "\($0.key): {\($0.value)}" }.joined(separator: "\n"),
    edges: edges.joined(separator: "\n"))
}

/// Two nodes that START leads to.
private func models(_ first: String, _ second: String, _ top: String = "") -> String {
  graph(
    head + (top.isEmpty ? "" : "\n" + top), nodes: "a: {\(first)}\nb: {\(second)}",
    edges: "- {from: START, to: [a, b]}\n- {from: a, to: END}\n- {from: b, to: END}")
}

/// A loop of two nodes, the second of which writes 'notes'.
private func loop(first: String, _ condition: String) -> String {
  graph(
    head + "\nstate: {n: any}", nodes: "a: {\(first)}\nb: {user: Note, state_key: notes}",
    edges:
      "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: a, condition: \(condition)}\n- {from: b, to: END}")
}

/// A choice between a node that writes 'draft' and one that does not, and a node behind both.
private func choice(send: String) -> String {
  graph(
    head + "\nstate: {n: any}",
    nodes: "ask: {type: step}\nwrite: {user: Write, state_key: draft}\nlook: {user: Look}\nsend: {\(send)}",
    edges: """
      - {from: START, to: ask}
      - {from: ask, to: write, condition: n < 3}
      - {from: ask, to: look}
      - {from: write, to: send}
      - {from: look, to: send}
      - {from: send, to: END}
      """)
}

/// The graph of some edges, as `flow` has it, whose nodes write the keys that are given for them, or read one.
private func keyed(_ edges: String, _ top: String, _ keys: [String: String]) -> String {
  var text = flow(edges, top).replacing("state: {n: any}", with: "state: {n: any, m: any}")
  for (node, key) in keys {
    let name = key.filter { $0 != "1️⃣" }
    let body =
      name.hasPrefix("read ")
      ? "{type: passthrough, output: {z: \"{\(name.dropFirst(5)) + 0}\"}}" : "{type: step, state_key: \(key)}"
    text = text.replacing("  \(node): {type: step, state_key: k_\(node)}", with: "  \(node): \(body)")
  }
  return text
}

private func line(_ order: String, _ nodes: KeyValuePairs<String, String>) -> String { line(order, "", nodes) }

private func keyed(_ edges: String, _ keys: [String: String]) -> String { keyed(edges, "", keys) }

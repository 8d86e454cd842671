import GraphCompiler
import GraphDiagnostics
import GraphTestSupport
import Testing

/// Two mistakes of which neither follows from the other are both told.
@Suite(.timeLimit(.minutes(5)))
struct IndependentMistakeTests {
  /// A graph with two mistakes of their own, at `1️⃣` and `2️⃣`, which both are told.
  struct Pair: Sendable, CustomTestStringConvertible {
    let name: String
    let codes: [String]
    let text: String

    init(_ name: String, _ first: String, _ second: String, _ text: String) {
      self.name = name
      codes = [first, second]
      self.text = text
    }

    var testDescription: String { name }
  }

  static let pairs: [Pair] = [
    Pair(
      "a key that is missing, and one of that name far off", "GR0101", "GR0103",
      """
      state: {xs: list}
      nodes:
        first: {user: hi, 1️⃣collect: a}
        between: {user: hi}
        2️⃣last: {type: map, over: "{state.xs}", as: x, node: {user: "Look at {x}"}}
      edges:
        - {from: START, to: first}
        - {from: first, to: between}
        - {from: between, to: last}
        - {from: last, to: END}
      """),
    Pair(
      "a key of the state, and a node that is broken and says that word", "GR0103", "GR0220",
      """
      state: {xs: list}
      nodes:
        1️⃣each: {type: map, over: "{state.xs}", collect: all, node: {type: passthrough, output: {one: mood}}}
        tell: {type: passthrough, output: {two: "{state.2️⃣mood}"}}
      edges:
        - {from: START, to: each}
        - {from: each, to: tell}
        - {from: tell, to: END}
      """),
    Pair(
      "a node, and a key of that name that cannot stand in another one", "GR0101", "GR0201",
      """
      nodes:
        first: {user: hi, 1️⃣second: true}
      edges:
        - {from: START, to: first}
        - {from: first, to: [END, 2️⃣second]}
      """),
    Pair(
      "a prompt, and a key of that name that cannot stand in another node", "GR0616", "GR0101",
      """
      nodes:
        first: {prompt: 1️⃣second}
        other: {user: hi, 2️⃣second: true}
      edges:
        - {from: START, to: first}
        - {from: first, to: other}
        - {from: other, to: END}
      """),
    Pair(
      "a type of one key, and two nodes that write another one", "GR0670", "GR0405",
      """
      state: {topic: 1️⃣strr, answer: str}
      nodes:
        one: {user: "Look at {topic}", state_key: answer}
        two: {user: "Look at {topic} again", state_key: 2️⃣answer}
      edges:
        - {from: START, to: [one, two]}
        - {from: [one, two], to: END}
      """),
    Pair(
      "routes of a router, and two nodes elsewhere that write one key", "GR0107", "GR0405",
      """
      nodes:
        pick: {type: router, user: "One or two?", 1️⃣routes: , default_route: one}
        one: {user: hi}
        a: {user: hi, state_key: x}
        b: {user: ho, state_key: 2️⃣x}
      edges:
        - {from: START, to: pick}
        - {from: pick, to: [one], type: conditional}
        - {from: one, to: [a, b]}
        - {from: [a, b], to: END}
      """),
    Pair(
      "a tool that is broken, and one whose name begins with its name", "GR0102", "GR0250",
      """
      state: {x: str}
      tools:
        say: {type: shell, command: "echo {x}", timeout: 1️⃣soon}
      nodes:
        first: {type: tool, tool: 2️⃣say_loud}
      edges:
        - {from: START, to: first}
        - {from: first, to: END}
      """),
    Pair(
      "a limit of one node, and a loop of others", "GR0304", "GR0102",
      """
      nodes:
        1️⃣one: {user: hi}
        two: {user: ho}
        three: {user: hey}
      edges:
        - {from: START, to: three}
        - {from: three, to: one}
        - {from: one, to: two}
        - {from: two, to: one}
      loop_limits: {three: 2️⃣often}
      """),
    Pair(
      "a node that is never reached, and END beside others", "GR0302", "GR0334",
      """
      nodes:
        one: {user: hi}
        two: {user: ho}
        1️⃣alone: {user: hey}
      edges:
        - {from: START, to: one}
        - {from: one, to: [two, 2️⃣END]}
        - {from: two, to: END}
        - {from: alone, to: END}
      """),
    Pair(
      "a tag that is misspelled, and a block that is not closed elsewhere", "GR0625", "GR0622",
      """
      state: {xs: "list[str]"}
      nodes:
        one: {user: "{% for x in xs %}{{ x }}{% 1️⃣endfro %}"}
        two: {user: "2️⃣{% for x in xs %}{{ x }}"}
      edges:
        - {from: START, to: one}
        - {from: one, to: two}
        - {from: two, to: END}
      """),
    Pair(
      "a variable that nothing uses, and a text of another node that holds its name", "GR0231", "GR0620",
      """
      state: {tone: str}
      nodes:
        one:
          user: "Hello"
          variables: {1️⃣tone: "{state.tone}"}
        two:
          user: "In a {{ tone 2️⃣tone }}"
      edges:
        - {from: START, to: one}
        - {from: one, to: two}
        - {from: two, to: END}
      """),
    Pair(
      "a variable that is not given, and a key of that name in another node", "GR0230", "GR0101",
      """
      state: {tone: str}
      nodes:
        one:
          user: "In a {1️⃣tone}"
          variables: {}
        two: {user: hi, 2️⃣tone: warm}
      edges:
        - {from: START, to: one}
        - {from: one, to: two}
        - {from: two, to: END}
      """),
    Pair(
      "a prompt, and what its variables read", "GR0616", "GR0220",
      """
      state: {tone: str}
      nodes:
        one: {prompt: 1️⃣nowhere, variables: {tone: "{state.tone}", mood: "{state.2️⃣mood}"}}
      edges:
        - {from: START, to: one}
        - {from: one, to: END}
      """),
    Pair(
      "a prompt, and the provider that would be asked", "GR0616", "GR0126",
      """
      nodes:
        one: {prompt: 1️⃣nowhere, provider: 2️⃣nobody}
      edges:
        - {from: START, to: one}
        - {from: one, to: END}
      """),
    Pair(
      "the prompt of a router, and one of its routes", "GR0616", "GR0201",
      """
      nodes:
        pick: {type: router, prompt: 1️⃣nowhere, route_field: kind, routes: {a: 2️⃣tow, b: one}, default_route: one}
        one: {user: hi, state_key: answer}
      edges:
        - {from: START, to: pick}
        - {from: pick, to: [one], type: conditional}
        - {from: one, to: END}
      """),
    Pair(
      "a question, and what nobody writes in a step", "GR0120", "GR0405",
      """
      nodes:
        1️⃣ask: {temperature: 0.5}
        one: {user: hi, state_key: answer}
        two: {user: ho, state_key: 2️⃣answer}
      edges:
        - {from: START, to: ask}
        - {from: ask, to: [one, two]}
        - {from: [one, two], to: END}
      """),
    Pair(
      "a type of a key with the name of a key, and one of a node", "GR0670", "GR0102",
      """
      state:
        topic: str
        description: 1️⃣strr
      nodes:
        say: {user: "{topic}: {description}", timeout: 2️⃣soon}
      edges:
        - {from: START, to: say}
        - {from: say, to: END}
      """),
    Pair(
      "a key of a declaration with the name of a key, and one of a node", "GR0101", "GR0102",
      """
      state:
        topic: str
        default: {type: str, 1️⃣defualt: x}
      nodes:
        say: {user: "{topic}: {default}", timeout: 2️⃣soon}
      edges:
        - {from: START, to: say}
        - {from: say, to: END}
      """),
    Pair(
      "a key of a node with the name of a key, and the node's name in an edge", "GR0101", "GR0201",
      """
      nodes:
        say: {user: hi}
        retry: {type: llm, 1️⃣usr: ho}
      edges:
        - {from: START, to: say}
        - {from: say, to: 2️⃣retri}
        - {from: retry, to: END}
      """),
  ]

  @Test(arguments: pairs)
  func `two mistakes of their own give two findings`(pair: Pair) {
    let source = MarkedSource(pair.text)
    let found = testCompiler().compile(source.file).diagnostics
    #expect(found.map(\.code.id) == pair.codes, "\(found.map(\.message.text))")
    #expect(found.map { $0.span?.start } == [source["1️⃣"], source["2️⃣"]])
  }
}

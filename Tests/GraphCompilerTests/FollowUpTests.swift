import GraphCompiler
import GraphDiagnostics
import GraphTestSupport
import Testing

/// One mistake gives one finding: what follows from it is not reported.
@Suite(.timeLimit(.minutes(5)))
struct FollowUpTests {
  /// A graph with one mistake, and the one finding that it gives, at `1️⃣`.
  struct Slip: Sendable, CustomTestStringConvertible {
    let name: String
    let code: String
    let text: String

    var testDescription: String { name }
  }

  static let slips: [Slip] = [
    Slip(
      name: "a node that stands one level too far out is not missed by its edges, nor is its result", code: "GR0101",
      text: """
        nodes:
          first:
            type: passthrough
            output: {one: a}
        1️⃣second:
          type: passthrough
          output: {two: b}
        edges:
          - {from: START, to: first}
          - {from: first, to: second}
          - {from: second, to: END, condition: two == 'b'}
          - {from: second, to: first}
        """),
    Slip(
      name: "a key that stands where names of nodes do is no node", code: "GR0101",
      text: """
        nodes:
          first:
            type: passthrough
          1️⃣output:
              one: a
        edges:
          - {from: START, to: first}
          - {from: first, to: END, condition: one == 'a'}
          - {from: first, to: END}
        """),
    Slip(
      name: "what belongs under an empty key is the key behind it", code: "GR0101",
      text: """
        state:
        1️⃣topic:
          type: str
        nodes:
          write: {user: "Write about {topic}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """),
    Slip(
      name: "keys of a type whose key is misspelled are not unknown", code: "GR0101",
      text: """
        nodes:
          ask:
            1️⃣tpye: interrupt
            message: Well?
            resume_key: answer
        edges:
          - {from: START, to: ask}
          - {from: ask, to: END, condition: answer == 'yes'}
          - {from: ask, to: END}
        """),
    Slip(
      name: "the result of a node that is broken is not missed", code: "GR0103",
      text: """
        nodes:
          1️⃣each:
            type: map
            as: item
            collect: texts
            node: {user: "Say {item}."}
          join: {type: passthrough, output: {all: "{join(state.texts, ', ')}"}}
        edges:
          - {from: START, to: each}
          - {from: each, to: join}
          - {from: join, to: END}
        """),
    Slip(
      name: "a node that is missing is missed once, with what it would write", code: "GR0201",
      text: """
        nodes:
          say: {type: passthrough, output: {text: "{state.plan}"}}
        edges:
          - {from: START, to: 1️⃣think}
          - {from: think, to: say}
          - {from: say, to: END}
        """),
    Slip(
      name: "a key that is missing is missed once", code: "GR0220",
      text: """
        nodes:
          say: {type: passthrough, output: {text: "{state.1️⃣mood}", other: "{state.mood}"}}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """),
    Slip(
      name: "an edge that is missing is missed at one end", code: "GR0303",
      text: """
        nodes:
          1️⃣first: {type: passthrough, output: {one: a}}
          second: {type: passthrough, output: {two: b}}
        edges:
          - {from: START, to: first}
          - {from: second, to: END}
        """),
    Slip(
      name: "an edge that leads back leads nowhere else", code: "GR0304",
      text: """
        nodes:
          1️⃣first: {type: passthrough, output: {one: a}}
          second: {type: passthrough, output: {two: b}}
        edges:
          - {from: START, to: first}
          - {from: first, to: first}
          - {from: second, to: END}
        """),
    Slip(
      name: "an edge to START is the one that is missed", code: "GR0203",
      text: """
        nodes:
          first: {type: passthrough, output: {one: a}}
        edges:
          - {from: first, to: 1️⃣START}
          - {from: first, to: END}
        """),
    Slip(
      name: "names without a comma name what they name", code: "GR0201",
      text: """
        nodes:
          first: {type: passthrough, output: {one: a}}
          second: {type: passthrough, output: {two: b}}
        edges:
          - {from: START, to: [1️⃣first second]}
          - {from: first, to: END}
          - {from: second, to: END}
        """),
    Slip(
      name: "a section that stands among names is no tool", code: "GR0101",
      text: """
        tools:
          say: {command: echo}
          1️⃣nodes:
            first: {type: passthrough, output: {one: a}}
        edges:
          - {from: START, to: first}
          - {from: first, to: END}
        """),
    Slip(
      name: "a result without a name is not missed", code: "GR0107",
      text: """
        nodes:
          first: {type: passthrough, output: {one: a}}
          find: {user: Find., 1️⃣state_key: }
          tell: {user: "Tell {found}."}
        edges:
          - {from: START, to: first}
          - {from: first, to: find}
          - {from: find, to: tell}
          - {from: tell, to: END}
        """),
    Slip(
      name: "an edge that is turned round ends where it should have begun", code: "GR0303",
      text: """
        nodes:
          1️⃣first: {type: passthrough, output: {one: a}}
          second: {type: passthrough, output: {two: b}}
        edges:
          - {from: START, to: first}
          - {from: second, to: first}
          - {from: second, to: END}
        """),
    Slip(
      name: "a tag that is misspelled is the end that is missed", code: "GR0625",
      text: """
        state: {xs: "list[str]"}
        nodes:
          say: {user: "{% for x in xs %}{{ x }}{% 1️⃣endfro %}"}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """),
    Slip(
      name: "a word that is no truth value is that alone", code: "GR0102",
      text: """
        nodes:
          say: {user: Hello, stream: 1️⃣yes}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """),
    Slip(
      name: "a variable is used in a form that is none", code: "GR0227",
      text: """
        state: {topic: str, tone: str}
        nodes:
          say:
            user: "About 1️⃣topic} in a {tone} tone"
            variables: {topic: "{state.topic}", tone: "{state.tone}"}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """),
  ]

  @Test(arguments: slips)
  func `one mistake gives one finding`(slip: Slip) {
    let source = MarkedSource(slip.text)
    let found = testCompiler().compile(source.file).diagnostics
    #expect(found.map(\.code.id) == [slip.code], "\(found.map(\.message.text))")
    #expect(found.first?.span?.start == source["1️⃣"])
  }

  @Test func `two mistakes give two findings, also in one node`() {
    let found = diagnostics(
      """
      nodes:
        say: {type: passthrough, outptu: {text: "{state.mood}"}}
        tell: {type: passthrough, output: {other: "{state.modo}"}}
      edges:
        - {from: START, to: say}
        - {from: say, to: tel}
        - {from: tell, to: END}
      """)
    #expect(found.map(\.code) == ["GR0101", "GR0220", "GR0220", "GR0201"])
  }

  @Test func `of two that seem to follow from one another both are told`() {
    let found = diagnostics(
      """
      nodes:
        one: {type: tool, tool: two}
        two: {type: tool, tool: one}
      edges:
        - {from: START, to: one}
        - {from: one, to: two}
        - {from: two, to: END}
      """)
    #expect(found.map(\.code) == ["GR0250", "GR0250"])
  }

  @Test func `a name that all places know and its declaration does not is renamed there`() throws {
    let source = MarkedSource(
      """
      nodes:
        1️⃣frist: {type: passthrough, output: {one: a}}
      edges:
        - {from: START, to: first}
        - {from: first, to: END}
      """)
    let found = testCompiler().compile(source.file).diagnostics
    #expect(found.map(\.code.id) == ["GR0201"])
    let fixIts = try #require(found.first).fixIts
    #expect(fixIts.contains { $0.span.start == source["1️⃣"] && $0.replacement == "first" })
  }

  /// A graph in which node 'lone' is never reached and nothing leaves node 'last', each with a comment above it.
  private static func loose(_ lone: String = "", _ last: String = "") -> String {
    """
    nodes:
      first: {type: passthrough, output: {one: a}}
      \(lone)
      lone: {type: passthrough, output: {two: b}}
      \(last)
      last: {type: passthrough, output: {three: c}}
    edges: [{from: START, to: first}, {from: first, to: last}, {from: lone, to: END}]
    """
  }

  @Test(arguments: [
    ("", "", ["GR0303"]),
    ("# graph: allow GR0302 because it is kept", "", ["GR0303"]),
    ("", "# graph: allow GR0303 because it ends here", ["GR0302"]),
    ("# graph: allow GR0302 because it is kept", "# graph: allow GR0303 because it ends here", []),
  ])
  func `what is allowed explains nothing, and is needed all the same`(lone: String, last: String, codes: [String]) {
    let compiled = testCompiler().compile(SourceFile(path: "test.yaml", text: Self.loose(lone, last)))
    #expect(compiled.diagnostics.map(\.code.id) == codes)
    #expect(compiled.allowances == [])
  }
}

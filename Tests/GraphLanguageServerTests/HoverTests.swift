import GraphRuntime
import Testing

/// What is said of a place.
@Suite(.timeLimit(.minutes(5)))
struct HoverTests {
  private static func hover(_ name: String, at place: String) throws -> String {
    let editor = try Editor(Projects.review)
    try editor.open("graphs/review.yaml")
    editor.settle()
    let text = Projects.review[name] ?? ""
    return try editor.hover(name, text.replacing(place.replacingCursor().text, with: place))
  }

  @Test func `A node has its type, what it is for, and what it reads and writes with types`() throws {
    let text = try Self.hover("graphs/review.yaml", at: "to: crit‸ique")
    #expect(
      text == """
        **critique** — node of type `llm`

        Looks for faults.

        Reads `draft`: str, `topic`: str

        Writes `critique`: dict

        Prompt `critique`
        """)
  }

  @Test func `A key of the state has its type and says who writes and who reads it`() throws {
    #expect(
      try Self.hover("graphs/review.yaml", at: "  top‸ic:\n") == """
        **topic**: `str` — key of the state

        What it is about.

        Written by no node

        Read by `draft`, prompt `prompts/critique.yaml`
        """)
    let key = try Self.hover("graphs/review.yaml", at: "condition: cri‸tique.score")
    #expect(key.contains("Fields: `score`: float (How good it is.), `remarks`: list[str]"))
    let field = try Self.hover("graphs/review.yaml", at: "critique.sc‸ore < 0.8")
    #expect(field == "**score**: `float` — field of the key `critique`\n\nHow good it is.")
  }

  @Test func `What was found at a place comes first, with what its code means`() throws {
    let graph = "nodes:\n  greet: {user: Hi}\nedges:\n  - {from: START, to: greeet}\n  - {from: greet, to: END}\n"
    let editor = try Editor(["graph.yaml": graph])
    try editor.open("graph.yaml")
    editor.settle()
    let answer = editor.request(
      "textDocument/hover",
      ["textDocument": ["uri": editor.uri("graph.yaml")], "position": ["line": 3, "character": 24]])
    let text = answer["contents"]?["value"]?.string ?? ""
    #expect(
      text.hasPrefix(
        """
        **GR0201**: there is no node 'greeet'

        An edge leads from one node to another.

        `graph explain GR0201` shows an example.
        """), "\(text) \(editor.diagnostics)")
  }

  @Test func `What was found links to its page where the client says where pages are`() throws {
    let graph = "nodes:\n  greet: {user: Hi}\nedges:\n  - {from: START, to: greeet}\n  - {from: greet, to: END}\n"
    let editor = try Editor(["graph.yaml": graph], options: ["documentation": "https://example.org/pages"])
    try editor.open("graph.yaml")
    editor.settle()
    let answer = editor.request(
      "textDocument/hover",
      ["textDocument": ["uri": editor.uri("graph.yaml")], "position": ["line": 3, "character": 24]])
    let text = answer["contents"]?["value"]?.string ?? ""
    #expect(text.contains("[GR0201](https://example.org/pages/GR0201.md) shows an example."), "\(text)")
  }

  @Test func `A variable of a prompt says what each node gives`() throws {
    let text = try Self.hover("prompts/draft.yaml", at: "{sub‸ject}")
    #expect(text.hasSuffix("`draft` in `graphs/review.yaml` gives: `{state.topic}`"))
    let key = try Self.hover("prompts/judge.yaml", at: "{crit‸ique}")
    #expect(key.hasSuffix("`judge` in `graphs/review.yaml` gives the key `critique` of its state: dict"))
  }

  @Test func `A prompt has its variables and its answer`() throws {
    let text = try Self.hover("graphs/review.yaml", at: "prompt: crit‸ique")
    #expect(
      text == """
        **prompt** `prompts/critique.yaml`

        Variables: `draft`, `topic`

        Answers with `Critique`: `score`: float, `remarks`: list[str]
        """)
  }

  @Test(arguments: [
    (
      "graphs/review.yaml", "loop_‸limits:",
      "**loop_limits**: mapping\n\nThe most runs of a node in one run of the graph."
    ),
    ("graphs/review.yaml", "ed‸ges:", "**edges**: list, required\n\nHow control flows between nodes."),
    ("graphs/review.yaml", "type: rou‸ter", "**router** — Asks a model and goes on by its answer."),
    ("prompts/critique.yaml", "| up‸per", "```\nupper\n```\nThe text in upper case."),
    (
      "prompts/draft.yaml", "sys‸tem:",
      "**system**: value\n\nThe system message: a text, or a list of texts and of {content, cache}."
    ),
    ("graphs/review.yaml", "go‸od: END", "**good** — route of `judge`, leads to `END`"),
    (
      "graphs/review.yaml", "  sea‸rch:",
      "**search** — tool of type `shell`\n\nFinds lines.\n\n```sh\ngrep {pattern} notes.txt\n```"
    ),
    ("graphs/review.yaml", "from: STA‸RT", "**START** — where a run begins"),
    ("prompts/draft.yaml", "You wri‸te well", ""),
  ])
  func `Keys, types, filters, routes and tools say what they are`(name: String, place: String, text: String) throws {
    #expect(try Self.hover(name, at: place) == text)
  }

  @Test func `A function of an expression says what it does`() throws {
    let editor = try Editor([:])
    let text = try editor.hover(
      "graphs/a.yaml", "nodes: {a: {type: passthrough, output: {b: \"{le‸n(c)}\"}}}\nedges: []\n")
    #expect(text == "```\nlen(value)\n```\nThe number of characters, items or entries.")
  }
}

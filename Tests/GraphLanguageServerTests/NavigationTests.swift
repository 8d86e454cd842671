import GraphRuntime
import GraphTestSupport
import Testing

/// Where names lead, and where they stand.
@Suite(.timeLimit(.minutes(5)))
struct NavigationTests {
  /// A request at the first place of a text in a file of the project.
  private static func ask(
    _ method: String, _ name: String, at place: String, _ more: ValueObject = [:],
    in files: [String: String] = Projects.review
  ) throws -> [String] {
    let editor = try Editor(files)
    let text = try #require(files[name])
    let marked = text.replacing(place.replacingCursor().text, with: place)
    return try editor.places(editor.ask(method, name, marked, more))
  }

  @Test(arguments: [
    ("graphs/review.yaml", "to: cri‸tique", ["graphs/review.yaml:19:critique"]),
    ("graphs/review.yaml", "bad: dr‸aft", ["graphs/review.yaml:14:draft"]),
    ("graphs/review.yaml", "dr‸aft: 3", ["graphs/review.yaml:14:draft"]),
    ("graphs/review.yaml", "prompt: dr‸aft", ["prompts/draft.yaml:1:"]),
    ("graphs/review.yaml", "{state.top‸ic}", ["graphs/review.yaml:4:topic"]),
    ("graphs/review.yaml", "cri‸tique.score < 0.8 and", ["graphs/review.yaml:19:critique"]),
    ("graphs/review.yaml", "critique.sc‸ore < 0.8 and", ["prompts/critique.yaml:7:score"]),
    ("graphs/review.yaml", "and sc‸ore >=", ["graphs/review.yaml:7:score"]),
    ("graphs/review.yaml", "sub‸ject:", ["prompts/draft.yaml:2:subject"]),
    ("prompts/draft.yaml", "{sub‸ject}", ["graphs/review.yaml:18:subject"]),
    ("prompts/critique.yaml", "{{ dr‸aft }}", ["graphs/review.yaml:14:draft"]),
    ("prompts/critique.yaml", "{{ to‸pic | upper }}", ["graphs/review.yaml:4:topic"]),
    ("prompts/judge.yaml", "{crit‸ique}", ["graphs/review.yaml:19:critique"]),
    ("graphs/review.yaml", "to: E‸ND", []),
  ])
  func `Definitions are found in graphs and prompts`(name: String, place: String, targets: [String]) throws {
    #expect(try Self.ask("textDocument/definition", name, at: place) == targets)
  }

  @Test func `References are found in graphs and prompts`() throws {
    let nodes = try Self.ask("textDocument/references", "graphs/review.yaml", at: "from: dr‸aft")
    #expect(nodes.map { $0.split(separator: ":")[1] } == ["14", "28", "31", "32", "40", "43"])
    let key = try Self.ask("textDocument/references", "graphs/review.yaml", at: "  to‸pic:")
    #expect(key == ["graphs/review.yaml:4:topic", "graphs/review.yaml:18:topic", "prompts/critique.yaml:3:topic"])
    let uses = try Self.ask(
      "textDocument/references", "graphs/review.yaml", at: "  to‸pic:", ["context": ["includeDeclaration": false]])
    #expect(uses == ["graphs/review.yaml:18:topic", "prompts/critique.yaml:3:topic"])
    let variable = try Self.ask("textDocument/references", "prompts/draft.yaml", at: "{sub‸ject}")
    #expect(variable == ["graphs/review.yaml:18:subject", "prompts/draft.yaml:2:subject"])
    let file = try Self.ask("textDocument/references", "prompts/draft.yaml", at: "‸user:")
    #expect(file == ["graphs/review.yaml:16:draft"])
  }

  @Test func `A key of another graph leads to that graph`() throws {
    let files = [
      "graphs/outer.yaml": """
      state: {text: str}
      nodes:
        inner:
          type: subgraph
          graph: parts/inner.yaml
          input_mapping: {text: words}
          output_mapping: {length: count}
      edges: [{from: START, to: inner}, {from: inner, to: END}]

      """,
      "graphs/parts/inner.yaml": """
      state: {words: str}
      nodes:
        measure: {type: passthrough, output: {count: "{len(words)}"}}
      edges: [{from: START, to: measure}, {from: measure, to: END}]

      """,
    ]
    let target = "graphs/parts/inner.yaml"
    #expect(
      try Self.ask("textDocument/definition", "graphs/outer.yaml", at: "graph: par‸ts/inner.yaml", in: files) == [
        "\(target):1:"
      ])
    #expect(
      try Self.ask("textDocument/definition", "graphs/outer.yaml", at: "{text: wor‸ds}", in: files) == [
        "\(target):1:words"
      ])
    #expect(
      try Self.ask("textDocument/definition", "graphs/outer.yaml", at: "{length: cou‸nt}", in: files) == [
        "\(target):3:count"
      ])
    #expect(
      try Self.ask("textDocument/references", target, at: "{wor‸ds: str}", in: files) == [
        "graphs/outer.yaml:6:words", "\(target):1:words", "\(target):3:words",
      ])
  }

  @Test func `Tools, routes and functions of Python lead to where they are written`() throws {
    let files = [
      "graphs/one.yaml": """
      tools:
        count: {type: python, path: ../tools/words.py, function: count_words}
      nodes:
        a: {type: python, tool: count}
        b: {type: agent, user: x, tools: [count]}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]

      """,
      "tools/words.py": "import os\n\n\ndef count_words(state):\n    return 1\n",
    ]
    #expect(
      try Self.ask("textDocument/definition", "graphs/one.yaml", at: "tool: co‸unt", in: files) == [
        "graphs/one.yaml:2:count"
      ])
    #expect(
      try Self.ask("textDocument/references", "graphs/one.yaml", at: "  co‸unt: {", in: files).count == 3)
    #expect(
      try Self.ask("textDocument/definition", "graphs/one.yaml", at: "function: co‸unt_words", in: files) == [
        "tools/words.py:4:count_words"
      ])
    #expect(
      try Self.ask("textDocument/definition", "graphs/one.yaml", at: "path: ../to‸ols", in: files) == [
        "tools/words.py:1:"
      ])
  }

  @Test func `Names in a file with mistakes still lead somewhere`() throws {
    let editor = try Editor(Projects.review)
    let broken = Projects.graph.replacing("    prompt: critique\n", with: "    prompt: [critique\n    @\n")
    let marked = broken.replacing("bad: draft", with: "bad: dr‸aft")
    let places = try editor.places(editor.ask("textDocument/definition", "graphs/review.yaml", marked))
    #expect(places == ["graphs/review.yaml:14:draft"])
  }

  @Test func `A node is outlined with its type, an edge with its ends`() throws {
    let editor = try Editor(Projects.review)
    try editor.open("graphs/review.yaml")
    let symbols = try #require(
      editor.request("textDocument/documentSymbol", ["textDocument": ["uri": editor.uri("graphs/review.yaml")]]).list)
    #expect(
      symbols.map { $0["name"] } == ["version", "name", "state", "tools", "nodes", "edges", "loop_limits"])
    let nodes = symbols[4]["children"]?.list ?? []
    #expect(nodes.map { $0["name"] } == ["draft", "critique", "judge"])
    #expect(nodes.map { $0["detail"] } == ["llm", "llm", "router"])
    let edges = symbols[5]["children"]?.list ?? []
    #expect(edges.first?["name"] == "START → draft")
    #expect(edges.last?["name"] == "judge → draft, END")
  }

  @Test func `Symbols are a list for clients without trees`() throws {
    let editor = try Editor(Projects.review, abilities: [:])
    try editor.open("graphs/review.yaml")
    let symbols =
      editor.request(
        "textDocument/documentSymbol", ["textDocument": ["uri": editor.uri("graphs/review.yaml")]]
      ).list ?? []
    let draft = symbols.first { $0["name"] == "draft" }
    #expect(draft?["containerName"] == "nodes")
    #expect(draft?["location"]?["uri"] == editor.uri("graphs/review.yaml"))
  }

  @Test func `Symbols of the whole project are found by some of their letters`() throws {
    let editor = try Editor(Projects.review)
    let names = (editor.request("workspace/symbol", ["query": "crq"]).list ?? []).map { $0["name"]?.string }
    #expect(names == ["critique", "critique.yaml"])
  }

  @Test func `Prompts are links, and a name is marked wherever it stands`() throws {
    let editor = try Editor(Projects.review)
    try editor.open("graphs/review.yaml")
    let links = editor.request("textDocument/documentLink", ["textDocument": ["uri": editor.uri("graphs/review.yaml")]])
    #expect(
      (links.list ?? []).map { $0["target"] }
        == ["draft", "critique", "judge"].map { editor.uri("prompts/\($0).yaml") })
    let marked = Projects.graph.replacing("from: draft", with: "from: dr‸aft")
    let highlights = try editor.ask("textDocument/documentHighlight", "graphs/review.yaml", marked)
    #expect(highlights.list?.map { $0["kind"] } == [3, 2, 2, 2, 2, 2])
  }

  @Test func `Blocks of more than one line can be folded`() throws {
    let editor = try Editor([:])
    try editor.open("graphs/a.yaml", "# one\n# two\nnodes:\n  a:\n    user: |\n      x\n      y\n  b: {user: z}\n")
    let ranges = editor.request("textDocument/foldingRange", ["textDocument": ["uri": editor.uri("graphs/a.yaml")]])
    #expect(
      ranges.list?.map { "\($0["startLine"]?.int ?? -1)-\($0["endLine"]?.int ?? -1)\($0["kind"]?.string ?? "")" } == [
        "0-1comment", "2-7", "3-6", "4-6",
      ])
  }

  @Test func `Formatting is that of the command`() throws {
    let editor = try Editor([:])
    let text = "nodes:\n    a:   {user: x}\nedges: []\n"
    try editor.open("graphs/a.yaml", text)
    let edits = editor.request("textDocument/formatting", ["textDocument": ["uri": editor.uri("graphs/a.yaml")]])
    #expect(Editor.apply(edits.list ?? [], to: text) == "nodes:\n  a: {user: x}\nedges: []\n")
    editor.change("graphs/a.yaml", "nodes: [\n")
    #expect(
      editor.request("textDocument/formatting", ["textDocument": ["uri": editor.uri("graphs/a.yaml")]]) == [])
  }
}

import GraphRuntime
import Testing

/// New names, in all files that name something.
@Suite(.timeLimit(.minutes(5)))
struct RenameTests {
  /// The lines that a new name changes, as `file: line`.
  private static func rename(
    _ name: String, at place: String, to new: String, in files: [String: String] = Projects.review
  ) throws -> [String] {
    let editor = try Editor(files)
    let text = try #require(files[name])
    let marked = text.replacing(place.replacingCursor().text, with: place)
    let answer = try editor.ask("textDocument/rename", name, marked, ["newName": .string(new)])
    if let message = answer["error"]?["message"]?.string { return [message] }
    let changed = editor.applying(answer)
    return changed.sorted { $0.key < $1.key }.flatMap { name, text -> [String] in
      let old = Set((files[name] ?? "").split(separator: "\n"))
      return text.split(separator: "\n").filter { !old.contains($0) }.map { "\(name): \($0.drop { $0 == " " })" }
    }
  }

  @Test func `A node is renamed wherever control comes to it; its result stays where prompts read it`() throws {
    #expect(
      try Self.rename("graphs/review.yaml", at: "  dr‸aft:\n    type", to: "write") == [
        "graphs/review.yaml: write:", "graphs/review.yaml: state_key: draft", "graphs/review.yaml: bad: write",
        "graphs/review.yaml: to: write", "graphs/review.yaml: - from: write",
        "graphs/review.yaml: to: [write, END]", "graphs/review.yaml: write: 3",
      ])
  }

  @Test func `A node whose result nobody reads is only renamed`() throws {
    #expect(
      try Self.rename("graphs/review.yaml", at: "  jud‸ge:\n", to: "decide") == [
        "graphs/review.yaml: decide:", "graphs/review.yaml: to: decide", "graphs/review.yaml: - from: decide",
      ])
  }

  @Test func `A key of the state is renamed with the prompts that read it`() throws {
    #expect(
      try Self.rename("graphs/review.yaml", at: "  top‸ic:\n", to: "theme") == [
        "graphs/review.yaml: theme:", "graphs/review.yaml: subject: \"{state.theme}\"",
        "prompts/critique.yaml: The topic is {{ theme | upper }}.",
      ])
  }

  @Test func `A key that a node writes because of its name is written out`() throws {
    #expect(
      try Self.rename("prompts/judge.yaml", at: "{crit‸ique}", to: "review") == [
        "graphs/review.yaml: state_key: review",
        "graphs/review.yaml: condition: review.score < 0.8 and score >= 0",
        "prompts/judge.yaml: user: Is {review} good or bad?",
      ])
  }

  @Test func `A variable is renamed in its prompt and in the nodes that give it`() throws {
    let expected = [
      "graphs/review.yaml: about: \"{state.topic}\"", "prompts/draft.yaml: user: Write about {about}.",
    ]
    #expect(try Self.rename("prompts/draft.yaml", at: "{sub‸ject}", to: "about") == expected)
    #expect(try Self.rename("graphs/review.yaml", at: "sub‸ject:", to: "about") == expected)
  }

  @Test func `Routes and tools are renamed`() throws {
    #expect(try Self.rename("graphs/review.yaml", at: "go‸od: END", to: "fine") == ["graphs/review.yaml: fine: END"])
    #expect(try Self.rename("graphs/review.yaml", at: "  sea‸rch:", to: "find") == ["graphs/review.yaml: find:"])
  }

  @Test func `Comments and prose are never touched`() throws {
    let files = [
      "graphs/a.yaml": """
      # topic is the topic
      state: {topic: str}  # topic
      nodes:
        topic_node:
          description: topic of topic
          user: The topic is {topic}, not topic.
          prompt_note: 1
      edges: []

      """
    ]
    #expect(
      try Self.rename("graphs/a.yaml", at: "{top‸ic: str}", to: "theme", in: files) == [
        "graphs/a.yaml: state: {theme: str}  # topic", "graphs/a.yaml: user: The topic is {theme}, not topic.",
      ])
  }

  @Test(arguments: [
    ("  top‸ic:\n", "score", "'score' is a key of the state already"),
    ("  dr‸aft:\n    type", "judge", "'judge' is a node already"),
    ("  dr‸aft:\n    type", "END", "'END' is"), ("  top‸ic:\n", "my topic", "'my topic' cannot be the name"),
    ("  top‸ic:\n", "my-topic", "'my-topic' cannot be written in expressions"),
    ("  top‸ic:\n", "errors", "'errors' is"), ("  top‸ic:\n", "thread_id", "'thread_id' is"),
    ("go‸od: END", "not good", "'not good' would need quotes"),
    ("go‸od: END", "bad", "'bad' is a route already"), ("  jud‸ge:\n", "null", "'null' would be no text"),
    ("from: STA‸RT", "begin", "'START' is a word of the language"),
    ("prompt: dr‸aft", "text", "this is the name of a file"), ("ver‸sion:", "x", "there is no name here"),
  ])
  func `What cannot be done is refused with the reason`(place: String, name: String, reason: String) throws {
    let answer = try Self.rename("graphs/review.yaml", at: place, to: name)
    #expect(answer.count == 1 && answer[0].hasPrefix(reason), "\(answer)")
  }

  @Test func `Nothing is renamed while a file that may name it cannot be read`() throws {
    var files = Projects.review
    files["prompts/critique.yaml"] = "user: Find faults in {{ draft }\n"
    let answer = try Self.rename("graphs/review.yaml", at: "  dr‸aft:\n    type", to: "write", in: files)
    // The prompt cannot be read, so that it is not known to read the key; the graph can.
    #expect(answer.contains("graphs/review.yaml: write:"))
    files = Projects.review
    files["graphs/review.yaml"] = Projects.graph.replacing(
      "condition: critique.score < 0.8", with: "condition: critique.score <")
    let other = try Self.rename("graphs/review.yaml", at: "  top‸ic:\n", to: "theme", in: files)
    #expect(other == ["'graphs/review.yaml' has mistakes; mend them first, so that no place is overlooked"])
  }

  @Test func `Editors are told what would be renamed`() throws {
    let editor = try Editor(Projects.review)
    let marked = Projects.graph.replacing("to: critique", with: "to: crit‸ique")
    let answer = try editor.ask("textDocument/prepareRename", "graphs/review.yaml", marked)
    #expect(answer["placeholder"] == "critique")
    #expect(answer["range"]?["start"]?["character"] == 8)
    let nothing = try editor.ask("textDocument/prepareRename", "graphs/review.yaml", "‸" + Projects.graph)
    #expect(nothing["error"]?["code"] == -32803)
  }

  @Test func `How often a node has run is read by its new name`() throws {
    let files = [
      "graphs/a.yaml": """
      nodes:
        think: {type: passthrough, output: {n: 1}}
      edges:
        - {from: START, to: think}
        - {from: think, to: think, condition: _loop_counts.think < 3}
        - {from: think, to: END}

      """
    ]
    #expect(
      try Self.rename("graphs/a.yaml", at: "thi‸nk: {", to: "muse", in: files).contains(
        "graphs/a.yaml: - {from: muse, to: muse, condition: _loop_counts.muse < 3}"))
  }

  @Test func `A key of a graph is renamed in the graphs that run it`() throws {
    let files = [
      "graphs/outer.yaml": """
      state: {text: str}
      nodes:
        inner: {type: subgraph, graph: inner.yaml, input_mapping: {text: words}, output_mapping: {n: count}}
      edges: [{from: START, to: inner}, {from: inner, to: END}]

      """,
      "graphs/inner.yaml": """
      state: {words: str}
      nodes:
        measure: {type: passthrough, output: {count: "{len(words)}"}}
      edges: [{from: START, to: measure}, {from: measure, to: END}]

      """,
    ]
    #expect(
      try Self.rename("graphs/inner.yaml", at: "{wor‸ds: str}", to: "tokens", in: files) == [
        "graphs/inner.yaml: state: {tokens: str}",
        "graphs/inner.yaml: measure: {type: passthrough, output: {count: \"{len(tokens)}\"}}",
        "graphs/outer.yaml: inner: {type: subgraph, graph: inner.yaml, input_mapping: {text: tokens}, output_mapping: {n: count}}",
      ])
  }

  @Test func `The item of a map is renamed in the node inside and in its prompt`() throws {
    let files = [
      "graphs/a.yaml": """
      state: {rows: list}
      nodes:
        each:
          type: map
          over: rows
          as: row
          collect: results
          node: {prompt: one, variables: {text: "{row.text}", all: "{state.rows}"}}
      edges: [{from: START, to: each}, {from: each, to: END}]

      """,
      "prompts/one.yaml": "user: Look at {text} of {all}.\n",
    ]
    #expect(
      try Self.rename("graphs/a.yaml", at: "as: ro‸w", to: "entry", in: files) == [
        "graphs/a.yaml: as: entry",
        "graphs/a.yaml: node: {prompt: one, variables: {text: \"{entry.text}\", all: \"{state.rows}\"}}",
      ])
  }

  @Test func `A key that a tool takes from the state by its parameter's name is not renamed`() throws {
    let files = [
      "graphs/a.yaml": """
      state: {word: str}
      tools:
        count: {type: shell, command: "grep -c {word} notes.txt"}
      nodes:
        a: {type: tool, tool: count}
      edges: [{from: START, to: a}, {from: a, to: END}]

      """
    ]
    #expect(
      try Self.rename("graphs/a.yaml", at: "{wo‸rd: str}", to: "term", in: files) == [
        "node 'a' uses 'word' without naming it; write its 'variables' first"
      ])
  }

  @Test func `The answer key of a question is written out`() throws {
    let files = [
      "graphs/a.yaml": """
      nodes:
        ask: {type: interrupt, message: Who?}
        greet: {user: "Hello {user_input}"}
      edges: [{from: START, to: ask}, {from: ask, to: greet}, {from: greet, to: END}]

      """
    ]
    #expect(
      try Self.rename("graphs/a.yaml", at: "{user_in‸put}", to: "person", in: files) == [
        "graphs/a.yaml: ask: {resume_key: person, type: interrupt, message: Who?}",
        "graphs/a.yaml: greet: {user: \"Hello {person}\"}",
      ])
  }
}

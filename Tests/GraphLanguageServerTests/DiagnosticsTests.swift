import GraphRuntime
import GraphTestSupport
import Testing

/// What an editor is told of mistakes while files are written.
@Suite(.timeLimit(.minutes(5)))
struct DiagnosticsTests {
  @Test func `A graph without mistakes has no findings, and the client is told so`() throws {
    let editor = try Editor(Projects.review)
    try editor.open("graphs/review.yaml")
    #expect(editor.diagnostics.isEmpty)
    editor.settle()
    #expect(editor.diagnostics["graphs/review.yaml"] == [])
  }

  @Test func `A mistake has its exact range, its code and its source, and goes when it is mended`() throws {
    let editor = try Editor(Projects.review)
    try editor.open("graphs/review.yaml")
    editor.change("graphs/review.yaml", Projects.graph.replacing("prompt: critique", with: "promt: critique"))
    editor.settle()
    let finding = try #require(editor.diagnostics["graphs/review.yaml"]?.first)
    #expect(finding["code"] == "GR0101")
    #expect(finding["source"] == "graph")
    #expect(finding["severity"] == 1)
    #expect(
      finding["range"]
        == ["start": ["line": 21, "character": 4], "end": ["line": 21, "character": 9]])
    #expect(
      finding["message"]?.string?.hasPrefix("unknown key 'promt' in node 'critique'\ndid you mean 'prompt'?") == true)
    editor.change("graphs/review.yaml", Projects.graph)
    editor.settle()
    #expect(editor.diagnostics["graphs/review.yaml"] == [])
  }

  @Test func `Nothing is compiled while somebody types`() throws {
    let editor = try Editor(Projects.review)
    try editor.open("graphs/review.yaml")
    editor.settle()
    let count = editor.notifications.count
    for _ in 0..<20 { editor.change("graphs/review.yaml", "nodes:\n  a: {usr: x}\n") }
    #expect(editor.notifications.count == count)
    editor.settle()
    #expect(editor.notifications.count == count + 1)
  }

  @Test func `A prompt that is not saved is seen by the graph that uses it`() throws {
    let editor = try Editor(Projects.review)
    try editor.open("graphs/review.yaml")
    try editor.open("prompts/draft.yaml")
    editor.settle()
    #expect(editor.findings("prompts/draft.yaml") == [])
    editor.change("prompts/draft.yaml", "user: Write about {subjct}.\n")
    editor.settle()
    #expect(
      editor.findings("prompts/draft.yaml") == [
        "0 GR0230 prompt 'draft' uses 'subjct', which node 'draft' does not give under 'variables'\ndid you mean 'subject'?"
      ])
    // That 'subject' is not used follows from it.
    #expect(editor.findings("graphs/review.yaml") == [])
  }

  @Test func `A graph is checked when only its prompt is open`() throws {
    let editor = try Editor(Projects.review)
    try editor.open("prompts/draft.yaml", "user: Write about {nothing}.\n")
    editor.settle()
    #expect(editor.findings("prompts/draft.yaml").count == 1)
    #expect(editor.findings("graphs/review.yaml").count == 1)
    editor.notify("textDocument/didClose", ["textDocument": ["uri": editor.uri("prompts/draft.yaml")]])
    editor.settle()
    #expect(editor.findings("prompts/draft.yaml") == [])
    #expect(editor.findings("graphs/review.yaml") == [])
  }

  @Test func `A prompt that no graph uses is read alone`() throws {
    let editor = try Editor(["prompts/lonely.yaml": "user: hello\n"])
    try editor.open("prompts/lonely.yaml", "user: Hello {{ name\n")
    editor.settle()
    #expect(editor.findings("prompts/lonely.yaml").count == 1)
  }

  @Test func `A prompt that exists only in the editor is found`() throws {
    let editor = try Editor([
      "graphs/one.yaml": "nodes: {a: {prompt: fresh}}\nedges: [{from: START, to: a}, {from: a, to: END}]\n"
    ])
    try editor.open("graphs/one.yaml")
    editor.settle()
    #expect(editor.findings("graphs/one.yaml").map { $0.prefix(8) } == ["0 GR0616"])
    editor.folder.makeFolder("prompts")
    try editor.open("prompts/fresh.yaml", "user: hello\n")
    editor.settle()
    #expect(editor.findings("graphs/one.yaml") == [])
  }

  @Test func `Other places come along, and quick fixes mend what was found`() throws {
    let editor = try Editor(Projects.review)
    let text = Projects.graph.replacing("to: critique", with: "to: critque")
    try editor.open("graphs/review.yaml", text)
    editor.settle()
    let finding = try #require(editor.diagnostics["graphs/review.yaml"]?.first { $0["code"] == "GR0201" })
    let actions = editor.request(
      "textDocument/codeAction",
      [
        "textDocument": ["uri": editor.uri("graphs/review.yaml")], "range": finding["range"] ?? .null,
        "context": ["diagnostics": [finding]],
      ])
    let action = try #require(actions.list?.first)
    #expect(action["title"] == "Replace with 'critique'")
    #expect(action["kind"] == "quickfix")
    #expect(action["isPreferred"] == true)
    #expect(action["diagnostics"]?.list == [finding])
    #expect(editor.applying(action["edit"] ?? .null) == ["graphs/review.yaml": Projects.graph])
  }

  @Test func `Notes with a place of their own are related information`() throws {
    let editor = try Editor(["graphs/one.yaml": "nodes:\n  a: {user: x}\n  a: {user: y}\nedges: []\n"])
    try editor.open("graphs/one.yaml")
    editor.settle()
    let finding = try #require(editor.diagnostics["graphs/one.yaml"]?.first { $0["code"] == "GR0011" })
    let related = try #require(finding["relatedInformation"]?.list?.first)
    #expect(related["location"]?["uri"] == editor.uri("graphs/one.yaml"))
    #expect(related["location"]?["range"]?["start"] == ["line": 1, "character": 2])
  }

  @Test func `Findings lead to a page where the client says where there are pages`() throws {
    let editor = try Editor(
      ["graphs/one.yaml": "nods: 1\n"], options: ["documentation": "https://example.com/diagnostics"])
    try editor.open("graphs/one.yaml")
    editor.settle()
    let finding = try #require(editor.diagnostics["graphs/one.yaml"]?.first)
    #expect(finding["codeDescription"]?["href"]?.string?.hasPrefix("https://example.com/diagnostics/GR0") == true)
  }
}

extension String {
  /// The text with another one in the place of the first occurrence of a part.
  func replacing(_ part: String, with other: String) -> String {
    var rest = self[...]
    while !rest.isEmpty {
      if rest.hasPrefix(part) { return String(self[..<rest.startIndex]) + other + rest.dropFirst(part.count) }
      rest = rest.dropFirst()
    }
    return self
  }
}

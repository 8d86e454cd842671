import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import GraphYAML
import Testing

struct PromptDocumentTests {
  private func document(_ text: String) throws -> PromptDocument {
    let diagnostics = DiagnosticEngine()
    let document = PromptDocument.parse(SourceFile(path: "prompts/greet.yaml", text: text), diagnostics: diagnostics)
    #expect(diagnostics.found == [])
    return try #require(document)
  }

  @Test("all keys of a prompt")
  func everything() throws {
    let document = try document(
      """
      name: greeting
      version: 2
      system:
        - content: You are {role}.
          cache: true
        - Be kind.
      messages:
        - {role: user, content: "Hi {name}"}
        - {role: assistant, content: Hello}
      user: |
        Greet {name} in {style}, about {state.topic}.
      schema: {name: Greeting, fields: {text: str}}
      provider: openai
      model: gpt-x
      temperature: 0
      max_tokens: 200
      metadata: {author: me, tags: [a, b]}
      """)
    #expect(document.system.map(\.isCached) == [true, false])
    #expect(document.messages.map(\.role) == [.user, .assistant])
    #expect(document.variables.map(\.value) == ["role", "name", "style"])
    #expect(document.stateKeys.map(\.value) == ["topic"])
    #expect(document.outputSchema?.name == "Greeting")
    #expect(document.provider?.value == "openai")
    #expect(document.model?.value == "gpt-x")
    #expect(document.temperature?.value == 0.0)
    #expect(document.maximumTokens?.value == 200)
    #expect(document.metadata == ["name": "greeting", "version": 2, "author": "me", "tags": ["a", "b"]])
    let values: ValueObject = ["name": "Ada", "style": "verse", "state": ["topic": "rain"]]
    #expect(try document.user?.render { values[$0] } == "Greet Ada in verse, about rain.\n")
  }

  @Test("'template' is another name of 'user', and turns alone are enough")
  func otherForms() throws {
    #expect(try document("template: hello {x}").variables.map(\.value) == ["x"])
    #expect(try document("messages: [{role: user, content: hi}]").user == nil)
    #expect(try document("system_segments: [{content: a}]\nuser: b").system.count == 1)
  }

  @Test("a schema without a title has the name of the file")
  func schemaName() throws {
    let text = "user: x\noutput_schema: {type: object, properties: {a: {type: string}}}"
    #expect(try document(text).outputSchema?.name == "greet")
  }

  @Test("an error of a rendered prompt is at its line in the file")
  func errorPlace() throws {
    let source = MarkedSource("system: x\nuser: >-\n  some text\n  with 1️⃣{topic}\n", path: "prompts/a.yaml")
    let document = try #require(PromptDocument.parse(source.file, diagnostics: DiagnosticEngine()))
    let error = #expect(throws: PromptError.self) { try document.user?.render { _ in Optional<Value>.none } }
    #expect(error?.span.start == source["1️⃣"])
    #expect(error?.description == "prompts/a.yaml:4:8: variable 'topic' has no value; no variables were given [GR0614]")
  }

  @Test(
    "mistakes",
    arguments: [
      ("1️⃣sytem: x\nuser: y", "GR0101", "unknown key 'sytem' in a prompt file", "system"),
      (
        "1️⃣author: x\nuser: y", "GR0114",
        "'author' has no effect in a prompt file; data about the prompt is written under 'metadata'", nil
      ),
      ("user: x\n1️⃣template: y", "GR0604", "'user' and 'template' cannot both be set", nil),
      ("1️⃣system: x", "GR0605", "the prompt has no 'user', 'template' or 'messages'", nil),
      ("user: 1️⃣[a]", "GR0102", "'user' must be a string, not a list", nil),
      ("user: 1️⃣5", "GR0102", "'user' must be a string, not an integer", "\"5\""),
      ("user: x\ntemperature: 1️⃣hot", "GR0102", "'temperature' must be a number, not a string", nil),
      ("user: x\ntemperature: 1️⃣3", "GR0105", "'temperature' must be between 0 and 2", nil),
      ("user: x\nmax_tokens: 1️⃣0", "GR0105", "'max_tokens' must be between 1 and 10000000", nil),
      (
        "user: x\nmessages: [{role: 1️⃣asistant, content: x}]", "GR0106",
        "'role' cannot be 'asistant'; it is one of 'user', 'assistant', 'system'", "assistant"
      ),
      ("user: x\nmessages: [1️⃣{role: user}]", "GR0103", "a message needs 'content'", nil),
      (
        "user: x\nsystem: [{content: a, 1️⃣cashe: true}]", "GR0101", "unknown key 'cashe' in a segment of 'system'",
        "cache"
      ),
      (
        "system: a\n1️⃣system_segments: [{content: a}]\nuser: b", "GR0604",
        "'system' and 'system_segments' cannot both be set", nil
      ),
      (
        "user: x\nschema: {name: T, fields: {a: str}}\n1️⃣output_schema: {type: object}", "GR0604",
        "'schema' and 'output_schema' cannot both be set", nil
      ),
      ("1️⃣- a", "GR0102", "a prompt file must be a mapping, not a list", nil),
      ("1️⃣", "GR0109", "the file is empty and so no prompt", nil),
    ] as [(String, String, String, String?)])
  func mistakes(_ marked: String, _ code: String, _ message: String, _ fixIt: String?) {
    let source = MarkedSource(marked)
    let diagnostics = DiagnosticEngine()
    #expect(PromptDocument.parse(source.file, diagnostics: diagnostics) == nil)
    #expect(diagnostics.found == [ExpectedDiagnostic(source["1️⃣"], code, message, fixIt: fixIt)])
  }

  @Test("a key that belongs to the node says so")
  func nodeKey() {
    let diagnostics = DiagnosticEngine()
    _ = PromptDocument.parse(SourceFile(path: "p", text: "user: x\nparse_json: true"), diagnostics: diagnostics)
    #expect(
      diagnostics.diagnostics.map(\.message.text) == [
        "'parse_json' has no effect in a prompt file; it is a key of the node that uses the prompt"
      ]
    )
  }

  @Test("a prompt inside a node")
  func inline() throws {
    let node = try yaml("{system: 'You are {role}.', user: 'Hi {name}'}")
    let mapping = try #require(node.mapping)
    let diagnostics = DiagnosticEngine()
    let document = PromptDocument.inline(
      system: mapping["system"]?.value, user: mapping["user"]?.value, span: node.span, diagnostics: diagnostics)
    #expect(document?.variables.map(\.value) == ["role", "name"])
    #expect(
      PromptDocument.inline(system: mapping["system"]?.value, user: nil, span: node.span, diagnostics: diagnostics)
        == nil)
    #expect(diagnostics.found.map(\.code) == ["GR0605"])
  }
}

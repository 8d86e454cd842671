import Testing

/// What is offered where the cursor is.
@Suite(.timeLimit(.minutes(5)))
struct CompletionTests {
  /// What is offered after a part of a file was replaced by another one with the cursor in it.
  private static func offered(
    _ part: String, _ typed: String, in name: String = "graphs/review.yaml"
  ) throws -> [String] {
    let editor = try Editor(Projects.review)
    try editor.open("graphs/review.yaml")
    editor.settle()
    let text = try #require(Projects.review[name])
    return try editor.completions(name, text.replacing(part, with: typed))
  }

  // MARK: - Keys

  @Test func `At the top all keys of a graph are offered that are not there, those that are required first`() throws {
    let labels = try Self.offered("version: \"1.0\"\n", "‸\n")
    #expect(labels.contains("version") && labels.contains("config") && !labels.contains("nodes"))
    let fresh = try Editor([:]).completions("graphs/new.yaml", "‸")
    #expect(fresh.prefix(2) == ["nodes", "edges"])
  }

  @Test func `A half-written key is completed with what is required below it`() throws {
    let editor = try Editor([:])
    #expect(try editor.completions("graphs/new.yaml", "nod‸\n") == ["nodes"])
    #expect(try editor.completing("nodes", "graphs/new.yaml", "nod‸\n") == "nodes:\n  $0\n")
    #expect(
      try editor.completing("edges", "graphs/new.yaml", "nodes: {}\ned‸")
        == "nodes: {}\nedges:\n  - from: ${1}\n    to: ${2}")
    #expect(
      try editor.completing("retry", "graphs/new.yaml", "nodes:\n  a:\n    retr‸\n")
        == "nodes:\n  a:\n    retry:\n      max_attempts: ${1}\n")
  }

  @Test func `A node has the keys of its type`() throws {
    let map = try Editor([:]).completions("graphs/a.yaml", "nodes:\n  a:\n    type: map\n    ‸\n")
    #expect(map.prefix(4) == ["over", "as", "node", "collect"])
    #expect(!map.contains("prompt") && map.contains("on_error"))
    let llm = try Editor([:]).completions("graphs/a.yaml", "nodes:\n  a:\n    ‸\n")
    #expect(llm.contains("prompt") && !llm.contains("over"))
    let inner = try Editor([:]).completions(
      "graphs/a.yaml", "nodes:\n  a:\n    type: map\n    node:\n      type: router\n      rou‸\n")
    #expect(inner == ["routes", "default_route", "route_field"])
  }

  @Test func `Keys are completed in braces and in lists too`() throws {
    let editor = try Editor([:])
    #expect(try editor.completions("graphs/a.yaml", "nodes:\n  a: {user: x, temp‸}\n") == ["temperature"])
    #expect(try editor.completions("graphs/a.yaml", "edges:\n  - {from: a, t‸\n") == ["to", "type"])
    #expect(try editor.completions("graphs/a.yaml", "edges:\n  - from: a\n    con‸\n") == ["condition"])
    #expect(try editor.completions("graphs/a.yaml", "edges:\n  - fr‸\n") == ["from"])
    #expect(try editor.completing("from", "graphs/a.yaml", "edges:\n  - fr‸: x\n") == "edges:\n  - from: x\n")
  }

  @Test func `A prompt has the keys of a prompt`() throws {
    let labels = try Self.offered("user:", "sche‸\nuser:", in: "prompts/draft.yaml")
    #expect(labels == ["schema", "output_schema"])
    let field = try Self.offered("{type: float, ", "{opt‸, type: float, ", in: "prompts/critique.yaml")
    #expect(field == ["optional"])
  }

  // MARK: - Values

  @Test(arguments: [
    ("type: router", "type: ro‸", ["router"]), ("type: shell", "type: ‸", ["shell", "python", "function", "graph"]),
    ("type: str", "type: li‸", ["list", "list[str]", "list[dict]"]),
    ("type: conditional", "type: ‸", ["conditional"]),
    ("type: llm\n", "type: llm\n    stream: ‸\n", ["true", "false"]),
    ("type: llm\n", "type: llm\n    on_error: ‸\n", ["fail", "skip", "retry", "fallback"]),
    ("type: llm\n", "type: llm\n    provider: op‸\n", ["openai", "anthropic"]),
    ("type: llm\n", "type: llm\n    provider: openai\n    model: ‸\n", ["gpt-4o"]),
  ])
  func `Words that are allowed are offered`(part: String, typed: String, expected: [String]) throws {
    let labels = try Self.offered(part, typed)
    #expect(labels.starts(with: expected) || labels == Array(expected.prefix(1)), "\(labels)")
  }

  @Test(arguments: [
    ("to: critique", "to: ‸", ["draft", "critique", "judge", "END"]),
    ("to: critique", "to: [draft, ‸]", ["draft", "critique", "judge", "END"]),
    ("from: START", "from: ‸", ["draft", "critique", "judge", "START"]), ("from: START", "from: S‸", ["START"]),
    ("bad: draft", "bad: ‸", ["draft", "critique", "judge", "END"]), ("draft: 3", "‸", ["draft", "critique", "judge"]),
    ("draft: 3", "jud‸", ["judge"]), ("prompt: draft", "prompt: ‸", ["critique", "draft", "judge"]),
    ("prompt: draft", "prompt: ju‸", ["judge"]),
    ("type: llm\n", "type: llm\n    requires: [sc‸]\n", ["score"]),
    ("type: llm\n", "type: agent\n    tools: [‸]\n", ["search"]),
    ("type: llm\n", "type: agent\n    tools:\n      - ‸\n", ["search"]),
    ("      good: END\n", "      good: END\n    route_field: ‸\n", ["verdict"]),
    ("subject: \"{state.topic}\"", "‸", ["subject"]),
  ])
  func `Names are offered where they belong`(part: String, typed: String, expected: [String]) throws {
    let labels = try Self.offered(part, typed)
    #expect(
      labels.starts(with: expected.prefix(1)) && labels.prefix(expected.count).elementsEqual(expected), "\(labels)")
  }

  // MARK: - Expressions

  @Test func `In an expression the keys of the state come first, then functions`() throws {
    let labels = try Self.offered("critique.score < 0.8 and", "‸")
    #expect(labels.prefix(5) == ["topic", "score", "draft", "critique", "judge"])
    #expect(labels.contains("len") && labels.contains("not") && labels.contains("_loop_counts"))
    #expect(!labels.contains("file_exists"))
  }

  @Test(arguments: [
    ("critique.score < 0.8 and score >= 0", "critique.‸", ["score", "remarks"]),
    ("critique.score < 0.8 and score >= 0", "state.critique.re‸", ["remarks"]),
    ("critique.score < 0.8 and score >= 0", "score | ro‸", ["round"]),
    ("{state.topic}", "{state.to‸", ["topic"]), ("{state.topic}", "{state.‸}", ["topic", "score"]),
    ("\"{state.topic}\"", "{state.to‸", ["topic"]), ("\"{state.topic}\"", "\"{state.critique.‸", ["score", "remarks"]),
    ("\"{state.topic}\"", "\"about {to‸}\"", ["topic"]), ("critique.score < 0.8", "'crit‸", []),
  ])
  func `Fields have the types of schemas, and strings are no places for names`(
    part: String, typed: String, expected: [String]
  ) throws {
    let labels = try Self.offered(part, typed)
    #expect(labels.prefix(expected.count).elementsEqual(expected), "\(labels)")
    #expect(!expected.isEmpty || labels.isEmpty)
  }

  @Test func `A whole expression is offered where a value is missing`() throws {
    let editor = try Editor(Projects.review)
    let marked = Projects.graph.replacing("\"{state.topic}\"", with: "‸")
    #expect(
      try editor.completing("{state.topic}", "graphs/review.yaml", marked)
        == Projects.graph)
  }

  // MARK: - Prompts

  @Test(arguments: [
    ("prompts/draft.yaml", "{subject}", "{sub‸", ["subject"]),
    ("prompts/draft.yaml", "{subject}", "{‸}", ["subject", "state"]),
    ("prompts/critique.yaml", "{{ draft }}", "{{ ‸ }}", ["topic", "score", "draft", "critique", "judge"]),
    ("prompts/critique.yaml", "| upper", "| upp‸", ["upper"]),
    ("prompts/critique.yaml", "| upper", "| re‸", ["reject", "rejectattr", "replace", "reverse"]),
    ("prompts/critique.yaml", "{{ topic | upper }}", "{% if topic is def‸ %}x{% endif %}", ["defined"]),
    ("prompts/critique.yaml", "{{ topic | upper }}", "{% fo‸ %}", ["for"]),
    ("prompts/critique.yaml", "{{ topic | upper }}", "{{ state.sc‸ }}", ["score"]),
    ("prompts/judge.yaml", "{critique}", "{critique.‸}", ["score", "remarks"]),
    ("prompts/draft.yaml", "You write well", "You wri‸", []),
  ])
  func `In a prompt the variables that its nodes give are offered`(
    name: String, part: String, typed: String, expected: [String]
  ) throws {
    let labels = try Self.offered(part, typed, in: name)
    #expect(labels.prefix(expected.count).elementsEqual(expected), "\(labels)")
    #expect(!expected.isEmpty || labels.isEmpty)
  }

  @Test func `In a prompt that is written in a node, what the node gives is offered`() throws {
    let editor = try Editor([:])
    let text = "state: {a: str}\nnodes:\n  n:\n    user: |\n      Look at {‸\n    variables: {b: 1, c: 2}\nedges: []\n"
    #expect(try editor.completions("graphs/a.yaml", text) == ["b", "c"])
    let own = "state: {a: str}\nnodes:\n  n:\n    user: |\n      Look at {‸\nedges: []\n"
    #expect(try editor.completions("graphs/a.yaml", own) == ["a", "n", "state"])
  }

  @Test func `A file that is broken elsewhere is no hindrance`() throws {
    let broken = Projects.graph.replacing("name: review", with: "name: [review").replacing(
      "to: critique", with: "to: ‸")
    let labels = try Editor(Projects.review).completions("graphs/review.yaml", broken)
    #expect(labels == ["draft", "critique", "judge", "END"])
  }
}

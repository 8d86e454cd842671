import GraphDiagnostics
import GraphTestSupport
import Testing

/// What the texts of prompts do with values that cannot be right by their types.
@Suite(.timeLimit(.minutes(10)))
struct PromptTypeTests {
  /// A graph that judges a text, finds passages and puts both into another prompt.
  private static func text(_ user: String, node: String = "") -> String {
    """
    state: {text: str, n: int, list: "list[str]", names: dict}
    nodes:
      judge: {prompt: critique, state_key: result}
      find: {type: retrieve, index: "{state.list}", query: "{state.text}", state_key: hits}
      write:
        user: |
          \(user.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n      "))
    \(node.isEmpty ? "" : "    \(node)\n")edges:
      - {from: START, to: judge}
      - {from: judge, to: find}
      - {from: find, to: write}
      - {from: write, to: END}

    """
  }

  @Test(arguments: [
    ("{result.1️⃣scor}", "GR0540", "'result' has no field 'scor'", "score"),
    ("{state.result.1️⃣scor}", "GR0540", "'result' has no field 'scor'", "score"),
    ("{1️⃣text.title}", "GR0541", "'text' is str and has no field 'title'", nil),
    ("{1️⃣n[0]}", "GR0541", "'n' is int and has no items, so no '[0]'", nil),
    ("1️⃣{text:.2f}", "GR0658", "the format '.2f' does not fit 'text', which is str", nil),
    ("1️⃣{result.tags:d}", "GR0658", "the format 'd' does not fit 'result.tags', which is list", nil),
    ("{{ result.1️⃣scor }}", "GR0540", "'result' has no field 'scor'", "score"),
    ("{{ state.result.1️⃣scor }}", "GR0540", "'state.result' has no field 'scor'", "score"),
    ("{{ 1️⃣text.title }}", "GR0541", "'text' is str and has no field 'title'", nil),
    ("{{ 1️⃣result['scor'] }}", "GR0540", "'result' has no field 'scor'", nil),
    ("{% for hit in hits %}{{ hit.1️⃣txt }}{% endfor %}", "GR0540", "'hit' has no field 'txt'", "text"),
    ("{% for hit in hits %}{% set h = hit %}{{ h.1️⃣txt }}{% endfor %}", "GR0540", "'h' has no field 'txt'", "text"),
    ("{{ hits[0].1️⃣txt }}", "GR0540", "'hits[0]' has no field 'txt'", "text"),
    ("{% set h = hits | first %}{{ h.1️⃣txt }}", "GR0540", "'h' has no field 'txt'", "text"),
    ("{{ hits | map(attribute=1️⃣'txt') | join }}", "GR0540", "an item of 'hits' has no field 'txt'", "text"),
    ("{% for x in hits %}{{ loop.1️⃣indxe }}{% endfor %}", "GR0540", "'loop' has no field 'indxe'", "index"),
    (
      "{% for k, v in result.items() %}{{ 1️⃣v.x }}{% endfor %}", "GR0541",
      "'v' is str or int or float or list and has no field 'x'", nil
    ),
    ("{{ 1️⃣text.uper() }}", "GR0420", "'text' is str and has no method 'uper'", "upper"),
    ("{{ 1️⃣text + 1 }}", "GR0421", "'+' cannot combine str with int", nil),
    ("{% set k = text | length %}{{ 1️⃣k.x }}", "GR0541", "'k' is int and has no field 'x'", nil),
    ("{% for x in 1️⃣n %}{{ x }}{% endfor %}", "GR0659", "'n' is int and has no items to go through", nil),
    (
      "{% if result.verdict == 1️⃣'acept' %}x{% endif %}", "GR0546",
      "'result.verdict' is never 'acept', so that this comparison never holds", "accept"
    ),
    ("{% if 1️⃣n > 'a' %}x{% endif %}", "GR0542", "'>' cannot compare int with str", nil),
    (
      "{% if 1️⃣text == 1 %}x{% endif %}", "GR0546",
      "'text' is str and never equal to int, so that this comparison never holds", nil
    ),
  ])
  func `a mistake of types is found`(marked: String, code: String, message: String, fixIt: String?) throws {
    try TypedProject.expect(Self.text(marked), code, message, fixIt: fixIt)
  }

  @Test(arguments: [
    "{result.score} {result.tags[0]} {n:03d} {result.score:.2f} {text:>10} {names.x} {result!r:>30}",
    "{{ result.score }} {{ result.tags[0] }} {{ names.x }} {{ text.upper() }} {{ result.items() }}",
    "{% for hit in hits %}{{ hit.text }} {{ loop.index }}{% else %}{{ text }}{% endfor %}",
    "{% for k, v in result.items() %}{{ k | upper }} {{ v }}{% endfor %}",
    "{% for x in hits %}{{ loop.index }} {{ loop.previtem.text if not loop.first }} {{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for x in hits recursive %}{{ x.text }}{{ loop(x.more) if x.more is defined }}{% endfor %}",
    "{{ text.split(',') | first | upper }} {{ result.get('other', 1) }}",
    "{% macro show(x) %}<{{ x }}>{% endmacro %}{{ show(text).upper() }} {{ range(3) | sum }}",
    "{{ text ~ 1 }} {{ text * 2 }} {{ 'a' + text }} {{ '%s' % n }} {{ n + 1.5 }} {{ n + (1 == 1) }}",
    "{% if result.scor is defined %}{{ result.scor }}{% endif %}{{ result.scor | default('') }}",
    "{% for tag in result.tags %}{{ tag.name if tag is mapping else tag }}{% endfor %}",
    "{% if text is mapping %}{{ text.name }}{% elif result.score is string %}{{ result.score.x }}{% endif %}",
    "{% if 'scor' in result %}{{ result.scor }}{% endif %}",
    "{% set x = text %}{% if n %}{% set x = result %}{% endif %}{{ x.score }}",
    "{% for c in text %}{{ c }}{% endfor %}{% for k in result %}{{ k }}{% endfor %}",
    "{% macro show(x) %}{{ x.anything }}{% endmacro %}{{ show(result) }}",
    "{% with x = result %}{{ x.score }}{% endwith %}", "{% if n == true %}x{% endif %}",
    "{{ hits | map(attribute='text') | join(', ') }} {{ hits | selectattr('score') | list | length }}",
    "{{ hits | sort(attribute='score') | map(attribute='source') | first }}", "{{ text | length > 3 }}",
    "{{ (result or {}).score }}", "{{ text[0] }} {{ result.tags[-1] }}",
  ])
  func `what may be right is left alone`(text: String) throws {
    try TypedProject.expectNone(Self.text(text))
  }

  @Test func `a variable has the type of its value`() throws {
    try TypedProject.expect(
      Self.text("{a.1️⃣scor}", node: "variables: {a: \"{state.result}\"}"), "GR0540", "'a' has no field 'scor'",
      fixIt: "score")
    try TypedProject.expect(
      Self.text("{a.1️⃣titel}", node: "variables: {a: {title: 1}}"), "GR0540", "'a' has no field 'titel'", fixIt: "title")
    try TypedProject.expect(
      Self.text("{text}", node: "variables: {text: \"{state.result.1️⃣scor}\"}"), "GR0540",
      "'result' has no field 'scor'", fixIt: "score")
  }

  @Test func `a prompt file is pointed into`() throws {
    let prompt = MarkedSource("user: |\n  Write.\n\n  {{ critique.1️⃣feedbak }}\n")
    let text = TypedProject.graph(
      nodes: "write: {prompt: write}", edges: "- {from: judge, to: write}\n- {from: write, to: END}")
    let found = try TypedProject(["prompts/write.yaml": prompt.text]).compile(MarkedSource(text))
    #expect(
      found.map { ExpectedDiagnostic($0) } == [
        ExpectedDiagnostic(prompt["1️⃣"], "GR0540", "'critique' has no field 'feedbak'", fixIt: "feedback")
      ])
    #expect(found.first?.span?.file.path.hasSuffix("prompts/write.yaml") == true)
  }

  @Test func `what is included is looked at with the names that are given and made around it`() throws {
    let text = TypedProject.graph(
      nodes: "write: {prompt: write}", edges: "- {from: judge, to: write}\n- {from: write, to: END}")
    let outer = "user: \"{% set n = 2 %}{% for tag in critique.tags %}{% include 'part' %}{% endfor %}\"\n"
    func found(_ part: String) throws -> [ExpectedDiagnostic] {
      try TypedProject(["prompts/write.yaml": outer, "prompts/part.yaml": part]).diagnostics(MarkedSource(text))
    }
    #expect(try found("user: \"{{ tag.upper() }} {{ n + 1 }} {{ critique.score }} {{ text }}\"\n") == [])
    let part = MarkedSource("user: \"{{ 1️⃣tag.name }} {{ critique.2️⃣scor }}\"\n")
    #expect(
      try found(part.text) == [
        ExpectedDiagnostic(part["1️⃣"], "GR0541", "'tag' is str and has no field 'name'"),
        ExpectedDiagnostic(part["2️⃣"], "GR0540", "'critique' has no field 'scor'", fixIt: "score"),
      ])
  }

  // MARK: - The form of an answer

  private static func prompt(_ user: String) -> String {
    """
    user: |
      Judge {text}.
      \(user.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n  "))
    schema: {name: Critique, fields: {score: float, feedback: str, remark: {type: str, optional: true}}}

    """
  }

  private static func found(_ user: String) throws -> (MarkedSource, [ExpectedDiagnostic]) {
    let prompt = MarkedSource(prompt(user))
    let text = TypedProject.graph(
      nodes: "write: {prompt: write}", edges: "- {from: judge, to: write}\n- {from: write, to: END}")
    return (prompt, try TypedProject(["prompts/write.yaml": prompt.text]).diagnostics(MarkedSource(text)))
  }

  @Test(arguments: [
    (
      "{\"1️⃣scor\": 0.5, \"feedback\": \"…\"}", "GR0660",
      "the text asks for 'scor', which the schema 'Critique' does not have", "score"
    ),
    (
      "{\n  \"score\": 0.5,\n  \"feedback\": \"good, [x\",\n  \"1️⃣reason\": \"why\"\n}", "GR0660",
      "the text asks for 'reason', which the schema 'Critique' does not have", nil
    ),
    (
      "Answer: 1️⃣{\"score\": <number>}", "GR0661",
      "the text shows an answer without 'feedback', which the schema 'Critique' wants", nil
    ),
    (
      "Give:\n- score: from 0 to 1\n- feedback: why\n- 1️⃣remarc: more", "GR0660",
      "the text asks for 'remarc', which the schema 'Critique' does not have", "remark"
    ),
    (
      "Give:\n* **score** (float)\n* **feedback** - why\n  in a sentence\n* **1️⃣reason** — of both\n\nThat is all.",
      "GR0660",
      "the text asks for 'reason', which the schema 'Critique' does not have", nil
    ),
    (
      "1. `score`\n2. `feedback`\n3. `1️⃣feedbak`: again", "GR0660",
      "the text asks for 'feedbak', which the schema 'Critique' does not have", nil
    ),
  ])
  func `an answer that the text shows otherwise than the schema is found`(
    user: String, code: String, message: String, fixIt: String?
  ) throws {
    let (prompt, found) = try Self.found(user)
    #expect(found == [ExpectedDiagnostic(prompt["1️⃣"], code, message, fixIt: fixIt)])
  }

  @Test(arguments: [
    "{\"score\": 0.5, \"feedback\": \"…\"}", "{\"score\": 0.5, \"feedback\": {\"a\": 1}, \"remark\": \"\"}",
    "- score: from 0 to 1\n- feedback: why", "- score: from 0 to 1\n- Be fair.\n- feedback: why\n- tone: friendly",
    "- score: from 0 to 1\n- feedback: why\n- note: be fair\n- Style: short", "- score: x\n- length: y\n- tone: z",
    "- score: {text}\n- feedback: {text}\n- topic: {text}", "- score well-known\n- feedback-loops: y\n- reason: y",
    "{\"score\": 0.5, ...}", "The input is {\"title\": \"x\", \"author\": \"y\"}.", "{ score: 1 }", "{ }",
    "{\"score\" and",
    "Use {\"name\": \"search\", \"score\": 1, \"k\": 2} to call it.",
    "{\"score\": 0.5, // from 0 to 1\n \"feedback\": \"\"}",
    "{\"score\": 1,\n \"feedback\": \"a, \\\"b\\\": c\"\n}",
    "[{\"score\": 0.5, \"feedback\": \"…\"}, {\"score\": 1, \"feedback\": \"\"}]",
  ])
  func `other texts are left alone`(user: String) throws {
    #expect(try Self.found(user).1 == [])
  }
}

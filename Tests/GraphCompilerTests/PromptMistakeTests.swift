import GraphDiagnostics
import GraphLanguage
import GraphTestSupport
import Testing

/// What a prompt says that it cannot mean, although each of its texts is right by itself.
@Suite(.timeLimit(.minutes(10)))
struct PromptMistakeTests {
  /// A graph of two nodes with a text as the question of the second one.
  private static func text(_ user: String, state: String = "topic: str, n: int", node: String = "") -> String {
    """
    state: {\(state)}
    nodes:
      draft: {user: "Write about {topic}."}
      judge:
        user: |
          \(user.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n      "))
    \(node.isEmpty ? "" : "    \(node)\n")edges:
      - {from: START, to: draft}
      - {from: draft, to: judge}
      - {from: judge, to: END}

    """
  }

  @Test(arguments: [
    ("{{ draft }} on 1️⃣{topic}", "topic"), ("{% if n %}1️⃣{draft}{% endif %}", "draft"),
    ("{# x #}1️⃣{state.topic}{{ draft }}", "state.topic"), ("{{ n }}\n\n  «1️⃣{draft.title}»", "draft.title"),
    ("{% for i in draft %}{{ i }}{% endfor %}(1️⃣{n})", "n"),
  ])
  func `a placeholder in a Jinja template is text`(marked: String, path: String) {
    let source = MarkedSource(Self.text(marked))
    let message = "'{\(path)}' is text in a Jinja template; the value is written '{{ \(path) }}'"
    #expect(
      diagnostics(source.file) == [
        ExpectedDiagnostic(source["1️⃣"], "GR0656", message, fixIt: "{{ \(path) }}")
      ])
  }

  @Test(arguments: [
    // No value has the name, or the braces are a part of something else.
    "{{ draft }} {other}", "{{ draft }} {\"topic\": 1}", "{{ draft }} { topic }", "{{ draft }} \\\\frac{n}{n}",
    "{{ draft }} x_{n} a^{n} ${n} #{n}", "{% raw %}{topic}{% endraw %}{{ draft }}", "{{ draft }}{}",
    "{{ draft }}{topic",
    "{{ draft }}{topic.}", "{{ draft }}{.topic}", "{{ '{topic}' }}{{ draft }}", "{# {topic} #}{{ draft }}",
    "{{ draft }} {topic:>3}", "{topic} {draft}", "{{ {'a': n}.a }}", "{{ draft }} {topic()}",
  ])
  func `other braces are left alone`(text: String) {
    #expect(diagnostics(Self.text(text)) == [])
  }

  @Test func `with variables, those are the values that there are`() {
    let found = diagnostics(Self.text("{{ a }} {topic} {a}", node: "variables: {a: \"{state.draft}\"}"))
    #expect(found.map(\.message) == ["'{a}' is text in a Jinja template; the value is written '{{ a }}'"])
  }

  @Test(arguments: [
    ("{1️⃣draft.title}", "'draft' is str and has no field 'title'"),
    ("{draft} {1️⃣topic.name}", "'topic' is str and has no field 'name'"),
    ("{1️⃣n.value} 2", "'n' is int and has no field 'value'"),
    ("{1️⃣state.draft['my key']}", "'draft' is str and has no field 'my key'"),
    ("{topic}{1️⃣draft.a.b}", "'draft' is str and has no field 'a'"),
    ("{1️⃣draft[0]}", "'draft' is str and has no items, so no '[0]'"),
    ("{{ 1️⃣draft.title }}", "'draft' is str and has no field 'title'"),
  ])
  func `what is no object has no fields`(marked: String, message: String) {
    let source = MarkedSource(Self.text(marked))
    #expect(diagnostics(source.file) == [ExpectedDiagnostic(source["1️⃣"], "GR0541", message)])
  }

  @Test(arguments: [
    ("{topic.name}", "topic: dict"), ("{topic.name}", "topic: any"),
    ("{topic.name}", "topic: \"str | dict\""), ("{topic.name}", "topic: \"dict?\""),
    ("{{ draft.title() }}", "topic: str"),
  ])
  func `what may be an object may have fields`(text: String, state: String) {
    #expect(diagnostics(Self.text(text, state: state)) == [])
  }

  @Test(arguments: [
    "parse_json: true", "type: passthrough, output: {draft: {title: x}}", "type: step, value: 1",
  ])
  func `what a node writes that may be an object may have fields`(other: String) {
    let body = other.hasPrefix("type") ? other : "user: \"Write about {topic}.\", \(other)"
    let text = Self.text("{draft.title}").split(separator: "\n").map {
      $0.hasPrefix("  draft:") ? "  draft: {\(body)}" : String($0)
    }.joined(separator: "\n")
    #expect(diagnostics(text + "\n") == [])
  }

  @Test(arguments: [
    "{% macro bullet(text, mark='-') %}{{ mark }} {{ text }}{% endmacro %}{{ bullet(topic) }}{{ bullet(draft, mark='+') }}",
    "{% macro quoted() %}<{{ caller() }}>{% endmacro %}{% call quoted() %}{{ draft }}{% endcall %}",
  ])
  func `B31: a prompt with macros is free of mistakes`(text: String) {
    #expect(diagnostics(Self.text(text)) == [])
  }

  @Test func `with variables, a field is one of the variable`() {
    let found = diagnostics(Self.text("{draft.title}", node: "variables: {draft: {title: x}}"))
    #expect(found == [])
  }
}

import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import Testing

/// Whatever a template says, it ends, and neither the stack nor the memory runs out.
@Suite(.timeLimit(.minutes(10)))
struct JinjaLimitsTests {
  private static let deepMessage = "nested more than 600 levels deep: does a macro or include call itself?"

  @Test(arguments: [
    ("{{ range(1000000000)|list }}", "1000000000 items are more than the 100000 allowed"),
    (
      "{{ range(-9223372036854775807, 9223372036854775807)|length }}",
      "1000000000000000000 items are more than the 100000 allowed"
    ),
    ("{{ [1] * 1000000 }}", "1000000 items are more than the 100000 allowed"),
    ("{{ 'ab' * 9223372036854775807 }}", "the text is longer than 16777216 bytes"),
    ("{{ '%99999999s' % 'a' * 200 }}", "the text is longer than 16777216 bytes"),
    ("{{ 'a'|center(999999999) }}", "the text is longer than 16777216 bytes"),
    ("{{ ('a' * 10000)|replace('', 'b' * 10000) }}", "the text is longer than 16777216 bytes"),
    ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", Self.deepMessage),
    (
      "{% macro m() %}{% if true %}{% for i in [1] %}{{ [m()]|join|upper }}{% endfor %}{% endif %}{% endmacro %}{{ m() }}",
      Self.deepMessage
    ),
    ("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", Self.deepMessage),
    ("{% include 'self' %}", Self.deepMessage),
    (
      "{% macro a() %}{{ caller() }}{% endmacro %}{% macro b() %}{% call a() %}{{ b() }}{% endcall %}{% endmacro %}{{ b() }}",
      Self.deepMessage
    ),
    (
      "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
      "the template takes more than 2000000 steps"
    ),
    (
      "{% set ns = namespace(x='a') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
      "the text is longer than 16777216 bytes"
    ),
    (
      "{% set ns = namespace(x=[]) %}{% for i in range(1000) %}{% set ns.x = [ns.x] %}{% endfor %}",
      "nested more than 200 levels deep: does a macro or include call itself?"
    ),
    (
      "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
      "131072 items are more than the 100000 allowed"
    ),
    ("{% set ns = namespace() %}{% set ns.me = ns %}{{ ns }}", Self.deepMessage),
  ])
  func `templates without end are stopped`(template: String, message: String) throws {
    let error = try Jinja.error(MarkedSource(template), includes: ["self": "{% include 'self' %}"])
    #expect(error.message.text == message)
    #expect(error.notes.count <= 9)
  }

  @Test(arguments: [
    (
      String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000),
      "nested more than 100 levels deep"
    ),
    (String(repeating: "not ", count: 5000) + "1", "nested more than 100 levels deep"),
    (String(repeating: "-", count: 5000) + "1", "nested more than 100 levels deep"),
    (String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000), "nested more than 100 levels deep"),
    ("1" + String(repeating: " + 1", count: 5000), "nested more than 200 levels deep"),
    ("1" + String(repeating: "|abs", count: 5000), "nested more than 200 levels deep"),
    ("a" + String(repeating: ".b", count: 5000), "nested more than 200 levels deep"),
    ("1" + String(repeating: " if 1 else 1", count: 5000), "nested more than 100 levels deep"),
  ])
  func `expressions nest to a limit`(expression: String, message: String) {
    let found = Jinja.diagnostics(MarkedSource("{{ \(expression) }}"))
    #expect(found.map(\.message.text) == [message])
  }

  @Test func `blocks nest to a limit`() {
    let text = String(repeating: "{% if 1 %}", count: 5000) + String(repeating: "{% endif %}", count: 5000)
    #expect(Jinja.diagnostics(MarkedSource(text)).map(\.message.text) == ["nested more than 100 levels deep"])
  }

  @Test func `the deepest template that is allowed renders`() throws {
    let text =
      String(repeating: "{% if 1 %}", count: 99)
      + "{{ \(String(repeating: "(", count: 95))7\(String(repeating: ")", count: 95)) }}"
    #expect(try Jinja.render(text + String(repeating: "{% endif %}", count: 99)) == "7")
  }

  @Test func `long chains of alternatives and concatenations are flat`() throws {
    let branches = (1...3000).map { "{% elif n == \($0) %}\($0)" }.joined()
    #expect(try Jinja.render("{% if false %}\(branches){% endif %}", ["n": 3000]) == "3000")
    #expect(try Jinja.render("{{ 'a'\(String(repeating: " ~ 'a'", count: 3000)) }}").utf8.count == 3001)
  }

  @Test func `limits are the caller's`() throws {
    let source = MarkedSource("{% for i in range(10) %}{{ i }}{% endfor %}")
    #expect(
      try Jinja.error(source, limits: TemplateLimits(steps: 10)).message.text == "the template takes more than 10 steps"
    )
    #expect(try Jinja.error(source, limits: TemplateLimits(bytes: 5)).message.text == "the text is longer than 5 bytes")
    #expect(
      try Jinja.error(source, limits: TemplateLimits(items: 9)).message.text == "10 items are more than the 9 allowed")
    #expect(
      try Jinja.error(source, limits: TemplateLimits(depth: 1)).message.text
        == "nested more than 1 levels deep: does a macro or include call itself?")
  }

  @Test(arguments: [
    "{% if [0] in v %}{% endif %}", "{% if v == w %}{% endif %}", "{% set x = v|sort|length %}", "{% set x = v[1:] %}",
    "{% set x = v.index(19999) %}",
    "{% set x = t ~ t %}", "{% set x = t[-1] %}", "{% if t == u %}{% endif %}", "{% if 'zz' in t %}{% endif %}",
    "{% set x = t.upper() %}", "{% set x = t.find('zz') %}", "{% set x = t.split('q') %}",
    "{% if t is lower %}{% endif %}",
    "{% set x = d.items() %}", "{% set x = d|tojson %}", "{% set x = v|join %}", "{% set x = v|string %}",
    "{% set x = t|wordcount %}",
    "{% set x = [t]|tojson %}", "{% set x = [t]|join %}", "{% set x = ''.join([t]) %}",
    "{% set x %}{{ t }}{% endset %}",
    "{% set x %}{{ [t] }}{% endset %}", "{% set x = '%s' % t %}", "{% set x = '%99999d' % 1 %}",
    "{% set x = '{}'.format(t) %}",
    "{% set x = t|replace('b', '') %}", "{% set x = t|indent %}",
  ])
  func `work on large values counts as many steps`(work: String) throws {
    let large: Value = [
      "v": .list((0..<20_000).map { .int($0) }), "w": .list((0..<20_000).map { .double(Double($0)) }),
      "t": .string(String(repeating: "a", count: 200_000)), "u": .string(String(repeating: "a", count: 200_000)),
      "d": .object(ValueObject((0..<5000).map { ("k\($0)", 1) })),
    ]
    let template = "{% for i in range(5000) %}\(work){% endfor %}"
    let error = try Jinja.error(MarkedSource(template), large, limits: TemplateLimits(steps: 20_000))
    #expect(error.message.text == "the template takes more than 20000 steps")
  }

  @Test func `a deeply nested value prints or is refused`() throws {
    var value: Value = 1
    for _ in 0..<500 { value = [value] }
    #expect(try Jinja.render("{{ v|string|length }}", ["v": value]) == "1001")
    for _ in 0..<500 { value = [value] }
    #expect(try Jinja.error(MarkedSource("{{ v }}"), ["v": value]).message.code.id == "GR0654")
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `no garbage crashes the parser or the renderer`(seed: UInt64) {
    var random = seed &* 0x9E37_79B9_7F4A_7C15
    func below(_ count: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((random >> 33) % UInt64(count))
    }
    let pieces = [
      "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "if", "for", "in", "else", "endif", "endfor", "set", "macro",
      "endmacro", "call", "raw", "endraw", " ", "\n", "x", "loop", "(", ")", "[", "]", "{", "}", "'", "\"", "\\", "|",
      "upper", "is", "defined", ".", ",", ":", "=", "==", "~", "1", "0x", "1e", "é", "\u{85}", "%", "include",
      "namespace", "_", "not",
    ]
    for _ in 0..<400 {
      var text = ""
      for _ in 0..<below(40) { text += pieces[below(pieces.count)] + (below(3) == 0 ? " " : "") }
      _ = JinjaDifferentialTests.render(text, ["x": 1])
    }
  }
}

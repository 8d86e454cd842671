import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import Testing

/// What is thrown when a template cannot be rendered.
struct JinjaRenderingErrorTests {
  private static let context: Value = [
    "topic": "a secret", "n": 7, "d": ["title": "hidden", "count": 1], "list": [1, 2], "s": "text",
  ]

  @Test(arguments: [
    ("Hi {{ 1️⃣topik }}", "topik", "'topik' is undefined; did you mean 'topic'?"),
    ("{{ n + 1️⃣zzzzzz }}", "zzzzzz", "'zzzzzz' is undefined"),
    ("{{ 1️⃣zzzzzz|upper }}", "zzzzzz", "'zzzzzz' is undefined"),
    ("{{ 1️⃣zzzzzz.x }}", "zzzzzz", "'zzzzzz' is undefined"),
    ("{% for x in 1️⃣zzzzzz %}{% endfor %}", "zzzzzz", "'zzzzzz' is undefined"),
    ("{% if 1️⃣zzzzzz %}{% endif %}", "zzzzzz", "'zzzzzz' is undefined"),
    ("{% set y = 1️⃣zzzzzz %}{{ y }}", "zzzzzz", "'zzzzzz' is undefined"),
    ("{{ s ~ 1️⃣zzzzzz }}", "zzzzzz", "'zzzzzz' is undefined"),
    ("{{ [1️⃣zzzzzz] }}", "zzzzzz", "'zzzzzz' is undefined"),
    ("{{ 1️⃣zzzzzz is none }}", "zzzzzz", "'zzzzzz' is undefined"),
    ("{{ 1️⃣d.titel }}", "d.titel", "the dict has no 'titel'; did you mean 'title'?"),
    ("{{ 1️⃣d['titel'] }}", "d['titel']", "the dict has no 'titel'; did you mean 'title'?"),
    ("{{ 1️⃣list[5] }}", "list[5]", "there is no item 5 in 2 items"),
    ("{{ 1️⃣s.upper }}", "s.upper", "'upper' is a method: write 'upper()'"),
    ("{{ 1️⃣[]|first }}", "[]|first", "there is no value here: the list is empty"),
    ("{% for x in list %}{{ 1️⃣loop.previtem }}{% endfor %}", "loop.previtem", "the loop has no 'previtem'"),
    ("{% macro m(a) %}{{ 1️⃣a }}{% endmacro %}{{ m() }}", "a", "there is no value here: the argument 'a' was not given"),
  ])
  func `undefined names point at the name`(marked: String, text: String, message: String) throws {
    let source = MarkedSource(marked)
    let error = try Jinja.error(source, Self.context)
    #expect(error.message.text == message)
    #expect(error.span.start == source["1️⃣"])
    #expect(error.span.text == text)
  }

  @Test(arguments: [
    ("{{ 1️⃣n + s }}", "'+' does not work between int and str"),
    ("{{ 1️⃣s < n }}", "'<' does not work between str and int"),
    ("{{ 1️⃣n in n }}", "int has no items to go through"),
    ("{{ 1️⃣-s }}", "expected a number, found str"),
    ("{{ 1️⃣n / 0 }}", "division by zero"),
    ("{{ 1️⃣9223372036854775807 + 1 }}", "the result does not fit in a 64-bit integer"),
    ("{{ 1️⃣2 ** 64 }}", "the result does not fit in a 64-bit integer"),
    ("{% for x in 1️⃣n %}{% endfor %}", "int has no items to go through"),
    ("{% for 1️⃣a, b in [[1]] %}{% endfor %}", "cannot unpack 1 item into 2 names"),
    ("{{ 1️⃣s() }}", "str cannot be called"),
    ("{{ 1️⃣s.uper() }}", "the str has no method 'uper'; did you mean 'upper'?"),
    ("{{ 1️⃣list.append(3) }}", "'append' would change a value of the graph: build a new one and 'set' it"),
    ("{{ 1️⃣s.split(1, 2, 3) }}", "'split' takes at most 2 arguments"),
    ("{{ 1️⃣list|map('upper') }}", "the result of the filter has no text of its own: add '|list' or '|join'"),
    ("{{ 1️⃣n|join }}", "int has no items to go through"),
    ("{{ 1️⃣[1, 'a']|sort }}", "'<' does not work between str and int"),
    ("{{ 1️⃣'%d'|format('x') }}", "expected a number for '%d', found str"),
    ("{{ 1️⃣'%s %s' % 'a' }}", "the format needs more values than it was given"),
    ("{{ 1️⃣{[1]: 2} }}", "list cannot be a key or be compared for uniqueness"),
    ("{% macro m(a) %}{% endmacro %}{{ 1️⃣m(1, 2) }}", "the macro 'm' takes only 'a'"),
    ("{% macro m(abc) %}{% endmacro %}{{ 1️⃣m(abd=2) }}", "the macro 'm' has no argument 'abd'; did you mean 'abc'?"),
    ("{% include 1️⃣'gone' %}", "there is no prompt 'gone'"),
    ("{% set 1️⃣n.x = 1 %}", "expected a namespace, found int"),
    ("{% for x in list %}{{ 1️⃣loop(list) }}{% endfor %}", "the loop must be 'recursive' to be called"),
  ])
  func `operations that do not fit point at the expression`(marked: String, message: String) throws {
    let source = MarkedSource(marked)
    let error = try Jinja.error(source, Self.context)
    #expect(error.message.text == message)
    #expect(error.span.start == source["1️⃣"])
  }

  @Test func `an undefined variable lists the names that exist`() throws {
    let source = MarkedSource("{% set mine = 1 %}\n{{ topik }}")
    let error = try Jinja.error(source, Self.context)
    #expect(error.availableNames == ["mine", "topic", "n", "d", "list", "s"])
    #expect(error.suggestion == "topic")
    #expect(error.description == "test.yaml:2:4: 'topik' is undefined; did you mean 'topic'? [GR0645]")
    #expect(error.diagnostic.fixIts.map(\.replacement) == ["topic"])
    #expect(error.notes.map(\.text) == ["these exist: 'mine', 'topic', 'n', 'd', 'list', 's'"])
  }

  @Test func `a misspelled attribute is mended where it stands`() throws {
    let error = try Jinja.error(MarkedSource("{{ d.titel }}"), Self.context)
    let fixIt = try #require(error.diagnostic.fixIts.first)
    #expect(fixIt.span.text == "titel" && fixIt.replacement == "title")
  }

  @Test func `errors never show values`() throws {
    let templates = [
      "{{ topic + 1 }}", "{{ topic.nope }}", "{{ d.nope }}", "{{ topic|int + topic }}", "{{ d|join(1)|dictsort }}",
      "{{ topic % 5 }}", "{{ topic|map('upper') }}", "{{ {'x': topic}[topic] }}", "{{ [d]|map(attribute=topic)|join }}",
      "{% include topic %}",
      "{{ (topic ~ '{hidden}').format() }}", "{{ list[n] }}", "{{ topic|wordwrap(0) }}",
    ]
    for template in templates {
      let error = try Jinja.error(MarkedSource(template), Self.context)
      #expect(!error.message.text.contains("7"))
      let shown = error.message.text + error.notes.map(\.text).joined()
      #expect(!shown.contains("secret") && !shown.contains("hidden"), "\(template)")
    }
  }

  @Test func `keys that are data are not offered as names`() throws {
    let context: Value = ["d": ["sk-secret key": 1, "plain": 2]]
    let error = try Jinja.error(MarkedSource("{{ d.zzz }}"), context)
    #expect(error.availableNames == ["plain"])
  }

  @Test func `an error in an include points into it and says where it was included`() throws {
    let source = MarkedSource("a\n{% include 1️⃣'b' %}")
    let error = try Jinja.error(source, Self.context, includes: ["b": "\n {{ zzzzzz }}"])
    #expect(error.description == "b:2:5: 'zzzzzz' is undefined [GR0645]")
    #expect(error.notes.first?.text == "in 'b', included here")
    #expect(error.notes.first?.span?.start == source["1️⃣"])
  }

  @Test func `an error in a macro says where it was called`() throws {
    let source = MarkedSource("{% macro m() %}{{ 1️⃣zzzzzz }}{% endmacro %}{{ 2️⃣m() }}")
    let error = try Jinja.error(source, Self.context)
    #expect(error.span.start == source["1️⃣"])
    #expect(error.notes.first?.text == "in macro 'm', called here")
    #expect(error.notes.first?.span?.start == source["2️⃣"])
  }
}

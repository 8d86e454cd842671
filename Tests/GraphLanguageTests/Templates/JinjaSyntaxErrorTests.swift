import GraphDiagnostics
import GraphLanguage
import GraphTestSupport
import Testing

/// What is reported for templates that cannot be parsed.
struct JinjaSyntaxErrorTests {
  private func check(
    _ marked: String, _ expected: (MarkedSource) -> [ExpectedDiagnostic],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    let source = MarkedSource(marked)
    let found = Jinja.diagnostics(source).map { ExpectedDiagnostic($0) }
    #expect(found == expected(source), sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    ("a 1️⃣{{ name", "GR0621", "'{{' is never closed with '}}'"),
    ("1️⃣{{ name\n{{ other }}", "GR0621", "'{{' is never closed with '}}'"),
    ("1️⃣{% if x\n{{ other }}{% endif %}", "GR0621", "'{%' is never closed with '%}'"),
    ("1️⃣{# note", "GR0621", "'{#' is never closed with '#}'"),
    ("{{ 1️⃣'abc }}", "GR0630", "the string is never closed"),
    ("{{ 1️⃣(1 + 2 }}", "GR0634", "'(' is never closed"),
    ("{{ (1 + 21️⃣] }}", "GR0634", "expected ')', found ']'"),
    ("{{ 11️⃣) }}", "GR0634", "')' closes nothing"),
    ("{{ 1️⃣? }}", "GR0633", "'?' has no meaning in a template"),
    ("{{ 1️⃣12abc }}", "GR0632", "this is not a number"),
    ("{{ 1️⃣99999999999999999999 }}", "GR0632", "the integer does not fit in 64 bits"),
    ("{{ 'a1️⃣\\xzz' }}", "GR0631", "the escape does not name a character"),
  ])
  func `mistakes in characters`(marked: String, code: String, message: String) {
    check(marked) { [ExpectedDiagnostic($0["1️⃣"], code, message)] }
  }

  @Test(arguments: [
    ("{{ a 1️⃣&& b }}", "GR0633", "'&&' is written 'and' in a template", "and"),
    ("{% if 1️⃣{{ x }} %}{% endif %}", "GR0635", "names inside '{% %}' are written without '{{ }}'", "x"),
    ("{{ a 1️⃣|| b }}", "GR0633", "'||' is written 'or' in a template", "or"),
    ("{{ 1️⃣!a }}", "GR0633", "'!' is written 'not' in a template", "not "),
    ("{{ a 1️⃣} b", "GR0620", "expected '}}', found '}'", "}}"),
  ])
  func `mistakes of other languages are mended`(marked: String, code: String, message: String, fixIt: String) {
    check(marked) { [ExpectedDiagnostic($0["1️⃣"], code, message, fixIt: fixIt)] }
  }

  @Test(arguments: [
    ("{{ 1️⃣}}", "GR0620", "expected an expression, found '}}'"),
    ("{{ a 1️⃣b }}", "GR0620", "expected '}}', found 'b'"),
    ("{{ a + 1️⃣}}", "GR0620", "expected an expression, found '}}'"),
    ("{% if 1️⃣%}x{% endif %}", "GR0620", "expected an expression, found '%}'"),
    ("{% for x 1️⃣of y %}{% endfor %}", "GR0620", "expected 'in', found 'of'"),
    ("{% for 1️⃣1 in y %}{% endfor %}", "GR0620", "expected a name to assign to, found a number"),
    ("{% set 1️⃣true = 1 %}", "GR0637", "'true' cannot be assigned to"),
    ("{% for 1️⃣loop in y %}{% endfor %}", "GR0637", "'loop' cannot be the variable of a loop, which sets it itself"),
    ("{% macro m(a, 1️⃣a) %}{% endmacro %}", "GR0637", "the macro has two parameters named 'a'"),
    ("{% macro m(a=1, 1️⃣b) %}{% endmacro %}", "GR0637", "'b' needs a default because a parameter before it has one"),
    ("{% call 1️⃣m %}{% endcall %}", "GR0638", "'call' needs the call of a macro"),
    ("{{ 1️⃣in }}", "GR0620", "expected an expression, found 'in'"),
    ("{{ a.1️⃣+ }}", "GR0620", "expected the name of an attribute, found '+'"),
    ("{{ a|first1️⃣.name }}", "GR0640", "a filter has no attributes: put parentheses around all up to 'first'"),
    ("{{ a is odd 1️⃣is even }}", "GR0640", "tests cannot be chained with 'is'"),
    ("{{ a[11️⃣, 2] }}", "GR0640", "one index only can stand between brackets"),
    ("{{ f(1️⃣*a) }}", "GR0639", "arguments cannot be spread with '*' in a template"),
    ("{{ f(a=1, 1️⃣2) }}", "GR0639", "arguments without a name come before those with one"),
  ])
  func `mistakes in expressions and tags`(marked: String, code: String, message: String) {
    check(marked) { [ExpectedDiagnostic($0["1️⃣"], code, message)] }
  }

  @Test(arguments: [
    ("{{ a|1️⃣uper }}", "GR0627", "there is no filter 'uper'; did you mean 'upper'?", "upper"),
    ("{{ a|1️⃣nonsense }}", "GR0627", "there is no filter 'nonsense'", nil),
    ("{{ a|map('1️⃣uper') }}", "GR0627", "there is no filter 'uper'; did you mean 'upper'?", "upper"),
    ("{{ a|1️⃣pprint }}", "GR0628", "the filter 'pprint' is not part of prompt templates: use 'tojson(indent=2)'", nil),
    ("{{ a is 1️⃣defind }}", "GR0629", "there is no test 'defind'; did you mean 'defined'?", "defined"),
    ("{{ a|select('1️⃣od')|list }}", "GR0629", "there is no test 'od'; did you mean 'odd'?", "odd"),
    ("{% 1️⃣fro x in y %}{% endfor %}", "GR0625", "there is no tag 'fro'; did you mean 'for'?", "for"),
    (
      "{% 1️⃣extends 'a' %}", "GR0626", "the tag 'extends' is not part of prompt templates: use 'include' or 'macro'", nil
    ),
    ("{% 1️⃣do x %}", "GR0626", "the tag 'do' is not part of prompt templates: use 'set'", nil),
    (
      "{{ a|join(1️⃣atribute='x') }}", "GR0639",
      "the filter 'join' has no argument 'atribute'; did you mean 'attribute'?", "attribute"
    ),
    (
      "{{ a|join(1️⃣sep='x') }}", "GR0639", "the filter 'join' has no argument 'sep': it takes only 'd', 'attribute'", nil
    ),
    ("{{ a|upper(1️⃣1) }}", "GR0639", "the filter 'upper' takes no arguments", nil),
    ("{{ a|1️⃣replace }}", "GR0639", "the filter 'replace' needs the argument 'old'", nil),
    ("{{ a|join(',', 1️⃣d='x') }}", "GR0639", "the argument 'd' is given twice", nil),
    ("{{ a|map(1️⃣b)|list }}", "GR0639", "what 'map' applies must be written as a string", nil),
    ("{{ a is 1️⃣divisibleby }}", "GR0639", "the test 'divisibleby' needs the argument 'num'", nil),
  ])
  func `unknown names and arguments`(marked: String, code: String, message: String, fixIt: String?) {
    check(marked) { [ExpectedDiagnostic($0["1️⃣"], code, message, fixIt: fixIt)] }
  }

  @Test func `an unclosed block points at its opening and says where it should end`() throws {
    let source = MarkedSource("x 1️⃣{% for a in b %}\n  {{ a }}2️⃣")
    let found = try #require(Jinja.diagnostics(source).first)
    #expect(
      ExpectedDiagnostic(found) == ExpectedDiagnostic(source["1️⃣"], "GR0622", "'for' is never closed with 'endfor'"))
    #expect(found.span?.text == "{% for")
    #expect(found.notes.map(\.text) == ["'{% endfor %}' is expected before here"])
    #expect(found.notes.first?.span?.start == source["2️⃣"])
  }

  @Test func `of several unclosed blocks the innermost is reported`() {
    check("{% if a %}{% if b %}1️⃣{% for x in y %}") {
      [ExpectedDiagnostic($0["1️⃣"], "GR0622", "'for' is never closed with 'endfor'")]
    }
  }

  @Test func `a wrong end tag is replaced by the one that is expected`() throws {
    let source = MarkedSource("2️⃣{% if a %}x{% 1️⃣endfor %}")
    let found = try #require(Jinja.diagnostics(source).first)
    #expect(
      ExpectedDiagnostic(found)
        == ExpectedDiagnostic(source["1️⃣"], "GR0623", "expected 'endif', found 'endfor'", fixIt: "endif"))
    #expect(found.notes.map(\.text) == ["'if' is opened here"])
    #expect(found.notes.first?.span?.start == source["2️⃣"])
  }

  @Test func `an end tag of an outer block tells which inner one is open`() throws {
    let source = MarkedSource("{% if a %}1️⃣{% for x in y %}{{ x }}{% 2️⃣endif %}")
    let found = Jinja.diagnostics(source)
    #expect(
      found.map { ExpectedDiagnostic($0) } == [
        ExpectedDiagnostic(source["1️⃣"], "GR0622", "'for' is never closed with 'endfor'")
      ])
    #expect(found.first?.notes.first?.span?.start == source["2️⃣"])
  }

  @Test(arguments: ["endif", "endfor", "else", "elif x"])
  func `an end tag without a block`(tag: String) {
    let name = String(tag.prefix { $0 != " " })
    check("a {% 1️⃣\(tag) %} b") { [ExpectedDiagnostic($0["1️⃣"], "GR0624", "'\(name)' belongs to no open block")] }
  }

  @Test func `an unclosed raw block`() {
    check("1️⃣{% raw %} {{ x }}") { [ExpectedDiagnostic($0["1️⃣"], "GR0622", "'raw' is never closed with 'endraw'")] }
  }

  @Test func `independent mistakes are all found`() {
    check("{{ 1️⃣}}{% if 2️⃣%}{{ a|3️⃣uper }}{% endif %}{{ 4️⃣? }} {{ fine }}") { source in
      [
        ExpectedDiagnostic(source["1️⃣"], "GR0620", "expected an expression, found '}}'"),
        ExpectedDiagnostic(source["2️⃣"], "GR0620", "expected an expression, found '%}'"),
        ExpectedDiagnostic(source["3️⃣"], "GR0627", "there is no filter 'uper'; did you mean 'upper'?", fixIt: "upper"),
        ExpectedDiagnostic(source["4️⃣"], "GR0633", "'?' has no meaning in a template"),
      ]
    }
  }

  @Test func `the end of an unknown block is no second mistake`() {
    check("{% 1️⃣block a %}{{ x }}{% endblock %}{% 2️⃣fro x in y %}{{ x }}{% endfor %}{% 3️⃣foobar %}{% endfoobar %}") {
      source in
      [
        ExpectedDiagnostic(
          source["1️⃣"], "GR0626", "the tag 'block' is not part of prompt templates: use 'include' or 'macro'"),
        ExpectedDiagnostic(source["2️⃣"], "GR0625", "there is no tag 'fro'; did you mean 'for'?", fixIt: "for"),
        ExpectedDiagnostic(source["3️⃣"], "GR0625", "there is no tag 'foobar'"),
      ]
    }
  }

  @Test func `a lazy filter as a condition is warned about`() {
    check("{% if 1️⃣xs|select('odd') %}{% endif %}") { source in
      [
        ExpectedDiagnostic(
          source["1️⃣"], "GR0641", "the result of 'select' is always true, even when it is empty: add '|list'",
          fixIt: "|list")
      ]
    }
  }

  @Test func `places are mapped by the owner of the file`() throws {
    let file = SourceFile(path: "p.yaml", text: "template: |\n  Hi {{ }}\n")
    let diagnostics = DiagnosticEngine()
    let source = TemplateSource("Hi {{ }}\n") { SourceSpan(file, ByteRange(14 + $0.lowerBound, 14 + $0.upperBound)) }
    #expect(JinjaTemplate.parse(source, diagnostics: diagnostics) == nil)
    let span = try #require(diagnostics.diagnostics.first?.span)
    #expect(span.text == "}}" && span.start.line == 2 && span.start.column == 9)
  }
}

import GraphDiagnostics
import GraphLanguage
import Testing

/// Which names a template reads from outside.
struct JinjaVariablesTests {
  @Test(arguments: [
    ("{{ a }}{{ b.c }}{{ a }}", ["a", "b"]), ("{% set x = y %}{{ x }}", ["y"]),
    ("{% for i in items %}{{ i }}{{ loop.index }}{% endfor %}", ["items"]),
    ("{% for i in items %}{% endfor %}{{ i }}", ["items", "i"]),
    ("{% macro m(p, q=r) %}{{ p }}{{ q }}{{ s }}{{ caller() }}{% endmacro %}{{ m(1) }}", ["r", "s"]),
    ("{{ range(3)|list }}{{ namespace() }}", []), ("{% with a = b %}{{ a }}{% endwith %}{{ a }}", ["b", "a"]),
    ("{{ x if y else z }}", ["x", "y", "z"].sorted()),
    ("{% include name %}", ["name"]), ("{{ d[k] }}{{ l[a:b] }}", ["d", "k", "l", "a", "b"]),
    ("{{ x|join(sep) }}{{ y is eq other }}", ["x", "sep", "y", "other"]),
    ("{% raw %}{{ a }}{% endraw %}{# {{ b }} #}", []),
    ("{% set x %}{{ y }}{% endset %}{{ x }}", ["y"]), ("{{ x }}{% set x = 1 %}", ["x"]),
    ("{% call(v) m(w) %}{{ v }}{{ u }}{% endcall %}", ["m", "w", "u"]),
  ])
  func `free variables in the order of their first use`(template: String, expected: [String]) throws {
    #expect(try Jinja.parse(template).freeVariables.map(\.value) == expected)
  }

  @Test(arguments: [
    ("{{ a|default('x') }}", ["a"]), ("{{ a is defined }}", ["a"]), ("{% if a is defined %}{{ a }}{% endif %}", ["a"]),
    ("{% if a is defined %}{% else %}{{ a }}{% endif %}", []),
    ("{% if a is not defined %}x{% else %}{{ a }}{% endif %}", ["a"]),
    ("{% if a is undefined %}{% set a = 1 %}{% endif %}{{ a }}", ["a"]), ("{{ a if a is defined else 1 }}", ["a"]),
    ("{% if a is defined and a.b %}{% endif %}", ["a"]), ("{% if a is not defined or a.b %}{% endif %}", ["a"]),
    ("{{ a|default(1) }}{{ a }}", []),
    ("{% if c %}{% set a = 1 %}{% endif %}{{ a }}", ["a"]), ("{{ a.b|default(1) }}", []),
    ("{% for i in xs if i is defined and a is defined %}{{ a }}{% endfor %}", ["a"]), ("{{ b }}{{ b is defined }}", []),
  ])
  func `optional variables are only read where they are known to exist`(template: String, expected: [String]) throws {
    #expect(try Jinja.parse(template).optionalVariables.sorted() == expected)
  }

  @Test func `a free variable is placed at its first use`() throws {
    let variable = try #require(try Jinja.parse("Hi\n  {{ 1 + who }}{{ who }}").freeVariables.first)
    #expect(variable.span.text == "who")
    #expect(variable.span.start.line == 2 && variable.span.start.column == 10)
  }

  @Test func `includes with a written name are listed`() throws {
    let template = try Jinja.parse(
      "{% include 'a' %}{% include ['b', 'c'] %}{% include 'd' if x else 'e' %}{% include f %}")
    #expect(template.includes.map(\.value) == ["a", "b", "c", "d", "e"])
    #expect(template.includes.first?.span.text == "'a'")
  }
}

import GraphRuntime
import Testing

/// What each filter gives.
struct JinjaFilterTests {
  private static let context: Value = [
    "words": ["pear", "Apple", "fig"], "nums": [3, 1, 2, 3], "text": "one\ntwo\n\nthree",
    "long": "the quick brown fox jumps",
    "users": [
      ["name": "Zoe", "age": 31, "ok": true], ["name": "adam", "age": 25, "ok": false],
      ["name": "Bob", "age": 31, "ok": true],
    ],
    "d": ["b": 2, "A": 1], "nothing": nil, "html": "<b>Tom</b> &amp; <!-- x --> Jerry",
  ]

  @Test(arguments: [
    ("'aBC'|capitalize", "Abc"), ("'hello wORLD-x (y)'|title", "Hello World-X (Y)"), ("'a'|upper", "A"),
    ("'A'|lower", "a"), ("' a '|trim", "a"), ("'xax'|trim('x')", "a"), ("'a-b-c'|replace('-', '+', 1)", "a+b-c"),
    ("5|string + 'x'", "5x"), ("'a'|center(5)", "  a  "), ("long|truncate(12)", "the..."),
    ("long|truncate(12, true)", "the quick..."), ("long|truncate(10, false, '…', 0)", "the…"),
    ("'short'|truncate", "short"),
    ("text|indent(2)", "one\n  two\n\n  three"), ("text|indent('> ', true, true)", "> one\n> two\n> \n> three"),
    ("'a b, c_d'|wordcount", "3"), ("long|wordwrap(10)", "the quick\nbrown fox\njumps"),
    ("'abcdefgh'|wordwrap(3)", "abc\ndef\ngh"), ("'abcdefgh'|wordwrap(3, false)", "abcdefgh"),
    ("'<a href=\"x\">'|escape", "&lt;a href=&#34;x&#34;&gt;"), ("'<'|e|e", "&lt;"), ("'<'|e|forceescape", "&amp;lt;"),
    ("html|striptags", "Tom & Jerry"), ("'abc'|length", "3"), ("'é日'|count", "2"),
    ("'%s %d'|format('a', 5)", "a 5"), ("'%(x)s'|format(x=1)", "1"), ("'a b/c?é'|urlencode", "a%20b/c%3F%C3%A9"),
    ("{'a b': 'c&d'}|urlencode", "a+b=c%26d"),
  ])
  func `filters of text`(expression: String, expected: String) throws {
    #expect(try Jinja.render("{{ \(expression) }}", Self.context) == expected)
  }

  @Test(arguments: [
    ("-3.5|abs", "3.5"), ("'12'|int", "12"), ("'3.9'|int", "3"), ("'x'|int(9)", "9"), ("'ff'|int(base=16)", "255"),
    ("3.9|int", "3"), ("'2.5'|float", "2.5"), ("'x'|float(1.5)", "1.5"), ("2.567|round(2)", "2.57"),
    ("2.5|round", "2.0"), ("2.1|round(0, 'ceil')", "3.0"), ("2.19|round(1, 'floor')", "2.1"), ("25|round(-1)", "20"),
    ("2.675|round(2)", "2.67"),
    ("nums|sum", "9"), ("users|sum(attribute='age')", "87"), ("nums|sum(start=0.5)", "9.5"), ("nums|min", "1"),
    ("nums|max", "3"), ("words|min", "Apple"), ("words|max(case_sensitive=true)", "pear"),
    ("(users|max(attribute='name')).name", "Zoe"), ("1500|filesizeformat", "1.5 kB"),
    ("2048|filesizeformat(true)", "2.0 KiB"),
  ])
  func `filters of numbers`(expression: String, expected: String) throws {
    #expect(try Jinja.render("{{ \(expression) }}", Self.context) == expected)
  }

  @Test(arguments: [
    ("words|first", "pear"), ("words|last", "fig"), ("words|join(', ')", "pear, Apple, fig"),
    ("users|join('/', attribute='name')", "Zoe/adam/Bob"), ("'abc'|list", "['a', 'b', 'c']"), ("d|list", "['b', 'A']"),
    ("'abc'|reverse", "cba"), ("nums|reverse|list", "[3, 2, 1, 3]"), ("nums|sort", "[1, 2, 3, 3]"),
    ("words|sort", "['Apple', 'fig', 'pear']"),
    ("words|sort(case_sensitive=true, reverse=true)", "['pear', 'fig', 'Apple']"),
    ("users|sort(attribute='age,name')|map(attribute='name')|join(' ')", "adam Bob Zoe"),
    ("nums|unique|list", "[3, 1, 2]"), ("['a', 'A']|unique|list", "['a']"),
    ("nums|batch(3, 0)|list", "[[3, 1, 2], [3, 0, 0]]"), ("nums|slice(3)|list", "[[3, 1], [2], [3]]"),
    ("words|map('upper')|list", "['PEAR', 'APPLE', 'FIG']"), ("users|map(attribute='zz', default='-')|join", "---"),
    ("words|map('replace', 'p', 'b')|join(' ')", "bear Abble fig"),
    ("users|selectattr('ok')|map(attribute='name')|list", "['Zoe', 'Bob']"),
    ("users|rejectattr('age', 'gt', 30)|map(attribute='name')|list", "['adam']"),
    ("nums|select('odd')|list", "[3, 1, 3]"), ("nums|reject('odd')|list", "[2]"), ("[0, 1, '']|select|list", "[1]"),
    ("d|dictsort", "[('A', 1), ('b', 2)]"), ("d|dictsort(by='value', reverse=true)", "[('b', 2), ('A', 1)]"),
    ("d|items|list", "[('b', 2), ('A', 1)]"),
    ("(users|groupby('age'))[1].list|map(attribute='name')|join", "ZoeBob"),
    ("(users|groupby('age'))[0].grouper", "25"), ("nothing|default('x')", "None"), ("nothing|default('x', true)", "x"),
    ("zz|default('x')", "x"), ("zz|d", ""), ("d.zz|default(5)", "5"), ("words|length", "3"),
    ("d|attr('b') is defined", "False"),
  ])
  func `filters of lists and dicts`(expression: String, expected: String) throws {
    #expect(try Jinja.render("{{ \(expression) }}", Self.context) == expected)
  }

  @Test(arguments: [
    ("d|tojson", #"{"A": 1, "b": 2}"#),
    ("[1.0, none, true, 'é<>&\\'😀']|tojson", #"[1.0, null, true, "\u00e9\u003c\u003e\u0026\u0027\ud83d\ude00"]"#),
    ("{'a': [1, {}], 'b': []}|tojson(indent=2)", "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}"),
    ("(1, 2)|tojson", "[1, 2]"), ("{1: 2}|tojson", #"{"1": 2}"#),
  ])
  func `tojson writes what json.dumps writes`(expression: String, expected: String) throws {
    #expect(try Jinja.render("{{ \(expression) }}", Self.context) == expected)
  }

  @Test(arguments: [
    ("['<'|e]", "[Markup('&lt;')]"), ("('<'|e) + '<'", "&lt;&lt;"), ("('<'|e) ~ '<'", "&lt;<"),
    ("('%s'|e) % '<'", "&lt;"), ("[('<a>'|e)|upper]", "[Markup('&LT;A&GT;')]"),
  ])
  func `escaped text stays escaped`(expression: String, expected: String) throws {
    #expect(try Jinja.render("{{ \(expression) }}", Self.context) == expected)
  }
}

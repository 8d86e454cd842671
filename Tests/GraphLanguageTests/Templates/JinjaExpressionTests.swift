import GraphRuntime
import Testing

/// What expressions give, printed as Python prints.
struct JinjaExpressionTests {
  private static let context: Value = [
    "name": "Ada", "n": 7, "f": 2.5, "t": true, "nothing": nil, "list": [1, "a", 2.0, nil, true],
    "d": ["a": 1, "items": "kept"],
    "nums": [3, 1, 2], "quote": "it's", "both": "it's \"so\"",
  ]

  @Test(arguments: [
    ("none", "None"), ("true", "True"), ("1.0", "1.0"), ("1e16", "1e+16"), ("1e15", "1000000000000000.0"),
    ("0.00001", "1e-05"), ("0.0001", "0.0001"),
    ("12345678901234567.0", "1.2345678901234568e+16"), ("-0.0", "-0.0"), ("1e400", "inf"), ("0x1F", "31"),
    ("0b11", "3"), ("0o17", "15"), ("1_000", "1000"), ("list", "[1, 'a', 2.0, None, True]"),
    ("[quote, both]", #"["it's", 'it\'s "so"']"#),
    ("['\\n\\\\\\x00é\\u200b']", #"['\n\\\x00é\u200b']"#), ("(1,)", "(1,)"), ("()", "()"),
    ("{'a': 1, 2: [none]}", "{'a': 1, 2: [None]}"), ("'a' 'b'", "ab"), ("range(3)", "range(0, 3)"),
    ("range(1, 9, 3)|list", "[1, 4, 7]"),
    ("dict(a=1)", "{'a': 1}"), ("'\\u00e9\\q\\101'", "é\\qA"),
  ])
  func `values print as in Python`(expression: String, expected: String) throws {
    #expect(try Jinja.render("{{ \(expression) }}", Self.context) == expected)
  }

  @Test(arguments: [
    ("1 + 2 * 3", "7"), ("7 / 2", "3.5"), ("7 // 2", "3"), ("-7 // 2", "-4"), ("-7 % 3", "2"), ("7 % -3", "-2"),
    ("7.5 // 2", "3.0"), ("2 ** 3 ** 2", "64"), ("-2 ** 2", "4"), ("2 ** -1", "0.5"),
    ("true + 1", "2"), ("'a' * 3", "aaa"), ("[1] * 2 + [2]", "[1, 1, 2]"), ("10 - 2 - 3", "5"), ("-3|abs", "3"),
    ("'%s-%03d' % ('a', 5)", "a-005"), ("'x' % [1]", "x"), ("'%s' % [1, 2]", "[1, 2]"),
    ("('a' if false)|truncate(1, leeway=0, end='')", ""), ("+n", "7"), ("0.1 + 0.2", "0.30000000000000004"),
    ("1 ~ 2 * 3", "16"), ("(1 ~ 2) + '3'", "123"),
  ])
  func `arithmetic`(expression: String, expected: String) throws {
    #expect(try Jinja.render("{{ \(expression) }}", Self.context) == expected)
  }

  @Test(arguments: [
    ("1 < 2 < 3", "True"), ("1 < 3 < 2", "False"), ("1 == 1.0 == true", "True"), ("'a' < 'b'", "True"),
    ("[1, 2] < [1, 3]", "True"), ("'ell' in 'hello'", "True"), ("1 not in nums", "False"),
    ("'a' in d", "True"), ("not n", "False"), ("n and name", "Ada"), ("'' or 'x'", "x"), ("0 and missing", "0"),
    ("n or missing", "7"), ("'y' if n else 'z'", "y"), ("'y' if nothing", ""), ("('y' if nothing)|default('q')", "q"),
    ("nothing == none", "True"),
    ("'\\u00e9' == 'e\\u0301'", "False"), ("{'a': 1} == {'a': 1.0}", "True"), ("(1, 2) == [1, 2]", "False"),
  ])
  func `comparisons and logic`(expression: String, expected: String) throws {
    #expect(try Jinja.render("{{ \(expression) }}", Self.context) == expected)
  }

  @Test(arguments: [
    ("d.a", "1"), ("d['a']", "1"), ("nums[0]", "3"), ("nums[-1]", "2"), ("nums.1", "1"), ("nums[1:]", "[1, 2]"),
    ("nums[::-1]", "[2, 1, 3]"), ("name[1:]", "da"), ("name[-1]", "a"), ("(1, 2, 3)[:2]", "(1, 2)"),
    ("range(9)[2:8:3]", "range(2, 8, 3)"), ("nums[9:]", "[]"),
    ("d.items", "kept"), ("d.items()|list", "[('a', 1), ('items', 'kept')]"), ("d.get('zz')", "None"),
    ("d.get('zz', 5)", "5"), ("d.keys()|list", "['a', 'items']"), ("d.values()|first", "1"), ("nums.index(2)", "2"),
    ("nums.count(3)", "1"),
  ])
  func `attributes, items and slices`(expression: String, expected: String) throws {
    #expect(try Jinja.render("{{ \(expression) }}", Self.context) == expected)
  }

  @Test(arguments: [
    ("'aBc'.upper()", "ABC"), ("' a '.strip()", "a"), ("'xaax'.strip('x')", "aa"),
    ("'a b  c'.split()", "['a', 'b', 'c']"), ("'a,b,c'.split(',', 1)", "['a', 'b,c']"),
    ("'a,b,c'.rsplit(',', 1)", "['a,b', 'c']"), ("'aa'.replace('a', 'b', 1)", "ba"), ("'-'.join(['a', 'b'])", "a-b"),
    ("'abc'.startswith(('x', 'a'))", "True"), ("'abc'.endswith('d')", "False"),
    ("\"they're bill's\".title()", "They'Re Bill'S"), ("'abcabc'.find('c', 3)", "5"),
    ("'{:>5}|{:,}|{:.2f}|{x!r}'.format('a', 1234567, 2.5, x='q')", "    a|1,234,567|2.50|'q'"), ("'7'.zfill(3)", "007"),
    ("'ab'.center(5, '*')", "**ab*"), ("'a=b=c'.partition('=')", "('a', '=', 'b=c')"),
    ("'Straße'.upper()", "STRASSE"), ("'ΑΣ'.lower()", "ας"), ("'a\\r\\nb'.splitlines()", "['a', 'b']"),
  ])
  func `methods of text`(expression: String, expected: String) throws {
    #expect(try Jinja.render("{{ \(expression) }}", Self.context) == expected)
  }

  @Test(arguments: [
    ("n is defined", "True"), ("zz is defined", "False"), ("zz is undefined", "True"), ("nothing is none", "True"),
    ("n is odd", "True"), ("n is divisibleby 7", "True"), ("n is divisibleby(2)", "False"), ("name is string", "True"),
    ("d is mapping", "True"), ("name is iterable", "True"), ("n is sequence", "False"),
    ("t is boolean", "True"), ("t is number", "True"), ("t is integer", "False"), ("f is float", "True"),
    ("t is true", "True"), ("n is not none", "True"), ("n is in [7]", "True"), ("n is eq 7", "True"),
    ("n is ne(7)", "False"), ("n is lt 8 and n is ge 7", "True"), ("nothing is sameas none", "True"),
    ("1 is sameas true", "False"), ("'a' is lower", "True"), ("'A1' is upper", "True"), ("'upper' is filter", "True"),
    ("'nope' is test", "False"), ("range is callable", "True"), ("'<'|e is escaped", "True"),
  ])
  func `tests`(expression: String, expected: String) throws {
    #expect(try Jinja.render("{{ \(expression) }}", Self.context) == expected)
  }

  @Test func `cyclers and joiners remember where they are`() throws {
    let template =
      "{% set c = cycler('a', 'b') %}{% set j = joiner('|') %}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}{{ c.reset() or c.current }}{% for i in [1, 2] %}{{ j() }}{{ i }}{% endfor %}"
    #expect(try Jinja.render(template) == "abbaa1|2")
  }
}

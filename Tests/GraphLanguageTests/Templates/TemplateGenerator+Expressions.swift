import GraphRuntime

/// The expressions of random templates, in parentheses wherever precedence would matter.
extension TemplateGenerator {
  mutating func any(_ depth: Int) -> String {
    if chance(20) { return rare(depth) }
    switch below(13) {
    case 0...2: return string(depth)
    case 3...5: return number(depth)
    case 6: return numbers(depth)
    case 7: return strings(depth)
    case 8: return users(depth) + choose(["", "|map(attribute='name')|list", "|length", "|first"])
    case 9: return condition(depth)
    case 10: return dict()
    case 11: return "(\(string(depth - 1)) if \(condition(depth - 1)) else \(number(depth - 1)))"
    default: return "\(string(depth - 1)) if \(condition(depth - 1))"
    }
  }

  mutating func scalar() -> String {
    choose(["1", "'s'", "none", "true", "2.50", "name", "[1, 'a']", "(1,)", "{'k': 1.0}"])
  }

  private mutating func dict() -> String {
    choose([
      "d", "d.inner", "{'a': \(number(1)), 'b': \(string(1))}", "dict(x=1, y='z')", "{1: 'a', (1, 2): none}", "{}",
      "d|dictsort|list", "d.items()|list", "d.keys()|list", "d.values()|list", "d|tojson", "d.inner|tojson(2)",
      "users|tojson", "d.keys()", "d.values()", "d.items()", "users[0]", "d.get('zz')", "d.get('a', 5)",
      "users|groupby('city')", "users|groupby('age', case_sensitive=true)", "{'x': 'a b', 'y': 1}|urlencode",
    ])
  }

  mutating func number(_ depth: Int) -> String {
    guard depth > 0 else {
      return choose([
        "n", "m", "f", "g", "0", "1", "12", "3.0", "1e3", "0x1F", "1_000", "big", "tiny", "true", "d.a", "users.0.age",
      ])
    }
    switch below(14) {
    case 0...2: return number(0)
    case 3...5: return "(\(number(depth - 1)) \(choose(["+", "-", "*", "/", "//", "%"])) \(number(depth - 1)))"
    case 6: return choose(["-", "+", "-"]) + number(0)
    case 7:
      return number(0) + "|"
        + choose([
          "abs", "int", "float", "round", "round(1)", "round(1, 'ceil')", "round(0, 'floor')", "round(-1)",
          "int|string|length",
        ])
    case 8:
      return numbers(depth - 1) + "|"
        + choose(["sum", "min", "max", "length", "count", "first", "last", "sum(start=10)"])
    case 9:
      return string(depth - 1) + "|"
        + choose(["length", "wordcount", "int", "int(5)", "float", "int(default=-1, base=16)"])
    case 10:
      return users(0) + "|"
        + choose([
          "sum(attribute='age')", "length", "map(attribute='age')|sum",
          "map(attribute='tags.0', default='none')|list|length",
        ])
    case 11: return "\(choose(["2", "3", "n"])) ** \(choose(["2", "3", "-1", "0.5"]))"
    case 12: return "nums[\(choose(["0", "-1", "2", "1"]))]"
    default:
      return choose(["'42'", "' 7 '", "'3.9'", "'x'", "'1_0'", "'-0'"]) + "|" + choose(["int", "float", "int(1)"])
    }
  }

  mutating func numbers(_ depth: Int) -> String {
    guard depth > 0 else {
      return choose([
        "nums", "[1, 2, 3]", "range(4)", "range(1, 8, 2)", "range(5, 0, -2)", "(4, 5)", "none_list", "[n, m]", "[f, 1]",
        "range(0)",
      ])
    }
    switch below(8) {
    case 0, 1: return numbers(0)
    case 2:
      return numbers(0) + "|"
        + choose([
          "sort", "sort(reverse=true)", "unique|list", "reverse|list", "list", "select('odd')|list",
          "reject('gt', 1)|list", "select|list", "map('abs')|list", "select('divisibleby', 3)|list", "batch(2)|list",
          "batch(2, 0)|list", "slice(2)|list", "slice(3, 'x')|list", "map('string')|list",
        ])
    case 3: return "nums[" + choose(["1:", ":2", "::-1", "-2:", "1:4:2", ":", "5:", "-1:0:-1", "::2"]) + "]"
    case 4: return "([1] + nums)"
    case 5: return "([0, n] * 2)"
    default: return "[\(number(depth - 1)), \(number(depth - 1))]"
    }
  }

  mutating func users(_ depth: Int) -> String {
    guard depth > 0 else { return "users" }
    return "users"
      + choose([
        "", "", "|selectattr('ok')|list", "|rejectattr('ok')|list", "|selectattr('age', 'eq', 31)|list",
        "|selectattr('age', '>', 26)|list", "|rejectattr('tags')|list", "|sort(attribute='name')",
        "|sort(attribute='age,name', reverse=true)", "|sort(attribute='name', case_sensitive=true)", "[1:]",
        "|reverse|list",
        "|unique(attribute='age')|list", "|selectattr('name', 'in', ['Zoe', 'Bob'])|list", "|batch(2)|first",
      ])
  }

  mutating func string(_ depth: Int) -> String {
    guard depth > 0 else {
      return choose([
        "name", "empty", "text", "long", "quote", "unicode", "html", "'abc'", "\"d\\n'e\\\\\"", "'\\x41\\u00e9'",
        "words[0]", "users[1].name", "d.inner.deep", "'a' 'b'",
      ])
    }
    switch below(14) {
    case 0, 1: return string(0)
    case 2: return "(\(string(depth - 1)) ~ \(any(0)))"
    case 3: return "(\(string(depth - 1)) + \(string(0)))"
    case 4: return "(\(string(0)) * \(choose(["0", "2", "3", "-1"])))"
    case 5, 6: return string(depth - 1) + "|" + textFilter()
    case 7: return "(\(string(depth - 1)))." + method()
    case 8: return string(0) + "[" + choose(["1:", ":3", "::-1", "-4:-1", "::2", "2:1"]) + "]"
    case 9: return strings(depth - 1) + "|join" + choose(["", "(', ')", "('-')", "(1)"])
    case 10:
      return "'" + choose(["%s and %r", "%5s|%-5s", "%.2s %s", "%(a)s"]) + "'|format"
        + choose(["(name, n)", "(words, d)", "(a=1)"])
    case 11:
      return choose([
        "'%05.1f|%d' % (f, n)", "'%x %o %e' % (255, 8, f)", "'%s' % name", "'%+d % d %5d|%-5d|' % (n, n, n, n)",
        "'%g %G' % (big, tiny)", "'{:>6}|{:<6}|{:^6}|'.format(name, n, f)", "'{0} {1:.2f} {x!r}'.format(n, f, x=quote)",
        "'{:,} {:08.3f} {:+d} {:%}'.format(1234567, f, n, 0.5)", "'{:*^9} {:x} {:#b} {}'.format(name, 255, 5, d)",
      ])
    case 12:
      return users(1) + "|map(attribute='name')|map('\(choose(["upper", "lower", "length", "title"]))')|join(' ')"
    default: return "\(any(0))|string"
    }
  }

  mutating func strings(_ depth: Int) -> String {
    guard depth > 0 else {
      return choose([
        "words", "['x', 'y']", "name", "d", "d.inner.list", "none_list", "('p', 'q')", "words|reverse|list",
      ])
    }
    return choose([
      "words|sort", "words|sort(case_sensitive=true)", "words|unique|list", "words|map('title')|list",
      "words|select('in', 'pearfig')|list",
      "long.split()", "long.split('o', 2)", "text.splitlines()", "long.rsplit(' ', 1)", "words[1:3]",
      "words|map('length')|list",
      "words|map('replace', 'p', 'q')|list", "words|reject('equalto', 'fig')|list", "text.split('\\n')",
      "words|batch(3, '-')|list",
      "words|list", "name|list", "long.partition('fox')", "words|select('upper')|list", "words|map('first')|list",
      "words|slice(2)|list", "[name, quote]", "words|sort|reverse|list",
    ])
  }

  mutating func textFilter() -> String {
    choose([
      "upper", "lower", "title", "capitalize", "trim", "trim('a')", "length", "wordcount", "reverse", "first", "last",
      "replace('a', 'XY')", "replace('', '.')", "replace('e', '', 1)", "indent", "indent(2, true)",
      "indent('> ', blank=true)",
      "truncate(9)", "truncate(12, true)", "truncate(8, false, '…', 0)", "truncate(5, end='')", "wordwrap(10)",
      "wordwrap(7, false)", "wordwrap(12, wrapstring=' / ')", "wordwrap(9, break_on_hyphens=false)",
      "center(11)", "escape", "e|upper", "e|list|last", "striptags", "urlencode", "tojson", "list|length",
      "default('x')", "default('x', true)", "string", "forceescape", "e|e", "safe", "e ~ '<'", "list", "list|join('.')",
      "int", "float", "unique|join", "sort|join", "max", "min|string", "batch(4)|list",
    ])
  }

  private mutating func method() -> String {
    choose([
      "upper()", "lower()", "title()", "capitalize()", "swapcase()", "strip()", "lstrip()", "rstrip('abc')", "split()",
      "split('a')",
      "replace('a', 'b')", "replace('a', 'b', 1)", "startswith('A')", "endswith(('a', 'd'))", "find('a')", "rfind('o')",
      "count('e')", "index('a')",
      "join(words)", "isdigit()", "isalpha()", "isupper()", "islower()", "isalnum()", "isspace()", "center(12)",
      "center(9, '*')", "ljust(8, '.')", "rjust(8)", "zfill(6)", "splitlines()", "splitlines(true)", "partition('a')",
      "rpartition('e')", "removeprefix('A')", "removesuffix('a')", "rsplit(None, 1)", "expandtabs(4)", "casefold()",
      "find('e', 3)", "find('e', 1, -1)",
    ])
  }

  mutating func condition(_ depth: Int) -> String {
    guard depth > 0 else {
      return choose(["yes", "no", "n", "empty", "words", "nothing", "none_list", "name", "0.0", "d"])
    }
    switch below(11) {
    case 0, 1: return condition(0)
    case 2: return "\(number(depth - 1)) \(choose(["<", ">", "<=", ">=", "==", "!="])) \(number(depth - 1))"
    case 3: return "\(string(depth - 1)) \(choose(["<", ">=", "==", "!=", "in", "not in"])) \(string(0))"
    case 4: return "(\(condition(depth - 1)) \(choose(["and", "or"])) \(condition(depth - 1)))"
    case 5: return "not " + condition(depth - 1)
    case 6:
      return
        "\(number(0)) is \(choose(["odd", "even", "number", "integer", "float", "not number", "divisibleby 2", "ge 3", "lt(2)", "sameas true", "boolean", "eq 7", "ne 7", "in [7, 1]", "not in nums", "true"]))"
    case 7:
      return
        "\(any(0)) is \(choose(["string", "mapping", "iterable", "sequence", "none", "not none", "defined", "undefined", "callable", "false", "escaped", "boolean"]))"
    case 8:
      return choose([
        "missing is defined", "missing is undefined", "d.zz is defined", "d.a is defined", "missing|default(0)",
        "d.zz|default('q')", "name is upper", "name is lower", "'upper' is filter", "'odd' is test", "'q' in d",
        "'a' in d", "n in nums", "'p' in words|join",
      ])
    case 9: return "\(number(0)) < \(number(0)) <= \(number(0))"
    default: return "\(strings(0)) \(choose(["==", "!="])) \(strings(0))"
    }
  }
}

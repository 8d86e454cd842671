/// What templates hold less often, and where implementations of Jinja differ first: scopes, recursion, macros with all
/// kinds of arguments, includes, and expressions without parentheses.
extension TemplateGenerator {
  // MARK: - Statements

  mutating func rareNode(_ depth: Int) -> String {
    switch below(14) {
    case 0: return recursion(depth)
    case 1, 2: return macro(depth)
    case 3: return call(depth)
    case 4: return includeStatement()
    case 5:
      let left = choose(["a, b", "(a, b)", "a, b", "a, (b, c)"])
      let right = choose(["1, 2", "pairs[0]", "pairs", "'xy'", "(1, [2, 3])", "matrix[1]", "d.items()|list|first"])
      return tag("set \(left) = \(right)") + output("a") + output("b")
    case 6:
      return tag("for x in matrix") + tag("set outer = loop") + tag("for y in x") + output("outer.index ~ loop.index")
        + node(depth - 1) + tag("else") + output("outer.\(loopAttribute())") + tag("endfor") + tag("endfor")
    case 7:
      let parts = choose([
        "cycler('a', 'b', 'c')|c.next()|c.current|c.reset()", "joiner('; ')|c()|c()|c()", "joiner()|c()|c()|c() ~ c()",
        "namespace(a=1)|c.a|c.b is defined|c.a + 1", "cycler(1)|c.next()|c.next()|c.next() + 1",
      ]).split(separator: "|").map { String($0) }
      return tag("set c = " + parts[0]) + output(parts[1]) + output(parts[2]) + output(parts[3])
    case 8:
      return output(
        choose([
          "v|default('?')", "a|default('?')", "q is defined", "i|d('!')", "u is defined", "mac is defined",
          "caller is defined", "ns is undefined", "w|default(v|default('-'))", "varargs is defined",
          "b|default", "x|default(n, true)", "outer is defined",
        ]))
    case 9:
      return tag(
        "with " + choose(["", "a = 1, b = a|default('z')", "name = 'inner'", "n = n + 1, m = n", "(a, b) = pairs[1]"]))
        + output(choose(["name", "n", "m", "a|default('q')", "b|default('q')"])) + nodes(depth - 1) + tag("endwith")
        + output(choose(["name", "n", "a|default('r')"]))
    case 10:
      return tag("filter " + filters()) + nodes(depth - 1) + tag("endfilter")
    case 11:
      return tag("set v|" + filters()) + nodes(depth - 1) + tag("endset") + output("v")
    case 12:
      let head = choose([
        "row in words|batch(\(choose(["1", "2", "3", "9"])), '-')",
        "row in nums|slice(\(choose(["1", "2", "3", "9"])))",
        "row in users|groupby('age')", "row in users|groupby('tags.0', default='-')", "row in plain|dictsort",
        "row in plain|dictsort(by='value')", "row in matrix if row", "row in plain|items", "row in pairs|reverse",
        "row in users|batch(2)|map('map', attribute='name')", "row in [words, nums]",
      ])
      return tag("for " + head)
        + output(choose(["row|list|length", "row|join('/')", "row[0]", "row|list|string", "loop.index"]))
        + (chance(30) ? node(depth - 1) : "") + tag("endfor")
    default:
      let name = choose(["n", "words", "v", "name"])
      return tag("for \(name) in " + choose(["range(3)", "words", "name", "plain", "mixed", "pairs", "tree"]))
        + output(name)
        + (chance(50) ? tag("if " + condition(1)) + tag("set v = \(name)") + tag("endif") : "")
        + output("v|default('-')")
        + tag("else") + output(name + "|default('none')") + tag("endfor") + output(name + "|default('gone')")
    }
  }

  private mutating func loopAttribute() -> String {
    choose([
      "index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "cycle('x', 'y')",
      "changed(1)", "previtem is defined", "nextitem|default('end')", "cycle(1)",
    ])
  }

  private mutating func filters() -> String {
    var text = choose(["upper", "trim", "indent(2)", "indent(1, true, true)", "wordwrap(12)", "truncate(9, true, '')"])
    for _ in 0..<below(3) {
      text +=
        "|" + choose(["replace('a', 'b')", "center(20)", "title", "lower", "escape", "reverse", "trim"])
    }
    return text
  }

  private mutating func recursion(_ depth: Int) -> String {
    let inner = choose([
      "loop(t.kids)", "loop(t.kids)|trim", "loop(t.kids)|upper if t.kids", "loop(t.kids) if loop.depth < 2",
      "'(' ~ loop(t.kids) ~ ')'",
    ])
    return tag("for t in tree" + choose(["", "", " if (t.v is odd)", " if t.v < 4"]) + " recursive")
      + output("t.v") + output("loop." + loopAttribute()) + output(inner) + (chance(20) ? node(depth - 1) : "")
      + (chance(40) ? tag("else") + "-" : "") + tag("endfor")
  }

  private mutating func macro(_ depth: Int) -> String {
    let parameters = choose(["", "a", "a, b=2", "a, b=a", "a='x', b='y'", "a, b=n, c=none", "a, b=[a]"])
    let body = choose([
      "a|default('?')", "b|default('?')", "varargs", "kwargs", "varargs|length ~ kwargs|length", "n", "v|default('-')",
      "a ~ b", "c|default('c')", "caller is defined", "caller()",
    ])
    let arguments = choose([
      "", "1", "1, 2", "1, b=3", "b=4, a='k'", "1, 2, 3, 4", "1, z=5", "a=1", "n, n", "words, nums", "'<'|e",
      "1, 2, 3, z=4",
    ])
    let name = choose(["mac", "mic"])
    return tag("macro \(name)(\(parameters))") + output(body) + (chance(50) ? node(depth - 1) : "") + tag("endmacro")
      + output("\(name)(\(arguments))")
      + output(
        choose(["\(name).name", "\(name)(\(arguments))|upper", "\(name)(1) ~ \(name)(2)", "\(name).arguments|list"]))
  }

  private mutating func call(_ depth: Int) -> String {
    let head = choose(["call", "call(y)", "call(y, z='d')", "call(y=1)"])
    let calling = choose(["caller()", "caller(1)", "caller('p', 'q')", "caller(z=2, y=3)", "caller(n) ~ caller(m)"])
    return tag("macro wrap(x='-')") + output("x") + (chance(70) ? output(calling) : "") + tag("endmacro")
      + tag("\(head) wrap(\(choose(["", "1", "x=name"])))") + output("y|default('u') ~ z|default('u')")
      + nodes(depth - 1)
      + (chance(20) ? tag("call wrap()") + "in" + tag("endcall") : "") + tag("endcall")
  }

  private mutating func includeStatement() -> String {
    guard !includable.isEmpty else { return output("name") }
    let name = choose(includable)
    let include = choose([
      "include '\(name)'", "include '\(name)' with context",
      "include ['gone', '\(name)']", "include 'gone' ignore missing", "include '\(name)' ignore missing with context",
      "include '\(name)' if yes else 'gone'", "include ('gone', 'gone2')", "include words[0]",
    ])
    if chance(40) { return tag("for i in range(2)") + tag(include) + tag("endfor") }
    return (chance(40) ? tag("set v = " + any(1)) : "") + tag(include)
  }

  // MARK: - Expressions

  mutating func rare(_ depth: Int) -> String {
    switch below(7) {
    case 0...2: return bare()
    case 6:
      return "('x' if \(choose(["yes", "no", "no"])))|"
        + choose([
          "upper", "title", "trim", "length", "wordcount", "replace('a', 'b')", "indent",
          "truncate(1, leeway=0, end='')",
          "wordwrap(3)", "center(4)", "escape", "striptags", "urlencode", "tojson", "list", "default('d')", "string",
          "int",
          "float(1)", "join('-')", "sort", "unique|list", "batch(2)|list", "map('upper')|list", "select|list", "sum",
          "abs",
          "round", "items|list", "dictsort", "format(1)", "safe", "forceescape", "capitalize", "lower",
        ])
    case 3: return "mixed|" + choose(["select", "reject"]) + "('\(choose(Self.tests))')|list"
    case 4:
      return choose([
        "words|map('truncate', 3, true, '.')|list", "matrix|map('join', '-')|list",
        "mixed|map('default', 'x', true)|list",
        "words|map('upper')|map('lower')|unique|list",
        "users|map(attribute='tags')|map('first')|map('default', '?')|list",
        "matrix|map('sum')|list", "matrix|map('length')|select('odd')|list", "['1', 'x']|map('int', -1)|list",
        "users|map(attribute='city.0')|list", "users|map(attribute='zz', default=none)|list",
        "pairs|map(attribute=1)|list",
        "pairs|map('last')|sum", "users|selectattr('city', 'lower')|list|length",
        "words|map('batch', 2)|map('list')|list",
        "users|rejectattr('name', 'in', words)|map(attribute='name')|join(', ')", "mixed|selectattr('zz')|list",
        "users|selectattr('tags', 'defined')|list|length", "users|rejectattr('zz', 'undefined')|list",
        "users|selectattr('age', 'divisibleby', 5)|map(attribute='name')|first", "matrix|selectattr(0)|list",
      ])
    default:
      return choose([
        "plain|dictsort", "plain|dictsort(true)", "plain|dictsort(by='value', reverse=true)|list",
        "d|dictsort(by='value')",
        "plain|dictsort(false, 'value')", "plain|items|list", "nothing|items|list", "plain.items()|sort|list",
        "users[0]|attr('name')|default('-')", "users[0]|attr('zz')|default('-')", "name|attr('zz') is defined",
        "plain.b",
        "plain['b']",
        "plain.get('A')", "plain|length", "'A' in plain", "plain.keys()|sort", "plain.values()|sum", "plain|max",
        "users|max(attribute='age')|attr('name') is defined", "users|min(attribute='name')", "plain|first",
        "plain|last",
        "users|groupby('age')|map('first')|list", "users|groupby('city')|map(attribute='list')|map('length')|list",
        "users|groupby('city', case_sensitive=true)|map(attribute='grouper')|list", "(users|groupby('ok'))[0].grouper",
        "users|groupby('zz', default=0)|length", "users|unique(attribute='city')|map(attribute='city')|list",
        "users|unique(true, 'city')|list|length", "users|sort(attribute='age')|map(attribute='name')|join",
        "users|sort(true, true, 'city')|map(attribute='city')|join(' ')", "mixed|join('|')", "mixed|sort",
        "mixed|string",
        "mixed|tojson", "mixed|tojson(indent=1)", "nums|join(d=', ')", "users|join(', ', attribute='name')",
        "nums|batch(linecount=2, fill_with=0)|list", "nums|slice(slices=2, fill_with=9)|list", "f|round(method='ceil')",
        "f|round(precision=1, method='floor')", "long|truncate(length=12, leeway=0, end='')", "text|indent(width='# ')",
        "long|wordwrap(8, wrapstring='|', break_long_words=false)",
        "tree[0].kids[1].kids[0].v",
        "tree|map(attribute='kids')|map('length')|list", "tree.0.kids.1.v", "tree[0]['kids'][0:1]", "matrix[-1]",
        "matrix[5] is defined", "matrix.1.0", "words[10]|default('out')", "nums[::-2]", "name[::-1][1:]", "unicode[3:]",
        "1000000|filesizeformat", "999|filesizeformat(true)", "n|filesizeformat", "{'a': 1, 'b': [1, {'c': none}]}",
        "dict(plain, a=1)", "[1, 2][n > 3]", "(1, 2)[0]", "'abc'[1]", "'a,b'.split(',')[1]", "{'k': 'v'}.k",
        "[[1]][0][0]",
        "range(10)[2:5]|list", "range(3)|last", "range(0, 9, 4)|join", "words|reverse|first", "words|sort|last",
        "nothing|string",
        "true|int + true|int", "none|default('d')", "none|default('d', true)", "''|default('d', boolean=true)",
        "nothing is none",
        "(none, true)", "[none]|first", "1.0|int", "1e3", "1.5e-7", "12345678901234567.0", "0.1 + 0.2", "1 / 3",
        "2 ** 62", "-7 // 2",
        "-7 % 3", "7.5 // 2", "7.5 % -2", "1 == 1.0", "'1' == 1", "[1] == [1.0]", "true == 1", "none == false",
        "'a' < 'B'",
        "[1, 2] < [1, 3]", "(1, 2) == [1, 2]", "plain == {'c': 1, 'A': 3, 'b': 2}",
      ])
    }
  }

  private static let tests = [
    "none", "string", "number", "integer", "float", "boolean", "true", "false", "iterable", "sequence", "mapping",
    "defined",
    "callable", "lower", "upper", "odd", "undefined", "escaped",
  ]

  /// Operands and operators side by side, as precedence has them.
  private mutating func bare() -> String {
    var text = operand(mayBeNegated: true)
    for _ in 0...below(3) {
      // A tower of powers would keep Python busy for ever.
      let power = text.contains("**") ? "+" : "**"
      let sign = choose([
        "+", "-", "*", "/", "//", "%", power, "~", "<", "<=", ">", ">=", "==", "!=", "and", "or", "in", "not in", "~",
        "and",
        "or",
      ])
      // After other signs, Jinja2 takes 'not' for a name.
      text += " \(sign) " + operand(mayBeNegated: sign == "and" || sign == "or")
      if chance(15) {
        // In parentheses, because a test takes the name behind it for its argument.
        let test = choose(["odd", "defined", "string", "eq 3", "in nums", "lt(9)"])
        text = "(\(text) is \(chance(30) ? "not " : "")\(test))"
      }
      if chance(8) {
        text += " if " + operand(mayBeNegated: true) + (chance(60) ? " else " + operand(mayBeNegated: true) : "")
      }
    }
    return text
  }

  private mutating func operand(mayBeNegated: Bool) -> String {
    let prefix = chance(20) ? choose(mayBeNegated ? ["-", "+", "not ", "not not ", "- -"] : ["-", "+", "- -"]) : ""
    let suffix =
      chance(20) ? choose(["|abs", "|string", "|length", "|int", "|upper", "|list", "|first", "|default(1)"]) : ""
    return prefix
      + choose([
        "n", "m", "f", "1", "2", "0", "3.5", "'a'", "name", "true", "none", "nums", "words", "[1, 2]", "(n, m)", "d.a",
        "matrix[0]", "yes", "no", "nums[0]", "'b'",
      ]) + suffix
  }
}

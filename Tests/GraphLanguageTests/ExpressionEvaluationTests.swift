import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import Testing

struct ExpressionEvaluationTests {
  @Test(
    "paths read the state",
    arguments: [
      ("n", 5), ("state.n", 5), ("obj.k", "v"), ("obj['k']", "v"), ("obj.list[0]", 7), ("obj.list[-1]", 8),
      ("obj['my-key']", 1), ("state['n']", 5), ("obj.deep.x", 9), ("items[n - 4]", 2), ("obj['de' + 'ep'].x", 9),
      ("items[zero]", 1), ("split('a,b', ',')[1]", "b"), ("{'k': [4]}.k[0]", 4), ("none", nil), ("state.none", nil),
    ] as [(String, Value)])
  func path(_ text: String, _ expected: Value) throws { #expect(try evaluated(text) == expected) }

  @Test(
    "literals have the spellings of Python, JSON and YAML",
    arguments: [
      ("true", true), ("False", false), ("TRUE", true), ("null", nil), ("None", nil), ("12", 12), ("-3", -3),
      ("1.5", 1.5), ("1e3", 1000.0), ("2E-2", 0.02),
    ] as [(String, Value)])
  func literal(_ text: String, _ expected: Value) throws { #expect(try evaluated(text) == expected) }

  @Test(
    "texts take either quote and escapes",
    arguments: [
      (#"'a"b'"#, "a\"b"), (#""a'b""#, "a'b"), (#"'a\'b'"#, "a'b"), (#"'\n\t\\'"#, "\n\t\\"), (#"'\u00e9'"#, "é"),
      ("'Grüße 👋'", "Grüße 👋"),
    ] as [(String, Value)])
  func text(_ text: String, _ expected: Value) throws { #expect(try evaluated(text) == expected) }

  @Test(
    "arithmetic follows Python",
    arguments: [
      ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("7 - 2 - 1", 4), ("7 / 2", 3.5), ("6 / 2", 3.0), ("7 // 2", 3),
      ("-7 // 2", -4), ("7 // -2", -4), ("-7 % 3", 2), ("7 % -3", -2), ("-7.5 % 2", 0.5), ("7.5 // 2", 3.0),
      ("1 // 0.1", 9.0), ("1 % 0.25", 0.0),
      ("1 + 1.5", 2.5), ("-n", -5), ("- -n", 5), ("+f", 1.5), ("n % 5", 0), ("-8 // 2", -4), ("2 * 3 % 4", 2),
      ("'a' + 'b'", "ab"), ("[1] + [2]", [1, 2]), ("items + 9", [1, 2, 3, 9]), ("items + [n]", [1, 2, 3, 5]),
      ("s * 3", "abcabcabc"), ("2 * s", "abcabc"), ("s * -1", ""), ("9007199254740993 * empty", ""),
      ("-9223372036854775807 % -1", 0),
    ] as [(String, Value)])
  func arithmetic(_ text: String, _ expected: Value) throws { #expect(try evaluated(text) == expected) }

  @Test("a quotient and its remainder make the dividend, and the remainder has the sign of the divisor")
  func division() throws {
    let expression = try parsed("[a // b * b + a % b == a, a % b == 0 or (a % b < 0) == (b < 0)]")
    let compiled = expression.compile { ["a", "b"].firstIndex(of: $0) }
    var generator = SeededGenerator(0x5EED_0502)
    for round in 0..<2_000 {
      let limit = 1 << Int.random(in: 1...60, using: &generator)
      let dividend = Int.random(in: -limit...limit, using: &generator)
      let divisor = Int.random(in: -limit...limit, using: &generator)
      guard divisor != 0 else { continue }
      let result = try compiled.evaluate { $0 == 0 ? .int(dividend) : .int(divisor) }
      #expect(result == [true, true], "round \(round): \(dividend) and \(divisor)")
    }
  }

  @Test(
    "comparisons chain, and equality knows numbers from other types",
    arguments: [
      ("1 == 1.0", true), ("[1] == [1.0]", true), ("{'a': 1} == {'a': 1.0}", true), ("1 == '1'", false),
      ("1 == true", false), ("1 < 2 < 3", true), ("1 < 3 < 2", false), ("3 > 2 >= 2", true), ("1 < 1.5", true),
      ("'a' < 'b'", true), ("'B' < 'a'", true), ("big < 9223372036854775808.0", true), ("big == 9.3e18", false),
      ("9007199254740993 > 9007199254740992.0", true), ("-1 < -0.5", true), ("0 > -0.5", true), ("n != 5", false),
      ("none == null", true), ("items == [1, 2, 3]", true), ("1 == 1 != 2", true),
    ] as [(String, Value)])
  func comparison(_ text: String, _ expected: Value) throws { #expect(try evaluated(text) == expected) }

  @Test(
    "'in' looks into lists, texts and objects",
    arguments: [
      ("2 in items", true), ("2.0 in items", true), ("7 not in items", true), ("'and' in text", true),
      ("'' in text", true), ("'k' in obj", true), ("'z' in obj", false), ("1 in obj", false), ("none in [null]", true),
    ] as [(String, Value)])
  func membership(_ text: String, _ expected: Value) throws { #expect(try evaluated(text) == expected) }

  @Test(
    "'and' and 'or' give an operand and do not read what they do not need",
    arguments: [
      ("flag and n", 5), ("zero or 'x'", "x"), ("empty or blank", []), ("off and obj.nope", false),
      ("flag or obj.nope", true), ("not empty", true), ("not flag or n == 5", true),
      ("1 == 2 or 1 == 1 and 2 == 3", false),
      ("not not n", true), ("flag AND n == 5", true), ("NOT off", true),
    ] as [(String, Value)])
  func logic(_ text: String, _ expected: Value) throws { #expect(try evaluated(text) == expected) }

  @Test("a choice reads only the side it takes")
  func choice() throws {
    #expect(try evaluated("'big' if n > 3 else obj.nope") == "big")
    #expect(try evaluated("1 if off else 2 if zero else 3") == 3)
  }

  @Test(
    "functions",
    arguments: [
      ("len(items)", 3), ("len(s)", 3), ("len('👋é')", 2), ("len(obj)", 4), ("length(items)", 3), ("items | length", 3),
      ("items | length > 2", true), ("int('42')", 42), ("int(' -7 ')", -7), ("int(3.9)", 3), ("int(-3.9)", -3),
      ("int(true)", 1), ("float('1.5')", 1.5), ("float(2)", 2.0), ("str(5)", "5"), ("str(1.0)", "1.0"),
      ("str(true)", "true"), ("str([1, 'a', [2]])", "1, a, [2]"), ("str({'a': [1]})", #"{"a": [1]}"#),
      ("lower('ÀB')", "àb"), ("upper(s)", "ABC"), ("s | upper", "ABC"), ("round(2.5)", 2), ("round(3.5)", 4),
      ("round(-2.5)", -2), ("round(2.345, 2)", 2.35), ("round(2.675, 2)", 2.67), ("round(1250.0, -2)", 1200.0),
      ("round(1234, -2)", 1200), ("round(150, -2)", 200),
      ("round(250, -2)", 200), ("round(-151, -2)", -200), ("round(5, 1)", 5), ("min(3, 1, 2)", 1), ("max(items)", 3),
      ("min('b', 'a')", "a"), ("max(1, 2.5)", 2.5), ("sum(items)", 6), ("sum([])", 0), ("sum([1, 2.5])", 3.5),
      ("sorted(words)", ["a", "b"]), ("sorted([2, 1.5, 1])", [1, 1.5, 2]), ("sorted([])", []),
      ("keys(obj.deep)", ["x"]), ("values(obj.deep)", [9]), ("join(words)", "b, a"), ("join(items, '-')", "1-2-3"),
      ("words | join('+')", "b+a"), ("split('a b  c')", ["a", "b", "c"]), ("split('a,,b', ',')", ["a", "", "b"]),
      ("contains(items, 2)", true), ("contains(text, 'salt')", true), ("contains(obj, 'k')", true),
      ("default(none, 1)", 1), ("default(obj.nope.x, 'd')", "d"), ("obj.nope | default('d')", "d"),
      ("default(n, obj.nope)", 5), ("default(unknown, 2)", 2), ("default(items[9], 0)", 0),
      ("default(items[n], 0)", 0), ("range(3)", [0, 1, 2]), ("range(1, 4)", [1, 2, 3]), ("range(5, 0, -2)", [5, 3, 1]),
      ("range(0)", []),
    ] as [(String, Value)])
  func function(_ text: String, _ expected: Value) throws { #expect(try evaluated(text) == expected) }

  @Test(
    "errors name paths, operators and types",
    arguments: [
      ("obj.nope > 1", "'obj.nope' is missing: 'obj' has no key 'nope'"),
      ("obj.k.upper", "'obj.k.upper' is missing: 'obj.k' is str"),
      ("items[3]", "'items[3]' is missing: 'items' has 3 items"),
      ("gone.x.y + 1", "'gone.x.y' is missing: 'gone' has no value"),
      ("unknown", "'unknown' has no value"),
      ("gone < 1", "'gone' has no value; '<' cannot compare null"),
      ("gone + 1", "'gone' has no value; '+' cannot combine null"),
      ("null < 1", "'<' cannot compare null with int"),
      ("s > 1", "'>' cannot compare 's' (str) with int"),
      ("true < false", "'<' cannot compare bool with bool"),
      ("items < items", "'<' cannot compare 'items' (list) with 'items' (list)"),
      ("s + 1", "'+' cannot combine 's' (str) with int"),
      ("items + gone", "'gone' has no value; '+' cannot combine null"),
      ("1 in n", "'in' cannot look for int in 'n' (int)"),
      ("1 in s", "'in' cannot look for int in 's' (str)"),
      ("n / 0", "'/' divides by zero"), ("n % zero", "'%' divides by zero"), ("1.5 // 0", "'//' divides by zero"),
      ("big + 1", "the result of '+' is out of range"), ("-big - 2", "the result of '-' is out of range"),
      ("(-big - 1) // -1", "the result of '//' is out of range"), ("1e308 * 10", "the result of '*' is out of range"),
      ("-s", "'-' needs a number, not 's' (str)"), ("len(5)", "'len' needs a list, a dict or a text, not int"),
      ("len(gone)", "'gone' has no value; 'len' needs a list, a dict or a text"),
      ("int(s)", "'int' of 's' (str), which is not a whole number"),
      ("int(1e300)", "the result of 'int' is out of range"),
      ("float('nan')", "'float' of str, which is not a number"),
      ("sum(words)", "'sum' needs a list of numbers, not of str"),
      ("sorted([1, 'a'])", "'sorted' cannot order str with int"), ("max([])", "'max' of an empty list"),
      ("min(true)", "'min' needs a list, not bool"), ("max([true, false])", "'max' cannot order bool items"),
      ("range(0, 1, 0)", "'range' with a step of zero"), ("range(10001)", "'range' gives at most 10000 numbers"),
      ("'abc' * 1000000", "'*' gives at most 1000000 bytes of text"),
      ("split(s, '')", "'split' with an empty separator"),
      ("join([null])", "'join' needs values, and item 0 is null"),
      ("items[s]", "'items' (list) has no elements by 's' (str)"),
      ("items[n]", "'items' (list) has no such item"), ("str(gone)", "'gone' has no value; 'str' needs a value"),
    ])
  func errors(_ text: String, _ expected: String) throws {
    let message = try failure(of: text)
    #expect(message == expected)
  }

  @Test("an error points at the operator")
  func errorRange() throws {
    let error = #expect(throws: ExpressionError.self) { try evaluated("n == 5 and s > 1") }
    #expect(error?.range == ByteRange(13, 14))
  }

  @Test("a missing path is null in equality only")
  func missing() throws {
    #expect(try evaluated("obj.nope == null") == true)
    #expect(try evaluated("obj.nope.deeper != 1") == true)
    #expect(try evaluated("items[7] == 1") == false)
    #expect(try failure(of: "obj.nope in [1]") == "'obj.nope' is missing: 'obj' has no key 'nope'")
    #expect(try failure(of: "not obj.nope") == "'obj.nope' is missing: 'obj' has no key 'nope'")
  }

  @Test("a bare word to the right of an equality is its own text when no key has that name")
  func bareWord() throws {
    #expect(try evaluated("s == abc") == true)
    #expect(try evaluated("s == t") == false)
    #expect(try evaluated("s == state.abc") == false)
    #expect(try failure(of: "s in abc") == "'abc' has no value")
  }

  @Test("paths tell the compiler where they stand and what they tolerate")
  func paths() throws {
    let source = MarkedSource("state.1️⃣obj.k == 2️⃣done and 3️⃣n > default(4️⃣m, 0)")
    let file = source.file
    let engine = DiagnosticEngine()
    let expression = try #require(
      Expression.parse(ExpressionSource(bytes: file.bytes) { SourceSpan(file, $0) }, diagnostics: engine))
    let paths = expression.paths
    #expect(paths.map(\.description) == ["obj.k", "done", "n", "m"])
    #expect(paths.map(\.rootSpan.start) == [source["1️⃣"], source["2️⃣"], source["3️⃣"], source["4️⃣"]])
    #expect(paths.map(\.toleratesMissing) == [true, true, false, true])
    #expect(paths.map(\.mayBeText) == [false, true, false, false])
    #expect(paths.map(\.hasStatePrefix) == [true, false, false, false])
    #expect(paths[0].span.text == "state.obj.k")
  }

  @Test("a condition that did not hold shows the values it compared, cut to a sensible length")
  func valuesCompared() throws {
    let state = TestState(sampleState)
    let text = "n > 9 and n < 12 or s == 'x' and obj.nope == 1 and items == [] and state.text == 'y'"
    let shown = try parsed(text).compile(state.slot).valuesCompared(limit: 8) { state.values[$0] }
    #expect(
      shown == ["n = 5", "s = \"abc\"", "obj.nope is missing", "items = a list of 3", "text = \"salt and\"…"])
  }
}

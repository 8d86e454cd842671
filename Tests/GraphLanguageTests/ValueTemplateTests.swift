import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import GraphYAML
import Testing

/// Parses and evaluates a YAML value on a state.
func resolved(_ node: YAMLNode, on object: ValueObject = sampleState) throws -> Value {
  let diagnostics = DiagnosticEngine()
  guard let template = ValueTemplate.parse(node, diagnostics: diagnostics) else { throw SyntaxFailure(diagnostics) }
  let state = TestState(object)
  return try template.compile(state.slot).evaluate { state.values[$0] }
}

struct ValueTemplateTests {
  @Test(
    "strings",
    arguments: [
      ("plain", "plain"), ("{state.n}", 5), ("{n}", 5), ("{ state.n }", 5), ("{items}", [1, 2, 3]), ("{n + 1}", 6),
      ("{state.obj.deep}", ["x": 9]), ("{state.none}", nil), ("n is {n}!", "n is 5!"), ("{s}{t}", "abcxyz"),
      ("{s}-{t}", "abc-xyz"), ("{f}", 1.5), ("a {f} b", "a 1.5 b"), ("{flag}?", "true?"), ("x {items}", "x 1, 2, 3"),
      ("x {[items, 's']}", "x [1, 2, 3], s"), ("x {obj.deep}", #"x {"x": 9}"#), ("{{n}}", "{n}"),
      ("a {{ b }} c", "a { b } c"),
      ("{{{n}}}", "{5}"), (#"{"a": 1}"#, ["a": 1]), (#"{"a": state.n, 'b': [s]}"#, ["a": 5, "b": ["abc"]]), ("{}", [:]),
      ("{'a' + s}", "aabc"), ("{ {'k': n}['k'] }", 5), ("{'x}' + s}", "x}abc"), (" {n}", " 5"), ("", ""),
    ] as [(String, Value)])
  func strings(_ text: String, _ expected: Value) throws {
    #expect(try resolved(try yaml(of: .string(text))) == expected)
  }

  @Test("other values are themselves, and lists and objects are searched")
  func structures() throws {
    let node = try yaml("{a: 5, b: [true, '{n}', null], c: {d: 'x{n}', '{n}': 1.5}, e: '5'}")
    #expect(try resolved(node) == ["a": 5, "b": [true, 5, nil], "c": ["d": "x5", "{n}": 1.5], "e": "5"])
  }

  @Test("a template without expressions is known to be constant")
  func constants() throws {
    let diagnostics = DiagnosticEngine()
    #expect(ValueTemplate.parse(try yaml("[1, {a: x}]"), diagnostics: diagnostics)?.constant == [1, ["a": "x"]])
    #expect(ValueTemplate.parse(try yaml("['{n}']"), diagnostics: diagnostics)?.constant == Optional.none)
    #expect(try parsed("n").constant == Optional.none)
    #expect(try parsed("null").constant == .some(.null))
  }

  @Test("a block scalar that ends with a line break is still one expression")
  func blockScalar() throws { #expect(try resolved(try yaml("|\n  {items}\n")) == [1, 2, 3]) }

  @Test("a plain string is an expression where one is asked for")
  func plainExpression() throws {
    let diagnostics = DiagnosticEngine()
    let template = ValueTemplate.parse(try yaml("state.items"), plainIsExpression: true, diagnostics: diagnostics)
    #expect(template?.paths.map(\.description) == ["items"])
  }

  @Test("null inside a text is an error that names the expression")
  func nullInText() throws {
    let error = #expect(throws: ExpressionError.self) { try resolved(try yaml("'a {gone} b'")) }
    #expect(error?.message == "'gone' is null and cannot be put into text")
  }

  @Test(
    "mistakes are at their place in the file, whatever the quoting",
    arguments: [
      ("'a 1️⃣{n'", "GR0504", "'{' is never closed", nil), ("'a 1️⃣} b'", "GR0520", "'}' closes nothing", "}}"),
      ("'a 1️⃣{} b'", "GR0501", "expression is empty", nil),
      ("\"caf\\u00e9 {n 1️⃣x}\"", "GR0508", "unexpected 'x'; expected an operator or '}'", nil),
      (">\n  some text\n  that is {n 1️⃣&& s}\n", "GR0502", "'&&' is not an operator; write 'and'", "and"),
      ("[x, {a: '{1️⃣lenn(items)}'}]", "GR0506", "no function is named 'lenn'", "len"),
      ("awk '{print 1️⃣$2}'", "GR0508", "unexpected '$'", nil),
      (
        "'{1️⃣state}'", "GR0513",
        "the state cannot be read as a whole; name a key, as in 'state.topic'", nil
      ),
    ] as [(String, String, String, String?)])
  func mistakes(_ marked: String, _ code: String, _ message: String, _ fixIt: String?) throws {
    let source = MarkedSource(marked)
    let diagnostics = DiagnosticEngine()
    #expect(ValueTemplate.parse(try yaml(source.file), diagnostics: diagnostics) == nil)
    #expect(diagnostics.found == [ExpectedDiagnostic(source["1️⃣"], code, message, fixIt: fixIt)])
  }

  @Test("what looks like another template language is text with a warning")
  func warnings() throws {
    let source = MarkedSource("['1️⃣{{ state.n }}', \"{['2️⃣{state.n}']}\", '{{n}}']")
    let diagnostics = DiagnosticEngine()
    #expect(ValueTemplate.parse(try yaml(source.file), diagnostics: diagnostics) != nil)
    let second = SourceLocation(line: source["2️⃣"].line, column: source["2️⃣"].column - 1)
    #expect(
      diagnostics.found == [
        ExpectedDiagnostic(
          source["1️⃣"], "GR0521", "'{{' and '}}' are text here; the value is written '{state.n}'", fixIt: "{state.n}"),
        ExpectedDiagnostic(second, "GR0522", "'{state.n}' is plain text: nothing inside quotes is replaced"),
      ])
    #expect(!diagnostics.hasErrors)
  }
}

/// Compares with the golden answers of yamlgraph; skipped where they are not at hand.
@Suite(.enabled(if: Conformance.isAvailable, "there is no folder shared/conformance above the package"))
struct ValueTemplateConformanceTests {
  enum Outcome: Equatable {
    case value(Value)
    case refused
    case fails
  }

  /// The templates that mean something else here, on purpose, with the reason.
  static let differences: [String: (outcome: Outcome, reason: String)] = {
    let missing = "a missing path is an error outside equality (section 5)"
    let chained = "operators can be combined (section 5)"
    let indexes = "paths take indexes (section 5)"
    let null = "null has no place in arithmetic"
    return [
      "{state.obj.missing.x}": (.fails, missing), "{state.n + state.missing}": (.fails, missing),
      "{state.missing_list + ['x']}": (.fails, missing), "{state.s} {state.missing} end": (.fails, missing),
      "{state.items.length}": (.fails, missing), "{state.missing}": (.fails, missing),
      "{state.obj.k.upper}": (.fails, "values have no methods of Python objects (section 9)"),
      "{state.none + 1}": (.fails, null), "{state.s + x}": (.fails, "text in an expression is quoted"),
      "{n}": (.value(5), "any expression may stand in braces"),
      "{1 + state.n}": (.value(6), "any expression may stand in braces"),
      #"{"k":"{state.n}"}"#: (.value(["k": 5]), "lists and objects are searched"),
      "{state.n + 1 + 1}": (.value(7), chained), "{state.n * 2 + 1}": (.value(11), chained),
      "{state.flag and state.n}": (.value(5), chained), "{state.items[0]}": (.value(1), indexes),
      "{state.items + ['a', 'b']}": (.value([1, 2, "a", "b"]), "a list literal is a list"),
      "{state.items + []}": (.value([1, 2]), "an empty list adds nothing"),
      "{state.n ** 2}": (.refused, "an operator that does not exist is refused"),
      "{state.obj} text": (
        .value(#"{"k": "v", "list": [7, 8], "deep": {"x": 9}} text"#), "JSON, not Python (section 9)"
      ),
      "{state.s}{state.t}": (.value("abcxyz"), "a text may begin and end with an expression"),
      "{state.n }": (.value(5), "spaces in braces do not matter"),
      "{state.a b}": (.refused, "a key with a space is written state['a b']"),
      "{state}": (.refused, "the state cannot be read as a whole"), "{state.n": (.refused, "an open brace is refused"),
    ]
  }()

  static func outcome(_ template: Value, on state: ValueObject) throws -> Outcome {
    do {
      return .value(try resolved(try yaml(of: template), on: state))
    } catch is ExpressionError {
      return .fails
    } catch is SyntaxFailure {
      return .refused
    }
  }

  @Test("values give yamlgraph's answer, apart from the deliberate differences")
  func templates() throws {
    var seen: Set<String> = []
    for (file, key) in [("templates", "template"), ("over_expressions", "expr")] {
      let vectors = try Conformance.vectors(file)
      let state = try #require(vectors["state"]?.object)
      for vector in try #require(vectors["vectors"]?.list) {
        let template = try #require(vector[key])
        let name = template.string ?? template.json()
        let outcome = try Self.outcome(template, on: state)
        if let difference = Self.differences[name] {
          seen.insert(name)
          #expect(outcome == difference.outcome, "\(name): \(difference.reason)")
        } else if let value = vector["result"]?["value"] {
          #expect(outcome == .value(value), "\(name)")
        } else {
          #expect(outcome == .fails, "\(name)")
        }
      }
    }
    #expect(seen == Set(Self.differences.keys), "a difference is listed that no vector shows")
    #expect(seen == (try Conformance.exceptions("templates")))
  }
}

import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import GraphYAML
import Testing

struct PlaceholderTemplateTests {
  private let variables: ValueObject = [
    "name": "Bob", "n": 7, "neg": -3, "f": 2.5, "share": 0.256, "big": 1_234_567, "huge": 1e22, "items": ["a", "b", 3],
    "empty": [],
    "nested": [["x"], ["k": 1]], "obj": ["k": "v", "a b": 1], "flag": true, "none": nil,
    "state": ["topic": "AI", "deep": ["x": 1]],
  ]

  private func template(_ text: String) throws -> PromptTemplate {
    let diagnostics = DiagnosticEngine()
    let template = PromptTemplate.parse(ExpressionSource(text, name: "greet.yaml"), diagnostics: diagnostics)
    #expect(diagnostics.found == [], "\(text)")
    return try #require(template)
  }

  private func rendered(_ text: String) throws -> String {
    try template(text).render({ variables[$0] }, names: { variables.keys })
  }

  @Test(
    "placeholders hold paths",
    arguments: [
      ("Hello {name}!", "Hello Bob!"), ("{obj.k}", "v"), ("{obj[k]}", "v"), ("{obj['k']}", "v"), ("{obj[a b]}", "1"),
      ("{items[0]}{items[-1]}", "a3"), ("{items}", "a, b, 3"), ("{empty}", ""), ("{nested}", #"["x"], {"k": 1}"#),
      ("{obj}", #"{"k": "v", "a b": 1}"#), ("{flag}", "true"), ("{f}", "2.5"), ("{state.topic}", "AI"),
      ("{state.deep.x}", "1"), ("{state['topic']}", "AI"), ("", ""), ("no braces", "no braces"),
      ("{name}{name}", "BobBob"), ("Grüße, {name} 👋", "Grüße, Bob 👋"),
    ])
  func paths(_ text: String, _ expected: String) throws { #expect(try rendered(text) == expected) }

  @Test(
    "a brace that no letter follows is text",
    arguments: [
      #"{"a": 1}"#, "{\n  \"a\": {\"b\": 1}}", "{}", "{0}", "a{1,2}b", "unbalanced {", "} alone", "{ }", "x}}", "{'a'}",
    ])
  func literalBraces(_ text: String) throws { #expect(try rendered(text) == text) }

  @Test("JSON around a placeholder needs no escapes")
  func json() throws {
    #expect(try rendered(#"Answer as {"who": "{name}", "n": {n}}"#) == #"Answer as {"who": "Bob", "n": 7}"#)
  }

  @Test(
    "formats are Python's",
    arguments: [
      ("{n:03d}", "007"), ("{n:d}", "7"), ("{neg:05d}", "-0003"), ("{n:+d}", "+7"), ("{n: d}", " 7"),
      ("{n:>4}", "   7"),
      ("{n:<4}|", "7   |"), ("{n:^5}", "  7  "), ("{n:*^5}", "**7**"), ("{n:.2f}", "7.00"), ("{f:.0f}", "2"),
      ("{f:08.3f}", "0002.500"), ("{neg:=+6}", "-    3"), ("{share:.1%}", "25.6%"), ("{share:%}", "25.600000%"),
      ("{big:,}", "1,234,567"), ("{big:_}", "1_234_567"), ("{big:012,}", "0,001,234,567"), ("{f:e}", "2.500000e+00"),
      ("{f:.3g}", "2.5"), ("{f:.0}", "2e+00"), ("{f:.3}", "2.5"), ("{n:^05d}", "00700"), ("{name:06}", "Bob000"),
      ("{huge:020,}", "0,000,000,000,001e+22"), ("{n:x}", "7"), ("{big:X}", "12D687"), ("{n:b}", "111"), ("{n:o}", "7"),
      ("{name:>5}", "  Bob"),
      ("{name:5}|", "Bob  |"), ("{name:.2}", "Bo"), ("{name:s}", "Bob"), ("{items:>8}", " a, b, 3"),
      ("{name!r}", #""Bob""#), ("{items!r}", #"["a", "b", 3]"#), ("{name!s:>4}", " Bob"),
      ("{big:,.2f}", "1,234,567.00"),
    ])
  func formats(_ text: String, _ expected: String) throws { #expect(try rendered(text) == expected) }

  @Test("variables are the roots at their first use, and keys of the state are apart")
  func variableNames() throws {
    let source = MarkedSource("{1️⃣name} {items[0]} {2️⃣obj.k} {name} {state.3️⃣topic} {state.topic}")
    let file = source.file
    let template = try #require(
      PromptTemplate.parse(
        ExpressionSource(bytes: file.bytes) { SourceSpan(file, $0) }, diagnostics: DiagnosticEngine()))
    #expect(template.variables.map(\.value) == ["name", "items", "obj"])
    #expect(template.variables[0].span.start == source["1️⃣"])
    #expect(template.variables[2].span.start == source["2️⃣"])
    #expect(template.stateKeys.map(\.value) == ["topic"])
    #expect(template.stateKeys[0].span.start == source["3️⃣"])
    #expect(template.paths.map(\.description) == ["name", "items[0]", "obj.k", "name", "topic", "topic"])
  }

  @Test(
    "errors name the prompt, the line and what was given, never a value",
    arguments: [
      ("a\n {topic}", "variable 'topic' has no value", 2), ("{none}", "variable 'none' is null", 1),
      ("{obj.x}", "variable 'obj.x' has no value", 1), ("{items[9]}", "variable 'items[9]' has no value", 1),
      ("{state.x}", "variable 'state.x' has no value", 1),
      ("{name:d}", "format 'd' does not fit 'name', which is str", 1),
      ("{f:d}", "format 'd' does not fit 'f', which is float", 1),
      ("{name:+}", "format '+' does not fit 'name', which is str", 1),
      ("{n:.2}", "format '.2' does not fit 'n', which is int", 1),
    ])
  func errors(_ text: String, _ message: String, _ line: Int) throws {
    let template = try template(text)
    let error = #expect(throws: PromptError.self) {
      try template.render({ variables[$0] }, names: { ["name", "n"] })
    }
    let column = line == 2 ? 2 : 1
    let isFormat = message.hasPrefix("format")
    let end = isFormat ? " [GR0615]" : "; given were 'name', 'n' [GR0614]"
    #expect(error?.description == "greet.yaml:\(line):\(column): \(message)\(end)")
    #expect(error?.diagnostic.message.text == message)
  }

  @Test(
    "mistakes",
    arguments: [
      ("1️⃣{print $2}", "GR0611", "'{print $2}' is not a placeholder: it holds more than a path", nil),
      ("1️⃣{n + 1}", "GR0611", "'{n + 1}' is not a placeholder: it holds more than a path", nil),
      ("1️⃣{name|upper}", "GR0611", "'{name|upper}' is not a placeholder: it holds more than a path", nil),
      ("x 1️⃣{name", "GR0611", "placeholder '{name' is never closed", nil),
      ("{color:1️⃣ red}", "GR0613", "' red' is not a format, as in '.2f', '03d' or '>10'", nil),
      ("{name1️⃣!x}", "GR0613", "'!x' is not a conversion; '!s' writes text and '!r' JSON", nil),
      ("{1️⃣state}", "GR0513", "the state cannot be read as a whole; name a key, as in 'state.topic'", nil),
      ("1️⃣{ name }", "GR0612", "braces with spaces are text; the placeholder is written '{name}'", "{name}"),
    ] as [(String, String, String, String?)])
  func mistakes(_ marked: String, _ code: String, _ message: String, _ fixIt: String?) {
    let source = MarkedSource(marked)
    let file = source.file
    let diagnostics = DiagnosticEngine()
    let template = PromptTemplate.parse(
      ExpressionSource(bytes: file.bytes) { SourceSpan(file, $0) }, diagnostics: diagnostics)
    #expect(diagnostics.found == [ExpectedDiagnostic(source["1️⃣"], code, message, fixIt: fixIt)])
    #expect((template == nil) == diagnostics.hasErrors)
  }

  @Test("no text makes the parser trap, and text without names comes out as it went in")
  func anyText() throws {
    let pieces = [
      "{", "}", "a", "state", ".", "[", "]", "0", ":", "!", "r", " ", "\n", "'", "\"", "é", "d", ",", ">", "%",
    ]
    var generator = SeededGenerator(0x5EED_0601)
    for round in 0..<20_000 {
      let count = Int.random(in: 1...10, using: &generator)
      let text = (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &generator)] }.joined()
      let diagnostics = DiagnosticEngine()
      let template = PromptTemplate.parse(ExpressionSource(text), diagnostics: diagnostics)
      guard let template, template.paths.isEmpty else { continue }
      #expect(try template.render { _ in Optional<Value>.none } == text, "round \(round)")
    }
  }
}

/// Compares with the golden answers of yamlgraph; skipped where they are not at hand.
@Suite(.enabled(if: Conformance.isAvailable, "there is no folder shared/conformance above the package"))
struct PlaceholderConformanceTests {
  /// The texts that mean something else here, on purpose; nil is an error.
  static let differences: [String: (text: String?, reason: String)] = [
    "unbalanced {": ("unbalanced {", "a brace that no letter follows is text"),
    "{0}": ("{0}", "a brace that no letter follows is text"),
    "{none}": (nil, "null in a prompt is an error (section 6)"),
  ]

  @Test("placeholders give yamlgraph's text, apart from the deliberate differences")
  func prompts() throws {
    let file = try Conformance.vectors("prompts")
    let variables = try #require(file["variables"]?.object)
    var seen: Set<String> = []
    for vector in try #require(file["vectors"]?.list) {
      let text = try #require(vector["template"]?.string)
      if PromptTemplate.isJinja(text) { continue }
      let template = try #require(PromptTemplate.parse(ExpressionSource(text), diagnostics: DiagnosticEngine()))
      let rendered = try? template.render { variables[$0] }
      if let difference = Self.differences[text] {
        seen.insert(text)
        #expect(rendered == difference.text, "\(text): \(difference.reason)")
      } else {
        #expect(rendered == vector["render"]?["value"]?.string, "\(text)")
        let names = vector["variables_required"]?["value"]?.list?.compactMap(\.string)
        #expect(template.variables.map(\.value) == names, "\(text)")
      }
    }
    #expect(seen == Set(Self.differences.keys), "a difference is listed that no vector shows")
    #expect(seen == (try Conformance.exceptions("prompts").filter { !PromptTemplate.isJinja($0) }))
  }
}

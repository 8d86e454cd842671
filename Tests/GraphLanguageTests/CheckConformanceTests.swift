import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import GraphYAML
import Testing

/// The checks of guards and the questions of verifications, compared with the golden answers of yamlgraph.
@Suite(.enabled(if: Conformance.isAvailable, "there is no folder shared/conformance above the package"))
struct CheckConformanceTests {
  enum Outcome: Equatable {
    case holds(Bool)
    case refused
  }

  /// The checks that mean something else here, on purpose, with the reason.
  static let differences: [String: (outcome: Outcome, reason: String)] = [
    "state.s | upper": (.holds(true), "every function of the language may follow a pipe"),
    "state.items[0] == 1": (.holds(true), "paths take indexes (section 5)"),
    "-1 < state.n": (.holds(true), "numbers have signs (section 5)"),
  ]

  /// Looks at one check after a node whose result is `output`.
  static func outcome(_ check: String, on state: ValueObject, output: Value) throws -> Outcome {
    let file = try yaml(of: .object(["post": [["check": .string(check)]]]))
    let diagnostics = DiagnosticEngine()
    let checks = CheckDocument.parseGuards(file, diagnostics)
    guard !diagnostics.hasErrors, let document = checks.first else { return .refused }
    let view = StateView(state)
    let lowered = document.lower(view.schema.schema, result: "out")
    return .holds(try lowered.holds(view, StateUpdate("out", output)))
  }

  @Test func `checks give yamlgraph's answer, apart from the deliberate differences`() throws {
    let file = try Conformance.vectors("guards")
    let state = try #require(file["state"]?.object)
    let output = try #require(file["output"])
    var seen: Set<String> = []
    for vector in try #require(file["vectors"]?.list) {
      let check = try #require(vector["check"]?.string)
      let outcome = try Self.outcome(check, on: state, output: output)
      if let difference = Self.differences[check] {
        seen.insert(check)
        #expect(outcome == difference.outcome, "\(check): \(difference.reason)")
      } else if let value = vector["result"]?["value"]?.bool {
        #expect(outcome == .holds(value), "\(check)")
      } else {
        #expect(outcome == .refused, "\(check)")
      }
    }
    #expect(seen == Set(Self.differences.keys), "a difference is listed that no vector shows")
  }

  @Test func `questions give yamlgraph's answer`() throws {
    let vectors = try #require(try Conformance.vectors("verification").list)
    for vector in vectors {
      let question = try #require(vector["question"]?.string)
      let actual = try #require(vector["actual"])
      let violated = vector["result"]?["violated"]?.bool ?? false
      let holds = try verify(question, actual, state: ["n": 3])
      #expect(holds == !violated, "\(question): \(actual.json())")
    }
    #expect(vectors.count == 5)
  }

  @Test func `values for prompts are yamlgraph's, apart from the deliberate difference`() throws {
    let vectors = try #require(try Conformance.vectors("node_variables").list)
    var differences = 0
    for vector in vectors {
      let state = try #require(vector["state"]?.object)
      let variables = try #require(vector["variables"]?.object)
      let expected = try #require(vector["result"]?["value"]?.object)
      guard !variables.isEmpty else {
        // Without `variables`, a prompt sees the state: keys that are null or the engine's are not there.
        let visible = StateView(state).object.filter { !$0.key.hasPrefix("_") }
        #expect(ValueObject(visible.map { ($0.key, $0.value) }) == expected)
        continue
      }
      var values = try #require(try resolved(try yaml(of: .object(variables)), on: state).object)
      if variables["y"] == "{a}" {
        // Any expression may stand in braces, with or without `state.`.
        #expect(values["y"] == state["a"])
        values["y"] = "{a}"
        differences += 1
      }
      #expect(values == expected)
    }
    #expect(differences == 1)
  }
}

/// Checks a prediction about a result, or throws what is wrong with it.
func verify(_ question: String, _ actual: Value, state: ValueObject = [:]) throws -> Bool {
  let diagnostics = DiagnosticEngine()
  guard let document = VerificationDocument(try yaml(of: ["question": .string(question)]), diagnostics),
    !diagnostics.hasErrors
  else { throw SyntaxFailure(diagnostics) }
  let view = StateView(state)
  return try document.lower(view.schema.schema, result: "out").holds(view, StateUpdate("out", actual))
}

/// What predictions mean beyond what another tool knows.
@Suite struct VerificationTests {
  @Test(
    arguments: [
      ("Will return 2-3 items", ["a", "b"], true), ("2 - 3 items", ["a"], false), ("1-2 words", "ab", true),
      ("3-5 characters", "é́", false), ("1-1 points", ["points": ["a"], "title": "t"], true),
      ("1-1 keys", ["a": 1, "b": 2], false), ("0-0 items", 7, true), ("NON-EMPTY", "", false), ("nonempty", [1], true),
      ("Will contain 'tea'", "a cup of tea", true), ("will Contain x", "abc", false), ("contain 7", [1, 7], true),
      ("from 12-x to 1-2 y", "a", true), ("Ünïcode will contain é", "café", true),
    ] as [(String, Value, Bool)])
  func `a prediction is right or wrong`(question: String, actual: Value, isRight: Bool) throws {
    #expect(try verify(question, actual) == isRight)
  }

  @Test func `expressions in a question are replaced`() throws {
    #expect(try verify("Will contain {state.word}", "a b", state: ["word": "b"]))
    #expect(try verify("{lo}-{lo + 1} items", [1, 2], state: ["lo": 2]))
    #expect(try !verify("{lo}-{lo + 1} items", [1], state: ["lo": 2]))
    #expect(try !verify("{lo}-{lo + 1} items", [1], state: ["lo": nil]), "a question without numbers is not right")
  }
}

/// What checks of files and missing values mean.
@Suite struct CheckExpressionTests {
  private func holds(_ check: String, _ state: ValueObject = [:], output: Value = .null) throws -> Bool {
    try CheckConformanceTests.outcome(check, on: state, output: output) == .holds(true)
  }

  @Test func `file_exists and dir_exists look at the file system`() throws {
    let folder = try TemporaryFolder(["a.txt": "x"])
    let state: ValueObject = ["file": .string("\(folder.path)/a.txt"), "folder": .string(folder.path)]
    #expect(try holds("state.file | file_exists", state))
    #expect(try !holds("state.folder | file_exists", state))
    #expect(try holds("dir_exists(state.folder) and not dir_exists(state.file)", state))
    #expect(try !holds("state.none | file_exists", ["none": nil]))
    #expect(try !holds("state.n | dir_exists", ["n": 5]))
  }

  @Test func `length and keys of what is not there are empty`() throws {
    #expect(try holds("state.x | length == 0", ["x": nil]))
    #expect(try holds("state.x.y | keys | length == 0", ["x": ["z": 1]]))
  }

  @Test(
    arguments: [(.null, "null"), (true, "bool"), (1, "int"), (1.5, "float"), ("", "str"), ([], "list"), ([:], "dict")]
      as [(Value, String)])
  func `type names what a value is`(value: Value, name: String) throws {
    #expect(try holds("output | type == '\(name)'", output: value))
  }

  @Test func `a check that cannot be evaluated does not hold`() throws {
    #expect(try !holds("state.x > 1", ["x": "a"]))
    #expect(try !holds("output.a.b == 1 and 1 / 0", output: ["a": ["b": 1]]))
  }

  @Test func `output is the result, and state.output a key`() throws {
    #expect(try holds("output == 1 and state.output == 2", ["output": 2], output: 1))
  }

  @Test func `the result of a node with several keys is all that it writes`() throws {
    let diagnostics = DiagnosticEngine()
    let guards = try yaml("{post: [{check: output.b == 2 and output | length == 2}]}")
    let check = try #require(CheckDocument.parseGuards(guards, diagnostics).first)
    let view = StateView(["a": nil, "b": nil])
    #expect(try check.lower(view.schema.schema, result: "node").holds(view, ["a": 1, "b": 2]))
  }

  @Test func `other expressions cannot look at files`() {
    let source = MarkedSource("x == 'a' and 1️⃣file_exists(x)")
    #expect(
      diagnosticsOfExpression(source) == [
        ExpectedDiagnostic(
          source["1️⃣"], "GR0530", "'file_exists' looks at files, which only the checks of 'guards' and 'verify' may")
      ])
  }
}

import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport

/// State keys with values, in the order of their slots.
struct TestState {
  let keys: [String]
  let values: [Value]

  init(_ object: ValueObject) {
    keys = object.keys
    values = object.values
  }

  func slot(_ name: String) -> Int? { keys.firstIndex(of: name) }
}

/// The state that most tests read.
let sampleState: ValueObject = [
  "n": 5, "f": 1.5, "zero": 0, "neg": -2, "s": "abc", "t": "xyz", "empty": "", "flag": true, "off": false,
  "none": nil, "gone": nil, "items": [1, 2, 3], "words": ["b", "a"], "blank": [],
  "obj": ["k": "v", "list": [7, 8], "deep": ["x": 9], "my-key": 1], "big": 9_223_372_036_854_775_807, "num": "5",
  "text": "salt and pepper",
]

struct SyntaxFailure: Error, CustomStringConvertible {
  let description: String

  init(_ engine: DiagnosticEngine) {
    description = engine.diagnostics.map { ExpectedDiagnostic($0).description }.joined(separator: "\n")
  }
}

/// Parses an expression or throws its diagnostics.
func parsed(_ text: String) throws -> Expression {
  let diagnostics = DiagnosticEngine()
  guard let expression = Expression.parse(ExpressionSource(text), diagnostics: diagnostics) else {
    throw SyntaxFailure(diagnostics)
  }
  return expression
}

/// Parses and evaluates an expression on a state.
func evaluated(_ text: String, on state: ValueObject = sampleState) throws -> Value {
  let state = TestState(state)
  return try parsed(text).compile(state.slot).evaluate { state.values[$0] }
}

/// The message of the error an expression evaluates to, or its value's JSON.
func failure(of text: String, on state: ValueObject = sampleState) throws -> String {
  do {
    return try evaluated(text, on: state).json()
  } catch let error as ExpressionError {
    return error.message
  }
}

/// The diagnostics of a marked expression.
func diagnosticsOfExpression(_ source: MarkedSource) -> [ExpectedDiagnostic] {
  let diagnostics = DiagnosticEngine()
  let file = source.file
  let expression = Expression.parse(
    ExpressionSource(bytes: file.bytes) { SourceSpan(file, $0) }, diagnostics: diagnostics)
  return expression == nil ? diagnostics.diagnostics.map { ExpectedDiagnostic($0) } : []
}

import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import Testing

/// Compares with the golden answers of yamlgraph; skipped where they are not at hand.
@Suite(.enabled(if: Conformance.isAvailable, "there is no folder shared/conformance above the package"))
struct ConditionConformanceTests {
  /// What a condition gives here.
  enum Outcome: Equatable {
    case holds(Bool)
    case refused
    case fails
  }

  /// The conditions that mean something else here, on purpose, with the reason.
  static let differences: [String: (outcome: Outcome, reason: String)] = [
    "score < missing_key": (.fails, "a missing path is an error outside equality (section 5)"),
    "name > 1": (.fails, "types that never compare are an error, not false (section 5)"),
    "a <> 1": (.refused, "an operator that does not exist is refused, not silently false"),
    "name == it's": (.refused, "a quote that is never closed is refused"),
    "score > 0 < 1": (.holds(true), "comparisons chain (section 5)"),
    "items == [1, 2]": (.holds(true), "lists are literals (section 5)"),
    "a == 1\tand b == 2": (.holds(true), "any white space separates words"),
    "score": (.holds(true), "any value has a truth value (section 5)"),
    "(a == 1)": (.holds(true), "there are parentheses (section 5)"),
    "'bob' == name": (.holds(true), "literals may stand on either side (section 5)"),
  ]

  static func outcome(_ condition: String, on object: ValueObject) -> Outcome {
    let state = TestState(object)
    guard let expression = Expression.parse(ExpressionSource(condition), diagnostics: DiagnosticEngine()) else {
      return .refused
    }
    guard let holds = try? expression.compile(state.slot).isTrue({ state.values[$0] }) else { return .fails }
    return .holds(holds)
  }

  @Test("conditions give yamlgraph's answer, apart from the deliberate differences")
  func conditions() throws {
    let file = try Conformance.vectors("conditions")
    let state = try #require(file["state"]?.object)
    let vectors = try #require(file["vectors"]?.list)
    var seen: Set<String> = []
    for vector in vectors {
      let condition = try #require(vector["condition"]?.string)
      let outcome = Self.outcome(condition, on: state)
      if let difference = Self.differences[condition] {
        seen.insert(condition)
        #expect(outcome == difference.outcome, "\(condition): \(difference.reason)")
      } else if let value = vector["eval"]?["value"]?.bool {
        #expect(outcome == .holds(value), "\(condition)")
      } else {
        #expect(outcome == .refused, "\(condition)")
      }
    }
    #expect(seen == Set(Self.differences.keys), "a difference is listed that no vector shows")
    #expect(seen == (try Conformance.exceptions("conditions")))
    #expect(vectors.count == 43)
  }
}

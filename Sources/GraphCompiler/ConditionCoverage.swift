internal import GraphLanguage
internal import GraphRuntime

/// Which states some conditions cover together, as far as that is certain.
struct ConditionCoverage {
  /// Whether one of the conditions holds in every state in which all of them can be evaluated.
  private(set) var isComplete = false

  /// Conditions and negated conditions, by their text.
  private var positive: Set<String> = []
  private var negative: Set<String> = []

  /// Numbers that comparisons cover, by the path that is compared.
  private var numbers: [String: [Interval]] = [:]

  /// Constants that a path is compared with, by path: equal and not equal.
  private var equal: [String: Set<Value>] = [:]
  private var notEqual: [String: Set<Value>] = [:]

  /// A range of numbers; a bound that is closed belongs to it.
  private struct Interval {
    var lower = -Double.infinity
    var isLowerClosed = false
    var upper = Double.infinity
    var isUpperClosed = false
  }

  /// Adds a condition.
  mutating func add(_ condition: Expression) {
    if let constant = condition.constant {
      if constant.isTruthy { isComplete = true }
      return
    }
    addNegation(condition)
    if let (path, comparison, value) = Self.comparison(condition.root) { add(path, comparison, value) }
  }

  private mutating func addNegation(_ condition: Expression) {
    if case .not(let operand, _) = condition.root {
      let text = condition.source.text(in: operand.range)
      negative.insert(text)
      if positive.contains(text) { isComplete = true }
    } else {
      positive.insert(condition.text)
      if negative.contains(condition.text) { isComplete = true }
    }
  }

  private mutating func add(_ path: String, _ comparison: ExpressionNode.Comparison, _ value: Value) {
    switch comparison {
    case .equal:
      equal[path, default: []].insert(value)
      if notEqual[path]?.contains(value) == true { isComplete = true }
    case .notEqual:
      notEqual[path, default: []].insert(value)
      // Two different "not equal" leave nothing out either.
      if equal[path]?.contains(value) == true || (notEqual[path]?.count ?? 0) > 1 { isComplete = true }
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard let number = value.double else { return }
      var interval = Interval()
      switch comparison {
      case .less: interval.upper = number
      case .lessOrEqual: (interval.upper, interval.isUpperClosed) = (number, true)
      case .greater: interval.lower = number
      default: (interval.lower, interval.isLowerClosed) = (number, true)
      }
      numbers[path, default: []].append(interval)
      if Self.coversAll(numbers[path] ?? []) { isComplete = true }
    case .isIn, .isNotIn: break
    }
  }

  /// A comparison of a path with a constant, turned so that the path is on the left.
  private static func comparison(_ node: ExpressionNode) -> (String, ExpressionNode.Comparison, Value)? {
    guard case .comparison(let left, let rest) = node, rest.count == 1 else { return nil }
    switch (left, rest[0].operand) {
    case (.path(let path), .literal(let value, _)): return (path.description, rest[0].comparison, value)
    case (.literal(let value, _), .path(let path)):
      let turned: ExpressionNode.Comparison =
        switch rest[0].comparison {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        default: rest[0].comparison
        }
      guard turned != .isIn, turned != .isNotIn else { return nil }
      return (path.description, turned, value)
    default: return nil
    }
  }

  /// Whether intervals together are all numbers.
  private static func coversAll(_ intervals: [Interval]) -> Bool {
    var end = -Double.infinity
    var isEndCovered = true
    let sorted = intervals.sorted { left, right in
      left.lower != right.lower ? left.lower < right.lower : left.isLowerClosed && !right.isLowerClosed
    }
    for interval in sorted {
      let isAdjoining = interval.lower < end || (interval.lower == end && (isEndCovered || interval.isLowerClosed))
      guard isAdjoining else { return false }
      if interval.upper > end {
        (end, isEndCovered) = (interval.upper, interval.isUpperClosed)
      } else if interval.upper == end {
        isEndCovered = isEndCovered || interval.isUpperClosed
      }
    }
    return end == .infinity
  }
}

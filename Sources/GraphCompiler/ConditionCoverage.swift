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

  /// Whether a condition was added that is no comparison of a path with a number.
  private var hasOther = false

  /// A range of numbers; a bound that is closed belongs to it.
  fileprivate struct Interval {
    var lower = -Double.infinity
    var isLowerClosed = false
    var upper = Double.infinity
    var isUpperClosed = false

    /// Whether there is an integer in it.
    var hasInteger: Bool {
      let first = isLowerClosed ? lower.rounded(.up) : lower.rounded(.down) + 1
      return isUpperClosed ? first <= upper : first < upper
    }
  }

  /// Adds a condition.
  mutating func add(_ condition: Expression) {
    if let constant = condition.constant {
      if constant.isTruthy { isComplete = true }
      return
    }
    addNegation(condition)
    guard let (path, comparison, value) = Self.comparison(condition.root) else {
      hasOther = true
      return
    }
    add(path, comparison, Self.plain(value))
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
      if let number = value.double {
        add(Interval(lower: number, isLowerClosed: true, upper: number, isUpperClosed: true), path)
      } else {
        hasOther = true
      }
      if notEqual[path]?.contains(value) == true { isComplete = true }
    case .notEqual:
      hasOther = true
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
      add(interval, path)
    case .isIn, .isNotIn: hasOther = true
    }
  }

  private mutating func add(_ interval: Interval, _ path: String) {
    numbers[path, default: []].append(interval)
    if Self.gaps(between: numbers[path] ?? [], ending: true).isEmpty { isComplete = true }
  }

  /// A number as a double where it is one, because 1 and 1.0 are equal.
  private static func plain(_ value: Value) -> Value { value.double.map { .double($0) } ?? value }

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

  // MARK: - Gaps

  /// Numbers for which none of the conditions holds.
  struct Gap: CustomStringConvertible {
    /// The path that the conditions compare.
    let path: String
    fileprivate let interval: Interval

    /// The numbers, as in `1` or `above 1 and below 3`.
    var description: String {
      func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
      }
      if interval.lower == interval.upper { return text(interval.lower) }
      let lower = (interval.isLowerClosed ? "at least " : "above ") + text(interval.lower)
      return lower + (interval.isUpperClosed ? " and at most " : " and below ") + text(interval.upper)
    }
  }

  /// The first gap between conditions that all compare one path with numbers; nil when there is none for certain.
  ///
  /// - Parameter isFloat: Whether a key is declared to be a number with a fraction. For others, only gaps in which
  ///   there is an integer count.
  func gap(isFloat: (String) -> Bool) -> Gap? {
    guard !hasOther, numbers.count == 1, let (path, intervals) = numbers.first else { return nil }
    return Self.gaps(between: intervals, ending: false).first { isFloat(path) || $0.hasInteger }.map {
      Gap(path: path, interval: $0)
    }
  }

  /// What intervals leave out between them, and with `ending` also below the first and above the last.
  private static func gaps(between intervals: [Interval], ending: Bool) -> [Interval] {
    var gaps: [Interval] = []
    var end = -Double.infinity
    var isEndCovered = true
    let sorted = intervals.sorted { left, right in
      left.lower != right.lower ? left.lower < right.lower : left.isLowerClosed && !right.isLowerClosed
    }
    for (index, interval) in sorted.enumerated() {
      let isAdjoining = interval.lower < end || (interval.lower == end && (isEndCovered || interval.isLowerClosed))
      if !isAdjoining, index > 0 || (ending && interval.lower > -.infinity) {
        gaps.append(
          Interval(
            lower: end, isLowerClosed: !isEndCovered, upper: interval.lower, isUpperClosed: !interval.isLowerClosed))
      }
      if interval.upper > end || index == 0 {
        (end, isEndCovered) = (interval.upper, interval.isUpperClosed)
      } else if interval.upper == end {
        isEndCovered = isEndCovered || interval.isUpperClosed
      }
    }
    if ending, end < .infinity { gaps.append(Interval(lower: end, isLowerClosed: !isEndCovered)) }
    return gaps
  }
}

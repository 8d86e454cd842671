internal import GraphRuntime

/// A set of values, as a condition on one path divides them: ranges of numbers, and some or all but some other values.
struct ValueSet: Equatable {
  /// A range of numbers; a bound that is closed belongs to it.
  struct Interval: Equatable {
    var lower = -Double.infinity
    var isLowerClosed = false
    var upper = Double.infinity
    var isUpperClosed = false

    /// Whether there is an integer in it.
    var hasInteger: Bool {
      let first = isLowerClosed ? lower.rounded(.up) : lower.rounded(.down) + 1
      return isUpperClosed ? first <= upper : first < upper
    }

    var isEmpty: Bool { lower > upper || (lower == upper && !(isLowerClosed && isUpperClosed)) }

    func intersection(_ other: Interval) -> Interval {
      var met = self
      if other.lower > met.lower || (other.lower == met.lower && !other.isLowerClosed) {
        (met.lower, met.isLowerClosed) = (other.lower, other.isLowerClosed)
      }
      if other.upper < met.upper || (other.upper == met.upper && !other.isUpperClosed) {
        (met.upper, met.isUpperClosed) = (other.upper, other.isUpperClosed)
      }
      return met
    }
  }

  /// Ranges without overlap, in ascending order.
  private(set) var numbers: [Interval]

  /// Values that are no numbers: these, or all but these.
  private(set) var others: Set<Value>
  private(set) var isAllButOthers: Bool

  /// All values.
  static let all = ValueSet(numbers: [Interval()], others: [], isAllButOthers: true)

  /// No value.
  static let none = ValueSet(numbers: [], others: [], isAllButOthers: false)

  /// All numbers.
  static let allNumbers = ValueSet(numbers: [Interval()], others: [], isAllButOthers: false)

  /// The values that count as false.
  static let falsy = ValueSet([.null, false, 0, "", [], [:]])

  private init(numbers: [Interval], others: Set<Value>, isAllButOthers: Bool) {
    self.numbers = numbers
    self.others = others
    self.isAllButOthers = isAllButOthers
  }

  /// Creates a set of some values.
  init(_ values: [Value]) {
    var set = ValueSet.none
    for value in values {
      if let number = value.double {
        let point = Interval(lower: number, isLowerClosed: true, upper: number, isUpperClosed: true)
        set = set.union(ValueSet(numbers: [point], others: [], isAllButOthers: false))
      } else {
        set.others.insert(value)
      }
    }
    self = set
  }

  /// Creates a set of numbers.
  init(_ interval: Interval) {
    self.init(numbers: interval.isEmpty ? [] : [interval], others: [], isAllButOthers: false)
  }

  var isEmpty: Bool { numbers.isEmpty && others.isEmpty && !isAllButOthers }

  /// Everything else.
  var complement: ValueSet {
    ValueSet(numbers: Self.gaps(numbers), others: others, isAllButOthers: !isAllButOthers)
  }

  func intersection(_ other: ValueSet) -> ValueSet {
    let met = numbers.flatMap { left in other.numbers.map { left.intersection($0) } }.filter { !$0.isEmpty }
    let (values, isAllBut): (Set<Value>, Bool) =
      switch (isAllButOthers, other.isAllButOthers) {
      case (false, false): (others.intersection(other.others), false)
      case (false, true): (others.subtracting(other.others), false)
      case (true, false): (other.others.subtracting(others), false)
      case (true, true): (others.union(other.others), true)
      }
    return ValueSet(numbers: Self.joined(met), others: values, isAllButOthers: isAllBut)
  }

  func union(_ other: ValueSet) -> ValueSet { complement.intersection(other.complement).complement }

  func subtracting(_ other: ValueSet) -> ValueSet { intersection(other.complement) }

  func isSubset(of other: ValueSet) -> Bool { subtracting(other).isEmpty }

  /// The numbers of the set.
  var onlyNumbers: ValueSet { intersection(.allNumbers) }

  // MARK: - Ranges

  /// Ranges in order, those that touch made one.
  private static func joined(_ intervals: [Interval]) -> [Interval] {
    let sorted = intervals.sorted { left, right in
      left.lower != right.lower ? left.lower < right.lower : left.isLowerClosed && !right.isLowerClosed
    }
    var joined: [Interval] = []
    for interval in sorted {
      guard let last = joined.last,
        interval.lower < last.upper || (interval.lower == last.upper && (interval.isLowerClosed || last.isUpperClosed))
      else {
        joined.append(interval)
        continue
      }
      if interval.upper > last.upper || (interval.upper == last.upper && interval.isUpperClosed) {
        joined[joined.count - 1].upper = interval.upper
        joined[joined.count - 1].isUpperClosed = interval.isUpperClosed
      }
    }
    return joined
  }

  /// What lies between ranges in order, below the first and above the last.
  private static func gaps(_ intervals: [Interval]) -> [Interval] {
    var gaps: [Interval] = []
    var gap = Interval()
    for interval in intervals {
      gap.upper = interval.lower
      gap.isUpperClosed = !interval.isLowerClosed
      if !gap.isEmpty, interval.lower > -.infinity { gaps.append(gap) }
      gap = Interval(lower: interval.upper, isLowerClosed: !interval.isUpperClosed)
    }
    if gap.lower < .infinity { gaps.append(gap) }
    return gaps
  }
}

// MARK: - Words

extension ValueSet.Interval: CustomStringConvertible {
  /// The numbers, as in `1`, `above 1 and below 3` or `at least 7`.
  var description: String {
    func text(_ number: Double) -> String {
      number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    }
    if lower == upper { return text(lower) }
    let least = lower == -.infinity ? nil : (isLowerClosed ? "at least " : "above ") + text(lower)
    let most = upper == .infinity ? nil : (isUpperClosed ? "at most " : "below ") + text(upper)
    let bounds = [least, most].compactMap { $0 }
    return bounds.isEmpty ? "a number" : bounds.joined(separator: " and ")
  }
}

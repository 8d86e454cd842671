/// What a second write to a state key does with the value that is there.
public enum Reducer: String, Sendable, Hashable, CaseIterable {
  /// The new value takes the old one's place; two writers in one step are an error.
  case replace
  /// A list grows by the items of a list, or by one value that is no list.
  case append
  /// Numbers are summed.
  case add
  /// The entries of an object are written over those of the other.
  case merge
  /// A list grows by the items that it does not have yet.
  case union
  /// The smaller number stays.
  case min
  /// The larger number stays.
  case max

  /// Writes `update` into `current`, which is null before the first write.
  ///
  /// - Complexity: O(size of the update) but for `union`, which is O(size of both).
  /// - Throws: `ReducerError` when the values do not fit the reducer; `current` is then unchanged.
  public func apply(_ update: Value, to current: inout Value) throws(ReducerError) {
    switch self {
    case .replace: current = update
    case .append: try Self.append(update, to: &current, unique: false)
    case .union: try Self.append(update, to: &current, unique: true)
    case .add: try add(update, to: &current)
    case .merge: try merge(update, into: &current)
    case .min: try keepExtreme(update, in: &current) { $0 < $1 }
    case .max: try keepExtreme(update, in: &current) { $0 > $1 }
    }
  }

  private static func append(_ update: Value, to current: inout Value, unique: Bool) throws(ReducerError) {
    var items: [Value]
    switch current {
    case .null: items = []
    case .list(let existing): items = existing
    default: throw ReducerError(reducer: unique ? .union : .append, current: current.kind, update: update.kind)
    }
    // The list leaves the slot while it grows, so that it is not copied.
    current = .null
    let added = update.list ?? [update]
    if unique {
      var present = Set(items)
      for item in added where present.insert(item).inserted { items.append(item) }
    } else {
      items.append(contentsOf: added)
    }
    current = .list(items)
  }

  private func add(_ update: Value, to current: inout Value) throws(ReducerError) {
    switch (current, update) {
    case (.null, .int), (.null, .double): current = update
    case (.int(let left), .int(let right)):
      let (sum, overflow) = left.addingReportingOverflow(right)
      guard !overflow else { throw ReducerError(reducer: self, current: "int", update: "int", overflow: true) }
      current = .int(sum)
    default:
      guard let left = current.double, let right = update.double else {
        throw ReducerError(reducer: self, current: current.kind, update: update.kind)
      }
      guard (left + right).isFinite else {
        throw ReducerError(reducer: self, current: current.kind, update: update.kind, overflow: true)
      }
      current = .double(left + right)
    }
  }

  private func merge(_ update: Value, into current: inout Value) throws(ReducerError) {
    switch (current, update) {
    case (.null, .object): current = update
    case (.object(var object), .object(let other)):
      current = .null
      object.merge(other)
      current = .object(object)
    default: throw ReducerError(reducer: self, current: current.kind, update: update.kind)
    }
  }

  private func keepExtreme(
    _ update: Value, in current: inout Value, _ isBetter: (Double, Double) -> Bool
  ) throws(ReducerError) {
    if current.isNull, update.double != nil {
      current = update
      return
    }
    guard let left = current.double, let right = update.double else {
      throw ReducerError(reducer: self, current: current.kind, update: update.kind)
    }
    // Integers are compared as integers: doubles cannot tell large ones apart.
    if let left = current.int, let right = update.int {
      if self == .min ? right < left : right > left { current = update }
    } else if isBetter(right, left) {
      current = update
    }
  }
}

/// A write that its reducer cannot carry out.
public struct ReducerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The reducer.
  public let reducer: Reducer

  /// The kind of the value that was there.
  public let current: String

  /// The kind of the value that was written.
  public let update: String

  /// Whether the sum of two numbers is none that a value can hold.
  public let overflow: Bool

  init(reducer: Reducer, current: String, update: String, overflow: Bool = false) {
    self.reducer = reducer
    self.current = current
    self.update = update
    self.overflow = overflow
  }

  /// One phrase.
  public var description: String {
    overflow
      ? "the sum is too large for a number"
      : "reducer '\(reducer.rawValue)' cannot put a \(update) into a \(current)"
  }
}

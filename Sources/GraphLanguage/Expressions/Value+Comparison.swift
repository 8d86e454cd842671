package import GraphRuntime

extension Value {
  /// Whether the value counts as true: everything but null, false, zero, and empty texts, lists and objects.
  package var isTruthy: Bool {
    switch self {
    case .null: false
    case .bool(let flag): flag
    case .int(let number): number != 0
    case .double(let number): number != 0
    case .string(let text): !text.isEmpty
    case .list(let items): !items.isEmpty
    case .object(let object): !object.isEmpty
    }
  }

  /// Whether both are the same value; an integer and a float are when they are the same number, at any depth.
  package func isSame(as other: Value) -> Bool {
    switch (self, other) {
    case (.int(let left), .int(let right)): left == right
    case (.double(let left), .double(let right)): left == right
    case (.int(let left), .double(let right)): Int(exactly: right) == left
    case (.double(let left), .int(let right)): Int(exactly: left) == right
    case (.string(let left), .string(let right)): left == right
    case (.bool(let left), .bool(let right)): left == right
    case (.null, .null): true
    case (.list(let left), .list(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
    case (.object(let left), .object(let right)):
      left.count == right.count
        && left.allSatisfy { entry in right[entry.key].map { entry.value.isSame(as: $0) } ?? false }
    default: false
    }
  }

  /// Negative, zero or positive as this is less than, equal to or greater than the other; nil when they have no order.
  ///
  /// Numbers and texts have one; texts are ordered by Unicode code points.
  package func order(to other: Value) -> Int? {
    switch (self, other) {
    case (.int(let left), .int(let right)): left < right ? -1 : left == right ? 0 : 1
    case (.double(let left), .double(let right)): left < right ? -1 : left == right ? 0 : 1
    case (.int(let left), .double(let right)): Self.order(left, right)
    case (.double(let left), .int(let right)): -Self.order(right, left)
    case (.string(let left), .string(let right)):
      left == right ? 0 : left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
    default: nil
    }
  }

  /// Compares without the loss that converting a large integer would have.
  private static func order(_ left: Int, _ right: Double) -> Int {
    if right >= 0x1p63 { return -1 }
    if right < -0x1p63 { return 1 }
    let whole = Int(right.rounded(.down))
    if left != whole { return left < whole ? -1 : 1 }
    return Double(whole) < right ? -1 : 0
  }

  /// Whether this list has the item, this text the part or this object the key; nil when the types do not fit.
  package func contains(_ element: Value) -> Bool? {
    switch (self, element) {
    case (.list(let items), _): items.contains { $0.isSame(as: element) }
    case (.string(let text), .string(let part)): text.utf8Positions(of: part, atMost: 1).first != nil || part.isEmpty
    case (.object(let object), .string(let key)): object[key] != nil
    case (.object, _): false
    default: nil
    }
  }
}

extension String {
  /// The byte offsets at which a non-empty part begins, without overlaps.
  func utf8Positions(of part: String, atMost limit: Int = .max) -> [Int] {
    let text = Array(utf8)
    let wanted = Array(part.utf8)
    guard let first = wanted.first, wanted.count <= text.count else { return [] }
    var positions: [Int] = []
    var offset = 0
    while offset <= text.count - wanted.count && positions.count < limit {
      if text[offset] == first && text[offset..<(offset + wanted.count)].elementsEqual(wanted) {
        positions.append(offset)
        offset += wanted.count
      } else {
        offset += 1
      }
    }
    return positions
  }
}

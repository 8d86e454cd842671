internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateValue {
  /// Python's `==`.
  func isEqual(to other: TemplateValue, _ budget: inout TemplateBudget) throws(TemplateFailure) -> Bool {
    try checkUsable()
    try other.checkUsable()
    if case .value(let left) = self, case .value(let right) = other { return try Self.isEqual(left, right, &budget) }
    if let left = text, let right = other.text {
      try budget.spend(Swift.min(left.utf8.count, right.utf8.count) >> 6)
      return PythonText.isEqual(left, right)
    }
    if let left = row, let right = other.row {
      guard isTuple == other.isTuple, left.count == right.count else { return false }
      for index in 0..<left.count where !(try left[index].isEqual(to: right[index], &budget)) { return false }
      return true
    }
    if let left = entries, let right = other.entries {
      guard left.count == right.count else { return false }
      for (key, value) in left {
        guard let counterpart = try right.value(key), try value.isEqual(to: counterpart, &budget) else { return false }
      }
      return true
    }
    switch (self, other) {
    case (.sequence(let left), .sequence(let right)):
      if case .range = left.kind, case .range = right.kind {
        return try TemplateValue.list(left.items).isEqual(to: .list(right.items), &budget)
      }
      return left === right
    case (.loop(let left), .loop(let right)): return left === right
    case (.macro(let left), .macro(let right)): return left === right
    case (.namespace(let left), .namespace(let right)): return left === right
    case (.cycler(let left), .cycler(let right)): return left === right
    case (.joiner(let left), .joiner(let right)): return left === right
    case (.function(let left), .function(let right)): return left == right
    case (.undefined, .undefined): return true
    default: return false
    }
  }

  private static func isEqual(
    _ left: Value, _ right: Value, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> Bool {
    switch (left, right) {
    case (.string(let left), .string(let right)):
      try budget.spend(Swift.min(left.utf8.count, right.utf8.count) >> 6)
      return PythonText.isEqual(left, right)
    case (.int(let left), .int(let right)): return left == right
    case (.null, .null): return true
    case (.list(let left), .list(let right)):
      guard left.count == right.count else { return false }
      try budget.spend(left.count >> 3)
      for index in left.indices where !(try isEqual(left[index], right[index], &budget)) { return false }
      return true
    case (.object(let left), .object(let right)):
      guard left.count == right.count else { return false }
      try budget.spend(left.count >> 2)
      for (key, value) in left {
        guard let counterpart = right[key], try isEqual(value, counterpart, &budget) else { return false }
      }
      return true
    default:
      guard let left = TemplateValue.value(left).number, let right = TemplateValue.value(right).number else {
        return false
      }
      return left == right
    }
  }

  /// Python's `<`.
  func isLess(than other: TemplateValue, _ budget: inout TemplateBudget) throws(TemplateFailure) -> Bool {
    try isOrdered(before: other, symbol: "<", &budget)
  }

  /// Whether this comes before another value; `symbol` is the operator that asked.
  func isOrdered(
    before other: TemplateValue, symbol: String, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> Bool {
    try checkDefined()
    try other.checkDefined()
    if let left = integer, let right = other.integer { return left < right }
    if let left = number, let right = other.number { return left < right }
    if let left = text, let right = other.text { return PythonText.isLess(left, right) }
    if let left = row, let right = other.row, isTuple == other.isTuple {
      for index in 0..<Swift.min(left.count, right.count) where !(try left[index].isEqual(to: right[index], &budget)) {
        return try left[index].isOrdered(before: right[index], symbol: symbol, &budget)
      }
      return left.count < right.count
    }
    throw TemplateFailure(.templateOperator(symbol, kind, other.kind))
  }

  /// A comparison operator.
  func compare(
    _ operation: TemplateComparison, _ other: TemplateValue, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> Bool {
    switch operation {
    case .equal: return try isEqual(to: other, &budget)
    case .notEqual: return try !isEqual(to: other, &budget)
    case .isIn: return try other.contains(self, &budget)
    case .isNotIn: return try !other.contains(self, &budget)
    case .less, .greater:
      let (left, right) = operation == .less ? (self, other) : (other, self)
      return try left.isOrdered(before: right, symbol: operation.rawValue, &budget)
    case .lessEqual, .greaterEqual:
      // Not the negation of the opposite: with NaN both are false.
      let (left, right) = operation == .lessEqual ? (self, other) : (other, self)
      if try left.isOrdered(before: right, symbol: operation.rawValue, &budget) { return true }
      return try left.isEqual(to: right, &budget)
    }
  }

  /// Python's `item in self`.
  func contains(_ item: TemplateValue, _ budget: inout TemplateBudget) throws(TemplateFailure) -> Bool {
    try checkUsable()
    try item.checkUsable()
    if let text {
      guard let part = item.text else { throw TemplateFailure(.templateOperator("in", item.kind, kind)) }
      try budget.spend(text.utf8.count >> 6)
      return PythonText.firstRange(of: part, in: text) != nil
    }
    if let entries { return try entries.value(item) != nil }
    let items = try items()
    try budget.spend(items.count >> 3)
    for candidate in items where try candidate.isEqual(to: item, &budget) { return true }
    return false
  }

  /// A text that two values share exactly when Python finds them equal and equally hashed.
  func hashKey() throws(TemplateFailure) -> String {
    switch self {
    case .value(.string(let text)), .markup(let text):
      // Spelled out, because equal Swift strings may be unequal in Python.
      if PythonText.isASCII(text) { return "s" + text }
      return "u" + text.unicodeScalars.map { String($0.value) }.joined(separator: " ")
    case .value(.null): return "n"
    case .value(.bool), .value(.int): return "i\(integer ?? 0)"
    case .value(.double(let number)):
      if let integer = Int(exactly: number) { return "i\(integer)" }
      return "d\(number)"
    case .value(.list), .value(.object), .mapping: throw TemplateFailure(.templateNotHashable(kind))
    case .sequence(let sequence):
      guard sequence.isTuple else { throw TemplateFailure(.templateNotHashable(kind)) }
      var key = "t"
      for item in sequence.items {
        let part = try item.hashKey()
        key += "\(part.utf8.count):\(part)"
      }
      return key
    case .loop(let object): return "o\(ObjectIdentifier(object))"
    case .macro(let object): return "o\(ObjectIdentifier(object))"
    case .namespace(let object): return "o\(ObjectIdentifier(object))"
    case .cycler(let object): return "o\(ObjectIdentifier(object))"
    case .joiner(let object): return "o\(ObjectIdentifier(object))"
    case .function(let function): return "f\(function.rawValue)"
    case .undefined(let undefined):
      guard undefined.isSilent else { throw undefined.failure }
      return "x"
    }
  }
}

/// A stable sort with an order that may fail.
///
/// Swift's own sort promises no stability, which Python's has.
func sortedStably<Element>(
  _ items: [Element], _ isBefore: (Element, Element) throws(TemplateFailure) -> Bool
) throws(TemplateFailure) -> [Element] {
  var source = items
  var target = items
  var width = 1
  while width < source.count {
    var start = 0
    while start < source.count {
      let middle = min(start + width, source.count)
      let end = min(start + 2 * width, source.count)
      var left = start
      var right = middle
      for index in start..<end {
        var takesLeft = left < middle
        if takesLeft && right < end { takesLeft = try !isBefore(source[right], source[left]) }
        target[index] = takesLeft ? source[left] : source[right]
        if takesLeft { left += 1 } else { right += 1 }
      }
      start = end
    }
    swap(&source, &target)
    width *= 2
  }
  return source
}

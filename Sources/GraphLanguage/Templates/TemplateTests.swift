internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateTest {
  /// Whether the test holds for a value.
  func holds(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> Bool {
    let isUndefined = if case .undefined = value { true } else { false }
    if self == .defined { return !isUndefined }
    if self == .undefined { return isUndefined }
    try value.checkUsable()
    let other = arguments[0] ?? .null
    switch self {
    case .defined, .undefined: return false
    case .eq: return try value.compare(.equal, other, &budget)
    case .ne: return try value.compare(.notEqual, other, &budget)
    case .lt: return try value.compare(.less, other, &budget)
    case .le: return try value.compare(.lessEqual, other, &budget)
    case .gt: return try value.compare(.greater, other, &budget)
    case .ge: return try value.compare(.greaterEqual, other, &budget)
    case .in: return try other.contains(value, &budget)
    case .sameas: return try isSame(value, other, &budget)
    case .odd: return try remainder(value, .int(2)) == 1
    case .even: return try remainder(value, .int(2)) == 0
    case .divisibleby: return try remainder(value, other) == 0
    case .lower, .upper:
      let text = try value.printed(&budget)
      try budget.spend(text.utf8.count >> 6)
      return PythonText.isCased(text, upper: self == .upper)
    case .filter: return value.text.map { TemplateFilter.named($0) != nil } ?? false
    case .test: return value.text.map { TemplateTest.named($0) != nil } ?? false
    default: return isOfKind(value)
    }
  }

  /// The tests of what a value is, which never fail.
  private func isOfKind(_ value: TemplateValue) -> Bool {
    switch self {
    case .none: value.isNull
    case .boolean: if case .value(.bool) = value { true } else { false }
    case .true: if case .value(.bool(true)) = value { true } else { false }
    case .false: if case .value(.bool(false)) = value { true } else { false }
    case .integer: if case .value(.int) = value { true } else { false }
    case .float: if case .value(.double) = value { true } else { false }
    case .number: value.number != nil
    case .string: value.text != nil
    case .escaped: value.isMarkup
    case .mapping: value.entries != nil
    case .iterable: value.length != nil || value.isSilent
    case .sequence:
      if case .sequence(let sequence) = value, !sequence.isIndexable { false } else { value.length != nil }
    case .callable:
      switch value {
      case .macro, .function, .joiner: true
      case .loop(let state): state.statement.isRecursive
      default: false
      }
    default: false
    }
  }

  private func remainder(_ value: TemplateValue, _ divisor: TemplateValue) throws(TemplateFailure) -> Double {
    guard let left = value.number, let right = divisor.number else {
      throw TemplateFailure(.templateNeeds("numbers", found: value.number == nil ? value.kind : divisor.kind))
    }
    if let left = value.integer, let right = divisor.integer { return Double(try PythonNumber.remainder(left, right)) }
    return try PythonNumber.remainder(left, right)
  }

  /// Python's `is`, as far as values without identity can tell: equal and of one kind.
  private func isSame(_ value: TemplateValue, _ other: TemplateValue, _ budget: inout TemplateBudget)
    throws(TemplateFailure) -> Bool
  {
    if case .value(let left) = value, case .value(let right) = other, left.kind != right.kind { return false }
    return try value.isEqual(to: other, &budget)
  }
}

extension TemplateSequence {
  /// Whether brackets can index it.
  fileprivate var isIndexable: Bool {
    switch kind {
    case .list, .tuple, .group, .range: true
    case .keys, .values, .items, .generator: false
    }
  }
}

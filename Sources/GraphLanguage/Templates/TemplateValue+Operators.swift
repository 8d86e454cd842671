internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateValue {
  /// Plus or minus in front of a value.
  func signed(_ isNegative: Bool) throws(TemplateFailure) -> TemplateValue {
    try checkDefined()
    if let integer {
      let (result, overflow) = isNegative ? (0).subtractingReportingOverflow(integer) : (integer, false)
      if overflow { throw TemplateFailure(.templateOverflow) }
      return .int(result)
    }
    guard let number else { throw TemplateFailure(.templateNeeds("a number", found: kind)) }
    return .double(isNegative ? -number : number)
  }

  /// An operator between two values.
  func arithmetic(
    _ operation: TemplateArithmetic, _ other: TemplateValue, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> TemplateValue {
    try checkDefined()
    try other.checkDefined()
    if operation == .remainder, let text {
      let result = try PythonFormat.printf(text, other, escapes: isMarkup, &budget)
      return isMarkup ? .markup(result) : .string(result)
    }
    if let left = integer, let right = other.integer {
      return try Self.arithmetic(operation, left, right)
    }
    if let left = number, let right = other.number {
      return .double(try Self.arithmetic(operation, left, right))
    }
    switch operation {
    case .add: if let sum = try joined(with: other, &budget) { return sum }
    case .multiply:
      if let count = other.integer, let product = try repeated(count, &budget) { return product }
      if let count = integer, let product = try other.repeated(count, &budget) { return product }
    default: break
    }
    throw TemplateFailure(.templateOperator(operation.rawValue, kind, other.kind))
  }

  private static func arithmetic(
    _ operation: TemplateArithmetic, _ left: Int, _ right: Int
  ) throws(TemplateFailure) -> TemplateValue {
    let (result, overflow): (Int, Bool)
    switch operation {
    case .add: (result, overflow) = left.addingReportingOverflow(right)
    case .subtract: (result, overflow) = left.subtractingReportingOverflow(right)
    case .multiply: (result, overflow) = left.multipliedReportingOverflow(by: right)
    case .divide:
      if right == 0 { throw TemplateFailure(.templateDivisionByZero) }
      return .double(Double(left) / Double(right))
    case .floorDivide: return .int(try PythonNumber.floorDivide(left, right))
    case .remainder: return .int(try PythonNumber.remainder(left, right))
    case .power:
      if right < 0 { return .double(try PythonNumber.power(Double(left), Double(right))) }
      return .int(try PythonNumber.power(left, right))
    }
    if overflow { throw TemplateFailure(.templateOverflow) }
    return .int(result)
  }

  private static func arithmetic(
    _ operation: TemplateArithmetic, _ left: Double, _ right: Double
  ) throws(TemplateFailure) -> Double {
    switch operation {
    case .add: return left + right
    case .subtract: return left - right
    case .multiply: return left * right
    case .divide:
      if right == 0 { throw TemplateFailure(.templateDivisionByZero) }
      return left / right
    case .floorDivide: return try PythonNumber.floorDivide(left, right)
    case .remainder: return try PythonNumber.remainder(left, right)
    case .power: return try PythonNumber.power(left, right)
    }
  }

  /// Two texts, lists or tuples one behind the other.
  private func joined(
    with other: TemplateValue, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> TemplateValue? {
    if let left = text, let right = other.text {
      try budget.spend(bytes: left.utf8.count + right.utf8.count)
      guard isMarkup || other.isMarkup else { return .string(left + right) }
      // Safe text escapes what it is joined with.
      return .markup(
        (isMarkup ? left : PythonText.escaped(left)) + (other.isMarkup ? right : PythonText.escaped(right)))
    }
    guard let left = row, let right = other.row, isTuple == other.isTuple else { return nil }
    try budget.spend(items: left.count + right.count)
    let items = Array(left) + Array(right)
    return isTuple ? try .tuple(items) : try .list(items)
  }

  /// A text, list or tuple several times; nil for anything else.
  private func repeated(_ count: Int, _ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue? {
    let count = Swift.max(0, count)
    if let text {
      let (size, overflow) = text.utf8.count.multipliedReportingOverflow(by: count)
      try budget.spend(bytes: overflow ? .max : size)
      let result = text.isEmpty ? "" : String(repeating: text, count: count)
      return isMarkup ? .markup(result) : .string(result)
    }
    guard let row else { return nil }
    let (size, overflow) = row.count.multipliedReportingOverflow(by: count)
    try budget.spend(items: overflow ? .max : size)
    var items: [TemplateValue] = []
    if !row.isEmpty { for _ in 0..<count { items.append(contentsOf: row) } }
    return isTuple ? try .tuple(items) : try .list(items)
  }

  // MARK: - Items

  /// What brackets find, without the attributes they fall back to; nil when there is no such item.
  func item(_ index: TemplateValue) throws(TemplateFailure) -> TemplateValue? {
    try checkDefined()
    if let entries {
      // Keys that cannot be hashed are as absent as others.
      return try? entries.value(index)
    }
    guard let number = index.integer else { return nil }
    if let text {
      let scalars = text.unicodeScalars
      let count = number < 0 || !PythonText.isASCII(text) ? scalars.count : text.utf8.count
      let position = number < 0 ? count + number : number
      guard position >= 0, position < count else { return nil }
      let result = String(scalars[scalars.index(scalars.startIndex, offsetBy: position)])
      return isMarkup ? .markup(result) : .string(result)
    }
    guard let items = indexedItems else { return nil }
    let position = number < 0 ? items.count + number : number
    return position >= 0 && position < items.count ? items[position] : nil
  }

  /// The items of what brackets can index: lists, tuples and ranges, but no views of dicts.
  private var indexedItems: TemplateItems? {
    if let row { return row }
    if case .sequence(let sequence) = self, case .range = sequence.kind { return TemplateItems(sequence.items) }
    return nil
  }

  /// `self[from:to:step]`.
  func slice(_ from: Int?, _ to: Int?, _ step: Int?) throws(TemplateFailure) -> TemplateValue {
    try checkDefined()
    let step = step ?? 1
    if step == 0 { throw TemplateFailure(.templateNeeds("a step other than 0", found: "0")) }
    if let text {
      let scalars = Array(text.unicodeScalars)
      let result = PythonText.string(Self.indices(scalars.count, from, to, step).map { scalars[$0] })
      return isMarkup ? .markup(result) : .string(result)
    }
    guard let items = indexedItems else { throw TemplateFailure(.templateNeeds("a list or text", found: kind)) }
    let indices = Self.indices(items.count, from, to, step)
    let result = indices.map { items[$0] }
    if case .sequence(let sequence) = self, case .range(let start, let stop, let stride) = sequence.kind {
      let kind = Self.slicedRange(start, stop, stride, items.count, from, to, step)
      return .sequence(try TemplateSequence(kind, result))
    }
    return isTuple ? try .tuple(result) : try .list(result)
  }

  private static func slicedRange(
    _ start: Int, _ stop: Int, _ stride: Int, _ count: Int, _ from: Int?, _ to: Int?, _ step: Int
  ) -> TemplateSequence.Kind {
    let (first, end) = bounds(count, from, to, step)
    return .range(start: start + first * stride, stop: start + end * stride, step: stride * step)
  }

  private static func bounds(_ count: Int, _ from: Int?, _ to: Int?, _ step: Int) -> (Int, Int) {
    let (least, most) = step > 0 ? (0, count) : (-1, count - 1)
    func clamp(_ bound: Int?, _ missing: Int) -> Int {
      guard let bound else { return missing }
      return Swift.min(Swift.max(bound < 0 ? bound + count : bound, least), most)
    }
    return step > 0 ? (clamp(from, 0), clamp(to, count)) : (clamp(from, count - 1), clamp(to, -1))
  }

  private static func indices(_ count: Int, _ from: Int?, _ to: Int?, _ step: Int) -> [Int] {
    let (first, end) = bounds(count, from, to, step)
    return Array(stride(from: first, to: end, by: step))
  }

  /// `range(stop)`, `range(start, stop)` or `range(start, stop, step)`.
  static func range(
    _ arguments: TemplateArguments, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> TemplateValue {
    var numbers: [Int] = []
    for value in arguments.values {
      try value?.checkDefined()
      guard let number = value?.integer else {
        throw TemplateFailure(.templateNeeds("an int", found: value?.kind ?? "nothing"))
      }
      numbers.append(number)
    }
    guard (1...3).contains(numbers.count), arguments.named.isEmpty else {
      throw TemplateFailure(.templateCallArguments("'range' takes one to three ints"))
    }
    let start = numbers.count > 1 ? numbers[0] : 0
    let stop = numbers.count > 1 ? numbers[1] : numbers[0]
    let step = numbers.count > 2 ? numbers[2] : 1
    if step == 0 { throw TemplateFailure(.templateNeeds("a step other than 0", found: "0")) }
    // In doubles, which cannot overflow; the limit is far below where they are inexact.
    let size = Swift.max(0, ((Double(stop) - Double(start)) / Double(step)).rounded(.up))
    try budget.spend(items: Int(Swift.min(size, 1e18)))
    let items = stride(from: start, to: stop, by: step).map { TemplateValue.int($0) }
    return .sequence(try TemplateSequence(.range(start: start, stop: stop, step: step), items))
  }
}

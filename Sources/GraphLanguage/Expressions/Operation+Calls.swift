internal import GraphDiagnostics
internal import GraphRuntime

extension Operation {
  static func call(
    _ function: ExpressionFunction, _ operands: [Operation], _ range: ByteRange, _ read: (Int) -> Value
  ) throws(ExpressionError) -> Value {
    let first = try operands[0].evaluate(read)
    if function == .default {
      return first.isNull ? try operands[1].evaluate(read) : first
    }
    var arguments = [first]
    for operand in operands.dropFirst() { arguments.append(try operand.evaluate(read)) }
    let call = FunctionCall(function: function, operands: operands, arguments: arguments, range: range)
    return try call.result()
  }
}

/// A call with its arguments evaluated.
private struct FunctionCall {
  let function: ExpressionFunction
  let operands: [Operation]
  let arguments: [Value]
  let range: ByteRange

  private var first: Value { arguments[0] }

  func result() throws(ExpressionError) -> Value {
    switch function {
    case .len: return .int(try count())
    case .int: return .int(try integer())
    case .float: return .double(try float())
    case .str:
      if first.isNull { throw wrongArgument(0, "a value") }
      return .string(first.text)
    case .lower: return .string(try text(0).lowercased())
    case .upper: return .string(try text(0).uppercased())
    case .round: return try rounded()
    case .min: return try extreme { $0 < 0 }
    case .max: return try extreme { $0 > 0 }
    case .sum: return try sum()
    case .sorted: return .list(try sortedItems())
    case .keys: return .list(try object().keys.map { .string($0) })
    case .values: return .list(try object().values)
    case .join: return .string(try joined())
    case .split: return .list(try parts().map { .string($0) })
    case .contains:
      guard let contains = first.contains(arguments[1]) else { throw wrongArgument(0, "a list, a dict or a text") }
      return .bool(contains)
    case .range: return .list(try numbers().map { .int($0) })
    case .type: return .string(first.kind)
    case .fileExists: return .bool(first.string.map { ProjectFiles.kind(at: $0) == .file } ?? false)
    case .dirExists: return .bool(first.string.map { ProjectFiles.kind(at: $0) == .folder } ?? false)
    case .default: return first
    }
  }

  // MARK: - Conversions

  private func count() throws(ExpressionError) -> Int {
    switch first {
    case .string(let text): return text.unicodeScalars.count
    case .list(let items): return items.count
    case .object(let object): return object.count
    default: throw wrongArgument(0, "a list, a dict or a text")
    }
  }

  private func integer() throws(ExpressionError) -> Int {
    switch first {
    case .int(let number): return number
    case .bool(let flag): return flag ? 1 : 0
    case .double(let number):
      guard let whole = Int(exactly: number.rounded(.towardZero)) else { throw outOfRange() }
      return whole
    case .string(let text):
      guard let number = Int(text.trimmingSpaces()) else { throw notANumber("a whole number") }
      return number
    default: throw wrongArgument(0, "a number or a text")
    }
  }

  private func float() throws(ExpressionError) -> Double {
    switch first {
    case .int(let number): return Double(number)
    case .double(let number): return number
    case .bool(let flag): return flag ? 1 : 0
    case .string(let text):
      guard let number = Double(text.trimmingSpaces()), number.isFinite else { throw notANumber("a number") }
      return number
    default: throw wrongArgument(0, "a number or a text")
    }
  }

  // MARK: - Numbers

  private func rounded() throws(ExpressionError) -> Value {
    let digits = arguments.count > 1 ? try integer(1) : nil
    switch first {
    case .int(let number):
      guard let digits, digits < 0 else { return first }
      return .int(try roundedInteger(number, toPower: -digits))
    case .double(let number):
      guard let digits else {
        guard let whole = Int(exactly: number.rounded(.toNearestOrEven)) else { throw outOfRange() }
        return .int(whole)
      }
      return .double(Self.rounded(number, digits: digits))
    default: throw wrongArgument(0, "a number")
    }
  }

  /// Rounds to a multiple of a power of ten, halves to the even multiple.
  private func roundedInteger(_ number: Int, toPower power: Int) throws(ExpressionError) -> Int {
    guard power < 19 else { return 0 }
    let unit = (0..<power).reduce(1) { product, _ in product * 10 }
    let remainder = number % unit
    let below = number - remainder
    let distance = remainder.magnitude
    let isUp = distance > UInt(unit / 2) || (distance == UInt(unit / 2) && below / unit % 2 != 0)
    let (result, overflows) = below.addingReportingOverflow(isUp ? (number < 0 ? -unit : unit) : 0)
    if overflows { throw outOfRange() }
    return result
  }

  /// Rounds to decimals, or with negative digits to tens, hundreds and so on.
  private static func rounded(_ number: Double, digits: Int) -> Double {
    if digits >= 0 { return Double(number.formatted("f", precision: min(digits, 330))) ?? number }
    guard digits >= -308 else { return 0 }
    let power = (0..<(-digits)).reduce(1.0) { product, _ in product * 10 }
    return (number / power).rounded(.toNearestOrEven) * power
  }

  private func extreme(_ isBetter: (Int) -> Bool) throws(ExpressionError) -> Value {
    let candidates = arguments.count == 1 ? try items(0) : arguments
    guard var best = candidates.first else { throw ExpressionError("'\(function)' of an empty list", at: range) }
    if best.order(to: best) == nil { throw notOrdered(best, best) }
    for candidate in candidates.dropFirst() {
      guard let order = candidate.order(to: best) else { throw notOrdered(candidate, best) }
      if isBetter(order) { best = candidate }
    }
    return best
  }

  private func sum() throws(ExpressionError) -> Value {
    var whole = 0
    var float: Double?
    for item in try items(0) {
      switch item {
      case .int(let number) where float == nil:
        let (total, overflows) = whole.addingReportingOverflow(number)
        if overflows { throw outOfRange() }
        whole = total
      case .int, .double: float = (float ?? Double(whole)) + (item.double ?? 0)
      default: throw ExpressionError("'sum' needs a list of numbers, not of \(item.kind)", at: range)
      }
    }
    guard let float else { return .int(whole) }
    guard float.isFinite else { throw outOfRange() }
    return .double(float)
  }

  private func numbers() throws(ExpressionError) -> [Int] {
    let start = arguments.count > 1 ? try integer(0) : 0
    let end = arguments.count > 1 ? try integer(1) : try integer(0)
    let step = arguments.count > 2 ? try integer(2) : 1
    guard step != 0 else { throw ExpressionError("'range' with a step of zero", at: range) }
    var numbers: [Int] = []
    var number = start
    while step > 0 ? number < end : number > end {
      guard numbers.count < ExpressionFunction.maximumRangeCount else {
        throw ExpressionError("'range' gives at most \(ExpressionFunction.maximumRangeCount) numbers", at: range)
      }
      numbers.append(number)
      let (next, overflows) = number.addingReportingOverflow(step)
      if overflows { break }
      number = next
    }
    return numbers
  }

  // MARK: - Lists and texts

  private func sortedItems() throws(ExpressionError) -> [Value] {
    let items = try items(0)
    guard let first = items.first else { return [] }
    // One comparison with the first item decides for all: what has an order is numbers or texts.
    for item in items where item.order(to: first) == nil { throw notOrdered(item, first) }
    return items.sorted { ($0.order(to: $1) ?? 0) < 0 }
  }

  private func joined() throws(ExpressionError) -> String {
    let separator = arguments.count > 1 ? try text(1) : ", "
    var result = ""
    for (index, item) in try items(0).enumerated() {
      if item.isNull { throw ExpressionError("'join' needs values, and item \(index) is null", at: range) }
      if index > 0 { result += separator }
      result += item.list == nil ? item.text : item.spacedJSON
      guard result.utf8.count <= Self.maximumJoinedSize else {
        throw ExpressionError("'join' gives at most \(Self.maximumJoinedSize) bytes", at: range)
      }
    }
    return result
  }

  private static let maximumJoinedSize = 16_000_000

  private func parts() throws(ExpressionError) -> [String] {
    let text = try text(0)
    guard arguments.count > 1 else {
      return text.unicodeScalars.split { $0.properties.isWhitespace }.map { String($0) }
    }
    let separator = try self.text(1)
    guard !separator.isEmpty else { throw ExpressionError("'split' with an empty separator", at: range) }
    let bytes = Array(text.utf8)
    var parts: [String] = []
    var start = 0
    for position in text.utf8Positions(of: separator) {
      parts.append(String(decoding: bytes[start..<position], as: UTF8.self))
      start = position + separator.utf8.count
    }
    return parts + [String(decoding: bytes[start...], as: UTF8.self)]
  }

  // MARK: - Arguments and errors

  private func text(_ index: Int) throws(ExpressionError) -> String {
    guard case .string(let text) = arguments[index] else { throw wrongArgument(index, "a text") }
    return text
  }

  private func integer(_ index: Int) throws(ExpressionError) -> Int {
    guard case .int(let number) = arguments[index] else { throw wrongArgument(index, "a whole number") }
    return number
  }

  private func items(_ index: Int) throws(ExpressionError) -> [Value] {
    guard case .list(let items) = arguments[index] else { throw wrongArgument(index, "a list") }
    return items
  }

  private func object() throws(ExpressionError) -> ValueObject {
    guard case .object(let object) = first else { throw wrongArgument(0, "a dict") }
    return object
  }

  private func wrongArgument(_ index: Int, _ wanted: String) -> ExpressionError {
    if arguments[index].isNull, case .path(let path) = operands[index] {
      return ExpressionError(
        "'\(path.path.description)' has no value; '\(function)' needs \(wanted)", at: path.path.range)
    }
    return ExpressionError("'\(function)' needs \(wanted), not \(operands[index].label(arguments[index]))", at: range)
  }

  private func notANumber(_ wanted: String) -> ExpressionError {
    ExpressionError("'\(function)' of \(operands[0].label(first)), which is not \(wanted)", at: range)
  }

  private func notOrdered(_ left: Value, _ right: Value) -> ExpressionError {
    let kinds = left.kind == right.kind ? "\(left.kind) items" : "\(left.kind) with \(right.kind)"
    return ExpressionError("'\(function)' cannot order \(kinds)", at: range)
  }

  private func outOfRange() -> ExpressionError { Operation.outOfRange(function.rawValue, range) }
}

extension String {
  /// The text without white space at both ends.
  package func trimmingSpaces() -> String {
    let scalars = Array(unicodeScalars)
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    var trimmed = String.UnicodeScalarView()
    trimmed.append(contentsOf: scalars[first...last])
    return String(trimmed)
  }
}

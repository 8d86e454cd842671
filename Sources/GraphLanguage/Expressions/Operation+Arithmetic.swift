internal import GraphDiagnostics
internal import GraphRuntime

extension Operation {
  static func signed(_ sign: ExpressionNode.Sign, _ operand: Operation, _ value: Value, _ range: ByteRange)
    throws(ExpressionError) -> Value
  {
    switch value {
    case .int(let number):
      if sign == .plus { return value }
      let (result, overflows) = (0).subtractingReportingOverflow(number)
      if overflows { throw outOfRange("-", range) }
      return .int(result)
    case .double(let number): return .double(sign == .minus ? -number : number)
    default:
      throw ExpressionError("'\(sign.rawValue)' needs a number, not \(operand.label(value))", at: range)
    }
  }

  static func arithmetic(
    _ operation: ExpressionNode.Arithmetic, _ leftOperand: Operation, _ rightOperand: Operation, _ range: ByteRange,
    _ read: (Int) -> Value
  ) throws(ExpressionError) -> Value {
    let left = try leftOperand.evaluate(read)
    let right = try rightOperand.evaluate(read)
    switch (left, right) {
    case (.int(let left), .int(let right)): return try integers(operation, left, right, range)
    case (.double(let left), .double(let right)): return try doubles(operation, left, right, range)
    case (.int(let left), .double(let right)): return try doubles(operation, Double(left), right, range)
    case (.double(let left), .int(let right)): return try doubles(operation, left, Double(right), range)
    case (.string(let left), .string(let right)) where operation == .add: return .string(left + right)
    case (.list(let left), .list(let right)) where operation == .add: return .list(left + right)
    case (.list(let left), let right) where operation == .add && !right.isNull: return .list(left + [right])
    case (.string(let text), .int(let count)) where operation == .multiply: return try repeated(text, count, range)
    case (.int(let count), .string(let text)) where operation == .multiply: return try repeated(text, count, range)
    default:
      throw mismatch("'\(operation.rawValue)' cannot combine", leftOperand, left, rightOperand, right, range)
    }
  }

  private static func integers(
    _ operation: ExpressionNode.Arithmetic, _ left: Int, _ right: Int, _ range: ByteRange
  ) throws(ExpressionError) -> Value {
    let result: (partialValue: Int, overflow: Bool)
    switch operation {
    case .add: result = left.addingReportingOverflow(right)
    case .subtract: result = left.subtractingReportingOverflow(right)
    case .multiply: result = left.multipliedReportingOverflow(by: right)
    case .divide, .floorDivide, .remainder:
      guard right != 0 else { throw divisionByZero(operation, range) }
      if operation == .divide { return .double(Double(left) / Double(right)) }
      // Only the least integer divided by -1 overflows; its remainder is zero.
      if right == -1 && operation == .remainder { return .int(0) }
      result = left.dividedReportingOverflow(by: right)
      if !result.overflow {
        let remainder = left % right
        let isBelow = remainder != 0 && (remainder < 0) != (right < 0)
        if operation == .remainder { return .int(isBelow ? remainder + right : remainder) }
        return .int(isBelow ? result.partialValue - 1 : result.partialValue)
      }
    }
    if result.overflow { throw outOfRange(operation.rawValue, range) }
    return .int(result.partialValue)
  }

  private static func doubles(
    _ operation: ExpressionNode.Arithmetic, _ left: Double, _ right: Double, _ range: ByteRange
  ) throws(ExpressionError) -> Value {
    let result: Double
    switch operation {
    case .add: result = left + right
    case .subtract: result = left - right
    case .multiply: result = left * right
    case .divide, .floorDivide, .remainder:
      guard right != 0 else { throw divisionByZero(operation, range) }
      if operation == .divide {
        result = left / right
        break
      }
      var remainder = left.truncatingRemainder(dividingBy: right)
      var quotient = (left - remainder) / right
      if remainder != 0 && (remainder < 0) != (right < 0) {
        remainder += right
        quotient -= 1
      }
      // The remainder is exact and the quotient nearly so: flooring left / right would be off where that is rounded up.
      result = operation == .remainder ? remainder : quotient.rounded()
    }
    guard result.isFinite else { throw outOfRange(operation.rawValue, range) }
    return .double(result)
  }

  private static func repeated(_ text: String, _ count: Int, _ range: ByteRange) throws(ExpressionError) -> Value {
    guard count > 0 && !text.isEmpty else { return .string("") }
    let (size, overflows) = text.utf8.count.multipliedReportingOverflow(by: count)
    guard !overflows && size <= ExpressionFunction.maximumRepetition else {
      throw ExpressionError(
        "'*' gives at most \(ExpressionFunction.maximumRepetition) bytes of text", at: range)
    }
    return .string(String(repeating: text, count: count))
  }

  private static func divisionByZero(_ operation: ExpressionNode.Arithmetic, _ range: ByteRange) -> ExpressionError {
    ExpressionError("'\(operation.rawValue)' divides by zero", at: range)
  }

  static func outOfRange(_ name: String, _ range: ByteRange) -> ExpressionError {
    ExpressionError("the result of '\(name)' is out of range", at: range)
  }
}

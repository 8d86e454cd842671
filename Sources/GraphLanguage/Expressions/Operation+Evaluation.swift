internal import GraphDiagnostics
internal import GraphRuntime

extension Operation {
  func evaluate(_ read: (Int) -> Value) throws(ExpressionError) -> Value {
    switch self {
    case .constant(let value): return value
    case .path(let path): return try path.read(read)
    case .list(let items):
      var values: [Value] = []
      values.reserveCapacity(items.count)
      for item in items { values.append(try item.evaluate(read)) }
      return .list(values)
    case .object(let entries):
      var object = ValueObject()
      for entry in entries { object[entry.key] = try entry.value.evaluate(read) }
      return .object(object)
    case .signed(let sign, let operand, let range):
      return try Self.signed(sign, operand, try operand.evaluate(read), range)
    case .arithmetic(let operation, let left, let right, let range):
      return try Self.arithmetic(operation, left, right, range, read)
    case .compare, .chain, .not: return .bool(try isTrue(read))
    case .and(let operands): return try Self.firstOperand(operands, that: false, read)
    case .or(let operands): return try Self.firstOperand(operands, that: true, read)
    case .conditional(let then, let condition, let otherwise):
      return try condition.isTrue(read) ? then.evaluate(read) : otherwise.evaluate(read)
    case .call(let function, let arguments, let range):
      return try Self.call(function, arguments, range, read)
    case .element(let base, let index, let isTolerant, let range):
      return try Self.element(base, index, isTolerant: isTolerant, range, read)
    }
  }

  func isTrue(_ read: (Int) -> Value) throws(ExpressionError) -> Bool {
    switch self {
    case .compare(let comparison, let left, let right, let range):
      return try Self.compare(
        comparison, left, try left.evaluate(read), right, try right.evaluate(read), range)
    case .chain(var left, let links):
      var value = try left.evaluate(read)
      for link in links {
        let other = try link.operand.evaluate(read)
        guard try Self.compare(link.comparison, left, value, link.operand, other, link.range) else { return false }
        left = link.operand
        value = other
      }
      return true
    case .not(let operand): return try !operand.isTrue(read)
    case .and(let operands):
      for operand in operands where try !operand.isTrue(read) { return false }
      return true
    case .or(let operands):
      for operand in operands where try operand.isTrue(read) { return true }
      return false
    default: return try evaluate(read).isTruthy
    }
  }

  /// The first operand whose truth is the wanted one, else the last.
  private static func firstOperand(_ operands: [Operation], that wanted: Bool, _ read: (Int) -> Value)
    throws(ExpressionError) -> Value
  {
    var value = Value.null
    for operand in operands {
      value = try operand.evaluate(read)
      if value.isTruthy == wanted { return value }
    }
    return value
  }

  private static func compare(
    _ comparison: ExpressionNode.Comparison, _ leftOperand: Operation, _ left: Value, _ rightOperand: Operation,
    _ right: Value, _ range: ByteRange
  ) throws(ExpressionError) -> Bool {
    switch comparison {
    case .equal: return left.isSame(as: right)
    case .notEqual: return !left.isSame(as: right)
    case .isIn, .isNotIn:
      guard let contains = right.contains(left) else {
        let reason = "'\(comparison.rawValue)' cannot look for \(leftOperand.label(left))"
        throw ExpressionError("\(reason) in \(rightOperand.label(right))", at: range)
      }
      return contains == (comparison == .isIn)
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard let order = left.order(to: right) else {
        throw mismatch("'\(comparison.rawValue)' cannot compare", leftOperand, left, rightOperand, right, range)
      }
      return switch comparison {
      case .less: order < 0
      case .lessOrEqual: order <= 0
      case .greater: order > 0
      default: order >= 0
      }
    }
  }

  /// The error of two operands that do not fit; an operand without a value is named alone.
  static func mismatch(
    _ problem: String, _ leftOperand: Operation, _ left: Value, _ rightOperand: Operation, _ right: Value,
    _ range: ByteRange
  ) -> ExpressionError {
    for (operand, value) in [(leftOperand, left), (rightOperand, right)] where value.isNull {
      if case .path(let path) = operand {
        return ExpressionError("'\(path.path.description)' has no value; \(problem) null", at: path.path.range)
      }
    }
    return ExpressionError("\(problem) \(leftOperand.label(left)) with \(rightOperand.label(right))", at: range)
  }

  private static func element(
    _ base: Operation, _ index: Operation, isTolerant: Bool, _ range: ByteRange, _ read: (Int) -> Value
  ) throws(ExpressionError) -> Value {
    let container = try base.evaluate(read)
    let key = try index.evaluate(read)
    let component: StatePath.Component? =
      switch (container, key) {
      case (.list, .int(let index)): .index(index)
      case (.object, .string(let key)): .key(key)
      default: nil
      }
    if let component {
      if let value = container.step(component) { return value }
    } else if !(container.isNull && isTolerant) {
      throw ExpressionError("\(base.label(container)) has no elements by \(index.label(key))", at: range)
    }
    if isTolerant { return .null }
    let kind = container.list == nil ? "key" : "item"
    throw ExpressionError("\(base.label(container)) has no such \(kind)", at: range)
  }
}

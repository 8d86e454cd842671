internal import GraphLanguage
internal import GraphRuntime

/// For which values of one path a condition holds, as far as it looks at no other one.
struct ConditionSet {
  /// The path, as it is written.
  let path: StatePath

  /// The values for which it holds.
  let values: ValueSet

  /// Whether it can be evaluated for numbers only, as `<` needs them.
  let isNumeric: Bool

  /// The values that it can be evaluated for.
  var universe: ValueSet { isNumeric ? .allNumbers : .all }

  /// Whether it holds wherever it can be evaluated.
  var alwaysHolds: Bool { universe.isSubset(of: values) }

  /// Whether it holds for no value.
  var neverHolds: Bool { values.isEmpty }

  /// Reads a condition; nil where it looks at several paths, or at one in a way that is not known here.
  ///
  /// - Parameter isKey: Whether a bare word is a key of the state, and not a text.
  init?(_ condition: Expression, isKey: @escaping (String) -> Bool) {
    let paths = condition.paths.filter { !$0.mayBeText || isKey($0.root) }
    guard let path = paths.first, paths.allSatisfy({ $0.description == path.description }),
      let part = Part(condition.root, isKey)
    else { return nil }
    self.path = path
    values = part.isNumeric ? part.values.onlyNumbers : part.values
    isNumeric = part.isNumeric
  }

  /// A part of a condition.
  private struct Part {
    var values: ValueSet
    var isNumeric = false

    init(_ values: ValueSet, isNumeric: Bool = false) {
      self.values = values
      self.isNumeric = isNumeric
    }

    init?(_ node: ExpressionNode, _ isKey: (String) -> Bool) {
      switch node {
      case .literal(let value, _): self.init(value.isTruthy ? .all : .none)
      case .path:
        self.init(ValueSet.falsy.complement)
      case .not(let operand, _):
        guard let part = Part(operand, isKey) else { return nil }
        self.init(part.values.complement, isNumeric: part.isNumeric)
      case .and(let operands):
        guard let parts = Part.all(operands, isKey) else { return nil }
        self.init(parts.reduce(.all) { $0.intersection($1.values) }, isNumeric: parts.contains(where: \.isNumeric))
      case .or(let operands):
        guard let parts = Part.all(operands, isKey) else { return nil }
        self.init(parts.reduce(.none) { $0.union($1.values) }, isNumeric: parts.contains(where: \.isNumeric))
      case .comparison(let first, let rest):
        var left = first
        var part = Part(.all)
        for link in rest {
          guard let next = Part(left, link.comparison, link.operand, isKey) else { return nil }
          part.values = part.values.intersection(next.values)
          part.isNumeric = part.isNumeric || next.isNumeric
          left = link.operand
        }
        self = part
      default: return nil
      }
    }

    private static func all(_ operands: [ExpressionNode], _ isKey: (String) -> Bool) -> [Part]? {
      let parts = operands.compactMap { Part($0, isKey) }
      return parts.count == operands.count ? parts : nil
    }

    private init?(
      _ left: ExpressionNode, _ comparison: ExpressionNode.Comparison, _ right: ExpressionNode,
      _ isKey: (String) -> Bool
    ) {
      if let value = right.constant(isKey) {
        guard case .path = left else { return nil }
        self.init(comparison, value)
      } else if case .path = right, let value = left.constant(isKey), let turned = comparison.turned {
        self.init(turned, value)
      } else {
        return nil
      }
    }

    private init?(_ comparison: ExpressionNode.Comparison, _ value: Value) {
      switch comparison {
      case .equal: self.init(ValueSet([value]))
      case .notEqual: self.init(ValueSet([value]).complement)
      case .isIn, .isNotIn:
        guard let items = value.list else { return nil }
        let set = ValueSet(items)
        self.init(comparison == .isIn ? set : set.complement)
      case .less, .lessOrEqual, .greater, .greaterOrEqual:
        guard let number = value.double else { return nil }
        let interval: ValueSet.Interval =
          switch comparison {
          case .less: .init(upper: number)
          case .lessOrEqual: .init(upper: number, isUpperClosed: true)
          case .greater: .init(lower: number)
          default: .init(lower: number, isLowerClosed: true)
          }
        self.init(ValueSet(interval), isNumeric: true)
      }
    }
  }
}

extension ExpressionNode {
  /// The value of a constant, also of a list of constants, a number with a sign and a bare word that is no key.
  fileprivate func constant(_ isKey: (String) -> Bool) -> Value? {
    switch self {
    case .literal(let value, _): return value
    case .path(let path): return path.mayBeText && !isKey(path.root) ? .string(path.root) : nil
    case .signed(.plus, let operand, _): return operand.constant(isKey).flatMap { $0.double == nil ? nil : $0 }
    case .signed(.minus, let operand, _): return operand.constant(isKey)?.double.map { .double(-$0) }
    case .list(let items, _):
      let values = items.compactMap { $0.constant(isKey) }
      return values.count == items.count ? .list(values) : nil
    default: return nil
    }
  }
}

extension ExpressionNode.Comparison {
  /// The comparison with its operands turned round; nil where the right one is no value that is compared.
  fileprivate var turned: Self? {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .equal, .notEqual: self
    case .isIn, .isNotIn: nil
    }
  }
}

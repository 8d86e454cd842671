public import GraphDiagnostics
public import GraphRuntime

/// One node of a parsed expression; ranges are bytes of the expression's source text.
public indirect enum ExpressionNode: Sendable {
  /// A constant.
  case literal(Value, ByteRange)
  /// A read of the state.
  case path(StatePath)
  /// A list of expressions.
  case list([ExpressionNode], ByteRange)
  /// An object; keys are constant text, of equal ones the last wins.
  case object([Entry], ByteRange)
  /// A sign before a number.
  case signed(Sign, ExpressionNode, ByteRange)
  /// Arithmetic between two operands; the range is the operator's.
  case arithmetic(Arithmetic, ExpressionNode, ExpressionNode, ByteRange)
  /// One comparison, or several chained ones that all have to hold.
  case comparison(ExpressionNode, [Comparand])
  /// The first operand that is false, else the last.
  case and([ExpressionNode])
  /// The first operand that is true, else the last.
  case or([ExpressionNode])
  /// True when the operand is false.
  case not(ExpressionNode, ByteRange)
  /// `then if condition else otherwise`.
  case conditional(then: ExpressionNode, condition: ExpressionNode, otherwise: ExpressionNode)
  /// A call; the range reaches from the first argument or the name to the end.
  case call(ExpressionFunction, [ExpressionNode], ByteRange)
  /// A list item or object entry whose index or key is computed.
  case element(ExpressionNode, index: ExpressionNode, ByteRange)

  /// One entry of an object.
  public struct Entry: Sendable {
    /// The key.
    public let key: String
    /// The bytes of the key with its quotes.
    public let keyRange: ByteRange
    /// The value.
    public let value: ExpressionNode
  }

  /// A comparison operator with its right operand.
  public struct Comparand: Sendable {
    /// The operator.
    public let comparison: Comparison
    /// The bytes of the operator.
    public let operatorRange: ByteRange
    /// The right operand.
    public let operand: ExpressionNode

    /// Creates an operator with its right operand.
    public init(comparison: Comparison, operatorRange: ByteRange, operand: ExpressionNode) {
      self.comparison = comparison
      self.operatorRange = operatorRange
      self.operand = operand
    }
  }

  /// A sign.
  public enum Sign: String, Sendable {
    /// `-`
    case minus = "-"
    /// `+`
    case plus = "+"
  }

  /// An arithmetic operator.
  public enum Arithmetic: String, Sendable {
    /// `+`: adds numbers, joins strings and lists, appends to a list.
    case add = "+"
    /// `-`
    case subtract = "-"
    /// `*`: multiplies numbers, repeats texts.
    case multiply = "*"
    /// `/`: always gives a float.
    case divide = "/"
    /// `//`: rounds towards minus infinity.
    case floorDivide = "//"
    /// `%`: has the sign of the divisor.
    case remainder = "%"
  }

  /// A comparison operator.
  public enum Comparison: String, Sendable {
    /// `==`
    case equal = "=="
    /// `!=`
    case notEqual = "!="
    /// `<`
    case less = "<"
    /// `<=`
    case lessOrEqual = "<="
    /// `>`
    case greater = ">"
    /// `>=`
    case greaterOrEqual = ">="
    /// `in`: item of a list, part of a string, key of an object.
    case isIn = "in"
    /// `not in`
    case isNotIn = "not in"

    /// Whether it is `==` or `!=`, which compare anything with anything.
    public var isEquality: Bool { self == .equal || self == .notEqual }
  }

  /// The bytes that the node covers.
  public var range: ByteRange {
    switch self {
    case .literal(_, let range), .list(_, let range), .object(_, let range), .signed(_, _, let range),
      .not(_, let range), .call(_, _, let range), .element(_, _, let range):
      range
    case .path(let path): path.range
    case .arithmetic(_, let left, let right, _): ByteRange(left.range.lowerBound, right.range.upperBound)
    case .comparison(let first, let rest):
      ByteRange(first.range.lowerBound, (rest.last?.operand ?? first).range.upperBound)
    case .and(let operands), .or(let operands):
      ByteRange(operands.first?.range.lowerBound ?? 0, operands.last?.range.upperBound ?? 0)
    case .conditional(let then, _, let otherwise): ByteRange(then.range.lowerBound, otherwise.range.upperBound)
    }
  }

  /// The nodes directly below this one, in the order they were written.
  public var children: [ExpressionNode] {
    switch self {
    case .literal, .path: []
    case .list(let items, _): items
    case .object(let entries, _): entries.map(\.value)
    case .signed(_, let operand, _), .not(let operand, _): [operand]
    case .arithmetic(_, let left, let right, _): [left, right]
    case .comparison(let first, let rest): [first] + rest.map(\.operand)
    case .and(let operands), .or(let operands): operands
    case .conditional(let then, let condition, let otherwise): [then, condition, otherwise]
    case .call(_, let arguments, _): arguments
    case .element(let base, let index, _): [base, index]
    }
  }
}

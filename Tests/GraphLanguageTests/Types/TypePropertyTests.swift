import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import Testing

/// What is said of an expression by its types is true of its values.
@Suite(.timeLimit(.minutes(10)))
struct TypePropertyTests {
  @Test(arguments: 0..<400)
  func `values fit the types, and what is found is so`(seed: UInt64) throws {
    var random = RandomTypes(seed: seed)
    for _ in 0..<25 {
      let text = random.expression()
      let expression = try parsed(text)
      let types = Dictionary(uniqueKeysWithValues: random.keys.map { ($0.name, TypedName($0.type)) })
      var typer = ExpressionTyper(expression, in: TypeScope { types[$0.root] })
      let type = typer.run()
      for _ in 0..<6 {
        let state = random.values()
        let place = "seed \(seed): \(text) of \(Value.object(state).json()) is \(type), by \(random.keys)"
        if let value = Self.value(of: expression, expression.root, state) {
          #expect(type.accepts(value), "\(place): \(value.json())")
        }
        for finding in typer.findings where Self.isReached(finding.subject, in: expression, state) {
          #expect(Self.isTrue(finding, expression, state), "\(place): \(finding.message.text)")
        }
      }
    }
  }

  @Test func `every sort of claim is made, and of many expressions none`() throws {
    var claims: [TypeFinding.Claim: Int] = [:]
    var silent = 0
    for seed in 0..<300 {
      var random = RandomTypes(seed: UInt64(seed))
      let types = Dictionary(uniqueKeysWithValues: random.keys.map { ($0.name, TypedName($0.type)) })
      for depth in 1...3 {
        let expression = try parsed(random.expression(depth: depth))
        var typer = ExpressionTyper(expression, in: TypeScope { types[$0.root] })
        _ = typer.run()
        if typer.findings.isEmpty { silent += 1 }
        for finding in typer.findings { claims[finding.claim, default: 0] += 1 }
      }
    }
    for claim in [TypeFinding.Claim.fails, .neverHolds, .alwaysHolds, .isMissing] {
      #expect(claims[claim, default: 0] > 0, "\(claim)")
    }
    #expect(silent > 50)
  }

  /// The value of a part, or nil where it cannot be evaluated.
  private static func value(of expression: Expression, _ node: ExpressionNode, _ object: ValueObject) -> Value? {
    let state = TestState(object)
    return try? Expression(source: expression.source, root: node).compile(state.slot).evaluate { state.values[$0] }
  }

  private static func isTrue(_ finding: TypeFinding, _ expression: Expression, _ state: ValueObject) -> Bool {
    let value = value(of: expression, finding.subject, state)
    switch finding.claim {
    case .fails: return value == nil
    case .failsUnlessEmpty:
      guard value != nil, case .call(_, let arguments, _) = finding.subject else { return true }
      return Self.value(of: expression, arguments[0], state) == []
    case .neverHolds: return value.map { !isTruthy($0) } ?? true
    case .alwaysHolds: return value.map(isTruthy) ?? true
    case .isMissing:
      let tolerant = ExpressionNode.call(
        .default, [finding.subject, .literal(.null, ByteRange(0, 0))], ByteRange(0, 0))
      return Self.value(of: expression, tolerant, state).map(\.isNull) ?? true
    }
  }

  private static func isTruthy(_ value: Value) -> Bool {
    switch value {
    case .null, .bool(false), .int(0), .double(0), .string(""), .list([]): false
    case .object(let object): !object.isEmpty
    default: true
    }
  }

  /// Whether a part is evaluated when the whole expression is.
  private static func isReached(_ subject: ExpressionNode, in expression: Expression, _ state: ValueObject) -> Bool {
    var node = expression.root
    func holds(_ condition: ExpressionNode) -> Bool? { value(of: expression, condition, state).map(isTruthy) }
    while true {
      let children = node.children
      guard let index = children.firstIndex(where: { contains($0.range, subject.range) }) else { return true }
      switch node {
      case .and: for operand in children[..<index] where holds(operand) != true { return false }
      case .or: for operand in children[..<index] where holds(operand) != false { return false }
      case .conditional(_, let condition, _):
        if index == 0, holds(condition) != true { return false }
        if index == 2, holds(condition) != false { return false }
      case .call(.default, let arguments, _):
        if index == 1 {
          let tolerant = ExpressionNode.comparison(
            arguments[0],
            [
              .init(
                comparison: .equal, operatorRange: ByteRange(0, 0), operand: .literal(.null, ByteRange(0, 0)))
            ])
          if holds(tolerant) != true { return false }
        }
      default: break
      }
      node = children[index]
    }
  }

  private static func contains(_ range: ByteRange, _ other: ByteRange) -> Bool {
    range.lowerBound <= other.lowerBound && other.upperBound <= range.upperBound
  }
}

internal import GraphDiagnostics
internal import GraphRuntime

extension ExpressionTyper {
  mutating func signed(_ sign: ExpressionNode.Sign, _ operand: ExpressionNode, _ node: ExpressionNode) -> SchemaType {
    let type = type(of: operand)
    guard !isUnknown(type) else { return .float }
    guard type.kinds.meets(.number) else {
      report(.signNeedsNumber(sign.rawValue, type.kindNames), node, at: node, .fails, because: [operand])
      return .any
    }
    let numbers = type.limited(to: .number)
    if case .enumeration(let values) = numbers, sign == .minus {
      return .enumeration(
        values.map { $0.int.map { $0 == .min ? .double(-Double($0)) : .int(-$0) } ?? .double(-($0.double ?? 0)) })
    }
    return sign == .plus ? numbers : numbers.isWhole ? .int : .float
  }

  mutating func arithmetic(
    _ operation: ExpressionNode.Arithmetic, _ left: ExpressionNode, _ right: ExpressionNode, _ node: ExpressionNode
  ) -> SchemaType {
    let first = type(of: left)
    let second = type(of: right)
    guard !isUnknown(first), !isUnknown(second) else { return .any }
    let kinds = first.kinds
    let others = second.kinds
    var result = SchemaType.never
    if kinds.meets(.number), others.meets(.number) {
      let isWhole = operation != .divide && first.limited(to: .number).isWhole && second.limited(to: .number).isWhole
      result = isWhole ? .int : .float
      if operation != .add, operation != .subtract, operation != .multiply, isZero(second), result != .never,
        !others.meets([.string, .list])
      {
        report(.dividesByZero(operation.rawValue), node, at: node, .fails, because: [right])
        return .any
      }
    }
    if operation == .add {
      if kinds.contains(.string), others.contains(.string) { result = result.joined(with: .string) }
      if kinds.contains(.list), others != .null { result = result.joined(with: Self.appended(first, second)) }
    }
    if operation == .multiply,
      (kinds.contains(.string) && others.contains(.int)) || (kinds.contains(.int) && others.contains(.string))
    {
      result = result.joined(with: .string)
    }
    guard result == .never else { return result }
    var notes: [Diagnostic.Note] = []
    if operation == .add, kinds.union(others).contains(.string) {
      notes.append(.textOf(kinds.contains(.string) ? right : left, expression))
    }
    report(
      .cannotCombine(operation.rawValue, first.kindNames, second.kindNames), node, at: node, .fails,
      because: [left, right], notes: notes)
    return .any
  }

  private func isZero(_ type: SchemaType) -> Bool {
    guard case .enumeration(let values) = type else { return false }
    return values.allSatisfy { $0.double == 0 }
  }

  /// The type of a list behind which a list's items or another value are put.
  private static func appended(_ list: SchemaType, _ added: SchemaType) -> SchemaType {
    var item = items(of: list)
    if added.kinds.contains(.list) { item = item.joined(with: items(of: added)) }
    return .list(item.joined(with: added.limited(to: ValueKinds.all.subtracting([.list, .null]))))
  }

  /// The type of the items of those values of a type that are lists.
  static func items(of type: SchemaType) -> SchemaType {
    .joined(
      type.limited(to: .list).members.map { member in
        if case .list(let item) = member.unconstrained { item } else { .any }
      })
  }

  /// Whether nothing is known of the values of a type, so that nothing can be said of them.
  func isUnknown(_ type: SchemaType) -> Bool { type == .any || type.nonNull == .never }
}

extension Diagnostic.Note {
  /// How a value becomes text.
  fileprivate static func textOf(_ node: ExpressionNode, _ expression: Expression) -> Diagnostic.Note {
    Diagnostic.Note("'str(\(expression.source.text(in: node.range)))' is the text of the value")
  }
}

extension DiagnosticMessage {
  fileprivate static func cannotCombine(_ operation: String, _ left: String, _ right: String) -> Self {
    Self("GR0543", "'\(operation)' cannot combine \(left) with \(right)")
  }

  fileprivate static func signNeedsNumber(_ sign: String, _ kind: String) -> Self {
    Self("GR0543", "'\(sign)' needs a number, not \(kind)")
  }

  fileprivate static func dividesByZero(_ operation: String) -> Self {
    Self("GR0543", "'\(operation)' divides by zero")
  }
}

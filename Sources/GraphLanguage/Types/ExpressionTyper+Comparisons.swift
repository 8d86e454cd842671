internal import GraphDiagnostics
internal import GraphRuntime

extension ExpressionTyper {
  mutating func comparison(
    _ first: ExpressionNode, _ rest: [ExpressionNode.Comparand], _ node: ExpressionNode
  ) -> SchemaType {
    var left = first
    var leftType = type(of: first, isTolerant: rest[0].comparison.isEquality)
    var result: Bool? = true
    for comparand in rest {
      let rightType = type(of: comparand.operand, isTolerant: comparand.comparison.isEquality)
      let link = Link(
        comparison: comparand.comparison, left: left, leftType: leftType, right: comparand.operand,
        rightType: rightType, node: rest.count == 1 ? node : .comparison(left, [comparand]))
      switch truth(of: link) {
      case true?: break
      case false?: result = false
      case nil: if result == true { result = nil }
      }
      left = comparand.operand
      leftType = rightType
    }
    return result.map { .enumeration([.bool($0)]) } ?? .bool
  }

  /// One comparison of two operands.
  struct Link {
    let comparison: ExpressionNode.Comparison
    let left: ExpressionNode
    let leftType: SchemaType
    let right: ExpressionNode
    let rightType: SchemaType
    let node: ExpressionNode
  }

  /// Whether a comparison always comes out one way.
  private mutating func truth(of link: Link) -> Bool? {
    switch link.comparison {
    case .equal, .notEqual: return equality(link)
    case .less, .lessOrEqual, .greater, .greaterOrEqual: return order(link)
    case .isIn, .isNotIn: return membership(link)
    }
  }

  private mutating func equality(_ link: Link) -> Bool? {
    let isEqual = link.comparison == .equal
    if case .literal(let left, _) = link.left, case .literal(let right, _) = link.right {
      return left.isSame(as: right) == isEqual
    }
    guard !isUnknown(link.leftType) || link.leftType == .null, !isUnknown(link.rightType) || link.rightType == .null,
      !link.leftType.mayEqual(link.rightType)
    else { return nil }
    let (subject, constant) =
      link.rightType.isConstant || !link.leftType.isConstant
      ? ((link.left, link.leftType), (link.right, link.rightType))
      : ((link.right, link.rightType), (link.left, link.leftType))
    reportUnequal(subject, constant, holds: !isEqual, link.node)
    return !isEqual
  }

  /// Reports that a value is never one of another type.
  private mutating func reportUnequal(
    _ subject: (node: ExpressionNode, type: SchemaType), _ other: (node: ExpressionNode, type: SchemaType),
    holds: Bool, _ node: ExpressionNode
  ) {
    let text = expression.source.text(in: subject.node.range)
    let claim: TypeFinding.Claim = holds ? .alwaysHolds : .neverHolds
    let outcome = holds ? "always" : "never"
    let reasons = [subject.node, other.node]
    let texts = subject.type.nonNull.texts
    if let wanted = other.type.nonNull.texts?.first, other.type.isConstant, let texts {
      let near = Suggestion.nearest(to: wanted, among: texts)
      let place = place(ofText: other.node)
      report(
        .neverEqual(text, wanted, outcome), node, at: other.node, claim, because: reasons,
        notes: [near.map { .didYouMean($0) } ?? .known("values of '\(text)'", texts)],
        fixIts: near.flatMap { name in place.map { [.replace($0, with: name)] } } ?? [])
    } else if let range = rangeNote(subject.type, other.type) {
      report(.outOfRange(text, range, outcome), node, at: node, claim, because: reasons)
    } else {
      report(
        .neverComparable(text, subject.type.kindNames, other.type.kindNames, outcome), node, at: node, claim,
        because: reasons)
    }
  }

  /// The range of numbers that decides a comparison.
  private func rangeNote(_ subject: SchemaType, _ other: SchemaType) -> String? {
    guard subject.nonNull.kinds.isSubset(of: .number), other.nonNull.kinds.isSubset(of: .number) else { return nil }
    let range = NumberRange(subject.nonNull)
    return range.isLimited ? range.description : nil
  }

  /// The bytes of a text inside its quotes, or of a bare word.
  private func place(ofText node: ExpressionNode) -> SourceSpan? {
    switch node {
    case .literal(.string(let text), let range) where range.count == text.utf8.count + 2:
      expression.span(of: ByteRange(range.lowerBound + 1, range.upperBound - 1))
    case .path(let path) where path.mayBeText: path.span
    default: nil
    }
  }

  private mutating func order(_ link: Link) -> Bool? {
    guard !isUnknown(link.leftType), !isUnknown(link.rightType) else { return nil }
    let kinds = link.leftType.kinds
    let others = link.rightType.kinds
    let areNumbers = kinds.meets(.number) && others.meets(.number)
    let areTexts = kinds.contains(.string) && others.contains(.string)
    guard areNumbers || areTexts else {
      report(
        .cannotOrder(link.comparison.rawValue, link.leftType.kindNames, link.rightType.kindNames), link.node,
        at: link.node, .fails, because: [link.left, link.right], notes: numberNotes(link))
      return nil
    }
    guard !areTexts else { return nil }
    let left = NumberRange(link.leftType.limited(to: .number))
    let right = NumberRange(link.rightType.limited(to: .number))
    guard left.isLimited, right.isLimited else { return nil }
    let truth: Bool? =
      switch link.comparison {
      case .less: left.isBelow(right) ? true : right.isAtMost(left) ? false : nil
      case .lessOrEqual: left.isAtMost(right) ? true : right.isBelow(left) ? false : nil
      case .greater: right.isBelow(left) ? true : left.isAtMost(right) ? false : nil
      default: right.isAtMost(left) ? true : left.isBelow(right) ? false : nil
      }
    guard let truth else { return nil }
    if case .literal = link.left, case .literal = link.right { return truth }
    let isSubjectRight = link.leftType.isConstant && !link.rightType.isConstant
    let subject = isSubjectRight ? link.right : link.left
    report(
      .outOfRange(
        expression.source.text(in: subject.range), (isSubjectRight ? right : left).description,
        truth ? "always" : "never"), link.node, at: link.node, truth ? .alwaysHolds : .neverHolds,
      because: [link.left, link.right])
    return truth
  }

  /// What to do where a number is compared with text.
  private func numberNotes(_ link: Link) -> [Diagnostic.Note] {
    for (node, type, other) in [
      (link.left, link.leftType, link.rightType), (link.right, link.rightType, link.leftType),
    ] where type.nonNull.kinds == .string && other.kinds.meets(.number) {
      if case .literal(.string(let text), _) = node {
        if Double(text) != nil { return [Diagnostic.Note("a number is written without quotes: \(text)")] }
      } else {
        return [Diagnostic.Note("'float(\(expression.source.text(in: node.range)))' is the number in the text")]
      }
    }
    return []
  }

  private mutating func membership(_ link: Link) -> Bool? {
    guard !isUnknown(link.rightType) else { return nil }
    let kinds = link.rightType.nonNull.kinds
    let isIn = link.comparison == .isIn
    let others = link.leftType.kinds
    guard kinds.meets([.list, .object]) || (kinds.contains(.string) && others.contains(.string)) else {
      report(
        .cannotLookIn(link.comparison.rawValue, link.leftType.kindNames, link.rightType.kindNames), link.node,
        at: link.node, .fails, because: [link.left, link.right])
      return nil
    }
    guard !isUnknown(link.leftType) else { return nil }
    if kinds == .list {
      if case .list(let items, _) = link.right { return membership(of: link, among: items) }
      let item = Self.items(of: link.rightType.nonNull)
      guard item != .any, item != .never, !link.leftType.mayEqual(item) else { return nil }
      let text = expression.source.text(in: link.right.range)
      let wanted = link.leftType.isConstant ? link.leftType.texts?.first : nil
      let texts = item.nonNull.texts
      let near = wanted.flatMap { name in texts.flatMap { Suggestion.nearest(to: name, among: $0) } }
      report(
        .neverIn(expression.source.text(in: link.left.range), text, item.brief, isIn ? "never" : "always"), link.node,
        at: link.node, isIn ? .neverHolds : .alwaysHolds, because: [link.left, link.right],
        notes: near.map { [.didYouMean($0)] } ?? [],
        fixIts: near.flatMap { name in place(ofText: link.left).map { [.replace($0, with: name)] } } ?? [])
      return !isIn
    }
    guard kinds == .object, let names = link.leftType.texts, link.leftType.isConstant, let name = names.first else {
      return nil
    }
    do throws(MissingStep) {
      _ = try link.rightType.step(name)
      return nil
    } catch {
      guard case .unknownField(let fields) = error, !fields.isEmpty else { return nil }
      let text = expression.source.text(in: link.right.range)
      let near = Suggestion.nearest(to: name, among: fields.map(\.name.value))
      report(
        .neverKey(text, name, isIn ? "never" : "always"), link.node, at: link.left, isIn ? .neverHolds : .alwaysHolds,
        because: [link.left, link.right],
        notes: [near.map { .didYouMean($0) } ?? .known("fields of '\(text)'", fields.map(\.name.value))],
        fixIts: near.flatMap { name in place(ofText: link.left).map { [.replace($0, with: name)] } } ?? [])
      return !isIn
    }
  }

  /// Compares a value with each item of a list that is written out.
  private mutating func membership(of link: Link, among items: [ExpressionNode]) -> Bool? {
    var possible = 0
    for item in items {
      guard case .literal(let value, _) = item, !value.isNull else {
        possible += 1
        continue
      }
      let type = SchemaType.constant(value)
      if link.leftType.mayEqual(type) {
        possible += 1
      } else if link.leftType.nonNull.texts != nil || !link.leftType.nonNull.kinds.meets(type.kinds) {
        let comparison = ExpressionNode.comparison(
          link.left,
          [
            .init(
              comparison: .equal, operatorRange: ByteRange(link.right.range.lowerBound, link.right.range.lowerBound),
              operand: item)
          ])
        if link.leftType.isConstant { continue }
        reportUnequal((link.left, link.leftType), (item, type), holds: false, comparison)
      } else {
        possible += 1
      }
    }
    return possible == 0 && !items.isEmpty ? link.comparison == .isNotIn : nil
  }
}

extension SchemaType {
  /// Whether there is one value of the type.
  var isConstant: Bool { if case .enumeration(let values) = self { values.count == 1 } else { self == .null } }

  /// The constants of the type, when all of them are texts.
  package var texts: [String]? {
    guard case .enumeration(let values) = self else { return nil }
    let texts = values.compactMap(\.string)
    return texts.count == values.count ? texts : nil
  }
}

extension DiagnosticMessage {
  static func cannotOrder(_ comparison: String, _ left: String, _ right: String) -> Self {
    Self("GR0542", "'\(comparison)' cannot compare \(left) with \(right)")
  }

  fileprivate static func cannotLookIn(_ comparison: String, _ left: String, _ right: String) -> Self {
    Self("GR0545", "'\(comparison)' cannot look for \(left) in \(right)")
  }

  static func neverEqual(_ subject: String, _ value: String, _ outcome: String) -> Self {
    Self("GR0546", .warning, "'\(subject)' is never '\(value)', so that this comparison \(outcome) holds")
  }

  static func neverComparable(_ subject: String, _ kind: String, _ other: String, _ outcome: String) -> Self {
    Self(
      "GR0546", .warning,
      "'\(subject)' is \(kind) and never equal to \(other), so that this comparison \(outcome) holds")
  }

  fileprivate static func neverIn(_ subject: String, _ list: String, _ item: String, _ outcome: String) -> Self {
    Self("GR0546", .warning, "\(subject) is no item of '\(list)', which holds \(item): this \(outcome) holds")
  }

  fileprivate static func neverKey(_ object: String, _ key: String, _ outcome: String) -> Self {
    Self("GR0546", .warning, "'\(object)' has no field '\(key)', so that this \(outcome) holds")
  }

  fileprivate static func outOfRange(_ subject: String, _ range: String, _ outcome: String) -> Self {
    Self("GR0547", .warning, "'\(subject)' is \(range), so that this comparison \(outcome) holds")
  }
}

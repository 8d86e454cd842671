internal import GraphDiagnostics
internal import GraphRuntime

extension ExpressionTyper {
  /// Takes note of what follows for paths from how a condition has come out.
  mutating func narrow(by condition: ExpressionNode, truth: Bool) {
    switch condition {
    case .path(let path): narrow(path) { truth ? $0.truthy : $0.falsy }
    case .not(let operand, _): narrow(by: operand, truth: !truth)
    case .and(let operands) where truth, .or(let operands) where !truth:
      for operand in operands { narrow(by: operand, truth: truth) }
    case .comparison(let left, let rest) where rest.count == 1: narrow(left, rest[0], truth)
    case .call(.contains, let arguments, _):
      if case .path(let path) = arguments[0], truth { narrow(path) { $0.nonNull } }
    default: break
    }
  }

  private mutating func narrow(_ left: ExpressionNode, _ comparand: ExpressionNode.Comparand, _ truth: Bool) {
    switch (comparand.comparison, left, comparand.operand) {
    case (.equal, .path(let path), .literal(let value, _)), (.equal, .literal(let value, _), .path(let path)):
      narrow(path, to: value, truth)
    case (.notEqual, .path(let path), .literal(let value, _)), (.notEqual, .literal(let value, _), .path(let path)):
      narrow(path, to: value, !truth)
    case (.equal, .call(.type, let arguments, _), .literal(.string(let name), _)):
      narrow(arguments[0], toKind: name, truth)
    case (.notEqual, .call(.type, let arguments, _), .literal(.string(let name), _)):
      narrow(arguments[0], toKind: name, !truth)
    case (.isIn, .path(let path), .list(let items, _)) where truth: narrow(path, toItems: items)
    case (.isNotIn, .path(let path), .list(let items, _)) where !truth: narrow(path, toItems: items)
    case (.isIn, .literal, .path(let path)) where truth: narrow(path) { $0.nonNull }
    case (.less, .path(let path), _), (.lessOrEqual, .path(let path), _), (.greater, .path(let path), _),
      (.greaterOrEqual, .path(let path), _):
      // What was compared without an error had a value.
      narrow(path) { $0.nonNull }
    default: break
    }
  }

  private mutating func narrow(_ path: StatePath, to value: Value, _ isEqual: Bool) {
    narrow(path) { type in
      guard isEqual else {
        if value.isNull { return type.nonNull }
        return type.without(value)
      }
      // An integer may be written as a double, so that what is known of the value is its number.
      return type.mayEqual(.constant(value)) ? (type == .any && value.double != nil ? .float : .constant(value)) : .any
    }
  }

  private mutating func narrow(_ node: ExpressionNode, toKind name: String, _ isOfKind: Bool) {
    guard case .path(let path) = node, let kind = ValueKinds.named.first(where: { $0.name == name })?.kind else {
      return
    }
    narrow(path) { $0.limited(to: isOfKind ? kind : ValueKinds.all.subtracting(kind)) }
  }

  private mutating func narrow(_ path: StatePath, toItems items: [ExpressionNode]) {
    var values: [Value] = []
    for item in items {
      guard case .literal(let value, _) = item else { return }
      values.append(value)
    }
    narrow(path) { type in
      guard type.nonNull.texts != nil else { return type }
      return .joined(values.map { SchemaType.constant($0) }.filter { type.mayEqual($0) })
    }
  }

  /// Replaces what is known of a path; nothing is said of a value that there cannot be.
  private mutating func narrow(_ path: StatePath, _ change: (SchemaType) -> SchemaType) {
    var quiet = ExpressionTyper(expression, in: scope)
    quiet.narrowed = narrowed
    let type = quiet.type(of: path, isTolerant: true)
    let changed = change(type)
    guard changed != type else { return }
    hasNarrowed = true
    narrowed[path.description] = changed == .never ? .any : changed
  }
}

extension SchemaType {
  /// The type without one of its constants.
  fileprivate func without(_ value: Value) -> SchemaType {
    switch self {
    case .enumeration(let values):
      let rest = values.filter { !$0.isSame(as: value) }
      return rest.isEmpty ? .never : .enumeration(rest)
    case .bool:
      if case .bool(let flag) = value { return .enumeration([.bool(!flag)]) }
      return self
    case .union(let types): return .joined(types.map { $0.without(value) })
    default: return self
    }
  }
}

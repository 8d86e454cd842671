internal import GraphDiagnostics

/// A path that an expression reads, and what becomes of the expression where its key has no value.
public struct PathUse: Sendable {
  /// The path.
  public let path: StatePath

  /// Whether the expression certainly fails where the path's root is null.
  ///
  /// False for what `==`, `!=` and `default` look at, and for operands that may not be evaluated at all.
  public let needsValue: Bool
}

extension Expression {
  /// Every path that is read, in the order of `paths`.
  ///
  /// - Parameter needsValue: Whether the expression's own value must not be null.
  public func pathUses(needsValue: Bool = false) -> [PathUse] {
    var uses: [PathUse] = []
    root.collectUses(needsValue ? .value : .evaluation, into: &uses)
    return uses
  }
}

extension ValueTemplate {
  /// Every path that is read, in the order of `paths`.
  ///
  /// - Parameter needsValue: Whether the template's own value must not be null.
  public func pathUses(needsValue: Bool = false) -> [PathUse] {
    var uses: [PathUse] = []
    root.collectUses(needsValue ? .value : .evaluation, into: &uses)
    return uses
  }
}

/// What is certain about the evaluation of a part of an expression.
private enum Demand {
  /// Nothing: it may not be evaluated.
  case nothing
  /// It is evaluated, and a value that is missing counts as null.
  case tolerance
  /// It is evaluated.
  case evaluation
  /// It is evaluated, and null is an error.
  case value
}

extension ValueTemplate.Node {
  fileprivate func collectUses(_ demand: Demand, into uses: inout [PathUse]) {
    switch self {
    case .constant: break
    case .expression(let expression): expression.root.collectUses(demand, into: &uses)
    case .text(let pieces):
      // Null has no text.
      for case .expression(let expression) in pieces { expression.root.collectUses(.value, into: &uses) }
    case .list(let items): for item in items { item.collectUses(.evaluation, into: &uses) }
    case .object(let entries): for entry in entries { entry.value.collectUses(.evaluation, into: &uses) }
    }
  }
}

extension ExpressionNode {
  fileprivate func collectUses(_ demand: Demand, into uses: inout [PathUse]) {
    func collect(_ nodes: some Sequence<ExpressionNode>, _ inner: Demand) {
      for node in nodes { node.collectUses(demand == .nothing ? .nothing : inner, into: &uses) }
    }
    switch self {
    case .literal: break
    case .path(let path):
      let needsValue = demand == .value || demand == .evaluation && !path.components.isEmpty
      uses.append(PathUse(path: path, needsValue: needsValue && !path.mayBeText))
    case .list, .object: collect(children, .evaluation)
    case .signed, .arithmetic: collect(children, .value)
    case .comparison(let first, let rest):
      let comparison = rest[0].comparison
      // What follows a comparison that does not hold is not looked at.
      collect([first], comparison.isEquality ? .tolerance : comparison.isMembership ? .evaluation : .value)
      collect([rest[0].operand], comparison.isEquality ? .tolerance : .value)
      collect(rest.dropFirst().map(\.operand), .nothing)
    case .and(let operands), .or(let operands):
      collect(operands.prefix(1), .evaluation)
      collect(operands.dropFirst(), .nothing)
    case .not: collect(children, .evaluation)
    case .conditional(let then, let condition, let otherwise):
      collect([then], .nothing)
      collect([condition], .evaluation)
      collect([otherwise], .nothing)
    case .call(let function, let arguments, _):
      collect(arguments.prefix(1), function.demand)
      collect(
        arguments.dropFirst(), function == .default ? .nothing : function.takesAlternatives ? .value : .evaluation)
    case .element(let base, let index, _):
      collect([base], demand == .tolerance ? .tolerance : .value)
      collect([index], .evaluation)
    }
  }
}

extension ExpressionNode.Comparison {
  fileprivate var isMembership: Bool { self == .isIn || self == .isNotIn }
}

extension ExpressionFunction {
  /// What it asks of its first argument.
  fileprivate var demand: Demand {
    switch self {
    case .default: .tolerance
    case .type, .fileExists, .dirExists: .evaluation
    default: .value
    }
  }

  /// Whether all its arguments are of one kind.
  fileprivate var takesAlternatives: Bool { self == .min || self == .max }
}

internal import GraphDiagnostics
package import GraphRuntime

/// A node of a compiled expression: names are slots, and what is missing where is decided.
///
/// Leaves are stored in line: evaluation is mostly counting references, and a
/// box around each leaf would double that.
enum Operation: Sendable {
  case constant(Value)
  case path(CompiledPath)
  case list([Operation])
  case object([(key: String, value: Operation)])
  indirect case signed(ExpressionNode.Sign, Operation, ByteRange)
  indirect case arithmetic(ExpressionNode.Arithmetic, Operation, Operation, ByteRange)
  indirect case compare(ExpressionNode.Comparison, Operation, Operation, ByteRange)
  indirect case chain(Operation, [Link])
  case and([Operation])
  case or([Operation])
  indirect case not(Operation)
  indirect case conditional(then: Operation, condition: Operation, otherwise: Operation)
  indirect case call(ExpressionFunction, [Operation], ByteRange)
  indirect case element(Operation, index: Operation, isTolerant: Bool, ByteRange)

  struct Link: Sendable {
    let comparison: ExpressionNode.Comparison
    let operand: Operation
    let range: ByteRange
  }

  /// Lowers a node; a tolerant one reads null where its value is missing.
  init(_ node: ExpressionNode, tolerant: Bool, slot: (StatePath) -> Int?) {
    func lower(_ node: ExpressionNode, tolerant: Bool = false) -> Operation {
      Operation(node, tolerant: tolerant, slot: slot)
    }
    switch node {
    case .literal(let value, _): self = .constant(value)
    case .path(let path):
      let index = slot(path)
      self =
        index == nil && path.mayBeText
        ? .constant(.string(path.root)) : .path(CompiledPath(path, slot: index, isTolerant: tolerant))
    case .list(let items, _): self = .list(items.map { lower($0) })
    case .object(let entries, _): self = .object(entries.map { ($0.key, lower($0.value)) })
    case .signed(let sign, let operand, let range): self = .signed(sign, lower(operand), range)
    case .arithmetic(let operation, let left, let right, let range):
      self = .arithmetic(operation, lower(left), lower(right), range)
    case .comparison(let first, let rest):
      let isTolerant = rest.map(\.comparison.isEquality)
      let left = lower(first, tolerant: isTolerant[0])
      if rest.count == 1 {
        let right = lower(rest[0].operand, tolerant: isTolerant[0])
        self = .compare(rest[0].comparison, left, right, rest[0].operatorRange)
      } else {
        let links = rest.enumerated().map { index, comparand in
          let operand = lower(comparand.operand, tolerant: isTolerant[index])
          return Link(comparison: comparand.comparison, operand: operand, range: comparand.operatorRange)
        }
        self = .chain(left, links)
      }
    case .and(let operands): self = .and(operands.map { lower($0) })
    case .or(let operands): self = .or(operands.map { lower($0) })
    case .not(let operand, _): self = .not(lower(operand))
    case .conditional(let then, let condition, let otherwise):
      self = .conditional(then: lower(then), condition: lower(condition), otherwise: lower(otherwise))
    case .call(let function, let arguments, let range):
      let lowered = arguments.enumerated().map { index, argument in
        lower(argument, tolerant: function.toleratesMissing && index == 0)
      }
      self = .call(function, lowered, range)
    case .element(let base, let index, let range):
      self = .element(lower(base, tolerant: tolerant), index: lower(index), isTolerant: tolerant, range)
    }
  }

  /// The path or kind of an operand as errors name it.
  func label(_ value: Value) -> String {
    if case .path(let path) = self { "'\(path.path.description)' (\(value.kind))" } else { value.kind }
  }
}

/// A path whose root is resolved.
final class CompiledPath: Sendable {
  let path: StatePath
  let slot: Int?
  let components: [StatePath.Component]
  let isTolerant: Bool

  init(_ path: StatePath, slot: Int?, isTolerant: Bool) {
    self.path = path
    self.slot = slot
    self.components = path.components
    self.isTolerant = isTolerant
  }

  /// The value, null when it is missing and that is tolerated.
  func read(_ read: (Int) -> Value) throws(ExpressionError) -> Value {
    try self.read(read, isTolerant: isTolerant)
  }

  /// The value, or nil when it is missing.
  func find(_ read: (Int) -> Value) -> Value? { try? self.read(read, isTolerant: false) }

  private func read(_ read: (Int) -> Value, isTolerant: Bool) throws(ExpressionError) -> Value {
    guard let slot else {
      if isTolerant { return .null }
      throw ExpressionError("'\(path.root)' has no value", at: path.range)
    }
    var value = read(slot)
    for (depth, component) in components.enumerated() {
      guard let inner = value.step(component) else {
        if isTolerant { return .null }
        throw missing(component, of: value, depth: depth)
      }
      value = inner
    }
    return value
  }

  private func missing(_ component: StatePath.Component, of value: Value, depth: Int) -> ExpressionError {
    let base = path.root + StatePath.suffix(components[..<depth])
    let reason: String
    switch (value, component) {
    case (.null, _): reason = "'\(base)' has no value"
    case (.object, .key(let key)): reason = "'\(base)' has no key '\(key)'"
    case (.list(let items), .index): reason = "'\(base)' has \(items.count) item\(items.count == 1 ? "" : "s")"
    default: reason = "'\(base)' is \(value.kind)"
    }
    return ExpressionError("'\(path.description)' is missing: \(reason)", at: path.range)
  }
}

extension Value {
  /// The value one step below this one, or nil when there is none.
  package func step(_ component: StatePath.Component) -> Value? {
    switch (self, component) {
    case (.object(let object), .key(let key)): return object[key]
    case (.list(let items), .index(let index)):
      let position = index < 0 ? items.count + index : index
      // Not a conditional expression: there, nil would become the value null.
      guard items.indices.contains(position) else { return nil }
      return items[position]
    default: return nil
    }
  }
}

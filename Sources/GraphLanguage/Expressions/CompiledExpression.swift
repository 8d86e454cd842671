public import GraphRuntime

/// An expression whose names are resolved to slots, ready to be evaluated any number of times.
public struct CompiledExpression: Sendable {
  let root: Operation

  /// The text of the expression.
  public let text: String

  /// Computes the value; `read` gives the value of a slot, null for one that was never written.
  ///
  /// - Throws: `ExpressionError` when a path is missing, types do not fit an operator or function, or a number is out
  ///   of range.
  public func evaluate(_ read: (Int) -> Value) throws(ExpressionError) -> Value {
    try root.evaluate(read)
  }

  /// Whether the value counts as true.
  ///
  /// - Throws: `ExpressionError` as `evaluate` does.
  public func isTrue(_ read: (Int) -> Value) throws(ExpressionError) -> Bool {
    try root.isTrue(read)
  }

  /// The paths of the expression with their values, such as `score = 0.5`, for a condition that did not hold.
  ///
  /// It shows values of the state, so it belongs only where the user asked for them or where the language promises
  /// them. Texts are cut to `limit` characters; of lists and objects only the size is told.
  public func valuesCompared(limit: Int = 60, _ read: (Int) -> Value) -> [String] {
    var seen: Set<String> = []
    var described: [String] = []
    root.forEachPath { compiled in
      let name = compiled.path.description
      guard seen.insert(name).inserted else { return }
      let value = compiled.find(read)
      described.append("\(name) " + (value.map { "= \(Self.brief($0, limit: limit))" } ?? "is missing"))
    }
    return described
  }

  private static func brief(_ value: Value, limit: Int) -> String {
    switch value {
    case .string(let text):
      let cut = text.prefix(limit)
      return Value.string(String(cut)).json() + (cut.endIndex < text.endIndex ? "…" : "")
    case .list(let items): return "a list of \(items.count)"
    case .object(let object): return "a dict of \(object.count)"
    default: return value.json()
    }
  }
}

extension Operation {
  fileprivate func forEachPath(_ body: (CompiledPath) -> Void) {
    switch self {
    case .constant: break
    case .path(let path): body(path)
    case .list(let items), .and(let items), .or(let items), .call(_, let items, _):
      for item in items { item.forEachPath(body) }
    case .object(let entries): for entry in entries { entry.value.forEachPath(body) }
    case .signed(_, let operand, _), .not(let operand): operand.forEachPath(body)
    case .arithmetic(_, let left, let right, _), .compare(_, let left, let right, _),
      .element(let left, let right, _, _):
      left.forEachPath(body)
      right.forEachPath(body)
    case .chain(let first, let links):
      first.forEachPath(body)
      for link in links { link.operand.forEachPath(body) }
    case .conditional(let then, let condition, let otherwise):
      then.forEachPath(body)
      condition.forEachPath(body)
      otherwise.forEachPath(body)
    }
  }
}

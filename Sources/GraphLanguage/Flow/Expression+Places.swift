internal import GraphRuntime

extension NodeFlow.Place {
  /// The place of a path.
  public init(_ path: StatePath) {
    self.init(
      path.root,
      fields: path.components.map { component in
        if case .key(let key) = component { key } else { nil }
      })
  }
}

extension ValueTemplate {
  /// The places of the state whose text may be in the value.
  public var places: [NodeFlow.Place] { root.places }
}

extension ValueTemplate.Node {
  fileprivate var places: [NodeFlow.Place] {
    switch self {
    case .constant: []
    case .expression(let expression): expression.root.places
    case .text(let pieces):
      pieces.flatMap { piece in
        if case .expression(let expression) = piece { expression.root.places } else { [] as [NodeFlow.Place] }
      }
    case .list(let items): items.flatMap(\.places)
    case .object(let entries): entries.flatMap(\.value.places)
    }
  }
}

extension Expression {
  /// The places of the state that the expression holds against something, so that not every text passes.
  ///
  /// That there is a text at all, or how long it is, says nothing of it.
  public var checkedPlaces: [NodeFlow.Place] { root.checkedPlaces }
}

extension ExpressionNode {
  /// The places whose text may be in the value: not those that are only compared, counted or computed with.
  fileprivate var places: [NodeFlow.Place] {
    switch self {
    case .literal, .signed, .comparison, .not: []
    case .path(let path): [NodeFlow.Place(path)]
    case .list(let items, _): items.flatMap(\.places)
    case .object(let entries, _): entries.flatMap(\.value.places)
    case .arithmetic(let operation, let left, let right, _):
      operation == .add || operation == .multiply ? left.places + right.places : []
    case .and(let operands), .or(let operands): operands.flatMap(\.places)
    case .conditional(let then, _, let otherwise): then.places + otherwise.places
    case .call(let function, let arguments, _):
      switch function {
      case .len, .int, .float, .round, .sum, .contains, .range, .type, .fileExists, .dirExists: []
      case .str, .lower, .upper, .min, .max, .sorted, .keys, .values, .join, .split, .default:
        arguments.flatMap(\.places)
      }
    case .element(let base, let index, _):
      base.places.map { place in
        var place = place
        if case .literal(.string(let key), _) = index { place.fields.append(key) } else { place.fields.append(nil) }
        return place
      }
    }
  }

  fileprivate var checkedPlaces: [NodeFlow.Place] {
    switch self {
    case .comparison(let first, let rest):
      let operands = [first] + rest.map(\.operand)
      // Whether a value is there is no question about its text.
      if operands.contains(where: \.isNothing) { return [] }
      return operands.flatMap(\.places)
    case .call(.contains, let arguments, _): return arguments.flatMap(\.places)
    case .call(.fileExists, let arguments, _), .call(.dirExists, let arguments, _):
      return arguments.flatMap(\.places)
    default: return children.flatMap(\.checkedPlaces)
    }
  }

  /// Whether it is a null or an empty text, list or object.
  private var isNothing: Bool {
    switch self {
    case .literal(let value, _): value.isNull || value == .string("")
    case .list(let items, _): items.isEmpty
    case .object(let entries, _): entries.isEmpty
    default: false
    }
  }
}

extension SchemaType {
  /// The type of what lies behind fields of a value of this type.
  public func type(at fields: ArraySlice<String?>) -> SchemaType {
    guard let field = fields.first else { return self }
    let rest = fields.dropFirst()
    switch self {
    case .object(let object):
      guard let field else { return .any }
      if let known = object.field(named: field) { return known.type.type(at: rest) }
      if case .checked(let type) = object.additional { return type.type(at: rest) }
      return .any
    case .dict(let value): return value.type(at: rest)
    case .list(let item): return item.type(at: rest)
    case .constrained(let type, _): return type.type(at: fields)
    case .union(let types): return .union(types.map { $0.type(at: fields) })
    default: return .any
    }
  }

  /// Whether no text is a value of the type but those that its author had in mind: numbers, truth values, words of an
  /// enumeration, and text of a pattern.
  public var isClosed: Bool {
    switch self {
    case .null, .bool, .int, .float, .enumeration: true
    case .any, .string: false
    case .list(let item), .dict(let item): item.isClosed
    case .object(let object): object.fields.allSatisfy(\.type.isClosed) && object.additional.isClosed
    case .union(let types): types.allSatisfy(\.isClosed)
    case .constrained(let type, let constraints): constraints.pattern != nil || type.isClosed
    }
  }
}

extension SchemaObject.Additional {
  fileprivate var isClosed: Bool {
    switch self {
    case .dropped, .refused: true
    case .checked(let type): type.isClosed
    }
  }
}

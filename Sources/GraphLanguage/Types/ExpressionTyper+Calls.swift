internal import GraphDiagnostics
internal import GraphRuntime

extension ExpressionTyper {
  /// The type of a call.
  mutating func call(
    _ function: ExpressionFunction, _ arguments: [ExpressionNode], _ node: ExpressionNode
  ) -> SchemaType {
    let types = arguments.enumerated().map { index, argument in
      type(of: argument, isTolerant: function.toleratesMissing && index == 0)
    }
    let call = TypedCall(function: function, arguments: arguments, types: types, node: node)
    switch function {
    case .default: return types[0] == .null ? types[1] : types[0].nonNull.joined(with: types[1])
    case .fileExists, .dirExists: return .bool
    case .type: return Self.kinds(of: types[0])
    case .str: return .string
    case .len: return takes([.string, .list, .object], 0, call) ? .length : .any
    case .int, .float:
      guard takes([.int, .double, .bool, .string], 0, call), isNumeric(call) else { return .any }
      return function == .int ? .int : .float
    case .lower, .upper:
      guard takes(.string, 0, call) else { return .any }
      guard let texts = types[0].limited(to: .string).texts else { return .string }
      return .joined(texts.map { .constant(.string(function == .lower ? $0.lowercased() : $0.uppercased())) })
    case .round: return rounded(call)
    case .min, .max: return arguments.count == 1 ? extreme(ofList: call) : extreme(call)
    case .sum: return sum(call)
    case .sorted:
      guard takes(.list, 0, call), isOrdered(call) else { return .any }
      return types[0].limited(to: .list)
    case .keys: return takes(.object, 0, call) ? .list(.string) : .any
    case .values: return takes(.object, 0, call) ? .list(types[0].limited(to: .object).entryType) : .any
    case .join:
      let isList = takes(.list, 0, call)
      return (arguments.count < 2 || takes(.string, 1, call)) && isList ? .string : .any
    case .split:
      let isText = takes(.string, 0, call)
      return (arguments.count < 2 || takes(.string, 1, call)) && isText ? .list(.string) : .any
    case .contains: return contains(call)
    case .range:
      let areNumbers = arguments.indices.map { takes(.int, $0, call) }
      return areNumbers.allSatisfy { $0 } ? .list(.int) : .any
    }
  }

  /// A call with the types of its arguments.
  private struct TypedCall {
    let function: ExpressionFunction
    let arguments: [ExpressionNode]
    let types: [SchemaType]
    let node: ExpressionNode
  }

  /// Whether an argument may be of the kinds that the function takes; if not, that is reported.
  private mutating func takes(_ kinds: ValueKinds, _ index: Int, _ call: TypedCall) -> Bool {
    let type = call.types[index]
    guard !isUnknown(type), !type.kinds.meets(kinds) else { return true }
    report(
      .wrongArgument(call.function.rawValue, Self.names(of: kinds), type.kindNames), call.node, at: call.node, .fails,
      because: [call.arguments[index]])
    return false
  }

  private static func names(of kinds: ValueKinds) -> String {
    switch kinds {
    case [.string, .list, .object]: "a list, a dict or a text"
    case [.int, .double, .bool, .string]: "a number or a text"
    case .string: "a text"
    case .list: "a list"
    case .object: "a dict"
    case .int: "a whole number"
    default: "a number"
    }
  }

  private static func kinds(of type: SchemaType) -> SchemaType {
    let names = ValueKinds.named.filter { type.kinds.contains($0.kind) }.map { Value.string($0.name) }
    return names.isEmpty ? .string : .enumeration(names)
  }

  /// Whether some constant text of an argument reads as a number.
  private mutating func isNumeric(_ call: TypedCall) -> Bool {
    guard let texts = call.types[0].nonNull.texts else { return true }
    let isNumeric = texts.contains { text in
      let text = text.trimmingSpaces()
      return call.function == .int ? Int(text) != nil : Double(text).map(\.isFinite) ?? false
    }
    if !isNumeric {
      report(
        .wrongArgument(call.function.rawValue, "a number", call.types[0].nonNull.brief), call.node, at: call.node,
        .fails, because: [call.arguments[0]])
    }
    return isNumeric
  }

  private mutating func rounded(_ call: TypedCall) -> SchemaType {
    let isNumber = takes(.number, 0, call)
    guard call.arguments.count < 2 || takes(.int, 1, call), isNumber else { return .any }
    if call.arguments.count == 1 || call.types[0].limited(to: .number).isWhole { return .int }
    return .float
  }

  /// The least or greatest of several arguments.
  private mutating func extreme(_ call: TypedCall) -> SchemaType {
    var common: ValueKinds = [.int, .double, .string]
    for type in call.types where !isUnknown(type) {
      var kinds = type.kinds.intersection([.int, .double, .string])
      if kinds.meets(.number) { kinds.formUnion(.number) }
      common.formIntersection(kinds)
    }
    guard common.isEmpty else {
      if call.types.contains(where: isUnknown) { return Self.part(.any, common) }
      return Self.part(.joined(call.types), common)
    }
    let kinds = call.types.map(\.kindNames)
    let differs = kinds.first { $0 != kinds[0] } ?? kinds[0]
    report(
      .cannotOrderAll(call.function.rawValue, kinds[0], differs), call.node, at: call.node, .fails,
      because: call.arguments)
    return .any
  }

  private mutating func extreme(ofList call: TypedCall) -> SchemaType {
    guard takes(.list, 0, call) else { return .any }
    guard isOrdered(call) else { return .any }
    return Self.part(call.types[0].limited(to: .list).itemType, [.int, .double, .string])
  }

  private static func part(_ type: SchemaType, _ kinds: ValueKinds) -> SchemaType {
    let part = type.limited(to: kinds)
    return part == .never ? .any : part
  }

  /// Whether items of a list may have an order; if not, that is reported.
  private mutating func isOrdered(_ call: TypedCall) -> Bool {
    let item = call.types[0].limited(to: .list).itemType
    guard !isUnknown(item), !item.kinds.meets([.int, .double, .string]) else { return true }
    report(
      .cannotOrderItems(call.function.rawValue, item.kindNames), call.node, at: call.node, .failsUnlessEmpty,
      because: call.arguments)
    return false
  }

  private mutating func sum(_ call: TypedCall) -> SchemaType {
    guard takes(.list, 0, call) else { return .any }
    let item = call.types[0].limited(to: .list).itemType
    guard !isUnknown(item) else { return .float }
    guard item.kinds.meets(.number) else {
      report(
        .needsNumbers(call.function.rawValue, item.kindNames), call.node, at: call.node, .failsUnlessEmpty,
        because: call.arguments)
      return .any
    }
    return item.limited(to: .number).isWhole ? .int : .float
  }

  private mutating func contains(_ call: TypedCall) -> SchemaType {
    guard takes([.string, .list, .object], 0, call) else { return .any }
    let container = call.types[0].nonNull
    if container.kinds == .string { return takes(.string, 1, call) ? .bool : .any }
    if container.kinds == .list, !isUnknown(call.types[1]), container.itemType != .any,
      !call.types[1].mayEqual(container.itemType)
    {
      report(
        .neverContains(expression.source.text(in: call.arguments[0].range), container.itemType.brief), call.node,
        at: call.node, .neverHolds, because: call.arguments)
      return .enumeration([false])
    }
    return .bool
  }
}

extension SchemaType {
  /// The type of a number of things.
  fileprivate static let length: SchemaType = {
    var limits = SchemaConstraints()
    limits.minimum = 0
    return .constrained(.int, limits)
  }()
}

extension DiagnosticMessage {
  fileprivate static func wrongArgument(_ function: String, _ wanted: String, _ kind: String) -> Self {
    Self("GR0544", "'\(function)' needs \(wanted), not \(kind)")
  }

  fileprivate static func cannotOrderAll(_ function: String, _ kind: String, _ other: String) -> Self {
    Self(
      "GR0544",
      kind == other ? "'\(function)' cannot order \(kind)" : "'\(function)' cannot order \(kind) with \(other)")
  }

  fileprivate static func cannotOrderItems(_ function: String, _ kind: String) -> Self {
    Self("GR0544", "'\(function)' cannot order items that are \(kind)")
  }

  fileprivate static func needsNumbers(_ function: String, _ kind: String) -> Self {
    Self("GR0544", "'\(function)' needs a list of numbers, not of \(kind)")
  }

  fileprivate static func neverContains(_ list: String, _ item: String) -> Self {
    Self("GR0546", .warning, "'\(list)' holds \(item), so that this never holds")
  }
}

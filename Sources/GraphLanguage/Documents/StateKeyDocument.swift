public import GraphDiagnostics
public import GraphRuntime
internal import GraphYAML

/// A declared key of the state.
public struct StateKeyDocument {
  /// The name.
  public let name: Located<String>

  /// The type.
  public let type: SchemaType

  /// What a second write does.
  public let reducer: Reducer

  /// The value before the first write, or nil.
  public let initial: Located<Value>?

  /// What the key holds.
  public let description: String?

  /// The keys of a declaration that is a mapping.
  public static let keys = KeyTable([
    KeySpec("type", .string, "The type: str, int, float, bool, list, dict, any, list[T], dict[str, T] or T?.").meaning(
      .valueType),
    KeySpec(
      "reducer", .choice(Reducer.allCases.map(\.rawValue) + Array(reducerAliases.keys).sorted()),
      "What a second write does with the value that is there."),
    KeySpec("default", .anyOrNull, "The value before the first write."),
    KeySpec("description", .string, "What the key holds."),
  ])

  /// Names that yamlgraph has for reducers.
  private static let reducerAliases: [String: Reducer] = ["last_value": .replace, "sorted_add": .append]

  static func parseAll(_ node: YAMLNode?, _ diagnostics: DiagnosticEngine) -> [StateKeyDocument] {
    (node?.mapping?.entries ?? []).compactMap { entry in
      guard DocumentName.check(entry.key, "state key", diagnostics) else { return nil }
      return StateKeyDocument(entry.key, entry.value, diagnostics)
    }
  }

  /// Reads a declaration; one that is broken declares a key of any type, because the key is meant to be there.
  private init(_ name: Located<String>, _ node: YAMLNode, _ diagnostics: DiagnosticEngine) {
    self.name = name
    guard node.mapping != nil,
      let fields = FieldReader(
        node, owner: "state key '\(name.value)'", at: name.span, keys: Self.keys, diagnostics: diagnostics)
    else {
      let place = node.span.range.count == 0 ? name.span : node.span
      let isText = FieldReader.check(node, "the type of '\(name.value)'", .string, diagnostics, at: place)
      let text = isText ? node.scalar?.text : nil
      type = text.flatMap { SchemaType.parse(Located($0, at: node.span), diagnostics: diagnostics) } ?? .any
      reducer = .replace
      initial = nil
      description = nil
      return
    }
    type = fields.string("type").flatMap { SchemaType.parse($0, diagnostics: diagnostics) } ?? .any
    reducer = Self.reducer(fields, type: type)
    if let text = fields.string("reducer"), let operand = reducer.operand, !type.mayBe(operand.type) {
      diagnostics.report(
        .reducerOfWrongType(text.value, operand: operand.name, name.value, type: type.description), at: text.span)
    }
    description = fields.string("description")?.value
    Self.checkNull(fields, name, type)
    initial =
      fields.node("default").map { Located($0.plainValue, at: $0.span) }
      ?? reducer.neutral(for: type).map { Located($0, at: name.span) }
    if let initial, !type.accepts(initial.value) {
      diagnostics.report(
        .defaultOfWrongType(name.value, type: type.description, found: initial.value.kind), at: initial.span)
    }
  }

  /// Warns of a default that is null where the type has no null: it is none, and the caller has to give a value.
  private static func checkNull(_ fields: FieldReader, _ name: Located<String>, _ type: SchemaType) {
    guard let entry = fields.mapping["default"], entry.value.isNull, !type.admitsNull else { return }
    let place = entry.value.span.range.count == 0 ? entry.key.span : entry.value.span
    let written = fields.string("type")
    fields.diagnostics.report(
      .nullDefault(name.value, type.description), at: place,
      fixIts: written.map { [FixIt("let it be null", replacing: $0.span, with: $0.value + "?")] } ?? [])
  }

  /// The reducer; `add` on a list means what yamlgraph means by it, to append.
  private static func reducer(_ fields: FieldReader, type: SchemaType) -> Reducer {
    guard let text = fields.string("reducer")?.value else { return .replace }
    if text == "add", case .list = type { return .append }
    return reducerAliases[text] ?? Reducer(rawValue: text) ?? .replace
  }
}

extension Reducer {
  /// What a key must hold for the reducer to work on it, or nil for anything.
  fileprivate var operand: (name: String, type: SchemaType)? {
    switch self {
    case .replace: nil
    case .append, .union: ("lists", .list(.any))
    case .add, .min, .max: ("numbers", .float)
    case .merge: ("objects", .dict(.any))
    }
  }
}

extension Reducer {
  /// The value that a key has before the first write, where the reducer has one that changes nothing: what collects
  /// begins empty, so that it can be read before anything was collected.
  fileprivate func neutral(for type: SchemaType) -> Value? {
    switch (self, type) {
    case (.append, .list), (.union, .list): .list([])
    case (.add, .int): .int(0)
    case (.add, .float): .double(0)
    case (.merge, .dict): .object([:])
    default: nil
    }
  }
}

extension SchemaType {
  /// Whether a value of this type may be of another kind, which is a list, a number or an object of anything.
  fileprivate func mayBe(_ other: SchemaType) -> Bool {
    switch (base, other) {
    case (.any, _), (.list, .list), (.int, .float), (.float, .float), (.dict, .dict), (.object, .dict): true
    case (.union(let types), _): types.contains { $0.mayBe(other) }
    case (.enumeration(let values), _): values.contains { other.accepts($0) }
    default: false
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func reducerOfWrongType(_ reducer: String, operand: String, _ name: String, type: String) -> Self {
    Self("GR0127", "reducer '\(reducer)' works on \(operand), and '\(name)' is '\(type)'")
  }

  fileprivate static func nullDefault(_ name: String, _ type: String) -> Self {
    Self(
      "GR0417", .warning,
      "the default of '\(name)' is null, which '\(type)' never is, so that whoever runs the graph has to give a value")
  }

  fileprivate static func defaultOfWrongType(_ name: String, type: String, found: String) -> Self {
    Self("GR0115", "the default of '\(name)' must be \(type), not \(found)")
  }
}

/// Names of nodes and state keys.
public enum DocumentName {
  /// Says whether a name may be used, and reports where it may not.
  public static func check(_ name: Located<String>, _ what: String, _ diagnostics: DiagnosticEngine) -> Bool {
    let isReserved =
      what == "node" ? name.value == "START" || name.value == "END" : isReservedKey(name.value)
    if isReserved {
      diagnostics.report(.reservedName(name.value, what), at: name.span)
      return false
    }
    if isValid(name.value) { return true }
    diagnostics.report(.invalidName(name.value, what), at: name.span)
    return false
  }

  /// Whether a text has the form of a name.
  static func isValid(_ name: String) -> Bool {
    if isPlain(name) { return true }
    let scalars = name.unicodeScalars
    return scalars.first.map { $0.properties.isAlphabetic || $0 == "_" } ?? false
      && scalars.allSatisfy { $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_" || $0 == "-" }
  }

  /// Whether a name is made of ASCII letters, digits and `_`, as nearly all are.
  private static func isPlain(_ name: String) -> Bool {
    var isFirst = true
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): break
      case UInt8(ascii: "0")...UInt8(ascii: "9") where !isFirst: break
      default: return false
      }
      isFirst = false
    }
    return !isFirst
  }

  /// Whether a key is the engine's; `errors` may be declared, as graphs written for yamlgraph do.
  private static func isReservedKey(_ name: String) -> Bool {
    name == "state" || (ReservedKey(rawValue: name).map { $0 != .errors } ?? false)
  }
}

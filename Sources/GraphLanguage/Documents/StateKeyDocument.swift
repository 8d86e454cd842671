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
    KeySpec("type", .string, "The type: str, int, float, bool, list, dict, any, list[T], dict[str, T] or T?."),
    KeySpec(
      "reducer", .choice(Reducer.allCases.map(\.rawValue) + Array(reducerAliases.keys).sorted()),
      "What a second write does with the value that is there."),
    KeySpec("default", .any, "The value before the first write."),
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

  private init?(_ name: Located<String>, _ node: YAMLNode, _ diagnostics: DiagnosticEngine) {
    self.name = name
    guard node.mapping != nil else {
      guard FieldReader.check(node, "the type of '\(name.value)'", .string, diagnostics), let text = node.scalar?.text
      else { return nil }
      type = SchemaType.parse(Located(text, at: node.span), diagnostics: diagnostics) ?? .any
      reducer = .replace
      initial = nil
      description = nil
      return
    }
    guard
      let fields = FieldReader(
        node, owner: "state key '\(name.value)'", at: name.span, keys: Self.keys, diagnostics: diagnostics)
    else { return nil }
    type = fields.string("type").flatMap { SchemaType.parse($0, diagnostics: diagnostics) } ?? .any
    reducer = Self.reducer(fields, type: type)
    description = fields.string("description")?.value
    initial = fields.node("default").map { Located($0.plainValue, at: $0.span) }
    if let initial, !type.accepts(initial.value) {
      diagnostics.report(
        .defaultOfWrongType(name.value, type: type.description, found: initial.value.kind), at: initial.span)
    }
  }

  /// The reducer; `add` on a list means what yamlgraph means by it, to append.
  private static func reducer(_ fields: FieldReader, type: SchemaType) -> Reducer {
    guard let text = fields.string("reducer")?.value else { return .replace }
    if text == "add", case .list = type { return .append }
    return reducerAliases[text] ?? Reducer(rawValue: text) ?? .replace
  }
}

extension DiagnosticMessage {
  fileprivate static func defaultOfWrongType(_ name: String, type: String, found: String) -> Self {
    Self("GR0115", "the default of '\(name)' must be \(type), not \(found)")
  }
}

/// Names of nodes and state keys.
enum DocumentName {
  /// Says whether a name may be used, and reports where it may not.
  static func check(_ name: Located<String>, _ what: String, _ diagnostics: DiagnosticEngine) -> Bool {
    let isReserved =
      what == "node" ? name.value == "START" || name.value == "END" : isReservedKey(name.value)
    if isReserved {
      diagnostics.report(.reservedName(name.value, what), at: name.span)
      return false
    }
    let scalars = name.value.unicodeScalars
    let isValid =
      scalars.first.map { $0.properties.isAlphabetic || $0 == "_" } ?? false
      && scalars.allSatisfy { $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_" || $0 == "-" }
    if !isValid { diagnostics.report(.invalidName(name.value, what), at: name.span) }
    return isValid
  }

  private static func isReservedKey(_ name: String) -> Bool {
    name == "state" || ReservedKey(rawValue: name) != nil
  }
}

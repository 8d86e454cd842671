public import GraphDiagnostics
internal import GraphRuntime
public import GraphYAML

extension OutputSchema {
  /// Reads `schema: {name, fields}`; reports mistakes and returns nil when there is nothing to work with.
  ///
  /// A field is `{type, description, default, optional, enum, constraints}`, or its type alone. A field with a default
  /// or with `optional: true` may be left out of an answer.
  public static func parse(native node: YAMLNode, diagnostics: DiagnosticEngine) -> OutputSchema? {
    guard let reader = FieldReader(node, owner: "'schema'", keys: nativeKeys, diagnostics: diagnostics),
      let fieldsNode = reader.node("fields"), let fields = fieldsNode.mapping
    else { return nil }
    if fields.entries.isEmpty { diagnostics.report(.emptySchema, at: fieldsNode.span) }
    let parsed = SchemaField.parseAll(native: fields, diagnostics: diagnostics)
    guard let name = reader.string("name"), !parsed.isEmpty else { return nil }
    return OutputSchema(
      name: name.value, description: reader.string("description")?.value, object: SchemaObject(fields: parsed),
      span: node.span)
  }

  static let nativeKeys = KeyTable([
    KeySpec("name", .string, "The schema's name, which the provider is told.", isRequired: true),
    KeySpec("fields", .mapping, "The fields of the answer: name to type, or to a mapping.", isRequired: true).holding(
      .entries(.either([.kind(.string), .keys(NativeField.keys)]))
    ).meaning(.valueType),
    KeySpec("description", .string, "What the answer is."),
  ])
}

extension SchemaField {
  /// Reads fields as `schema` has them: name to type, or to a mapping.
  ///
  /// Mistakes are reported, and those fields left out.
  static func parseAll(native fields: YAMLMapping, diagnostics: DiagnosticEngine) -> [SchemaField] {
    fields.entries.compactMap { NativeField($0, diagnostics: diagnostics).parse() }
  }
}

/// One entry of `fields`.
private struct NativeField {
  let entry: YAMLMapping.Entry
  let subject: String
  let diagnostics: DiagnosticEngine

  init(_ entry: YAMLMapping.Entry, diagnostics: DiagnosticEngine) {
    self.entry = entry
    self.subject = "field '\(entry.key.value)'"
    self.diagnostics = diagnostics
  }

  static let keys = KeyTable(
    [
      KeySpec("type", .string, "The type: str, int, float, bool, list, dict, any, list[T], dict[str, T] or T?.")
        .meaning(
          .valueType),
      KeySpec("description", .string, "What the field holds, which the model is told."),
      KeySpec("default", .anyOrNull, "The value of a field that is left out."),
      KeySpec("optional", .bool, "Whether the field may be left out."),
      KeySpec("enum", .list, "The constants that are allowed."),
      KeySpec("constraints", .mapping, "Limits of the value.").holding(.keys(ConstraintReader.nativeKeys)),
    ],
    misplaced: Dictionary(
      ConstraintReader.names.flatMap { native, jsonSchema in
        [native, jsonSchema].map { ($0, "limits are written under 'constraints', as '\(native)'") }
      }, uniquingKeysWith: { first, _ in first }))

  func parse() -> SchemaField? {
    if let scalar = entry.value.scalar, scalar.resolved == .string {
      guard let type = SchemaType.parse(Located(scalar.text, at: entry.value.span), diagnostics: diagnostics) else {
        return nil
      }
      return SchemaField(name: entry.key, type: type, isRequired: !type.admitsNull || type == .any)
    }
    guard
      let reader = FieldReader(
        entry.value, owner: subject, at: entry.key.span, keys: Self.keys, diagnostics: diagnostics),
      let type = type(reader)
    else { return nil }
    let isOptional = reader.bool("optional")?.value ?? false
    let fieldType = isOptional ? type.optional : type
    // A default of null is a default; the reader's look-up takes null for left out.
    let defaultNode = reader.mapping["default"]?.value
    let defaultValue = defaultNode?.plainValue
    if let defaultNode, let defaultValue, !fieldType.accepts(defaultValue) {
      diagnostics.report(
        .defaultDoesNotFit(fieldType.description, defaultNode.kindDescription), at: defaultNode.span)
    }
    let mayBeLeftOut = defaultValue != nil || isOptional || (fieldType.admitsNull && fieldType != .any)
    return SchemaField(
      name: entry.key, type: fieldType, description: reader.string("description")?.value, defaultValue: defaultValue,
      isRequired: !mayBeLeftOut)
  }

  /// The type with its `enum` and `constraints`.
  private func type(_ reader: FieldReader) -> SchemaType? {
    let enumeration = EnumerationReader(reader)
    guard let text = reader.string("type") else {
      if reader.has("type") { return nil }
      // The values of an enum say what they are.
      if reader.has("enum") { return enumeration.parse(of: .any) }
      diagnostics.report(.missingKey("type", in: subject), at: entry.key.span)
      return nil
    }
    guard let declared = SchemaType.parse(text, diagnostics: diagnostics) else { return nil }
    if reader.has("enum") { return enumeration.parse(of: declared) }
    guard let node = reader.node("constraints"), let limits = ConstraintReader(native: node, declared, diagnostics)
    else { return declared }
    return declared.applying(limits.readNative())
  }
}

extension SchemaType {
  /// The type with limits; those of an optional type stand beside null.
  func applying(_ constraints: SchemaConstraints) -> SchemaType {
    guard case .union(let types) = self, types.count == 2, types[1] == .null else {
      return constrained(by: constraints)
    }
    return types[0].constrained(by: constraints).optional
  }
}

/// Reads `enum`.
struct EnumerationReader {
  let reader: FieldReader

  init(_ reader: FieldReader) { self.reader = reader }

  /// The constants, which have to be of the declared type; null when that is optional.
  func parse(of declared: SchemaType) -> SchemaType? {
    guard let items = reader.sequence("enum") else { return nil }
    if items.isEmpty {
      if let node = reader.node("enum") { reader.diagnostics.report(.emptyEnum, at: node.span) }
      return nil
    }
    // The items of an enum on a list are what the list may hold.
    let isList: Bool
    let itemType: SchemaType
    if case .list(let type) = declared.withoutNull {
      isList = items.allSatisfy { $0.sequence == nil }
      itemType = isList ? type : declared
    } else {
      isList = false
      itemType = declared
    }
    var values: [Value] = []
    for item in items {
      if itemType.accepts(item.plainValue) {
        values.append(item.plainValue)
      } else {
        reader.diagnostics.report(.enumValueDoesNotFit(itemType.description, item.kindDescription), at: item.span)
      }
    }
    guard !values.isEmpty else { return nil }
    let type = isList ? SchemaType.list(.enumeration(values)) : .enumeration(values.filter { !$0.isNull })
    return declared.admitsNull && declared != .any || values.contains(.null) ? type.optional : type
  }
}

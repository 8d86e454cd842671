public import GraphDiagnostics
internal import GraphRuntime
public import GraphYAML

extension OutputSchema {
  /// Reads `output_schema`, a subset of JSON Schema; reports mistakes and returns nil when there is nothing to work with.
  ///
  /// Known are `type` (also a list with `null`), `properties`, `required`, `items`, `enum`, `const`, `anyOf`, `oneOf`,
  /// the limits of numbers, texts and lists, `additionalProperties`, `default`, `format`, `title`, `description`,
  /// `examples` and `$schema`; any other keyword is an error. A list without `items` holds strings and an object without
  /// `properties` anything. A property that `required` does not name may be null or left out.
  ///
  /// - Parameter name: The name of a schema without `title`.
  public static func parse(jsonSchema node: YAMLNode, name: String, diagnostics: DiagnosticEngine) -> OutputSchema? {
    guard let mapping = node.mapping else {
      FieldReader.check(node, "'output_schema'", .mapping, diagnostics)
      return nil
    }
    var parser = JSONSchemaParser(diagnostics: diagnostics)
    guard let type = parser.parse(node) else { return nil }
    switch type {
    case .object(let object): return make(object, mapping, name, node.span)
    case .constrained(.object(let object), _): return make(object, mapping, name, node.span)
    case .dict:
      diagnostics.report(.emptySchema, at: node.span)
      return nil
    default:
      diagnostics.report(.topLevelType("'\(type)'"), at: mapping["type"]?.value.span ?? node.span)
      return nil
    }
  }

  private static func make(_ object: SchemaObject, _ mapping: YAMLMapping, _ name: String, _ span: SourceSpan)
    -> OutputSchema
  {
    OutputSchema(
      name: mapping["title"]?.value.scalar?.text ?? name, description: mapping["description"]?.value.scalar?.text,
      object: object, span: span)
  }
}

extension SchemaType {
  /// Reads the type of one value: the name of a type, as in `state`, or a mapping in the subset of JSON Schema that
  /// `output_schema` takes; reports mistakes.
  public static func parse(schema node: YAMLNode, diagnostics: DiagnosticEngine) -> SchemaType? {
    if let scalar = node.scalar, scalar.resolved == .string {
      return parse(Located(scalar.text, at: node.span), diagnostics: diagnostics)
    }
    var parser = JSONSchemaParser(diagnostics: diagnostics)
    return parser.parse(node)
  }
}

private struct JSONSchemaParser {
  let diagnostics: DiagnosticEngine
  private var depth = 0

  private static let maximumDepth = 32

  init(diagnostics: DiagnosticEngine) { self.diagnostics = diagnostics }

  private static let keywords = KeyTable(
    [
      KeySpec("type", .any, "The type, or a list of types of which one is null."),
      KeySpec("properties", .mapping, "The properties of an object: name to schema."),
      KeySpec("required", .list, "The names of the properties that have to be there."),
      KeySpec("items", .any, "The schema of the items of a list."),
      KeySpec("enum", .list, "The constants that are allowed."),
      KeySpec("const", .anyOrNull, "The only constant that is allowed."),
      KeySpec("anyOf", .any, "Schemas of which one has to fit."),
      KeySpec("oneOf", .any, "Schemas of which one has to fit."),
      KeySpec("additionalProperties", .any, "Whether there may be other properties, or their schema."),
      KeySpec("default", .anyOrNull, "The value of a property that is left out."),
      KeySpec("format", .string, "The form of a text, which the model is told."),
      KeySpec("title", .string, "The schema's name."),
      KeySpec("description", .string, "What the value is, which the model is told."),
      KeySpec("examples", .anyOrNull, "Examples, which are not read."),
      KeySpec("$schema", .anyOrNull, "The version of JSON Schema, which is not read."),
    ] + ConstraintReader.jsonSchemaKeys,
    unknownKey: { key, _ in .unsupportedKeyword(key) })

  private static let types = ["string", "integer", "number", "boolean", "array", "object", "null"]

  mutating func parse(_ node: YAMLNode) -> SchemaType? {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      diagnostics.report(.schemaTooDeep, at: node.span)
      return nil
    }
    guard let reader = FieldReader(node, owner: "a schema", keys: Self.keywords, diagnostics: diagnostics),
      !reader.hasUnknownKeys
    else { return nil }
    guard let type = parseType(reader, node) else { return nil }
    var constraints = ConstraintReader(reader: reader, type: type).readJSONSchema()
    constraints.format = reader.string("format")?.value
    // The description of a property or of the whole schema is kept by its owner.
    return type.applying(constraints)
  }

  private mutating func parseType(_ reader: FieldReader, _ node: YAMLNode) -> SchemaType? {
    if let constant = reader.mapping["const"] { return .enumeration([constant.value.plainValue]) }
    if let choice = reader.node("anyOf") ?? reader.node("oneOf") { return parseChoice(choice) }
    guard let typeNode = reader.node("type") else {
      if reader.mapping["enum"] != nil { return EnumerationReader(reader).parse(of: .any) }
      if reader.mapping["properties"] != nil { return parseObject(reader) }
      diagnostics.report(.missingKey("type", in: "a schema"), at: node.span)
      return nil
    }
    guard let names = typeNode.sequence else { return parseNamedType(typeNode, reader) }
    let types = names.map { parseNamedType($0, reader) }
    guard !types.isEmpty, types.allSatisfy({ $0 != nil }) else { return nil }
    return Self.union(types.compactMap { $0 })
  }

  private mutating func parseNamedType(_ node: YAMLNode, _ reader: FieldReader) -> SchemaType? {
    // An unquoted null in a list of types is the type of that name.
    let name = node.isNull ? "null" : node.scalar?.resolved == .string ? node.scalar?.text : nil
    guard let name else {
      diagnostics.report(
        .wrongType("'type'", expected: "a string or a list of strings", found: node.kindDescription), at: node.span)
      return nil
    }
    let type: SchemaType
    switch name {
    case "string": type = .string
    case "integer": type = .int
    case "number": type = .float
    case "boolean": type = .bool
    case "null": return .null
    case "object": return parseObject(reader)
    case "array":
      guard let items = reader.node("items") else { return .list(.string) }
      return parse(items).map { .list(described($0, by: items)) }
    default:
      let near = Suggestion.nearest(to: name, among: Self.types)
      let note = near.map { "did you mean '\($0)'?" } ?? "types are \(Self.types.joined(separator: ", "))"
      diagnostics.report(
        .unknownType(name), at: node.span, notes: [.init(note, at: node.span)],
        fixIts: near.map { [.replace(node.span, with: $0)] } ?? [])
      return nil
    }
    return reader.mapping["enum"] == nil ? type : EnumerationReader(reader).parse(of: type)
  }

  private mutating func parseChoice(_ node: YAMLNode) -> SchemaType? {
    guard let items = node.sequence, !items.isEmpty else {
      diagnostics.report(
        .wrongType("'anyOf'", expected: "a list of schemas", found: node.kindDescription), at: node.span)
      return nil
    }
    var types: [SchemaType] = []
    for item in items {
      guard let type = parse(item) else { return nil }
      types.append(described(type, by: item))
    }
    return Self.union(types)
  }

  private static func union(_ types: [SchemaType]) -> SchemaType {
    let flat = types.flatMap { type in if case .union(let inner) = type { inner } else { [type] } }
    let rest = flat.filter { $0 != .null }
    let type = rest.count == 1 ? rest[0] : SchemaType.union(rest)
    return rest.isEmpty ? .null : rest.count == flat.count ? type : type.optional
  }

  private mutating func parseObject(_ reader: FieldReader) -> SchemaType? {
    let additional = parseAdditional(reader)
    guard let node = reader.node("properties") else {
      if case .checked(let type)? = additional { return .dict(type) }
      return .dict(.any)
    }
    guard let properties = node.mapping else { return nil }
    let required = requiredNames(reader, properties)
    var fields: [SchemaField] = []
    for entry in properties.entries {
      guard let type = parse(entry.value), let property = entry.value.mapping else { continue }
      let isRequired = required.contains(entry.key.value)
      let defaultValue = property["default"]?.value.plainValue
      let fieldType = isRequired || defaultValue != nil ? type : type.optional
      if let defaultValue, let node = property["default"]?.value, !fieldType.accepts(defaultValue) {
        diagnostics.report(.defaultDoesNotFit(fieldType.description, node.kindDescription), at: node.span)
      }
      fields.append(
        SchemaField(
          name: entry.key, type: fieldType, description: property["description"]?.value.scalar?.text,
          defaultValue: defaultValue,
          isRequired: isRequired))
    }
    return .object(SchemaObject(fields: fields, additional: additional ?? .dropped))
  }

  private func requiredNames(_ reader: FieldReader, _ properties: YAMLMapping) -> Set<String> {
    var required: Set<String> = []
    for item in reader.sequence("required") ?? [] {
      guard let scalar = item.scalar else {
        diagnostics.report(
          .wrongType("an item of 'required'", expected: "a string", found: item.kindDescription), at: item.span)
        continue
      }
      if properties[scalar.text] == nil {
        let near = Suggestion.nearest(to: scalar.text, among: properties.entries.map(\.key.value))
        diagnostics.report(
          .requiredFieldMissing(scalar.text), at: item.span,
          notes: near.map { [.init("did you mean '\($0)'?", at: item.span)] } ?? [],
          fixIts: near.map { [.replace(item.span, with: $0)] } ?? [])
      }
      required.insert(scalar.text)
    }
    return required
  }

  private mutating func parseAdditional(_ reader: FieldReader) -> SchemaObject.Additional? {
    guard let node = reader.node("additionalProperties") else { return nil }
    switch node.scalar?.resolved {
    case .bool(true)?: return .checked(.any)
    case .bool(false)?: return .refused
    default: return parse(node).map { .checked($0) }
    }
  }

  /// Keeps the description of a schema that is neither a property nor the whole.
  private func described(_ type: SchemaType, by node: YAMLNode) -> SchemaType {
    guard let mapping = node.mapping else { return type }
    var constraints = SchemaConstraints()
    constraints.description = mapping["description"]?.value.scalar?.text
    if case .constrained(let inner, var existing) = type {
      existing.description = constraints.description
      return .constrained(inner, existing)
    }
    return type.constrained(by: constraints)
  }
}

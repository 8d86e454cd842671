public import GraphDiagnostics
public import GraphRuntime

/// What a prompt's answer has to look like: sent to the model, checked when the answer arrives, known to the compiler.
public struct OutputSchema: Sendable {
  /// The name the model is told.
  public let name: String

  /// What the answer is, for the model.
  public let description: String?

  /// The object that the answer has to be.
  public let object: SchemaObject

  /// Where the schema is declared.
  public let span: SourceSpan

  /// Creates a schema.
  public init(name: String, description: String? = nil, object: SchemaObject, span: SourceSpan) {
    self.name = name
    self.description = description
    self.object = object
    self.span = span
  }

  /// The answer's type.
  public var type: SchemaType { .object(object) }

  /// The fields of the answer in the order they are declared.
  public var fields: [SchemaField] { object.fields }

  /// The field of a name, or nil.
  public func field(named name: String) -> SchemaField? { object.field(named: name) }

  /// The schema as JSON Schema, with titles and defaults.
  public var jsonSchema: Value {
    var schema = SchemaEmitter(isStrict: false).schema(of: type)
    schema["title"] = .string(name)
    if let description { schema["description"] = .string(description) }
    return .object(schema)
  }

  /// The schema in the form that strict structured output asks for, or nil when it cannot be said in that form.
  ///
  /// Every key is required and no other is allowed; what may be left out is null instead. Keywords that the strict
  /// form does not know are left out, so an answer is still to be checked. A field that holds anything (`any`, `dict`)
  /// has no strict form.
  public var strictJSONSchema: Value? {
    guard type.hasStrictForm else { return nil as Value? }
    var schema = SchemaEmitter(isStrict: true).schema(of: type)
    if let description { schema["description"] = .string(description) }
    return .object(schema)
  }

  /// Checks an answer and fills in defaults; see ``SchemaType/check(_:)``.
  public func check(_ value: Value) -> (value: Value, violations: [SchemaViolation]) { type.check(value) }

  /// Where an answer is not as the schema says; empty when it is right.
  public func validate(_ value: Value) -> [SchemaViolation] { type.check(value).violations }
}

extension SchemaObject {
  /// The object as JSON Schema without titles and with nothing said of other keys, as the arguments of a tool are told.
  public var argumentSchema: Value {
    .object(SchemaEmitter(isStrict: false, hasTitles: false).schema(of: .object(self)))
  }
}

/// Writes types as JSON Schema.
private struct SchemaEmitter {
  let isStrict: Bool
  var hasTitles = true

  func schema(of type: SchemaType) -> ValueObject {
    switch type {
    case .any: return [:]
    case .null: return ["type": "null"]
    case .bool: return ["type": "boolean"]
    case .int: return ["type": "integer"]
    case .float: return ["type": "number"]
    case .string: return ["type": "string"]
    case .list(let item): return ["type": "array", "items": .object(schema(of: item))]
    case .dict(.any): return ["type": "object", "additionalProperties": true]
    case .dict(let value): return ["type": "object", "additionalProperties": .object(schema(of: value))]
    case .object(let object): return schema(of: object)
    case .enumeration(let values):
      var schema: ValueObject = [:]
      let kinds = Set(values.map(\.kind))
      if kinds.count == 1, let kind = kinds.first { schema["type"] = .string(Self.typeNames[kind] ?? kind) }
      schema["enum"] = .list(values)
      return schema
    case .union(let types): return ["anyOf": .list(types.map { .object(schema(of: $0)) })]
    case .constrained(let type, let constraints):
      var schema = schema(of: type)
      write(constraints, into: &schema)
      return schema
    }
  }

  private static let typeNames = [
    "str": "string", "int": "integer", "float": "number", "bool": "boolean", "null": "null", "list": "array",
    "dict": "object",
  ]

  private func schema(of object: SchemaObject) -> ValueObject {
    var properties = ValueObject()
    var required: [Value] = []
    for field in object.fields {
      let name = field.name.value
      let isRequired = field.isRequired || isStrict
      var schema = schema(of: isStrict && !field.isRequired ? field.type.optional : field.type)
      if !isStrict, hasTitles { schema["title"] = .string(Self.title(name)) }
      if let description = field.description { schema["description"] = .string(description) }
      if !isStrict, let value = field.defaultValue { schema["default"] = value }
      properties[name] = .object(schema)
      if isRequired { required.append(.string(name)) }
    }
    var schema: ValueObject = ["type": "object", "properties": .object(properties)]
    if !required.isEmpty { schema["required"] = .list(required) }
    switch object.additional {
    case .dropped: if isStrict { schema["additionalProperties"] = false }
    case .refused: schema["additionalProperties"] = false
    case .checked(.any): schema["additionalProperties"] = true
    case .checked(let type): schema["additionalProperties"] = .object(self.schema(of: type))
    }
    return schema
  }

  private func write(_ limits: SchemaConstraints, into schema: inout ValueObject) {
    func number(_ key: String, _ value: Double?) {
      guard let value else { return }
      schema[key] = Int(exactly: value).map { .int($0) } ?? .double(value)
    }
    func count(_ key: String, _ value: Int?) {
      if let value { schema[key] = .int(value) }
    }
    func text(_ key: String, _ value: String?) {
      if let value { schema[key] = .string(value) }
    }
    number("minimum", limits.minimum)
    number("exclusiveMinimum", limits.exclusiveMinimum)
    number("maximum", limits.maximum)
    number("exclusiveMaximum", limits.exclusiveMaximum)
    number("multipleOf", limits.multipleOf)
    text("pattern", limits.pattern)
    text("format", limits.format)
    count("minItems", limits.minimumItems)
    count("maxItems", limits.maximumItems)
    text("description", limits.description)
    guard !isStrict else { return }
    count("minLength", limits.minimumLength)
    count("maxLength", limits.maximumLength)
    if limits.hasUniqueItems { schema["uniqueItems"] = true }
  }

  /// The words of a name with capital letters, as in `Word Count`.
  private static func title(_ name: String) -> String {
    var title = ""
    var isWordStart = true
    for character in name {
      let isLetter = character.isLetter
      title += character == "_" ? " " : isLetter && isWordStart ? character.uppercased() : String(character)
      isWordStart = !isLetter
    }
    return title
  }
}

extension SchemaType {
  /// Whether strict structured output can say the type.
  fileprivate var hasStrictForm: Bool {
    switch self {
    case .any, .dict: false
    case .null, .bool, .int, .float, .string, .enumeration: true
    case .list(let item): item.hasStrictForm
    case .union(let types): types.allSatisfy(\.hasStrictForm)
    case .constrained(let type, _): type.hasStrictForm
    case .object(let object):
      if case .checked = object.additional { false } else { object.fields.allSatisfy(\.type.hasStrictForm) }
    }
  }
}

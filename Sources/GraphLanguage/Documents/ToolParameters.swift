public import GraphDiagnostics
public import GraphRuntime
public import GraphYAML

/// What a tool takes: names, types and meanings of its arguments.
public struct ToolParameters: Sendable {
  /// The arguments that it knows.
  public let fields: [SchemaField]

  /// Whether it takes others as well.
  public let isOpen: Bool

  /// The JSON schema that models are told.
  public let schema: Value

  /// The arguments with the types that their author says and nothing holds them to.
  public private(set) var promised: [SchemaField] = []

  /// Creates parameters of known types.
  public init(_ fields: [SchemaField], isOpen: Bool = false) {
    let object = SchemaObject(fields: fields, additional: isOpen ? .checked(.any) : .refused)
    self.init(fields, isOpen: isOpen, schema: object.argumentSchema)
  }

  private init(_ fields: [SchemaField], isOpen: Bool, schema: Value) {
    self.fields = fields
    self.isOpen = isOpen
    self.schema = schema
  }

  /// Creates parameters that models are told in another way than they are checked.
  public init(_ fields: [SchemaField], isOpen: Bool = false, shownAs shown: ToolParameters) {
    self.init(fields, isOpen: isOpen, schema: shown.schema)
    promised = shown.fields
  }

  /// Creates parameters of which only the names are known: they take anything, and models are told to give texts.
  public init(names: [Located<String>]) {
    func fields(_ type: SchemaType) -> [SchemaField] {
      names.map { SchemaField(name: $0, type: type, isRequired: true) }
    }
    self.init(fields(.any), isOpen: false, schema: ToolParameters(fields(.string)).schema)
  }

  /// Parameters of which nothing is known.
  public static let unknown = ToolParameters([], isOpen: true)

  /// Reads parameters of the form `name: type` or `name: {type, description, …}`, or a JSON schema of an object.
  ///
  /// - Returns: Nil after reporting what is wrong.
  public static func parse(_ node: YAMLNode, diagnostics: DiagnosticEngine) -> ToolParameters? {
    guard let mapping = node.mapping else {
      FieldReader.check(node, "'parameters'", .mapping, diagnostics)
      return nil
    }
    let properties = mapping["properties"]?.value.mapping
    let isSchema = properties != nil || mapping["type"]?.value.scalar?.text == "object"
    guard isSchema else {
      let errors = diagnostics.errorCount
      let fields = SchemaField.parseAll(native: mapping, diagnostics: diagnostics)
      return diagnostics.errorCount == errors ? ToolParameters(fields) : nil
    }
    if properties?.entries.isEmpty ?? true { return ToolParameters([]) }
    return OutputSchema.parse(jsonSchema: node, name: "parameters", diagnostics: diagnostics).map { parsed in
      let isOpen = if case .checked = parsed.object.additional { true } else { false }
      // The author's own schema says more than what can be checked of it.
      return ToolParameters(parsed.fields, isOpen: isOpen, schema: node.plainValue)
    }
  }

  /// The parameter of a name.
  public func field(_ name: String) -> SchemaField? { fields.first { $0.name.value == name } }

  /// The arguments in the form that the parameters promise; what was left out and has no default stays left out.
  ///
  /// - Throws: `ToolArgumentError` with everything that is wrong.
  public func check(_ arguments: ValueObject) throws(ToolArgumentError) -> ValueObject {
    let object = SchemaObject(fields: fields, additional: isOpen ? .checked(.any) : .dropped)
    let (checked, violations) = SchemaType.object(object).check(.object(arguments))
    let unknown = isOpen ? [] : arguments.keys.filter { field($0) == nil }
    var problems = unknown.map { name in
      let near = Suggestion.nearest(to: name, among: fields.map(\.name.value))
      return "there is no argument '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
    }
    problems += violations.map { violation in
      let name = violation.path.hasPrefix("$.") ? String(violation.path.dropFirst(2)) : violation.path
      return violation.found == "nothing"
        ? "the argument '\(name)' is missing"
        : "the argument '\(name)' must be \(violation.expected), not \(violation.found)"
    }
    guard problems.isEmpty else { throw ToolArgumentError(problems) }
    return ValueObject(
      (checked.object ?? arguments).filter { arguments[$0.key] != nil || !$0.value.isNull }.map { ($0.key, $0.value) })
  }
}

/// Arguments that a tool does not take; names and types are named, values are not.
public struct ToolArgumentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, one phrase each.
  public let problems: [String]

  /// Creates an error.
  public init(_ problems: [String]) { self.problems = problems }

  /// All of it.
  public var description: String { problems.joined(separator: "; ") }
}

internal import GraphDiagnostics
internal import GraphYAML

/// Reads limits by the names of native schemas or of JSON Schema.
struct ConstraintReader {
  let reader: FieldReader

  /// The type the limits belong to.
  let type: SchemaType

  /// One limit: its two names, the types it applies to, and how it is read.
  private struct Rule: Sendable {
    enum Target { case number, text, list }
    let native: String
    let jsonSchema: String
    let target: Target
    let kind: FieldKind
    let summary: String
    let read: @Sendable (FieldReader, String, inout SchemaConstraints) -> Void
  }

  private static func number(
    _ native: String, _ jsonSchema: String, _ summary: String,
    _ path: any WritableKeyPath<SchemaConstraints, Double?> & Sendable
  ) -> Rule {
    Rule(native: native, jsonSchema: jsonSchema, target: .number, kind: .anyNumber, summary: summary) {
      reader, name, constraints in
      constraints[keyPath: path] = reader.double(name)?.value
    }
  }

  private static func count(
    _ native: String, _ jsonSchema: String, _ target: Rule.Target, _ summary: String,
    _ path: any WritableKeyPath<SchemaConstraints, Int?> & Sendable
  ) -> Rule {
    Rule(native: native, jsonSchema: jsonSchema, target: target, kind: .integer(0...Int.max), summary: summary) {
      reader, name, constraints in
      constraints[keyPath: path] = reader.int(name)?.value
    }
  }

  private static let rules: [Rule] = [
    number("ge", "minimum", "The least number.", \.minimum),
    number("gt", "exclusiveMinimum", "A number that all are above.", \.exclusiveMinimum),
    number("le", "maximum", "The greatest number.", \.maximum),
    number("lt", "exclusiveMaximum", "A number that all are below.", \.exclusiveMaximum),
    number("multiple_of", "multipleOf", "A number that all are multiples of.", \.multipleOf),
    count("min_length", "minLength", .text, "The fewest characters.", \.minimumLength),
    count("max_length", "maxLength", .text, "The most characters.", \.maximumLength),
    Rule(
      native: "pattern", jsonSchema: "pattern", target: .text, kind: .string,
      summary: "A regular expression that is found in the text."
    ) { reader, name, constraints in
      guard let pattern = reader.string(name) else { return }
      if (try? Regex(pattern.value)) == nil {
        reader.diagnostics.report(.invalidPattern(pattern.value), at: pattern.span)
      } else {
        constraints.pattern = pattern.value
      }
    },
    count("min_items", "minItems", .list, "The fewest items.", \.minimumItems),
    count("max_items", "maxItems", .list, "The most items.", \.maximumItems),
    Rule(
      native: "unique_items", jsonSchema: "uniqueItems", target: .list, kind: .bool,
      summary: "Whether no item may stand twice."
    ) { reader, name, constraints in
      constraints.hasUniqueItems = reader.bool(name)?.value ?? false
    },
  ]

  /// The two names of each limit.
  static let names: [(native: String, jsonSchema: String)] = rules.map { ($0.native, $0.jsonSchema) }

  /// Takes a native `constraints` mapping for a type; names it does not know are reported.
  init?(native node: YAMLNode, _ type: SchemaType, _ diagnostics: DiagnosticEngine) {
    guard
      let reader = FieldReader(node, owner: "'constraints'", keys: Self.nativeKeys, diagnostics: diagnostics)
    else { return nil }
    self.init(reader: reader, type: type)
  }

  init(reader: FieldReader, type: SchemaType) {
    self.reader = reader
    self.type = type
  }

  static let nativeKeys = KeyTable(
    rules.map { KeySpec($0.native, $0.kind, $0.summary) },
    aliases: Dictionary(uniqueKeysWithValues: names.filter { $0 != $1 }.map { ($0.jsonSchema, $0.native) }),
    unknownKey: { key, _ in .unknownConstraint(key) })

  /// The limits as keywords of JSON Schema.
  static let jsonSchemaKeys = rules.map { KeySpec($0.jsonSchema, $0.kind, $0.summary) }

  /// Reads the limits of a native `constraints` mapping.
  func readNative() -> SchemaConstraints {
    var constraints = SchemaConstraints()
    for rule in Self.rules { read(rule, rule.native, into: &constraints) }
    checkBounds(constraints, \.native)
    // Lengths of a list are numbers of items, as they are in Python.
    if case .list = type.base {
      constraints.minimumItems = constraints.minimumItems ?? constraints.minimumLength
      constraints.maximumItems = constraints.maximumItems ?? constraints.maximumLength
      constraints.minimumLength = nil
      constraints.maximumLength = nil
    }
    return constraints
  }

  /// Reads the limits of a JSON Schema, whose other keywords are not its matter.
  func readJSONSchema() -> SchemaConstraints {
    var constraints = SchemaConstraints()
    for rule in Self.rules { read(rule, rule.jsonSchema, into: &constraints) }
    checkBounds(constraints, \.jsonSchema)
    return constraints
  }

  /// Finds a least value that is above the greatest.
  private func checkBounds(_ constraints: SchemaConstraints, _ name: (Rule) -> String) {
    func check(_ low: String, _ high: String, _ least: Double?, _ most: Double?, isOpen: Bool = false) {
      guard let least, let most, least > most || isOpen && least == most,
        let lowName = Self.rules.first(where: { $0.native == low }).map(name),
        let highName = Self.rules.first(where: { $0.native == high }).map(name),
        let span = reader.node(lowName)?.span, let other = reader.node(highName)?.span
      else { return }
      reader.diagnostics.report(
        .boundsLeaveNothing(lowName, span.text, highName, other.text), at: span,
        notes: [.init("'\(highName)' is here", at: other)])
    }
    check("ge", "le", constraints.minimum, constraints.maximum)
    check("gt", "lt", constraints.exclusiveMinimum, constraints.exclusiveMaximum, isOpen: true)
    check("ge", "lt", constraints.minimum, constraints.exclusiveMaximum, isOpen: true)
    check("gt", "le", constraints.exclusiveMinimum, constraints.maximum, isOpen: true)
    check(
      "min_length", "max_length", constraints.minimumLength.map(Double.init), constraints.maximumLength.map(Double.init)
    )
    check(
      "min_items", "max_items", constraints.minimumItems.map(Double.init), constraints.maximumItems.map(Double.init))
  }

  private func read(_ rule: Rule, _ name: String, into constraints: inout SchemaConstraints) {
    guard let span = reader.keySpan(name) else { return }
    guard applies(rule, to: type.base) else {
      reader.diagnostics.report(.constraintDoesNotApply(name, type.description), at: span)
      return
    }
    rule.read(reader, name, &constraints)
  }

  private func applies(_ rule: Rule, to type: SchemaType) -> Bool {
    switch (rule.target, type) {
    case (_, .any), (.number, .int), (.number, .float), (.text, .string), (.list, .list): true
    case (.text, .list): rule.native.hasSuffix("_length")
    case (_, .union(let types)): types.contains { applies(rule, to: $0.base) }
    default: false
    }
  }
}

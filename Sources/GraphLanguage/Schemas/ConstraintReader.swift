internal import GraphDiagnostics
internal import GraphYAML

/// Reads limits by the names of native schemas or of JSON Schema.
struct ConstraintReader {
  let reader: MappingReader

  /// The type the limits belong to.
  let type: SchemaType

  /// One limit: its two names, the types it applies to, and how it is read.
  private struct Rule: Sendable {
    enum Target { case number, text, list }
    let native: String
    let jsonSchema: String
    let target: Target
    let read: @Sendable (MappingReader, String, inout SchemaConstraints) -> Void
  }

  private static func number(
    _ native: String, _ jsonSchema: String, _ path: any WritableKeyPath<SchemaConstraints, Double?> & Sendable
  ) -> Rule {
    Rule(native: native, jsonSchema: jsonSchema, target: .number) { reader, name, constraints in
      constraints[keyPath: path] = reader.number(name)?.value
    }
  }

  private static func count(
    _ native: String, _ jsonSchema: String, _ target: Rule.Target,
    _ path: any WritableKeyPath<SchemaConstraints, Int?> & Sendable
  ) -> Rule {
    Rule(native: native, jsonSchema: jsonSchema, target: target) { reader, name, constraints in
      constraints[keyPath: path] = reader.int(name, atLeast: 0)?.value
    }
  }

  private static let rules: [Rule] = [
    number("ge", "minimum", \.minimum), number("gt", "exclusiveMinimum", \.exclusiveMinimum),
    number("le", "maximum", \.maximum), number("lt", "exclusiveMaximum", \.exclusiveMaximum),
    number("multiple_of", "multipleOf", \.multipleOf),
    count("min_length", "minLength", .text, \.minimumLength), count("max_length", "maxLength", .text, \.maximumLength),
    Rule(native: "pattern", jsonSchema: "pattern", target: .text) { reader, name, constraints in
      guard let pattern = reader.string(name) else { return }
      if (try? Regex(pattern.value)) == nil {
        reader.diagnostics.report(.invalidPattern(pattern.value), at: pattern.span)
      } else {
        constraints.pattern = pattern.value
      }
    },
    count("min_items", "minItems", .list, \.minimumItems), count("max_items", "maxItems", .list, \.maximumItems),
    Rule(native: "unique_items", jsonSchema: "uniqueItems", target: .list) { reader, name, constraints in
      constraints.hasUniqueItems = reader.bool(name) ?? false
    },
  ]

  static let nativeNames = rules.map(\.native)
  static let jsonSchemaNames = rules.map(\.jsonSchema)

  /// The native name of a limit that is known by its name in JSON Schema.
  static func nativeName(of name: String) -> String? { rules.first { $0.jsonSchema == name }?.native }

  /// Reads the limits of a native `constraints` mapping; names it does not know are errors.
  func readNative() -> SchemaConstraints {
    var constraints = SchemaConstraints()
    for entry in reader.mapping.entries {
      let name = entry.key.value
      guard let rule = Self.rules.first(where: { $0.native == name }) else {
        let near = Self.nativeName(of: name) ?? Suggestion.nearest(to: name, among: Self.nativeNames)
        let span = entry.key.span
        let note = near.map { "did you mean '\($0)'?" } ?? "constraints are \(Self.nativeNames.joined(separator: ", "))"
        reader.diagnostics.report(
          .unknownConstraint(name), at: span, notes: [.init(note, at: span)],
          fixIts: near.map { [.replace(span, with: $0)] } ?? [])
        continue
      }
      read(rule, name, at: entry.key.span, into: &constraints)
    }
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
    for rule in Self.rules {
      guard let entry = reader.mapping[rule.jsonSchema] else { continue }
      read(rule, rule.jsonSchema, at: entry.key.span, into: &constraints)
    }
    return constraints
  }

  private func read(_ rule: Rule, _ name: String, at span: SourceSpan, into constraints: inout SchemaConstraints) {
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

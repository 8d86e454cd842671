internal import GraphDiagnostics

extension DiagnosticMessage {
  static func unknownConstraint(_ name: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0674", .error, "no constraint is named '\(name)'")
  }

  static func boundsLeaveNothing(_ low: String, _ least: String, _ high: String, _ most: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0232", .error, "nothing fits '\(low): \(least)' and '\(high): \(most)'", bearing: .itself)
  }

  static func constraintDoesNotApply(_ name: String, _ type: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0675", .error, "constraint '\(name)' does not apply to '\(type)'")
  }

  static func invalidPattern(_ pattern: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0676", .error, "pattern '\(pattern)' is not a regular expression")
  }

  static func defaultDoesNotFit(_ type: String, _ found: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0677", .error, "the default of a field of type '\(type)' cannot be \(found)")
  }

  static func enumValueDoesNotFit(_ type: String, _ found: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0678", .error, "an 'enum' of type '\(type)' cannot contain \(found)")
  }

  static let emptyEnum = DiagnosticMessage("GR0678", .error, "'enum' lists no value")

  static func unsupportedKeyword(_ keyword: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0679", .error, "keyword '\(keyword)' of JSON Schema is not supported")
  }

  static func topLevelType(_ found: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0680", .error, "the schema of an answer must be an object at the top, not \(found)")
  }

  static func requiredFieldMissing(_ name: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0681", .error, "'required' names '\(name)', which 'properties' does not have")
  }

  static let emptySchema = DiagnosticMessage("GR0682", .error, "the schema has no fields")

  static let schemaTooDeep = DiagnosticMessage("GR0683", .error, "the schema is nested too deeply")
}

internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Schemas of answers.
  static let schemas: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0670", .error, "no type is named '…'",
      title: "",
      meaning: "",
      remedy: "Take the type that is offered.",
      noExample: ""),
    DiagnosticEntry(
      "GR0671", .error, "type '…' …",
      title: "",
      meaning: "",
      remedy: "Write the type in the form that is offered.",
      noExample: ""),
    DiagnosticEntry(
      "GR0672", .error, "keys of a dict are 'str', not '…'",
      title: "",
      meaning: "",
      remedy: "Write `dict[str, T]`.",
      noExample: ""),
    DiagnosticEntry(
      retired: "GR0673", "… has no '…'",
      meaning: "Keys that are missing in a schema are reported as those of graph files.",
      related: ["GR0103"]),
    DiagnosticEntry(
      "GR0674", .error, "no constraint is named '…'",
      title: "",
      meaning: "",
      remedy: "Take the name that is offered.",
      noExample: ""),
    DiagnosticEntry(
      "GR0675", .error, "constraint '…' does not apply to '…'",
      title: "",
      meaning: "",
      remedy: "Delete it, or change the type.",
      noExample: ""),
    DiagnosticEntry(
      "GR0676", .error, "pattern '…' is not a regular expression",
      title: "",
      meaning: "",
      remedy: "Mend the pattern.",
      noExample: ""),
    DiagnosticEntry(
      "GR0677", .error, "the default of a field of type '…' cannot be …",
      title: "",
      meaning: "",
      remedy: "Change the default or the type.",
      noExample: ""),
    DiagnosticEntry(
      "GR0678", .error, "an 'enum' of type '…' cannot contain …",
      or: [
        "'enum' lists no value"
      ],
      title: "",
      meaning: "",
      remedy: "List constants of the type.",
      noExample: ""),
    DiagnosticEntry(
      "GR0679", .error, "keyword '…' of JSON Schema is not supported",
      title: "",
      meaning: "",
      remedy: "Say it in the `description`; the model reads that.",
      noExample: ""),
    DiagnosticEntry(
      "GR0680", .error, "the schema of an answer must be an object at the top, not …",
      title: "",
      meaning: "",
      remedy: "Put the value into a field of an object.",
      noExample: ""),
    DiagnosticEntry(
      "GR0681", .error, "'required' names '…', which 'properties' does not have",
      title: "",
      meaning: "",
      remedy: "Add the property, or delete the name.",
      noExample: ""),
    DiagnosticEntry(
      "GR0682", .error, "the schema has no fields",
      title: "",
      meaning: "",
      remedy: "Add a field.",
      noExample: ""),
    DiagnosticEntry(
      "GR0683", .error, "the schema is nested too deeply",
      title: "",
      meaning: "",
      remedy: "Flatten it.",
      noExample: ""),
  ]
}

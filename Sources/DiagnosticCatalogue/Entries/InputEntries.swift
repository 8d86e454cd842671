internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// What a run is given, and what is done when a node fails.
  static let inputs: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0180", .error, "a file of inputs must be a mapping of names to values, not …",
      title: "",
      meaning: "",
      remedy: "Write `name: value` lines.",
      noExample: ""),
    DiagnosticEntry(
      "GR0181", .error, "the graph takes no input '…'",
      title: "",
      meaning: "",
      remedy: "Take the name that is offered; `graph info` lists all.",
      noExample: ""),
    DiagnosticEntry(
      "GR0182", .error, "the input '…' must be …, not …",
      title: "",
      meaning: "",
      remedy: "Give a value of the type.",
      noExample: ""),
    DiagnosticEntry(
      "GR0183", .error, "with 'on_error: fallback', node '…' needs 'fallback' with another provider or model",
      title: "",
      meaning: "",
      remedy: "Add `fallback: {provider: …, model: …}`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0184", .error, "'fallback' names no other model; it needs 'provider' or 'model'",
      title: "",
      meaning: "",
      remedy: "Name one of the two.",
      noExample: ""),
    DiagnosticEntry(
      "GR0185", .error, "node '…' of type '…' asks no model that another one could stand in for",
      title: "",
      meaning: "",
      remedy: "Delete `fallback`, or choose another `on_error`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0186", .error,
      """
      the question predicts nothing that can be checked: it has 'N-M items', 'non-empty' or 'contain X' in it; \
      other checks belong under 'guards'
      """,
      title: "",
      meaning: "",
      remedy: "Write one of the three, or a check under `guards`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0187", .error, "no result can have between … and … items; the smaller number comes first",
      title: "",
      meaning: "",
      remedy: "Turn the numbers round.",
      noExample: ""),
    DiagnosticEntry(
      "GR0188", .error, "node '…' has two loop limits: … here, and … under 'loop_limits'",
      title: "",
      meaning: "",
      remedy: "Delete one of the two.",
      noExample: ""),
    DiagnosticEntry(
      "GR0189", .error, "an export is a file below the run's own folder; '…' is no such path",
      title: "",
      meaning: "",
      remedy: "Write a name, or folders and a name, without `..`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0190", .error, "'…' and '…' are both exported to '…'",
      title: "",
      meaning: "",
      remedy: "Give one of them another `filename`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0191", .error,
      """
      checkpointer '…' belongs to the language, but this version keeps runs in memory only, as 'memory' says
      """,
      title: "",
      meaning: "",
      remedy: "Write `checkpointer: memory`, or delete it.",
      noExample: ""),
    DiagnosticEntry(
      "GR0192", .error, "the value of '…' before a run must be …, not …",
      title: "",
      meaning: "",
      remedy: "Change the value under `variables` or in the data file, or the declared type.",
      noExample: ""),
    DiagnosticEntry(
      "GR0193", .error, "answers must be a mapping of ids to values, or a list of such mappings, not …",
      title: "",
      meaning: "",
      remedy: "Write `id: value` lines.",
      noExample: ""),
    DiagnosticEntry(
      "GR0194", .warning, "the graph has no key '…', and it is left out",
      title: "",
      meaning: "",
      remedy: "Nothing, if the state is that of another graph.",
      noExample: ""),
  ]
}

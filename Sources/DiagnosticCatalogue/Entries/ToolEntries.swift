internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Tools, and the nodes that run them.
  static let tools: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0140", .error, "unknown tool type '…'",
      title: "",
      meaning: "",
      remedy: "Take the type that is offered.",
      noExample: ""),
    DiagnosticEntry(
      "GR0141", .error, "'{…}' is no parameter: parameters are plain names",
      title: "",
      meaning: "",
      remedy: "Pass the value under a name of its own.",
      noExample: ""),
    DiagnosticEntry(
      "GR0142", .error, "the quote … is not closed",
      or: [
        "the substitution is not closed"
      ],
      title: "",
      meaning: "",
      remedy: "Close it.",
      noExample: ""),
    DiagnosticEntry(
      "GR0143", .warning, "'{{' and '}}' are single braces here; two of them are written '{{{{…}}}}'",
      title: "",
      meaning: "",
      remedy: "Double them, as the fix-it does.",
      noExample: ""),
    DiagnosticEntry(
      "GR0144", .error, "node '…' needs 'tool': the name of a tool, or an expression that gives one",
      title: "",
      meaning: "",
      remedy: "Add `tool`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0145", .error, "'…' and '…' are the same; write one of them",
      title: "",
      meaning: "",
      remedy: "Delete one of them.",
      noExample: ""),
    DiagnosticEntry(
      "GR0146", .error, "tool '…' needs 'path', the file of the function, or 'module'",
      title: "",
      meaning: "",
      remedy: "Say where the function is.",
      noExample: ""),
    DiagnosticEntry(
      "GR0147", .error, "a tool has either 'path' or 'module', not both",
      title: "",
      meaning: "",
      remedy: "Delete one of them.",
      noExample: ""),
    DiagnosticEntry(
      "GR0148", .error, "node '…' needs 'tool': the name of a function under 'tools'",
      title: "",
      meaning: "",
      remedy: "Add `tool`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0149", .error, "tool '…' is no function that takes the state; call it with a node of type 'tool'",
      title: "",
      meaning: "",
      remedy: "Change the node's type, or name a function of Python.",
      noExample: ""),
    DiagnosticEntry(
      "GR0151", .error, "a URL begins with 'http://' or 'https://' and a host",
      title: "",
      meaning: "",
      remedy: "Write the whole address.",
      noExample: ""),
    DiagnosticEntry(
      "GR0152", .error, "the provider '…' has no address of its own; give 'base_url'",
      title: "",
      meaning: "",
      remedy: "Add `base_url`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0153", .error, "tool '…' needs either 'path' or 'paths_from_state'",
      title: "",
      meaning: "",
      remedy: "Write one of them.",
      noExample: ""),
    DiagnosticEntry(
      "GR0154", .error, "with 'paths_from_state', tool '…' needs 'schema_dir'",
      title: "",
      meaning: "",
      remedy: "Say in which folder the files are.",
      noExample: ""),
    DiagnosticEntry(
      "GR0155", .error, "'slot' is true or is left out",
      title: "",
      meaning: "",
      remedy: "Write `slot: true`, or declare the tool.",
      noExample: ""),
    DiagnosticEntry(
      "GR0156", .error, "the manifest is of the tool '…', not of '…'",
      title: "",
      meaning: "",
      remedy: "Give both the same name.",
      noExample: ""),
    DiagnosticEntry(
      "GR0157", .error, "the slot '…' needs a tool: run the graph with '--tool …=manifest.yaml'",
      title: "",
      meaning: "",
      remedy: "Choose a tool.",
      noExample: ""),
    DiagnosticEntry(
      "GR0158", .error, "the slot '…' takes tools of the type …, not '…'",
      title: "",
      meaning: "",
      remedy: "Choose another tool.",
      noExample: ""),
    DiagnosticEntry(
      "GR0159", .error, "the tool of the slot '…' has no parameter '…'",
      title: "",
      meaning: "",
      remedy: "Choose a tool that takes it.",
      noExample: ""),
  ]
}

internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Tools, functions, graphs and files that a graph names.
  static let projectReferences: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0250", .error, "there is no tool '…' under 'tools'",
      title: "",
      meaning: "",
      remedy: "Declare it, or take the name that is offered.",
      noExample: ""),
    DiagnosticEntry(
      "GR0251", .error, "'parameters' of tool '…' has no '…'",
      title: "",
      meaning: "",
      remedy: "Declare it, or write text in braces as `{{…}}`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0252", .warning, "tool '…' does not use its parameter '…'",
      title: "",
      meaning: "",
      remedy: "Use it or delete it.",
      noExample: ""),
    DiagnosticEntry(
      "GR0253", .error, "tool '…' has no parameter '…'",
      title: "",
      meaning: "",
      remedy: "Take the name that is offered.",
      noExample: ""),
    DiagnosticEntry(
      "GR0254", .error, "tool '…' needs '…', which node '…' does not give under 'variables'",
      title: "",
      meaning: "",
      remedy: "Add it to the node's `variables`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0255", .error, "the argument '…' of tool '…' must be …, not …",
      title: "",
      meaning: "",
      remedy: "Change the value or the parameter's type.",
      noExample: ""),
    DiagnosticEntry(
      "GR0256", .error, "the program registered no function '…'",
      title: "",
      meaning: "",
      remedy: "Register it before the graph is compiled, or take the name that is offered.",
      noExample: ""),
    DiagnosticEntry(
      "GR0257", .error, "cannot read '…': …",
      title: "",
      meaning: "",
      remedy: "Check the path, which is relative to the graph file.",
      noExample: ""),
    DiagnosticEntry(
      "GR0258", .error, "'…' has no function '…'",
      title: "",
      meaning: "",
      remedy: "Take the name that is offered.",
      noExample: ""),
    DiagnosticEntry(
      "GR0259", .error, "cannot read the manifest '…': …",
      title: "",
      meaning: "",
      remedy: "Check the path, which is relative to the graph file, or with `--tool` to the working folder.",
      noExample: ""),
    DiagnosticEntry(
      "GR0260", .error, "cannot read the graph '…'",
      title: "",
      meaning: "",
      remedy: "Give a path that is relative to the graph file and inside the project.",
      noExample: ""),
    DiagnosticEntry(
      "GR0261", .error, "graphs run each other in a circle: …",
      title: "",
      meaning: "",
      remedy: "Break the circle: use a loop inside one of the graphs.",
      noExample: ""),
    DiagnosticEntry(
      "GR0262", .error, "graph '…' has no key '…' in its state",
      title: "",
      meaning: "",
      remedy: "Take the key that is offered.",
      noExample: ""),
    DiagnosticEntry(
      "GR0263", .error, "graph '…' needs the input '…', which is not given to it",
      title: "",
      meaning: "",
      remedy: "Add it to `input_mapping`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0264", .warning, "'…' is not declared under 'state', and nothing else mentions it",
      title: "",
      meaning: "",
      remedy: "Take the key that is offered, or use the result.",
      noExample: ""),
    DiagnosticEntry(
      "GR0265", .error, "the input '…' of graph '…' is given twice",
      title: "",
      meaning: "",
      remedy: "Delete one of the two.",
      noExample: ""),
    DiagnosticEntry(
      "GR0266", .error, "'…' must be a mapping of keys, 'auto' or '*'",
      title: "",
      meaning: "",
      remedy: "Write one of those.",
      noExample: ""),
    DiagnosticEntry(
      "GR0267", .error, "tool '…' needs 'path', the file of a graph",
      title: "",
      meaning: "",
      remedy: "Add the path.",
      noExample: ""),
    DiagnosticEntry(
      "GR0268", .error, "graph '…' waits for a person and cannot be a tool; run it with a 'subgraph' node",
      title: "",
      meaning: "",
      remedy: "Do that.",
      noExample: ""),
    DiagnosticEntry(
      "GR0280", .error, "cannot read the data file '…': …",
      title: "",
      meaning: "",
      remedy: "Give a path that is relative to the graph file and inside the project.",
      noExample: ""),
    DiagnosticEntry(
      "GR0281", .warning, "no file fits '…'",
      title: "",
      meaning: "",
      remedy: "Check the pattern.",
      noExample: ""),
    DiagnosticEntry(
      "GR0282", .error, "'…' and '…' would both be '…'",
      title: "",
      meaning: "",
      remedy: "Rename one of the files, or narrow the pattern.",
      noExample: ""),
    DiagnosticEntry(
      "GR0283", .error, "'**' searches folders without end; name the folders in '…'",
      title: "",
      meaning: "",
      remedy: "Use `*` for each folder.",
      noExample: ""),
    DiagnosticEntry(
      "GR0290", .error, "cannot search '…': …",
      title: "",
      meaning: "",
      remedy: "Name a file or folder that exists, relative to the graph.",
      noExample: ""),
    DiagnosticEntry(
      "GR0291", .error, "the index leads out of the project: '…'",
      title: "",
      meaning: "",
      remedy: "Keep documents below the project's root.",
      noExample: ""),
    DiagnosticEntry(
      "GR0292", .warning, "no file matches '…'",
      title: "",
      meaning: "",
      remedy: "Mend the pattern, or write the files before the run.",
      noExample: ""),
    DiagnosticEntry(
      "GR0293", .error, "'index' names files, or is one expression in braces whose value is a list of texts",
      title: "",
      meaning: "",
      remedy: "Write paths without expressions, or one expression alone.",
      noExample: ""),
    DiagnosticEntry(
      "GR0294", .error, "'overlap' is at most half of 'chunk_size', which is …, not …",
      title: "",
      meaning: "",
      remedy: "Make `overlap` smaller, or `chunk_size` larger.",
      noExample: ""),
  ]
}

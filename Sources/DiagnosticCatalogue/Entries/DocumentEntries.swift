internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Keys and values of every document.
  static let documents: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0101", .error, "unknown key '…' in …",
      title: "",
      meaning: "",
      remedy: """
        Take the key that is offered, or delete it. At the top of a graph, keys that begin with `x-` are yours.
        """,
      noExample: ""),
    DiagnosticEntry(
      "GR0102", .error, "… must be …, not …",
      title: "",
      meaning: "",
      remedy: "Write a value of the type that is named.",
      noExample: ""),
    DiagnosticEntry(
      "GR0103", .error, "… needs '…'",
      title: "",
      meaning: "",
      remedy: "Add the key.",
      noExample: ""),
    DiagnosticEntry(
      retired: "GR0104", "'…' in … belongs to the language, but this version cannot carry it out",
      meaning: """
        Versions before 0.1 said so of parts of the language that they did not have. There are none left.
        """),
    DiagnosticEntry(
      "GR0105", .error, "… must be …",
      title: "",
      meaning: "",
      remedy: "Choose a number in the range.",
      noExample: ""),
    DiagnosticEntry(
      "GR0106", .error, "… cannot be '…'; it is one of …",
      title: "",
      meaning: "",
      remedy: "Take one of the words that are listed.",
      noExample: ""),
    DiagnosticEntry(
      "GR0107", .error, "… is empty and must be …",
      title: "",
      meaning: "",
      remedy: "Give the key a value, or delete it.",
      noExample: ""),
    DiagnosticEntry(
      "GR0108", .error, "version '…' is not understood; this program understands '1.0'",
      title: "",
      meaning: "",
      remedy: #"Write `version: "1.0"`."#,
      noExample: ""),
    DiagnosticEntry(
      "GR0109", .error, "the file is empty and so no …",
      title: "",
      meaning: "",
      remedy: "Write a graph, or name another file.",
      noExample: ""),
    DiagnosticEntry(
      "GR0110", .error, "'…' is reserved and cannot be the name of a …",
      title: "",
      meaning: "",
      remedy: "Choose another name.",
      noExample: ""),
    DiagnosticEntry(
      "GR0111", .error, "'…' cannot be the name of a …",
      title: "",
      meaning: "",
      remedy: "Use letters, digits, `_` and `-`; begin with a letter or `_`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0112", .error, "unknown node type '…'",
      title: "",
      meaning: "",
      remedy: "Take the type that is offered; register your own in Swift before you compile.",
      noExample: ""),
    DiagnosticEntry(
      "GR0113", .error, "yamlgraph's node type '…' is not known here; …",
      title: "",
      meaning: "",
      remedy: "Do what the message says; see [compatibility](compatibility.md).",
      noExample: ""),
    DiagnosticEntry(
      "GR0114", .error, "'…' has no effect in …; …",
      title: "",
      meaning: "",
      remedy: "Do what the message says: move the key, or delete it.",
      noExample: ""),
    DiagnosticEntry(
      "GR0115", .error, "the default of '…' must be …, not …",
      title: "",
      meaning: "",
      remedy: "Change the default or the type.",
      noExample: ""),
    DiagnosticEntry(
      "GR0116", .error, "'…' of an edge names no node",
      title: "",
      meaning: "",
      remedy: "Name a node, `START` or `END`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0117", .error, "an edge of type 'conditional' follows the router's route and cannot have a condition as well",
      title: "",
      meaning: "",
      remedy: "Delete `type` or `condition`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0118", .error,
      "an edge that waits for several nodes cannot have a condition; put it on an edge that leaves 'to'",
      title: "",
      meaning: "",
      remedy: "Move the condition behind the join.",
      noExample: ""),
    DiagnosticEntry(
      "GR0119", .error, "node '…' cannot be built as '…'",
      title: "",
      meaning: "",
      remedy: "The program that registered the node type gave no reason; ask its author.",
      noExample: ""),
  ]
}

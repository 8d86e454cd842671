internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Shells, addresses, paths and keys.
  static let safety: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0701", .warning, "'{…}' is passed as one argument whatever is in it; it needs no quotes",
      title: "",
      meaning: "",
      remedy: "Delete the quotes.",
      noExample: ""),
    DiagnosticEntry(
      "GR0702", .error, "'{…}' cannot stand …: its value would be read as a program",
      title: "",
      meaning: "",
      remedy: "Pass the value [behind the script](tools.md#shell), or as an argument of its own.",
      noExample: ""),
    DiagnosticEntry(
      "GR0703", .error, "'…' leads out of the project",
      title: "",
      meaning: "",
      remedy: "Name something inside of the project.",
      noExample: ""),
    DiagnosticEntry(
      "GR0704", .error, "'{…}' may be any address: list the hosts that may be asked under 'allow_hosts'",
      title: "",
      meaning: "",
      remedy: "Add `allow_hosts`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0705", .error, "'{…}' cannot choose the host: arguments stand behind it, in the path or the query",
      title: "",
      meaning: "",
      remedy: "Write the host out.",
      noExample: ""),
    DiagnosticEntry(
      "GR0706", .error, "… is written in the file; put the key into a variable and write '${NAME}'",
      title: "",
      meaning: "",
      remedy: "Put the key into the environment.",
      noExample: ""),
  ]
}

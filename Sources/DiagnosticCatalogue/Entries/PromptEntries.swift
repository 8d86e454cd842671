internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Prompt files and placeholders.
  static let prompts: [DiagnosticEntry] = [
    DiagnosticEntry(
      retired: "GR0601", "unknown key '…' in …",
      meaning: "Keys that a prompt file does not have are reported as those of graph files.",
      related: ["GR0101"]),
    DiagnosticEntry(
      "GR0602", .error, "'prompts_dir' leads out of the project: '…'",
      title: "",
      meaning: "",
      remedy: "Name a folder inside the project.",
      noExample: ""),
    DiagnosticEntry(
      "GR0603", .warning, "there is no folder '…' to look for prompts in",
      title: "",
      meaning: "",
      remedy: "Name a folder next to the graph or above it.",
      noExample: ""),
    DiagnosticEntry(
      "GR0604", .error, "'…' and '…' cannot both be set",
      title: "",
      meaning: "",
      remedy: "Delete one of the two.",
      noExample: ""),
    DiagnosticEntry(
      "GR0605", .error, "the prompt has no 'user', 'template' or 'messages'",
      title: "",
      meaning: "",
      remedy: "Write the question under `user`.",
      noExample: ""),
    DiagnosticEntry(
      retired: "GR0606", "the prompt file is empty",
      meaning: "An empty prompt file is reported as an empty graph file.",
      related: ["GR0109"]),
    DiagnosticEntry(
      retired: "GR0607", "no role is named '…'",
      meaning: "A role of a message is checked as any word of which there are a few.",
      related: ["GR0106"]),
    DiagnosticEntry(
      "GR0608", .error, "including prompt '…' here leads back to it without end",
      title: "",
      meaning: "",
      remedy: "Break the circle.",
      noExample: ""),
    DiagnosticEntry(
      "GR0609", .error, "prompt '…' has no 'user' or 'template' that could be included",
      title: "",
      meaning: "",
      remedy: "Include a prompt that asks something.",
      noExample: ""),
    DiagnosticEntry(
      retired: "GR0610", "'…' makes this a Jinja template, which is not supported yet",
      meaning: "Jinja templates are part of the language.",
      related: ["GR0620"]),
    DiagnosticEntry(
      "GR0611", .error, "'…' is not a placeholder: it holds more than a path",
      or: [
        "placeholder '…' is never closed"
      ],
      title: "",
      meaning: "",
      remedy: "Write a path only, and compute the value under `variables`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0612", .warning, "braces with spaces are text; the placeholder is written '{…}'",
      title: "",
      meaning: "",
      remedy: "Delete the spaces.",
      noExample: ""),
    DiagnosticEntry(
      "GR0613", .error, "'…' is not a format, as in '.2f', '03d' or '>10'",
      or: [
        "'!…' is not a conversion; '!s' writes text and '!r' JSON"
      ],
      title: "",
      meaning: "",
      remedy: "Take one of those.",
      noExample: ""),
    DiagnosticEntry(
      "GR0614", .error, "variable '…' has no value",
      or: [
        "variable '…' is null"
      ],
      title: "",
      meaning: "",
      remedy: "Give the input, or let an earlier node write the key. Only at run time.",
      noExample: ""),
    DiagnosticEntry(
      "GR0615", .error, "format '…' does not fit '…', which is …",
      title: "",
      meaning: "",
      remedy: "Change the format. Only at run time.",
      noExample: ""),
    DiagnosticEntry(
      "GR0616", .error, "prompt '…' was not found",
      title: "",
      meaning: "",
      remedy: "Write the file in one of the places that are listed.",
      noExample: ""),
    DiagnosticEntry(
      "GR0617", .error, "prompt '…' leads out of the project",
      title: "",
      meaning: "",
      remedy: "Keep prompts below the project's root.",
      noExample: ""),
    DiagnosticEntry(
      "GR0618", .error, "prompt file '…' cannot be read: …",
      title: "",
      meaning: "",
      remedy: "Check the file's permissions.",
      noExample: ""),
    DiagnosticEntry(
      "GR0619", .error, "there is no folder '…' to look for prompts in",
      title: "",
      meaning: "",
      remedy: "Name a folder that exists. Only of a `PromptExecutor`.",
      noExample: ""),
  ]
}

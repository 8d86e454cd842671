internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Expressions, and values with expressions in them.
  static let expressions: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0501", .error, "expression is empty",
      title: "",
      meaning: "",
      remedy: "Write an expression.",
      noExample: ""),
    DiagnosticEntry(
      "GR0502", .error, "'=' does not compare…",
      or: [
        "'…' is not an operator; …"
      ],
      title: "",
      meaning: "",
      remedy: "Write the operator that is offered.",
      noExample: ""),
    DiagnosticEntry(
      "GR0503", .error, "text that begins with … has no closing quote",
      or: [
        #"text is quoted with ' or ", not with a typographic quote"#
      ],
      title: "",
      meaning: "",
      remedy: "Close the quote; use straight ones.",
      noExample: ""),
    DiagnosticEntry(
      "GR0504", .error, "'…' is never closed",
      or: [
        "'…' closes nothing"
      ],
      title: "",
      meaning: "",
      remedy: "Balance the brackets.",
      noExample: ""),
    DiagnosticEntry(
      "GR0505", .error, "conditions take no braces; write the path without them",
      or: [
        "key '…' of an object has to be quoted"
      ],
      title: "",
      meaning: "",
      remedy: "Delete the braces, or quote the key.",
      noExample: ""),
    DiagnosticEntry(
      "GR0506", .error, "no function is named '…'",
      or: [
        "values have no methods; '…' is called as a function"
      ],
      title: "",
      meaning: "",
      remedy: "Take the function that is offered; see the [table](language.md#functions).",
      noExample: ""),
    DiagnosticEntry(
      "GR0507", .error, "'…' takes …, not …",
      title: "",
      meaning: "",
      remedy: "Give it as many arguments as it takes.",
      noExample: ""),
    DiagnosticEntry(
      "GR0508", .error, "unexpected '…'",
      title: "",
      meaning: "",
      remedy: "Delete it, or put an operator before it.",
      noExample: ""),
    DiagnosticEntry(
      "GR0509", .error, "expression ends where … was expected",
      title: "",
      meaning: "",
      remedy: "Complete it.",
      noExample: ""),
    DiagnosticEntry(
      "GR0510", .error, "'…' is not a number",
      or: [
        "number '…' is out of range"
      ],
      title: "",
      meaning: "",
      remedy: "Write a number of at most 64 bits.",
      noExample: ""),
    DiagnosticEntry(
      "GR0511", .error, "'…' is not an escape; a backslash is written '…'",
      title: "",
      meaning: "",
      remedy: "Double the backslash.",
      noExample: ""),
    DiagnosticEntry(
      "GR0512", .error, "expression is nested too deeply",
      or: [
        "expression has too many operators"
      ],
      title: "",
      meaning: "",
      remedy: "Compute a part of it in a `passthrough` node before.",
      noExample: ""),
    DiagnosticEntry(
      "GR0513", .error, "the state cannot be read as a whole; name a key, as in 'state.topic'",
      title: "",
      meaning: "",
      remedy: "Name a key.",
      noExample: ""),
    DiagnosticEntry(
      "GR0520", .error, "'}' closes nothing",
      title: "",
      meaning: "",
      remedy: "Write `}}` for a brace that is text.",
      noExample: ""),
    DiagnosticEntry(
      "GR0521", .warning, "'{{' and '}}' are text here; the value is written '{…}'",
      title: "",
      meaning: "",
      remedy: "Use single braces.",
      noExample: ""),
    DiagnosticEntry(
      "GR0522", .warning, "… is plain text: nothing inside quotes is replaced",
      title: "",
      meaning: "",
      remedy: "Take the path out of the quotes.",
      noExample: ""),
    DiagnosticEntry(
      "GR0530", .error, "'…' looks at files, which only the checks of 'guards' and 'verify' may",
      title: "",
      meaning: "",
      remedy: "Move the condition to a check, or let a node find out.",
      noExample: ""),
    DiagnosticEntry(
      "GR0531", .error, "… cannot read 'output', which is the result of a node; a key of the state is 'state.output'",
      title: "",
      meaning: "",
      remedy: "Move the check to `post`, or write `state.output`.",
      noExample: ""),
  ]
}

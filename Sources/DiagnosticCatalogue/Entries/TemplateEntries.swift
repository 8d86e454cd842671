internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// The syntax of Jinja templates.
  static let templates: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0620", .error, "expected …, found …",
      title: "",
      meaning: "",
      remedy: "Write what is expected.",
      noExample: ""),
    DiagnosticEntry(
      "GR0621", .error, "'…' is never closed with '…'",
      title: "",
      meaning: "",
      remedy: "Close the tag.",
      noExample: ""),
    DiagnosticEntry(
      "GR0622", .error, "'…' is never closed with 'end…'",
      title: "",
      meaning: "",
      remedy: "Add the end tag.",
      noExample: ""),
    DiagnosticEntry(
      "GR0623", .error, "expected '…', found '…'",
      title: "",
      meaning: "",
      remedy: "End the innermost block first; the note shows where it begins.",
      noExample: ""),
    DiagnosticEntry(
      "GR0624", .error, "'…' belongs to no open block",
      title: "",
      meaning: "",
      remedy: "Delete it, or open the block.",
      noExample: ""),
    DiagnosticEntry(
      "GR0625", .error, "there is no tag '…'…",
      title: "",
      meaning: "",
      remedy: "Take the tag that is offered.",
      noExample: ""),
    DiagnosticEntry(
      "GR0626", .error, "the tag '…' is not part of prompt templates: …",
      title: "",
      meaning: "",
      remedy: "Do what the message offers.",
      noExample: ""),
    DiagnosticEntry(
      "GR0627", .error, "there is no filter '…'…",
      title: "",
      meaning: "",
      remedy: "Take the filter that is offered; see the [list](language.md#filters).",
      noExample: ""),
    DiagnosticEntry(
      "GR0628", .error, "the filter '…' is not part of prompt templates: …",
      title: "",
      meaning: "",
      remedy: "Do what the message offers.",
      noExample: ""),
    DiagnosticEntry(
      "GR0629", .error, "there is no test '…'…",
      title: "",
      meaning: "",
      remedy: "Take the test that is offered; see the [list](language.md#tests).",
      noExample: ""),
    DiagnosticEntry(
      "GR0630", .error, "the string is never closed",
      title: "",
      meaning: "",
      remedy: "Close it with the quote that opened it.",
      noExample: ""),
    DiagnosticEntry(
      "GR0631", .error, "the escape does not name a character",
      title: "",
      meaning: "",
      remedy: "Mend the escape, or double the backslash.",
      noExample: ""),
    DiagnosticEntry(
      "GR0632", .error, "this is not a number",
      or: [
        "the integer does not fit in 64 bits"
      ],
      title: "",
      meaning: "",
      remedy: "Mend the number.",
      noExample: ""),
    DiagnosticEntry(
      "GR0633", .error, "… has no meaning in a template",
      or: [
        "'…' is written '…' in a template"
      ],
      title: "",
      meaning: "",
      remedy: "Delete it, or write the operator that is offered.",
      noExample: ""),
    DiagnosticEntry(
      "GR0634", .error, "'…' is never closed",
      or: [
        "expected '…', found '…'",
        "'…' closes nothing",
      ],
      title: "",
      meaning: "",
      remedy: "Balance the brackets.",
      noExample: ""),
    DiagnosticEntry(
      "GR0635", .error, "names inside '{% %}' are written without '{{ }}'",
      title: "",
      meaning: "",
      remedy: "Delete the braces.",
      noExample: ""),
    DiagnosticEntry(
      "GR0636", .error, "nested more than … levels deep",
      title: "",
      meaning: "",
      remedy: "Nest less deeply; `include` a part of it.",
      noExample: ""),
    DiagnosticEntry(
      "GR0637", .error, "'…' cannot be assigned to",
      or: [
        "'loop' cannot be the variable of a loop, which sets it itself",
        "the macro has two parameters named '…'",
        "'…' needs a default because a parameter before it has one",
      ],
      title: "",
      meaning: "",
      remedy: "Choose another name, or give the parameter a default.",
      noExample: ""),
    DiagnosticEntry(
      "GR0638", .error, "'call' needs the call of a macro",
      title: "",
      meaning: "",
      remedy: "Write `{% call name() %}`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0639", .error, "the … takes …",
      or: [
        "the … needs the argument '…'",
        "the … has no argument '…'…",
        "the argument '…' is given twice",
        "arguments without a name come before those with one",
        "arguments cannot be spread with '*' in a template",
        "the filter 'map' needs the name of a filter or 'attribute'",
        "what '…' applies must be written as a string",
      ],
      title: "",
      meaning: "",
      remedy: "Give the arguments that the filter or test takes.",
      noExample: ""),
    DiagnosticEntry(
      "GR0640", .error, "a filter has no attributes: put parentheses around all up to '…'",
      or: [
        "tests cannot be chained with 'is'",
        "one index only can stand between brackets",
      ],
      title: "",
      meaning: "",
      remedy: "Add parentheses, or join the tests with `and`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0641", .warning, "the result of '…' is always true, even when it is empty: add '|list'",
      title: "",
      meaning: "",
      remedy: "Add `|list`.",
      noExample: ""),
  ]
}

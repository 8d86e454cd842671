internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// What Jinja templates do with values.
  static let templateValues: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0645", .error, "'…' is undefined…",
      title: "",
      meaning: "",
      remedy: """
        Give the variable, or allow that it is missing: `{{ x | default('') }}`, `{% if x is defined %}`.
        """,
      noExample: ""),
    DiagnosticEntry(
      "GR0646", .error, "the … has no '…'…",
      or: [
        "'…' is a method: write '…()'",
        "there is no item … in …",
        "the … has no such item",
      ],
      title: "",
      meaning: "",
      remedy: "Mend the name or the index, or ask with `is defined` first.",
      noExample: ""),
    DiagnosticEntry(
      "GR0647", .error, "there is no value here: …",
      title: "",
      meaning: "",
      remedy: "Give a value for that case: an `else`, or `default`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0648", .error, "'…' does not work between … and …",
      or: [
        "expected …, found …",
        "… has no items to go through",
        "… cannot be a key or be compared for uniqueness",
        "… cannot be called",
        "… has no text of its own: add '|list' or '|join'",
      ],
      title: "",
      meaning: "",
      remedy: "Convert the value with a filter.",
      noExample: ""),
    DiagnosticEntry(
      "GR0649", .error, "cannot unpack … into … names",
      title: "",
      meaning: "",
      remedy: "Take as many names as an item has parts.",
      noExample: ""),
    DiagnosticEntry(
      "GR0650", .error, "the … has no method '…'…",
      or: [
        "'…' would change a value of the graph: build a new one and 'set' it"
      ],
      title: "",
      meaning: "",
      remedy: "Take the method that is offered; make a new list with `+`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0651", .error, "…",
      title: "",
      meaning: "",
      remedy: "The message says which arguments the function, filter or method takes.",
      noExample: ""),
    DiagnosticEntry(
      "GR0652", .error, "division by zero",
      or: [
        "the result does not fit in a 64-bit integer"
      ],
      title: "",
      meaning: "",
      remedy: "Ask first, or compute with floats.",
      noExample: ""),
    DiagnosticEntry(
      "GR0653", .error, "…",
      title: "",
      meaning: "",
      remedy: "The message says what is wrong with the format.",
      noExample: ""),
    DiagnosticEntry(
      "GR0654", .error, "the template takes more than … steps",
      or: [
        "the text is longer than … bytes",
        "… items are more than the … allowed",
        "nested more than … levels deep: does a macro or include call itself?",
      ],
      title: "",
      meaning: "",
      remedy: "Do less in one template.",
      noExample: ""),
    DiagnosticEntry(
      "GR0655", .error, "there is no prompt '…'",
      or: [
        "there is no such prompt"
      ],
      title: "",
      meaning: "",
      remedy: "Write the name of an included prompt out: only those are loaded.",
      noExample: ""),
    DiagnosticEntry(
      "GR0656", .warning, "'{…}' is text in a Jinja template; the value is written '{{ … }}'",
      title: "",
      meaning: "",
      remedy: "Double the braces; or put `{% raw %}` around what is meant as text.",
      noExample: ""),
    DiagnosticEntry(
      "GR0657", .warning, "'…' has no value: '…' is '…', which has no fields",
      title: "",
      meaning: "",
      remedy: "Read the key itself, or have a schema or `parse_json` make an object of it.",
      noExample: ""),
  ]
}

internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Bytes, characters and YAML.
  static let text: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0001", .error, "the file is not valid UTF-8 here",
      or: [
        "the file is written in UTF-16; save it as UTF-8"
      ],
      title: "",
      meaning: "",
      remedy: "Save the file as UTF-8.",
      noExample: ""),
    DiagnosticEntry(
      "GR0002", .error, "the control character … is not allowed in a file",
      title: "",
      meaning: "",
      remedy: "Delete it, or write it as an escape in double quotes.",
      noExample: ""),
    DiagnosticEntry(
      "GR0003", .error, "the file has … bytes; at most … are read",
      title: "",
      meaning: "",
      remedy: "Split the file.",
      noExample: ""),
    DiagnosticEntry(
      "GR0004", .error, "more than … lines begin with '%'",
      title: "",
      meaning: "",
      remedy: "Delete the `%` lines; none is needed.",
      noExample: ""),
    DiagnosticEntry(
      "GR0005", .error, "a tab cannot indent a line; use spaces",
      title: "",
      meaning: "",
      remedy: "Indent with spaces.",
      noExample: ""),
    DiagnosticEntry(
      "GR0006", .error, "this '…' is never closed",
      or: [
        "… expected in this …",
        "'---' and '...' end a document, but a quote is still open",
      ],
      title: "",
      meaning: "",
      remedy: "Close the bracket or quote, or put the comma in.",
      noExample: ""),
    DiagnosticEntry(
      "GR0007", .error, "a value that holds ': ' must be in quotes",
      title: "",
      meaning: "",
      remedy: "Put the value in quotes.",
      noExample: ""),
    DiagnosticEntry(
      "GR0008", .error, "this key is indented below a key that has a value already",
      or: [
        "a key needs ':' after it",
        "a ':' needs a space after it to end a key",
        "a key in quotes must end in its line",
        "a key of a mapping is expected here",
        "'- ' and an item of a list are expected here",
        "nothing can follow the document's value",
      ],
      title: "",
      meaning: "",
      remedy: "Line keys and items up with their neighbours, and end each key with a colon and a space.",
      noExample: ""),
    DiagnosticEntry(
      "GR0009", .error, "text after …",
      or: [
        "text that begins with '…' must be in quotes",
        "a list cannot begin in the line of its key",
        "text that begins with '? ' must be in quotes",
        "only YAML 1.1 and 1.2 are understood",
        "a value is expected here",
        "text after '|' or '>' begins in the next line",
        "…",
      ],
      title: "",
      meaning: "",
      remedy: """
        Put the text in quotes, or move it to the next line. Other messages are those of the YAML parser.
        """,
      noExample: ""),
    DiagnosticEntry(
      "GR0010", .error, "'…' is no escape; in double quotes a backslash is written twice",
      or: [
        "this escape names no Unicode character"
      ],
      title: "",
      meaning: "",
      remedy: #"Write `\\\\`, or use single quotes, in which nothing is an escape."#,
      noExample: ""),
    DiagnosticEntry(
      "GR0011", .error, "the key '…' is written twice",
      title: "",
      meaning: "",
      remedy: "Delete one of the two.",
      noExample: ""),
    DiagnosticEntry(
      "GR0012", .error, "a key must be text, not …",
      title: "",
      meaning: "",
      remedy: "Write a name as the key.",
      noExample: ""),
    DiagnosticEntry(
      "GR0013", .error, "no anchor '&…' stands before the alias '*…'",
      title: "",
      meaning: "",
      remedy: "Define the anchor above its first use.",
      noExample: ""),
    DiagnosticEntry(
      "GR0014", .error, "the alias '*…' stands inside of what it refers to",
      title: "",
      meaning: "",
      remedy: "Break the circle.",
      noExample: ""),
    DiagnosticEntry(
      "GR0015", .error, "'<<' takes a mapping or a list of mappings, not …",
      title: "",
      meaning: "",
      remedy: "Merge mappings only.",
      noExample: ""),
    DiagnosticEntry(
      "GR0016", .error, "a file holds one document; a second one begins here",
      title: "",
      meaning: "",
      remedy: "Put the second document in a file of its own.",
      noExample: ""),
    DiagnosticEntry(
      "GR0017", .error, "unknown tag '…'",
      or: [
        "the tag's handle is not declared"
      ],
      title: "",
      meaning: "",
      remedy: "Delete the tag.",
      noExample: ""),
    DiagnosticEntry(
      "GR0018", .error, "the tag '…' does not fit …",
      title: "",
      meaning: "",
      remedy: "Delete the tag, or change the value.",
      noExample: ""),
    DiagnosticEntry(
      "GR0019", .error, "more than … collections inside one another",
      title: "",
      meaning: "",
      remedy: "Nest less deeply.",
      noExample: ""),
    DiagnosticEntry(
      "GR0020", .error, "the file has more than … values and keys",
      title: "",
      meaning: "",
      remedy: "Split the file.",
      noExample: ""),
    DiagnosticEntry(
      "GR0021", .error, "the aliases of the file stand for more than … values and keys",
      title: "",
      meaning: "",
      remedy: "Use fewer aliases of aliases.",
      noExample: ""),
    DiagnosticEntry(
      "GR0022", .error, "the integer '…' does not fit into 64 bits",
      title: "",
      meaning: "",
      remedy: "Put it in quotes if it is an identifier.",
      noExample: ""),
    DiagnosticEntry(
      "GR0023", .error, "the number '…' is not finite",
      title: "",
      meaning: "",
      remedy: "Write a finite number, or text in quotes.",
      noExample: ""),
    DiagnosticEntry(
      "GR0024", .warning, "'…' is taken as text, not as …",
      title: "",
      meaning: "",
      remedy: "Write `true` or `false`, or put the word in quotes.",
      noExample: ""),
    DiagnosticEntry(
      "GR0025", .warning, "'…' is taken as text, not as the number …",
      or: [
        "'…' is taken as the number …, not as octal and not as text"
      ],
      title: "",
      meaning: "",
      remedy: "Write the number plainly, or put the text in quotes.",
      noExample: ""),
    DiagnosticEntry(
      "GR0026", .error, "'…' without quotes is a mapping; text that begins with '{' must be in quotes",
      or: [
        "text that begins with '…' must be in quotes"
      ],
      title: "",
      meaning: "",
      remedy: #"Put the template in quotes: `"{state.x}"`."#,
      noExample: ""),
    DiagnosticEntry(
      "GR0027", .error, "not enough memory to read the file",
      title: "",
      meaning: "",
      remedy: "Free memory, and try again.",
      noExample: ""),
    DiagnosticEntry(
      "GR0028", .error, "cannot read '…': …",
      title: "",
      meaning: "",
      remedy: "Check the path and the permissions of the file.",
      noExample: ""),
    DiagnosticEntry(
      "GR0030", .error, "a file with '%' directives is not formatted; it is left as it is",
      or: [
        "a file in which this is a key is not formatted; it is left as it is",
        """
        a file with a block of text that holds nothing but spaces is not formatted; it is left as it is
        """,
        "the file cannot be formatted without changing what it says; it is left as it is",
      ],
      title: "",
      meaning: "",
      remedy: "Delete the directive, write a key of one line, or leave the file as it is.",
      noExample: ""),
  ]
}

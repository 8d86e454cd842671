internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Types in prompts.
  static let promptTypes: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0658", .error, "the format '…' does not fit '…', which is …",
      title: "A format that never fits its value",
      meaning: "The format is one for numbers and the value is a text, or the other way round, in every run.",
      remedy: "Change the format.",
      example: """
        state: {price: [-str-]{+float+}}
        nodes:
          sell: {user: "Sell it for {price:.2f} euros."}
        edges:
          - {from: START, to: sell}
          - {from: sell, to: END}
        """,
      report: "graph.yaml:3:29: the format '.2f' does not fit 'price', which is str",
      related: ["GR0613", "GR0615"],
      documents: ["language.md#placeholders"]),
    DiagnosticEntry(
      "GR0659", .error, "'…' is … and has no items to go through",
      title: "A loop over what has no items",
      meaning: """
        A template goes through the items of a list, the keys of an object or the letters of a text. This value has
        none of these.
        """,
      remedy: "Go through a list, an object or a text.",
      example: """
        state: {items: [-int-]{+"list[str]"+}}
        nodes:
          list: {user: "{% for item in items %}{{ item }} {% endfor %}"}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """,
      report: "graph.yaml:3:32: 'items' is int and has no items to go through",
      related: ["GR0648"],
      documents: ["language.md#jinja-templates"]),
  ]
}

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
    DiagnosticEntry(
      "GR0660", .warning, "the text asks for '…', which the schema '…' does not have",
      title: "A prompt that asks for a key outside of its schema",
      meaning: """
        The text tells the model to answer with a key that the schema does not have. The model follows the one or the
        other, and what the schema does not have is dropped.
        """,
      remedy: """
        Take the key that is offered, or add the field to the schema: what it does not have is dropped from answers.
        """,
      example: """
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: |
          Judge this text. Answer with JSON:
          {"score": 0.5, "[-reson-]{+reason+}": "why"}
        schema:
          name: Verdict
          fields: {score: float, reason: {type: str, optional: true}}
        """,
      report: "prompts/judge.yaml:3:19: the text asks for 'reson', which the schema 'Verdict' does not have",
      related: ["GR0661"],
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0661", .warning, "the text shows an answer without '…', which the schema '…' wants",
      title: "A prompt that shows less than its schema wants",
      meaning: """
        The text shows an answer without a field that the schema requires. A model that does as it is shown is
        refused.
        """,
      remedy: "Show the field too, or make it optional in the schema.",
      example: """
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: |
          Judge this text. Answer with JSON:
          {"score": 0.5{+, "reason": "why"+}}
        schema:
          name: Verdict
          fields: {score: float, reason: str}
        """,
      report: """
        prompts/judge.yaml:3:3: the text shows an answer without 'reason', which the schema 'Verdict' wants
        """,
      related: ["GR0660"],
      documents: ["language.md#schemas"]),
  ]
}

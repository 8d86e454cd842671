internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Types in the texts of prompts.
  static let promptTypes: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0658", .error, "the format '…' does not fit '…', which is …",
      title: "A format of another type of value",
      meaning: """
        Formats of numbers fit numbers only, and formats of texts have no sign and no groups of digits. The
        text fails in every run.
        """,
      remedy: "Change the format.",
      example: """
        state: {text: str, n: int}
        nodes:
          say: {user: "Say this: {text[-:.2f-]{+:>10+}}"}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """,
      report: "graph.yaml:3:26: the format '.2f' does not fit 'text', which is str",
      related: ["GR0613", "GR0615"],
      documents: ["language.md#placeholders"]),
    DiagnosticEntry(
      "GR0659", .error, "'…' is … and has no items to go through",
      title: "A loop over a value without items",
      meaning: """
        A loop goes through the items of a list, the keys of an object or the characters of a text. Numbers
        and truth values have none, and the template fails in every run.
        """,
      remedy: "Go through a list, an object or a text.",
      example: """
        state: {n: int}
        nodes:
          say: {user: "{% for i in [-n-]{+range(n)+} %}{{ i }}{% endfor %}"}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """,
      report: "graph.yaml:3:28: 'n' is int and has no items to go through",
      related: ["GR0541"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0660", .warning, "the text asks for '…', which the schema '…' does not have",
      title: "A text that asks for another field than the schema",
      meaning: """
        The text shows the answer as JSON or lists its fields, and the schema tells the model and the check what the
        answer has to be. This key is in the text and not in the schema: what a schema does not have is dropped from
        answers.
        """,
      remedy: "Take the key that is offered, or add the field to the schema.",
      example: """
        state: {text: str}
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: |
          Judge this: {text}

          Answer with {"score": 0.5, "[-remarks-]{+remark+}": "why"}.
        schema:
          name: Critique
          fields:
            score: float
            remark: str
        """,
      report: "prompts/judge.yaml:4:31: the text asks for 'remarks', which the schema 'Critique' does not have",
      related: ["GR0661"],
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0661", .warning, "the text shows an answer without '…', which the schema '…' wants",
      title: "A text that leaves out a field of the schema",
      meaning: """
        The text shows the answer as JSON without a field that the schema needs. A model that keeps to the
        text gives an answer that does not fit, and is asked again.
        """,
      remedy: "Show the field too, or make it optional in the schema.",
      example: """
        state: {text: str}
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: |
          Judge this: {text}

          Answer with {"score": 0.5{+, "remark": "why"+}}.
        schema:
          name: Critique
          fields:
            score: float
            remark: str
        """,
      report: "prompts/judge.yaml:4:15: the text shows an answer without 'remark', which the schema 'Critique' wants",
      related: ["GR0660"],
      documents: ["language.md#schemas"]),
  ]
}

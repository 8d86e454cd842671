internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Types in expressions.
  static let expressionTypes: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0540", .error, "'…' has no field '…'",
      or: [
        "… has no field '…'"
      ],
      title: "A field that the value does not have",
      meaning: """
        The fields of the value are known: by the schema of the prompt whose answer it is, by the object that
        is written, or by the type of node. This one is not among them, so that the expression or text fails
        in every run that comes to it.
        """,
      remedy: "Take the field that is offered; the note shows where the fields are declared.",
      example: """
        state: {text: str, n: int}
        nodes:
          judge: {prompt: judge, state_key: critique}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END, condition: "critique.[-scor-]{+score+} > 0.5"}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: "Judge this: {text}"
        schema:
          name: Critique
          fields:
            score: {type: float, constraints: {ge: 0, le: 1}}
            verdict: {type: str, enum: [accept, reject]}
        """,
      report: "graph.yaml:6:49: 'critique' has no field 'scor'",
      related: ["GR0123", "GR0549", "GR0657"],
      documents: ["language.md#what-types-are-known"]),
    DiagnosticEntry(
      "GR0541", .error, "'…' is … and has no field '…'",
      or: [
        "'…' is … and has no items, so no '…'",
        "'…' is … and has no elements by …",
      ],
      title: "A field or an item of a value that has none",
      meaning: """
        Texts, numbers and truth values have no fields, and only lists have items by their numbers. The path
        leads nowhere in any run.
        """,
      remedy: """
        Read the value itself, or an item of it; or have a schema or `parse_json` make an object of it.
        """,
      example: """
        state: {text: str, n: int}
        nodes:
          say: {user: "Say this: {text[-.title-]}"}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """,
      report: "graph.yaml:3:27: 'text' is str and has no field 'title'",
      related: ["GR0540"],
      documents: ["language.md#what-types-are-known"]),
    DiagnosticEntry(
      "GR0542", .error, "'…' cannot compare … with …",
      title: "Values that have no order",
      meaning: """
        Numbers are ordered among themselves, and so are texts. A number and a text, truth values, lists and
        objects have no order, and comparing them is an error of the run.
        """,
      remedy: "Compare numbers with numbers and texts with texts: `float(x)` is the number in a text.",
      example: """
        state: {text: str, n: int}
        nodes:
          judge: {prompt: judge, state_key: critique}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END, condition: "n > [-'3'-]{+3+}"}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: "Judge this: {text}"
        schema:
          name: Critique
          fields:
            score: {type: float, constraints: {ge: 0, le: 1}}
            verdict: {type: str, enum: [accept, reject]}
        """,
      report: "graph.yaml:6:40: '>' cannot compare int with str",
      related: ["GR0543", "GR0546"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0543", .error, "'…' cannot combine … with …",
      or: [
        "'…' needs a number, not …",
        "'…' divides by zero",
      ],
      title: "Arithmetic that fails",
      meaning: """
        The operator does not work on values of these types, whatever they are in a run: `+` adds numbers and
        joins texts or lists, the others need numbers.
        """,
      remedy: "Convert one of the two: `str(x)` is the text of a value, `float(x)` the number in a text.",
      example: """
        state: {text: str, n: int}
        nodes:
          plan:
            type: passthrough
            output: {result: "{state.text + [-state.n-]{+str(state.n)+}}"}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: END}
        """,
      report: "graph.yaml:5:24: '+' cannot combine str with int",
      related: ["GR0542", "GR0544"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0544", .error, "'…' needs …, not …",
      or: [
        "'…' cannot order …",
        "'…' cannot order … with …",
        "'…' cannot order items that are …",
        "'…' needs a list of numbers, not of …",
      ],
      title: "An argument that a function does not take",
      meaning: """
        The function works on other types of values than this one, so that the call fails in every run.
        """,
      remedy: "Give the function what it takes.",
      example: """
        state: {text: str, n: int}
        nodes:
          plan:
            type: passthrough
            output: {result: "{len(state.[-n-]{+text+})}"}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: END}
        """,
      report: "graph.yaml:5:24: 'len' needs a list, a dict or a text, not int",
      related: ["GR0507", "GR0543"],
      documents: ["language.md#functions"]),
    DiagnosticEntry(
      "GR0545", .error, "'…' cannot look for … in …",
      title: "Something in which nothing can be",
      meaning: """
        `in` looks for an item of a list, a key of an object, or a text in a text. Numbers and truth values
        hold nothing, and only text can be in text.
        """,
      remedy: "Look in a list, in an object, or for text in text.",
      example: """
        state: {text: str, n: int}
        nodes:
          judge: {prompt: judge, state_key: critique}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END, condition: "[-n-]{+str(n)+} in text"}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: "Judge this: {text}"
        schema:
          name: Critique
          fields:
            score: {type: float, constraints: {ge: 0, le: 1}}
            verdict: {type: str, enum: [accept, reject]}
        """,
      report: "graph.yaml:6:40: 'in' cannot look for int in str",
      related: ["GR0546"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0546", .warning, "'…' is never '…', so that this comparison … holds",
      or: [
        "'…' is … and never equal to …, so that this comparison … holds",
        "… is no item of '…', which holds …: this … holds",
        "'…' has no field '…', so that this … holds",
        "'…' holds …, so that this never holds",
      ],
      title: "A comparison with what the value never is",
      meaning: """
        By its type the value is never equal to what it is compared with: it is another one of a few texts, or
        of another kind. The comparison comes out one way in every run, and what depends on it never happens,
        or always.
        """,
      remedy: "Take the value that is offered, or compare with a value of the same type.",
      example: """
        state: {text: str, n: int}
        nodes:
          judge: {prompt: judge, state_key: critique}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END, condition: "critique.verdict == '[-acept-]{+accept+}'"}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: "Judge this: {text}"
        schema:
          name: Critique
          fields:
            score: {type: float, constraints: {ge: 0, le: 1}}
            verdict: {type: str, enum: [accept, reject]}
        """,
      report: "graph.yaml:6:60: 'critique.verdict' is never 'acept', so that this comparison never holds",
      related: ["GR0307", "GR0309", "GR0444"],
      documents: ["language.md#what-types-are-known"]),
    DiagnosticEntry(
      "GR0547", .warning, "'…' is …, so that this comparison … holds",
      title: "A comparison outside the range of a number",
      meaning: """
        The schema limits the number, or it is a length, and what it is compared with lies outside. The
        comparison comes out one way in every run. Often a mark from 0 to 1 is compared with one from 0 to 10.
        """,
      remedy: "Compare with a number in the range that the schema allows.",
      example: """
        state: {text: str, n: int}
        nodes:
          judge: {prompt: judge, state_key: critique}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END, condition: "critique.score > [-8-]{+0.8+}"}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: "Judge this: {text}"
        schema:
          name: Critique
          fields:
            score: {type: float, constraints: {ge: 0, le: 1}}
            verdict: {type: str, enum: [accept, reject]}
        """,
      report: "graph.yaml:6:40: 'critique.score' is from 0 to 1, so that this comparison never holds",
      related: ["GR0307", "GR0546"],
      documents: ["language.md#what-types-are-known"]),
    DiagnosticEntry(
      "GR0548", .warning, "… '…' … holds, whatever the state: its value is …",
      title: "A condition whose value is always true or false",
      meaning: """
        A condition need not be a comparison: any value counts as true unless it is null, false, zero or
        empty. The value of this one is never, or always, one of those.
        """,
      remedy: "Compare the value with something.",
      example: """
        state: {text: str, n: int}
        nodes:
          judge: {prompt: judge, state_key: critique}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END, condition: "[-type(n)-]{+type(n) == 'int'+}"}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: "Judge this: {text}"
        schema:
          name: Critique
          fields:
            score: {type: float, constraints: {ge: 0, le: 1}}
            verdict: {type: str, enum: [accept, reject]}
        """,
      report: "graph.yaml:6:40: condition 'type(n)' always holds, whatever the state: its value is str",
      related: ["GR0307", "GR0310"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0549", .warning, "'…' is always missing: '…' has no such field",
      or: [
        "'…' is always missing: '…' is …"
      ],
      title: "A field that is missing in every run",
      meaning: """
        `==`, `!=` and `default` take a missing value for null, so that nothing fails; but this field is
        missing in every run, because the value does not have it.
        """,
      remedy: "Take the field that is offered.",
      example: """
        state: {text: str, n: int}
        nodes:
          judge: {prompt: judge, state_key: critique}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END, condition: "default(critique.[-scor-]{+score+}, 0) > 0.5"}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: "Judge this: {text}"
        schema:
          name: Critique
          fields:
            score: {type: float, constraints: {ge: 0, le: 1}}
            verdict: {type: str, enum: [accept, reject]}
        """,
      report: "graph.yaml:6:57: 'scor' is always missing: 'critique' has no such field",
      related: ["GR0540"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0559", .warning, "…",
      title: "A mistake by a type that is promised and not proved",
      meaning: """
        The words are those of an error, which the note explains. It is a warning because the type that it
        follows from is declared and not proved: a function may write another value there, or an answer in
        JSON may be anything.
        """,
      remedy: "Mend the expression, or the declaration.",
      example: """
        state: {n: int}
        nodes:
          judge: {user: Give a mark., parse_json: true, state_key: n}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END, condition: "n > [-'3'-]{+3+}"}
          - {from: judge, to: END}
        """,
      report: "graph.yaml:6:40: '>' cannot compare int with str",
      related: ["GR0540", "GR0542", "GR0543"],
      documents: ["language.md#what-types-are-known"]),
  ]
}

internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Types in expressions.
  static let valueTypes: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0540", .error, "'…' has no field '…'",
      or: [
        "… has no field '…'"
      ],
      title: "A field that a value does not have",
      meaning: """
        The schema, or the object that a node makes, says which fields there are, and this is none of them.
        """,
      remedy: "Take the field that is offered; the note shows where the fields are declared.",
      example: """
        nodes:
          judge: {prompt: judge, state_key: verdict}
          say: {user: "Say this: {verdict.[-reson-]{+reason+}}"}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: say}
          - {from: say, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        schema:
          name: Verdict
          fields: {score: float, reason: str}
        """,
      report: "graph.yaml:3:35: 'verdict' has no field 'reson'",
      related: ["GR0541"],
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0541", .error, "'…' is … and has no field '…'",
      or: [
        "'…' is … and has no items, so no '…'",
        "'…' is … and has no elements by …",
      ],
      title: "A field of a value that has none",
      meaning: "A text, a number or a list has no fields, so that nothing can stand behind this path.",
      remedy: "Read the value itself, or an item of it; see [types](language.md#what-types-are-known).",
      example: """
        state: {answer: [-str-]{+dict+}}
        nodes:
          say: {user: "Say this: {answer.text}"}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """,
      report: "graph.yaml:3:27: 'answer' is str and has no field 'text'",
      related: ["GR0540"],
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0542", .error, "'…' cannot compare … with …",
      title: "A comparison of values that have no order",
      meaning: """
        Numbers are compared with numbers and texts with texts. Of others, no run could say which is larger, and the
        condition would fail.
        """,
      remedy: "Compare numbers with numbers and texts with texts: `float(x)` is the number in a text.",
      example: """
        state: {name: str}
        nodes:
          ask: {user: Who is there?}
          greet: {user: Say hello.}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: greet, condition: name > [-5-]{+'m'+}}
          - {from: ask, to: END}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:7:39: '>' cannot compare str with int",
      related: ["GR0543"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0543", .error, "'…' cannot combine … with …",
      or: [
        "'…' needs a number, not …",
        "'…' divides by zero",
      ],
      title: "An operator that does not fit its values",
      meaning: """
        The operator does not work with values of these types: a text and a number are joined by `str(x)`, and added
        by `float(x)`.
        """,
      remedy: "Convert one of the two: `str(x)`, `float(x)`.",
      example: """
        state: {name: str}
        nodes:
          plan: {type: passthrough, output: {title: "{state.name + [-5-]{+'5'+}}"}}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: END}
        """,
      report: "graph.yaml:3:47: '+' cannot combine str with int",
      related: ["GR0542"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0544", .error, "'…' needs …, not …",
      or: [
        "'…' cannot order …",
        "'…' cannot order … with …",
        "'…' cannot order items that are …",
        "'…' needs a list of numbers, not of …",
      ],
      title: "A function that does not take the value",
      meaning: "The function works with values of another type.",
      remedy: "Give the function what it takes; see the [table](language.md#functions).",
      example: """
        state: {words: int}
        nodes:
          plan: {type: passthrough, output: {size: "{[-len-]{+str+}(state.words)}"}}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: END}
        """,
      report: "graph.yaml:3:46: 'len' needs a list, a dict or a text, not int",
      related: ["GR0543"],
      documents: ["language.md#functions"]),
    DiagnosticEntry(
      "GR0545", .error, "'…' cannot look for … in …",
      title: "A search in what holds nothing",
      meaning: """
        `in` looks for an item in a list, for a key in an object, and for a text in a text. This value is none of
        them.
        """,
      remedy: "Look in a list, in an object, or for text in text.",
      example: """
        state: {n: int, topics: "list[str]"}
        nodes:
          plan: {type: passthrough, output: {found: "{'rain' in state.[-n-]{+topics+}}"}}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: END}
        """,
      report: "graph.yaml:3:47: 'in' cannot look for str in int",
      related: ["GR0544"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0546", .warning, "'…' is never '…', so that this comparison … holds",
      or: [
        "'…' is … and never equal to …, so that this comparison … holds",
        "… is no item of '…', which holds …: this … holds",
        "'…' has no field '…', so that this … holds",
        "'…' holds …, so that this never holds",
      ],
      title: "A comparison with a value that never occurs",
      meaning: """
        The schema, or the type, says which values there can be, and this is none of them. The comparison has the same
        result in every run; most often the word is misspelled.
        """,
      remedy: "Take the value that is offered, or compare with a value of the same type.",
      example: """
        nodes:
          judge: {prompt: judge, state_key: verdict}
          praise: {user: Praise.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: praise, condition: verdict.mark == '[-goood-]{+good+}'}
          - {from: judge, to: END}
          - {from: praise, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        schema:
          name: Verdict
          fields:
            mark: {type: str, enum: [good, bad]}
        """,
      report: "graph.yaml:6:58: 'verdict.mark' is never 'goood', so that this comparison never holds",
      related: ["GR0222"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0547", .warning, "'…' is …, so that this comparison … holds",
      title: "A number outside of what the schema allows",
      meaning: """
        The schema limits the number, and the comparison asks for one beyond the limit. It has the same result in
        every run.
        """,
      remedy: "Compare with a number in the range that the schema allows.",
      example: """
        nodes:
          judge: {prompt: judge, state_key: verdict}
          praise: {user: Praise.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: praise, condition: verdict.score > [-5-]{+0.5+}}
          - {from: judge, to: END}
          - {from: praise, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        schema:
          name: Verdict
          fields:
            score: {type: float, constraints: {ge: 0, le: 1}}
        """,
      report: "graph.yaml:6:42: 'verdict.score' is from 0 to 1, so that this comparison never holds",
      related: ["GR0546"],
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0548", .warning, "… '…' … holds, whatever the state: its value is …",
      title: "A condition that holds whatever the state is",
      meaning: """
        The value that is looked at is true, or false, in every run: a text with words in it is true, whatever they
        say.
        """,
      remedy: "Compare the value with something.",
      example: """
        nodes:
          judge: {prompt: judge, state_key: verdict}
          praise: {user: Praise.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: praise, condition: verdict[-.mark-]{+.mark == 'good'+}}
          - {from: judge, to: END}
          - {from: praise, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        schema:
          name: Verdict
          fields:
            mark: {type: str, enum: [good, bad]}
        """,
      report: "graph.yaml:6:42: condition 'verdict.mark' always holds, whatever the state: its value is str",
      related: ["GR0307"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0549", .warning, "'…' is always missing: '…' has no such field",
      or: [
        "'…' is always missing: '…' is …"
      ],
      title: "A field that is always missing",
      meaning: "The value has no such field, so that it is null here in every run.",
      remedy: "Take the field that is offered; `==`, `!=` and `default` take a missing value for null.",
      example: """
        nodes:
          judge: {prompt: judge, state_key: verdict}
          praise: {user: Praise.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: praise, condition: verdict.[-reson-]{+reason+} != null}
          - {from: judge, to: END}
          - {from: praise, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        schema:
          name: Verdict
          fields: {score: float, reason: {type: str, optional: true}}
        """,
      report: "graph.yaml:6:50: 'reson' is always missing: 'verdict' has no such field",
      related: ["GR0540"],
      documents: ["language.md#schemas"]),
  ]
}

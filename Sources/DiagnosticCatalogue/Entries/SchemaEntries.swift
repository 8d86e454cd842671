internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Schemas of answers.
  static let schemas: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0670", .error, "no type is named '…'",
      title: "A type that there is not",
      meaning: """
        No type has this name. Besides its own names, the language has those of JSON Schema: `string`, `integer`,
        `number`, `boolean`, `array`, `object`.
        """,
      remedy: "Take the type that is offered.",
      example: """
        state: {topic: [-txt-]{+str+}}
        nodes:
          write: {user: "Write about {topic}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:1:16: no type is named 'txt'",
      related: ["GR0671"],
      documents: ["language.md#types"]),
    DiagnosticEntry(
      "GR0671", .error, "type '…' …",
      title: "A type that is not written as one",
      meaning: """
        Types of items stand in brackets, `|` joins alternatives, and `?` behind a type allows null. This text is put
        together in another way.
        """,
      remedy: "Write the type in the form that is offered.",
      example: """
        state: {topics: "[-list[str-]{+list[str]+}"}
        nodes:
          write: {user: "Write about {topics}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:1:22: type 'list[str' has no closing ']'",
      related: ["GR0670"],
      documents: ["language.md#types"]),
    DiagnosticEntry(
      "GR0672", .error, "keys of a dict are 'str', not '…'",
      title: "A dict whose keys are no text",
      meaning: "Objects have texts as keys, as in JSON, so that the first type of a `dict` is always `str`.",
      remedy: "Write `dict[str, T]`.",
      example: """
        state: {words: "dict[[-int-]{+str+}, str]"}
        nodes:
          write: {user: "Use these words: {words}"}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:1:22: keys of a dict are 'str', not 'int'",
      documents: ["language.md#types"]),
    DiagnosticEntry(
      retired: "GR0673", "… has no '…'",
      meaning: "Keys that are missing in a schema are reported as those of graph files.",
      related: ["GR0103"]),
    DiagnosticEntry(
      "GR0674", .error, "no constraint is named '…'",
      title: "A constraint that there is not",
      meaning: "Constraints of a field have the names of pydantic. None has this one.",
      remedy: "Take the name that is offered.",
      example: """
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        schema:
          name: Judgement
          fields:
            score: {type: float, constraints: {[-gte-]{+ge+}: 0}}
        """,
      report: "prompts/judge.yaml:5:40: no constraint is named 'gte'",
      related: ["GR0675"],
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0675", .error, "constraint '…' does not apply to '…'",
      title: "A constraint that does not fit its type",
      meaning: """
        Numbers have limits, texts a length and a pattern, lists a number of items. A constraint of another type would
        never be looked at.
        """,
      remedy: "Delete it, or change the type.",
      example: """
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        schema:
          name: Judgement
          fields:
            verdict: {type: str, constraints: {[-le-]{+max_length+}: 200}}
        """,
      report: "prompts/judge.yaml:5:40: constraint 'le' does not apply to 'str'",
      related: ["GR0674"],
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0676", .error, "pattern '…' is not a regular expression",
      title: "A pattern that is no regular expression",
      meaning: """
        `pattern` is a regular expression that a text has to fit. This one cannot be read: most often a bracket is not
        closed.
        """,
      remedy: "Mend the pattern; a backslash before a sign takes it as it is.",
      example: """
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        schema:
          name: Judgement
          fields:
            mark: {type: str, constraints: {pattern: "[A-F{+]+}"}}
        """,
      report: "prompts/judge.yaml:5:46: pattern '[A-F' is not a regular expression",
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0677", .error, "the default of a field of type '…' cannot be …",
      title: "A default that its field does not allow",
      meaning: """
        A field that an answer leaves out gets its default, and that has to be a value the answer could have given.
        """,
      remedy: "Change the default or the type.",
      example: """
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        schema:
          name: Judgement
          fields:
            score: {type: float, default: [-none-]{+0.0+}}
        """,
      report: "prompts/judge.yaml:5:35: the default of a field of type 'float' cannot be a string",
      related: ["GR0115", "GR0678"],
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0678", .error, "an 'enum' of type '…' cannot contain …",
      or: [
        "'enum' lists no value"
      ],
      title: "A constant that its field does not allow",
      meaning: "The words of an `enum` are of the field's own type, and there is at least one of them.",
      remedy: "List constants of the type.",
      example: """
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        schema:
          name: Judgement
          fields:
            mark: {type: int, enum: [1, 2, [-three-]{+3+}]}
        """,
      report: "prompts/judge.yaml:5:36: an 'enum' of type 'int' cannot contain a string",
      related: ["GR0677"],
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0679", .error, "keyword '…' of JSON Schema is not supported",
      title: "A keyword of JSON Schema that is not carried out",
      meaning: """
        Answers are checked against the schema, and this keyword would not be checked. So it is refused instead of
        being promised; in a `description`, the model reads it.
        """,
      remedy: "Say it in the `description`; the model reads that.",
      example: """
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        output_schema:
          type: object
          properties:
            reasons: {type: array, items: {type: string}[-, contains: {const: spelling}-]}
          required: [reasons]
        """,
      report: "prompts/judge.yaml:5:51: keyword 'contains' of JSON Schema is not supported",
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0680", .error, "the schema of an answer must be an object at the top, not …",
      title: "A schema that is no object",
      meaning: "Providers take objects as answers only, and fields are what the rest of the graph reads.",
      remedy: "Put the value into a field of an object.",
      example: """
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        output_schema:
        [-  type: array
          items: {type: string}
        -]{+  type: object
          properties:
            reasons: {type: array, items: {type: string}}
        +}
        """,
      report: "prompts/judge.yaml:3:9: the schema of an answer must be an object at the top, not 'list[str]'",
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0681", .error, "'required' names '…', which 'properties' does not have",
      title: "A required property that there is not",
      meaning: """
        `required` lists properties of the same schema. No answer could have one that `properties` does not have.
        """,
      remedy: "Add the property, or delete the name.",
      example: """
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        output_schema:
          type: object
          properties:
            score: {type: number}
          required: [[-scores-]{+score+}]
        """,
      report: "prompts/judge.yaml:6:14: 'required' names 'scores', which 'properties' does not have",
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0682", .error, "the schema has no fields",
      title: "A schema without fields",
      meaning: "An answer that fits it would have nothing in it.",
      remedy: "Add a field, or delete the schema.",
      example: """
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        schema:
          name: Judgement
          fields: {{+score: float+}}
        """,
      report: "prompts/judge.yaml:4:11: the schema has no fields",
      documents: ["language.md#schemas"]),
    DiagnosticEntry(
      "GR0683", .error, "the schema is nested too deeply",
      title: "A schema that is nested too deeply",
      meaning: """
        Types inside types end at a depth that no provider takes. A flatter object is easier for a model as well.
        """,
      remedy: "Flatten the schema: put inner objects next to each other.",
      example: """
        nodes:
          judge: {prompt: judge}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        -- prompts/judge.yaml --
        user: Judge this text.
        output_schema:
          type: object
          properties:
            lists: [-{*60×{type: array, items: *}{type: string}{*60×}*}-]{+{type: array, items: {type: string}}+}
        """,
      report: "prompts/judge.yaml:5:663: the schema is nested too deeply",
      documents: ["language.md#schemas"]),
  ]
}

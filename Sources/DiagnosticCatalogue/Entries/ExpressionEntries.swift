internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Expressions, and values with expressions in them.
  static let expressions: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0501", .error, "expression is empty",
      title: "An empty expression",
      meaning: "There is nothing between the braces, or in the condition, that could have a value.",
      remedy: "Write an expression, or delete the braces.",
      example: """
        state: {topic: str}
        nodes:
          plan: {type: passthrough, output: {title: "About {[- -]{+state.topic+}}"}}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: END}
        """,
      report: "graph.yaml:3:52: expression is empty",
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0502", .error, "'=' does not compare…",
      or: [
        "'…' is not an operator; …"
      ],
      title: "An operator of another language",
      meaning: """
        Expressions have the operators of Python: `==` compares, `and`, `or` and `not` join conditions. `=`, `&&`,
        `||` and `!` are those of other languages.
        """,
      remedy: "Write the operator that is offered.",
      example: """
        state: {score: int}
        nodes:
          judge: {user: Judge., state_key: mark}
          praise: {user: Praise.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: praise, condition: score [-=-]{+==+} 5}
          - {from: judge, to: END}
          - {from: praise, to: END}
        """,
      report: "graph.yaml:7:48: '=' does not compare; write '=='",
      related: ["GR0508"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0503", .error, "text that begins with … has no closing quote",
      or: [
        #"text is quoted with ' or ", not with a typographic quote"#
      ],
      title: "A text without its closing quote",
      meaning: """
        A text begins with a quote and has no end. Typographic quotes, which word processors write, are no quotes
        here.
        """,
      remedy: "Close the quote; use straight ones.",
      example: """
        state: {mood: str}
        nodes:
          ask: {user: How are you?}
          cheer: {user: Cheer me up.}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: cheer, condition: "mood == 'sad{+'+}"}
          - {from: ask, to: END}
          - {from: cheer, to: END}
        """,
      report: "graph.yaml:7:48: text that begins with ' has no closing quote",
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0504", .error, "'…' is never closed",
      or: [
        "'…' closes nothing"
      ],
      title: "Brackets that do not match",
      meaning: "A bracket is opened and not closed, or closed and not opened.",
      remedy: "Balance the brackets.",
      example: """
        state: {score: int, bonus: int}
        nodes:
          judge: {user: Judge.}
          praise: {user: Praise.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: praise, condition: (score + bonus{+)+} > 5}
          - {from: judge, to: END}
          - {from: praise, to: END}
        """,
      report: "graph.yaml:7:42: '(' is never closed",
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0505", .error, "conditions take no braces; write the path without them",
      or: [
        "key '…' of an object has to be quoted"
      ],
      title: "Braces in an expression",
      meaning: """
        A condition is an expression as it stands, so that its paths need no braces; braces are for values and texts.
        Inside an expression, braces make an object, whose keys are quoted.
        """,
      remedy: "Delete the braces, or quote the key.",
      example: """
        state: {score: int}
        nodes:
          judge: {user: Judge.}
          praise: {user: Praise.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: praise, condition: "[-{score}-]{+score+} > 5"}
          - {from: judge, to: END}
          - {from: praise, to: END}
        """,
      report: "graph.yaml:7:43: conditions take no braces; write the path without them",
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0506", .error, "no function is named '…'",
      or: [
        "values have no methods; '…' is called as a function"
      ],
      title: "A function that there is not",
      meaning: """
        Expressions have a few functions, and no methods: `upper(name)`, not `name.upper()`. More can be done in a
        Python or Swift function.
        """,
      remedy: "Take the function that is offered; see the [table](language.md#functions).",
      example: """
        state: {name: str}
        nodes:
          greet: {type: passthrough, output: {title: "{[-uper-]{+upper+}(state.name)}"}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:48: no function is named 'uper'",
      related: ["GR0507"],
      documents: ["language.md#functions"]),
    DiagnosticEntry(
      "GR0507", .error, "'…' takes …, not …",
      title: "A function with the wrong number of arguments",
      meaning: "The function takes more values than it is given, or fewer.",
      remedy: "Give it as many arguments as it takes.",
      example: """
        state: {items: "list[str]"}
        nodes:
          plan: {type: passthrough, output: {text: "{[-join()-]{+join(state.items)+}}"}}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: END}
        """,
      report: "graph.yaml:3:46: 'join' takes one or two arguments, not 0",
      related: ["GR0506"],
      documents: ["language.md#functions"]),
    DiagnosticEntry(
      "GR0508", .error, "unexpected '…'",
      title: "Something unexpected in an expression",
      meaning: """
        Two values stand side by side without an operator between them, or something else stands where it has no
        meaning.
        """,
      remedy: "Delete it, or put an operator before it.",
      example: """
        state: {name: str}
        nodes:
          greet: {type: passthrough, output: {title: "{state.name {+== +}'Ada'}"}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:59: unexpected ''Ada''; expected an operator or '}'",
      related: ["GR0509"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0509", .error, "expression ends where … was expected",
      title: "An expression that breaks off",
      meaning: "Behind an operator or a comma, another value has to follow.",
      remedy: "Write the value that is missing, or delete the operator before it.",
      example: """
        state: {score: int}
        nodes:
          judge: {user: Judge.}
          praise: {user: Praise.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: praise, condition: score >{+ 5+}}
          - {from: judge, to: END}
          - {from: praise, to: END}
        """,
      report: "graph.yaml:7:49: expression ends where a value was expected",
      related: ["GR0508"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0510", .error, "'…' is not a number",
      or: [
        "number '…' is out of range"
      ],
      title: "A number that is none",
      meaning: """
        A number has digits and at most one point, and an integer has 64 bits. A name cannot begin with a digit.
        """,
      remedy: "Write a number of at most 64 bits.",
      example: """
        state: {size: int}
        nodes:
          plan: {type: passthrough, output: {large: "{state.size > [-2k-]{+2000+}}"}}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: END}
        """,
      report: "graph.yaml:3:60: '2k' is not a number",
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0511", .error, "'…' is not an escape; a backslash is written '…'",
      title: "An escape that means nothing in a text",
      meaning: #"""
        In quotes, a backslash begins an escape: `\n`, `\t`, `\'`, `\\`. A backslash that is text is written twice.
        """#,
      remedy: "Double the backslash.",
      example: #"""
        state: {path: str}
        nodes:
          plan: {type: passthrough, output: {parts: '{split(state.path, "[-\d-]{+\\d+}")}'}}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: END}
        """#,
      report: #"graph.yaml:3:66: '\d' is not an escape; a backslash is written '\\'"#,
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0512", .error, "expression is nested too deeply",
      or: [
        "expression has too many operators"
      ],
      title: "An expression that is too large",
      meaning: """
        Expressions are small by intention: they end at a depth, and at a number of operators, that nobody reaches by
        hand. A part of it can be computed in a node before.
        """,
      remedy: "Compute a part of it in a `passthrough` node before.",
      example: """
        state: {size: int}
        nodes:
          plan: {type: passthrough, output: {large: "{[-{*300×(*}state.size{*300×)*}-]{+(state.size)+} > 5}"}}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: END}
        """,
      report: "graph.yaml:3:47: expression is nested too deeply; compute a part of it in a node before",
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0513", .error, "the state cannot be read as a whole; name a key, as in 'state.topic'",
      title: "The state as a whole",
      meaning: """
        `state` stands before the keys of the state and is no value itself. A node that got all of the state would
        depend on everything.
        """,
      remedy: "Name a key of the state, as in `state.topic`.",
      example: """
        state: {name: str}
        nodes:
          greet: {type: passthrough, output: {title: "Hello {state{+.name+}}"}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:54: the state cannot be read as a whole; name a key, as in 'state.topic'",
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0520", .error, "'}' closes nothing",
      title: "A closing brace without an opening one",
      meaning: "A brace that is text is written twice, so that a forgotten one is found.",
      remedy: "Delete the brace; write `}}` for one that is text.",
      example: """
        state: {name: str}
        nodes:
          greet: {type: passthrough, output: {title: "Hello {state.name}[-}-]"}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:65: '}' closes nothing",
      related: ["GR0521"],
      documents: ["language.md#values-with-expressions"]),
    DiagnosticEntry(
      "GR0521", .warning, "'{{' and '}}' are text here; the value is written '{…}'",
      title: "A path in double braces",
      meaning: """
        In values, expressions stand in single braces, and two braces are one that is text. Double braces are those of
        Jinja templates, which prompts may be.
        """,
      remedy: "Use single braces.",
      example: """
        state: {name: str}
        nodes:
          greet: {type: passthrough, output: {title: "Hello [-{{state.name}}-]{+{state.name}+}"}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:53: '{{' and '}}' are text here; the value is written '{state.name}'",
      related: ["GR0656"],
      documents: ["language.md#values-with-expressions"]),
    DiagnosticEntry(
      "GR0522", .warning, "… is plain text: nothing inside quotes is replaced",
      title: "A path in quotes inside an expression",
      meaning: """
        In an expression, what stands in quotes is text as it is. The braces in it are not replaced by a value.
        """,
      remedy: "Take the path out of the quotes.",
      example: """
        state: {name: str}
        nodes:
          greet:
            type: passthrough
            output: {title: "{upper([-'{state.name}'-]{+state.name+})}"}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:5:29: '{state.name}' is plain text: nothing inside quotes is replaced",
      documents: ["language.md#values-with-expressions"]),
    DiagnosticEntry(
      "GR0530", .error, "'…' looks at files, which only the checks of 'guards' and 'verify' may",
      title: "A look at files outside of checks",
      meaning: """
        `file_exists` and `dir_exists` look at the disk, so that the same state could lead two runs different ways.
        Only checks, which lead nowhere, may do that.
        """,
      remedy: "Move the condition to a check, or let a node find out.",
      example: """
        nodes:
          write:
            user: Write a slogan.
        {+    guards:
              pre: [{check: "file_exists('notes.md')", on_fail: skip}]
        +}  polish: {user: Make it shorter.}
        edges:
          - {from: START, to: write}
          - {from: write, to: polish[-, condition: "file_exists('notes.md')"-]}
        [-  - {from: write, to: END}
        -]  - {from: polish, to: END}
        """,
      report: """
        graph.yaml:7:43: 'file_exists' looks at files, which only the checks of 'guards' and 'verify' may
        """,
      documents: ["language.md#guards"]),
    DiagnosticEntry(
      "GR0531", .error, "… cannot read 'output', which is the result of a node; a key of the state is 'state.output'",
      title: "The result of a node where there is none",
      meaning: """
        `output` is the result of the node whose `post` checks look at it. Before the node there is none yet, and at
        the end of the graph it is that of no node.
        """,
      remedy: "Move the check to `post`, or write `state.output`.",
      example: """
        state: {topic: str}
        nodes:
          write:
            user: "Write about {topic}."
            guards:
              [-pre-]{+post+}: [{check: output | length > 10}]
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: """
        graph.yaml:6:21: a check under 'pre' cannot read 'output', which is the result of a node; a key of the state \
        is 'state.output'
        """,
      documents: ["language.md#guards"]),
  ]
}

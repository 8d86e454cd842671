internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Defaults that are none, and calls that fail.
  static let calls: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0416", .warning, "nothing reads or writes '…'",
      title: "A declaration under nearly the right name",
      meaning: """
        The key is declared, and nothing reads or writes it; a node writes one that differs by a letter, which nothing
        declares.
        """,
      remedy: "Take the name that is offered, here or there.",
      example: """
        state: {[-verdcit-]{+verdict+}: str}
        nodes:
          judge: {user: "Judge the day.", state_key: verdict}
          tell: {user: "Tell me of this: {verdict}"}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: tell}
          - {from: tell, to: END}
        """,
      report: "graph.yaml:1:9: nothing reads or writes 'verdcit'",
      related: ["GR0229"],
      documents: ["language.md#state"]),
    DiagnosticEntry(
      "GR0417", .warning,
      "the default of '…' is null, which '…' never is, so that whoever runs the graph has to give a value",
      title: "A default that is null",
      meaning: """
        A default of null, or one that is left empty, is none where the type has no null: the key is an input that has to
        be given.
        """,
      remedy: "Write a value, or let the key hold null, as in `str?`; without a default, delete `default`.",
      example: """
        state:
          tone: {type: str, default: [-null-]{+friendly+}}
        nodes:
          greet: {user: "Say hello in a {tone} tone."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: """
        graph.yaml:2:30: the default of 'tone' is null, which 'str' never is, so that whoever runs the graph has to give a \
        value
        """,
      related: ["GR0115"],
      documents: ["language.md#state"]),
    DiagnosticEntry(
      "GR0418", .warning, "node '…' may call '…', and there is no such tool",
      title: "A tool that a schema lists and nobody declares",
      meaning: """
        The node calls the tool that an answer names, and the schema of the answer lists a name that no tool has. When a
        model chooses it, the call fails. Where a condition, a router or a check before the node looks at the answer,
        not all of it comes to the node, and nothing is said.
        """,
      remedy: "Take the name that is offered, declare the tool, or take the name out of the schema.",
      example: """
        tools:
          count: {command: "printf %s {text} | wc -w"}
        nodes:
          choose: {prompt: choose}
          work: {type: tool_call, tool: "{state.choose.tool}", args: {text: lamps and ropes}}
        edges:
          - {from: START, to: choose}
          - {from: choose, to: work}
          - {from: work, to: END}
        -- prompts/choose.yaml --
        user: Which tool?
        schema:
          name: Choice
          fields:
            tool: {type: str, enum: [[-coutn-]{+count+}]}
        """,
      report: "prompts/choose.yaml:5:30: node 'work' may call 'coutn', and there is no such tool",
      related: ["GR0250", "GR0419"],
      documents: ["tools.md"]),
    DiagnosticEntry(
      "GR0419", .warning, "the call fails: tool '…' has no parameter '…'",
      or: ["the call fails: tool '…' needs '…', which node '…' does not give"],
      title: "Arguments that the tool does not take",
      meaning: """
        A `tool_call` node gives the same arguments to whichever tool is chosen. Of the tools that may be chosen, this one
        takes others. The failed call is a result that the graph can look at, unless `on_error` says otherwise.
        """,
      remedy: "Give the arguments that the tool takes, or name its parameters alike.",
      example: """
        tools:
          count: {command: "printf %s {text} | wc -w"}
        nodes:
          work: {type: tool_call, tool: count, args: {[-txet-]{+text+}: lamps and ropes}}
        edges:
          - {from: START, to: work}
          - {from: work, to: END}
        """,
      report: "graph.yaml:4:46: the call fails: tool 'count' has no parameter 'txet'",
      related: ["GR0253", "GR0254", "GR0418"],
      documents: ["tools.md"]),
    DiagnosticEntry(
      "GR0420", .error, "'…' is … and has no method '…'",
      title: "A method that values of this type do not have",
      meaning: """
        In a template, texts, lists and objects have the methods of Python that make new values, and no others.
        """,
      remedy: "Take the method that is offered, or a filter.",
      example: """
        state: {name: str}
        nodes:
          greet: {user: "Say hello to {{ name.[-uper-]{+upper+}() }}."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:34: 'name' is str and has no method 'uper'",
      related: ["GR0541", "GR0650"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0421", .error, "'…' cannot combine … with …",
      title: "Arithmetic on values that have none",
      meaning: "In a template, texts and numbers are not added to one another; the text fails in every run.",
      remedy: "Put texts together with `~`, or make a number of the text with the filter `int`.",
      example: """
        state: {name: str}
        nodes:
          greet: {user: "Say hello to {{ name [-+-]{+~+} 1 }}."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:34: '+' cannot combine str with int",
      related: ["GR0543"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0423", .error, "… returns '…', which is no key of the state",
      title: "A result of a function for which the state has no key",
      meaning: """
        A function that a `python` node calls returns a dict of keys and values, and the node fails where the state has no
        key of a name. Read from the function itself: its results are written down there. It is a warning where only some
        of the results have the key.
        """,
      remedy: "Declare the key under `state`, or take the name that is offered.",
      example: """
        state: {[-sumary-]{+summary+}: str}
        tools:
          sum_up: {type: python, path: text.py, function: sum_up}
        nodes:
          report: {type: python, tool: sum_up}
        edges:
          - {from: START, to: report}
          - {from: report, to: END}
        -- text.py --
        def sum_up(state):
            return {"summary": "three lamps"}
        """,
      report: "graph.yaml:5:32: the function of 'sum_up' returns 'summary', which is no key of the state",
      related: ["GR0220", "GR0229"],
      documents: ["tools.md"]),
    DiagnosticEntry(
      "GR0424", .error, "tool '…' takes …, and is given the state alone; call it with a node of type 'tool'",
      title: "A function that takes more than the state",
      meaning: """
        A `python` node calls its function with the state as the only argument, and this one needs more than one.
        """,
      remedy: "Call it with a node of type `tool`, which gives it arguments by their names.",
      example: """
        state: {text: str, word: str}
        tools:
          count: {type: python, path: text.py, function: count}
        nodes:
          work: {type: [-python-]{+tool+}, tool: count}
        edges:
          - {from: START, to: work}
          - {from: work, to: END}
        -- text.py --
        def count(text, word):
            return text.split().count(word)
        """,
      report: """
        graph.yaml:5:30: tool 'count' takes 'text' and 'word', and is given the state alone; call it with a node of type \
        'tool'
        """,
      related: ["GR0149"],
      documents: ["tools.md"]),
    DiagnosticEntry(
      "GR0425", .warning, "the only item of 'over' is the list '…'; without the brackets its items are gone through",
      title: "A map over a list in a list",
      meaning: """
        `over` is a list of one item, and the item is a list itself: the inner node is run once, for all of them together.
        """,
      remedy: "Take the brackets away, or call the inner node without a map.",
      example: """
        state: {topics: "list[str]"}
        nodes:
          write: {type: map, over: [-["{state.topics}"]-]{+"{state.topics}"+}, as: topic, collect: texts, node: {user: "On {topic}."}}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: """
        graph.yaml:3:31: the only item of 'over' is the list 'topics'; without the brackets its items are gone through
        """,
      related: ["GR0160"],
      documents: ["language.md#map"]),
  ]
}

internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Tools, functions and their files.
  static let toolReferences: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0250", .error, "there is no tool '…' under 'tools'",
      title: "A tool that is not there",
      meaning: "Tools are declared under `tools`, and nodes call them by the names that they have there.",
      remedy: "Declare it, or take the name that is offered.",
      example: """
        tools:
          today: {command: date}
        nodes:
          look: {type: tool, tool: [-tody-]{+today+}}
        edges:
          - {from: START, to: look}
          - {from: look, to: END}
        """,
      report: "graph.yaml:4:28: there is no tool 'tody' under 'tools'",
      documents: ["tools.md"]),
    DiagnosticEntry(
      "GR0251", .error, "'parameters' of tool '…' has no '…'",
      title: "A parameter that is not declared",
      meaning: """
        The address or body of the request uses a name in braces that `parameters` does not have. What is text in
        braces is written with two of them.
        """,
      remedy: "Declare it, or write text in braces as `{{…}}`.",
      example: """
        tools:
          page:
            type: http
            url: https://api.weather.example/{[-town-]{+city+}}
            parameters: {city: str}
        state: {city: str}
        nodes:
          get: {type: tool, tool: page}
        edges:
          - {from: START, to: get}
          - {from: get, to: END}
        """,
      report: "graph.yaml:4:39: 'parameters' of tool 'page' has no 'town'",
      also: ["GR0252"],
      related: ["GR0252"],
      documents: ["tools.md#keys-of-every-tool"]),
    DiagnosticEntry(
      "GR0252", .warning, "tool '…' does not use its parameter '…'",
      title: "A parameter that is not used",
      meaning: "The tool takes an argument and does nothing with it.",
      remedy: "Use it or delete it.",
      example: """
        state: {city: str}
        tools:
          page:
            type: http
            url: https://api.weather.example/{city}
            parameters: {city: str[-, days: int-]}
        nodes:
          get: {type: tool, tool: page, variables: {city: "{state.city}"[-, days: 3-]}}
        edges:
          - {from: START, to: get}
          - {from: get, to: END}
        """,
      report: "graph.yaml:6:29: tool 'page' does not use its parameter 'days'",
      related: ["GR0251"],
      documents: ["tools.md#keys-of-every-tool"]),
    DiagnosticEntry(
      "GR0253", .error, "tool '…' has no parameter '…'",
      title: "An argument that a tool does not take",
      meaning: "The tool has no parameter of this name, and the argument would be lost.",
      remedy: "Take the name that is offered, or give the tool that parameter.",
      example: """
        state: {name: str}
        tools:
          greet: {command: "echo Hello {name}"}
        nodes:
          say: {type: tool, tool: greet, variables: {name: "{state.name}"[-, title: Dr.-]}}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """,
      report: "graph.yaml:5:68: tool 'greet' has no parameter 'title'",
      related: ["GR0254"],
      documents: ["language.md#tool"]),
    DiagnosticEntry(
      "GR0254", .error, "tool '…' needs '…', which node '…' does not give under 'variables'",
      title: "An argument that is missing",
      meaning: "The tool cannot be called without this argument, and the node's `variables` do not have it.",
      remedy: "Add it to the node's `variables`.",
      example: """
        state: {name: str}
        tools:
          greet: {command: "echo {word} {name}"}
        nodes:
          say: {type: tool, tool: greet, variables: {name: "{state.name}"{+, word: Hello+}}}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """,
      report: "graph.yaml:5:34: tool 'greet' needs 'word', which node 'say' does not give under 'variables'",
      related: ["GR0253"],
      documents: ["language.md#tool"]),
    DiagnosticEntry(
      "GR0255", .error, "the argument '…' of tool '…' must be …, not …",
      title: "An argument of the wrong type",
      meaning: "The tool declares a type for this parameter, and the argument is of another one.",
      remedy: "Change the value or the parameter's type.",
      example: """
        tools:
          sleep:
            command: sleep {seconds}
            parameters: {seconds: int}
        nodes:
          wait: {type: tool, tool: sleep, variables: {seconds: [-long-]{+2+}}}
        edges:
          - {from: START, to: wait}
          - {from: wait, to: END}
        """,
      report: "graph.yaml:6:56: the argument 'seconds' of tool 'sleep' must be int, not str",
      documents: ["tools.md#keys-of-every-tool"]),
    DiagnosticEntry(
      "GR0256", .error, "the program registered no function '…'",
      title: "A Swift function that is not registered",
      meaning: """
        The node calls a function by the name under which a Swift program has registered it. `graph` itself has none,
        so that it can check such a graph and not run it.
        """,
      remedy: "Register it before the graph is compiled, or take the name that is offered.",
      example: """
        {+tools:
          today: {command: date}
        +}nodes:
          look: {[-type: function, function: today-]{+type: tool, tool: today+}}
        edges:
          - {from: START, to: look}
          - {from: look, to: END}
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: "graph.yaml:2:36: the program registered no function 'today'",
      documents: ["tools.md#functions-of-swift"]),
    DiagnosticEntry(
      "GR0257", .error, "cannot read '…': …",
      title: "A file of a tool that cannot be read",
      meaning: """
        The file of the function is not there, or must not be read: it has to be inside the project. Paths are
        relative to the graph file.
        """,
      remedy: "Check the path, which is relative to the graph file.",
      example: """
        tools:
          count: {type: python, path: [-wrds-]{+words+}.py, function: count}
        nodes:
          words: {type: python, tool: count}
        edges:
          - {from: START, to: words}
          - {from: words, to: END}
        -- words.py --
        def count(state):
            return 2
        """,
      report: "graph.yaml:2:31: cannot read 'wrds.py': no such file",
      related: ["GR0258"],
      documents: ["tools.md#python"]),
    DiagnosticEntry(
      "GR0258", .error, "'…' has no function '…'",
      title: "A function that the file does not have",
      meaning: "The file is there, but defines no function of this name at its top.",
      remedy: "Take the name that is offered.",
      example: """
        tools:
          count: {type: python, path: words.py, function: [-cuont-]{+count+}}
        nodes:
          words: {type: python, tool: count}
        edges:
          - {from: START, to: words}
          - {from: words, to: END}
        -- words.py --
        def count(state):
            return 2
        """,
      report: "graph.yaml:2:51: 'words.py' has no function 'cuont'",
      related: ["GR0257"],
      documents: ["tools.md#python"]),
    DiagnosticEntry(
      "GR0259", .error, "cannot read the manifest '…': …",
      title: "A manifest that cannot be read",
      meaning: """
        The file that describes the tool is not there, or is not inside the project. Paths are relative to the graph
        file; with `--tool`, to the working folder.
        """,
      remedy: "Check the path, which is relative to the graph file, or with `--tool` to the working folder.",
      example: """
        state: {text: str}
        tools:
          words: {manifest: tools/[-word-]{+words+}.yaml}
        nodes:
          count: {type: tool, tool: words}
        edges:
          - {from: START, to: count}
          - {from: count, to: END}
        -- tools/words.yaml --
        name: words
        description: Counts the words of a text.
        runtime:
          command: printf %s {text} | wc -w
        """,
      report: "graph.yaml:3:21: cannot read the manifest 'tools/word.yaml': no such file",
      documents: ["tools.md#tools-in-files-of-their-own"]),
  ]
}

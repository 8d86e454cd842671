internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Tools, and the nodes that run them.
  static let tools: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0140", .error, "unknown tool type '…'",
      title: "A tool type that is not known",
      meaning: """
        No type of tool has this name. Types of your own are registered in the node factory of a Swift program.
        """,
      remedy: "Take the type that is offered.",
      example: """
        tools:
          today: {type: [-bash-]{+shell+}, command: date}
        nodes:
          look: {type: tool, tool: today}
        edges:
          - {from: START, to: look}
          - {from: look, to: END}
        """,
      report: "graph.yaml:2:17: unknown tool type 'bash'",
      documents: ["tools.md#types-of-tools"]),
    DiagnosticEntry(
      "GR0141", .error, "'{…}' is no parameter: parameters are plain names",
      title: "A placeholder that is no parameter",
      meaning: """
        In commands and addresses, braces hold the name of a parameter. Paths and expressions belong into the
        `variables` of the node, where the value of the parameter is computed.
        """,
      remedy: "Pass the value under a name of its own.",
      example: """
        state: {user: dict}
        tools:
          greet: {command: "echo Hello {[-user.name-]{+name+}}"}
        nodes:
          say: {type: tool, tool: greet, variables: {name: "{user.name}"}}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """,
      report: "graph.yaml:3:32: '{user.name}' is no parameter: parameters are plain names",
      related: ["GR0251"],
      documents: ["tools.md#shell"]),
    DiagnosticEntry(
      "GR0142", .error, "the quote … is not closed",
      or: [
        "the substitution is not closed"
      ],
      title: "A quote of the shell that is not closed",
      meaning: """
        The command is handed to a shell, which would read on to the end of the text and then fail. Here it fails
        before anything runs.
        """,
      remedy: "Close the quote or the bracket.",
      example: """
        state: {name: str}
        tools:
          greet: {command: "echo 'Hello[- -]{+' +}{name}"}
        nodes:
          say: {type: tool, tool: greet}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """,
      report: "graph.yaml:3:26: the quote ' is not closed",
      documents: ["tools.md#shell"]),
    DiagnosticEntry(
      "GR0143", .warning, "'{{' and '}}' are single braces here; two of them are written '{{{{…}}}}'",
      title: "Double braces in a command",
      meaning: """
        In commands, `{{` and `}}` are single braces that are text. Tools that have double braces of their own, such
        as the templates of `docker` and `git`, need each of them twice.
        """,
      remedy: "Write four braces for two, as the fix-it does.",
      example: """
        tools:
          names: {command: "docker ps --format '[-{{.Names}}-]{+{{{{.Names}}}}+}'"}
        nodes:
          list: {type: tool, tool: names}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """,
      report: "graph.yaml:2:41: '{{' and '}}' are single braces here; two of them are written '{{{{.Names}}}}'",
      documents: ["tools.md#shell"]),
    DiagnosticEntry(
      "GR0144", .error, "node '…' needs 'tool': the name of a tool, or an expression that gives one",
      title: "A tool_call that names no tool",
      meaning: "A `tool_call` node calls the tool that the state names, and `tool` says where the name is.",
      remedy: #"Add `tool` with a name, or with an expression such as `"{task.tool}"`."#,
      example: """
        state: {task: dict}
        tools:
          today: {command: date}
        nodes:
          call: {type: tool_call, {+tool: "{task.tool}", +}args: {}}
        edges:
          - {from: START, to: call}
          - {from: call, to: END}
        """,
      report: "graph.yaml:5:3: node 'call' needs 'tool': the name of a tool, or an expression that gives one",
      related: ["GR0145"],
      documents: ["language.md#tool_call"]),
    DiagnosticEntry(
      "GR0145", .error, "'…' and '…' are the same; write one of them",
      title: "Two names of the same key",
      meaning: """
        The node has both spellings of one key. They could say different things, and only one could count.
        """,
      remedy: "Delete one of the two keys.",
      example: """
        state: {task: dict}
        tools:
          today: {command: date}
        nodes:
          call:
            type: tool_call
            tool: "{task.tool}"
        [-    tool_name: "{task.name}"
        -]edges:
          - {from: START, to: call}
          - {from: call, to: END}
        """,
      report: "graph.yaml:8:5: 'tool' and 'tool_name' are the same; write one of them",
      related: ["GR0144"],
      documents: ["language.md#tool_call"]),
    DiagnosticEntry(
      "GR0146", .error, "tool '…' needs 'path', the file of the function, or 'module'",
      title: "A Python function without a file",
      meaning: "The name of a function says nothing without the file or the module that it is in.",
      remedy: "Add `path` with the file, or `module` with the module.",
      example: """
        tools:
          count: {type: python, [-function: count-]{+path: words.py, function: count+}}
        nodes:
          words: {type: python, tool: count}
        edges:
          - {from: START, to: words}
          - {from: words, to: END}
        -- words.py --
        def count(state):
            return 2
        """,
      report: "graph.yaml:2:3: tool 'count' needs 'path', the file of the function, or 'module'",
      related: ["GR0147"],
      documents: ["tools.md#python"]),
    DiagnosticEntry(
      "GR0147", .error, "a tool has either 'path' or 'module', not both",
      title: "A Python function in two places",
      meaning: "A function is in a file or in a module. With both, it could not be told which one is meant.",
      remedy: "Delete `path` or `module`.",
      example: """
        tools:
          count: {type: python, path: words.py, [-module: words, -]function: count}
        nodes:
          words: {type: python, tool: count}
        edges:
          - {from: START, to: words}
          - {from: words, to: END}
        -- words.py --
        def count(state):
            return 2
        """,
      report: "graph.yaml:2:41: a tool has either 'path' or 'module', not both",
      related: ["GR0146"],
      documents: ["tools.md#python"]),
    DiagnosticEntry(
      "GR0148", .error, "node '…' needs 'tool': the name of a function under 'tools'",
      title: "A Python node without a function",
      meaning: "A `python` node calls a function, by the name of its tool.",
      remedy: "Add `tool` with the name of a Python function under `tools`.",
      example: """
        tools:
          count: {type: python, path: words.py, function: count}
        nodes:
          words: {type: python[-, timeout: 5s-]{+, tool: count+}}
        edges:
          - {from: START, to: words}
          - {from: words, to: END}
        -- words.py --
        def count(state):
            return 2
        """,
      report: "graph.yaml:4:3: node 'words' needs 'tool': the name of a function under 'tools'",
      documents: ["language.md#python"]),
    DiagnosticEntry(
      "GR0149", .error, "tool '…' is no function that takes the state; call it with a node of type 'tool'",
      title: "A tool that does not take the state",
      meaning: """
        A `python` node hands the whole state to a function. This tool takes arguments by their names, as a `tool`
        node gives them.
        """,
      remedy: "Change the node's type, or name a function of Python.",
      example: """
        tools:
          today: {command: date}
        nodes:
          look: {type: [-python-]{+tool+}, tool: today}
        edges:
          - {from: START, to: look}
          - {from: look, to: END}
        """,
      report: """
        graph.yaml:4:30: tool 'today' is no function that takes the state; call it with a node of type 'tool'
        """,
      documents: ["language.md#tool"]),
    DiagnosticEntry(
      "GR0151", .error, "a URL begins with 'http://' or 'https://' and a host",
      title: "An address that is none",
      meaning: "A request needs a whole address, with its protocol and a host.",
      remedy: "Write the whole address, from `https://` on.",
      example: """
        tools:
          page: {type: http, url: [-api.weather.example/today-]{+https://api.weather.example/today+}}
        nodes:
          get: {type: tool, tool: page}
        edges:
          - {from: START, to: get}
          - {from: get, to: END}
        """,
      report: "graph.yaml:2:27: a URL begins with 'http://' or 'https://' and a host",
      documents: ["tools.md#http"]),
    DiagnosticEntry(
      retired: "GR0152", "the provider '…' has no address of its own; give 'base_url'",
      meaning: """
        Every service that has no address of its own can have one in a variable of the environment, and a run says so
        where it has not.
        """),
    DiagnosticEntry(
      "GR0153", .error, "tool '…' needs either 'path' or 'paths_from_state'",
      title: "A schema loader without files",
      meaning: "The tool loads one file, which `path` names, or those whose names are in a key of the state.",
      remedy: "Add `path` or `paths_from_state`, not both.",
      example: """
        tools:
          fields: {type: schema_loader, state_key: fields{+, path: fields.yaml+}}
        nodes:
          load: {type: python, tool: fields}
        edges:
          - {from: START, to: load}
          - {from: load, to: END}
        """,
      report: "graph.yaml:2:3: tool 'fields' needs either 'path' or 'paths_from_state'",
      related: ["GR0154"],
      documents: ["tools.md#schema_loader"]),
    DiagnosticEntry(
      "GR0154", .error, "with 'paths_from_state', tool '…' needs 'schema_dir'",
      title: "A schema loader without a folder",
      meaning: """
        The names of the files come from the state. The folder has to be in the graph, so that no run can read
        elsewhere.
        """,
      remedy: "Add `schema_dir` with the folder of the files.",
      example: """
        state: {topics: "list[str]"}
        tools:
          fields: {type: schema_loader, state_key: fields, paths_from_state: topics{+, schema_dir: schemas+}}
        nodes:
          load: {type: python, tool: fields}
        edges:
          - {from: START, to: load}
          - {from: load, to: END}
        """,
      report: "graph.yaml:3:52: with 'paths_from_state', tool 'fields' needs 'schema_dir'",
      related: ["GR0153"],
      documents: ["tools.md#schema_loader"]),
    DiagnosticEntry(
      "GR0155", .error, "'slot' is true or is left out",
      title: "A slot that is none",
      meaning: """
        `slot: true` leaves the choice of the tool to whoever runs the graph. `slot: false` says nothing: a tool that
        is not a slot is declared.
        """,
      remedy: "Write `slot: true`, or declare the tool.",
      example: """
        tools:
          store: {slot: [-false-]{+true+}}
        nodes:
          keep: {user: Say hello.}
        edges:
          - {from: START, to: keep}
          - {from: keep, to: END}
        """,
      report: "graph.yaml:2:17: 'slot' is true or is left out",
      related: ["GR0157"],
      documents: ["tools.md#tools-in-files-of-their-own"]),
    DiagnosticEntry(
      "GR0156", .error, "the manifest is of the tool '…', not of '…'",
      title: "A manifest of another tool",
      meaning: """
        The manifest describes a tool of another name. One of the two was probably renamed, or the path leads to the
        wrong file.
        """,
      remedy: "Give the tool and the manifest the same name, or mend the path.",
      example: """
        state: {text: str}
        tools:
          [-letters-]{+words+}: {manifest: words.yaml}
        nodes:
          count: {type: tool, tool: [-letters-]{+words+}}
        edges:
          - {from: START, to: count}
          - {from: count, to: END}
        -- words.yaml --
        name: words
        description: Counts the words of a text.
        runtime:
          command: printf %s {text} | wc -w
        """,
      report: "words.yaml:1:7: the manifest is of the tool 'words', not of 'letters'",
      related: ["GR0259"],
      documents: ["tools.md#tools-in-files-of-their-own"]),
    DiagnosticEntry(
      "GR0157", .error, "the slot '…' needs a tool: run the graph with '--tool …=manifest.yaml'",
      title: "A slot without a tool",
      meaning: "The graph leaves the choice of a tool to whoever runs it, and this run chooses none.",
      remedy: "Run the graph with `--tool name=manifest.yaml`, or declare the tool in the graph.",
      example: """
        state: {text: str}
        tools:
          store: {[-slot: true, contract: {args: [text]}-]{+manifest: store.yaml+}}
        nodes:
          keep: {type: tool, tool: store}
        edges:
          - {from: START, to: keep}
          - {from: keep, to: END}
        -- store.yaml --
        name: store
        description: Keeps a text.
        runtime:
          command: printf %s {text}
        """,
      command: "graph run graph.yaml --var text=hello",
      report: "graph.yaml:3:3: the slot 'store' needs a tool: run the graph with '--tool store=manifest.yaml'",
      related: ["GR0158", "GR0159"],
      documents: ["tools.md#tools-in-files-of-their-own"]),
    DiagnosticEntry(
      "GR0158", .error, "the slot '…' takes tools of the type …, not '…'",
      title: "A tool that does not fit its slot",
      meaning: "The slot takes tools of some types only, and the one that was chosen is of another type.",
      remedy: "Choose a tool of a type that the slot takes, or widen `runtimes`.",
      example: """
        state: {text: str}
        tools:
          store: {slot: true, contract: {runtimes: [[-python-]{+shell+}], args: [text]}}
        nodes:
          keep: {type: tool, tool: store}
        edges:
          - {from: START, to: keep}
          - {from: keep, to: END}
        -- store.yaml --
        name: store
        description: Keeps a text.
        runtime:
          command: printf %s {text}
        """,
      command: "graph run graph.yaml --var text=hello --tool store=store.yaml",
      report: "graph.yaml:3:3: the slot 'store' takes tools of the type 'python', not 'shell'",
      related: ["GR0159"],
      documents: ["tools.md#tools-in-files-of-their-own"]),
    DiagnosticEntry(
      "GR0159", .error, "the tool of the slot '…' has no parameter '…'",
      title: "A tool without a parameter that its slot needs",
      meaning: """
        The slot says which arguments the graph will give. The tool that was chosen does not take one of them.
        """,
      remedy: "Choose a tool that takes the argument, or give its parameter that name.",
      example: """
        state: {text: str}
        tools:
          store: {slot: true, contract: {args: [text]}}
        nodes:
          keep: {type: tool, tool: store}
        edges:
          - {from: START, to: keep}
          - {from: keep, to: END}
        -- store.yaml --
        name: store
        description: Keeps a text.
        runtime:
          command: printf %s {[-words-]{+text+}}
        """,
      command: "graph run graph.yaml --var text=hello --tool store=store.yaml",
      report: "graph.yaml:3:41: the tool of the slot 'store' has no parameter 'text'",
      related: ["GR0158"],
      documents: ["tools.md#tools-in-files-of-their-own"]),
  ]
}

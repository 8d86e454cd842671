internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Tools of servers of the Model Context Protocol.
  static let servers: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0240", .error, "tool '…' needs 'command', the program of its server, or 'url', its address",
      title: "A server that is nowhere",
      meaning: """
        A tool of the type `mcp` is a tool of a server, and the graph has to say where that is: a program that is
        started, or an address.
        """,
      remedy: "Say where the server is.",
      example: """
        tools:
          notes: {type: mcp, {+command: notes-server, +}tool: add, parameters: {text: str}}
        nodes:
          keep: {type: tool, tool: notes, variables: {text: Buy milk.}}
        edges:
          - {from: START, to: keep}
          - {from: keep, to: END}
        """,
      report: "graph.yaml:2:3: tool 'notes' needs 'command', the program of its server, or 'url', its address",
      related: ["GR0241", "GR0246"],
      documents: ["tools.md#mcp"]),
    DiagnosticEntry(
      "GR0241", .error, "a server has either 'command' or 'url', not both",
      or: [
        "'…' belongs to a server with '…'"
      ],
      title: "A server in two places",
      meaning: """
        A server is a program that is started or a service with an address. Keys of the one mean nothing for the
        other.
        """,
      remedy: "Delete one of the two.",
      example: """
        tools:
          notes:
            type: mcp
            command: notes-server
        [-    url: https://notes.example/mcp
        -]    tool: add
            parameters: {text: str}
        nodes:
          keep: {type: tool, tool: notes, variables: {text: Buy milk.}}
        edges:
          - {from: START, to: keep}
          - {from: keep, to: END}
        """,
      report: "graph.yaml:5:5: a server has either 'command' or 'url', not both",
      related: ["GR0240"],
      documents: ["tools.md#mcp"]),
    DiagnosticEntry(
      "GR0242", .error, "'…' stands for all tools of a server, and only an agent takes them together",
      title: "All tools of a server in the place of one",
      meaning: """
        The entry stands for every tool that the server has. A node that calls a tool has to name one of them; an
        agent can be given all.
        """,
      remedy: "Name one of them: that of the entry, `_`, and the server's name.",
      example: """
        tools:
          notes: {type: mcp, command: notes-server}
        nodes:
          keep: {type: tool, tool: notes[--]{+_add+}, variables: {text: Buy milk.}}
        edges:
          - {from: START, to: keep}
          - {from: keep, to: END}
        """,
      report: "graph.yaml:4:28: 'notes' stands for all tools of a server, and only an agent takes them together",
      documents: ["tools.md#mcp"]),
    DiagnosticEntry(
      "GR0243", .error, "the tool would be called '…', and there is one of that name already",
      title: "Two tools of one name",
      meaning: """
        Tools of a server are called after the entry and after their own name. Another tool of the graph has that name
        already, and a call of it could mean either.
        """,
      remedy: "Rename the other tool, or the entry of the server.",
      example: """
        tools:
          notes: {type: mcp, command: notes-server, tools: [add]}
          [-notes_add-]{+today+}: {command: date}
        nodes:
          keep: {type: tool, tool: notes_add{+, variables: {text: Buy milk.}+}}
        edges:
          - {from: START, to: keep}
          - {from: keep, to: END}
        """,
      report: "graph.yaml:2:53: the tool would be called 'notes_add', and there is one of that name already",
      documents: ["tools.md#mcp"]),
    DiagnosticEntry(
      "GR0244", .error, "a tool has either 'tool' or 'tools', not both",
      title: "One tool of a server, and several",
      meaning: """
        With `tool`, the entry is one tool of the server; with `tools`, it stands for several. It cannot be both.
        """,
      remedy: "Delete one of them.",
      example: """
        tools:
          notes:
            type: mcp
            command: notes-server
            tool: add
        [-    tools: [add, list]
        -]nodes:
          keep: {type: tool, tool: notes, variables: {text: Buy milk.}}
        edges:
          - {from: START, to: keep}
          - {from: keep, to: END}
        """,
      report: "graph.yaml:6:5: a tool has either 'tool' or 'tools', not both",
      documents: ["tools.md#mcp"]),
    DiagnosticEntry(
      "GR0245", .error, "'parameters' belong to one tool; say which by 'tool'",
      title: "Parameters of no tool in particular",
      meaning: """
        `parameters` says what one tool takes, and this entry stands for all that the server has. Each of those is
        described by the server.
        """,
      remedy: "Add `tool`, or delete `parameters`.",
      example: """
        tools:
          notes: {type: mcp, command: notes-server, {+tool: add, +}parameters: {text: str}}
        nodes:
          keep:
            type: agent
            user: Note that milk is to be bought.
            tools: [notes]
        edges:
          - {from: START, to: keep}
          - {from: keep, to: END}
        """,
      report: "graph.yaml:2:45: 'parameters' belong to one tool; say which by 'tool'",
      documents: ["tools.md#mcp"]),
    DiagnosticEntry(
      "GR0246", .error, "'command' is the name of a program; write its arguments under 'args'",
      title: "A line of a shell in the place of a program",
      meaning: """
        `command` is the name of one program, which is started without a shell, so that no argument can ever be read
        as a command. Its arguments are a list of their own.
        """,
      remedy: "Write `command: npx` and `args: [-y, …]`.",
      example: """
        tools:
          notes: {type: mcp, command: [-npx -y notes-server-]{+npx, args: [-y, notes-server]+}, tool: add, parameters: {text: str}}
        nodes:
          keep: {type: tool, tool: notes, variables: {text: Buy milk.}}
        edges:
          - {from: START, to: keep}
          - {from: keep, to: END}
        """,
      report: "graph.yaml:2:31: 'command' is the name of a program; write its arguments under 'args'",
      related: ["GR0240"],
      documents: ["tools.md#mcp"]),
    DiagnosticEntry(
      "GR0247", .error, "'tools' is empty, so that no tool could be called",
      title: "A server without tools",
      meaning: """
        `tools` lists which of the server's tools there may be, and this list has none. Without the key, there are
        all.
        """,
      remedy: "List tools, or delete the key for all of them.",
      example: """
        tools:
          notes: {type: mcp, command: notes-server, tools: [{+add+}]}
        nodes:
          keep: {type: agent, user: Note that milk is to be bought., tools: [notes]}
        edges:
          - {from: START, to: keep}
          - {from: keep, to: END}
        """,
      report: "graph.yaml:2:52: 'tools' is empty, so that no tool could be called",
      documents: ["tools.md#mcp"]),
    DiagnosticEntry(
      "GR0248", .warning, "the server's tool '…' is listed twice",
      title: "A tool of a server that is listed twice",
      meaning: "The entry has the tool already. The second name was probably to be another one.",
      remedy: "Delete the repetition.",
      example: """
        tools:
          notes: {type: mcp, command: notes-server, tools: [add, [-add-]{+list+}]}
        nodes:
          keep: {type: agent, user: Note that milk is to be bought., tools: [notes]}
        edges:
          - {from: START, to: keep}
          - {from: keep, to: END}
        """,
      report: "graph.yaml:2:58: the server's tool 'add' is listed twice",
      related: ["GR0133"],
      documents: ["tools.md#mcp"]),
  ]
}

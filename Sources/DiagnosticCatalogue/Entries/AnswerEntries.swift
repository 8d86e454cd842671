internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Keys in files, and what models may choose.
  static let answers: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0707", .warning, "this looks like …; keep it in the environment and not in a file",
      title: "A key or a password in a file",
      meaning: """
        Who has the file has the key, and files are copied, sent and published. Keys, tokens, private keys and passwords
        in addresses are known by their forms; placeholders are none. The message does not show it.
        """,
      remedy: "Put it into the environment or a file `.env`, and have it replaced where it was issued.",
      example: """
        data_files: {settings: settings.yaml}
        nodes:
          say: {user: "Which database is {settings.database}?"}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        -- settings.yaml --
        database: postgres://[-app:h7Gk2pQz-]{+app+}@db.internal/notes
        """,
      report:
        "settings.yaml:1:26: this looks like a password in an address; keep it in the environment and not in a file",
      related: ["GR0706"], documents: ["tools.md#keys-in-files"]),
    DiagnosticEntry(
      "GR0710", .warning, "… chooses what '…' runs in tool '…', and nothing checks it",
      title: "A model chooses the program",
      meaning: """
        What a model answers comes to the place of a command's program, or of an interpreter's script. A text that somebody
        hid in what the model reads could make it run anything.
        """,
      remedy: "List what may be run under `enum`, or check the answer on its way.",
      example: """
        tools:
          use:
            command: "{program} --version"{+
            parameters: {program: {type: str, enum: [git, python3]}}+}
        nodes:
          choose: {user: "Is git or python3 older? Say its name alone."}
          act: {type: tool, tool: use, variables: {program: "{choose}"}}
        edges:
          - {from: START, to: choose}
          - {from: choose, to: act}
          - {from: act, to: END}
        """,
      report: """
        graph.yaml:6:53: the answer of 'choose' chooses what 'sh' runs in tool 'use', and nothing checks it
        """,
      related: ["GR0702", "GR0711"], documents: ["tools.md#what-a-model-may-choose"]),
    DiagnosticEntry(
      "GR0711", .warning, "… may be an option of '…' in tool '…', and nothing checks it",
      title: "A model's answer may be an option",
      meaning: """
        An argument that begins with a dash is an option, and this program has options that run other programs or write files.
        """,
      remedy: "Write `--` before the argument, or check the answer on its way.",
      example: """
        tools:
          use:
            command: git log [-{topic}-]{+-- {topic}+}
        nodes:
          choose: {user: "Which file was changed last? Say its name alone."}
          act: {type: tool, tool: use, variables: {topic: "{choose}"}}
        edges:
          - {from: START, to: choose}
          - {from: choose, to: act}
          - {from: act, to: END}
        """,
      report: """
        graph.yaml:6:51: the answer of 'choose' may be an option of 'git' in tool 'use', and nothing checks it
        """,
      related: ["GR0710"], documents: ["tools.md#what-a-model-may-choose"]),
    DiagnosticEntry(
      "GR0712", .warning, "… may be any address for '…' in tool '…', and nothing checks it",
      title: "A model's answer may be any address",
      meaning: """
        The program reads whatever address it is given, also of services inside of your network and of files.
        """,
      remedy: "Write the host out, use a tool of the type `http`, or check the answer on its way.",
      example: """
        tools:
          use:
            command: curl -s [-{page}-]{+https://example.org/{page}+}
        nodes:
          choose: {user: "Which page tells more? Say its address alone."}
          act: {type: tool, tool: use, variables: {page: "{choose}"}}
        edges:
          - {from: START, to: choose}
          - {from: choose, to: act}
          - {from: act, to: END}
        """,
      report: """
        graph.yaml:6:50: the answer of 'choose' may be any address for 'curl' in tool 'use', and nothing checks it
        """,
      related: ["GR0704"], documents: ["tools.md#what-a-model-may-choose"]),
    DiagnosticEntry(
      "GR0713", .warning, "… may be any path for '…' in tool '…', and nothing checks it",
      title: "A model's answer may be any path",
      meaning: """
        The program opens whatever file it is given, also outside of the project. A text that somebody hid in what the model
        reads could make it name one.
        """,
      remedy: "List the files under `enum`, give a `pattern`, or check the answer on its way.",
      example: """
        tools:
          use:
            command: cat {file}{+
            parameters: {file: {type: str, enum: [notes.md, todo.md]}}+}
        nodes:
          choose: {user: "Is it in notes.md or in todo.md? Say its name alone."}
          act: {type: tool, tool: use, variables: {file: "{choose}"}}
        edges:
          - {from: START, to: choose}
          - {from: choose, to: act}
          - {from: act, to: END}
        """,
      report: """
        graph.yaml:6:50: the answer of 'choose' may be any path for 'cat' in tool 'use', and nothing checks it
        """,
      related: ["GR0703"], documents: ["tools.md#what-a-model-may-choose"]),
  ]
}

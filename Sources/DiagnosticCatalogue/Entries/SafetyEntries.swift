internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Shells, addresses, paths and keys.
  static let safety: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0701", .warning, "'{…}' is passed as one argument whatever is in it; it needs no quotes",
      title: "A placeholder that is quoted by hand",
      meaning: """
        An argument is handed to the command as one, whatever is in it, and is never read by the shell. Quotes around
        it do nothing but promise a safety that does not come from them.
        """,
      remedy: "Delete the quotes.",
      example: """
        state: {name: str}
        tools:
          greet: {command: "echo Hello [-'{name}'-]{+{name}+}"}
        nodes:
          say: {type: tool, tool: greet}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """,
      report: "graph.yaml:3:32: '{name}' is passed as one argument whatever is in it; it needs no quotes",
      related: ["GR0702"],
      documents: ["tools.md#shell"]),
    DiagnosticEntry(
      "GR0702", .error, "'{…}' cannot stand …: its value would be read as a program",
      title: "A value that would be read as a program",
      meaning: """
        In this place the shell, or the program that is called, reads text as a program: behind `sh -c`, in `$((…))`,
        as the script of `awk`. Whoever chooses the value could run anything. Behind the script it is an argument like
        any other.
        """,
      remedy: "Pass the value [behind the script](tools.md#shell), or as an argument of its own.",
      example: """
        state: {name: str}
        tools:
          greet:
            command: sh -c 'echo Hello [-{name}'-]{+"$1"' sh {name}+}
        nodes:
          say: {type: tool, tool: greet}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """,
      report: """
        graph.yaml:4:32: '{name}' cannot stand as an argument of 'sh -c': its value would be read as a program
        """,
      related: ["GR0701"],
      documents: ["tools.md#shell"]),
    DiagnosticEntry(
      "GR0703", .error, "'…' leads out of the project",
      title: "A path out of the project",
      meaning: """
        Nothing outside the project is read, written or used as a working folder, so that a graph of somebody else
        stays in its own files.
        """,
      remedy: "Name something inside of the project.",
      example: """
        tools:
          list: {command: ls, working_dir: [-../..-]{+data+}}
        nodes:
          files: {type: tool, tool: list}
        edges:
          - {from: START, to: files}
          - {from: files, to: END}
        -- data/rain.txt --
        Rain is water.
        """,
      report: "graph.yaml:2:36: '../..' leads out of the project",
      related: ["GR0291", "GR0617"],
      documents: ["tools.md#shell"]),
    DiagnosticEntry(
      "GR0704", .error, "'{…}' may be any address: list the hosts that may be asked under 'allow_hosts'",
      title: "An address that is only an argument",
      meaning: """
        The whole address comes from the state or from a model, and could be any on the net or inside of it.
        `allow_hosts` says which hosts may be asked.
        """,
      remedy: "Add `allow_hosts`.",
      example: """
        state: {page: str}
        tools:
          read: {type: http, url: "{page}"{+, allow_hosts: [weather.example]+}}
        nodes:
          get: {type: tool, tool: read}
        edges:
          - {from: START, to: get}
          - {from: get, to: END}
        """,
      report: """
        graph.yaml:3:27: '{page}' may be any address: list the hosts that may be asked under 'allow_hosts'
        """,
      related: ["GR0705"],
      documents: ["tools.md#http"]),
    DiagnosticEntry(
      "GR0705", .error, "'{…}' cannot choose the host: arguments stand behind it, in the path or the query",
      title: "A host that an argument chooses",
      meaning: """
        The request has headers and perhaps keys for one host. An argument in the place of the host could send them to
        any other.
        """,
      remedy: "Write the host out.",
      example: """
        state: {city: str}
        tools:
          weather: {type: http, url: "https://[-{city}.weather.example/today-]{+weather.example/today/{city}+}"}
        nodes:
          get: {type: tool, tool: weather}
        edges:
          - {from: START, to: get}
          - {from: get, to: END}
        """,
      report: """
        graph.yaml:3:40: '{city}' cannot choose the host: arguments stand behind it, in the path or the query
        """,
      related: ["GR0704"],
      documents: ["tools.md#http"]),
    DiagnosticEntry(
      "GR0706", .error, "… is written in the file; put the key into a variable and write '${NAME}'",
      title: "A key that is written in the file",
      meaning: """
        Files are shared, copied and kept in version control, and a key in one of them is known to everybody who reads
        it. In a variable of the environment it stays with whoever runs the graph.
        """,
      remedy: "Put the key into a variable of the environment, and write `${NAME}`.",
      example: """
        state: {query: str}
        tools:
          find: {type: websearch, provider: tavily, api_key: [-tvly-0123456789-]{+"${TAVILY_API_KEY}"+}}
        nodes:
          search: {type: tool, tool: find}
        edges:
          - {from: START, to: search}
          - {from: search, to: END}
        """,
      report: "graph.yaml:3:54: the key is written in the file; put the key into a variable and write '${NAME}'",
      documents: ["tools.md#http"]),
  ]
}

internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// What a run is given, and what is done when a node fails.
  static let inputs: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0180", .error, "a file of inputs must be a mapping of names to values, not …",
      title: "A file of inputs that has no names",
      meaning: "Inputs have names, so that a file of them is a mapping at the top.",
      remedy: "Write `name: value` lines, one for each input.",
      example: """
        state: {topic: str}
        nodes:
          write: {user: "Write about {topic}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        -- inputs.yaml --
        [-- rain-]{+topic: rain+}
        """,
      command: "graph run graph.yaml --offline --quiet --var-file inputs.yaml",
      report: "inputs.yaml:1:1: a file of inputs must be a mapping of names to values, not a list",
      related: ["GR0181"],
      documents: ["language.md#before-a-run"]),
    DiagnosticEntry(
      "GR0181", .error, "the graph takes no input '…'",
      title: "An input that the graph does not take",
      meaning: """
        The graph has no key of that name, and what is given would be lost. `graph info` lists the inputs.
        """,
      remedy: "Take the name that is offered; `graph info` lists all.",
      example: """
        state: {topic: str}
        nodes:
          write: {user: "Write about {topic}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        -- inputs.yaml --
        topic: rain
        [-style: dry-]
        """,
      command: "graph run graph.yaml --offline --quiet --var-file inputs.yaml",
      report: "inputs.yaml:2:1: the graph takes no input 'style'",
      related: ["GR0182", "GR0194"],
      documents: ["language.md#before-a-run"]),
    DiagnosticEntry(
      "GR0182", .error, "the input '…' must be …, not …",
      title: "An input of another type",
      meaning: """
        The graph declares a type for this key, and a value of another type is refused before anything runs.
        """,
      remedy: "Give a value of the type.",
      example: """
        state: {topic: str, words: int}
        nodes:
          write: {user: "Write {words} words about {topic}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        -- inputs.yaml --
        topic: rain
        words: [-many-]{+200+}
        """,
      command: "graph run graph.yaml --offline --quiet --var-file inputs.yaml",
      report: "inputs.yaml:2:8: the input 'words' must be a whole number, not str",
      related: ["GR0192"],
      documents: ["language.md#types"]),
    DiagnosticEntry(
      "GR0183", .error, "with 'on_error: fallback', node '…' needs 'fallback' with another provider or model",
      title: "A fallback that is not there",
      meaning: """
        `on_error: fallback` says that another model is asked when this one fails, and `fallback` has to say which.
        """,
      remedy: "Add `fallback: {provider: …, model: …}`.",
      example: """
        nodes:
          greet:
            user: Say hello.
            on_error: fallback
        {+    fallback: {provider: groq}
        +}edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: """
        graph.yaml:4:15: with 'on_error: fallback', node 'greet' needs 'fallback' with another provider or model
        """,
      related: ["GR0184"],
      documents: ["language.md#when-a-node-fails"]),
    DiagnosticEntry(
      "GR0184", .error, "'fallback' names no other model; it needs 'provider' or 'model'",
      title: "A fallback to the same model",
      meaning: """
        Under `fallback` stands another model. With neither a provider nor a model of its own, the same one would be
        asked again, which `max_retries` does.
        """,
      remedy: "Name the other `provider` or `model` under `fallback`.",
      example: """
        nodes:
          greet:
            user: Say hello.
            fallback: {[-temperature: 0.2-]{+provider: groq, temperature: 0.2+}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:4:5: 'fallback' names no other model; it needs 'provider' or 'model'",
      related: ["GR0183"],
      documents: ["language.md#when-a-node-fails"]),
    DiagnosticEntry(
      "GR0185", .error, "node '…' of type '…' asks no model that another one could stand in for",
      title: "A fallback of a node without a model",
      meaning: "The node asks no model, so that no other one can stand in for it.",
      remedy: "Delete `fallback`, or choose another `on_error`.",
      example: """
        tools:
          today: {command: date}
        nodes:
          look:
            type: tool
            tool: today
            [-fallback: {provider: groq}-]{+max_retries: 2+}
        edges:
          - {from: START, to: look}
          - {from: look, to: END}
        """,
      report: "graph.yaml:7:5: node 'look' of type 'tool' asks no model that another one could stand in for",
      documents: ["language.md#when-a-node-fails"]),
    DiagnosticEntry(
      "GR0186", .error,
      """
      the question predicts nothing that can be checked: it has 'N-M items', 'non-empty' or 'contain X' in it; \
      other checks belong under 'guards'
      """,
      title: "A prediction that cannot be checked",
      meaning: """
        `verification` predicts a result in a sentence that a program can check: how many items it has, that it is not
        empty, or what is in it. Anything else would be taken for true.
        """,
      remedy: "Write one of the three, or a check under `guards`.",
      example: """
        nodes:
          list:
            user: List rivers of Europe.
            verification: {question: "The answer [-is right-]{+has 5-10 items+}."}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """,
      report: """
        graph.yaml:4:30: the question predicts nothing that can be checked: it has 'N-M items', 'non-empty' or \
        'contain X' in it; other checks belong under 'guards'
        """,
      documents: ["language.md#verification"]),
    DiagnosticEntry(
      "GR0187", .error, "no result can have between … and … items; the smaller number comes first",
      title: "A range with its ends the wrong way round",
      meaning: """
        No number lies between the larger and the smaller one in this order, so that the check could never hold.
        """,
      remedy: "Write the smaller number first.",
      example: """
        nodes:
          list:
            user: List rivers of Europe.
            verification: {question: "The answer has [-10-5-]{+5-10+} items."}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """,
      report: "graph.yaml:4:30: no result can have between 10 and 5 items; the smaller number comes first",
      documents: ["language.md#verification"]),
    DiagnosticEntry(
      "GR0188", .error, "node '…' has two loop limits: … here, and … under 'loop_limits'",
      title: "Two limits of one loop",
      meaning: """
        The limit is written at the node and under `loop_limits`, and the two differ in what they say or will do so
        after the next change.
        """,
      remedy: "Delete one of the two.",
      example: """
        state: {done: bool}
        nodes:
          draft: {user: Write a slogan.[-, loop_limit: 3-]}
        edges:
          - {from: START, to: draft}
          - {from: draft, to: END, condition: done}
          - {from: draft, to: draft}
        loop_limits: {draft: 5}
        loop_exits: {draft: END}
        """,
      report: "graph.yaml:3:46: node 'draft' has two loop limits: 3 here, and 5 under 'loop_limits'",
      documents: ["language.md#loop-limits"]),
    DiagnosticEntry(
      "GR0189", .error, "an export is a file below the run's own folder; '…' is no such path",
      title: "An export out of its folder",
      meaning: """
        Each run writes its files below a folder of its own. A path that begins with `/` or leads up would write
        elsewhere.
        """,
      remedy: "Write a name, or folders and a name, without `..`.",
      example: """
        nodes:
          poem: {user: Write a poem.}
        edges:
          - {from: START, to: poem}
          - {from: poem, to: END}
        exports:
          poem: {format: markdown, filename: [-../-]poem.md}
        """,
      report: "graph.yaml:7:38: an export is a file below the run's own folder; '../poem.md' is no such path",
      related: ["GR0190"],
      documents: ["language.md#exports"]),
    DiagnosticEntry(
      "GR0190", .error, "'…' and '…' are both exported to '…'",
      title: "Two exports to one file",
      meaning: "Both keys are written to the same file, and the second would take the place of the first.",
      remedy: "Give one of them another `filename`.",
      example: """
        nodes:
          poem: {user: Write a poem.}
          song: {user: Write a song.}
        edges:
          - {from: START, to: poem}
          - {from: poem, to: song}
          - {from: song, to: END}
        exports:
          poem: {filename: text.txt}
          song: {filename: [-text-]{+song+}.txt}
        """,
      report: "graph.yaml:10:3: 'poem' and 'song' are both exported to 'text.txt'",
      related: ["GR0189"],
      documents: ["language.md#exports"]),
    DiagnosticEntry(
      retired: "GR0191",
      """
      checkpointer '…' belongs to the language, but this version keeps runs in memory only, as 'memory' says
      """,
      meaning: "Threads are kept in SQLite, PostgreSQL and Redis as well."),
    DiagnosticEntry(
      "GR0192", .error, "the value of '…' before a run must be …, not …",
      title: "A value before the run of another type",
      meaning: """
        `variables` and data files give values to keys of the state before a run. This one is of another type than the
        key declares.
        """,
      remedy: "Change the value under `variables` or in the data file, or the declared type.",
      example: """
        state: {words: int}
        variables: {words: [-many-]{+200+}}
        nodes:
          write: {user: "Write {words} words."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:2:20: the value of 'words' before a run must be int, not str",
      related: ["GR0115", "GR0182"],
      documents: ["language.md#before-a-run"]),
    DiagnosticEntry(
      "GR0193", .error, "answers must be a mapping of ids to values, or a list of such mappings, not …",
      title: "A file of answers that has no ids",
      meaning: """
        Answers belong to questions, which have ids. A file of answers is a mapping of ids to answers, or a list of
        such mappings where a question is asked several times.
        """,
      remedy: "Write `id: value` lines, one for each question.",
      example: """
        nodes:
          ask: {type: interrupt, message: Publish this?}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: END}
        -- answers.yaml --
        [-yes, publish it-]{+ask: yes, publish it+}
        """,
      command: "graph run graph.yaml --offline --quiet --answers answers.yaml",
      report: """
        answers.yaml:1:1: answers must be a mapping of ids to values, or a list of such mappings, not a string
        """,
      documents: ["language.md#interrupt"]),
    DiagnosticEntry(
      "GR0194", .warning, "the graph has no key '…', and it is left out",
      title: "A key of a saved state that the graph does not have",
      meaning: """
        A state that was saved with `--export-state` has a key that this graph does not know, and it is left out. That
        is right where the file comes from another graph, and a loss where a key was renamed.
        """,
      remedy: "Nothing, if the state is that of another graph; else rename the key.",
      example: """
        state: {topic: str}
        nodes:
          write: {user: "Write about {topic}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        -- saved.json --
        {"topic": "rain"[-, "mood": "calm"-]}
        """,
      command: "graph run graph.yaml --offline --import-state saved.json",
      report: "saved.json:1:19: the graph has no key 'mood', and it is left out",
      related: ["GR0181"],
      documents: ["language.md#before-a-run"]),
  ]
}

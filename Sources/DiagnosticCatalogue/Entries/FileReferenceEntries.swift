internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Data files and documents.
  static let fileReferences: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0280", .error, "cannot read the data file '…': …",
      title: "A data file that cannot be read",
      meaning: """
        The file is not there, is not inside the project, or has mistakes of its own. Paths are relative to the graph
        file.
        """,
      remedy: "Give a path that is relative to the graph file and inside the project.",
      example: """
        data_files: {questions: data/[-question-]{+questions+}.yaml}
        nodes:
          ask: {user: "Answer these: {questions}"}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: END}
        -- data/questions.yaml --
        - What is rain?
        """,
      report: "graph.yaml:1:25: cannot read the data file 'data/question.yaml': no such file",
      related: ["GR0281"],
      documents: ["language.md#before-a-run"]),
    DiagnosticEntry(
      "GR0281", .warning, "no file fits '…'",
      title: "A pattern that no data file fits",
      meaning: """
        The pattern stands for all files that fit it, and there are none, so that the key begins as an empty object.
        """,
      remedy: "Mend the pattern, or write the files before the graph is compiled.",
      example: """
        data_files: {pages: "wiki/*.[-yml-]{+yaml+}"}
        nodes:
          ask: {user: "Sum up: {pages}"}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: END}
        -- wiki/rain.yaml --
        text: Rain is water.
        """,
      report: "graph.yaml:1:21: no file fits 'wiki/*.yml'",
      related: ["GR0280"],
      documents: ["language.md#before-a-run"]),
    DiagnosticEntry(
      "GR0282", .error, "'…' and '…' would both be '…'",
      title: "Two data files of one name",
      meaning: """
        The files that fit a pattern become the entries of an object, by their names without endings. Two of them
        would be one entry.
        """,
      remedy: "Rename one of the files, or narrow the pattern.",
      example: """
        data_files: {pages: "wiki/*{+.yaml+}"}
        nodes:
          ask: {user: "Sum up: {pages}"}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: END}
        -- wiki/rain.yaml --
        text: Rain is water.
        -- wiki/rain.json --
        {"text": "Rain is wet."}
        """,
      report: "graph.yaml:1:21: 'wiki/rain.json' and 'wiki/rain.yaml' would both be 'rain'",
      documents: ["language.md#before-a-run"]),
    DiagnosticEntry(
      "GR0283", .error, "'**' searches folders without end; name the folders in '…'",
      title: "A pattern that searches without end",
      meaning: """
        `**` stands for folders of any depth. Patterns of data files name each folder, so that a look at a graph never
        reads a whole disk.
        """,
      remedy: "Use `*` for each folder.",
      example: """
        data_files: {pages: "wiki/[-**-]{+*+}/*.yaml"}
        nodes:
          ask: {user: "Sum up: {pages}"}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: END}
        -- wiki/weather/rain.yaml --
        text: Rain is water.
        """,
      report: "graph.yaml:1:21: '**' searches folders without end; name the folders in 'wiki/**/*.yaml'",
      documents: ["language.md#before-a-run"]),
    DiagnosticEntry(
      "GR0290", .error, "cannot search '…': …",
      title: "Documents that cannot be searched",
      meaning: "The file or folder of the index is not there. Paths are relative to the graph file.",
      remedy: "Name a file or folder that exists, relative to the graph.",
      example: """
        state: {question: str}
        nodes:
          search: {type: retrieve, index: [-note-]{+notes+}, query: "{state.question}"}
        edges:
          - {from: START, to: search}
          - {from: search, to: END}
        -- notes/rain.md --
        Rain is water that falls from clouds.
        """,
      report: "graph.yaml:3:35: cannot search 'note': no such file",
      related: ["GR0292"],
      documents: ["language.md#retrieve"]),
    DiagnosticEntry(
      "GR0291", .error, "the index leads out of the project: '…'",
      title: "Documents outside the project",
      meaning: """
        Nothing outside the project is read, so that a graph of somebody else cannot reach the rest of the disk.
        """,
      remedy: "Keep documents below the project's root.",
      example: """
        state: {question: str}
        nodes:
          search: {type: retrieve, index: [-/etc-]{+notes+}, query: "{state.question}"}
        edges:
          - {from: START, to: search}
          - {from: search, to: END}
        -- notes/rain.md --
        Rain is water that falls from clouds.
        """,
      report: "graph.yaml:3:35: the index leads out of the project: '/etc'",
      related: ["GR0703"],
      documents: ["language.md#retrieve"]),
    DiagnosticEntry(
      "GR0292", .warning, "no file matches '…'",
      title: "A pattern that no document fits",
      meaning: "There is no file of that kind. Unless one is written before the run, nothing will be found.",
      remedy: "Mend the pattern, or write the files before the run.",
      example: """
        state: {question: str}
        nodes:
          search: {type: retrieve, index: "notes/*.[-txt-]{+md+}", query: "{state.question}"}
        edges:
          - {from: START, to: search}
          - {from: search, to: END}
        -- notes/rain.md --
        Rain is water that falls from clouds.
        """,
      report: "graph.yaml:3:35: no file matches 'notes/*.txt'",
      related: ["GR0290"],
      documents: ["language.md#retrieve"]),
    DiagnosticEntry(
      "GR0293", .error, "'index' names files, or is one expression in braces whose value is a list of texts",
      title: "An index that is neither files nor an expression",
      meaning: """
        Documents are either files, whose paths stand in the graph, or a list in the state, which one expression in
        braces names. A path that is put together at run time could lead anywhere.
        """,
      remedy: "Write paths without expressions, or one expression alone.",
      example: """
        state: {question: str, folder: str, documents: "list[str]"}
        nodes:
          search: {type: retrieve, index: "[-notes/{state.folder}-]{+{state.documents}+}", query: "{state.question}"}
        edges:
          - {from: START, to: search}
          - {from: search, to: END}
        """,
      report: """
        graph.yaml:3:35: 'index' names files, or is one expression in braces whose value is a list of texts
        """,
      documents: ["language.md#retrieve"]),
    DiagnosticEntry(
      "GR0294", .error, "'overlap' is at most half of 'chunk_size', which is …, not …",
      title: "Passages that repeat too much",
      meaning: """
        Each passage repeats the end of the one before it. If it repeated more than half, most of the index would be
        there twice.
        """,
      remedy: "Make `overlap` smaller, or `chunk_size` larger.",
      example: """
        state: {question: str}
        nodes:
          search: {type: retrieve, index: notes, query: "{state.question}", chunk_size: 400, overlap: [-300-]{+50+}}
        edges:
          - {from: START, to: search}
          - {from: search, to: END}
        -- notes/rain.md --
        Rain is water that falls from clouds.
        """,
      report: "graph.yaml:3:95: 'overlap' is at most half of 'chunk_size', which is 400, not 300",
      documents: ["language.md#retrieve"]),
  ]
}

internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Numbers, words, limits and layout of YAML.
  static let scalars: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0019", .error, "more than … collections inside one another",
      title: "Too many collections inside one another",
      meaning: """
        More than 128 lists and mappings inside one another are no file that a person wrote. The limit keeps a file
        that was made to do harm from using up the stack.
        """,
      remedy: "Nest less deeply.",
      example: """
        nodes:
          greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        x-data: [-{*129×[*}{*129×]*}-]{+[[1, 2], [3, 4]]+}
        """,
      report: "graph.yaml:6:136: more than 128 collections inside one another",
      related: ["GR0020", "GR0021"]),
    DiagnosticEntry(
      "GR0020", .error, "the file has more than … values and keys",
      title: "Too many values",
      meaning: """
        A file has more than a million values and keys. It is data, and belongs into a file that `data_files` names,
        or it was made to do harm.
        """,
      remedy: "Move the data into a file that `data_files` names.",
      example: """
        nodes:
          greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        x-data: [[-{*1000000×1,*}-]{+1, 2, 3+}]
        """,
      report: "graph.yaml:6:1999968: the file has more than 1000000 values and keys",
      related: ["GR0019", "GR0021"]),
    DiagnosticEntry(
      "GR0021", .error, "the aliases of the file stand for more than … values and keys",
      title: "Aliases that stand for too much",
      meaning: """
        Aliases of aliases double what they repeat with each line: ten lines can stand for a billion values. Together,
        the aliases of a file stand for a hundred thousand at most.
        """,
      remedy: "Write the values out, or move them into a data file.",
      example: """
        x-a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]
        x-b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
        x-c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
        [-x-d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
        x-e: [*d, *d, *d, *d, *d, *d, *d, *d, *d]
        x-f: [*d, *d, *d, *d, *d, *d, *d, *d, *d]
        -]nodes:
          greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:6:19: the aliases of the file stand for more than 100000 values and keys",
      related: ["GR0020"]),
    DiagnosticEntry(
      "GR0022", .error, "the integer '…' does not fit into 64 bits",
      title: "An integer that is too large",
      meaning: """
        Integers have 64 bits. A number with more digits would lose some of them; most are identifiers, which are
        text.
        """,
      remedy: "Put it in quotes if it is an identifier.",
      example: """
        variables:
          order: [-12345678901234567890-]{+"12345678901234567890"+}
        nodes:
          track: {user: "Where is order {order}?"}
        edges:
          - {from: START, to: track}
          - {from: track, to: END}
        """,
      report: "graph.yaml:2:10: the integer '12345678901234567890' does not fit into 64 bits",
      related: ["GR0023"]),
    DiagnosticEntry(
      "GR0023", .error, "the number '…' is not finite",
      title: "A number without end",
      meaning: """
        `.inf` and `.nan` are numbers of YAML that JSON does not have, and the state holds JSON values. No model, tool
        or file could be given them.
        """,
      remedy: "Write a finite number, or text in quotes.",
      example: """
        variables:
          limit: [-.inf-]{+1.0e9+}
        nodes:
          spend: {user: "Spend at most {limit}."}
        edges:
          - {from: START, to: spend}
          - {from: spend, to: END}
        """,
      report: "graph.yaml:2:10: the number '.inf' is not finite",
      related: ["GR0022"]),
    DiagnosticEntry(
      "GR0024", .warning, "'…' is taken as text, not as …",
      title: "A word that was a truth value once",
      meaning: """
        YAML 1.1 read `yes`, `no`, `on` and `off` as true and false. YAML 1.2 and this program read them as text, and
        text that is not empty is true, whatever it says. So it is asked what is meant.
        """,
      remedy: "Write `true` or `false`, or put the word in quotes.",
      example: """
        variables:
          formal: [-yes-]{+true+}
        nodes:
          greet: {user: "Formal: {formal}. Say hello."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:11: 'yes' is taken as text, not as true",
      related: ["GR0025"]),
    DiagnosticEntry(
      "GR0025", .warning, "'…' is taken as text, not as the number …",
      or: [
        "'…' is taken as the number …, not as octal and not as text"
      ],
      title: "A number that other programs read otherwise",
      meaning: """
        Programs that read YAML 1.1 take `0755` as octal, `1_000` as a thousand and `12:30` as minutes. Here it is
        what the message says. In quotes it is text for all of them.
        """,
      remedy: "Write the number plainly, or put the text in quotes.",
      example: """
        variables:
          budget: [-1_000-]{+1000+}
        nodes:
          plan: {user: "Plan a trip for {budget} euros."}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: END}
        """,
      report: "graph.yaml:2:11: '1_000' is taken as text, not as the number 1000",
      related: ["GR0024"]),
    DiagnosticEntry(
      "GR0026", .error, "'…' without quotes is a mapping; text that begins with '{' must be in quotes",
      or: [
        "text that begins with '…' must be in quotes"
      ],
      title: "An expression without quotes",
      meaning: """
        In YAML a brace begins a mapping, so that `{state.topic}` without quotes is a mapping with one key and no
        value. In quotes it is an expression.
        """,
      remedy: #"Put the template in quotes: `"{state.x}"`."#,
      example: """
        state: {topic: str}
        nodes:
          write:
            user: "About: {subject}"
            variables: {subject: [-{state.topic}-]{+"{state.topic}"+}}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: """
        graph.yaml:5:26: '{state.topic}' without quotes is a mapping; text that begins with '{' must be in quotes
        """,
      related: ["GR0012", "GR0102"]),
    DiagnosticEntry(
      "GR0027", .error, "not enough memory to read the file",
      title: "Not enough memory",
      meaning: "The system had no memory left while a file was read. It is no fault of the file.",
      remedy: "Free memory, and try again.",
      noExample: "No file can show it: it takes a machine whose memory is used up."),
    DiagnosticEntry(
      "GR0028", .error, "cannot read '…': …",
      title: "A file that cannot be read",
      meaning: """
        The file is there, but the system or the rules of the project keep it from being read: it is a folder, it is
        larger than 16 MiB, or its permissions do not allow it.
        """,
      remedy: "Check the path and the permissions of the file.",
      noExample: """
        For the files that are named on the command line, `graph` says the same without a code; this one is for \
        programs that compile files by their path.
        """),
    DiagnosticEntry(
      "GR0030", .error, "a file with '%' directives is not formatted; it is left as it is",
      or: [
        "a file in which this is a key is not formatted; it is left as it is",
        """
        a file with a block of text that holds nothing but spaces is not formatted; it is left as it is
        """,
        "the file cannot be formatted without changing what it says; it is left as it is",
      ],
      title: "A file that is not formatted",
      meaning: """
        `graph fmt` changes the layout of a file and never what it says. Where it cannot make sure of that, as with
        directives, keys over several lines and blocks of nothing but spaces, it leaves the file as it is.
        """,
      remedy: "Delete the directive, write a key of one line, or leave the file as it is.",
      example: """
        [-%YAML 1.2
        ---
        -]nodes:
          greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      command: "graph fmt --check graph.yaml",
      report: "graph.yaml:1:1: a file with '%' directives is not formatted; it is left as it is",
      documents: ["files.md#one-layout-for-all"]),
  ]
}

internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// The way through a graph.
  static let controlFlow: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0301", .error, "no edge leaves START",
      title: "A graph has no beginning",
      meaning: """
        A run begins at START and goes where its edges lead. Without an edge from START no node would ever run, so the
        graph is refused.
        """,
      remedy: "Add an edge from `START` to the first node.",
      example: """
        nodes:
          greet: {user: Say hello.}
        edges:
          - {from: [-greet, to: END-]{+START, to: greet+}}
        {+  - {from: greet, to: END}
        +}
        """,
      report: "graph.yaml:3:1: no edge leaves START; add {from: START, to: greet}",
      related: ["GR0302"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0302", .warning, "node '…' is never reached from START",
      title: "A node that no run reaches",
      meaning: """
        No path of edges leads from START to this node, so it never runs. Often an edge was forgotten or leads to
        another node of a similar name. Only the first node of such a part is reported; the nodes behind it are
        reached through it.
        """,
      remedy: "Add an edge that leads to it, or delete it.",
      example: """
        nodes:
          draft: {user: Write a slogan.}
          polish: {user: "Make it shorter: {draft}"}
        edges:
          - {from: START, to: draft}
        [-  - {from: draft, to: END}
        -]{+  - {from: draft, to: polish}
        +}  - {from: polish, to: END}
        """,
      report: "graph.yaml:3:3: node 'polish' is never reached from START",
      related: ["GR0301", "GR0303"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0303", .warning, "no edge leaves node '…'; add {from: …, to: END}",
      title: "A node from which no edge leads on",
      meaning: """
        A run ends here without saying so: END is never reached on this path. The run does end, but a reader cannot
        tell whether an edge was forgotten. An edge to END says that it is meant.
        """,
      remedy: "Add the edge that the message shows, or one to the node that was meant.",
      example: """
        nodes:
          draft: {user: Write a slogan.}
          polish: {user: "Make it shorter: {draft}"}
        edges:
          - {from: START, to: draft}
          - {from: draft, to: polish}
        {+  - {from: polish, to: END}
        +}
        """,
      report: "graph.yaml:3:3: no edge leaves node 'polish'; add {from: polish, to: END}",
      related: ["GR0302"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0304", .error, "node '…' leads to itself without end",
      or: [
        "the nodes … form a cycle without an end"
      ],
      title: "A cycle that never ends",
      meaning: """
        Each of these nodes leads only to another one of them, so that a run would go round until it meets its step
        limit. A loop needs a way out: a condition on an edge, or a limit with the exit that is taken when it is
        reached.
        """,
      remedy: "Add an edge with a condition that leads out, or a loop limit and a loop exit.",
      example: """
        state: {score: int}
        nodes:
          draft: {user: Write a slogan.}
          judge: {type: passthrough, output: {score: "{len(state.draft)}"}}
        edges:
          - {from: START, to: draft}
          - {from: draft, to: judge}
        [-  - {from: judge, to: draft}
        -]{+  - {from: judge, to: draft, condition: score < 40}
          - {from: judge, to: END}
        +}
        """,
      report: "graph.yaml:3:3: the nodes 'draft', 'judge' form a cycle without an end",
      related: ["GR0211"],
      documents: ["language.md#loop-limits"]),
    DiagnosticEntry(
      "GR0305", .error, "the edge waits for '…', which is never reached",
      or: [
        "the edge waits for '…', which runs only after …",
        "the edge waits for …, of which only one is ever run",
      ],
      title: "A join that can never complete",
      meaning: """
        An edge with a list under `from` waits until all of its nodes have run. Here one of them never does at that
        point: no edge leads to it, it runs only behind the join, or the nodes are alternatives of which a run takes
        one. The run would wait for ever, so the graph is refused.
        """,
      remedy: "Let the edge wait only for nodes that all run.",
      example: """
        state: {urgent: bool}
        nodes:
          sort: {user: Sort the mail.}
          now: {user: Answer at once.}
          later: {user: Plan an answer.}
          file: {user: File it.}
        edges:
          - {from: START, to: sort}
          - {from: sort, to: now, condition: urgent}
          - {from: sort, to: later}
        [-  - {from: [now, later], to: file}
        -]{+  - {from: now, to: file}
          - {from: later, to: file}
        +}  - {from: file, to: END}
        """,
      report: """
        graph.yaml:11:13: the edge waits for 'now', 'later', of which only one is ever run, and so is never followed
        """,
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0306", .warning, "condition '…' is never looked at, because one before it always holds",
      or: [
        "condition '…' never holds here, because the same one stands before it",
        "condition '…' never holds here, because one before it holds whenever it does",
      ],
      title: "A condition that is never looked at",
      meaning: """
        Of the edges that leave a node, the first whose condition holds is taken, in the order of the file. The
        conditions before this one cover every case that it covers, so that its edge is never taken.
        """,
      remedy: "Move it up, or delete it.",
      example: """
        state: {score: int}
        nodes:
          judge: {user: Judge.}
          good: {user: Praise.}
          fair: {user: Encourage.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: good, condition: score >[-= 5-]{+ 8+}}
          - {from: judge, to: END, condition: score < 5}
          - {from: judge, to: fair[-, condition: score > 2-]}
          - {from: good, to: END}
          - {from: fair, to: END}
        """,
      report: "graph.yaml:10:40: condition 'score > 2' is never looked at, because one before it always holds",
      related: ["GR0307", "GR0308"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0307", .warning, "condition '…' never holds",
      title: "A condition that never holds",
      meaning: """
        Whatever the state is, this condition is false, so that its edge is never taken. A constant that was put there
        for a trial is forgotten easily.
        """,
      remedy: "Change the condition, or delete its edge.",
      example: """
        state: {score: int}
        nodes:
          judge: {user: Judge.}
          praise: {user: Praise.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: praise, condition: [-"false"-]{+score > 8+}}
          - {from: judge, to: END}
          - {from: praise, to: END}
        """,
      report: "graph.yaml:7:43: condition 'false' never holds",
      related: ["GR0306", "GR0308"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0308", .warning, #"this "else" is never taken, because one of the conditions always holds"#,
      title: #"An "else" that is never taken"#,
      meaning: """
        The edge without a condition is taken when none of the others holds. Here one of them always does, so that
        this edge leads nowhere.
        """,
      remedy: "Delete the edge, or narrow the conditions.",
      example: """
        state: {score: int}
        nodes:
          judge: {user: Judge.}
          praise: {user: Praise.}
          blame: {user: Blame.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: praise, condition: score >= 5}
        [-  - {from: judge, to: blame, condition: score < 5}
          - {from: judge, to: END}
        -]{+  - {from: judge, to: blame}
        +}  - {from: praise, to: END}
          - {from: blame, to: END}
        """,
      report: #"graph.yaml:10:5: this "else" is never taken, because one of the conditions always holds"#,
      related: ["GR0306", "GR0309"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0309", .warning, #"no condition holds when '…' is …; add an edge without a condition as the "else""#,
      title: "A case that no condition covers",
      meaning: """
        There is a value for which none of the conditions holds, and no edge without a condition. A run that comes
        here with that value fails. The message shows such a value.
        """,
      remedy: "Add an edge without a condition, or make the conditions leave nothing out.",
      example: """
        state: {score: int}
        nodes:
          judge: {user: Judge.}
          praise: {user: Praise.}
          blame: {user: Blame.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: praise, condition: score > 5}
          - {from: judge, to: blame, condition: score <[- -]{+= +}5}
          - {from: praise, to: END}
          - {from: blame, to: END}
        """,
      report: """
        graph.yaml:9:41: no condition holds when 'score' is 5; add an edge without a condition as the "else"
        """,
      related: ["GR0308"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0310", .warning, "condition '…' always holds; an edge that is always taken needs none",
      title: "A condition that always holds",
      meaning: """
        Whatever the state is, this condition is true. An edge that is always taken says so by having none, and a
        reader need not find out.
        """,
      remedy: "Delete the condition, or mend it.",
      example: """
        state: {score: int}
        nodes:
          judge: {user: Judge.}
          praise: {user: Praise.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: praise[-, condition: score >= 5 or score < 5-]}
          - {from: praise, to: END}
        """,
      report: """
        graph.yaml:7:42: condition 'score >= 5 or score < 5' always holds; an edge that is always taken needs none
        """,
      related: ["GR0307", "GR0309"],
      documents: ["language.md#edges"]),
  ]
}

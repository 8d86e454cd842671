internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Where keys of the state are written and read.
  static let dataFlow: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0401", .error, "'…' is read before any node has written it",
      title: "A key that is read before anybody has written it",
      meaning: """
        On every way to this node, nothing has given the key a value: the node that writes it runs only later. A run
        would fail here, or go on with a hole in the prompt.
        """,
      remedy: """
        Let the node that writes it come first; or declare the key under `state`, where a caller is to give it.
        """,
      example: """
        nodes:
          review: {user: "Review this: {draft}"}
          write: {user: Write a slogan., state_key: draft}
        edges:
          - {from: START, to: [-review-]{+write+}}
          - {from: [-review, to: write-]{+write, to: review+}}
          - {from: [-write-]{+review+}, to: END}
        """,
      report: "graph.yaml:2:33: 'draft' is read before any node has written it",
      related: ["GR0402", "GR0403"],
      documents: ["language.md#data-flow"]),
    DiagnosticEntry(
      "GR0402", .warning, "'…' is read before node '…' writes it",
      title: "A key that a node reads before another one writes it",
      meaning: """
        The key is declared, so that a caller can give it a value; but a node of the graph writes it, and only after
        this one has read it. Most often two nodes are in the wrong order.
        """,
      remedy: """
        Let that node come first; give the key a `default`; or name it under `requires` of the reader, where a \
        caller is to give it.
        """,
      example: """
        state: {draft: str}
        nodes:
          review: {user: "Review this: {draft}"}
          write: {user: Write a slogan., state_key: draft}
        edges:
          - {from: START, to: [-review-]{+write+}}
          - {from: [-review, to: write-]{+write, to: review+}}
          - {from: [-write-]{+review+}, to: END}
        """,
      report: "graph.yaml:3:33: 'draft' is read before node 'write' writes it",
      related: ["GR0401"],
      documents: ["language.md#data-flow"]),
    DiagnosticEntry(
      "GR0403", .warning, "'…' may not have been written when node '…' reads it",
      or: [
        "'…' may not have been written when this condition is looked at"
      ],
      title: "A key that some ways do not write",
      meaning: """
        There is a way to this node on which nothing writes the key; a note shows it. The run that takes it fails
        here. The other ways work, which is why it is so easily missed.
        """,
      remedy: """
        Write it on the way that the note shows, give it a `default`, or ask first: `default(state.x, …)`, `{% if x \
        is defined %}`.
        """,
      example: """
        state: {urgent: bool}
        nodes:
          read: {user: Read the mail.}
          draft: {user: Write an answer., state_key: answer}
          send: {user: "Send this: {answer}"}
        edges:
          - {from: START, to: read}
          - {from: read, to: draft, condition: urgent}
          - {from: read, to: [-send-]{+END+}}
          - {from: draft, to: send}
          - {from: send, to: END}
        """,
      report: "graph.yaml:5:29: 'answer' may not have been written when node 'send' reads it",
      related: ["GR0401"],
      documents: ["language.md#data-flow"]),
    DiagnosticEntry(
      "GR0405", .error, "nodes '…' and '…' write '…' in one step",
      title: "Two nodes that write one key in one step",
      meaning: """
        The nodes run side by side, and both write the key. Which of the values stays would be left to the order of
        the file, so that one result is lost; the run fails instead.
        """,
      remedy: "Give the key a [reducer](language.md#reducers), or each node a key of its own.",
      example: """
        nodes:
          good: {user: What is good about it?, state_key: [-note-]{+good+}, skip_if_exists: false}
          bad: {user: What is bad about it?, state_key: [-note-]{+bad+}, skip_if_exists: false}
        edges:
          - {from: START, to: [good, bad]}
          - {from: good, to: END}
          - {from: bad, to: END}
        """,
      report: "graph.yaml:3:49: nodes 'good' and 'bad' write 'note' in one step",
      related: ["GR0406"],
      documents: ["language.md#reducers"]),
    DiagnosticEntry(
      "GR0406", .warning, "nodes '…' and '…' may write '…' in one step",
      title: "Two nodes that may write one key in one step",
      meaning: """
        There is a run in which both nodes come up in the same step, and both write the key; a note shows how. That
        run fails.
        """,
      remedy: "The same; the note shows how they come together.",
      example: """
        state: {n: int, m: int}
        nodes:
          a: {user: Look at the text.}
          b: {user: Look at the facts.}
          c: {user: Mend the text., state_key: [-note-]{+text+}, skip_if_exists: false}
          d: {user: Mend the facts., state_key: [-note-]{+facts+}, skip_if_exists: false}
        edges:
          - {from: START, to: [a, b]}
          - {from: a, to: c, condition: n < 3}
          - {from: a, to: END}
          - {from: b, to: d, condition: m < 3}
          - {from: b, to: END}
          - {from: c, to: END}
          - {from: d, to: END}
        """,
      report: "graph.yaml:6:41: nodes 'c' and 'd' may write 'note' in one step",
      related: ["GR0405"],
      documents: ["language.md#reducers"]),
    DiagnosticEntry(
      "GR0407", .warning, "nobody reads the '…' of node '…' before it is written anew",
      title: "A result that nobody reads",
      meaning: """
        The node's result is replaced by that of another node before anything has read it, so that its work, and what
        it cost, is for nothing.
        """,
      remedy: "Give the node a `state_key` of its own, read the result in between, or delete the node.",
      example: """
        nodes:
          draft: {user: Write a slogan., state_key: text}
          improve: {user: "Write a better slogan[-.-]{+ than this: {text}+}", state_key: text, skip_if_exists: false}
        edges:
          - {from: START, to: draft}
          - {from: draft, to: improve}
          - {from: improve, to: END}
        """,
      report: "graph.yaml:2:45: nobody reads the 'text' of node 'draft' before it is written anew",
      related: ["GR0231"],
      documents: ["language.md#data-flow"]),
  ]
}

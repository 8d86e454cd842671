internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Edges and conditions that say nothing new.
  static let repetitions: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0330", .warning, "this edge is written already",
      title: "An edge that is there twice",
      meaning: """
        The same edge is written already, and a second one changes nothing. One of them was probably to lead
        elsewhere.
        """,
      remedy: "Delete one of the two.",
      example: """
        nodes:
          greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
        [-  - {from: START, to: greet}
        -]  - {from: greet, to: END}
        """,
      report: "graph.yaml:5:5: this edge is written already",
      related: ["GR0205"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0331", .warning, "'…' compares two constants",
      title: "A comparison of two constants",
      meaning: """
        Both sides are constants, so that the result is the same in every run. In a chain, the path stands in the
        middle.
        """,
      remedy: "Write the path between them: `0 < score < 1`.",
      example: """
        state: {score: int}
        nodes:
          judge: {user: Judge.}
          praise: {user: Praise.}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: praise, condition: [-0 < 1 and score > 5-]{+score > 5+}}
          - {from: judge, to: END}
          - {from: praise, to: END}
        """,
      report: "graph.yaml:7:42: '0 < 1' compares two constants",
      related: ["GR0307"],
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0332", .warning, "the loop of … never ends once it comes round: nothing in it writes '…'",
      title: "A loop whose condition never changes",
      meaning: """
        The condition decides whether the loop is left, and no node of the loop writes what it looks at. So it comes out
        the same each time: the loop is left in its first round, or goes on until the run's limit of steps.
        """,
      remedy: """
        Let the condition look at what a node of the loop writes, or give a node of it a loop limit and a loop exit.
        """,
      example: """
        state: {mode: str}
        nodes:
          draft: {user: Draft something.}
          check: {user: Is it good?}
        edges:
          - {from: START, to: draft}
          - {from: draft, to: check}
          - {from: check, to: END, condition: [-mode-]{+check+} == 'quick'}
          - {from: check, to: draft}
        """,
      report: """
        graph.yaml:8:39: the loop of 'draft', 'check' never ends once it comes round: nothing in it writes 'mode'
        """,
      related: ["GR0304", "GR0333"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0333", .warning, "the loop limit of '…' does not end its loop",
      title: "A loop limit behind which the loop goes on",
      meaning: """
        At its limit a node is not run again, and control goes to its loop exit; where there is none, over its edge without
        a condition. That edge leads back here, and nothing that still runs decides otherwise, so that the loop goes on
        without the node until the run's limit of steps.
        """,
      remedy: "Give the node an entry under `loop_exits`.",
      example: """
        nodes:
          draft: {user: Draft something.}
          check: {user: Is it good?}
        edges:
          - {from: START, to: draft}
          - {from: draft, to: check}
          - {from: check, to: END, condition: check == 'yes'}
          - {from: check, to: draft}
        loop_limits: {check: 3}{+
        loop_exits: {check: END}+}
        """,
      report: "graph.yaml:9:15: the loop limit of 'check' does not end its loop",
      related: ["GR0304", "GR0332"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0334", .warning, "END changes nothing here, because '…' goes on to '…' all the same",
      title: "An edge to END beside another one",
      meaning: """
        A run ends when nothing is left to run. Edges without a condition are all followed, so that an edge to END beside
        one to a node does nothing. Mostly its condition is missing.
        """,
      remedy: "Give one of the edges a condition, or delete the edge to END.",
      example: """
        nodes:
          draft: {user: Draft something.}
          check: {user: Is it good?}
        edges:
          - {from: START, to: draft}
          - {from: draft, to: END{+, condition: draft == 'nothing'+}}
          - {from: draft, to: check}
          - {from: check, to: END}
        """,
      report: "graph.yaml:6:23: END changes nothing here, because 'draft' goes on to 'check' all the same",
      related: ["GR0309"],
      documents: ["language.md#edges"]),
  ]
}

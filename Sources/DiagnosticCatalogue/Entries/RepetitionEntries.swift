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
  ]
}

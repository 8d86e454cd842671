internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Comments that allow a finding.
  static let allowances: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0032", .warning, "an allowance is written '# graph: allow GR0302 because …', with a code and a reason",
      title: "An allowance that is misspelled",
      meaning: """
        A comment that begins with `graph:` and names a code is meant to allow a finding, but it is not written as one,
        and so allows nothing.
        """,
      remedy: "Write `# graph: allow`, the codes, `because` and the reason.",
      example: """
        nodes:
          greet: {user: Say hello.}
          # graph: [-alow-]{+allow+} GR0302 because the preview starts here
          preview: {user: Say goodbye.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: """
        graph.yaml:3:3: an allowance is written '# graph: allow GR0302 because …', with a code and a reason
        """,
      also: ["GR0302"], related: ["GR0033"], documents: ["ci.md#allowing-what-is-meant"]),
    DiagnosticEntry(
      "GR0033", .warning, "allowing … needs a reason: go on with 'because' and say why",
      title: "An allowance without a reason",
      meaning: """
        Whoever reads the file later has to know why a warning is no mistake here. Without a reason nothing is allowed.
        """,
      remedy: "Go on with `because` and the reason.",
      example: """
        nodes:
          greet: {user: Say hello.}
          # graph: allow GR0302{+ because the preview starts here+}
          preview: {user: Say goodbye.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:3: allowing 'GR0302' needs a reason: go on with 'because' and say why",
      also: ["GR0302"], related: ["GR0032"], documents: ["ci.md#allowing-what-is-meant"]),
    DiagnosticEntry(
      "GR0034", .warning, "'…' is an error, and errors cannot be allowed",
      title: "An error that is allowed",
      meaning: "With an error a graph cannot be run, so there is nothing that a comment could allow.",
      remedy: "Mend the error, and delete the comment.",
      example: """
        nodes:
        [-  # graph: allow GR0101 because it is a draft
        -]  greet: {[-usr-]{+user+}: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:18: 'GR0101' is an error, and errors cannot be allowed",
      also: ["GR0101"], related: ["GR0035"], documents: ["ci.md#allowing-what-is-meant"]),
    DiagnosticEntry(
      "GR0035", .warning, "this allows nothing: '…' is not reported …",
      title: "An allowance that nothing needs",
      meaning: """
        What the comment allows is not reported here: it was mended, the comment stands before another line, or the code
        is another one. A comment that stays would hide the next mistake of its kind.
        """,
      remedy: "Delete the code or the comment, or move it before the line that is meant.",
      example: """
        nodes:
        [-  # graph: allow GR0302 because the preview starts here
        -]  greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:18: this allows nothing: 'GR0302' is not reported here",
      related: ["GR0034"], documents: ["ci.md#allowing-what-is-meant"]),
  ]
}

internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Text that was meant to be a value, and settings that contradict each other.
  static let slips: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0225", .warning, "'…' is text here; the value is written '…'",
      title: "An expression without its braces",
      meaning: """
        The value is plain text, and reads like a path of the state. In braces it is the value that the path leads \
        to.
        """,
      remedy: "Put it in braces.",
      example: """
        state: {topic: str}
        nodes:
          write:
            user: "Write about {subject}."
            variables: {subject: [-state.topic-]{+"{state.topic}"+}}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:5:26: 'state.topic' is text here; the value is written '{state.topic}'",
      related: ["GR0521"],
      documents: ["language.md#values-with-expressions"]),
    DiagnosticEntry(
      "GR0226", .warning, "the '$' before '…' is text; a value stands in braces alone",
      title: "A dollar before braces",
      meaning: """
        `${…}` is how shells and other programs write a value. Here braces alone do that, and the sign would stay in
        the text.
        """,
      remedy: "Delete the sign.",
      example: """
        state: {topic: str}
        nodes:
          write: {user: "Write about [-$-]{topic}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:3:30: the '$' before '{topic}' is text; a value stands in braces alone",
      related: ["GR0521"],
      documents: ["language.md#placeholders"]),
    DiagnosticEntry(
      "GR0227", .warning, "'…' is text; the placeholder is written '…'",
      title: "A placeholder of another form",
      meaning: """
        The text has a name in the form in which other programs write placeholders. Here it is text; a name in braces
        is replaced.
        """,
      remedy: "Put the name in braces, on both sides.",
      example: """
        state: {topic: str}
        nodes:
          write: {user: "Write about [-<topic>-]{+{topic}+}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:3:30: '<topic>' is text; the placeholder is written '{topic}'",
      related: ["GR0226"],
      documents: ["language.md#placeholders"]),
    DiagnosticEntry(
      "GR0233", .error, "'min_success' is …, and 'max_items' lets the map have … at most",
      title: "A map that can never succeed",
      meaning: "The map has to have more successes than it may have items.",
      remedy: "Change one of them.",
      example: """
        state: {topics: "list[str]"}
        nodes:
          write:
            type: map
            over: "{state.topics}"
            as: item
            collect: texts
            max_items: 3
            min_success: [-5-]{+2+}
            node: {user: "Write about {item}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:9:18: 'min_success' is 5, and 'max_items' lets the map have 3 at most",
      related: ["GR0161"],
      documents: ["language.md#map"]),
  ]
}

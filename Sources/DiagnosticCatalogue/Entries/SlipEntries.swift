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
        the text. It is reported where the value is no amount: of a text that a caller or a model gives nothing is said,
        as it may be a price.
        """,
      remedy: "Delete the sign.",
      example: """
        state: {topics: "list[str]"}
        nodes:
          write: {user: "Write about [-$-]{topics}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:3:30: the '$' before '{topics}' is text; a value stands in braces alone",
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
    DiagnosticEntry(
      "GR0228", .warning, "'…' is not declared under 'state', and no node writes it",
      title: "A key of yamlgraph that nobody declares",
      meaning: """
        Graphs for yamlgraph may read `input`, `topic` and some other keys without declaring them. Where a graph
        declares others, such a name is most often a slip.
        """,
      remedy: "Declare it, or take the name that is offered.",
      example: """
        state: {[-subject-]{+topic+}: str}
        nodes:
          write: {user: "Write about {topic}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:3:31: 'topic' is not declared under 'state', and no node writes it",
      related: ["GR0220"],
      documents: ["language.md#state"]),
    DiagnosticEntry(
      "GR0229", .warning, "nothing declares or reads '…'",
      title: "A result under nearly the right name",
      meaning: """
        The result is written under a name that nothing declares or reads, and that differs by a slip of the hand from one
        that is read: two letters in the other order, one missing or twice, or the one beside it on the keyboard. A key
        that nobody writes and that is read up to the node is an input, and another thing.
        """,
      remedy: "Take the name that is offered; or declare the key under `state`.",
      example: """
        nodes:
          find: {user: "Find something.", state_key: [-findigns-]{+findings+}}
          sort: {user: "Sort this: {findings}"}
        edges:
          - {from: START, to: find}
          - {from: find, to: sort}
          - {from: sort, to: END}
        state: {findings: str}
        """,
      report: "graph.yaml:2:46: nothing declares or reads 'findigns'",
      related: ["GR0407"],
      documents: ["language.md#state"]),
    DiagnosticEntry(
      "GR0232", .error, "nothing fits '…' and '…'",
      title: "Bounds that leave nothing",
      meaning: "The lower bound is above the upper one, so that no answer of the model could ever fit.",
      remedy: "Turn the two round, or change one of them.",
      example: """
        nodes:
          rate: {prompt: rate}
        edges:
          - {from: START, to: rate}
          - {from: rate, to: END}
        -- prompts/rate.yaml --
        user: Rate the day.
        schema:
          name: Rating
          fields:
            stars: {type: int, constraints: {ge: [-6-]{+1+}, le: 5}}
        """,
      report: "prompts/rate.yaml:5:42: nothing fits 'ge: 6' and 'le: 5'",
      related: ["GR0675"],
      documents: ["language.md#schemas"]),
  ]
}

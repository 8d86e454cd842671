internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Maps, subgraphs, questions to people and pipelines.
  static let nodes: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0160", .error, "'over' of a map must be a list, …",
      title: "",
      meaning: "",
      remedy: "Name a key that holds a list, or write a list.",
      noExample: ""),
    DiagnosticEntry(
      "GR0161", .error, "'min_success' is a number of items, as in 3, or a part of them from 0.0 to 1.0",
      title: "",
      meaning: "",
      remedy: "Write an integer, or a part of at most 1.0.",
      noExample: ""),
    DiagnosticEntry(
      "GR0162", .error, "'…' of a map cannot be '…', which the engine writes",
      title: "",
      meaning: "",
      remedy: "Choose another name.",
      noExample: ""),
    DiagnosticEntry(
      "GR0163", .warning, "a router inside a map leads nowhere; its answer is collected and its routes are not taken",
      title: "",
      meaning: "",
      remedy: "Use `llm`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0164", .warning,
      """
      a map's node that is skipped when its result exists takes that result for every item; put 'skip_if_exists' \
      on the map
      """,
      title: "",
      meaning: "",
      remedy: "Move the key.",
      noExample: ""),
    DiagnosticEntry(
      "GR0165", .warning, "the results of a map go to 'collect', and 'state_key' has no effect",
      title: "",
      meaning: "",
      remedy: "Delete `state_key`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0166", .error, "a subgraph in mode 'direct' shares the keys of the same name and takes no '…'",
      title: "",
      meaning: "",
      remedy: "Delete the mapping, or use `mode: invoke`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0167", .warning, "graph '…' never waits for a person, so that this mapping has no effect",
      title: "",
      meaning: "",
      remedy: "Delete the mapping.",
      noExample: ""),
    DiagnosticEntry(
      "GR0168", .warning, "the prompt makes the question, and 'message' has no effect beside it",
      title: "",
      meaning: "",
      remedy: "Delete one of the two.",
      noExample: ""),
    DiagnosticEntry(
      "GR0169", .warning, "node '…' asks nothing; give it 'message' or 'prompt'",
      title: "",
      meaning: "",
      remedy: "Write a question.",
      noExample: ""),
    DiagnosticEntry(
      "GR0170", .error,
      """
      a '…' stands for several nodes and cannot stand inside another node; put it into a graph of its own and run \
      that with 'subgraph'
      """,
      title: "",
      meaning: "",
      remedy: "Do that.",
      noExample: ""),
    DiagnosticEntry(
      "GR0171", .error, "there are two nodes '…', one of them made by a pipeline or an interactive tool",
      title: "",
      meaning: "",
      remedy: "Give the other node another name.",
      noExample: ""),
    DiagnosticEntry(
      "GR0172", .error, "'…' of pipeline '…' is empty",
      or: [
        "every … of pipeline '…' needs 'name'",
        "pipeline '…' has two …s '…'",
      ],
      title: "",
      meaning: "",
      remedy: "Give each item and each stage a name of its own.",
      noExample: ""),
    DiagnosticEntry(
      "GR0173", .error, "item '…' of pipeline '…' has no field '…'",
      title: "",
      meaning: "",
      remedy: "Take the field that is offered, or add it to the item.",
      noExample: ""),
    DiagnosticEntry(
      "GR0174", .error, "field '…' of item '…' is … and cannot be put into text",
      title: "",
      meaning: "",
      remedy: "Use the field alone, without text around it.",
      noExample: ""),
    DiagnosticEntry(
      "GR0175", .warning, "no stage of pipeline '…' uses the field '…'",
      title: "",
      meaning: "",
      remedy: "Delete the field, or use it.",
      noExample: ""),
  ]
}

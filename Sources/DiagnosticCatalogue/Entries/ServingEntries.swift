internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Graphs that are served.
  static let serving: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0830", .warning, "node '…' waits for an answer, and the runs of the graph end with the server",
      or: ["node '…' waits for an answer, and runs without a 'thread' end with the server"],
      title: "A question that is lost with the server",
      meaning: """
        A run that waits for a person may wait for days, and the server may be started anew meanwhile. What it keeps in
        its memory is gone then, and nobody can answer any more. `graph serve` says this when it starts; it serves the
        graph all the same.
        """,
      remedy: "Add `checkpointer: sqlite` to the graph, or start the server with `--store`.",
      noExample: "It is said by a server, which does not end.",
      documents: ["serving.md#threads", "threads.md"]),
    DiagnosticEntry(
      "GR0831", .error, "'chat_input' takes a text, but '…' is …",
      title: "Messages would go to what is no text",
      meaning: "What somebody writes in a chat is a text, and the input that it goes to has to take one.",
      remedy: "Name an input of the type `str`.",
      example: """
        state: {count: int, question: str}
        serve: {chat_input: [-count-]{+question+}}
        nodes:
          answer: {user: "{state.question}, in {state.count} words"}
        edges:
          - {from: START, to: answer}
          - {from: answer, to: END}
        """,
      report: "graph.yaml:2:21: 'chat_input' takes a text, but 'count' is int",
      documents: ["language.md#serve"]),
  ]
}

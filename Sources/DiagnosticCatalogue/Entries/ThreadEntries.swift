internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Threads that were kept.
  static let threads: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0801", .error, "the thread '…' cannot go on with this graph: …",
      title: "A thread that the graph no longer fits",
      meaning: """
        The thread is at a node, or at an edge that waits for several nodes, which the graph does not have any more. The
        message names it. What the thread has not come to yet may change. The thread stays as it is.
        """,
      remedy: "Put back what the message names, or begin another thread.",
      noExample: "It takes two runs, with a change of the graph between them.",
      documents: ["threads.md#going-on"])
  ]
}

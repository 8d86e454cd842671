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
      remedy: """
        Where the node has another name now, say so with `--rename-node old=new`. Otherwise put back what the message \
        names, or begin another thread.
        """,
      noExample: "It takes two runs, with a change of the graph between them.",
      documents: ["threads.md#going-on"]),
    DiagnosticEntry(
      "GR0803", .warning, "'default' has no effect without 'timeout', the time in which node '…' waits for an answer",
      title: "A default answer without a time",
      meaning: "A question without a time is waited for as long as it takes, so that its default answer is never used.",
      remedy: "Say with `timeout` how long an answer is waited for.",
      example: """
        state: {answer: str}
        nodes:
          ask: {type: interrupt, message: "Publish this?", resume_key: answer, {+timeout: 24h, +}default: no answer}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: END}
        """,
      report: """
        graph.yaml:3:72: 'default' has no effect without 'timeout', the time in which node 'ask' waits for an \
        answer
        """,
      documents: ["language.md#interrupt"]),
    DiagnosticEntry(
      "GR0804", .error, "an answer that does not come in time is null, and '…' is …; 'default' says another one",
      title: "No answer for a key that needs one",
      meaning:
        "Where nobody answers in time the answer is null, unless `default` says another one; the key cannot be null.",
      remedy:
        "Give the node a `default` of the key's type, or declare the key with a type that may be null, as in `str?`.",
      example: """
        state: {answer: str}
        nodes:
          ask: {type: interrupt, message: "Publish this?", resume_key: answer, timeout: 24h{+, default: no answer+}}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: END}
        """,
      report: """
        graph.yaml:3:72: an answer that does not come in time is null, and 'answer' is str; 'default' says another one
        """,
      documents: ["language.md#interrupt"]),
    DiagnosticEntry(
      "GR0805", .error, "the answer where none comes in time does not fit '…', which is …",
      title: "A default answer of another type",
      meaning: "The answer that counts where nobody gives one is not of the type that the state declares for it.",
      remedy: "Give `default` a value of the key's type.",
      example: """
        state: {days: int}
        nodes:
          ask: {type: interrupt, message: "How many days?", resume_key: days, timeout: 24h, default: [-soon-]{+3+}}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: END}
        """,
      report: "graph.yaml:3:94: the answer where none comes in time does not fit 'days', which is int",
      documents: ["language.md#interrupt"]),
  ]
}

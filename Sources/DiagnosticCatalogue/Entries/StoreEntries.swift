internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Where threads are kept.
  static let stores: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0195", .error, "checkpointer '…' needs a 'url', the address of its server",
      title: "A store without an address",
      meaning: """
        Threads are kept on a server of a database, and the graph has to say where that is. With `${NAME}` the
        address, and the password in it, stay out of the file.
        """,
      remedy: "Add `url: ${DATABASE_URL}`, or take `sqlite`.",
      example: """
        checkpointer: {type: postgres{+, url: "${DATABASE_URL}"+}}
        nodes:
          ask: {type: interrupt, message: Publish this?}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: END}
        """,
      report: "graph.yaml:1:22: checkpointer 'postgres' needs a 'url', the address of its server",
      related: ["GR0196"],
      documents: ["language.md#checkpointer"]),
    DiagnosticEntry(
      "GR0196", .error, "the 'url' of checkpointer '…' must begin with …",
      title: "The address of another kind of store",
      meaning: "The address begins with the name of a protocol, and this one is not that of the store.",
      remedy: "Write the address of a server of that kind.",
      example: """
        checkpointer: {type: redis, url: "[-https-]{+redis+}://localhost:6379"}
        nodes:
          ask: {type: interrupt, message: Publish this?}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: END}
        """,
      report: "graph.yaml:1:34: the 'url' of checkpointer 'redis' must begin with 'redis://' or 'unix://'",
      related: ["GR0195"],
      documents: ["language.md#checkpointer"]),
  ]
}

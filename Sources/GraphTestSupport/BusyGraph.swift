package import GraphRuntime

/// A graph whose first node works until somebody stops its run, where its word is "wait".
package struct BusyGraph {
  /// Its nodes write their words into `log`.
  package let graph: StateGraph

  /// Opened when the node is at work.
  package let isAtWork = Gate()

  /// Creates the graph.
  package init() throws {
    var builder = StateGraphBuilder("busy")
    builder.addKey("word")
    builder.addKey("log", reducer: .append, initial: [])
    let isAtWork = isAtWork
    builder.addNode("say") { state, context in
      if state["word"].string == "wait" {
        let isStopped = Gate()
        let registration = context.stop.onRequest { isStopped.open() }
        isAtWork.open()
        try await isStopped.wait()
        registration.cancel()
      }
      return ["log": .list([state["word"]])]
    }
    builder.addNode("end") { _, _ in ["log": ["end"]] }
    builder.addEdge(from: .start, to: "say")
    builder.addEdge(from: "say", to: "end")
    builder.addEdge(from: "end", to: .end)
    graph = try builder.build()
  }
}

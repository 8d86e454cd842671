import GraphRuntime

/// A hundred thousand tokens through one streaming node.
let tokenBenchmarks: [Benchmark] = [
  Benchmark("100,000 tokens, read as events", target: 25) {
    var bytes = 0
    for try await event in try tokenGraph.get().run() {
      if case .token(let text) = event.kind { bytes += text.utf8.count }
    }
    precondition(bytes == 600_000, "\(bytes) bytes have arrived")
    return nil
  },
  Benchmark("100,000 tokens, read as tokens", target: 25) {
    try await countTokens(tokenGraph.get())
    return nil
  },
  Benchmark("100,000 tokens of a node with a timeout") {
    try await countTokens(taskGraph.get())
    return nil
  },
  Benchmark("100,000 chunks that a plain node shows") {
    var count = 0
    for try await event in try chunkGraph.get().run() { if case .chunk = event.kind { count += 1 } }
    precondition(count == 100_000, "\(count) chunks have arrived")
    return nil
  },
]

/// A node that shows pieces of text beside its result.
private let chunkGraph = Result {
  var builder = StateGraphBuilder("chunks")
  builder.addNode("a") { _, context in
    for _ in 0..<100_000 { await context.stream("token ") }
    return StateUpdate()
  }
  builder.addEdge(from: .start, to: "a")
  builder.addEdge(from: "a", to: .end)
  return try builder.build()
}

private func countTokens(_ graph: StateGraph) async throws {
  var bytes = 0
  for try await token in graph.run().tokens() { bytes += token.utf8.count }
  precondition(bytes == 600_000, "\(bytes) bytes have arrived")
}

private let tokenGraph = Result { try makeTokenGraph(timeout: nil) }

/// With a timeout the node works in a task and its tokens go through the mailbox.
private let taskGraph = Result { try makeTokenGraph(timeout: .seconds(600)) }

private func makeTokenGraph(timeout: Duration?) throws -> StateGraph {
  var builder = StateGraphBuilder("tokens")
  builder.addKey("text")
  let key = StateKey("text", slot: 0)
  var node = StateGraph.Node(
    "a",
    body: .streaming { _, _ in
      // A stream is pulled by one task at a time.
      nonisolated(unsafe) var count = 0
      return TokenStream(to: key) {
        count += 1
        return count <= 100_000 ? "token " : nil
      }
    })
  node.timeout = timeout
  builder.addNode(node)
  builder.addEdge(from: .start, to: "a")
  builder.addEdge(from: "a", to: .end)
  return try builder.build()
}

import GraphRuntime

/// A thousand nodes in a row.
let lineBenchmarks: [Benchmark] = [
  line("1,000 synchronous nodes in a row", target: 1, keys: 1) { _ in .synchronous { _ in StateUpdate() } },
  line("1,000 plain nodes in a row", keys: 1) { _ in .plain { _, _ in StateUpdate() } },
  line("1,000 plain nodes that each write a key of their own", keys: 1000) { key in
    .plain { _, _ in StateUpdate(key, 1) }
  },
]

private func line(
  _ name: String, target: Double? = nil, keys: Int, _ body: @escaping @Sendable (StateKey) -> NodeBody
) -> Benchmark {
  let graph = Result {
    var builder = StateGraphBuilder("line")
    for index in 0..<keys { builder.addKey("k\(index)") }
    var last = StateGraphBuilder.Ends.start
    for index in 0..<1000 {
      let key = index % keys
      builder.addNode("n\(index)", body: body(StateKey("k\(key)", slot: key)))
      builder.addEdge(from: last, to: .init(stringLiteral: "n\(index)"))
      last = .init(stringLiteral: "n\(index)")
    }
    builder.addEdge(from: last, to: .end)
    return try builder.build()
  }
  return Benchmark(name, target: target) {
    _ = try await graph.get().run().result()
    return nil
  }
}

import GraphRuntime

/// Many nodes in one step; four times the nodes must cost four times as much.
let fanOutBenchmarks: [Benchmark] = [
  fanOut(1000, target: 3) { key in .plain { _, _ in StateUpdate(key, 1) } },
  fanOut(4000, target: 12) { key in .plain { _, _ in StateUpdate(key, 1) } },
]

private func fanOut(_ count: Int, target: Double, _ body: @escaping @Sendable (StateKey) -> NodeBody) -> Benchmark {
  let graph = Result {
    var builder = StateGraphBuilder("fan-out")
    builder.addKey("results", reducer: .append)
    let key = StateKey("results", slot: 0)
    let names = (0..<count).map { "n\($0)" }
    for name in names {
      builder.addNode(name, body: body(key))
      builder.addEdge(from: .start, to: .init(stringLiteral: name))
      builder.addEdge(from: .init(stringLiteral: name), to: .end)
    }
    return try builder.build()
  }
  return Benchmark("\(count) plain nodes in one step", target: target) {
    let outcome = try await graph.get().run().result()
    precondition(outcome.state["results"]?.list?.count == count, "a result is missing")
    return nil
  }
}

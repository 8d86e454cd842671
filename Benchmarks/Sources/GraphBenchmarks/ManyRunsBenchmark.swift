import Glibc
import GraphRuntime
import GraphStore

/// A thousand runs of a graph of ten nodes: what beginning and ending a run costs, and that nothing of it stays.
let manyRunsBenchmarks: [Benchmark] = [
  Benchmark("1,000 runs of ten synchronous nodes") {
    let graph = try ten { .synchronous($0) }.get()
    let before = Meter.residentKilobytes()
    for _ in 0..<1000 { _ = try await graph.run().result() }
    return Meter.residentKilobytes() - before
  },
  Benchmark("1,000 runs of ten local nodes, each on a kept thread") {
    let graph = try ten { body in .plain { state, _ in try body(state) } }.get()
    let before = Meter.residentKilobytes()
    let path = "\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/tributary-benchmark-\(getpid()).sqlite"
    defer { for end in ["", "-wal", "-shm"] { unlink(path + end) } }
    try await runKept(graph, at: path)
    return Meter.residentKilobytes() - before
  },
]

private func ten(_ form: (@escaping @Sendable (StateView) throws -> StateUpdate) -> NodeBody) -> Result<
  StateGraph, any Error
> {
  Result {
    var builder = StateGraphBuilder("ten")
    builder.addKey("x")
    var last = StateGraphBuilder.Ends.start
    for index in 0..<10 {
      let name = StateGraphBuilder.Ends(stringLiteral: "n\(index)")
      var node = StateGraph.Node("n\(index)", body: form { _ in ["x": .int(index)] })
      node.isLocal = true
      builder.addNode(node)
      builder.addEdge(from: last, to: name)
      last = name
    }
    builder.addEdge(from: last, to: .end)
    return try builder.build()
  }
}

/// The store is closed when it returns.
private func runKept(_ graph: StateGraph, at path: String) async throws {
  let store = SQLiteCheckpointStore(path: path)
  for number in 0..<1000 { _ = try await graph.run(on: store.open("t\(number)")).result() }
}

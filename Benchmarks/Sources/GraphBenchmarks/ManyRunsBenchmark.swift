import GraphRuntime

/// A thousand runs of a graph of ten nodes: what beginning and ending a run costs, and that nothing of it stays.
let manyRunsBenchmark: Benchmark = {
  let graph = Result {
    var builder = StateGraphBuilder("ten")
    builder.addKey("x")
    var last = StateGraphBuilder.Ends.start
    for index in 0..<10 {
      let name = StateGraphBuilder.Ends(stringLiteral: "n\(index)")
      builder.addNode("n\(index)", body: .synchronous { _ in ["x": .int(index)] })
      builder.addEdge(from: last, to: name)
      last = name
    }
    builder.addEdge(from: last, to: .end)
    return try builder.build()
  }
  return Benchmark("1,000 runs of ten synchronous nodes") {
    let before = Meter.residentKilobytes()
    for _ in 0..<1000 { _ = try await graph.get().run().result() }
    return Meter.residentKilobytes() - before
  }
}()

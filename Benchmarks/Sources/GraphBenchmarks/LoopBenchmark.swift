import GraphRuntime

/// A loop of a thousand rounds; it must not cost more where the rest of the state is large.
let loopBenchmarks: [Benchmark] = [
  loop("1,000 rounds of a loop", input: [:]),
  loop(
    "1,000 rounds of a loop beside 1 MB and 10,000 items",
    input: [
      "text": .string(String(repeating: "x", count: 1_000_000)), "items": .list((0..<10_000).map { .int($0) }),
    ]),
  appendingLoop,
]

private func loop(_ name: String, input: ValueObject) -> Benchmark {
  let graph = Result {
    var builder = StateGraphBuilder("loop")
    builder.addKey("n", reducer: .add, initial: 0)
    builder.addKey("text")
    builder.addKey("items")
    let key = StateKey("n", slot: 0)
    builder.addNode("a", body: .synchronous { _ in StateUpdate(key, 1) })
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: "a", when: "n < 1000") { ($0[key].int ?? 0) < 1000 }
    builder.addEdge(from: "a", to: .end)
    return try builder.build()
  }
  return Benchmark(name, target: 1) {
    _ = try await graph.get().run(input).result()
    return nil
  }
}

/// A list that grows in each round costs what is added to it, not what it has.
private let appendingLoop: Benchmark = {
  let graph = Result {
    var builder = StateGraphBuilder("append")
    builder.addKey("items", reducer: .append)
    let key = StateKey("items", slot: 0)
    builder.addNode("a", loopLimit: 1000, body: .plain { _, _ in StateUpdate(key, 1) })
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: "a", when: "always") { _ in true }
    return try builder.build()
  }
  let input: ValueObject = ["items": .list((0..<10_000).map { .int($0) })]
  return Benchmark("1,000 rounds that each append to a list of 10,000") {
    _ = try await graph.get().run(input).result()
    return nil
  }
}()

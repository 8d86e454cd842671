import GraphRuntime
import GraphTestSupport
import Testing

/// Compares with the golden answers of yamlgraph; skipped where they are not at hand.
@Suite(
  .timeLimit(.minutes(10)),
  .enabled(if: Conformance.isAvailable, "there is no folder shared/conformance above the package"))
struct LoopConformanceTests {
  @Test("the nodes on a cycle, which run although their result is there, are those of yamlgraph")
  func loops() async throws {
    let vectors = try #require(try Conformance.vectors("loop_detection").list)
    for vector in vectors {
      let edges = try #require(vector["edges"]?.list)
      let names = Set(edges.flatMap { edge in edge["to"]?.list?.compactMap(\.string) ?? [edge["to"]?.string ?? ""] })
        .subtracting(["END"]).sorted()
      let limited = try #require(vector["result"]?["value"]?.list).compactMap(\.string)
      // Golden edges have no conditions; without limits, these would go round for ever.
      let limits = limited.map { "\($0): 1" }.joined(separator: ", ")
      let exits = limited.map { "\($0): END" }.joined(separator: ", ")
      let text = graph(
        "defaults: {provider: scripted}\nloop_limits: {\(limits)}\nloop_exits: {\(exits)}",
        nodes: names.map { "\($0): {user: hello, state_key: key_\($0)}" }.joined(separator: "\n"),
        edges: edges.map { "- \($0.json())" }.joined(separator: "\n"))
      let trace = try await Trace(
        text, ValueObject(names.map { ("key_\($0)", "there already") }))
      // One that has reached its limit is not run either.
      #expect(Set(trace.skipped).subtracting(limited) == Set(names).subtracting(limited), "\(edges)")
      #expect(Set(trace.started) == Set(limited), "\(edges)")
    }
    #expect(vectors.count == 2)
  }
}

import GraphCompiler
import GraphDiagnostics
import GraphNodes
import GraphRuntime
import LanguageModels

/// A node that runs another one for each item of a list; four times the items must cost four times as much.
let mapBenchmarks: [Benchmark] = [
  map(1000, "synchronous", target: 3) { key in .synchronous { StateUpdate(key, $0[2]) } },
  map(4000, "synchronous", target: 12) { key in .synchronous { StateUpdate(key, $0[2]) } },
  map(1000, "plain", target: 3) { key in .plain { state, _ in StateUpdate(key, state[2]) } },
  map(4000, "plain", target: 12) { key in .plain { state, _ in StateUpdate(key, state[2]) } },
  compiledMap(1000, target: 3), compiledMap(4000, target: 12),
]

/// A map of a graph file, with the failures, limits and results that such a one has.
private func compiledMap(_ count: Int, target: Double) -> Benchmark {
  let text = """
    state: {items: list}
    nodes:
      m: {type: map, over: "{state.items}", as: it, collect: outs, node: {type: passthrough, output: {m: "{it}"}}}
    edges: [{from: START, to: m}, {from: m, to: END}]
    """
  let compiler = GraphCompiler(factory: StandardNodeFactory(models: ModelCatalog(environment: Environment())))
  let graph = compiler.compile(SourceFile(path: "map.yaml", text: text)).graph
  let input: ValueObject = ["items": .list((0..<count).map { .int($0) })]
  return Benchmark("a map of a graph file over \(count) items", target: target) {
    let outcome = try await graph?.run(input).result()
    precondition(outcome?.state["outs"] == input["items"], "a result is missing")
    return nil
  }
}

private func map(
  _ count: Int, _ form: String, target: Double, _ body: (StateKey) -> NodeBody
) -> Benchmark {
  var schema = StateSchema()
  for name in ["items", "results"] { schema.add(name) }
  let item = schema.add("item")
  let inner = StateSchemaReference(schema)
  let results = StateKey("results", slot: 1)
  let node = NestedNode(StateGraph.Node("inner", body: body(results)))
  let graph = Result {
    var builder = StateGraphBuilder("map")
    for name in ["items", "results"] { builder.addKey(name) }
    builder.addNode("map") { state, context in
      let items = state[0].list ?? []
      let ends = try await context.run(node, items: items.count, maximumConcurrency: 8, endsAtFailure: true) {
        state.replacing(item, with: items[$0], in: inner)
      }
      return StateUpdate(
        results,
        .list(
          ends.map { end in
            if case .updated(let update) = end { update.writes[0].value } else { .null }
          }))
    }
    builder.addEdge(from: .start, to: "map")
    builder.addEdge(from: "map", to: .end)
    return try builder.build()
  }
  let input: ValueObject = ["items": .list((0..<count).map { .int($0) })]
  return Benchmark("a map over \(count) items with a \(form) node", target: target) {
    let outcome = try await graph.get().run(input).result()
    precondition(outcome.state["results"] == input["items"], "a result is missing")
    return nil
  }
}

import GraphCompiler
import GraphDiagnostics
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels

/// How long a provider has to wait, from the request to stop until its socket is closed.
///
/// The models are asked over real sockets of a provider in this process. The time ends when the provider's thread has seen
/// the close and a task has heard of it, so it is rather too long than too short; of several requests the last one counts.
let stopBenchmarks: [LatencyBenchmark] = [
  StopBenchmark("one node that streams", node: "user: hi, stream: true").latency,
  StopBenchmark("one node, tokens pouring in", node: "user: hi, stream: true", pours: true).latency,
  StopBenchmark("one node that does not stream", node: "user: hi", speaks: false).latency,
  StopBenchmark("before the first token", node: "user: hi, stream: true", speaks: false).latency,
  StopBenchmark(
    "a map, four at once",
    node: "type: map, over: '{[1, 2, 3, 4]}', as: n, collect: t, node: {user: 'say {n}', stream: true}", requests: 4
  ).latency,
  StopBenchmark(
    "a graph in a graph", node: "type: subgraph, graph: child.yaml, output_mapping: {text: text}"
  ).latency,
  StopBenchmark("an agent", node: "type: agent, user: hi, tools: [now], stream: true").latency,
  StopBenchmark(
    "a race of two",
    node: "type: race, user: hi, stream: true, candidates: [{provider: openai}, {provider: openai, model: m}]",
    speaks: false, requests: 2
  ).latency,
]

/// A run of one node that is stopped while its requests are open.
private struct StopBenchmark: Sendable {
  let name: String
  let node: String
  let speaks: Bool
  let pours: Bool
  let requests: Int

  init(_ name: String, node: String, speaks: Bool = true, pours: Bool = false, requests: Int = 1) {
    self.name = name
    self.node = node
    self.speaks = speaks
    self.pours = pours
    self.requests = requests
  }

  var latency: LatencyBenchmark {
    LatencyBenchmark("stop to closed socket: \(name)", target: 50) { times in
      let folder = try TemporaryGraphs([
        "g.yaml": """
        tools: {now: {command: 'echo noon'}}
        nodes: {a: {\(node)}}
        edges: [{from: START, to: a}, {from: a, to: END}]
        """,
        "child.yaml": """
        nodes: {write: {user: hi, stream: true, state_key: text}}
        edges: [{from: START, to: write}, {from: write, to: END}]
        """,
      ])
      let gate = Gate()
      let answer: LoopbackAnswer =
        pours ? [.endless("word ")] : speaks ? [.text("word "), .gate(gate)] : [.gate(gate)]
      let provider = try LoopbackProvider { _ in answer }
      let models = ModelCatalog(environment: provider.environment().setting(["PROVIDER": "openai"]))
      let graph = try GraphCompiler(factory: StandardNodeFactory(models: models)).load("\(folder.path)/g.yaml")
      var milliseconds: [Double] = []
      for round in 0..<times { milliseconds.append(try await measure(graph, provider, round)) }
      return milliseconds
    }
  }

  private func measure(_ graph: CompiledGraph, _ provider: LoopbackProvider, _ round: Int) async throws -> Double {
    let run = graph.run()
    let spoken = Gate()
    let reader = Task {
      var tokens = 0
      for try await event in run {
        guard case .token = event.kind else { continue }
        tokens += 1
        if tokens == requests { spoken.open() }
      }
    }
    var exchanges: [LoopbackExchange] = []
    for number in 0..<requests { exchanges.append(await provider.exchange(round * requests + number)) }
    if speaks { try await spoken.wait() }
    let start = ContinuousClock.now
    run.stop()
    for exchange in exchanges {
      let end = await exchange.end()
      precondition(end == .clientClosed, "the provider saw '\(end)'")
    }
    let time = ContinuousClock.now - start
    try await reader.value
    return time / .milliseconds(1)
  }
}

import GraphTestSupport

/// A whole process of `graph run` whose output is what a provider in this process streams to it.
let streamedProcessBenchmark = ProcessBenchmark(
  "graph run, 10,000 tokens from a socket, whole process", target: 60,
  environment: { try TokenProvider.shared.get().variables }
) {
  ["run", try TokenProvider.shared.get().folder.path + "/g.yaml", "--provider", "openai", "--quiet"]
}

private struct TokenProvider: Sendable {
  static let shared = Result { try TokenProvider() }

  let folder: TemporaryGraphs
  let provider: LoopbackProvider

  init() throws {
    folder = try TemporaryGraphs([
      "g.yaml": """
      nodes: {a: {user: hi, stream: true}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """
    ])
    provider = try LoopbackProvider { _ in LoopbackAnswer(Array(repeating: .text("token "), count: 10_000)) }
  }

  var variables: [String: String] { ["OPENAI_API_KEY": "none", "OPENAI_BASE_URL": provider.baseURL] }
}

public import GraphRuntime

/// Runs a graph and streams the tokens of its nodes: those of the node that streams last, unless others are asked for.
///
/// ```swift
/// for try await token in streamTokens(graph, ["name": "Ada"]) { print(token, terminator: "") }
/// ```
public func streamTokens(
  _ graph: some RunnableGraph, _ input: ValueObject = ValueObject(), from selection: TokenSelection = .final,
  options: RunOptions = RunOptions()
) -> TokenSequence {
  graph.run(input, options: options).tokens(selection)
}

/// What a graph does with the texts of models when it is run as a node of another one.
public struct SubgraphFlow: Sendable {
  /// The keys that hold an answer, or what is made of one, when the graph has ended.
  public var answers: Set<String> = []

  /// For keys, the keys among its inputs whose text may be in them at the end.
  public var passes: [String: Set<String>] = [:]

  /// The arguments that are more than text and that may come from its inputs; their places are inputs.
  public var dangers: [NodeFlow.Danger] = []

  /// Creates the flow of a graph that has no part in it.
  public init() {}
}

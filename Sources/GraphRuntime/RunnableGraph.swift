/// Something that makes runs of a graph: one that was built in Swift, or one that was compiled.
public protocol RunnableGraph: Sendable {
  /// Makes a run; it begins when its first event is asked for.
  func run(_ input: ValueObject, options: RunOptions) -> GraphRun
}

extension StateGraph: RunnableGraph {}

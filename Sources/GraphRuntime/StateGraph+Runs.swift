extension StateGraph {
  /// Makes a run of the graph; it begins when its first event is asked for.
  public func run(_ input: ValueObject = ValueObject(), options: RunOptions = RunOptions()) -> GraphRun {
    GraphRun(graph: self, start: .input(input), options: options)
  }

  /// Makes a run that goes on where another one was interrupted or stopped.
  ///
  /// It is a run of its own, with a new id and the same thread. Its first event says which run it goes on from. Nodes
  /// that had ended in the step are not run again; those that were cut short are, and those that wait are run with
  /// their answers. Questions that get no answer stay open, and the run then ends as interrupted again.
  ///
  /// The sequence throws `GraphError` before any event when the checkpoint is of another graph, names a node that the
  /// graph does not have any more, or is of a run that came to its end, and when there is no question of an answer's id.
  /// Keys of the state that the graph does not have any more are dropped.
  /// - Parameters:
  ///   - checkpoint: The outcome's of the run that is resumed.
  ///   - answers: Any values by the ids of the questions.
  public func resume(
    _ checkpoint: RunCheckpoint, answers: ValueObject = ValueObject(), options: RunOptions = RunOptions()
  ) -> GraphRun {
    GraphRun(graph: self, start: .checkpoint(checkpoint, answers: answers), options: options)
  }

  /// Makes a run that goes on where the last one of a thread was interrupted or stopped; see
  /// `resume(_:answers:options:)`.
  ///
  /// - Parameter store: Where the thread's checkpoint is, and the run's own will be unless the options name another one.
  /// - Throws: `GraphError.invalidCheckpoint` when the thread has none, and what the store throws.
  public func resume(
    thread: String, from store: any CheckpointStore, answers: ValueObject = ValueObject(),
    options: RunOptions = RunOptions()
  ) async throws -> GraphRun {
    guard let checkpoint = try await store.load(thread: thread) else {
      throw GraphError(.invalidCheckpoint, "there is no checkpoint of the thread '\(thread)'")
    }
    var options = options
    if options.checkpoints == nil { options.checkpoints = store }
    return resume(checkpoint, answers: answers, options: options)
  }
}

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
    GraphRun(graph: self, start: .checkpoint(checkpoint, answers: answers, input: ValueObject()), options: options)
  }

  /// Makes a run of a thread that a store keeps: step after step is durable before the log says that it has ended.
  ///
  /// A new thread begins with the inputs. One that came to its end begins another turn on its state: the inputs are
  /// written with the reducers of their keys, so that messages are added, and all nodes are run again. One that waits, was stopped,
  /// failed or lost its process goes on where it was, as with `resume(_:answers:options:)`; inputs are then those that
  /// it began with, or none.
  ///
  /// Nodes whose end was kept are not run again, also those beside a node that failed. A node that was at work when the
  /// process ended is run again with the same `idempotencyKey`.
  ///
  /// The sequence throws `GraphError` before any event also when an unfinished thread is given other inputs.
  /// - Parameters:
  ///   - answers: Any values by the ids of the questions.
  ///   - thread: A thread that was opened for this run, which closes it.
  public func run(
    _ input: ValueObject = ValueObject(), answers: ValueObject = ValueObject(), on thread: OpenThread,
    options: RunOptions = RunOptions()
  ) -> GraphRun {
    let start: RunStart =
      if let checkpoint = thread.checkpoint {
        thread.beginsTurn || checkpoint.status == .completed && answers.isEmpty
          ? .turn(checkpoint, input: input) : .checkpoint(checkpoint, answers: answers, input: input)
      } else {
        .input(input)
      }
    return GraphRun(graph: self, start: start, options: options, thread: thread)
  }
}

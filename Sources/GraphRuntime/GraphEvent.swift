/// One entry of a run's log.
///
/// Everyone who watches a run reads the same entries. Their numbers have no
/// gaps. `docs/events.md` has the grammar and the JSON form.
public struct GraphEvent: Sendable {
  /// What happened.
  public enum Kind: Sendable {
    /// The run has begun with these inputs.
    indirect case runStarted(input: ValueObject)
    /// A node has begun an attempt.
    case nodeStarted
    /// A piece of text has arrived; together, those of a node's last attempt are the text in state.
    case token(String)
    /// A field of an object, or an element of a list, is complete in the text that a node streams.
    indirect case partial(PartialRecord)
    /// A node shows something that is not part of its result.
    case chunk(Value)
    /// A node says something of its own.
    indirect case custom(name: String, payload: Value)
    /// A model call has used tokens.
    indirect case usage(UsageRecord)
    /// A node has called a tool.
    indirect case toolCalled(ToolCallRecord)
    /// A tool has returned, or could not do what it was asked for.
    indirect case toolReturned(ToolResultRecord)
    /// Something is not as it should be, and the run goes on.
    indirect case warned(WarningRecord)
    /// A call or a node failed and is tried again; tokens of the failed attempt at a node are void.
    indirect case retry(RetryRecord)
    /// A node has ended with this update; it is written when the step ends.
    case nodeFinished(StateUpdate)
    /// A node was not run.
    case nodeSkipped(SkipReason)
    /// A node has failed for good; the error says whether the run goes on all the same.
    indirect case nodeFailed(GraphError)
    /// A node waits for somebody to answer these questions.
    case interrupted([PendingInterrupt])
    /// A choice among edges was made.
    indirect case routed(RouteRecord)
    /// The updates of a step are in the state, and these nodes are due next.
    case stepFinished(next: [String])
    /// All that was said until now is kept in the run's thread, the last of it in this record.
    case checkpointed(record: Int)
    /// The run has ended; the last event.
    indirect case runFinished(RunOutcome)
  }

  /// The run.
  public let run: RunIdentity

  /// The number in the run's log, counted from 0 without gaps.
  public let sequence: Int

  /// When it happened, in milliseconds since 1970 UTC.
  public let time: Int64

  /// The step, counted from 1; 0 before the first.
  public let step: Int

  /// The nodes that lead to it, from the outside in; empty for events of the run itself.
  ///
  /// Nodes that run inside a node and graphs that run inside one follow it. The work at one item of a map has the item's
  /// index behind the node's name: `translate[2]`.
  public let path: [String]

  /// The attempt at the node, counted from 1; 0 for events of the run itself.
  public let attempt: Int

  /// What happened.
  public let kind: Kind

  package init(
    run: RunIdentity, sequence: Int, time: Int64, step: Int, path: [String], attempt: Int, kind: Kind
  ) {
    self.run = run
    self.sequence = sequence
    self.time = time
    self.step = step
    self.path = path
    self.attempt = attempt
    self.kind = kind
  }

  /// The node's name without the index of an item, or nil for events of the run itself.
  public var node: String? { path.last.map { PathElement.name(of: $0) } }

  /// The index of the innermost item that the event is of, or nil where it is of none.
  public var item: Int? { path.lazy.reversed().compactMap { PathElement.item(of: $0) }.first }
}

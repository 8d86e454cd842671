/// Somebody who is told what happens in a run, besides its reader: a progress bar, a log, a socket.
///
/// A processor implements the methods of the events that it is interested in, or `process(_:)` for all of them. A method
/// may be synchronous or asynchronous.
///
/// ```swift
/// struct StreamToSocket: EventProcessor {
///   let socket: Socket
///
///   func token(_ text: String, _ event: GraphEvent) async throws { try await socket.send(text) }
/// }
/// ```
///
/// Each processor of a run works in a task of its own, is told of one event at a time, and of all of them in their order.
/// It may be 256 events, or 256 KiB of tokens, behind the reader; then the reader waits for it, so that nothing is lost.
/// The reader gets the last event of a run when all processors are done with it.
///
/// Nothing that a processor does ends a run or changes it. An error that it throws is noted in `GraphRun.processorFailures`,
/// and it is told of the next event. One that keeps the run waiting for longer than `RunOptions.processorPatience` is
/// cancelled and told no more. When the run is cancelled or its reader leaves, what was not told yet is dropped.
public protocol EventProcessor: Sendable {
  /// Takes an event; calls the method of its kind where it is not implemented.
  func process(_ event: GraphEvent) async throws

  /// The run has begun with these inputs.
  func runStarted(_ input: ValueObject, _ event: GraphEvent) async throws

  /// A node has begun an attempt.
  func nodeStarted(_ event: GraphEvent) async throws

  /// A piece of text has arrived.
  func token(_ text: String, _ event: GraphEvent) async throws

  /// A part of the object that a node streams is complete.
  func partial(_ record: PartialRecord, _ event: GraphEvent) async throws

  /// A node shows something that is not part of its result.
  func chunk(_ chunk: Value, _ event: GraphEvent) async throws

  /// A node says something of its own.
  func custom(_ name: String, _ payload: Value, _ event: GraphEvent) async throws

  /// A model call has used tokens.
  func usage(_ record: UsageRecord, _ event: GraphEvent) async throws

  /// A node has called a tool.
  func toolCalled(_ record: ToolCallRecord, _ event: GraphEvent) async throws

  /// A tool has returned, or could not do what it was asked for.
  func toolReturned(_ record: ToolResultRecord, _ event: GraphEvent) async throws

  /// Something is not as it should be, and the run goes on.
  func warned(_ record: WarningRecord, _ event: GraphEvent) async throws

  /// A call or a node failed and is tried again.
  func retry(_ record: RetryRecord, _ event: GraphEvent) async throws

  /// A node has ended with this update.
  func nodeFinished(_ update: StateUpdate, _ event: GraphEvent) async throws

  /// A node was not run.
  func nodeSkipped(_ reason: SkipReason, _ event: GraphEvent) async throws

  /// A node has failed for good.
  func nodeFailed(_ error: GraphError, _ event: GraphEvent) async throws

  /// A node waits for somebody to answer these questions.
  func interrupted(_ interrupts: [PendingInterrupt], _ event: GraphEvent) async throws

  /// A choice among edges was made.
  func routed(_ record: RouteRecord, _ event: GraphEvent) async throws

  /// The updates of a step are in the state, and these nodes are due next.
  func stepFinished(_ next: [String], _ event: GraphEvent) async throws

  /// What was said until now is kept in the run's thread.
  func checkpointed(_ record: Int, _ event: GraphEvent) async throws

  /// The run has ended.
  func runFinished(_ outcome: RunOutcome, _ event: GraphEvent) async throws

  /// Called once, last, and also where the run was cancelled and no event says that it has ended.
  func close() async
}

extension EventProcessor {
  /// Calls the method of the event's kind.
  public func process(_ event: GraphEvent) async throws { try await dispatch(event) }

  /// Calls the method of the event's kind; for a `process(_:)` of one's own that does so as well.
  public func dispatch(_ event: GraphEvent) async throws {
    switch event.kind {
    case .runStarted(let input): try await runStarted(input, event)
    case .nodeStarted: try await nodeStarted(event)
    case .token(let text): try await token(text, event)
    case .partial(let record): try await partial(record, event)
    case .chunk(let chunk): try await self.chunk(chunk, event)
    case .custom(let name, let payload): try await custom(name, payload, event)
    case .usage(let record): try await usage(record, event)
    case .toolCalled(let record): try await toolCalled(record, event)
    case .toolReturned(let record): try await toolReturned(record, event)
    case .warned(let record): try await warned(record, event)
    case .retry(let record): try await retry(record, event)
    case .nodeFinished(let update): try await nodeFinished(update, event)
    case .nodeSkipped(let reason): try await nodeSkipped(reason, event)
    case .nodeFailed(let error): try await nodeFailed(error, event)
    case .interrupted(let interrupts): try await interrupted(interrupts, event)
    case .routed(let record): try await routed(record, event)
    case .stepFinished(let next): try await stepFinished(next, event)
    case .checkpointed(let record): try await checkpointed(record, event)
    case .runFinished(let outcome): try await runFinished(outcome, event)
    }
  }

  /// Does nothing.
  public func runStarted(_ input: ValueObject, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func nodeStarted(_ event: GraphEvent) async throws {}

  /// Does nothing.
  public func token(_ text: String, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func partial(_ record: PartialRecord, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func chunk(_ chunk: Value, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func custom(_ name: String, _ payload: Value, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func usage(_ record: UsageRecord, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func toolCalled(_ record: ToolCallRecord, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func toolReturned(_ record: ToolResultRecord, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func warned(_ record: WarningRecord, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func retry(_ record: RetryRecord, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func nodeFinished(_ update: StateUpdate, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func nodeSkipped(_ reason: SkipReason, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func nodeFailed(_ error: GraphError, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func interrupted(_ interrupts: [PendingInterrupt], _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func routed(_ record: RouteRecord, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func stepFinished(_ next: [String], _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func checkpointed(_ record: Int, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func runFinished(_ outcome: RunOutcome, _ event: GraphEvent) async throws {}

  /// Does nothing.
  public func close() async {}
}

/// What went wrong in a processor of a run.
public struct ProcessorFailure: Sendable {
  /// The place of the processor in `RunOptions.processors`.
  public let processor: Int

  /// The number of the event that it was told of, or kept waiting.
  public let sequence: Int

  /// What it threw, or nil for one that was so slow that the run went on without it.
  public let error: (any Error)?
}

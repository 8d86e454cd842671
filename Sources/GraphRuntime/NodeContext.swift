/// What a node may ask of the run it is part of.
///
/// A node that needs none of it ignores the parameter and works the same.
///
/// ```swift
/// let fetch: @Sendable (StateView, NodeContext) async throws -> StateUpdate = { state, context in
///   var pages: [Value] = []
///   for url in state["urls"].list ?? [] where !context.isStopRequested {
///     await context.emit("fetching", url)
///     pages.append("the page of \(url.string ?? "")")
///   }
///   return ["pages": .list(pages)]
/// }
/// ```
public struct NodeContext: Sendable {
  /// The nodes that lead here: subgraph nodes from the outside in, then this node.
  public let path: [String]

  /// The run and thread.
  public let run: RunIdentity

  /// The step of the run, counted from 1.
  public let step: Int

  /// The attempt at this node in this step, counted from 1.
  public let attempt: Int

  /// When the node's time is up, or nil.
  public let deadline: ContinuousClock.Instant?

  /// The request that the run stop.
  public let stop: StopSignal

  private let sink: any NodeEventSink

  /// Creates a context; tests make one with a sink that records.
  public init(
    path: [String], run: RunIdentity, step: Int, attempt: Int, deadline: ContinuousClock.Instant? = nil,
    stop: StopSignal = StopSignal(), sink: any NodeEventSink
  ) {
    self.path = path
    self.run = run
    self.step = step
    self.attempt = attempt
    self.deadline = deadline
    self.stop = stop
    self.sink = sink
  }

  /// The node's name.
  public var node: String { path.last ?? "" }

  /// Whether somebody asked the run to stop; a node that works for long looks at it and returns what it has.
  public var isStopRequested: Bool { stop.isRequested }

  /// A key that is the same for every attempt at this piece of work, for services that carry out a call only once.
  public var idempotencyKey: String { "\(run.id)/\(step)/\(path.joined(separator: "/"))" }

  /// Shows a chunk to whoever watches the run; what the node returns is not changed by it.
  ///
  /// Waits while the run's reader is behind, but for the one streaming node whose tokens the reader itself pulls: what
  /// it sends between two of its tokens is kept whole.
  public func stream(_ chunk: Value) async {
    await sink.send(.chunk(chunk), path: path, step: step, attempt: attempt)
  }

  /// Adds an event of the node's own to the run's log.
  public func emit(_ name: String, _ payload: Value = .null) async {
    await sink.send(.custom(name: name, payload: payload), path: path, step: step, attempt: attempt)
  }

  /// Adds the tokens of a model call to the run's usage.
  public func report(_ usage: UsageRecord) async {
    await sink.send(.usage(usage), path: path, step: step, attempt: attempt)
  }

  /// Adds a note to the run's log that a call is tried again; does not wait, and is meant for few of them.
  public func reportRetry(_ retry: RetryRecord) {
    sink.post(.retry(retry), path: path, step: step, attempt: attempt)
  }
}

/// Where the events of nodes go.
public protocol NodeEventSink: Sendable {
  /// Adds an event and waits while the reader is behind.
  func send(_ kind: GraphEvent.Kind, path: [String], step: Int, attempt: Int) async

  /// Adds an event without waiting.
  func post(_ kind: GraphEvent.Kind, path: [String], step: Int, attempt: Int)
}

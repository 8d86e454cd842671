public import GraphRuntime

/// A node's context without a run, which remembers what the node says: for tests of single nodes.
///
/// ```swift
/// let recorder = RecordingContext(node: "summarise")
/// let update = try await summarise(StateView(["text": "…"]), recorder.context)
/// #expect(update["summary"] == "…")
/// #expect(recorder.chunks == ["thinking"])
/// ```
public struct RecordingContext: Sendable {
  /// What is handed to the node.
  public let context: NodeContext

  /// Where its events go.
  public let sink: RecordingSink

  /// Creates the context of a node's attempt.
  ///
  /// - Parameter resumption: The answers and the memo, when the node goes on after a suspension.
  public init(
    node: String = "node", run: RunIdentity = RunIdentity(id: "run", thread: "thread", graph: "graph"), step: Int = 1,
    attempt: Int = 1, deadline: ContinuousClock.Instant? = nil, resumption: NodeResumption? = nil
  ) {
    let sink = RecordingSink()
    self.sink = sink
    context = NodeContext(
      path: [node], run: run, step: step, attempt: attempt, deadline: deadline, stop: StopSignal(), sink: sink,
      resumption: resumption)
  }

  /// Asks the node to stop, as `GraphRun.stop` does.
  public func requestStop(_ reason: String = "stop requested") { context.stop.request(reason) }

  /// What the node showed with `stream`.
  public var chunks: [Value] {
    sink.kinds.compactMap { if case .chunk(let chunk) = $0 { chunk } else { nil } }
  }

  /// What the node said with `emit`.
  public var customEvents: [(name: String, payload: Value)] {
    sink.kinds.compactMap { if case .custom(let name, let payload) = $0 { (name, payload) } else { nil } }
  }

  /// What the node warned of.
  public var warnings: [String] {
    sink.kinds.compactMap { if case .warned(let record) = $0 { record.message } else { nil } }
  }

  /// The calls of tools, in the order in which they were made.
  public var toolCalls: [ToolCallRecord] {
    sink.kinds.compactMap { if case .toolCalled(let record) = $0 { record } else { nil } }
  }

  /// The model calls that the node reported.
  public var usage: [UsageRecord] {
    sink.kinds.compactMap { if case .usage(let record) = $0 { record } else { nil } }
  }

  /// The calls that the node reported to be tried again.
  public var retries: [RetryRecord] {
    sink.kinds.compactMap { if case .retry(let record) = $0 { record } else { nil } }
  }
}

/// A sink that keeps all events; it never waits.
public final class RecordingSink: NodeEventSink {
  private let state = Locked<[GraphEvent.Kind]>([])

  /// Creates a sink without events.
  public init() {}

  /// The events so far, in order.
  public var kinds: [GraphEvent.Kind] { state.withLock { $0 } }

  /// Keeps an event.
  public func send(_ kind: GraphEvent.Kind, path: [String], step: Int, attempt: Int) async {
    state.withLock { $0.append(kind) }
  }

  /// Keeps an event.
  public func post(_ kind: GraphEvent.Kind, path: [String], step: Int, attempt: Int) {
    state.withLock { $0.append(kind) }
  }
}

extension TokenStream {
  /// Pulls all tokens and makes the update at their end, as a run does; for tests of single nodes.
  ///
  /// - Parameter context: The node's context, whose stop request is looked at before each token.
  /// - Returns: The tokens, without empty ones, and the update.
  /// - Throws: What the stream throws.
  public func collect(_ context: NodeContext) async throws -> (tokens: [String], update: StateUpdate) {
    var tokens: [String] = []
    while !context.isStopRequested, let token = try await next() {
      if !token.isEmpty { tokens.append(token) }
    }
    let isPartial = context.isStopRequested
    var update = StateUpdate()
    if !isPartial || !tokens.isEmpty { update = try await finish(tokens.joined(), isPartial) }
    if isPartial { update.isPartial = true }
    return (tokens, update)
  }
}

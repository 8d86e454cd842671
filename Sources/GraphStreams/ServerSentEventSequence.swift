public import GraphRuntime

/// A run as server-sent events, framed, to be written to an answer as they are.
///
/// ```swift
/// for try await frame in sseStream(graph, ["name": "Ada"]) { try await response.write(frame) }
/// ```
///
/// Each event has the id `run.number`, but for the ones that say how a run ended which never began. In the view of plain
/// text, which browsers' examples read, an event is a token, and `[DONE]` stands at the end; a failure comes before it as
/// an event `error`, which such pages do not listen to. The other views end with `done` or `error`, which hold the state.
public struct ServerSentEventSequence: AsyncSequence, Sendable {
  /// The elements are the bytes of whole frames.
  public typealias Element = [UInt8]

  /// What an answer's header is to say.
  public static let headers: [(name: String, value: String)] = [
    ("Content-Type", ServerSentEvents.contentType), ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"),
  ]

  let run: GraphRun
  let view: RunView
  let heartbeat: Duration?
  let sleep: @Sendable (Duration) async throws -> Void

  /// Makes the one iterator that a run has.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

  /// Reads the frames of one run.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private var frames: FrameIterator?
    private let reader: FrameReader?
    private let heartbeat: Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    init(_ sequence: ServerSentEventSequence) {
      let (run, view) = (sequence.run, sequence.view)
      heartbeat = sequence.heartbeat ?? .zero
      sleep = sequence.sleep
      if sequence.heartbeat == nil {
        frames = FrameIterator(run, view)
        reader = nil
      } else {
        reader = FrameReader { FrameIterator(run, view) }
      }
    }

    /// The next frame, or nil after the last.
    ///
    /// - Throws: `CancellationError`, and nothing of what ends a run.
    public mutating func next() async throws -> [UInt8]? {
      guard let reader else { return try await frames?.next() }
      switch try await reader.relay.take(within: heartbeat, sleep) {
      case .frame(let frame): return frame
      case .nothing: return ServerSentEvents.heartbeat
      case .end: return nil
      }
    }
  }
}

/// The frames of one run, as they are asked for.
struct FrameIterator {
  private var stream: RunStream
  private let view: RunView

  init(_ run: GraphRun, _ view: RunView) {
    stream = RunStream(run, view)
    self.view = view
  }

  mutating func next() async throws -> [UInt8]? {
    switch try await stream.next() {
    case .item(let item)?: return ServerSentEvents.event(item.data, event: item.name, id: id(item.sequence))
    case .end(let isError, let summary, let sequence)?:
      let name = isError ? "error" : "done"
      let data = Value.object(summary).json()
      let id = sequence.map { self.id($0) }
      guard view == .text else { return ServerSentEvents.event(data, event: name, id: id) }
      return (isError ? ServerSentEvents.event(data, event: name) : []) + ServerSentEvents.event("[DONE]", id: id)
    case nil: return nil
    }
  }

  private func id(_ sequence: Int) -> String { "\(stream.run.id).\(sequence)" }
}

/// Runs a graph and streams it as server-sent events.
///
/// - Parameters:
///   - view: What is shown; plain text has nothing but tokens, for `EventSource` and its `onmessage`.
///   - heartbeat: After how long without an event a comment is sent, so that the connection is seen to live; never when
///     nil. With it the run is read in a task, which is at most one frame ahead and ends with the iterator.
public func sseStream(
  _ graph: some RunnableGraph, _ input: ValueObject = ValueObject(), view: RunView = .text,
  heartbeat: Duration? = nil, options: RunOptions = RunOptions()
) -> ServerSentEventSequence {
  sseStream(graph.run(input, options: options), view: view, heartbeat: heartbeat, sleep: options.sleep)
}

/// Streams a run as server-sent events; the run can be stopped, and be one that is resumed or kept.
public func sseStream(
  _ run: GraphRun, view: RunView = .text, heartbeat: Duration? = nil,
  sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
) -> ServerSentEventSequence {
  ServerSentEventSequence(run: run, view: view, heartbeat: heartbeat, sleep: sleep)
}

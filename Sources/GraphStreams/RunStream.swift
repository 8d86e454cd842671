internal import GraphRuntime

/// What the streams of this library read: what a view shows of a run, and how it ended.
struct RunStream {
  /// One part of a stream.
  enum Part {
    case item(RunViewer.Item)
    /// The run has ended, or was refused before it began.
    case end(isError: Bool, ValueObject, sequence: Int?)
  }

  let run: RunIdentity
  private var events: GraphRun.AsyncIterator
  private var viewer: RunViewer
  private var end: Part?
  private var isOver = false

  init(_ run: GraphRun, _ view: RunView) {
    self.run = run.identity
    viewer = RunViewer(view, of: run)
    events = run.makeAsyncIterator()
  }

  /// The next part, or nil after the end.
  ///
  /// - Throws: `CancellationError`; what ends a run is a part.
  mutating func next() async throws -> Part? {
    guard !isOver else { return nil }
    do {
      while let event = try await events.next() {
        if case .runFinished(let outcome) = event.kind {
          end = .end(isError: outcome.status == .failed, outcome.summary(of: run), sequence: event.sequence)
        }
        if let item = viewer.show(event) { return .item(item) }
      }
    } catch let error as GraphError {
      // The last event of a run that failed has said it; one that never began is described here.
      if end == nil { end = .end(isError: true, refusal(error), sequence: nil) }
    }
    isOver = true
    return end
  }

  private func refusal(_ error: GraphError) -> ValueObject {
    [
      "run": .string(run.id), "graph": .string(run.graph), "thread": .string(run.thread), "status": "failed",
      "error": .object(error.object),
    ]
  }
}

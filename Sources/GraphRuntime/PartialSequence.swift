/// The values that a run's nodes stream, as their parts arrive.
public struct PartialSequence: AsyncSequence, Sendable {
  /// The elements are the values so far: fields that have not arrived are missing.
  public typealias Element = Value

  let run: GraphRun
  let node: String

  /// Makes the one iterator that a run has.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(events: run.makeAsyncIterator(), node: node) }

  /// Reads the values of one run.
  public struct AsyncIterator: AsyncIteratorProtocol {
    var events: GraphRun.AsyncIterator
    let node: String
    private var partial = PartialValue()

    init(events: GraphRun.AsyncIterator, node: String) {
      self.events = events
      self.node = node
    }

    /// The value with its next part, or nil after the last.
    ///
    /// - Throws: What ended the run.
    public mutating func next() async throws -> Value? {
      while let event = try await events.next() {
        guard event.node == node else { continue }
        switch event.kind {
        case .nodeStarted: partial = PartialValue()
        case .partial(let record):
          partial.take(record)
          return partial.value
        default: break
        }
      }
      return nil
    }
  }
}

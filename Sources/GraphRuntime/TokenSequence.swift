/// The tokens of a run.
public struct TokenSequence: AsyncSequence, Sendable {
  /// The elements are pieces of text, never empty.
  public typealias Element = String

  let run: GraphRun
  let node: String?

  /// Makes the one iterator that a run has.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(events: run.makeAsyncIterator(), node: node)
  }

  /// Reads the tokens of one run.
  public struct AsyncIterator: AsyncIteratorProtocol {
    var events: GraphRun.AsyncIterator
    let node: String?

    /// The next token, or nil after the last.
    ///
    /// - Throws: What ended the run.
    public mutating func next() async throws -> String? {
      while let event = try await events.next() {
        if case .token(let text) = event.kind,
          node == nil || event.path.contains(where: { PathElement.name(of: $0) == node })
        {
          return text
        }
      }
      return nil
    }
  }
}

/// The tokens of a run.
public struct TokenSequence: AsyncSequence, Sendable {
  /// The elements are pieces of text, never empty.
  public typealias Element = String

  let run: GraphRun
  let selection: TokenSelection

  /// Makes the one iterator that a run has.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(
      events: run.makeAsyncIterator(), filter: selection == .all ? nil : TokenFilter(selection, of: run.graph))
  }

  /// Reads the tokens of one run.
  public struct AsyncIterator: AsyncIteratorProtocol {
    var events: GraphRun.AsyncIterator

    /// Nil where all tokens are wanted.
    var filter: TokenFilter?

    /// Tokens that were certain together, the last one first.
    private var waiting: [String] = []

    init(events: GraphRun.AsyncIterator, filter: TokenFilter?) {
      self.events = events
      self.filter = filter
    }

    /// The next token, or nil after the last.
    ///
    /// - Throws: What ended the run.
    public mutating func next() async throws -> String? {
      if let token = waiting.popLast() { return token }
      while let event = try await events.next() {
        guard filter != nil else {
          if case .token(let text) = event.kind { return text }
          continue
        }
        var certain: [String] = []
        filter?.take(event) { _, text in certain.append(text) }
        guard !certain.isEmpty else { continue }
        if certain.count > 1 { waiting = certain.dropFirst().reversed() }
        return certain[0]
      }
      return nil
    }
  }
}

/// What a node has written.
public struct NodeUpdate: Sendable, Hashable {
  /// The node's name.
  public let node: String

  /// The step, counted from 1.
  public let step: Int

  /// What it wants written when the step ends.
  public let update: StateUpdate
}

/// What the nodes of a run have written, each as it ends; nodes inside other nodes are left out.
public struct UpdateSequence: AsyncSequence, Sendable {
  /// The elements are updates with their nodes.
  public typealias Element = NodeUpdate

  let run: GraphRun

  /// Makes the one iterator that a run has.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(events: run.makeAsyncIterator()) }

  /// Reads the updates of one run.
  public struct AsyncIterator: AsyncIteratorProtocol {
    var events: GraphRun.AsyncIterator

    /// The next update, or nil after the last.
    ///
    /// - Throws: What ended the run.
    public mutating func next() async throws -> NodeUpdate? {
      while let event = try await events.next() {
        guard case .nodeFinished(let update) = event.kind, event.path.count == 1 else { continue }
        return NodeUpdate(node: event.path[0], step: event.step, update: update)
      }
      return nil
    }
  }
}

/// The state of a run at its beginning and whenever it changes.
public struct StateSequence: AsyncSequence, Sendable {
  /// The elements are whole states.
  public typealias Element = ValueObject

  let run: GraphRun

  /// Makes the one iterator that a run has.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(events: run.makeAsyncIterator(), state: StateMirror(of: run))
  }

  /// Reads the states of one run.
  public struct AsyncIterator: AsyncIteratorProtocol {
    var events: GraphRun.AsyncIterator
    var state: StateMirror

    /// The next state, or nil after the last.
    ///
    /// - Throws: What ended the run.
    public mutating func next() async throws -> ValueObject? {
      while let event = try await events.next() {
        if state.take(event) { return state.values }
      }
      return nil
    }
  }
}

/// How the work at one item of a list ended.
public enum NestedResult: Sendable {
  /// What the node wants written; nothing where it was left out.
  case updated(StateUpdate)
  /// It failed; the error says whether the node's failure action tolerates that.
  indirect case failed(GraphError)
  /// A stop was requested before it was begun.
  case notBegun
}

/// A node that runs once for each item of a list.
extension NodeContext {
  /// Runs a node once for each item, several at once.
  ///
  /// The cost grows with the number of items and with nothing else. Synchronous nodes run one after the other without a
  /// task; others share as many tasks as may work at once.
  ///
  /// Where items wait for a person, the others are worked at all the same, and then a suspension is thrown with the
  /// questions of all items. With the resumption that comes of it only those items are run that have an answer, or had
  /// not begun.
  /// - Parameters:
  ///   - count: The number of items.
  ///   - maximumConcurrency: The most items that are worked at at once.
  ///   - endsAtFailure: Whether a failure that is not tolerated cancels the work at the other items and is thrown.
  ///   - resumption: What an earlier call suspended with, and the answers, when it goes on after that.
  ///   - state: What the node sees of the state at an item.
  /// - Returns: The results in the order of the items. After a stop some are partial or not begun, and then this node's
  ///   update is to be partial too.
  /// - Throws: `NodeSuspension`, `CancellationError`, and `GraphError` for a failure that ends the work: any that is not
  ///   tolerated with `endsAtFailure`, and that of a check which says to halt in every case.
  public func run(
    _ node: NestedNode, items count: Int, maximumConcurrency: Int, endsAtFailure: Bool = false,
    resumption: NodeResumption? = nil, on state: @escaping @Sendable (Int) -> StateView
  ) async throws -> [NestedResult] {
    let items = ItemQueue(try ItemResults(count: count, resumption, in: run), endsAtFailure: endsAtFailure)
    let workers = node.plan.isQuick ? 1 : min(maximumConcurrency, count)
    if workers <= 1 {
      try await work(at: items, node, state)
    } else {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<workers { group.addTask { try await work(at: items, node, state) } }
        // The first failure is thrown, and by leaving the group all others are cancelled and waited for.
        for try await _ in group {}
      }
    }
    return try items.results.finished()
  }

  private func work(
    at items: ItemQueue, _ node: NestedNode, _ state: @Sendable (Int) -> StateView
  ) async throws {
    while let (item, resumption) = items.next() {
      let execution = execution(of: node, PathElement.path(path, item: item), resumption)
      try items.finish(item, try await execution.runNested(state(item)))
    }
  }
}

/// The items that nobody works at yet, and the results of the others.
private final class ItemQueue: Sendable {
  private let state: Locked<(nextItem: Int, results: ItemResults)>
  private let endsAtFailure: Bool

  init(_ results: ItemResults, endsAtFailure: Bool) {
    state = Locked((0, results))
    self.endsAtFailure = endsAtFailure
  }

  var results: ItemResults { state.withLock { $0.results } }

  /// The next item that is to be worked at.
  func next() -> (item: Int, NodeResumption?)? {
    state.withLock { state in
      while state.nextItem < state.results.count {
        let item = state.nextItem
        state.nextItem += 1
        switch state.results.open(item) {
        case .toBegin: return (item, nil)
        case .toGoOn(let resumption): return (item, resumption)
        case .settled: break
        }
      }
      return nil
    }
  }

  /// - Throws: A failure that ends the work at all items.
  func finish(_ item: Int, _ end: NestedEnd) throws {
    if case .failed(let error) = end, error.isHalting || (endsAtFailure && !error.isTolerated) { throw error }
    state.withLock { $0.results.finish(item, end) }
  }
}

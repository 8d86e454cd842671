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
  /// - Parameters:
  ///   - count: The number of items.
  ///   - maximumConcurrency: The most items that are worked at at once.
  ///   - endsAtFailure: Whether a failure that is not tolerated cancels the work at the other items and is thrown.
  ///   - state: What the node sees of the state at an item.
  /// - Returns: The results in the order of the items.
  /// - Throws: `CancellationError`, and `GraphError` for a failure that ends the work: any that is not tolerated with
  ///   `endsAtFailure`, and that of a check which says to halt in every case.
  public func run(
    _ node: NestedNode, items count: Int, maximumConcurrency: Int, endsAtFailure: Bool = false,
    on state: @escaping @Sendable (Int) -> StateView
  ) async throws -> [NestedResult] {
    let items = ItemQueue(count: count, endsAtFailure: endsAtFailure)
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
    return items.results
  }

  private func work(
    at items: ItemQueue, _ node: NestedNode, _ state: @Sendable (Int) -> StateView
  ) async throws {
    while let item = items.next() {
      let execution = execution(of: node, PathElement.path(path, item: item), nil)
      try items.finish(item, try await execution.runNested(state(item)))
    }
  }
}

/// The items that nobody works at yet, and the results of the others.
private final class ItemQueue: Sendable {
  private struct State {
    var nextItem = 0
    var results: [NestedResult]
  }

  private let state: Locked<State>
  private let count: Int
  private let endsAtFailure: Bool

  init(count: Int, endsAtFailure: Bool) {
    self.count = count
    self.endsAtFailure = endsAtFailure
    state = Locked(State(results: Array(repeating: .notBegun, count: count)))
  }

  var results: [NestedResult] { state.withLock { $0.results } }

  func next() -> Int? {
    state.withLock { state in
      guard state.nextItem < count else { return nil }
      defer { state.nextItem += 1 }
      return state.nextItem
    }
  }

  /// - Throws: A failure that ends the work at all items.
  func finish(_ item: Int, _ end: NestedEnd) throws {
    let result: NestedResult
    switch end {
    case .updated(let update): result = .updated(update)
    case .notBegun: return
    case .suspended(let suspension): throw suspension
    case .failed(let error):
      guard !error.isHalting, error.isTolerated || !endsAtFailure else { throw error }
      result = .failed(error)
    }
    state.withLock { $0.results[item] = result }
  }
}

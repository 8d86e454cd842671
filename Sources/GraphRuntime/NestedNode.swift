/// A node that another one runs, as a map runs its inner node once for each item.
///
/// Made once, when the graph is compiled, and shared by all runs.
public final class NestedNode: Sendable {
  /// The name.
  public var name: String { plan.node.name }

  let plan: NodePlan

  /// Prepares a node.
  ///
  /// Its requirements, attempts, time-out, checks, fallback and failure action are carried out, and it is left out when
  /// the keys of `skipsWhenSet` all have a value. Loop limits and routes are those of graphs and mean nothing here.
  public init(_ node: StateGraph.Node) {
    plan = NodePlan(node, StateGraph.Exits()) { _ in "" }
  }
}

/// How a run of a node inside another one ended.
enum NestedEnd: Sendable {
  case updated(StateUpdate)
  indirect case suspended(NodeSuspension)
  indirect case failed(GraphError)
  /// A stop was requested before it began.
  case notBegun
}

/// One run of a node inside another one.
extension NodeExecution {
  /// Runs the node from its checks to its end, and logs both.
  ///
  /// - Throws: `CancellationError`, and nothing else but what a broken clock throws.
  func runNested(_ view: StateView) async throws -> NestedEnd {
    guard !environment.stop.isRequested else { return .notBegun }
    if !plan.node.skipsWhenSet.isEmpty, plan.node.skipsWhenSet.allSatisfy({ !view[$0].isNull }) {
      await send(.nodeSkipped(.resultExists), 1)
      return .updated(StateUpdate())
    }
    for key in plan.node.requires where view[key].isNull { return await fail(.missing(key)) }
    if !plan.checksBefore.isEmpty, let end = await check(view) { return end }
    await send(.nodeStarted, 1)
    if case .synchronous(let body) = plan.node.body, plan.isQuick { return await runAtOnce(body, view) }
    switch try await run(view, NodeAttempts(plan), after: nil) {
    case .updated(let update, let attempt, _):
      await send(.nodeFinished(update), attempt)
      return .updated(update)
    case .suspended(let suspension, let attempt):
      await send(.interrupted(suspension.interrupts), attempt)
      return .suspended(suspension)
    case .failed(let error): return .failed(error)
    }
  }

  /// Looks at the checks before the work.
  ///
  /// - Returns: The end of a node that they keep from running, or nil.
  private func check(_ view: StateView) async -> NestedEnd? {
    var warnings: [WarningRecord] = []
    let verdict = plan.verdict(view, warnings: &warnings)
    for warning in warnings { await send(.warned(warning), 1) }
    switch verdict {
    case .run: return nil
    case .skip:
      await send(.nodeSkipped(.checkFailed), 1)
      return .updated(StateUpdate())
    case .fails(let error): return await fail(error)
    }
  }

  private func runAtOnce(_ body: @Sendable (StateView) throws -> StateUpdate, _ view: StateView) async -> NestedEnd {
    do {
      let update = try body(view)
      await send(.nodeFinished(update), 1)
      return .updated(update)
    } catch let suspension as NodeSuspension {
      await send(.interrupted(suspension.interrupts), 1)
      return .suspended(suspension)
    } catch {
      return await fail(.of(error))
    }
  }

  private func fail(_ failure: GraphError) async -> NestedEnd {
    var error = graphError(failure, attempt: 1, text: "")
    error.isTolerated = plan.tolerates(error)
    await send(.nodeFailed(error), 1)
    return .failed(error)
  }
}

extension GraphError {
  /// A key that a node requires has no value.
  static func missing(_ key: StateKey) -> GraphError {
    GraphError(.missingRequirement, "requires '\(key.name)', which is not set")
  }
}

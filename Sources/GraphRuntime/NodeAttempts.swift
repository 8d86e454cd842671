/// The attempts at a node: which one is made, and what follows it.
///
/// Logic without tasks or events. A failed attempt is made again as often as the node's retry policy says; one
/// whose result does not hold a check, as often as the check says; after all of them comes one attempt with the node's
/// fallback.
struct NodeAttempts: Sendable {
  private let plan: NodePlan

  /// The attempt, counted from 1.
  private(set) var number = 1

  /// Whether it is the one with the node's fallback.
  private(set) var usesFallback = false

  /// The attempts that threw something.
  private var failures = 0

  /// How often each check after the work has had the attempt made again; empty before the first time.
  private var checkRetries: [Int: Int] = [:]

  init(_ plan: NodePlan) { self.plan = plan }

  /// What the attempt runs.
  var body: NodeBody { usesFallback ? plan.node.fallback ?? plan.node.body : plan.node.body }

  /// Goes on to the next attempt after a failure.
  ///
  /// - Parameter isOfCheck: Whether it is a check's, which has a number of attempts of its own and has used them up.
  /// - Returns: What the log says of it, or nil when no attempt is left.
  mutating func next(after error: GraphError, isOfCheck: Bool) -> RetryRecord? {
    guard !usesFallback, !error.isHalting else { return nil }
    if !isOfCheck {
      failures += 1
      if failures < plan.node.retry.maximumAttempts {
        let delay = plan.node.retry.delay(afterAttempt: failures, chance: .random(in: 0...1))
        return advance(error.message, delay: delay)
      }
    }
    guard plan.node.fallback != nil else { return nil }
    usesFallback = true
    return advance(error.message, delay: .zero)
  }

  private mutating func advance(_ message: String, delay: Duration) -> RetryRecord {
    defer { number += 1 }
    return RetryRecord(scope: .node, attempt: number, message: message, delay: delay, usesFallback: usesFallback)
  }

  // MARK: - Checks of the result

  /// What the checks after the work say of its result.
  enum Judgement {
    case holds
    /// The attempt is made again.
    case again(RetryRecord)
    case fails(GraphError)
  }

  /// Looks at the result of the attempt, and goes on to the next one where a check says so.
  ///
  /// - Parameter warnings: Takes what checks say that have nothing else to say.
  mutating func judge(
    _ update: StateUpdate, _ state: StateView, warnings: inout [WarningRecord]
  ) -> Judgement {
    for (index, check) in plan.checksAfter.enumerated() {
      guard let failure = check.failure(state, update) else { continue }
      switch check.consequence {
      case .warn: warnings.append(WarningRecord(failure.message, check: check.text))
      case .retry(let most) where !failure.isHalting:
        let made = checkRetries[index, default: 0]
        guard made < most, !usesFallback else { return .fails(failure) }
        checkRetries[index] = made + 1
        return .again(advance(failure.message, delay: .zero))
      case .halt, .skip, .retry:
        var failure = failure
        failure.isHalting = true
        return .fails(failure)
      }
    }
    return .holds
  }
}

/// What the checks before a node's work say.
enum CheckVerdict {
  case run
  /// The node is left out.
  case skip
  case fails(GraphError)
}

extension NodePlan {
  /// Looks at the checks before the node's work, in order, up to the first that keeps it from running.
  ///
  /// - Parameter warnings: Takes what checks say that do not keep the node from running, and why it is left out.
  func verdict(_ state: StateView, warnings: inout [WarningRecord]) -> CheckVerdict {
    for check in checksBefore {
      guard var failure = check.failure(state, nil) else { continue }
      switch check.consequence {
      case .warn: warnings.append(WarningRecord(failure.message, check: check.text))
      case .skip where !failure.isHalting: return .skip
      case .halt, .skip, .retry:
        failure.isHalting = true
        return .fails(failure)
      }
    }
    return .run
  }
}

extension NodeCheck {
  /// What is wrong where the check does not hold, without a place.
  ///
  /// One that cannot be evaluated does not hold, and there is no going on from it but for a warning.
  func failure(_ state: StateView, _ update: StateUpdate?) -> GraphError? {
    do {
      if try holds(state, update) { return nil }
      return GraphError(.checkFailed, message ?? "the check '\(text)' does not hold")
    } catch {
      var failure = GraphError(
        .checkFailed, "the check '\(text)' cannot be evaluated: \(error)", underlying: error)
      failure.isHalting = true
      return failure
    }
  }
}

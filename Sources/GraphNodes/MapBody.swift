internal import GraphLanguage
internal import GraphRuntime

/// One map as it is run: its items, the window in which they are worked on, and what becomes of their results.
struct MapBody: Sendable {
  /// How many items have to succeed.
  enum Minimum: Sendable {
    /// So many, whatever the number of items; no items need none.
    case count(Int)
    /// A part of them, from 0 to 1.
    case share(Double)

    /// The least number of successes of so many items.
    func count(of items: Int) -> Int {
      guard items > 0 else { return 0 }
      switch self {
      case .count(let count): return count
      case .share(let share):
        // Rounded down and then up by comparison, because products such as 0.07 × 100 are not exact.
        var count = Int(share * Double(items))
        while Double(count) / Double(items) < share { count += 1 }
        return count
      }
    }
  }

  /// How the work on one item ended.
  private enum End: Sendable {
    case result(Value, isPartial: Bool)
    case failed(GraphError)
    /// A failure that fails the map, whatever it tolerates.
    case halted(GraphError)
    case suspended(NodeSuspension)
    case cancelled
  }

  private let over: CompiledValueTemplate
  private let strictNode: StateGraph.Node

  /// The node whose failures fail the map, and the node whose failures the run goes on after.
  private let strict: NestedNode
  private let tolerant: NestedNode
  private let schema: StateSchemaReference
  private let itemSlot: Int
  private let indexSlot: Int
  private let resultKey: String
  private let collect: StateKey
  private let failures: StateKey
  private let concurrency: Int
  private let maximumItems: Int
  private let truncates: Bool
  private let minimum: Minimum
  private let flattens: Bool

  /// Whether the end of each item is kept; to do again what only computes costs less.
  private let keeps: Bool

  init(
    over: CompiledValueTemplate, node: StateGraph.Node, schema: StateSchema, item: String, index: String,
    resultKey: String, collect: StateKey, failures: StateKey, concurrency: Int, maximumItems: Int, truncates: Bool,
    minimum: Minimum, flattens: Bool
  ) {
    var schema = schema
    itemSlot = schema.add(item)
    indexSlot = schema.add(index)
    self.over = over
    self.schema = StateSchemaReference(schema)
    self.resultKey = resultKey
    self.collect = collect
    self.failures = failures
    self.maximumItems = maximumItems
    self.truncates = truncates
    self.minimum = minimum
    self.flattens = flattens
    // What never waits gains nothing from a task.
    if case .synchronous = node.body, node.timeout == nil, node.retry == .none {
      self.concurrency = 1
      keeps = false
    } else {
      self.concurrency = concurrency
      keeps = true
    }
    var node = node
    node.failure = .fail
    strictNode = node
    strict = NestedNode(node)
    node.failure = .skip
    tolerant = NestedNode(node)
  }

  /// Works on all items and returns their results.
  ///
  /// - Throws: `MapError` when there are no items to work on or too few succeed, and a `NodeSuspension` with the
  ///   questions of all items when some wait for a person and the others have ended.
  func run(_ state: StateView, _ context: NodeContext) async throws -> StateUpdate {
    var progress: MapProgress
    if let resumption = context.resumption {
      progress = try MapProgress(memo: resumption.memo)
      progress.takeAnswered(resumption.answers)
    } else {
      progress = MapProgress(items: try await items(state, context))
    }
    progress.takeKept(context.kept)
    let needed = minimum.count(of: progress.items.count)
    guard needed <= progress.items.count else {
      throw MapError("'over' has \(progress.items.count) items, and \(needed) have to succeed")
    }
    progress.allowedFailures = progress.items.count - needed
    let isTolerant = progress.allowedFailures > 0
    let shared = Locked(progress)
    let workers = min(concurrency, progress.dueCount)
    // Only the shared one goes on, so that it is changed in place.
    progress = MapProgress(items: [])
    if workers <= 1 {
      await work(shared, isTolerant: isTolerant, state, context)
    } else {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<workers { group.addTask { await work(shared, isTolerant: isTolerant, state, context) } }
        while await group.next() != nil {
          if shared.withLock({ $0.hasFailed }) { group.cancelAll() }
        }
      }
    }
    try Task.checkCancellation()
    return try end(shared.withLock { $0 })
  }

  private func items(_ state: StateView, _ context: NodeContext) async throws -> [Value] {
    let value: Value
    do throws(ExpressionError) {
      value = try over.evaluate { state[$0] }
    } catch {
      throw MapError("'over': \(error)")
    }
    guard let items = value.list else { throw MapError("'over' must be a list, and is \(value.kind)") }
    guard items.count > maximumItems else { return items }
    let excess = "'over' has \(items.count) items, and at most \(maximumItems) are allowed"
    guard truncates else { throw MapError("\(excess); raise 'max_items', or let 'on_overflow' truncate them") }
    await context.report("\(excess); the others are left out")
    return Array(items.prefix(maximumItems))
  }

  // MARK: - Work

  /// Works on one item after the other until none is left.
  private func work(
    _ progress: Locked<MapProgress>, isTolerant: Bool, _ state: StateView, _ context: NodeContext
  ) async {
    while !context.stop.isRequested, !Task.isCancelled, let next = progress.withLock({ $0.takeNext() }) {
      let end = await work(next.index, next.item, next.resumption, isTolerant: isTolerant, state, context)
      if keeps, case .result(let value, isPartial: false) = end {
        await context.keep(MapProgress.piece(next.index, value))
      }
      let hasFailed = progress.withLock { progress in
        // What ends because of a failure is none of its own.
        if !progress.hasFailed { take(end, of: next.index, &progress) }
        return progress.hasFailed
      }
      if hasFailed { return }
    }
  }

  private func work(
    _ index: Int, _ item: Value, _ resumption: NodeResumption?, isTolerant: Bool, _ state: StateView,
    _ context: NodeContext
  ) async -> End {
    let view = state.inner(schema, (itemSlot, item), (indexSlot, .int(index)))
    do {
      switch try await context.result(
        of: isTolerant ? tolerant : strict, on: view, item: index, resumption: resumption)
      {
      case .updated(let update):
        if let value = InnerNode.result(of: update, under: resultKey) {
          return .result(value, isPartial: update.isPartial)
        }
        // A stop left nothing; otherwise the node was skipped, or had nothing to say.
        if update.isPartial { return .cancelled }
        return .result(strictNode.skipsWhenSet.isEmpty ? .null : view[resultKey], isPartial: false)
      case .failed(let error): return .failed(error)
      case .notBegun: return .cancelled
      }
    } catch let suspension as NodeSuspension {
      return .suspended(suspension)
    } catch {
      if Task.isCancelled { return .cancelled }
      return .halted(error as? GraphError ?? GraphError(.nodeFailed, "\(error)", underlying: error))
    }
  }

  private func take(_ end: End, of index: Int, _ progress: inout MapProgress) {
    switch end {
    case .result(let value, let isPartial):
      progress.ends[index] = .result(value)
      if isPartial { progress.isPartial = true }
    case .failed(let error): progress.fail(index, error)
    case .halted(let error):
      progress.fail(index, error)
      progress.isHalted = true
    case .suspended(let suspension): progress.ends[index] = .suspended(suspension)
    case .cancelled: break
    }
  }

  // MARK: - End

  private func end(_ progress: MapProgress) throws -> StateUpdate {
    guard !progress.hasFailed else { throw progress.error }
    let isCutShort = progress.isPartial || progress.ends.contains { $0 == nil }
    if !isCutShort, let suspension = progress.suspension { throw suspension }
    var results = progress.results
    if flattens { results = results.flatMap { $0.list ?? [$0] } }
    var update = StateUpdate(collect, .list(results))
    update.set(failures, .list(progress.failures))
    update.isPartial = isCutShort
    return update
  }
}

/// A map that cannot begin, or that too few items of succeeded.
struct MapError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

internal import GraphRuntime

/// What a reader saw of a run: its events and what it threw at the end.
struct Reading {
  var events: [GraphEvent] = []
  var error: (any Error)?

  /// Reads a run to its end.
  static func all(of run: GraphRun) async -> Reading {
    var reading = Reading()
    do {
      for try await event in run { reading.events.append(event) }
    } catch {
      reading.error = error
    }
    return reading
  }

  /// The events in few words each.
  var lines: [String] { events.map(\.brief) }

  var graphError: GraphError? { error as? GraphError }

  var outcome: RunOutcome? {
    for event in events.reversed() {
      if case .runFinished(let outcome) = event.kind { return outcome }
    }
    return nil
  }

  /// The updates of a node's runs, in order.
  func updates(of node: String) -> [StateUpdate] {
    events.compactMap { event in
      guard event.node == node, case .nodeFinished(let update) = event.kind else { return nil }
      return update
    }
  }

  /// How often a node was started.
  func starts(of node: String) -> Int {
    events.count { event in
      if event.node == node, case .nodeStarted = event.kind { true } else { false }
    }
  }

  /// A node's tokens of one attempt.
  func tokens(of node: String, attempt: Int = 1) -> [String] {
    events.compactMap { event in
      guard event.node == node, event.attempt == attempt, case .token(let text) = event.kind else { return nil }
      return text
    }
  }
}

extension GraphEvent {
  /// The event in few words, as tests compare it.
  var brief: String {
    let name = (node ?? "run") + (attempt > 1 ? "#\(attempt)" : "")
    switch kind {
    case .runStarted: return "run started"
    case .nodeStarted: return "\(name) started"
    case .token(let text): return "\(name) '\(text)'"
    case .partial(let record): return "\(name) part \(Value.object(record.object).json())"
    case .chunk(let chunk): return "\(name) chunk \(chunk.json())"
    case .custom(let custom, let payload): return "\(name) says \(custom) \(payload.json())"
    case .usage(let record): return "\(name) used \(record.inputTokens)+\(record.outputTokens)"
    case .retry(let record): return "\(name) retry after \(record.attempt)"
    case .nodeFinished(let update):
      return "\(name) finished \(Value.object(update.object).json())" + (update.isPartial ? " partial" : "")
    case .nodeSkipped(let reason): return "\(name) skipped \(reason.rawValue)"
    case .toolCalled(let record):
      return "\(name) calls \(record.name) \(Value.object(record.arguments).json())"
    case .toolReturned(let record):
      return "\(name) got \(record.result?.json() ?? "no result: \(record.message ?? "")")"
    case .warned(let record): return "\(name) warned \(record.message)"
    case .nodeFailed(let error): return "\(name) failed" + (error.isTolerated ? " tolerated" : "")
    case .interrupted(let interrupts): return "\(name) asks \(interrupts.map(\.id).joined(separator: " "))"
    case .routed(let record):
      return "\(name) routed \(record.choice ?? "else") -> \(record.targets.joined(separator: " "))"
    case .stepFinished(let next): return "step \(step) -> \(next.joined(separator: " "))"
    case .checkpointed(let record): return "kept \(record)"
    case .runFinished(let outcome): return "run \(outcome.status.rawValue)"
    }
  }
}

extension RunOutcome {
  /// The state as one line.
  var stateText: String { Value.object(state).json() }
}

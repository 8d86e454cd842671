extension GraphEvent {
  /// The version of the JSON form; a change that breaks readers raises it.
  public static let jsonVersion = 1

  /// The event as `graph run --events` prints it; `docs/events.md` has the grammar.
  public var json: Value {
    var object: ValueObject = [
      "v": .int(Self.jsonVersion), "seq": .int(sequence), "time": .int(Int(time)), "run": .string(run.id),
      "type": .string(kind.name),
    ]
    if step > 0 { object["step"] = .int(step) }
    if !path.isEmpty { object["node"] = .string(path.joined(separator: "/")) }
    if attempt > 0 { object["attempt"] = .int(attempt) }
    for (key, value) in kind.payload(run) { object[key] = value }
    return .object(object)
  }
}

extension GraphEvent.Kind {
  /// The name of the kind in the JSON form.
  public var name: String {
    switch self {
    case .runStarted: "run_started"
    case .nodeStarted: "node_started"
    case .token: "token"
    case .partial: "partial"
    case .chunk: "chunk"
    case .custom: "custom"
    case .usage: "usage"
    case .toolCalled: "tool_called"
    case .toolReturned: "tool_returned"
    case .warned: "warned"
    case .retry: "retry"
    case .nodeFinished: "node_finished"
    case .nodeSkipped: "node_skipped"
    case .nodeFailed: "node_failed"
    case .interrupted: "interrupted"
    case .routed: "routed"
    case .stepFinished: "step_finished"
    case .checkpointed: "checkpointed"
    case .runFinished: "run_finished"
    }
  }

  fileprivate func payload(_ run: RunIdentity) -> ValueObject {
    switch self {
    case .runStarted(let input): run.payload(input)
    case .nodeStarted: [:]
    case .token(let text): ["text": .string(text)]
    case .partial(let record): record.object
    case .chunk(let chunk): ["chunk": chunk]
    case .custom(let name, let payload): ["name": .string(name), "payload": payload]
    case .usage(let record): record.object
    case .toolCalled(let record): record.payload
    case .toolReturned(let record): record.payload
    case .warned(let record): record.payload
    case .retry(let record): record.payload
    case .nodeFinished(let update): update.payload
    case .nodeSkipped(let reason): ["reason": .string(reason.rawValue)]
    case .nodeFailed(let error): ["error": .object(error.object)]
    case .interrupted(let interrupts): ["interrupts": .list(interrupts.map { .object($0.object) })]
    case .routed(let record):
      [
        "choice": record.choice.map { .string($0) } ?? .null,
        "targets": .list(record.targets.map { .string($0) }),
      ]
    case .stepFinished(let next): ["next": .list(next.map { .string($0) })]
    case .checkpointed(let record): ["record": .int(record)]
    case .runFinished(let outcome): outcome.payload
    }
  }
}

extension RunIdentity {
  fileprivate func payload(_ input: ValueObject) -> ValueObject {
    var payload: ValueObject = ["graph": .string(graph), "thread": .string(thread), "input": .object(input)]
    if let resumed { payload["resumes"] = .string(resumed) }
    return payload
  }
}

extension StateUpdate {
  fileprivate var payload: ValueObject {
    var payload: ValueObject = ["update": .object(object)]
    if let route { payload["route"] = .string(route) }
    if isPartial { payload["partial"] = true }
    return payload
  }
}

extension RunOutcome {
  /// Status, state, usage and error, as the last event of a run shows them.
  fileprivate var payload: ValueObject {
    var payload: ValueObject = [
      "status": .string(status.rawValue), "steps": .int(steps), "state": .object(state),
      "usage": .list(usage.map { .object($0.object) }),
    ]
    if let error { payload["error"] = .object(error.object) }
    if !toleratedErrors.isEmpty { payload["tolerated"] = .list(toleratedErrors.map { .object($0.object) }) }
    if !interrupts.isEmpty { payload["interrupts"] = .list(interrupts.map { .object($0.object) }) }
    if let stopReason { payload["stop_reason"] = .string(stopReason) }
    return payload
  }
}

extension ToolCallRecord {
  fileprivate var payload: ValueObject {
    ["id": .string(id), "name": .string(name), "arguments": .object(arguments)]
  }
}

extension ToolResultRecord {
  fileprivate var payload: ValueObject {
    var payload: ValueObject = ["id": .string(id), "name": .string(name), "duration": .double(duration / .seconds(1))]
    if let result { payload["result"] = result }
    if let message { payload["message"] = .string(message) }
    return payload
  }
}

extension WarningRecord {
  fileprivate var payload: ValueObject {
    var payload: ValueObject = ["message": .string(message)]
    if let check { payload["check"] = .string(check) }
    return payload
  }
}

extension RetryRecord {
  fileprivate var payload: ValueObject {
    var payload: ValueObject = [
      "scope": .string(scope.rawValue), "failed_attempt": .int(attempt), "message": .string(message),
      "delay": .double(delay / .seconds(1)),
    ]
    if usesFallback { payload["fallback"] = true }
    return payload
  }
}

extension PartialRecord {
  /// The record as an object: `path`, a list of names and indices, and `value`.
  public var object: ValueObject {
    let path = path.map { step -> Value in
      switch step {
      case .key(let key): .string(key)
      case .index(let index): .int(index)
      }
    }
    return ["path": .list(path), "value": value]
  }
}

extension PendingInterrupt {
  /// The question as an object: `id`, `payload`, `schema` where the answer has one, and `expires` and `default` where it
  /// has to be answered in time.
  public var object: ValueObject {
    var object: ValueObject = ["id": .string(id), "payload": payload]
    if !schema.isNull { object["schema"] = schema }
    if let expires {
      object["expires"] = .int(Int(expires))
      object["default"] = defaultAnswer
    }
    return object
  }
}

extension UsageRecord {
  /// The record as an object: `provider`, `model`, `input_tokens`, `output_tokens`.
  public var object: ValueObject {
    [
      "provider": .string(provider), "model": .string(model), "input_tokens": .int(inputTokens),
      "output_tokens": .int(outputTokens),
    ]
  }
}

extension GraphError {
  /// The error as an object: `code`, `message`, and `node`, `step`, `attempt`, `partial_text`, `tolerated` where they
  /// apply.
  public var object: ValueObject {
    var object: ValueObject = ["code": .string(code.description), "message": .string(message)]
    if !path.isEmpty { object["node"] = .string(path.joined(separator: "/")) }
    if step > 0 { object["step"] = .int(step) }
    if attempt > 0 { object["attempt"] = .int(attempt) }
    if let partialText { object["partial_text"] = .string(partialText) }
    if isTolerated { object["tolerated"] = true }
    return object
  }
}

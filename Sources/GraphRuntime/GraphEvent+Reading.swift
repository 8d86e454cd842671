extension GraphEvent {
  /// Reads what `json` has made.
  ///
  /// What is only in memory is not in it: the checkpoint of a run that can go on, and errors that nodes threw.
  /// - Parameter run: The run that the event is of.
  /// - Returns: Nil for a type of event that this version does not know.
  /// - Throws: `GraphError.invalidCheckpoint` for what is no event.
  public init?(json: Value, of run: RunIdentity) throws {
    let reader = try CheckpointReader(json, "event")
    guard let kind = try Kind(reader, run) else { return nil }
    self.init(
      run: run, sequence: try reader.int("seq"), time: Int64(try reader.int("time")),
      step: reader.value("step")?.int ?? 0,
      path: reader.value("node")?.string.map { $0.split(separator: "/").map { String($0) } } ?? [],
      attempt: reader.value("attempt")?.int ?? 0, kind: kind)
  }
}

extension GraphEvent.Kind {
  fileprivate init?(_ reader: CheckpointReader, _ run: RunIdentity) throws {
    switch try reader.string("type") {
    case "run_started": self = .runStarted(input: try reader.object("input"))
    case "node_started": self = .nodeStarted
    case "token": self = .token(try reader.string("text"))
    case "partial": self = .partial(try PartialRecord(reader))
    case "chunk": self = .chunk(reader.value("chunk") ?? .null)
    case "custom": self = .custom(name: try reader.string("name"), payload: reader.value("payload") ?? .null)
    case "usage": self = .usage(try UsageRecord(reader))
    case "tool_called":
      self = .toolCalled(
        ToolCallRecord(
          id: try reader.string("id"), name: try reader.string("name"), arguments: try reader.object("arguments")))
    case "tool_returned": self = .toolReturned(try ToolResultRecord(reader))
    case "warned":
      self = .warned(WarningRecord(try reader.string("message"), check: reader.value("check")?.string))
    case "retry": self = .retry(try RetryRecord(reader))
    case "node_finished":
      var update = StateUpdate(try reader.object("update"))
      update.route = reader.value("route")?.string
      update.isPartial = reader.value("partial")?.bool ?? false
      self = .nodeFinished(update)
    case "node_skipped":
      guard let reason = SkipReason(rawValue: try reader.string("reason")) else { return nil }
      self = .nodeSkipped(reason)
    case "node_failed": self = .nodeFailed(try reader.error("error", in: run))
    case "interrupted": self = .interrupted(try reader.readers("interrupts").map { try PendingInterrupt($0) })
    case "routed":
      self = .routed(RouteRecord(choice: reader.value("choice")?.string, targets: try reader.strings("targets")))
    case "step_finished": self = .stepFinished(next: try reader.strings("next"))
    case "checkpointed": self = .checkpointed(record: try reader.int("record"))
    case "run_finished": self = .runFinished(try RunOutcome(reader, run))
    default: return nil
    }
  }
}

extension PartialRecord {
  fileprivate init(_ reader: CheckpointReader) throws {
    let path = try (reader.value("path")?.list ?? []).map { step throws -> PartialStep in
      if let index = step.int { return .index(index) }
      guard let key = step.string else { throw reader.wrong("path") }
      return .key(key)
    }
    self.init(path: path, value: reader.value("value") ?? .null)
  }
}

extension ToolResultRecord {
  fileprivate init(_ reader: CheckpointReader) throws {
    let (id, name, duration) = (try reader.string("id"), try reader.string("name"), try reader.duration("duration"))
    if let message = reader.value("message")?.string {
      self.init(id: id, name: name, message: message, duration: duration)
    } else {
      self.init(id: id, name: name, result: reader.value("result") ?? .null, duration: duration)
    }
  }
}

extension RetryRecord {
  fileprivate init(_ reader: CheckpointReader) throws {
    guard let scope = Scope(rawValue: try reader.string("scope")) else { throw reader.wrong("scope") }
    self.init(
      scope: scope, attempt: try reader.int("failed_attempt"), message: try reader.string("message"),
      delay: try reader.duration("delay"), usesFallback: reader.value("fallback")?.bool ?? false)
  }
}

extension RunOutcome {
  fileprivate init(_ reader: CheckpointReader, _ run: RunIdentity) throws {
    self.init(
      status: try reader.status(), state: try reader.object("state"),
      usage: try reader.readers("usage").map { try UsageRecord($0) },
      error: try reader.has("error") ? reader.error("error", in: run) : nil,
      stopReason: reader.value("stop_reason")?.string, steps: try reader.int("steps"))
    toleratedErrors = try reader.has("tolerated") ? reader.errors("tolerated") : []
    interrupts = try reader.has("interrupts") ? reader.readers("interrupts").map { try PendingInterrupt($0) } : []
  }
}

extension CheckpointReader {
  fileprivate func error(_ key: String, in run: RunIdentity) throws -> GraphError {
    try GraphError(checkpoint: CheckpointReader(.object(try object(key)), "event's '\(key)'"), in: run)
  }

  fileprivate func duration(_ key: String) throws -> Duration {
    guard let seconds = value(key)?.double else { throw wrong(key) }
    return .seconds(seconds)
  }
}

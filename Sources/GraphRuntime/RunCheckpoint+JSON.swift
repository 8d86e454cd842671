extension RunCheckpoint {
  /// The checkpoint as a value that can be written as JSON and read with `init(json:)`.
  public var json: Value {
    [
      "version": .int(Self.version), "graph": .string(graph), "thread": .string(thread), "run": .string(run),
      "status": .string(status.rawValue), "key": .string(workKey), "steps": .int(steps), "state": .object(state),
      "runs": .object(ValueObject(runCounts.map { ($0.node, .int($0.count)) })), "limited": Self.list(limited),
      "joins": .list(
        joins.map {
          ["from": Self.list($0.sources), "to": Self.list($0.targets), "arrived": Self.list($0.arrived)]
        }),
      "due": Self.list(due), "step": .list(visits.map { .object(Self.object($0.node, $0.visit)) }),
      "usage": .list(usage.map { .object($0.object) }), "tolerated": .list(tolerated.map { .object($0.object) }),
      "tolerated_in_step": .list(toleratedInStep.map { .object($0.object) }),
    ]
  }

  private static func list(_ names: [String]) -> Value { .list(names.map { .string($0) }) }

  private static func object(_ node: String, _ visit: Visit) -> ValueObject {
    var object: ValueObject = ["node": .string(node)]
    switch visit {
    case .done(let update):
      object["is"] = "done"
      object.merge(update.checkpoint)
    case .skipped(let route):
      object["is"] = "skipped"
      if let route { object["route"] = .string(route) }
    case .limited: object["is"] = "limited"
    case .due: object["is"] = "due"
    case .suspended(let suspension):
      object["is"] = "suspended"
      object.merge(suspension.checkpoint)
    }
    return object
  }

  /// Reads what `json` has made.
  ///
  /// - Throws: `GraphError.invalidCheckpoint` for anything else, and for versions that this one does not know.
  public init(json: Value) throws {
    let reader = try CheckpointReader(json, "checkpoint")
    let version = try reader.int("version")
    guard version == Self.version else {
      throw GraphError(
        .invalidCheckpoint, "the checkpoint has version \(version), and this program knows version \(Self.version)")
    }
    guard let status = RunStatus(rawValue: try reader.string("status")) else { throw reader.wrong("status") }
    graph = try reader.string("graph")
    thread = try reader.string("thread")
    run = try reader.string("run")
    self.status = status
    workKey = try reader.string("key")
    steps = try reader.int("steps")
    state = try reader.object("state")
    runCounts = try reader.object("runs").map { ($0.key, try $0.value.int ?? { throw reader.wrong("runs") }()) }
    limited = try reader.strings("limited")
    joins = try reader.readers("joins").map {
      Join(sources: try $0.strings("from"), targets: try $0.strings("to"), arrived: try $0.strings("arrived"))
    }
    due = try reader.strings("due")
    visits = try reader.readers("step").map { (try $0.string("node"), try Self.visit($0)) }
    usage = try reader.readers("usage").map {
      UsageRecord(
        provider: try $0.string("provider"), model: try $0.string("model"), inputTokens: try $0.int("input_tokens"),
        outputTokens: try $0.int("output_tokens"))
    }
    tolerated = try reader.readers("tolerated").map { try GraphError(checkpoint: $0) }
    toleratedInStep = try reader.readers("tolerated_in_step").map { try GraphError(checkpoint: $0) }
  }

  private static func visit(_ reader: CheckpointReader) throws -> Visit {
    switch try reader.string("is") {
    case "done": .done(try StateUpdate(checkpoint: reader))
    case "skipped": .skipped(route: reader.value("route")?.string)
    case "limited": .limited
    case "due": .due
    case "suspended": .suspended(try NodeSuspension(checkpoint: reader))
    default: throw reader.wrong("is")
    }
  }
}

/// Reads the objects of a checkpoint, and says which of them is none.
struct CheckpointReader {
  private let object: ValueObject
  private let name: String

  init(_ value: Value, _ name: String) throws {
    guard let object = value.object else { throw GraphError(.invalidCheckpoint, "the \(name) is no object") }
    self.object = object
    self.name = name
  }

  func wrong(_ key: String) -> GraphError {
    GraphError(.invalidCheckpoint, "'\(key)' of the \(name) is missing or not what a checkpoint has there")
  }

  func value(_ key: String) -> Value? { object[key] }

  func string(_ key: String) throws -> String { try object[key]?.string ?? { throw wrong(key) }() }

  func int(_ key: String) throws -> Int { try object[key]?.int ?? { throw wrong(key) }() }

  func object(_ key: String) throws -> ValueObject { try object[key]?.object ?? { throw wrong(key) }() }

  func list(_ key: String) throws -> [Value] { try object[key]?.list ?? { throw wrong(key) }() }

  func strings(_ key: String) throws -> [String] {
    try list(key).map { try $0.string ?? { throw wrong(key) }() }
  }

  func readers(_ key: String) throws -> [CheckpointReader] {
    try list(key).map { try CheckpointReader($0, "\(name)'s '\(key)'") }
  }
}

// MARK: - Parts that nodes inside nodes keep as well

extension StateUpdate {
  /// The update as entries of an object of a checkpoint.
  var checkpoint: ValueObject {
    var object: ValueObject = ["writes": .list(writes.map { [.string($0.key.name), $0.value] })]
    if let route { object["route"] = .string(route) }
    if !notes.isEmpty { object["notes"] = .object(ValueObject(notes.map { ($0.key.rawValue, $0.value) })) }
    return object
  }

  init(checkpoint reader: CheckpointReader) throws {
    self.init()
    for (name, value) in reader.value("notes")?.object ?? [:] {
      guard let key = ReservedKey(rawValue: name) else { throw reader.wrong("notes") }
      note(key, value)
    }
    for write in try reader.list("writes") {
      guard let parts = write.list, parts.count == 2, let name = parts[0].string else { throw reader.wrong("writes") }
      set(StateKey(name), parts[1])
    }
    route = reader.value("route")?.string
  }
}

extension NodeSuspension {
  /// The suspension as entries of an object of a checkpoint.
  var checkpoint: ValueObject {
    var object: ValueObject = ["interrupts": .list(interrupts.map { .object($0.object) }), "memo": memo]
    if !update.writes.isEmpty { object["update"] = .object(update.object) }
    return object
  }

  init(checkpoint reader: CheckpointReader) throws {
    self.init(
      try reader.readers("interrupts").map {
        PendingInterrupt(id: try $0.string("id"), payload: $0.value("payload") ?? .null)
      }, memo: reader.value("memo") ?? .null, update: StateUpdate(reader.value("update")?.object ?? [:]))
  }
}

extension GraphError {
  /// Reads an error from the form of `object`; what the node threw is not in it.
  ///
  /// - Parameter run: The run in which the path is complete.
  init(checkpoint reader: CheckpointReader, in run: RunIdentity? = nil) throws {
    self.init(
      Code(try reader.string("code")), try reader.string("message"),
      path: reader.value("node")?.string.map { $0.split(separator: "/").map { String($0) } } ?? [],
      step: reader.value("step")?.int ?? 0, attempt: reader.value("attempt")?.int ?? 0,
      partialText: reader.value("partial_text")?.string)
    isTolerated = reader.value("tolerated")?.bool ?? false
    self.run = run?.id
  }
}

extension RunCheckpoint {
  /// The checkpoint as a value that can be written as JSON and read with `init(json:)`.
  public var json: Value {
    var object: ValueObject = [
      "version": .int(Self.version), "graph": .string(graph), "thread": .string(thread), "run": .string(run),
      "status": .string(status.rawValue), "key": .string(workKey), "turn": .int(turn), "input": .string(inputDigest),
      "steps": .int(steps), "state": .object(state),
      "runs": .object(runCounts), "limited": Self.list(limited),
      "joins": .list(joins.map(\.json)), "due": Self.list(due),
      "step": .list(visits.map { .object(Self.object($0.node, $0.visit)) }),
      "usage": .list(usage.map { .object($0.object) }), "tolerated": .list(tolerated.map { .object($0.object) }),
      "tolerated_in_step": .list(toleratedInStep.map { .object($0.object) }),
    ]
    if !kept.isEmpty {
      object["kept"] = .object(ValueObject(kept.sorted { $0.key < $1.key }.map { ($0.key, .list($0.value)) }))
    }
    if !earlier.isEmpty { object["earlier"] = Self.list(earlier.sorted()) }
    if let source { object["source"] = .string(source) }
    if let error { object["error"] = .object(error.object) }
    return .object(object)
  }

  private static func list(_ names: [String]) -> Value { .list(names.map { .string($0) }) }

  static func object(_ node: String, _ visit: Visit) -> ValueObject {
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
    case .answered(let resumption):
      object["is"] = "answered"
      object["memo"] = resumption.memo
      object["answers"] = .object(resumption.answers)
    }
    return object
  }

  /// Reads what `json` has made, also in an earlier version.
  ///
  /// - Throws: `GraphError.invalidCheckpoint` for anything else, and `newerCheckpoint` for versions that this one does
  ///   not know.
  public init(json: Value) throws {
    let reader = try CheckpointReader(json, "checkpoint")
    let version = try reader.checkVersion(in: 1...Self.version)
    status = try reader.status()
    graph = try reader.string("graph")
    thread = try reader.string("thread")
    run = try reader.string("run")
    workKey = try reader.string("key")
    // The first version knew one turn of each thread.
    turn = version == 1 ? 1 : try reader.int("turn")
    inputDigest = version == 1 ? "" : try reader.string("input")
    earlier = reader.has("earlier") ? Set(try reader.strings("earlier")) : []
    source = reader.value("source")?.string
    kept = try reader.has("kept") ? reader.lists("kept") : [:]
    error = try reader.value("error").map { try GraphError(checkpoint: CheckpointReader($0, "checkpoint's 'error'")) }
    steps = try reader.int("steps")
    state = try reader.object("state")
    runCounts = ValueObject(try reader.counts("runs").map { ($0.node, .int($0.count)) })
    limited = try reader.strings("limited")
    joins = try reader.readers("joins").map { try Join($0) }
    due = try reader.strings("due")
    visits = try reader.visits("step")
    usage = try reader.readers("usage").map { try UsageRecord($0) }
    tolerated = try reader.errors("tolerated")
    toleratedInStep = try reader.errors("tolerated_in_step")
  }
}

extension RunCheckpoint.Join {
  var json: Value {
    let list = { (names: [String]) in Value.list(names.map { .string($0) }) }
    return ["from": list(sources), "to": list(targets), "arrived": list(arrived)]
  }

  init(_ reader: CheckpointReader) throws {
    self.init(
      sources: try reader.strings("from"), targets: try reader.strings("to"), arrived: try reader.strings("arrived"))
  }
}

extension UsageRecord {
  init(_ reader: CheckpointReader) throws {
    self.init(
      provider: try reader.string("provider"), model: try reader.string("model"),
      inputTokens: try reader.int("input_tokens"), outputTokens: try reader.int("output_tokens"))
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

  func has(_ key: String) -> Bool { object[key] != nil }

  /// The version that the object has.
  ///
  /// - Throws: `GraphError.newerCheckpoint` for a later one than the range's.
  @discardableResult
  func checkVersion(in range: ClosedRange<Int>) throws -> Int {
    let version = try int("version")
    guard version >= range.lowerBound else { throw wrong("version") }
    guard version <= range.upperBound else {
      throw GraphError(
        .newerCheckpoint,
        "the \(name) has version \(version), and this program reads versions up to \(range.upperBound)")
    }
    return version
  }

  func status() throws -> RunStatus {
    try RunStatus(rawValue: try string("status")) ?? { throw wrong("status") }()
  }

  func counts(_ key: String) throws -> [(node: String, count: Int)] {
    try object(key).map { ($0.key, try $0.value.int ?? { throw wrong(key) }()) }
  }

  func lists(_ key: String) throws -> [String: [Value]] {
    Dictionary(
      try object(key).map { ($0.key, try $0.value.list ?? { throw wrong(key) }()) }, uniquingKeysWith: { $1 })
  }

  func errors(_ key: String) throws -> [GraphError] {
    try readers(key).map { try GraphError(checkpoint: $0) }
  }

  func visits(_ key: String) throws -> [(node: String, visit: RunCheckpoint.Visit)] {
    try readers(key).map { (try $0.string("node"), try $0.visit()) }
  }

  private func visit() throws -> RunCheckpoint.Visit {
    switch try string("is") {
    case "done": .done(try StateUpdate(checkpoint: self))
    case "skipped": .skipped(route: value("route")?.string)
    case "limited": .limited
    case "due": .due
    case "suspended": .suspended(try NodeSuspension(checkpoint: self))
    case "answered": .answered(NodeResumption(memo: value("memo") ?? .null, answers: try object("answers")))
    default: throw wrong("is")
    }
  }

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
      try reader.readers("interrupts").map { try PendingInterrupt($0) }, memo: reader.value("memo") ?? .null,
      update: StateUpdate(reader.value("update")?.object ?? [:]))
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

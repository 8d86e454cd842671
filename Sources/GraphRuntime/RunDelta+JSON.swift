extension RunDelta {
  /// The delta as the body of a record, which is read with `init(body:of:)`.
  ///
  /// What is empty is left out, and what the record has besides its body: the run, its steps and status, and the nodes.
  /// - Parameters:
  ///   - time: The record's, from which the times of events are counted.
  ///   - record: The record's number.
  func body(at time: Int64, in record: Int) -> ValueObject {
    var object: ValueObject = ["version": .int(RunCheckpoint.version)]
    if let turn {
      var beginning: ValueObject = [
        "number": .int(turn.number), "key": .string(turn.workKey), "input": .string(turn.inputDigest),
      ]
      if turn.writesBefore > 0 { beginning["writes_before"] = .int(turn.writesBefore) }
      object["turn"] = .object(beginning)
    }
    func add(_ key: String, _ list: [Value]) { if !list.isEmpty { object[key] = .list(list) } }
    add("writes", writes.map(\.json))
    if !counts.isEmpty { object["runs"] = .object(ValueObject(counts.map { ($0.node, .int($0.count)) })) }
    add("limited", limited.map { .string($0) })
    add("joins", joins.map(\.json))
    add("due", due.map { .string($0) })
    add("step", visits.map { .object(RunCheckpoint.object($0.node, $0.visit)) })
    if isPart { object["part"] = true }
    if !kept.isEmpty {
      object["kept"] = .object(ValueObject(kept.sorted { $0.key < $1.key }.map { ($0.key, .list($0.value)) }))
    }
    if let usage { object["usage"] = .list(usage.map { .object($0.object) }) }
    add("tolerated", tolerated.map { .object($0.object) })
    add("tolerated_in_step", toleratedInStep.map { .object($0.object) })
    if let error { object["error"] = .object(error.object) }
    if !events.isEmpty { object["events"] = events.json(beside: object, of: steps, at: time, in: record) }
    return object
  }

  /// Reads what `body` has made, but for the events.
  ///
  /// - Throws: `GraphError.invalidCheckpoint` for anything else, `newerCheckpoint` for a later version.
  init(body: Value, of record: ThreadRecord) throws {
    let reader = try CheckpointReader(body, "change")
    try reader.checkVersion(in: 2...RunCheckpoint.version)
    self.init(run: record.run, steps: record.step, status: record.status)
    nodes = record.nodes
    if let turn = reader.value("turn") {
      let reader = try CheckpointReader(turn, "change's 'turn'")
      self.turn = Turn(
        number: try reader.int("number"), workKey: try reader.string("key"), inputDigest: try reader.string("input"),
        writesBefore: try reader.has("writes_before") ? reader.int("writes_before") : 0)
    }
    writes = try reader.has("writes") ? reader.list("writes").map { try StateWrite(json: $0, reader) } : []
    counts = try reader.has("runs") ? reader.counts("runs") : []
    limited = try reader.has("limited") ? reader.strings("limited") : []
    joins = try reader.has("joins") ? reader.readers("joins").map { try RunCheckpoint.Join($0) } : []
    due = try reader.has("due") ? reader.strings("due") : []
    visits = try reader.has("step") ? reader.visits("step") : []
    kept = try reader.has("kept") ? reader.lists("kept") : [:]
    isPart = reader.value("part")?.bool ?? false
    usage = try reader.has("usage") ? reader.readers("usage").map { try UsageRecord($0) } : nil
    tolerated = try reader.has("tolerated") ? reader.errors("tolerated") : []
    toleratedInStep = try reader.has("tolerated_in_step") ? reader.errors("tolerated_in_step") : []
    error = try reader.value("error").map { try GraphError(checkpoint: CheckpointReader($0, "change's 'error'")) }
  }
}

extension StateWrite {
  fileprivate var json: Value {
    reducer == .replace ? [.string(key), value] : [.string(key), value, .string(reducer.rawValue)]
  }

  fileprivate init(json: Value, _ reader: CheckpointReader) throws {
    guard let parts = json.list, parts.count == 2 || parts.count == 3, let key = parts[0].string,
      let reducer = parts.count == 2 ? .replace : parts[2].string.flatMap({ Reducer(rawValue: $0) })
    else { throw reader.wrong("writes") }
    self.init(key: key, reducer: reducer, value: parts[1])
  }
}

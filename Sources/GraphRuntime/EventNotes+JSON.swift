/// How events stand in a record of a journal.
///
/// ```text
/// [1, 3, -40, [[1, "write"], "0:2 3+40", [10, "write", {"update": {"text": "Hello"}}], [15]], [["write", "Hello", 2, 1]]]
/// ```
/// The version, the number of the first event, its time from that of the record, the log, and the joined tokens. An entry of
/// the log is the number of the type in `kinds` (or its name, where it is not there), the path of nodes, the rest of the event,
/// the milliseconds since the one before, the step where it is another one than before, and the attempt where it is none or
/// not the first. What is as usual is left out at the end.
extension EventNotes.Block {
  /// The version of this form.
  private static let version = 1

  /// The types of events by number; a later version may add some behind them.
  private static let kinds = [
    "run_started", "node_started", "token", "chunk", "custom", "usage", "tool_called", "tool_returned", "warned",
    "retry", "node_finished", "node_skipped", "node_failed", "interrupted", "routed", "step_finished", "run_finished",
    "partial", "checkpointed",
  ]

  private static let numbers = Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($0.element, $0.offset) })

  /// The block as a value.
  ///
  /// - Parameters:
  ///   - content: The rest of the record, whose long values are not repeated.
  ///   - steps: The record's steps.
  ///   - time: The record's time.
  ///   - record: The record's number.
  func json(beside content: ValueObject, of steps: Int, at time: Int64, in record: Int) -> Value {
    var shared = SharedValues(content)
    var step = steps
    let texts = texts.map { text in
      Value.list([
        .string(text.path.joined(separator: "/")), shared.packed(.string(text.text)), .int(text.step),
        .int(text.attempt),
      ])
    }
    let log = items.map { item -> Value in
      switch item {
      case .tokens(let cuts): return .string(cuts)
      case .event(let event, let delay):
        let isOfStep = event.step == step
        step = event.step
        return entry(event, after: delay, step: isOfStep ? nil : event.step, due: content["due"], in: record, &shared)
      }
    }
    var block: [Value] = [.int(Self.version), .int(sequence), .int(Int(self.time - time)), .list(log)]
    if !texts.isEmpty { block.append(.list(texts)) }
    return .list(block)
  }

  private func entry(
    _ event: GraphEvent, after delay: Int, step: Int?, due: Value?, in record: Int, _ shared: inout SharedValues
  ) -> Value {
    let path = event.path.joined(separator: "/")
    let name = event.kind.name
    var parts: [Value] = [Self.numbers[name].map { .int($0) } ?? .string(name)]
    let usual = path.isEmpty ? 0 : 1
    let hasAttempt = event.attempt != usual
    var payload = payload(event, &shared)
    // What is next is in the record already, and so is its number.
    switch event.kind {
    case .stepFinished where payload["next"] == due ?? []: payload = ValueObject()
    case .checkpointed(record): payload = ValueObject()
    default: break
    }
    let hasMore = !payload.isEmpty || delay != 0 || step != nil || hasAttempt
    if hasMore || !path.isEmpty { parts.append(.string(path)) }
    if !payload.isEmpty || delay != 0 || step != nil || hasAttempt { parts.append(.object(payload)) }
    if delay != 0 || step != nil || hasAttempt { parts.append(.int(delay)) }
    if step != nil || hasAttempt { parts.append(step.map { .int($0) } ?? .null) }
    if hasAttempt { parts.append(.int(event.attempt)) }
    return .list(parts)
  }

  /// What the event says besides what every event does.
  private func payload(_ event: GraphEvent, _ shared: inout SharedValues) -> ValueObject {
    var payload = event.json.object ?? ValueObject()
    for key in ["v", "seq", "time", "run", "type", "step", "node", "attempt"] { payload[key] = nil }
    var result = ValueObject()
    for (key, value) in payload {
      switch (event.kind, key, value) {
      case (.nodeFinished, "update", .object(let update)): result[key] = shared.packedUpdate(update)
      case (.runFinished, "state", .object(let state)):
        let own = ValueObject(state.filter { !keptKeys.contains($0.key) }.map { ($0.key, $0.value) })
        result[key] = ["keys": .list(state.keys.map { .string($0) }), "own": shared.packed(.object(own))]
      default: result[key] = shared.packed(value)
      }
    }
    return result
  }

  // MARK: - Reading

  /// The events of a record, in the form of `GraphEvent.json`.
  ///
  /// - Parameters:
  ///   - json: What `json(beside:of:at:)` has made.
  ///   - content: The rest of the record.
  ///   - state: The state after the record.
  /// - Throws: `GraphError.invalidCheckpoint` for anything else, and `newerCheckpoint` for a later version.
  static func events(
    _ json: Value, beside content: ValueObject, of record: ThreadRecord, state: ValueObject
  ) throws -> [Value] {
    let wrong = GraphError(.invalidCheckpoint, "the log of the record is not what a record has there")
    guard let block = json.list, let found = block.first?.int else { throw wrong }
    guard found <= version else {
      throw GraphError(
        .newerCheckpoint, "the log of the record has version \(found), and this program reads versions up to \(version)"
      )
    }
    guard block.count == 4 || block.count == 5, let sequence = block[1].int, let offset = block[2].int,
      let log = block[3].list
    else { throw wrong }
    var shared = SharedValues(content)
    var texts: [TextReader] = []
    for text in block.count == 5 ? block[4].list ?? [] : [] {
      guard let parts = text.list, parts.count == 4, let path = parts[0].string, let step = parts[2].int,
        let attempt = parts[3].int, case .string(let whole) = try shared.unpacked(parts[1])
      else { throw wrong }
      texts.append(TextReader(path: path, step: step, attempt: attempt, whole))
    }
    var builder = EventBuilder(run: record.run, sequence: sequence, time: Int(record.time) + offset)
    var step = record.step
    for entry in log {
      if let cuts = entry.string {
        try builder.addTokens(cuts, &texts)
        continue
      }
      guard let parts = entry.list, let first = parts.first,
        let type = first.string ?? first.int.flatMap({ kinds.indices.contains($0) ? kinds[$0] : nil })
      else { throw wrong }
      let path = parts.count > 1 ? parts[1].string ?? "" : ""
      if parts.count > 4, let other = parts[4].int { step = other }
      var payload = ValueObject()
      for (key, value) in parts.count > 2 ? parts[2].object ?? ValueObject() : ValueObject() {
        payload[key] =
          type == "run_finished" && key == "state" ? try stateAtEnd(value, state, &shared) : try shared.unpacked(value)
      }
      if type == "step_finished", payload.isEmpty { payload["next"] = content["due"] ?? [] }
      if type == "checkpointed", payload.isEmpty { payload["record"] = .int(record.sequence) }
      builder.add(
        type, path: path, step: step, attempt: parts.count > 5 ? parts[5].int ?? 0 : path.isEmpty ? 0 : 1,
        after: parts.count > 3 ? parts[3].int ?? 0 : 0, payload)
    }
    return builder.events
  }

  /// The state of a run's last event: what is in the journal, and what is not.
  private static func stateAtEnd(_ value: Value, _ state: ValueObject, _ shared: inout SharedValues) throws -> Value {
    let own = try shared.unpacked(value["own"] ?? .null).object ?? ValueObject()
    let keys = (value["keys"]?.list ?? []).compactMap(\.string)
    return .object(ValueObject(keys.map { ($0, own[$0] ?? state[$0] ?? .null) }))
  }
}

/// A joined text whose tokens are told one after the other.
private struct TextReader {
  let path: String
  let step: Int
  let attempt: Int
  private let bytes: [UInt8]
  private var place = 0

  init(path: String, step: Int, attempt: Int, _ text: String) {
    self.path = path
    self.step = step
    self.attempt = attempt
    bytes = Array(text.utf8)
  }

  mutating func next(_ count: Int) -> String? {
    guard count >= 0, count <= bytes.count - place else { return nil }
    defer { place += count }
    return String(decoding: bytes[place..<place + count], as: UTF8.self)
  }
}

/// Puts events together as `GraphEvent.json` does.
private struct EventBuilder {
  let run: String
  var sequence: Int
  var time: Int
  var events: [Value] = []

  init(run: String, sequence: Int, time: Int) {
    self.run = run
    self.sequence = sequence
    self.time = time
  }

  mutating func add(
    _ type: String, path: String, step: Int, attempt: Int, after delay: Int, _ payload: ValueObject
  ) {
    time += delay
    var object: ValueObject = [
      "v": .int(GraphEvent.jsonVersion), "seq": .int(sequence), "time": .int(time), "run": .string(run),
      "type": .string(type),
    ]
    if step > 0 { object["step"] = .int(step) }
    if !path.isEmpty { object["node"] = .string(path) }
    if attempt > 0 { object["attempt"] = .int(attempt) }
    for (key, value) in payload { object[key] = value }
    events.append(.object(object))
    sequence += 1
  }

  mutating func addTokens(_ cuts: String, _ texts: inout [TextReader]) throws {
    let wrong = GraphError(.invalidCheckpoint, "the tokens of the record do not fit their text")
    var place = 0
    for cut in cuts.split(separator: " ") {
      var rest = cut
      if let colon = rest.firstIndex(of: ":") {
        guard let number = Int(rest[..<colon]) else { throw wrong }
        place = number
        rest = rest[rest.index(after: colon)...]
      }
      let sign = rest.firstIndex { $0 == "+" || $0 == "-" }
      guard texts.indices.contains(place), let count = Int(rest[..<(sign ?? rest.endIndex)]),
        let text = texts[place].next(count), let delay = sign.map({ Int(rest[$0...]) }) ?? 0
      else { throw wrong }
      add(
        "token", path: texts[place].path, step: texts[place].step, attempt: texts[place].attempt, after: delay,
        ["text": .string(text)])
    }
  }
}

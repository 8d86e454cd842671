/// How events stand in a record of a journal.
///
/// ```text
/// {"version": 1, "seq": 3, "time": 1764180000000,
///  "texts": [["write", "Hello", 2, 1]],
///  "log": [["node_started", "write", {}, 0, 2], "0:2 3+40", ["node_finished", "write", {"update": {"text": "Hello"}}]]}
/// ```
/// An entry is the type, the path of nodes, the rest of the event, the milliseconds since the one before, the step where
/// it is another one than before, and the attempt where it is none or not the first. What is as usual is left out at the
/// end.
extension EventNotes.Block {
  /// The version of this form.
  private static let version = 1

  /// The block as a value.
  ///
  /// - Parameter content: The rest of the record, whose long values are not repeated.
  func json(beside content: ValueObject) -> Value {
    var shared = SharedValues(content)
    var step = 0
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
        return entry(event, after: delay, step: isOfStep ? nil : event.step, &shared)
      }
    }
    var object: ValueObject = [
      "version": .int(Self.version), "seq": .int(sequence), "time": .int(Int(time)), "log": .list(log),
    ]
    if !texts.isEmpty { object["texts"] = .list(texts) }
    return .object(object)
  }

  private func entry(_ event: GraphEvent, after delay: Int, step: Int?, _ shared: inout SharedValues) -> Value {
    let path = event.path.joined(separator: "/")
    var parts: [Value] = [.string(event.kind.name), .string(path)]
    let usual = path.isEmpty ? 0 : 1
    let hasAttempt = event.attempt != usual
    let payload = payload(event, &shared)
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
  ///   - json: What `json(beside:)` has made.
  ///   - content: The rest of the record.
  ///   - run: The run's id.
  ///   - state: The state after the record.
  /// - Throws: `GraphError.invalidCheckpoint` for anything else, and `newerCheckpoint` for a later version.
  static func events(_ json: Value, beside content: ValueObject, run: String, state: ValueObject) throws -> [Value] {
    let reader = try CheckpointReader(json, "log of the record")
    try reader.checkVersion(in: 1...version)
    var shared = SharedValues(content)
    var texts: [TextReader] = []
    for text in reader.has("texts") ? try reader.list("texts") : [] {
      guard let parts = text.list, parts.count == 4, let path = parts[0].string, let step = parts[2].int,
        let attempt = parts[3].int, case .string(let whole) = try shared.unpacked(parts[1])
      else { throw reader.wrong("texts") }
      texts.append(TextReader(path: path, step: step, attempt: attempt, whole))
    }
    var builder = EventBuilder(run: run, sequence: try reader.int("seq"), time: try reader.int("time"))
    var step = 0
    for entry in try reader.list("log") {
      if let cuts = entry.string {
        try builder.addTokens(cuts, &texts)
        continue
      }
      guard let parts = entry.list, parts.count >= 2, let type = parts[0].string, let path = parts[1].string else {
        throw reader.wrong("log")
      }
      if parts.count > 4, let other = parts[4].int { step = other }
      let packed = parts.count > 2 ? parts[2].object ?? ValueObject() : ValueObject()
      var payload = ValueObject()
      for (key, value) in packed {
        guard type == "run_finished", key == "state" else {
          payload[key] = try shared.unpacked(value)
          continue
        }
        let own = try shared.unpacked(value["own"] ?? .null).object ?? ValueObject()
        payload[key] = .object(
          ValueObject(
            (value["keys"]?.list ?? []).compactMap(\.string).map { ($0, own[$0] ?? state[$0] ?? .null) }))
      }
      builder.add(
        type, path: path, step: step, attempt: parts.count > 5 ? parts[5].int ?? 0 : path.isEmpty ? 0 : 1,
        after: parts.count > 3 ? parts[3].int ?? 0 : 0, payload)
    }
    return builder.events
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

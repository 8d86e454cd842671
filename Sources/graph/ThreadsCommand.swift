internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// `graph threads`: looks at threads that were kept, and removes them.
struct ThreadsCommand: Sendable {
  private let command: ParsedCommand
  private let terminal: Terminal
  private let isJSON: Bool

  init(_ command: ParsedCommand, _ terminal: Terminal) {
    self.command = command
    self.terminal = terminal
    isJSON = ["list", "show", "history"].contains(command.name) && command.value("format") == "json"
  }

  @concurrent
  func run(_ output: ResultOutput) async throws -> ExitCode {
    let choice = try ThreadStores(command, Environment.load()).choice()
    switch command.name {
    case "list": try await list(choice.store, output)
    case "show": try await show(choice, output)
    case "history": try await history(choice, output)
    case "replay":
      guard try await ReplayCommand(command, terminal).run(choice.store, output) != nil else {
        throw try await missing(command.required("thread"), choice)
      }
    case "fork": try await fork(choice)
    case "export": try await export(choice, output)
    case "import": try await restore(choice.store)
    case "prune": try await prune(choice.store)
    default: return try await delete(choice)
    }
    return .ok
  }

  /// What is said where a thread is not there, or has not what was asked for.
  private func missing(
    _ thread: String, _ choice: ThreadStores.Choice, at sequence: Int? = nil
  ) async throws -> CommandFailure {
    guard let last = try await choice.store.records(of: thread, .since(nil)).last else {
      return CommandFailure("There is no thread '\(thread)' in \(choice.name).", code: .noInput)
    }
    guard let sequence, sequence != last.sequence else {
      return CommandFailure("Nothing has run on the thread '\(thread)' yet that has a log.", code: .noInput)
    }
    return CommandFailure(
      "The thread '\(thread)' has no record \(sequence) that is kept; 'graph threads history \(thread)' lists them.",
      code: .noInput)
  }

  // MARK: - Looking

  private func list(_ store: any CheckpointStore, _ output: ResultOutput) async throws {
    let threads = try await store.threads()
    if isJSON {
      return try output.write(Value.list(threads.map(\.json)).json(pretty: true) + "\n")
    }
    let rows = threads.map { thread in
      [
        thread.thread, thread.last.graph, thread.statusText, "turn \(thread.last.turn), step \(thread.last.step)",
        TimeText.describe(thread.last.time),
      ]
    }
    try output.write(TextTable.text(rows).withoutControls)
  }

  private func show(_ choice: ThreadStores.Choice, _ output: ResultOutput) async throws {
    let name = command.required("thread")
    let sequence = try command.integer("at", in: 1...Int.max)
    guard let place = try await choice.store.checkpoint(of: name, at: sequence) else {
      throw try await missing(name, choice, at: sequence)
    }
    let holder = try await choice.store.threads().first { $0.thread == name }?.holder
    if isJSON { return try output.write(json(place, holder).json(pretty: true) + "\n") }
    var rows = [
      ["graph", place.graph + (place.source.map { " (\($0))" } ?? "")],
      ["status", place.status == .running && holder == nil ? "lost: its process has ended" : place.status.rawValue],
      ["turn", "\(place.turn)"], ["steps", "\(place.steps)"],
    ]
    if let holder { rows.append(["held by", "process \(holder.process) on \(holder.host)"]) }
    if !place.next.isEmpty { rows.append(["next", place.next.joined(separator: ", ")]) }
    if let error = place.error { rows.append(["error", "\(error)"]) }
    for question in place.interrupts { rows.append(["asks", "\(question.id): \(question.text)\(question.timeText)"]) }
    let state = place.state.filter { ReservedKey(rawValue: $0.key) == nil }
    let isFull = command.flag("full")
    for (key, value) in state { rows.append(["state.\(key)", isFull ? value.json(pretty: true) : value.shortText]) }
    try output.write(TextTable.text(rows).withoutControls)
  }

  private func json(_ place: RunCheckpoint, _ holder: ThreadHolder?) -> Value {
    var object: ValueObject = [
      "thread": .string(command.required("thread")), "graph": .string(place.graph),
      "file": place.source.map { .string($0) } ?? .null, "status": .string(place.status.rawValue),
      "running": .bool(holder != nil), "run": .string(place.run), "turn": .int(place.turn), "steps": .int(place.steps),
      "next": .list(place.next.map { .string($0) }),
      "interrupts": .list(place.interrupts.map { .object($0.object) }),
      "state": .object(place.state), "usage": .list(place.usage.map { .object($0.object) }),
    ]
    if let error = place.error { object["error"] = .object(error.object) }
    return .object(object)
  }

  private func history(_ choice: ThreadStores.Choice, _ output: ResultOutput) async throws {
    let name = command.required("thread")
    let records = try await choice.store.records(of: name, .all)
    guard let first = records.first else { throw try await missing(name, choice) }
    var shown: [(record: ThreadRecord, takesBack: Bool)] = []
    for record in records {
      // A later snapshot is no step of its own, unless it is the place before a turn that was taken back.
      let last = shown.last?.record
      let takesBack = record.kind == .snapshot && last.map { ($0.turn, $0.step) != (record.turn, record.step) } ?? false
      if record.kind == .change || record.sequence == first.sequence || takesBack { shown.append((record, takesBack)) }
    }
    if isJSON {
      let lines = shown.map { $0.record.historyJSON(takesBack: $0.takesBack) }
      return try output.write(Value.list(lines).json(pretty: true) + "\n")
    }
    let rows = shown.map { record, takesBack in
      let nodes = takesBack ? "(what came between was taken back)" : record.nodes.joined(separator: ", ")
      return [
        "\(record.sequence)", TimeText.describe(record.time), "turn \(record.turn), step \(record.step)",
        record.status.rawValue, nodes + (record.isIntact ? "" : " (damaged)"),
      ]
    }
    try output.write(TextTable.text(rows).withoutControls)
  }

  // MARK: - Changing

  private func fork(_ choice: ThreadStores.Choice) async throws {
    let name = command.required("thread")
    let sequence = try command.integer("at", in: 1...Int.max)
    let isMade = try await choice.store.fork(
      name, to: command.required("name"), at: sequence, changing: try await changes(of: name, sequence, choice))
    guard isMade else { throw try await missing(name, choice, at: sequence) }
  }

  /// What `--set` says, as the types that the thread's graph declares.
  private func changes(of name: String, _ sequence: Int?, _ choice: ThreadStores.Choice) async throws -> ValueObject {
    let assignments = try command.assignments("set")
    guard !assignments.isEmpty else { return ValueObject() }
    guard let place = try await choice.store.checkpoint(of: name, at: sequence) else {
      throw try await missing(name, choice, at: sequence)
    }
    guard let path = command.value("graph") ?? place.source.flatMap({ ProjectFiles.path(inProject: $0) }) else {
      throw CommandFailure(
        "The file of the graph '\(place.graph)', which says what types its keys have, is not here. Name it with '--graph'.",
        code: .noInput)
    }
    let graph = try GraphLoading(command, terminal).load(path, isQuiet: true)
    var changes = ValueObject()
    for (key, text) in assignments {
      guard let declared = graph.description.key(named: key) else {
        let near = Suggestion.nearest(to: key, among: graph.description.keys.map(\.name))
        throw CommandFailure(
          "The state has no key '\(key)'." + (near.map { " Did you mean '\($0)'?" } ?? ""), code: .usage)
      }
      guard let value = declared.type.coerce(text: text) else {
        throw CommandFailure("'\(key)' must be \(declared.type), not '\(text)'.", code: .usage)
      }
      changes[key] = value
    }
    return changes
  }

  private func export(_ choice: ThreadStores.Choice, _ output: ResultOutput) async throws {
    let name = command.required("thread")
    let records = try await choice.store.records(of: name, .all)
    guard !records.isEmpty else { throw try await missing(name, choice) }
    for record in records { try output.write(record.json.json() + "\n") }
  }

  private func restore(_ store: any CheckpointStore) async throws {
    let path = command.required("lines")
    let text = String(decoding: try ProjectView().read(path), as: UTF8.self)
    var records: [ThreadRecord] = []
    for (index, line) in text.split(separator: "\n").enumerated() {
      do {
        records.append(try ThreadRecord(json: try Value(json: String(line))))
      } catch {
        throw CommandFailure("'\(path)' cannot be imported: line \(index + 1): \(error)")
      }
    }
    try await store.restore(records, as: command.required("name"))
  }

  private func delete(_ choice: ThreadStores.Choice) async throws -> ExitCode {
    var code = ExitCode.ok
    var errors = OutputWriter.standardError()
    for name in command.values("thread") {
      if try await choice.store.delete(name) { continue }
      code = .noInput
      let failure = try await missing(name, choice)
      try? errors.write(failure.text)
    }
    return code
  }

  private func prune(_ store: any CheckpointStore) async throws {
    let age = try command.value("older-than").map { text throws(UsageError) in
      guard let age = Self.age(text) else {
        throw command.invalid(
          text, for: "older-than", advice: "Please provide a duration such as '30d', '12h' or '90m'.")
      }
      return age
    }
    let kept = try command.integer("keep", in: 1...1_000_000_000)
    guard age != nil || kept != nil else {
      throw command.usageError("Please say with '--older-than' or '--keep' what is to be removed.")
    }
    let now = TimeText.now()
    var removed = 0
    var shortened = 0
    for thread in try await store.threads() where thread.holder == nil {
      let isOld = age.map { now - thread.last.time > Int64($0 / .milliseconds(1)) } ?? false
      do {
        if isOld, thread.last.status == .completed || command.flag("all") {
          if try await store.delete(thread.thread) { removed += 1 }
        } else if let kept, thread.records > kept, try await store.trim(thread.thread, keeping: kept) {
          shortened += 1
        }
      } catch let error as CheckpointStoreError where error.code == .busy {
        // Somebody has begun to run it meanwhile.
        continue
      }
    }
    try await store.compact()
    var errors = OutputWriter.standardError()
    try? errors.write("\(removed) removed, \(shortened) shortened\n")
    try? errors.flush()
  }

  /// A duration, also in days.
  private static func age(_ text: String) -> Duration? {
    if text.hasSuffix("d"), let days = Double(text.dropLast()), days >= 0, days < 1_000_000 {
      return .seconds(days * 86_400)
    }
    return DurationField.parse(text: text)
  }
}

extension ThreadSummary {
  /// How the thread stands, as people read it.
  fileprivate var statusText: String {
    switch last.status {
    case .interrupted: "waiting"
    case .running: holder == nil ? "lost" : "running"
    case .completed, .stopped, .failed: last.status.rawValue
    }
  }

  fileprivate var json: Value {
    [
      "thread": .string(thread), "graph": .string(last.graph), "status": .string(last.status.rawValue),
      "running": .bool(holder != nil), "turn": .int(last.turn), "step": .int(last.step), "run": .string(last.run),
      "time": .int(Int(last.time)), "records": .int(records), "bytes": .int(bytes),
    ]
  }
}

extension ThreadRecord {
  fileprivate func historyJSON(takesBack: Bool) -> Value {
    var object: ValueObject = [
      "record": .int(sequence), "time": .int(Int(time)), "run": .string(run), "turn": .int(turn), "step": .int(step),
      "status": .string(status.rawValue), "nodes": .list(nodes.map { .string($0) }), "bytes": .int(body.count),
      "intact": .bool(isIntact),
    ]
    if takesBack { object["takes_back"] = true }
    return .object(object)
  }
}

extension Value {
  /// The value in one line of at most 200 characters.
  fileprivate var shortText: String {
    let line = (string ?? json()).split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > 200 ? "\(line.prefix(199))…" : line
  }
}

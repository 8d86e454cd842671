import GraphRuntime

/// What a thread has come to, and how it compares with one that nobody disturbed.
struct KillOutcome {
  /// A step of a turn, or of a command.
  struct Step: Hashable {
    let turn: Int
    let step: Int
  }

  let state: Value
  let status: String
  let turn: Int
  let steps: Int

  /// How often each node was run, as the thread counts it.
  let runs: Value

  /// The nodes that ended in each step, as the journal has them.
  let journal: [Step: Set<String>]

  /// What each process told of steps that ended.
  let told: [[(step: Step, event: Value)]]

  /// What was told of nodes that ended: the step and the node, and the update.
  let updates: [[(place: String, update: Value)]]

  /// What the log that is kept with the thread says of steps that ended.
  let log: [String]

  let effects: [String: [Int]]

  /// What is wrong with it, whatever it should have come to.
  let damage: [String]

  init(_ chain: KillChain) async throws {
    let records = try await chain.records()
    guard let place = try await chain.checkpoint() else { throw KillChain.Failure(description: "there is no thread") }
    state = .object(Self.decided(place.state, chain.shape))
    status = place.status.rawValue
    turn = place.turn
    steps = place.steps
    runs = place.json["runs"] ?? .null
    journal = records.reduce(into: [:]) { journal, record in
      guard record.kind == .change, !record.nodes.isEmpty else { return }
      journal[Step(turn: record.turn, step: record.step), default: []].formUnion(record.nodes)
    }
    let events = chain.processes.map { process in
      process.told.map { (Step(turn: process.phase, step: $0["step"]?.int ?? 0), $0) }
    }
    told = events.map { $0.filter { $0.1["type"] == "step_finished" }.map { (step: $0.0, event: $0.1) } }
    updates = events.map { events in
      events.filter { $0.1["type"] == "node_finished" }.map { step, event in
        ("command \(step.turn), step \(step.step), \(event["node"]?.string ?? "")", event["update"] ?? .null)
      }
    }
    log = try await chain.log().flatMap { run in
      run.events.filter { $0["type"] == "step_finished" }.map { event in
        "turn \(run.turn), step \(event["step"]?.int ?? 0), then \(event["next"]?.json() ?? "")"
      }
    }.sorted()
    effects = try chain.effects()
    var damage: [String] = []
    if records.map(\.sequence) != Array(1...max(1, records.count)) { damage.append("records are missing") }
    if !records.allSatisfy(\.isIntact) { damage.append("records are damaged") }
    self.damage = damage
  }

  /// What differs from an undisturbed thread that must not.
  func violations(against expected: KillOutcome, of chain: KillChain) -> [String] {
    var found = damage
    if status != "completed" { found.append("its status is \(status)") }
    if state != expected.state { found.append("its state is \(state.json()), and should be \(expected.state.json())") }
    if turn != expected.turn || steps != expected.steps { found.append("it is at turn \(turn) after \(steps) steps") }
    if runs != expected.runs { found.append("its nodes were counted as \(runs.json()), not \(expected.runs.json())") }
    if journal != expected.journal { found.append("its journal has the steps \(journal), not \(expected.journal)") }
    if log != expected.log { found.append("its log has the steps \(log), not \(expected.log)") }
    return found + violationsOfLog(against: expected, chain) + violationsOfEffects(against: expected, chain)
  }

  /// A step that was told is durable: it is as in the undisturbed log, and nobody tells it again.
  private func violationsOfLog(against expected: KillOutcome, _ chain: KillChain) -> [String] {
    var found: [String] = []
    let all = expected.told.flatMap { $0 }
    var seen: Set<Step> = []
    for (number, steps) in told.enumerated() {
      for (step, event) in steps {
        if !seen.insert(step).inserted, !chain.shape.isKeptLater {
          found.append("process \(number) told again that \(step) has ended")
        }
        guard let other = all.first(where: { $0.step == step }), other.event["next"] == event["next"] else {
          found.append("process \(number) told of \(step) what does not happen undisturbed")
          continue
        }
      }
    }
    // What nobody told was kept by a process that ended before it could.
    for (step, _) in all where !seen.contains(step) && chain.kills == 0 {
      found.append("nobody told that \(step) ended")
    }
    let updatesThere = expected.updates.flatMap { $0 }
    for (number, updates) in updates.enumerated() {
      for (place, update) in updates {
        let isThere = updatesThere.contains { $0.place == place && Self.isSame($0.update, update, chain.shape) }
        if !isThere { found.append("process \(number) told another update of \(place)") }
      }
    }
    return found
  }

  private static func isSame(_ one: Value, _ other: Value, _ shape: KillShape) -> Bool {
    decided(one.object ?? [:], shape) == decided(other.object ?? [:], shape)
  }

  /// The keys whose values are the same in every run.
  private static func decided(_ object: ValueObject, _ shape: KillShape) -> ValueObject {
    ValueObject(object.filter { !shape.undecided.contains($0.key) }.map { ($0.key, $0.value) })
  }

  /// What happens outside happens at least once; what was kept is not done again, and nothing else is done.
  private func violationsOfEffects(against expected: KillOutcome, _ chain: KillChain) -> [String] {
    var found: [String] = []
    for effect in Set(effects.keys).symmetricDifference(expected.effects.keys).sorted() {
      found.append(effects[effect] == nil ? "'\(effect)' was never done" : "'\(effect)' was done, and should not be")
    }
    for (effect, numbers) in effects.sorted(by: { $0.key < $1.key }) {
      if Set(numbers).count != numbers.count { found.append("one process did '\(effect)' twice") }
      let sign = chain.shape.evidence[effect] ?? effect
      guard let keeper = chain.processes.firstIndex(where: { $0.kept?.contains(sign) == true }) else { continue }
      for number in numbers where number > keeper {
        found.append("'\(effect)' was done again by process \(number), though process \(keeper) had kept it")
      }
    }
    return found
  }
}

import GraphRuntime
import GraphTestSupport
import Testing

/// An undisturbed thread of a shape, with the places at which its processes can be ended.
struct KillBaseline {
  let shape: KillShape
  let outcome: KillOutcome

  /// How long the shortest of its processes was at work.
  let duration: Duration

  /// The names of the fault points that each process passes, in their order.
  let points: [[String]]

  /// The operations on the disk of each process, in their order, where they were counted.
  let operations: [[String]]

  init(_ shape: KillShape, at place: KillPlace = .file, thread: String = "t", disk: DiskShim? = nil) async throws {
    self.shape = shape
    var chain = try KillChain(shape, at: place, thread: thread)
    let folder = chain.folder
    var variables: [Int: [String: String]] = [:]
    for number in shape.phases.indices {
      variables[number] = ["TRIBUTARY_FAULT_TRACE": "\(folder.path)/points\(number)"]
      if let disk {
        variables[number]?.merge(disk.variables) { $1 }
        variables[number]?["DISK_TRACE"] = "\(folder.path)/operations\(number)"
      }
    }
    try await chain.run(variables)
    func lines(_ name: String) -> [[String]] {
      shape.phases.indices.map { number in
        ((try? folder.read("\(name)\(number)")) ?? "").split(separator: "\n").map(String.init)
      }
    }
    outcome = try await KillOutcome(chain)
    duration = chain.processes.map(\.duration).min() ?? .zero
    points = lines("points")
    operations = lines("operations")
    let violations = outcome.violations(against: outcome, of: chain)
    guard violations.isEmpty, chain.processes.count == shape.phases.count,
      outcome.effects.values.allSatisfy({ $0.count == 1 })
    else { throw KillChain.Failure(description: "undisturbed, \(shape.name) has \(violations)") }
  }
}

/// One thread that is disturbed, by what the environment of its processes says.
struct KillTrial: Sendable, CustomStringConvertible {
  /// What each process is told, by its number from 0.
  let faults: [Int: [String: String]]
  let description: String

  /// Where a process is killed at one of its fault points.
  static func kill(_ process: Int, at number: Int, of points: [String]) -> KillTrial {
    KillTrial(
      faults: [process: ["TRIBUTARY_FAULT": "*:\(number)"]],
      description: "process \(process) is killed at point \(number), '\(points[number - 1])'")
  }

  /// The same, and the next process is killed as well.
  func thenKilled(_ process: Int, at number: Int) -> KillTrial {
    KillTrial(
      faults: faults.merging([process: ["TRIBUTARY_FAULT": "*:\(number)"]]) { $1 },
      description: "\(description), and process \(process) at its point \(number)")
  }
}

/// What trials have come to.
struct KillTally: Sendable {
  var trials = 0
  var kills = 0
  var violations: [String] = []

  static func + (one: KillTally, other: KillTally) -> KillTally {
    KillTally(
      trials: one.trials + other.trials, kills: one.kills + other.kills, violations: one.violations + other.violations)
  }

  /// Records what is wrong, the first of it word for word.
  func report() {
    for violation in violations.prefix(5) { Issue.record("\(violation)") }
    if violations.count > 5 { Issue.record("and \(violations.count - 5) more") }
  }

  /// Carries trials out one after the other; other shapes are at work at the same time.
  static func of(
    _ trials: [KillTrial], _ baseline: KillBaseline,
    at place: @escaping @Sendable () -> (KillPlace, String) = { (.file, "t") }
  ) async throws -> KillTally {
    var tally = KillTally()
    for trial in trials { tally = tally + (try await one(trial, baseline, place())) }
    return tally
  }

  private static func one(
    _ trial: KillTrial, _ baseline: KillBaseline, _ place: (KillPlace, String)
  ) async throws -> KillTally {
    var chain = try KillChain(baseline.shape, at: place.0, thread: place.1)
    var violations: [String]
    do {
      try await chain.run(trial.faults)
      violations = try await KillOutcome(chain).violations(against: baseline.outcome, of: chain)
    } catch let failure as KillChain.Failure {
      violations = [failure.description]
    }
    violations = violations.map { "\(baseline.shape.name): where \(trial), \($0)" }
    return KillTally(trials: 1, kills: chain.kills, violations: violations)
  }
}

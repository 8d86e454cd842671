import GraphRuntime
import GraphTestSupport
import Testing

/// What a disk does to the operation that it fails at.
enum DiskFault: String, CaseIterable, Sendable {
  case before
  case after
  case torn
  case lost
  case partly
  case full
  case error
  case short

  /// What a table calls it.
  var title: String {
    switch self {
    case .before: "killed before an operation"
    case .after: "killed after it"
    case .torn: "killed in the middle of a write"
    case .lost: "power lost, and all that was not synced"
    case .partly: "power lost, and some sectors of what was not synced"
    case .full: "no room from there on"
    case .error: "the operation fails"
    case .short: "half of a write is done"
    }
  }

  /// Whether the process ends with it.
  var kills: Bool {
    switch self {
    case .before, .after, .torn, .lost, .partly: true
    case .full, .error, .short: false
    }
  }
}

/// A disk fails at each operation of a process on it, in each way that disks fail.
@Suite(.timeLimit(.minutes(60)))
struct DiskLawTests {
  private static func trials(_ fault: DiskFault, _ baseline: KillBaseline, _ shim: DiskShim) -> [KillTrial] {
    baseline.operations.enumerated().flatMap { process, operations in
      operations.indices.flatMap { index in
        (0..<(fault == .partly ? 3 : 1)).map { seed in
          KillTrial(
            faults: [
              process: shim.variables.merging([
                "DISK_FAULT": "\(fault.rawValue):\(index + 1)", "DISK_SEED": "\(index * 31 + seed)",
              ]) { $1 }
            ],
            description:
              "process \(process) finds the disk '\(fault.rawValue)' at operation \(index + 1), '\(operations[index])', "
              + "with the seed \(index * 31 + seed)")
        }
      }
    }
  }

  @Test(.enabled(if: DiskShim.isPossible, "there is no compiler of C here"), arguments: DiskFault.allCases)
  func `a disk that fails at any operation takes nothing that was told`(fault: DiskFault) async throws {
    let shim = try await DiskShim.shared()
    var tally = KillTally()
    var operations = 0
    for shape in KillEffort.isWhole ? [KillShape.line, .map, .interrupt] : [.interrupt] {
      let baseline = try await KillBaseline(shape, disk: shim)
      let all = Self.trials(fault, baseline, shim)
      #expect(all.count > 20)
      operations += baseline.operations.joined().count
      tally = tally + (try await KillTally.of(KillEffort.some(of: all, "\(fault)\(shape.name)", count: 4), baseline))
    }
    tally.report()
    #expect((tally.kills > 0) == fault.kills)
    let order = DiskFault.allCases.firstIndex(of: fault) ?? 0
    KillResults.add(fault.title, order, to: "disk", [operations, tally.trials, tally.violations.count].map(\.grouped))
  }

  @Test(.enabled(if: DiskShim.isPossible, "there is no compiler of C here"))
  func `a disk that lies is found out, so violations are seen`() async throws {
    var shim = try await DiskShim.shared()
    let baseline = try await KillBaseline(.loop, disk: shim)
    shim.lies = true
    let trials = Self.trials(.lost, baseline, shim)
    let tally = try await KillTally.of(stride(from: 0, to: trials.count, by: 8).map { trials[$0] }, baseline)
    #expect(
      tally.violations.contains { $0.contains("the thread is gone") || $0.contains("told again") },
      "\(tally.kills) kills of \(trials.count) trials, \(tally.violations)")
  }
}

import GraphRuntime
import GraphTestSupport
import Testing

/// `graph threads` is killed at each place, and leaves each thread as it was or as it should be.
@Suite(.timeLimit(.minutes(60)))
struct UpkeepLawTests {
  /// A command that changes threads.
  enum Upkeep: String, CaseIterable, Sendable {
    case fork
    case trim
    case restore = "import"
    case delete
    case prune

    var words: [String] {
      switch self {
      case .fork: ["fork", "t", "u", "--at", "2"]
      case .trim: ["prune", "--keep", "2"]
      case .restore: ["import", "u", "lines"]
      case .delete: ["delete", "t"]
      case .prune: ["prune", "--older-than", "1ms"]
      }
    }
  }

  /// What is kept of both threads, without times.
  private struct Kept: Equatable {
    var threads: [String: [String]] = [:]

    init(_ folder: TemporaryFolder) async throws {
      let store = try KillPlace.file.look(at: folder)
      for name in ["t", "u"] {
        let records = try await store.records(of: name, .all)
        guard records.allSatisfy(\.isIntact) else {
          throw KillChain.Failure(description: "records of \(name) are damaged")
        }
        // The head of a record that was written just now has its own time.
        if let place = try await store.checkpoint(of: name) {
          threads[name] =
            records.map { "\($0.sequence) \($0.step) \($0.status.rawValue)" } + [Value.object(place.state).json()]
        }
      }
    }
  }

  private func made() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder(["g.yaml": KillShape.loop.graph])
    let environment = ["PATH": "/usr/bin:/bin", "TRIAL": "0"]
    let result = try await GraphProgram.start(
      ["run", "g.yaml", "-t", "t", "-q"], environment: environment, in: folder.path
    ).result()
    guard result.status == 0 else { throw KillChain.Failure(description: "\(result)") }
    let lines = try await GraphProgram.run("threads", "export", "t", in: folder.path)
    try folder.write("lines", lines.standardOutput)
    return folder
  }

  private func change(_ folder: TemporaryFolder, _ upkeep: Upkeep, _ variables: [String: String] = [:]) async throws
    -> Int32
  {
    try await GraphProgram.start(
      ["threads"] + upkeep.words, environment: variables.merging(["DISK_FOLDER": folder.path]) { $1 }, in: folder.path
    ).result().status
  }

  @Test(arguments: Upkeep.allCases)
  func `killed anywhere, a command leaves threads as they were or as they should be`(upkeep: Upkeep) async throws {
    let shim = DiskShim.isPossible ? try await DiskShim.shared() : nil
    let model = try await made()
    let before = try await Kept(model)
    var variables = shim?.variables ?? [:]
    variables["TRIBUTARY_FAULT_TRACE"] = "\(model.path)/points"
    variables["DISK_TRACE"] = "\(model.path)/operations"
    let files = ["", "-wal"].compactMap { end in
      (try? model.bytes(".graph/threads.sqlite\(end)")).map { (end, $0) }
    }
    #expect(try await change(model, upkeep, variables) == 0)
    let after = try await Kept(model)
    try #require(before != after)
    let points = try model.read("points").split(separator: "\n").count
    let operations = ((try? model.read("operations")) ?? "").split(separator: "\n").count
    var faults = (1...points).map { ["TRIBUTARY_FAULT": "*:\($0)"] }
    if let shim, operations > 0 {
      for fault in [DiskFault.torn, .lost, .partly] {
        faults += (1...operations).map { number in
          shim.variables.merging(["DISK_FAULT": "\(fault.rawValue):\(number)", "DISK_SEED": "\(number)"]) { $1 }
        }
      }
    }
    var tally = KillTally()
    for fault in KillEffort.some(of: faults, upkeep.rawValue, count: 6) {
      let folder = try TemporaryFolder(["g.yaml": KillShape.loop.graph, "lines": try model.read("lines")])
      for (end, bytes) in files { try folder.write(".graph/threads.sqlite\(end)", bytes) }
      let status = try await change(folder, upkeep, fault)
      tally.trials += 1
      if status == 137 { tally.kills += 1 }
      let kept = try await Kept(folder)
      if kept != before, kept != after { tally.violations.append("\(upkeep) with \(fault) leaves \(kept.threads)") }
      // Whoever gives the command again gets what it is for, or is told that there is nothing to do.
      let again = try await change(folder, upkeep)
      let last = try await Kept(folder)
      if ![0, 1, 66].contains(again) || last != after {
        tally.violations.append("\(upkeep) after \(fault) ended with \(again) and left \(last.threads)")
      }
    }
    tally.report()
    #expect(tally.kills > 0)
    let order = Upkeep.allCases.firstIndex(of: upkeep) ?? 0
    KillResults.add(
      "`threads \(upkeep.words.prefix(2).filter { !["t", "u"].contains($0) }.joined(separator: " "))`", order,
      to: "upkeep", [points + operations, tally.trials, tally.violations.count].map(\.grouped))
  }
}

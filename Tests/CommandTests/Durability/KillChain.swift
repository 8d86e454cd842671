import GraphRuntime
import GraphTestSupport

/// Processes that work at one thread one after the other, some of which are killed, until it comes to its end.
struct KillChain {
  /// What one process has left.
  struct Process {
    let words: [String]
    let result: ChildProcess.Result

    /// The number of the command that it carries out, from 1.
    let phase: Int

    /// How long it was at work.
    let duration: Duration

    /// What it had told when it ended.
    let told: [Value]

    /// The place of the thread after it, as JSON text; nil where there is none.
    let kept: String?

    var wasKilled: Bool { result.status == 137 }
  }

  /// A thread that does not come to its end as it should.
  struct Failure: Error, CustomStringConvertible { let description: String }

  let shape: KillShape
  let place: KillPlace
  let thread: String
  let folder: TemporaryFolder
  private(set) var processes: [Process] = []

  init(_ shape: KillShape, at place: KillPlace = .file, thread: String = "t") throws {
    self.shape = shape
    self.place = place
    self.thread = thread
    folder = try TemporaryFolder(shape.files.merging(["g.yaml": shape.graph]) { $1 })
  }

  var kills: Int { processes.count(where: \.wasKilled) }

  /// Starts one process after the other.
  ///
  /// - Parameters:
  ///   - variables: What the environment of a process says, by its number from 0.
  ///   - disturb: What is done with each process while it works.
  mutating func run(
    _ variables: [Int: [String: String]] = [:], limit: Int = 12,
    disturb: (Int, ChildProcess) async throws -> Void = { _, _ in }
  ) async throws {
    var phases = shape.phases[...]
    var begins = true
    while let phase = phases.first {
      guard processes.count < limit else { throw Failure(description: "it is not at its end after \(limit) processes") }
      let process = try await start(
        phase, shape.phases.count - phases.count + 1, begins, variables[processes.count] ?? [:], disturb)
      processes.append(process)
      switch process.result.status {
      case 0 where !phase.waits && !phase.fails, 75 where phase.waits, 1 where phase.fails:
        phases.removeFirst()
        begins = true
      case 137: begins = false
      // What it went on with may be the turn that is to be taken back.
      case 1: begins = !begins && phase.begin.contains("rollback")
      case 66:
        guard processes.allSatisfy({ $0.kept == nil }) else { throw Failure(description: "the thread is gone") }
        begins = true
      case 64 where !begins:
        // There is nothing to go on with: the end of this turn was kept, or nothing of it.
        guard let place = try await checkpoint() else { throw Failure(description: "the thread is gone") }
        guard place.turn >= phase.turn else {
          begins = true
          continue
        }
        phases.removeFirst()
        begins = true
      default: throw Failure(description: "a process ended with \(process.result)")
      }
    }
  }

  private func start(
    _ phase: KillShape.Phase, _ phaseNumber: Int, _ begins: Bool, _ variables: [String: String],
    _ disturb: (Int, ChildProcess) async throws -> Void
  ) async throws -> Process {
    let number = processes.count
    let words = (begins ? phase.begin : phase.again).map { $0 == "t" ? thread : $0 } + place.words + ["--events"]
    let environment = ["PATH": "/usr/bin:/bin", "TRIAL": "\(number)", "DISK_FOLDER": folder.path]
    let child = try await GraphProgram.start(
      words, environment: environment.merging(variables) { $1 }, in: folder.path)
    let began = ContinuousClock.now
    try await disturb(number, child)
    let result = await child.result()
    let duration = ContinuousClock.now - began
    let kept = try await checkpoint().map { String(decoding: $0.json.json().utf8, as: UTF8.self) }
    return Process(
      words: words, result: result, phase: phaseNumber, duration: duration,
      // The last line may have been cut short.
      told: result.standardOutput.split(separator: "\n").filter { line in
        ["step_finished", "node_finished"].contains { line.prefix(200).contains("\"type\":\"\($0)\"") }
      }.compactMap { try? Value(json: String($0)) }, kept: kept)
  }

  /// Where the thread is.
  func checkpoint() async throws -> RunCheckpoint? {
    try await place.look(at: folder).checkpoint(of: thread)
  }

  /// All that is kept of it.
  func records() async throws -> [ThreadRecord] {
    try await place.look(at: folder).records(of: thread, .all)
  }

  /// The logs of its runs.
  func log() async throws -> [LoggedRun] {
    try await place.look(at: folder).log(of: thread)
  }

  /// What was done outside, with the numbers of the processes that did it.
  func effects() throws -> [String: [Int]] {
    guard let text = try? folder.read("effects") else { return [:] }
    return text.split(separator: "\n").reduce(into: [:]) { effects, line in
      let words = line.split(separator: " ")
      guard words.count == 2, let process = Int(words[1]) else { return }
      effects[String(words[0]), default: []].append(process)
    }
  }
}

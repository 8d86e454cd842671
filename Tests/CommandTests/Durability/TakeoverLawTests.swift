import Glibc
import GraphRuntime
import GraphTestSupport
import Testing

/// Processes are killed while one wants a thread that another one has, and while one keeps a thread for long.
@Suite(.timeLimit(.minutes(60)))
struct TakeoverLawTests {
  private static func start(
    _ folder: TemporaryFolder, _ word: String, onBusy policy: String = "reject", _ variables: [String: String] = [:]
  ) async throws -> ChildProcess {
    try await GraphProgram.start(
      ["run", "g.yaml", "-t", "t", "-q", "--var", "word=\(word)", "--on-busy", policy],
      environment: variables.merging(["PATH": "/usr/bin:/bin"]) { $1 }, in: folder.path)
  }

  /// A thread with one turn at its end, and a run that is at work at the next one.
  private static func held(_ variables: [String: String] = [:]) async throws -> (TemporaryFolder, ChildProcess) {
    let folder = try TemporaryFolder(["g.yaml": stoppable])
    let first = try await start(folder, "zero").result()
    guard first.status == 0 else { throw KillChain.Failure(description: "\(first)") }
    folder.remove("here")
    let holder = try await start(folder, "slow", variables)
    for _ in 0..<6000 where access(folder.path + "/here", F_OK) != 0 { try await Task.sleep(for: .milliseconds(10)) }
    return (folder, holder)
  }

  /// What is wrong with a thread that another run was to have.
  private static func violations(_ folder: TemporaryFolder, _ policy: String) async throws -> [String] {
    let store = try KillPlace.file.look(at: folder)
    guard let place = try await store.checkpoint(of: "t") else { return ["the thread is gone"] }
    var found: [String] = []
    let words = ["zero", "end-zero"] + (policy == "interrupt" ? ["slow"] : []) + ["two", "end-two"]
    if place.status != .completed { found.append("its status is \(place.status)") }
    if place.state["log"] != .list(words.map { .string($0 + "\n") }) { found.append("its state is \(place.state)") }
    let records = try await store.records(of: "t", .all)
    if !records.allSatisfy(\.isIntact) { found.append("records are damaged") }
    if records.map(\.sequence) != Array(1...max(1, records.count)) { found.append("records are missing") }
    return found
  }

  /// The fault points that a process passes that takes the thread from another one.
  private static func points(_ policy: String) async throws -> [String] {
    let (folder, holder) = try await held()
    let taker = try await start(
      folder, "two", onBusy: policy, ["TRIBUTARY_FAULT_TRACE": folder.path + "/points"]
    ).result()
    _ = await holder.result()
    let found = try await violations(folder, policy)
    guard taker.status == 0, found.isEmpty else { throw KillChain.Failure(description: "\(taker) \(found)") }
    return try folder.read("points").split(separator: "\n").map(String.init)
  }

  @Test(arguments: ["interrupt", "rollback"])
  func `killed while it takes a thread from a run, a process leaves it to whoever gives the command again`(
    policy: String
  ) async throws {
    let points = try await Self.points(policy)
    #expect(points.contains("stop.after") && points.contains("rollback.after") == (policy == "rollback"))
    // How often it looks whether the thread is free is up to the machine.
    let places = Dictionary(grouping: points, by: { $0 }).flatMap { name, all in
      (1...min(all.count, 4)).map { "\(name):\($0)" }
    }.sorted()
    var tally = KillTally()
    for fault in KillEffort.some(of: places, policy, count: 3) {
      let (folder, holder) = try await Self.held()
      let taker = try await Self.start(folder, "two", onBusy: policy, ["TRIBUTARY_FAULT": fault]).result()
      tally.trials += 1
      if taker.status == 137 { tally.kills += 1 }
      var last = taker
      // The turn may have begun, and is gone on with then; or its end was kept, and nobody was told.
      for _ in 0..<3 where last.status != 0 {
        let place = try await KillPlace.file.look(at: folder).checkpoint(of: "t")
        if place?.state["word"] == "two" {
          if place?.status == .completed { break }
          last = try await GraphProgram.start(["resume", "t", "-q"], in: folder.path).result()
        } else {
          last = try await Self.start(folder, "two", onBusy: policy).result()
        }
      }
      holder.destroy()
      _ = await holder.result()
      tally.violations += try await Self.violations(folder, policy).map { "\(policy), killed at \(fault): \($0)" }
    }
    tally.report()
    #expect(tally.kills > 0)
    let order = policy == "interrupt" ? 0 : 1
    KillResults.add(
      "who wants it, `--on-busy \(policy)`", order, to: "takeover",
      [places.count, tally.trials, tally.kills, tally.violations.count].map(\.grouped))
  }

  @Test(arguments: ["interrupt", "rollback"])
  func `killed while it is stopped for another run, a process leaves its thread to that one`(
    policy: String
  ) async throws {
    // From where it hears of it to the thread that is given back.
    let places = 0...20
    var tally = KillTally()
    for number in KillEffort.some(of: Array(places), policy, count: 2) {
      let (folder, holder) = try await Self.held(["TRIBUTARY_FAULT": "stop.heard+\(number)"])
      let taker = try await Self.start(folder, "two", onBusy: policy).result()
      tally.trials += 1
      if await holder.result().status == 137 { tally.kills += 1 }
      let found = try await Self.violations(folder, policy) + (taker.status == 0 ? [] : ["\(taker)"])
      tally.violations += found.map { "\(policy), holder killed \(number) places after it was asked: \($0)" }
    }
    tally.report()
    #expect(tally.kills > 0)
    KillResults.add(
      "who has it, `--on-busy \(policy)`", policy == "interrupt" ? 2 : 3, to: "takeover",
      [places.count, tally.trials, tally.kills, tally.violations.count].map(\.grouped))
  }

  @Test func `killed while it keeps its thread for long, a process leaves it as it was`() async throws {
    let graph = """
      state: {log: {type: list, reducer: append, default: []}}
      tools:
        note: {command: "echo {text} >> effects; echo {text}", parse: text}
        wait: {command: "while ! test -e go; do sleep 0.05; done; echo b", parse: text, timeout: 300}
      nodes:
        a: {type: tool, tool: note, variables: {text: a}, state_key: log}
        b: {type: tool, tool: wait, state_key: log}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]
      """
    let places = (1...4).flatMap { number in ["renew.before:\(number)", "renew.after:\(number)"] }
    var tally = KillTally()
    for place in KillEffort.some(of: places, "renew", count: 2) {
      let folder = try TemporaryFolder(["g.yaml": graph])
      // The command waits until the process that has started it is lost.
      let first = try await GraphProgram.start(
        ["run", "g.yaml", "-t", "t", "-q"],
        environment: ["PATH": "/usr/bin:/bin", "TRIBUTARY_LEASE": "300", "TRIBUTARY_FAULT": place], in: folder.path
      ).result()
      tally.trials += 1
      if first.status == 137 { tally.kills += 1 }
      try folder.write("go", "")
      let second = try await GraphProgram.start(
        ["resume", "t", "-q"], environment: ["PATH": "/usr/bin:/bin"], in: folder.path
      ).result()
      let state = try await KillPlace.file.look(at: folder).checkpoint(of: "t")?.state
      let effects = try folder.read("effects")
      if second.status != 0 || state?["log"] != ["a\n", "b\n"] || effects != "a\n" {
        tally.violations.append("killed at \(place): \(second), \(state?["log"] ?? .null)")
      }
    }
    tally.report()
    #expect(tally.kills == tally.trials)
    KillResults.add(
      "who has it, and renews its lease", 4, to: "takeover",
      [places.count, tally.trials, tally.kills, tally.violations.count].map(\.grouped))
  }
}

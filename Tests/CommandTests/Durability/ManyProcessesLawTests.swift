import Glibc
import GraphRuntime
import GraphStore
import GraphTestSupport
import Testing

/// Several processes, one file.
@Suite(.timeLimit(.minutes(10)))
struct ManyProcessesLawTests {
  private static let environment = ["PATH": "/usr/bin:/bin", "TRIAL": "0"]

  /// A graph whose second node waits until the file `go` is there.
  private static let waiting = """
    name: waiting
    state: {log: {type: list, reducer: append, default: []}}
    tools:
      note: {command: "echo {text} >> effects; echo {text}", parse: text}
      wait: {command: "echo here >> here; while ! [ -e go ]; do sleep 0.05; done; echo {text} >> effects; echo {text}", parse: text, timeout: 300}
    nodes:
      a: {type: tool, tool: note, variables: {text: a}, state_key: log}
      b: {type: tool, tool: wait, variables: {text: b}, state_key: log}
      c: {type: tool, tool: note, variables: {text: c}, state_key: log}
    edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: c}, {from: c, to: END}]
    """

  private func start(
    _ folder: TemporaryFolder, _ words: String..., variables: [String: String] = [:]
  ) async throws -> ChildProcess {
    try await GraphProgram.start(words, environment: Self.environment.merging(variables) { $1 }, in: folder.path)
  }

  /// Starts a run of the graph that waits, and returns when it does.
  private func begin(_ folder: TemporaryFolder, _ variables: [String: String] = [:]) async throws -> ChildProcess {
    let child = try await start(folder, "run", "g.yaml", "-t", "t", "-q", variables: variables)
    for _ in 0..<6000 where access(folder.path + "/here", F_OK) != 0 { try await Task.sleep(for: .milliseconds(10)) }
    try #require(access(folder.path + "/here", F_OK) == 0)
    return child
  }

  private func expectEnd(_ folder: TemporaryFolder, effects: [String]) async throws {
    let store = SQLiteCheckpointStore(path: folder.path + "/.graph/threads.sqlite")
    let place = try await store.checkpoint(of: "t")
    #expect(place?.status == .completed)
    #expect(place?.state["log"] == ["a\n", "b\n", "c\n"])
    #expect(try folder.read("effects").split(separator: "\n").map(String.init) == effects)
    #expect(try await store.records(of: "t", .all).allSatisfy(\.isIntact))
  }

  @Test func `of two processes on one thread one runs, and the other is told`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.waiting])
    let first = try await begin(folder)
    let second = try await start(folder, "run", "g.yaml", "-t", "t", "-q").result()
    #expect(second.status == 1)
    #expect(second.standardError.contains("(process \(first.pid) on "), "\(second)")
    try folder.write("go")
    #expect(await first.result().status == 0)
    try await expectEnd(folder, effects: ["a", "b", "c"])
  }

  @Test func `a process that was killed keeps nobody from its thread`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.waiting])
    let first = try await begin(folder)
    first.destroy()
    #expect(await first.result().status == 137)
    try folder.write("go")
    #expect(try await start(folder, "resume", "t", "-q").result().status == 0)
    // What the lost process had started ends by itself, and says so once more.
    let store = SQLiteCheckpointStore(path: folder.path + "/.graph/threads.sqlite")
    #expect(try await store.checkpoint(of: "t")?.state["log"] == ["a\n", "b\n", "c\n"])
  }

  @Test(.enabled(if: DiskShim.isPossible, "there is no compiler of C here"), arguments: [-7_200_000, 7_200_000])
  func `a clock that is set takes no thread from a process that works`(step: Int) async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.waiting, "clock": "0"])
    var variables = try await DiskShim.shared().variables
    variables["CLOCK_FILE"] = folder.path + "/clock"
    let first = try await begin(folder, variables)
    try folder.write("clock", "\(step)")
    let second = try await start(folder, "run", "g.yaml", "-t", "t", "-q", variables: variables).result()
    #expect(second.status == 1, "\(second)")
    try folder.write("go")
    let result = await first.result()
    #expect(result.status == 0, "\(result)")
    try await expectEnd(folder, effects: ["a", "b", "c"])
  }

  @Test(.enabled(if: DiskShim.isPossible, "there is no compiler of C here"), arguments: [-7_200_000, 7_200_000])
  func `a clock that is set keeps nobody from a thread whose process was killed`(step: Int) async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.waiting, "clock": "0"])
    var variables = try await DiskShim.shared().variables
    variables["CLOCK_FILE"] = folder.path + "/clock"
    let first = try await begin(folder, variables)
    first.destroy()
    #expect(await first.result().status == 137)
    try folder.write("clock", "\(step)")
    try folder.write("go")
    #expect(try await start(folder, "resume", "t", "-q", variables: variables).result().status == 0)
  }

  @Test func `a process that was held up goes on, and nobody has taken its thread`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.waiting])
    let first = try await begin(folder, ["TRIBUTARY_LEASE": "200"])
    kill(first.pid, SIGSTOP)
    // Longer than its lease lasts; on a machine that is busy it is longer still, which is as good.
    try await Task.sleep(for: .milliseconds(400))
    let second = try await start(folder, "run", "g.yaml", "-t", "t", "-q").result()
    #expect(second.status == 1, "\(second)")
    kill(first.pid, SIGCONT)
    try folder.write("go")
    #expect(await first.result().status == 0)
    try await expectEnd(folder, effects: ["a", "b", "c"])
  }

  @Test func `ten runs at once on one file come to their ends`() async throws {
    let folder = try TemporaryFolder(["g.yaml": KillShape.join.graph])
    try await withThrowingTaskGroup(of: ChildProcess.Result.self) { group in
      for number in 0..<10 {
        group.addTask { try await self.start(folder, "run", "g.yaml", "-t", "t\(number)", "-q").result() }
      }
      for try await result in group { #expect(result.status == 0, "\(result)") }
    }
    let store = SQLiteCheckpointStore(path: folder.path + "/.graph/threads.sqlite")
    let threads = try await store.threads()
    #expect(Set(threads.map(\.thread)) == Set((0..<10).map { "t\($0)" }))
    for thread in threads {
      let place = try await store.checkpoint(of: thread.thread)
      #expect(place?.status == .completed)
      #expect(place?.state["log"] == ["fx-a.\n", "fx-b.\n", "fx-c.\n", "fx-d3.\n"])
    }
  }

  @Test func `ten runs at once on one file, of which some are killed, come to their ends`() async throws {
    let folder = try TemporaryFolder(["g.yaml": KillShape.join.graph])
    let baseline = try await KillBaseline(.join)
    let points = baseline.points[0].count
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<10 {
        group.addTask {
          let fault = number.isMultiple(of: 2) ? ["TRIBUTARY_FAULT": "*:\(1 + (number * 11) % points)"] : [:]
          var words = ["run", "g.yaml", "-t", "t\(number)", "-q"]
          for variables in [fault, [:], [:]] {
            let result = try await GraphProgram.start(
              words, environment: Self.environment.merging(variables) { $1 }, in: folder.path
            ).result()
            if result.status == 0 { return }
            words = result.status == 66 ? ["run", "g.yaml", "-t", "t\(number)", "-q"] : ["resume", "t\(number)", "-q"]
            // The end may have been kept before the process was killed.
            if result.status == 64 { return }
            #expect([66, 137].contains(result.status), "\(result)")
          }
        }
      }
      try await group.waitForAll()
    }
    let store = SQLiteCheckpointStore(path: folder.path + "/.graph/threads.sqlite")
    for number in 0..<10 {
      let place = try await store.checkpoint(of: "t\(number)")
      #expect(place?.status == .completed, "\(number)")
      #expect(place?.state["log"] == ["fx-a.\n", "fx-b.\n", "fx-c.\n", "fx-d3.\n"], "\(number)")
    }
  }
}

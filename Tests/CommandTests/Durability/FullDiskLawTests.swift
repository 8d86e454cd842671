import Glibc
import GraphRuntime
import GraphStore
import GraphTestSupport
import Testing

/// A real file system without room.
@Suite(.timeLimit(.minutes(60)))
struct FullDiskLawTests {
  /// Whether a process may mount a file system of its own.
  private static let mayMount: Bool = {
    let words = ["/bin/sh", "-c", "exec unshare -Urm sh -c 'mount -t tmpfs none /mnt' >/dev/null 2>&1"]
    return (try? DatabaseServer.run(words)) != nil
  }()

  /// Runs on a file system of so many bytes, makes it larger, and goes on until the end.
  private static let script = """
    mkdir -p .graph kept
    mount -t tmpfs -o "size=$2" none .graph
    TRIAL=0 "$1" run g.yaml -t t --events >told0 2>error0
    echo $?
    mount -o remount,size=16m none .graph
    TRIAL=1 "$1" resume t --events >told1 2>error1
    status=$?
    if [ $status = 66 ]; then
      TRIAL=1 "$1" run g.yaml -t t --events >told1 2>error1
      status=$?
    fi
    echo $status
    cp .graph/threads.sqlite* kept/
    """

  @Test(.enabled(if: mayMount, "nobody may mount a file system here"))
  func `a full disk fails the run and loses nothing, and the thread goes on when there is room`() async throws {
    let shape = KillShape.loop
    let baseline = try await KillBaseline(shape)
    var tally = KillTally()
    let all = Array(stride(from: 4, through: 160, by: 4))
    for size in KillEffort.some(of: all, "", count: 4) {
      let folder = try TemporaryFolder(["g.yaml": shape.graph])
      let child = try await ChildProcess.start(
        "/usr/bin/unshare", ["-Urm", "/bin/sh", "-c", Self.script, "sh", GraphProgram.path, "\(size)k"],
        environment: ["PATH": "/usr/bin:/bin"], folder: folder.path)
      let statuses = await child.result().standardOutput.split(separator: "\n").map(String.init)
      var found: [String] = []
      let error = try folder.read("error0")
      if statuses.count != 2 || statuses.last.map({ ["0", "64"].contains($0) }) != true {
        found.append("the processes ended with \(statuses): \((try? folder.read("error1")) ?? "")")
      }
      if statuses.first == "1", !error.contains("here is no room for") {
        found.append("the first process does not say that there is no room: \(error)")
      }
      let place = try await SQLiteCheckpointStore(path: folder.path + "/kept/threads.sqlite").checkpoint(of: "t")
      if place.map({ Value.object($0.state) }) != baseline.outcome.state {
        found.append("its state is \(place?.state ?? [:])")
      }
      if place?.status != .completed { found.append("its status is \(place?.status.rawValue ?? "none")") }
      let told = try [folder.read("told0"), folder.read("told1")].joined().split(separator: "\n")
        .compactMap { try? Value(json: String($0)) }.filter { $0["type"] == "step_finished" }.map {
          $0["step"]?.int ?? 0
        }
      if Set(told).count != told.count { found.append("steps were told twice: \(told)") }
      let effects = try folder.read("effects").split(separator: "\n").map { String($0.prefix { $0 != " " }) }
      if Set(effects) != Set(baseline.outcome.effects.keys) { found.append("the effects are \(effects)") }
      tally.trials += 1
      tally.kills += statuses.first == "1" ? 1 : 0
      tally.violations += found.map { "with \(size) KiB, \($0)" }
    }
    tally.report()
    #expect(tally.kills > 0)
    KillResults.add(
      "a file system that is too small, from 4 to 160 KiB", 90, to: "disk",
      ["–", tally.trials.grouped, tally.violations.count.grouped])
  }
}

import GraphRuntime
import GraphTestSupport
import Testing

/// Processes are killed at each place where something is written or taken, and the thread comes to the same end.
///
/// Each run of the package's tests takes some of the places; `scripts/kill-matrix.sh` takes all, and writes
/// the tables of docs/guarantees.md.
@Suite(.timeLimit(.minutes(60)))
struct KillMatrixTests {
  @Test(arguments: KillShape.all)
  func `killed at a fault point, a thread comes to the same end`(shape: KillShape) async throws {
    let baseline = try await KillBaseline(shape)
    var trials: [KillTrial] = []
    for (process, points) in baseline.points.enumerated() {
      #expect(!points.isEmpty)
      trials += (1...points.count).map { .kill(process, at: $0, of: points) }
    }
    let tally = try await KillTally.of(KillEffort.some(of: trials, shape.name), baseline)
    #expect(tally.violations.isEmpty)
    #expect(tally.kills > 0)
    KillResults.add(
      shape, to: "points", [baseline.points.joined().count, tally.trials, tally.kills, tally.violations.count])
  }
}

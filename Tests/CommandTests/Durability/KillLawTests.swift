import GraphRuntime
import GraphTestSupport
import Testing

/// Processes are killed at each place where something is written or taken, and the thread comes to the same end.
///
/// Each run of the package's tests takes some of the places; `scripts/kill-matrix.sh` takes all, and writes
/// the tables of docs/guarantees.md.
@Suite(.timeLimit(.minutes(60)))
struct KillLawTests {
  private static func trials(_ baseline: KillBaseline) -> [KillTrial] {
    baseline.points.enumerated().flatMap { process, points in
      points.indices.map { .kill(process, at: $0 + 1, of: points) }
    }
  }

  /// Each process that is killed, and then the one that goes on, at other places each time.
  private static func pairs(_ baseline: KillBaseline) -> [KillTrial] {
    baseline.points.enumerated().flatMap { process, points in
      points.indices.flatMap { index in
        // The next process has what is left to do, and what every process does when it begins.
        let left = points.count - index + 20
        return (0..<(KillEffort.isWhole ? 2 : 1)).map { turn in
          KillTrial.kill(process, at: index + 1, of: points).thenKilled(
            process + 1, at: 1 + (index * 7 + turn * 13) % left)
        }
      }
    }
  }

  @Test(arguments: KillShape.all)
  func `killed at any fault point, a thread comes to the same end`(shape: KillShape) async throws {
    let baseline = try await KillBaseline(shape)
    let all = Self.trials(baseline)
    #expect(!all.isEmpty)
    let tally = try await KillTally.of(KillEffort.some(of: all, shape.name, count: 4), baseline)
    tally.report()
    #expect(tally.kills > 0)
    KillResults.add(shape, to: "points", [all.count, tally.trials, tally.kills, tally.violations.count])
  }

  @Test(arguments: KillShape.all)
  func `killed again while it goes on, a thread comes to the same end`(shape: KillShape) async throws {
    let baseline = try await KillBaseline(shape)
    let tally = try await KillTally.of(KillEffort.some(of: Self.pairs(baseline), shape.name, count: 1), baseline)
    tally.report()
    // A map that is disturbed may have fewer places than one that is not.
    if KillEffort.isWhole { #expect(tally.kills > tally.trials) }
    KillResults.add(shape, to: "pairs", [tally.trials, tally.kills, tally.violations.count])
  }

  @Test(
    .enabled(if: DatabaseServer.postgres != nil),
    arguments: KillEffort.isWhole ? [KillShape.line, .map, .interrupt, .turns] : [.map])
  func `killed at any fault point, a thread on PostgreSQL comes to the same end`(shape: KillShape) async throws {
    let server = try #require(DatabaseServer.postgres)
    let url = try server.makeDatabase()
    try await onServer(.postgres(url: url), shape, "postgres")
  }

  @Test(
    .enabled(if: DatabaseServer.redis != nil),
    arguments: KillEffort.isWhole ? [KillShape.line, .map, .interrupt, .turns] : [.map])
  func `killed at any fault point, a thread on Redis comes to the same end`(shape: KillShape) async throws {
    let server = try #require(DatabaseServer.redis)
    try await onServer(.redis(url: "unix://\(server.folder)/redis.sock"), shape, "redis")
  }

  private func onServer(_ place: KillPlace, _ shape: KillShape, _ table: String) async throws {
    let name = { @Sendable in "\(shape.name)-\(DatabaseServer.makeNumber())" }
    let baseline = try await KillBaseline(shape, at: place, thread: name())
    let all = Self.trials(baseline)
    let trials = KillEffort.some(of: all, shape.name, count: 2)
    let tally = try await KillTally.of(trials, baseline) { (place, name()) }
    tally.report()
    #expect(tally.kills > 0)
    KillResults.add(shape, to: table, [all.count, tally.trials, tally.kills, tally.violations.count])
  }
}

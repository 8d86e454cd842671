import Glibc
import GraphRuntime
import GraphTestSupport
import Testing

/// Processes are killed at moments that nobody chose.
@Suite(.timeLimit(.minutes(60)))
struct RandomKillLawTests {
  /// How many processes are killed in all: 60, or what `KILL_TRIALS` says.
  private static let trials = getenv("KILL_TRIALS").flatMap { Int(String(cString: $0)) } ?? 60

  @Test(arguments: KillShape.all)
  func `killed at random times, a thread comes to the same end`(shape: KillShape) async throws {
    let baseline = try await KillBaseline(shape)
    let wanted = (Self.trials + KillShape.all.count - 1) / KillShape.all.count
    var tally = KillTally()
    // How long a process works at the least; the first ones may have been held up.
    var duration = baseline.duration
    while tally.kills < wanted {
      var chain = try KillChain(shape)
      // A thread is killed until it has come to its end, but not for ever: most times are too short for much.
      var rest = min(6, wanted - tally.kills)
      do {
        try await chain.run { [duration] _, child in
          guard rest > 0 else { return }
          rest -= 1
          await Self.kill(child, within: duration)
        }
        duration = chain.processes.lazy.filter { !$0.wasKilled }.map(\.duration).reduce(duration, min)
        let found = try await KillOutcome(chain).violations(against: baseline.outcome, of: chain)
        tally.violations += found.map { "\(shape.name): after \(chain.kills) kills, \($0)" }
      } catch let failure as KillChain.Failure {
        tally.violations.append("\(shape.name): after \(chain.kills) kills, \(failure)")
      }
      tally.trials += 1
      tally.kills += chain.kills
    }
    tally.report()
    KillResults.add(shape, to: "random", [tally.trials, tally.kills, tally.violations.count])
  }

  /// Kills a process at some moment, unless it ends before.
  private static func kill(_ child: ChildProcess, within time: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      // Not to wait for something: any moment will do.
      group.addTask {
        do { try await Task.sleep(for: time * Double.random(in: 0...1)) } catch { return }
        child.destroy()
      }
      group.addTask { _ = await child.result() }
      await group.next()
      group.cancelAll()
    }
  }
}

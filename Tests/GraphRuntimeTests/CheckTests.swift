internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Checks before and after the work of a node.
@Suite(.timeLimit(.minutes(10)))
struct CheckTests {
  private typealias Way = FailureActionTests.Way

  private func check(
    _ moment: NodeCheck.Moment, _ consequence: NodeCheck.Consequence, message: String? = nil,
    holds: @escaping @Sendable (StateView, StateUpdate?) throws -> Bool = { _, _ in false }
  ) -> NodeCheck {
    NodeCheck("len(out) > 3", moment, otherwise: consequence, message: message, holds: holds)
  }

  @Test(arguments: FailureActionTests.Way.allCases, [NodeCheck.Moment.before, .after])
  func `A check that warns is written down, and the node runs`(
    way: FailureActionTests.Way, moment: NodeCheck.Moment
  ) async throws {
    let graph = try way.graph(way.body { "x" }) { $0.checks = [check(moment, .warn)] }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.outcome?.state["out"] == "x")
    #expect(reading.lines.contains("a warned the check 'len(out) > 3' does not hold"))
    #expect(reading.outcome?.toleratedErrors.map(\.code) == [.checkFailed])
    #expect(reading.outcome?.state["errors"]?.list?.first?["node"] == .string(way.place))
  }

  @Test(arguments: FailureActionTests.Way.allCases, [NodeCheck.Moment.before, .after])
  func `B20: a check that halts ends the run, whatever the node's policies are`(
    way: FailureActionTests.Way, moment: NodeCheck.Moment
  ) async throws {
    let attempts = Counter()
    let graph = try way.graph(
      way.body {
        attempts.increment()
        return "x"
      }
    ) {
      $0.checks = [check(moment, .halt, message: "too short")]
      $0.failure = .skip
      $0.retry = RetryPolicy(maximumAttempts: 3, backoff: .zero)
      $0.fallback = way.body { "rescued" }
    }
    let reading = await Reading.all(of: graph.run())
    #expect(attempts.value == (moment == .before ? 0 : 1))
    #expect(reading.graphError?.code == .checkFailed)
    #expect(reading.graphError?.description == "node '\(way.place)', step 1: too short")
    #expect(reading.outcome?.state == [:] || way.isBeside)
    #expect(reading.starts(of: "b") == 0)
  }

  @Test(arguments: FailureActionTests.Way.allCases)
  func `A check before the work may leave the node out`(way: FailureActionTests.Way) async throws {
    let runs = Counter()
    let graph = try way.graph(
      way.body {
        runs.increment()
        return "x"
      }
    ) { $0.checks = [check(.before, .skip)] }
    let reading = await Reading.all(of: graph.run())
    #expect(runs.value == 0)
    #expect(reading.outcome?.status == .completed)
    #expect(reading.lines.contains("a skipped check_failed"))
    #expect(reading.outcome?.state["seen"] == [nil, []])
  }

  @Test(arguments: FailureActionTests.Way.allCases)
  func `A check after the work may have it made again`(way: FailureActionTests.Way) async throws {
    let attempts = Counter()
    let graph = try way.graph(
      way.body { String(repeating: "x", count: attempts.increment()) }
    ) { $0.checks = [check(.after, .retry(5)) { _, update in (update?["out"]?.string ?? "").count > 2 }] }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.outcome?.state["out"] == "xxx")
    #expect(reading.lines.contains("a#3 started"))
  }

  @Test(arguments: FailureActionTests.Way.allCases)
  func `A check that never holds fails the node after its attempts`(way: FailureActionTests.Way) async throws {
    let attempts = Counter()
    let graph = try way.graph(
      way.body {
        attempts.increment()
        return "x"
      }
    ) {
      $0.checks = [check(.after, .retry(2))]
      // A result that does not hold is no failed call: the policy for those is another one.
      $0.retry = RetryPolicy(maximumAttempts: 9, backoff: .zero)
    }
    let error = await Reading.all(of: graph.run()).graphError
    #expect(attempts.value == 3)
    #expect(error?.description == "node '\(way.place)', step 1, attempt 3: the check 'len(out) > 3' does not hold")
  }

  @Test(arguments: FailureActionTests.Way.allCases)
  func `A fallback comes after the attempts of a check`(way: FailureActionTests.Way) async throws {
    let graph = try way.graph(way.body { "x" }) {
      $0.checks = [check(.after, .retry(1)) { _, update in update?["out"] == "rescued" }]
      $0.fallback = way.body { "rescued" }
    }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.outcome?.state["out"] == "rescued")
    #expect(reading.lines.contains("a#3 started"))
  }

  @Test(arguments: [NodeCheck.Moment.before, .after])
  func `A check that cannot be evaluated says so`(moment: NodeCheck.Moment) async throws {
    for consequence in [NodeCheck.Consequence.halt, .skip, .retry(3)] {
      let graph = try singleNodeGraph(.synchronous { _ in ["out": 1] }) {
        $0.checks = [check(moment, consequence) { _, _ in throw Boom("no such path") }]
      }
      let error = await Reading.all(of: graph.run()).graphError
      #expect(error?.message == "the check 'len(out) > 3' cannot be evaluated: no such path")
    }
    let warned = try singleNodeGraph(.synchronous { _ in ["out": 1] }) {
      $0.checks = [check(moment, .warn) { _, _ in throw Boom("no such path") }]
    }
    #expect(await Reading.all(of: warned.run()).outcome?.stateText == #"{"out":1}"#)
  }

  @Test func `A check that halts inside a graph that a node runs ends the whole run`() async throws {
    let inner = try singleNodeGraph(.plain { _, _ in ["out": 1] }) { $0.checks = [check(.after, .halt)] }
    let attempts = Counter()
    let graph = try singleNodeGraph(
      .plain { _, context in
        attempts.increment()
        _ = try await context.run(inner, input: [:])
        return StateUpdate()
      }
    ) {
      $0.failure = .skip
      $0.retry = RetryPolicy(maximumAttempts: 3, backoff: .zero)
    }
    let reading = await Reading.all(of: graph.run())
    #expect(reading.outcome?.status == .failed)
    #expect(reading.graphError?.path == ["a", "a"])
    #expect(attempts.value == 1)
  }
}

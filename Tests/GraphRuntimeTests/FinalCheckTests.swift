internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Checks of the state at the end of a run.
@Suite(.timeLimit(.minutes(10)))
struct FinalCheckTests {
  private func graph(_ checks: [NodeCheck]) throws -> StateGraph {
    var builder = StateGraphBuilder("verified", keys: ["out"])
    builder.addKey("errors")
    builder.addQuickNode("a") { _ in ["out": 1] }
    builder.addLine(["a"])
    builder.finalChecks = checks
    return try builder.build()
  }

  private func check(_ consequence: NodeCheck.Consequence, _ number: Int) -> NodeCheck {
    NodeCheck("out == \(number)", .before, otherwise: consequence) { state, _ in state["out"] == .int(number) }
  }

  @Test func `Checks that hold say nothing`() async throws {
    let reading = await Reading.all(of: try graph([check(.halt, 1), check(.warn, 1)]).run())
    #expect(reading.outcome?.stateText == #"{"out":1}"#)
    #expect(!reading.lines.contains { $0.contains("warned") })
  }

  @Test func `A check that warns is written down`() async throws {
    let reading = await Reading.all(of: try graph([check(.warn, 2)]).run())
    #expect(reading.lines.suffix(2) == ["run warned the check 'out == 2' does not hold", "run completed"])
    #expect(reading.outcome?.toleratedErrors.map(\.code) == [.checkFailed])
    #expect(reading.outcome?.state["errors"]?.list?.count == 1)
  }

  @Test func `A check that halts fails the run`() async throws {
    let reading = await Reading.all(of: try graph([check(.warn, 3), check(.halt, 2)]).run())
    #expect(reading.outcome?.status == .failed)
    #expect(reading.graphError?.code == .checkFailed)
    #expect(reading.graphError?.description == "the check 'out == 2' does not hold")
    #expect(reading.outcome?.state["out"] == 1)
  }

  @Test func `They are looked at when a resumed run comes to its end, and not before`() async throws {
    var builder = StateGraphBuilder("verified", keys: ["out"])
    builder.addNode("a") { _, context in
      guard let answer = context.answer else { throw context.suspension(asking: "?") }
      return ["out": answer]
    }
    builder.addLine(["a"])
    builder.finalChecks = [check(.halt, 2)]
    let graph = try builder.build()
    let waiting = try await graph.run().result()
    #expect(waiting.status == .interrupted)
    let checkpoint = try #require(waiting.checkpoint)
    #expect(await Reading.all(of: graph.resume(checkpoint, answers: ["a": 1])).outcome?.status == .failed)
    #expect(await Reading.all(of: graph.resume(checkpoint, answers: ["a": 2])).outcome?.status == .completed)
  }
}

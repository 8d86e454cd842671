internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Tools that nodes call.
@Suite(.timeLimit(.minutes(10)))
struct ToolCallTests {
  private struct Divide: Tool {
    let definition = ToolDefinition(name: "divide", description: "divides a by b")

    func call(_ invocation: ToolInvocation) async throws -> Value {
      guard let a = invocation.arguments["a"]?.int, let b = invocation.arguments["b"]?.int else {
        throw Boom("no number")
      }
      guard b != 0 else { throw Boom("division by zero") }
      await invocation.context.emit("divided", invocation.state["out"])
      return .int(a / b)
    }
  }

  @Test func `A call and its result are events with one id`() async throws {
    let graph = try singleNodeGraph(
      .plain { state, context in
        ["out": try await context.call(Divide(), ["a": 6, "b": 3], on: state, id: "call_1")]
      })
    let reading = await Reading.all(of: graph.run(["out": "before"]))
    #expect(
      reading.lines[1...5] == [
        "a started", #"a calls divide {"a":6,"b":3}"#, #"a says divided "before""#, "a got 2", #"a finished {"out":2}"#,
      ])
    #expect(reading.events[2].json["id"] == "call_1")
    #expect(reading.events[4].json["id"] == "call_1")
    #expect(reading.events[4].json["duration"]?.double ?? -1 >= 0)
  }

  @Test func `A failed call is an event and the node's failure`() async throws {
    let graph = try singleNodeGraph(
      .plain { state, context in ["out": try await context.call(Divide(), ["a": 6, "b": 0], on: state)] })
    let reading = await Reading.all(of: graph.run())
    #expect(reading.lines.contains("a got no result: division by zero"))
    #expect(reading.graphError?.description == "node 'a', step 1: division by zero")
  }

  @Test func `Calls without an id get different ones`() async throws {
    let graph = try singleNodeGraph(
      .plain { state, context in
        for _ in 0..<3 { _ = try await context.call(Divide(), ["a": 1, "b": 1], on: state) }
        return StateUpdate()
      })
    let ids = await Reading.all(of: graph.run()).events.compactMap { event -> String? in
      if case .toolCalled(let record) = event.kind { record.id } else { nil }
    }
    #expect(Set(ids).count == 3)
  }
}

import GraphRuntime
import Testing

/// The code of docs/embedding.md and of doc comments that asks a person.
@Suite(.timeLimit(.minutes(10)))
struct InterruptSnippets {
  @Test func `a run waits for an answer and goes on`() async throws {
    // begin snippet
    let ask: @Sendable (StateView, NodeContext) async throws -> StateUpdate = { _, context in
      guard let answer = context.answer else { throw context.suspension(asking: "Which colour?") }
      return ["colour": answer]
    }
    // end snippet
    var builder = StateGraphBuilder("colours")
    builder.addKey("topic")
    builder.addKey("colour")
    builder.addNode("ask", ask)
    builder.addEdge(from: .start, to: "ask")
    builder.addEdge(from: "ask", to: .end)
    let graph = try builder.build()
    let output = try await printed {
      // begin snippet
      let outcome = try await graph.run(["topic": "tea"]).result()
      if let checkpoint = outcome.checkpoint, let question = outcome.interrupts.first {
        print(question.payload.string ?? "")
        let resumed = try await graph.resume(checkpoint, answers: [question.id: "green"]).result()
        print(resumed.status, resumed.state["colour"]?.string ?? "")
      }
      // end snippet
    }
    let kept = try await printed {
      // begin snippet
      let store = MemoryCheckpointStore()
      let asked = try await graph.run(on: store.open("t1")).result()
      let answered = try await graph.run(answers: ["ask": "red"], on: store.open("t1")).result()
      print(asked.status, answered.status)
      // end snippet
    }
    #expect(kept == "interrupted completed\n")
    #expect(output == "Which colour?\ncompleted green\n")
  }
}

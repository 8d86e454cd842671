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
      _ = try await graph.run(options: RunOptions(thread: "t1", checkpoints: store)).result()
      let resumed = try await graph.resume(thread: "t1", from: store, answers: ["ask": "red"]).result()
      print(resumed.status)
      // end snippet
    }
    #expect(kept == "completed\n")
    #expect(output == "Which colour?\ncompleted green\n")
  }
}

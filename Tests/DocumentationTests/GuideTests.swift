import GraphCompiler
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Examples of the guides that no document shows in these words.
@Suite(.timeLimit(.minutes(10)))
struct GuideTests {
  /// A graph of a turn of a conversation: the answer streams, and both messages are added.
  private func chat(_ model: any LanguageModel) throws -> StateGraph {
    var builder = StateGraphBuilder("chat")
    builder.addKey("messages", reducer: .append, initial: [])
    builder.addKey("said")
    builder.addKey("reply")
    builder.addStreamingNode("answer") { state, context in
      let stream = model.stream(ModelRequest(messages: [ModelMessage(.user, state["said"].string ?? "")]))
      let registration = context.stop.onRequest { stream.cancel() }
      return TokenStream {
        defer { withExtendedLifetime(registration) {} }
        return try await stream.next()
      } finish: { text, _ in
        [
          "reply": .string(text),
          "messages": [["role": "user", "content": state["said"]], ["role": "assistant", "content": .string(text)]],
        ]
      }
    }
    builder.addEdge(from: .start, to: "answer")
    builder.addEdge(from: "answer", to: .end)
    return try builder.build()
  }

  @Test func `a turn is stopped and the conversation goes on`() async throws {
    let gate = Gate()
    let model = ScriptedModel([
      ScriptedAnswer([.piece("Once"), .piece(" upon"), .gate(gate)]), .pieces(["Sure", "."]),
    ])
    let graph = try chat(model)
    let run = graph.run(["said": "Tell me a story"])
    let reader = Task { try await run.result() }
    await gate.waitForArrivals()
    run.stop("the user has heard enough")
    let first = try await reader.value
    #expect(first.status == .stopped)
    #expect(first.state["reply"] == "Once upon")
    var input: ValueObject = ["said": "Shorter, please"]
    input["messages"] = first.state["messages"]
    let second = try await graph.run(input).result()
    #expect(second.status == .completed)
    #expect(
      second.state["messages"]?.list?.map { $0["content"] } == [
        "Tell me a story", "Once upon", "Shorter, please", "Sure.",
      ])
    #expect(model.openCount == 0)
  }

  @Test(arguments: [true, false])
  func `a node keeps what it has when its stream breaks`(speaks: Bool) async throws {
    let failure = ModelError(.connection, identity: nil, message: "the connection broke")
    let model = ScriptedModel([.failure(failure, after: speaks ? ["Hello", ", "] : [])])
    var builder = StateGraphBuilder("safe")
    builder.addKey("response")
    builder.addNode("answer") { state, context in
      let stream = model.stream(ModelRequest(messages: [ModelMessage(.user, "hi")]))
      var response = ""
      do {
        while !context.isStopRequested, let text = try await stream.next() {
          response += text
          await context.stream(text)
        }
      } catch let error as ModelError {
        guard !response.isEmpty else { throw error }
        response += "\n\n[Error: \(error.message)]"
      }
      return ["response": .string(response)]
    }
    builder.addEdge(from: .start, to: "answer")
    builder.addEdge(from: "answer", to: .end)
    let run = try builder.build().run()
    if speaks {
      #expect(try await run.result().state["response"] == "Hello, \n\n[Error: the connection broke]")
    } else {
      let error = await #expect(throws: GraphError.self) { try await run.result() }
      #expect(error?.underlying as? ModelError != nil)
    }
  }

  private final class TokenCounter: EventProcessor {
    let count = Locked(0)

    func token(_ text: String, _ event: GraphEvent) { count.withLock { $0 += 1 } }
  }

  @Test func `tokens are counted by a processor`() async throws {
    let model = ScriptedModel([.pieces(["It", " is", " a", " library", "."])])
    let counter = TokenCounter()
    var text = ""
    let run = try chat(model).run(["said": "What is it?"], options: RunOptions(processors: [counter]))
    for try await token in run.tokens() { text += token }
    #expect(text == "It is a library.")
    #expect(counter.count.withLock { $0 } == 5)
  }

  @Test func `a run is read inside a task of another one`() async throws {
    let inner = try chat(ScriptedModel([.pieces(["in", "ner"])]))
    var builder = StateGraphBuilder("outer")
    builder.addKey("text")
    builder.addNode("read") { _, _ in
      var text = ""
      for try await token in inner.run(["said": "hi"]).tokens() { text += token }
      return ["text": .string(text)]
    }
    builder.addEdge(from: .start, to: "read")
    builder.addEdge(from: "read", to: .end)
    #expect(try await builder.build().run().result().state["text"] == "inner")
  }
}

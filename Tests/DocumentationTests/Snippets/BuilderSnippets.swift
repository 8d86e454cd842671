import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// The code of docs/embedding.md and docs/streaming.md that builds graphs in Swift.
@Suite(.timeLimit(.minutes(10)))
struct BuilderSnippets {
  @Test func `a loop counts`() async throws {
    // begin snippet
    var builder = StateGraphBuilder("count")
    builder.addKey("n", reducer: .add, initial: 0)
    builder.addNode("more") { state, context in ["n": 1] }
    builder.addEdge(from: .start, to: ["more"])
    builder.addEdge(from: ["more"], to: ["more"], when: "n < 3") { $0["n"].int ?? 0 < 3 }
    builder.addEdge(from: ["more"], to: .end)
    let graph = try builder.build()
    // end snippet
    #expect(try await graph.run().result().state["n"] == 3)
  }

  @Test func `retrieval goes before a stream`() async throws {
    let model: any LanguageModel = ScriptedModel([.pieces(["Eight", " metres."])])
    let search: @Sendable (String) async throws -> [Value] = { _ in ["The tide rose by eight metres."] }
    let output = try await printed {
      // begin snippet
      var builder = StateGraphBuilder("answer")
      for key in ["question", "passages", "answer"] { builder.addKey(key) }
      builder.addNode("retrieve") { state, _ in
        ["passages": .list(try await search(state["question"].string ?? ""))]
      }
      builder.addStreamingNode("generate") { state, context in
        let passages = (state["passages"].list ?? []).compactMap(\.string).joined(separator: "\n\n")
        let stream = model.stream(
          ModelRequest(messages: [
            ModelMessage(.system, "Answer from this text:\n\(passages)"),
            ModelMessage(.user, state["question"].string ?? ""),
          ]))
        // A stop request closes the connection at once, also while no token comes.
        let registration = context.stop.onRequest { stream.cancel() }
        return TokenStream(to: "answer") {
          defer { _ = registration }
          return try await stream.next()
        }
      }
      builder.addEdge(from: .start, to: "retrieve")
      builder.addEdge(from: "retrieve", to: "generate")
      builder.addEdge(from: "generate", to: .end)
      let graph = try builder.build()

      for try await token in graph.run(["question": "How high was the tide?"]).tokens(of: "generate") {
        print(token, terminator: "")
      }
      // end snippet
    }
    #expect(output == "Eight metres.")
  }

  @Test func `a plain node shows chunks of its own`() async throws {
    // begin snippet
    var builder = StateGraphBuilder("report")
    builder.addKey("rows")
    builder.addNode("load") { _, context in
      var rows = 0
      for page in 1...20 {
        // What is there so far is kept: the run ends as stopped.
        if context.isStopRequested { break }
        rows += 100
        await context.stream(["page": .int(page), "rows": .int(rows)])
      }
      return ["rows": .int(rows)]
    }
    builder.addEdge(from: .start, to: "load")
    builder.addEdge(from: "load", to: .end)
    // end snippet
    var pages = 0
    let run = try builder.build().run()
    for try await event in run {
      if case .chunk(let chunk) = event.kind { pages = max(pages, chunk["page"]?.int ?? 0) }
    }
    #expect(pages == 20)
  }

  @Test func `a conversation grows by turns`() async throws {
    let model: any LanguageModel = ScriptedModel([.pieces(["Hi", "."]), .pieces(["Bye", "."])])
    let output = try await printed {
      // begin snippet
      var builder = StateGraphBuilder("chat")
      builder.addKey("messages", reducer: .append, initial: [])
      builder.addKey("reply")
      builder.addStreamingNode("answer") { state, _ in
        let turns = (state["messages"].list ?? []).map { turn in
          let role = ModelMessage.Role(rawValue: turn["role"]?.string ?? "") ?? .user
          return ModelMessage(role, turn["content"]?.string ?? "")
        }
        let stream = model.stream(ModelRequest(messages: turns))
        return TokenStream(to: "reply") { try await stream.next() }
      }
      builder.addNode("remember") { state, _ in
        ["messages": ["role": "assistant", "content": state["reply"]]]
      }
      builder.addEdge(from: .start, to: "answer")
      builder.addEdge(from: "answer", to: "remember")
      builder.addEdge(from: "remember", to: .end)
      let chat = try builder.build()

      var messages: [Value] = []
      for question in ["Hello?", "Goodbye?"] {
        messages.append(["role": "user", "content": .string(question)])
        let outcome = try await chat.run(["messages": .list(messages)]).result()
        messages = outcome.state["messages"]?.list ?? []
        print(outcome.state["reply"]?.string ?? "")
      }
      // end snippet
    }
    #expect(output == "Hi.\nBye.\n")
  }

  @Test func `a graph of one node tests that node`() async throws {
    // begin snippet
    let double = NodeBody.synchronous { state in ["n": .int((state["n"].int ?? 0) * 2)] }

    var builder = StateGraphBuilder("test")
    builder.addKey("n")
    builder.addNode("double", body: double)
    builder.addEdge(from: .start, to: "double")
    builder.addEdge(from: "double", to: .end)
    let outcome = try await builder.build().run(["n": 21]).result()
    #expect(outcome.state["n"] == 42)
    // end snippet
  }
}

internal import GraphRuntime

/// Graphs that several suites read.
enum SampleGraph {
  struct Broken: Error, CustomStringConvertible { let description = "broken" }

  static func stream(_ words: [String], to key: StateKey, then error: (any Error)? = nil) -> TokenStream {
    let rest = Locked(words[...])
    return TokenStream(to: key) {
      if let word = rest.withLock({ $0.popFirst() }) { return word }
      if let error { throw error }
      return nil
    }
  }

  /// Two nodes that stream, one after the other.
  static func twoSpeakers() throws -> StateGraph {
    var builder = StateGraphBuilder("two")
    for key in ["a", "b"] { builder.addKey(key) }
    builder.addStreamingNode("a") { _, _ in stream(["a1", "a\n2"], to: "a") }
    builder.addStreamingNode("b") { _, _ in stream(["b1", "b2"], to: "b") }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: "b")
    builder.addEdge(from: "b", to: .end)
    return try builder.build()
  }

  /// A node whose first attempt breaks off.
  static func flaky() throws -> StateGraph {
    var builder = StateGraphBuilder("flaky")
    builder.addKey("text")
    var node = StateGraph.Node(
      "say",
      body: .streaming { _, context in
        context.attempt == 1 ? stream(["half"], to: "text", then: Broken()) : stream(["whole"], to: "text")
      })
    node.retry = RetryPolicy(maximumAttempts: 2)
    builder.addNode(node)
    builder.addEdge(from: .start, to: "say")
    builder.addEdge(from: "say", to: .end)
    return try builder.build()
  }

  /// A node that fails after a token.
  static func failing() throws -> StateGraph {
    var builder = StateGraphBuilder("failing")
    builder.addKey("text")
    builder.addStreamingNode("say") { _, _ in stream(["half"], to: "text", then: Broken()) }
    builder.addEdge(from: .start, to: "say")
    builder.addEdge(from: "say", to: .end)
    return try builder.build()
  }

  /// A node that asks a person.
  static func asking() throws -> StateGraph {
    var builder = StateGraphBuilder("asking")
    builder.addKey("answer")
    builder.addNode("ask") { _, context in
      guard let answer = context.answer else { throw context.suspension(asking: "Which?") }
      return ["answer": answer]
    }
    builder.addEdge(from: .start, to: "ask")
    builder.addEdge(from: "ask", to: .end)
    return try builder.build()
  }
}

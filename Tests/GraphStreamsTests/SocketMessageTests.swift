internal import GraphRuntime
internal import GraphStreams
internal import GraphTestSupport
internal import Testing

/// Runs as messages of a WebSocket.
@Suite(.timeLimit(.minutes(10)))
struct SocketMessageTests {
  private func all(_ messages: SocketMessageSequence) async throws -> [String] {
    var texts: [String] = []
    for try await message in messages { texts.append(message) }
    return texts
  }

  @Test func `plain messages are tokens and an end`() async throws {
    #expect(try await all(wsStream(SampleGraph.twoSpeakers())) == ["a1", "a\n2", "b1", "b2", "[DONE]"])
  }

  @Test func `with a session each message is an object that names it`() async throws {
    let messages = try await all(
      wsStream(SampleGraph.twoSpeakers(), session: "s1", options: RunOptions(thread: "t", runID: "r")))
    #expect(messages[0] == #"{"type":"started","run":"r","session_id":"s1"}"#)
    #expect(messages[1] == #"{"type":"token","content":"a1","node":"a","session_id":"s1"}"#)
    #expect(messages[3] == #"{"type":"update","node":"a","update":{"a":"a1a\n2"},"session_id":"s1"}"#)
    let end = try #require(try Value(json: messages[messages.count - 1]).object)
    #expect(end["type"] == "done")
    #expect(end["status"] == "completed")
    #expect(end["state"] == ["a": "a1a\n2", "b": "b1b2"])
    #expect(end["session_id"] == "s1")
  }

  @Test func `a failure is told apart from an end`() async throws {
    let plain = try await all(wsStream(SampleGraph.failing()))
    #expect(plain.count == 3)
    #expect(plain[1].hasPrefix(#"{"type":"error","#))
    #expect(plain[2] == "[DONE]")
    let objects = try await all(wsStream(SampleGraph.failing(), session: 7)).map { try Value(json: $0) }
    #expect(objects.map { $0["type"] } == ["started", "token", "error"])
    #expect(objects.allSatisfy { $0["session_id"] == 7 })
  }

  @Test func `an input that is refused is a message`() async throws {
    let plain = try await all(wsStream(SampleGraph.failing(), ["absent": 1]))
    #expect(plain.count == 2 && plain[0].contains("invalid_input") && plain[1] == "[DONE]", "\(plain)")
    let objects = try await all(wsStream(SampleGraph.failing(), ["absent": 1], session: "s"))
    #expect(objects.count == 1 && objects[0].hasPrefix(#"{"type":"error","#))
  }

  @Test func `tokens of an attempt that failed are said to be void`() async throws {
    let run = try SampleGraph.flaky().run(options: RunOptions(sleep: { _ in }))
    let types = try await all(wsStream(run, session: "s")).map { try Value(json: $0)["type"] }
    #expect(types == ["started", "token", "retract", "token", "update", "done"])
  }
}

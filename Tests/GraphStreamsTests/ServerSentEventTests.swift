internal import GraphHTTP
internal import GraphRuntime
internal import GraphStreams
internal import GraphTestSupport
internal import Testing

/// Runs as server-sent events.
@Suite(.timeLimit(.minutes(10)))
struct ServerSentEventTests {
  private func frames(_ frames: ServerSentEventSequence) async throws -> String {
    var bytes: [UInt8] = []
    for try await frame in frames { bytes += frame }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `plain text is tokens, with their line breaks, and an end`() async throws {
    let run = try SampleGraph.twoSpeakers().run(options: RunOptions(runID: "r"))
    #expect(
      try await frames(sseStream(run)) == """
        id: r.2
        data: a1

        id: r.3
        data: a
        data: 2

        id: r.7
        data: b1

        id: r.8
        data: b2

        id: r.11
        data: [DONE]


        """)
  }

  @Test func `the end holds the state that the run came to`() async throws {
    let text = try await frames(
      sseStream(SampleGraph.twoSpeakers(), view: .updates, options: RunOptions(thread: "t", runID: "r")))
    #expect(text.hasPrefix("id: r.4\nevent: update\ndata: {\"node\":\"a\""))
    #expect(
      text.contains(
        """
        event: done
        data: {"run":"r","graph":"two","thread":"t","status":"completed","state":{"a":"a1a\\n2","b":"b1b2"},"usage":[]}
        """))
  }

  @Test func `a failure is an event, and the stream ends as others do`() async throws {
    let plain = try await frames(sseStream(SampleGraph.failing()))
    let error = try #require(plain.firstRange(of: "event: error\ndata: {"))
    let done = try #require(plain.firstRange(of: "data: [DONE]\n\n"))
    #expect(error.lowerBound < done.lowerBound && done.upperBound == plain.endIndex)
    let tokens = try await frames(sseStream(SampleGraph.failing(), view: .tokens))
    #expect(tokens.contains("event: error\ndata: {") && tokens.contains(#""message":"broken""#))
    #expect(!tokens.contains("event: done"))
  }

  @Test func `an input that is refused is an event too`() async throws {
    let text = try await frames(sseStream(SampleGraph.failing(), ["absent": 1], view: .events))
    #expect(text.hasPrefix("event: error\ndata: {"))
    #expect(text.contains(#""code":"invalid_input""#), "\(text)")
  }

  @Test func `a question is an event`() async throws {
    let text = try await frames(sseStream(SampleGraph.asking(), view: .tokens))
    #expect(text.contains("event: interrupt\n"))
    #expect(text.contains(#""status":"interrupted""#))
  }

  @Test(arguments: 0..<200)
  func `what is framed is what a reader gets, in pieces of any size`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let alphabet = ["a", "\n", "\r", "\r\n", ":", " ", "é", "👩‍👩‍👧", "data: x", "\u{2028}", "\u{0}", "[DONE]", ""]
    var bytes: [UInt8] = []
    var expected: [String] = []
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let parts = (0..<Int.random(in: 1...8, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "" }
      let text = parts.joined()
      bytes += ServerSentEvents.event(text, event: Bool.random(using: &random) ? "token" : nil, id: "x.1")
      if Bool.random(using: &random) { bytes += ServerSentEvents.heartbeat }
      // A line break of any kind comes back as a line feed.
      expected.append(Self.lineFeeds(text))
    }
    var parser = ServerSentEventParser()
    var read: [String] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...9, using: &random))
      rest = rest.dropFirst(piece.count)
      parser.append(Array(piece))
      while let event = try parser.next() { read.append(String(decoding: event.data, as: UTF8.self)) }
    }
    #expect(read == expected, "seed \(seed)")
  }

  private static func lineFeeds(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte == 10, bytes.last == 13 { bytes.removeLast() }
      bytes.append(byte)
    }
    return String(decoding: bytes.map { $0 == 13 ? 10 : $0 }, as: UTF8.self)
  }

  @Test func `an id and a kind stay on their line`() {
    let bytes = ServerSentEvents.event("x", event: "a\nb", id: "1\r\n2")
    #expect(String(decoding: bytes, as: UTF8.self) == "id: 12\nevent: ab\ndata: x\n\n")
  }
}

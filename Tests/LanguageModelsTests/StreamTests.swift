import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// What both protocols have to do, over a real socket.
@Suite(.timeLimit(.minutes(10))) struct StreamTests {
  @Test(arguments: Family.allCases)
  func `text streams as the provider cuts it`(_ family: Family) async throws {
    let provider = try LoopbackProvider { _ in .pieces(["Hello", " wor", "", "ld", "\n\"ä😀\" {x}"]) }
    let stream = try provider.model(family).stream(.asking("hi"))
    #expect(try await pieces(of: stream) == ["Hello", " wor", "ld", "\n\"ä😀\" {x}"])
    #expect(stream.summary.finishReason == .stop)
    #expect(stream.summary.usage == ModelUsage(inputTokens: 11, outputTokens: 7))
    #expect(stream.summary.requestID == "req_0")
    #expect(try await stream.next() == nil)
  }

  @Test(arguments: Family.allCases)
  func `a whole answer says the same as its stream`(_ family: Family) async throws {
    let text = "One two  three\n\tfour äあ😀 \u{0}\u{1F}"
    let provider = try LoopbackProvider { _ in .text(text) }
    let model = try provider.model(family)
    let whole = try await model.respond(to: .asking("hi"))
    let stream = model.stream(.asking("hi"))
    #expect(whole.text == text)
    #expect(try await pieces(of: stream).joined() == text)
    #expect(whole.summary == stream.summary)
    #expect(provider.requests.map(\.isStream) == [false, true])
  }

  @Test func `nothing is sent before the first piece is asked for`() async throws {
    let provider = try LoopbackProvider { _ in "hello" }
    let stream = try provider.model().stream(.asking("hi"))
    #expect(provider.connectionCount == 0)
    _ = try await stream.next()
    #expect(provider.connectionCount == 1)
  }

  @Test(arguments: Family.allCases)
  func `connections are used again after streams`(_ family: Family) async throws {
    let provider = try LoopbackProvider { _ in "one two three" }
    let model = try provider.model(family)
    for _ in 0..<5 {
      _ = try await pieces(of: model.stream(.asking("hi")))
      _ = try await model.respond(to: .asking("hi"))
    }
    #expect(provider.requests.count == 10)
    #expect(provider.connectionCount <= 2)
  }

  @Test(arguments: Family.allCases, 0..<8)
  func `chunks may be cut anywhere`(_ family: Family, _ seed: Int) async throws {
    let words = ["äöü", " 😀👨‍👩‍👧", " あいう", "\u{10FFFF}", " plain", "\r\n", " \"quoted\\\""]
    let cutting: LoopbackAnswer.Cutting = seed == 0 ? .bytes : .random(seed: UInt64(seed))
    let provider = try LoopbackProvider { _ in .pieces(words).with(\.cutting, cutting) }
    #expect(try await pieces(of: provider.model(family).stream(.asking("hi"))) == words, "seed \(seed)")
  }

  @Test(arguments: Family.allCases)
  func `a piece is handed out before the next one is written`(_ family: Family) async throws {
    let gates = [Gate(), Gate()]
    let provider = try LoopbackProvider { _ in
      [.text("one"), .gate(gates[0]), .text(" two"), .gate(gates[1]), .text(" three")]
    }
    let stream = try provider.model(family).stream(.asking("hi"))
    #expect(try await stream.next() == "one")
    gates[0].open()
    #expect(try await stream.next() == " two")
    #expect(stream.summary.finishReason == nil)
    gates[1].open()
    #expect(try await stream.next() == " three")
    #expect(try await stream.next() == nil)
  }

  // MARK: - Structured output

  static let schema = ResponseSchema(
    name: "review", schema: ["type": "object", "properties": ["ok": ["type": "boolean"]], "required": ["ok"]])

  @Test(arguments: Family.allCases)
  func `a schema makes the text a JSON object`(_ family: Family) async throws {
    let provider = try LoopbackProvider { _ in .pieces(["{\"ok\"", ":", " true}"]) }
    let model = try provider.model(family)
    let request = ModelRequest.asking("review this", schema: Self.schema)
    let stream = model.stream(request)
    #expect(try await pieces(of: stream).joined() == "{\"ok\": true}")
    #expect(stream.summary.finishReason == .stop)
    let whole = try await model.respond(to: request)
    #expect(try Value(json: whole.text) == ["ok": true])
    #expect(whole.summary.finishReason == .stop)
    #expect(provider.requests.allSatisfy { $0.schema?["properties"]?["ok"]?["type"] == "boolean" })
  }

  @Test func `a tool that is called without arguments is an empty object`() async throws {
    let provider = try LoopbackProvider { _ in .pieces([]) }
    let request = ModelRequest.asking("review this", schema: Self.schema)
    #expect(try await pieces(of: provider.model(.anthropic).stream(request)) == ["{}"])
  }

  @Test func `text instead of the tool is an error and not an answer`() async throws {
    let provider = try LoopbackProvider { _ in
      LoopbackAnswer.pieces([]).with(\.finishReason, "max_tokens")
    }
    let request = ModelRequest.asking("review this", schema: Self.schema)
    let error = await #expect(throws: ModelError.self) {
      try await pieces(of: provider.model(.anthropic).stream(request))
    }
    #expect(error?.description == "anthropic/tiny: the answer has no object of the schema (request req_0)")
  }

  // MARK: - Ends

  @Test(arguments: [
    ("stop", FinishReason.stop), ("length", .length), ("content_filter", .contentFilter), ("tool_calls", .toolCalls),
    ("tired", .other("tired")),
  ])
  func `OpenAI's reasons for ending are told apart`(_ name: String, _ reason: FinishReason) async throws {
    let provider = try LoopbackProvider { _ in LoopbackAnswer.text("x").with(\.finishReason, name) }
    let model = try provider.model()
    let stream = model.stream(.asking("hi"))
    _ = try await pieces(of: stream)
    #expect(stream.summary.finishReason == reason)
    #expect(try await model.respond(to: .asking("hi")).summary.finishReason == reason)
  }

  @Test(arguments: [
    ("stop", FinishReason.stop), ("length", .length), ("stop_sequence", .stop), ("tool_calls", .toolCalls),
    ("pause_turn", .other("pause_turn")),
  ])
  func `Anthropic's reasons for ending are told apart`(_ name: String, _ reason: FinishReason) async throws {
    let provider = try LoopbackProvider { _ in LoopbackAnswer.text("x").with(\.finishReason, name) }
    let model = try provider.model(.anthropic)
    let stream = model.stream(.asking("hi"))
    _ = try await pieces(of: stream)
    #expect(stream.summary.finishReason == reason)
    #expect(try await model.respond(to: .asking("hi")).summary.finishReason == reason)
  }

  @Test(arguments: Family.allCases)
  func `a stream that stops without saying so is an error`(_ family: Family) async throws {
    let provider = try LoopbackProvider { _ in LoopbackAnswer.text("one two").with(\.finishReason, nil) }
    let stream = try provider.model(family).stream(.asking("hi"))
    #expect(try await stream.next() == "one")
    #expect(try await stream.next() == " two")
    let error = await #expect(throws: ModelError.self) { try await stream.next() }
    #expect(
      error?.description == "\(family)/tiny: the stream ended in the middle of the answer (request req_0)")
    await #expect(throws: ModelError.self, "and it stays one") { try await stream.next() }
  }

  @Test(arguments: Family.allCases)
  func `a connection that is cut names the provider`(_ family: Family) async throws {
    let provider = try LoopbackProvider { _ in [.text("one"), .cut] }
    let stream = try provider.model(family).stream(.asking("hi"))
    #expect(try await stream.next() == "one")
    let error = await #expect(throws: ModelError.self) { try await stream.next() }
    #expect(error?.code == .connection)
    #expect(error?.identity == ModelIdentity(provider: family.rawValue, model: "tiny"))
    #expect(error?.message.hasPrefix("the connection broke (") == true)
    #expect(error?.message.hasSuffix(" in the middle of the answer") == true)
    #expect(provider.requests.count == 1)
  }

  @Test(arguments: Family.allCases)
  func `a stream that is cut at any byte never ends in silence`(_ family: Family) async throws {
    let words = ["a", "ä", "😀"]
    let counter = Recorder<Int>()
    let provider = try LoopbackProvider { _ in
      counter.add(0)
      return LoopbackAnswer.pieces(words).with(\.cutAfter, counter.all.count)
    }
    let model = try provider.model(family)
    while true {
      let stream = model.stream(.asking("hi"))
      var received: [String] = []
      do {
        while let piece = try await stream.next() { received.append(piece) }
        // What comes after the last event that matters may be missing.
        #expect(received == words)
        #expect(stream.summary.finishReason == .stop)
        break
      } catch let error as ModelError {
        #expect(words.starts(with: received))
        #expect(error.code == .connection || error.code == .malformedAnswer)
      }
    }
    #expect(counter.all.count > 300)
  }

  @Test(arguments: Family.allCases)
  func `half an event at the end is an error`(_ family: Family) async throws {
    let provider = try LoopbackProvider { _ in
      LoopbackAnswer([.text("one"), .raw("data: {\"type\":\"cont")]).with(\.finishReason, nil)
    }
    let error = await #expect(throws: ModelError.self) {
      try await pieces(of: provider.model(family).stream(.asking("hi")))
    }
    #expect(error?.code == .malformedAnswer)
  }

  @Test(
    arguments: Family.allCases, ["data: nonsense\n\n", "data: {\"choices\":[{\n\n", "data: []\n\n", "data: {} {}\n\n"])
  func `an event that is not the JSON expected is an error`(_ family: Family, _ event: String) async throws {
    let provider = try LoopbackProvider { _ in [.text("one"), .raw(event)] }
    let error = await #expect(throws: ModelError.self) {
      try await pieces(of: provider.model(family).stream(.asking("hi")))
    }
    #expect(
      error?.description
        == "\(family)/tiny: an event of the stream is not the JSON that was expected (request req_0)")
  }

  @Test(arguments: Family.allCases)
  func `events nobody knows are ignored`(_ family: Family) async throws {
    let provider = try LoopbackProvider { _ in
      [
        .text("one"), .raw(": comment\n\nevent: news\ndata: {\"type\":\"news\",\"x\":[1,{\"choices\":\"y\"}]}\n\n"),
        .raw("event: ping\ndata: {\"type\": \"ping\"}\n\nretry: 3\n\n"), .text(" two"),
      ]
    }
    #expect(try await pieces(of: provider.model(family).stream(.asking("hi"))) == ["one", " two"])
  }

  // MARK: - Cancelling

  @Test(arguments: Family.allCases)
  func `cancelling the task closes the provider's socket`(_ family: Family) async throws {
    let provider = try LoopbackProvider { _ in [.text("one"), .silence] }
    let stream = try provider.model(family).stream(.asking("hi"))
    #expect(try await stream.next() == "one")
    let reader = Task { try await stream.next() }
    reader.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
    #expect(await provider.exchange(0).end() == .clientClosed)
  }

  @Test func `cancelling the stream wakes its reader and closes the socket`() async throws {
    let provider = try LoopbackProvider { _ in [.text("one"), .silence] }
    let stream = try provider.model().stream(.asking("hi"))
    #expect(try await stream.next() == "one")
    let reader = Task { try await stream.next() }
    stream.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
    #expect(await provider.exchange(0).end() == .clientClosed)
  }

  @Test func `a cancelled stream does not hand out what it has`() async throws {
    let provider = try LoopbackProvider { _ in "one two three" }
    let stream = try provider.model().stream(.asking("hi"))
    #expect(try await stream.next() == "one")
    #expect(await provider.exchange(0).end() == .answered)
    stream.cancel()
    await #expect(throws: CancellationError.self) { try await stream.next() }
  }

  @Test func `a stream cancelled before it began sends nothing`() async throws {
    let provider = try LoopbackProvider { _ in "one" }
    let stream = try provider.model().stream(.asking("hi"))
    stream.cancel()
    await #expect(throws: CancellationError.self) { try await stream.next() }
    #expect(provider.connectionCount == 0)
  }

  @Test func `cancelling a task closes a whole answer's socket too`() async throws {
    let gate = Gate()
    let provider = try LoopbackProvider { _ in [.gate(gate), .text("one")] }
    let model = try provider.model()
    let reader = Task { try await model.respond(to: .asking("hi")) }
    await gate.waitForArrivals()
    reader.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
    #expect(await provider.exchange(0).end() == .clientClosed)
  }

  @Test func `a stream that is dropped closes the socket`() async throws {
    let provider = try LoopbackProvider { _ in [.text("one"), .silence] }
    do {
      let stream = try provider.model().stream(.asking("hi"))
      #expect(try await stream.next() == "one")
    }
    #expect(await provider.exchange(0).end() == .clientClosed)
  }

  @Test func `a stream that nobody reads holds the provider up`() async throws {
    let provider = try LoopbackProvider { _ in [.endless(String(repeating: "x", count: 500))] }
    let stream = try provider.model().stream(.asking("hi"))
    _ = try await stream.next()
    let sent = await provider.exchange(0).stalled()
    #expect(sent < 16 << 20)
    for _ in 0..<5_000 { _ = try await stream.next() }
    #expect(provider.exchanges[0].bytesSent > sent)
  }
}

import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Calls of tools over a real socket, streamed and whole, in both protocols.
@Suite(.timeLimit(.minutes(10))) struct ToolCallTests {
  /// One way to be asked.
  struct Way: Sendable, CustomTestStringConvertible {
    let family: Family
    let streams: Bool

    var testDescription: String { "\(family.rawValue), \(streams ? "streamed" : "whole")" }
  }

  static let ways = Family.allCases.flatMap { [Way(family: $0, streams: true), Way(family: $0, streams: false)] }

  private static let tools = [
    ToolDefinition(
      name: "search", description: "Searches.",
      parameters: ["type": "object", "properties": ["query": ["type": "string"]], "required": ["query"]]),
    ToolDefinition(name: "now", description: "Tells the time."),
  ]

  private func ask(_ request: ModelRequest, _ provider: LoopbackProvider, _ way: Way) async throws -> ModelResponse {
    let model = try provider.model(way.family)
    guard way.streams else { return try await model.respond(to: request) }
    let stream = model.stream(request)
    let text = try await pieces(of: stream).joined()
    return ModelResponse(text: text, summary: stream.summary)
  }

  @Test(arguments: ways)
  func `parallel calls arrive with their arguments, and text beside them`(way: Way) async throws {
    let provider = try LoopbackProvider([
      LoopbackAnswer([
        .text("Let me "), .text("look."),
        .call(id: "call_a", name: "search", arguments: #"{"query": "tides in \"Zürich\" 😀"}"#),
        .call(id: "call_b", name: "now", arguments: ""),
      ]).with(\.cutting, .random(seed: 7))
    ])
    let request = ModelRequest(messages: [ModelMessage(.user, "Why?")], tools: Self.tools)
    let response = try await ask(request, provider, way)
    #expect(response.text == "Let me look.")
    #expect(response.summary.finishReason == .toolCalls)
    #expect(response.summary.usage == ModelUsage(inputTokens: 11, outputTokens: 7))
    let calls = response.summary.toolCalls
    #expect(calls.map(\.id) == ["call_a", "call_b"])
    #expect(calls.map(\.name) == ["search", "now"])
    #expect(calls.map(\.object) == [["query": "tides in \"Zürich\" 😀"], [:]])
    #expect(provider.requests.first?.tools == Self.tools)
  }

  @Test(arguments: ways)
  func `the conversation goes on with the results`(way: Way) async throws {
    let provider = try LoopbackProvider([
      .calls([("search", #"{"query":"a"}"#), ("search", #"{"query":"b"}"#)]), "The moon.",
    ])
    var request = ModelRequest(messages: [ModelMessage(.user, "Why?")], tools: Self.tools)
    let first = try await ask(request, provider, way)
    request.messages.append(ModelMessage(first))
    for call in first.summary.toolCalls { request.messages.append(.result(of: call, "r \(call.id)")) }
    let second = try await ask(request, provider, way)
    #expect(second.text == "The moon.")
    #expect(second.summary.toolCalls.isEmpty)
    #expect(second.summary.finishReason == .stop)
    #expect(provider.requests[1].messages == request.messages)
  }

  @Test(arguments: ways)
  func `broken arguments are an error of the call alone`(way: Way) async throws {
    let provider = try LoopbackProvider([.calls([("search", "{\"query\": "), ("now", "{}")])])
    let request = ModelRequest(messages: [ModelMessage(.user, "Why?")], tools: Self.tools)
    let calls = try await ask(request, provider, way).summary.toolCalls
    #expect(calls.count == 2)
    if case .object? = calls.first?.arguments { Issue.record("the first call is broken") }
    #expect(calls.last?.arguments == .object([:]))
  }

  @Test(arguments: ways)
  func `an answer with a schema comes beside tools`(way: Way) async throws {
    let provider = try LoopbackProvider([.calls([("now", "{}")]), LoopbackAnswer([.text(#"{"a":"#), .text(" 1}")])])
    let schema = ResponseSchema(
      name: "result", schema: ["type": "object", "properties": ["a": ["type": "integer"]], "required": ["a"]])
    var request = ModelRequest(messages: [ModelMessage(.user, "Why?")], schema: schema, tools: Self.tools)
    let first = try await ask(request, provider, way)
    #expect(first.text == "")
    #expect(first.summary.toolCalls.map(\.name) == ["now"])
    request.messages.append(ModelMessage(first))
    request.messages.append(.result(of: first.summary.toolCalls[0], "noon"))
    let second = try await ask(request, provider, way)
    #expect(try Value(json: second.text) == ["a": 1])
    #expect(second.summary.toolCalls.isEmpty)
    #expect(second.summary.finishReason == .stop)
  }

  @Test(arguments: Family.allCases)
  func `a stream that breaks in the middle of a call is asked for again`(family: Family) async throws {
    let provider = try LoopbackProvider([
      LoopbackAnswer([.call(id: "x", name: "now", arguments: "{}"), .cut]), .calls([("now", "{}")]),
    ])
    let timing = RecordedTiming()
    let model = try provider.model(family, retry: ModelRetryPolicy(maxAttempts: 2), timing: timing.timing)
    let stream = model.stream(ModelRequest(messages: [ModelMessage(.user, "x")], tools: Self.tools))
    #expect(try await stream.next() == nil)
    #expect(stream.summary.toolCalls.map(\.id) == ["call_1"])
    #expect(timing.slept.count == 1)
  }

  // MARK: - Offline

  @Test func `the offline model calls each tool once and then answers`() async throws {
    let model = OfflineModel()
    var request = ModelRequest(messages: [ModelMessage(.user, "Explain tides.")], tools: Self.tools)
    let first = try await model.respond(to: request)
    #expect(first.text == "")
    #expect(first.summary.finishReason == .toolCalls)
    #expect(first.summary.toolCalls.map(\.name) == ["search", "now"])
    #expect(Set(first.summary.toolCalls.map(\.id)).count == 2)
    #expect(first.summary.toolCalls[0].object["query"]?.string?.isEmpty == false)
    #expect(try await model.respond(to: request).summary == first.summary)

    request.messages.append(ModelMessage(first))
    for call in first.summary.toolCalls { request.messages.append(.result(of: call, "done")) }
    let second = try await model.respond(to: request)
    #expect(second.summary.toolCalls.isEmpty)
    #expect(second.text.hasPrefix("Hello! You asked: \"Explain tides.\""))

    // The next question begins anew.
    request.messages += [ModelMessage(second), ModelMessage(.user, "And the moon?")]
    let third = try await model.respond(to: request)
    #expect(third.summary.toolCalls.map(\.name) == ["search", "now"])
    #expect(Set((first.summary.toolCalls + third.summary.toolCalls).map(\.id)).count == 4)
  }

  private static let choices: [(ToolChoice, [String])] = [
    (.never, []), (.named("now"), ["now"]), (.required, ["search", "now"]),
  ]

  @Test(arguments: choices)
  func `the offline model keeps to a choice`(_ choice: ToolChoice, _ names: [String]) async throws {
    let request = ModelRequest(
      messages: [ModelMessage(.user, "Explain tides.")], tools: Self.tools, toolChoice: choice)
    let response = try await OfflineModel().respond(to: request)
    #expect(response.summary.toolCalls.map(\.name) == names)
    #expect(response.text.isEmpty == !names.isEmpty)
  }
}

import GraphHTTP
import GraphRuntime
import GraphTestSupport
import Testing

@testable import LanguageModels

/// What is written and read where tools are offered, in both wire formats.
@Suite(.timeLimit(.minutes(10))) struct ToolWireTests {
  private static let search = ToolDefinition(
    name: "search", description: "Searches.",
    parameters: ["type": "object", "properties": ["query": ["type": "string"]], "required": ["query"]])

  private static let answer = ResponseSchema(
    name: "answer", schema: ["type": "object", "properties": ["a": ["type": "string"]], "required": ["a"]])

  private static var history: [ModelMessage] {
    var asking = ModelMessage(.assistant, "Let me see.")
    asking.toolCalls = [
      ModelToolCall(id: "one!", name: "search", arguments: ["query": "tides"]),
      ModelToolCall(id: "two", name: "search", json: "{broken"),
    ]
    return [
      ModelMessage(.user, "Why?"), asking, .result(of: asking.toolCalls[0], "The moon."),
      .result(of: asking.toolCalls[1], "Error: say it again", isError: true), ModelMessage(.user, "And?"),
    ]
  }

  private func body(
    _ request: ModelRequest, provider: String = "openai", model: String = "m", isOwn: Bool = true
  ) throws -> Value {
    let preset = try #require(ProviderPreset.named(provider))
    let codec: any ModelCodec =
      preset.family == .anthropicMessages
      ? AnthropicMessagesCodec(model: model, isAnthropic: isOwn)
      : OpenAIChatCodec(model: model, preset: preset, isOpenAI: provider == "openai")
    return try Value(json: codec.encode(request, streams: false))
  }

  // MARK: - Requests

  @Test func `OpenAI gets tools, calls and one message for each result`() throws {
    let body = try body(ModelRequest(messages: Self.history, tools: [Self.search], toolChoice: .required))
    #expect(
      body["tools"] == [
        [
          "type": "function",
          "function": ["name": "search", "description": "Searches.", "parameters": Self.search.parameters],
        ]
      ])
    #expect(body["tool_choice"] == "required")
    let messages = try #require(body["messages"]?.list)
    #expect(messages.count == 5)
    #expect(
      messages[1] == [
        "role": "assistant", "content": "Let me see.",
        "tool_calls": [
          ["id": "one!", "type": "function", "function": ["name": "search", "arguments": #"{"query":"tides"}"#]],
          ["id": "two", "type": "function", "function": ["name": "search", "arguments": "{}"]],
        ],
      ])
    #expect(messages[2] == ["role": "tool", "tool_call_id": "one!", "content": "The moon."])
  }

  @Test func `Anthropic gets all results of a turn in one message, with what is said next`() throws {
    let body = try body(ModelRequest(messages: Self.history, tools: [Self.search]), provider: "anthropic")
    #expect(
      body["tools"] == [["name": "search", "description": "Searches.", "input_schema": Self.search.parameters]])
    #expect(body["tool_choice"] == nil)
    #expect(
      body["messages"] == [
        ["role": "user", "content": "Why?"],
        [
          "role": "assistant",
          "content": [
            ["type": "text", "text": "Let me see."],
            ["type": "tool_use", "id": "one_", "name": "search", "input": ["query": "tides"]],
            ["type": "tool_use", "id": "two", "name": "search", "input": [:]],
          ],
        ],
        [
          "role": "user",
          "content": [
            ["type": "tool_result", "tool_use_id": "one_", "content": "The moon."],
            ["type": "tool_result", "tool_use_id": "two", "content": "Error: say it again", "is_error": true],
            ["type": "text", "text": "And?"],
          ],
        ],
      ])
  }

  @Test func `Mistral's ids have nine letters and digits`() throws {
    let body = try body(ModelRequest(messages: Self.history), provider: "mistral")
    let messages = try #require(body["messages"]?.list)
    let ids = (messages[1]["tool_calls"]?.list ?? []).compactMap { $0["id"]?.string }
    #expect(ids.count == 2 && Set(ids).count == 2)
    #expect(ids.allSatisfy { $0.utf8.count == 9 && $0.allSatisfy { $0.isLetter || $0.isNumber } })
    #expect(messages[2]["tool_call_id"]?.string == ids[0])
  }

  private static let choices: [(ToolChoice, Value?, Value?)] = [
    (.automatic, nil as Value?, nil as Value?), (.never, "none", ["type": "none"]),
    (.required, "required", ["type": "any"]),
    (.named("search"), ["type": "function", "function": ["name": "search"]], ["type": "tool", "name": "search"]),
  ]

  @Test(arguments: choices)
  func `a choice is said in each format`(_ choice: ToolChoice, _ openAI: Value?, _ anthropic: Value?) throws {
    let request = ModelRequest(messages: [ModelMessage(.user, "x")], tools: [Self.search], toolChoice: choice)
    #expect(try body(request)["tool_choice"] == openAI)
    #expect(try body(request, provider: "anthropic")["tool_choice"] == anthropic)
  }

  // MARK: - Schemas beside tools

  private var both: ModelRequest {
    ModelRequest(messages: [ModelMessage(.user, "x")], schema: Self.answer, tools: [Self.search])
  }

  @Test(arguments: ["openai", "xai", "openrouter"])
  func `schema mode and tools go together where they can`(_ provider: String) throws {
    let body = try body(both, provider: provider)
    #expect(body["response_format"]?["type"] == "json_schema")
    #expect(body["messages"]?.list?.count == 1)
  }

  @Test(arguments: ["google", "groq", "deepseek", "ollama", "mistral", "openai-compatible"])
  func `elsewhere the schema is put into words while tools may be called`(_ provider: String) throws {
    var request = both
    let offered = try body(request, provider: provider)
    #expect(offered["response_format"] == nil)
    #expect(offered["messages"]?.list?.first?["content"]?.string?.contains(Self.answer.schema.json()) == true)
    request.toolChoice = .never
    #expect(try body(request, provider: provider)["response_format"] != nil)
  }

  @Test func `Anthropic's schema mode is used where the model has it`() throws {
    let body = try body(both, provider: "anthropic", model: "claude-haiku-4-5")
    #expect(body["output_config"]?["format"]?["type"] == "json_schema")
    #expect(body["output_config"]?["format"]?["schema"]?["additionalProperties"] == false)
    #expect(body["tools"]?.list?.count == 1)
    #expect(body["tool_choice"] == nil)
  }

  @Test(arguments: [("claude-sonnet-4-20250514", true), ("claude-haiku-4-5", false)])
  func `elsewhere a tool gives Anthropic's answer, and one tool has to be called`(_ model: String, _ isOwn: Bool)
    throws
  {
    let body = try body(both, provider: "anthropic", model: model, isOwn: isOwn)
    #expect(body["output_config"] == nil)
    #expect(body["tools"]?.list?.compactMap { $0["name"]?.string } == ["search", "answer"])
    #expect(body["tool_choice"] == ["type": "any"])
  }

  @Test func `a tool of the schema's name is told apart`() throws {
    var request = both
    request.tools = [ToolDefinition(name: "answer", description: "Answers the door.")]
    let body = try body(request, provider: "anthropic")
    #expect(body["tools"]?.list?.compactMap { $0["name"]?.string } == ["answer", "answer_"])
  }

  @Test func `Anthropic's schema mode gets what it refuses in words`() throws {
    let schema: Value = [
      "type": "object",
      "properties": [
        "score": ["type": "integer", "minimum": 0, "maximum": 9, "description": "How good."],
        "tags": ["type": "array", "items": ["type": "string", "pattern": "^a"], "maxItems": 3],
        "day": ["type": "string", "format": "date"],
      ],
      "required": ["score"],
    ]
    let adapted = try #require(StrictSchema.adaptForAnthropic(schema))
    #expect(
      adapted == [
        "type": "object", "additionalProperties": false, "required": ["score"],
        "properties": [
          "score": ["type": "integer", "description": "How good.\n\n{\"minimum\":0,\"maximum\":9}"],
          "tags": [
            "type": "array", "description": "{\"maxItems\":3}",
            "items": ["type": "string", "description": "{\"pattern\":\"^a\"}"],
          ],
          "day": ["type": "string", "format": "date"],
        ],
      ])
  }

  @Test(arguments: [
    ##"{"type":"object","properties":{"n":{"$ref":"#/$defs/n"}},"$defs":{"n":{"type":"string"}}}"##,
    #"{"type":"object","properties":{"n":{"type":"object","additionalProperties":true}}}"#,
    #"{"type":"object","properties":{"n":{}}}"#,
    #"{"type":"object","properties":{"n":{"enum":[[1]]}}}"#,
    #"{"type":"object","properties":{}}"#,
    #"{"type":"object","properties":{"n":{"type":"string","not":{"const":"x"}}}}"#,
  ])
  func `a schema that Anthropic's mode cannot say goes into a tool`(_ text: String) throws {
    #expect(StrictSchema.adaptForAnthropic(try Value(json: text)) == nil)
  }

  // MARK: - Thinking

  private func thinking(_ budget: Int, _ maximum: Int? = nil) -> ModelRequest {
    ModelRequest(messages: [ModelMessage(.user, "x")], temperature: 0.2, maxTokens: maximum, thinkingBudget: budget)
  }

  @Test(arguments: [(4_000, 6_000, 4_000, 6_000), (4_000, 2_000, 4_000, 6_000), (10, 500, 1_024, 1_524)])
  func `Anthropic's budget leaves room for the answer`(_ budget: Int, _ most: Int, _ sent: Int, _ limit: Int) throws {
    let body = try body(thinking(budget, most), provider: "anthropic", model: "claude-haiku-4-5")
    #expect(body["thinking"] == ["type": "enabled", "budget_tokens": .int(sent)])
    #expect(body["max_tokens"] == .int(limit))
    #expect(body["temperature"] == nil)
  }

  @Test func `without a limit the answer has its own beside the thoughts`() throws {
    let body = try body(thinking(4_000), provider: "anthropic", model: "claude-haiku-4-5")
    #expect(body["max_tokens"] == 12_192)
  }

  @Test(arguments: [("claude-opus-4-6", -1), ("claude-sonnet-4-7", 4_000), ("claude-sonnet-5", -1), ("glm-5", -1)])
  func `newer models decide by themselves`(_ model: String, _ budget: Int) throws {
    let body = try body(thinking(budget), provider: "anthropic", model: model, isOwn: model.hasPrefix("claude"))
    #expect(body["thinking"] == ["type": "adaptive"])
  }

  @Test func `no thoughts are the default`() throws {
    #expect(try body(thinking(0), provider: "anthropic", model: "claude-haiku-4-5")["thinking"] == nil)
    #expect(try body(thinking(0), provider: "anthropic", model: "claude-haiku-4-5")["temperature"] == 0.2)
    #expect(
      try body(thinking(0), provider: "openai") == body(ModelRequest(messages: [.init(.user, "x")], temperature: 0.2)))
  }

  @Test(arguments: [
    ("google", 500, #"{"extra_body":{"google":{"thinking_config":{"thinking_budget":500}}}}"#),
    ("google", -1, #"{"extra_body":{"google":{"thinking_config":{"thinking_budget":-1}}}}"#),
    ("openrouter", 500, #"{"reasoning":{"max_tokens":500}}"#), ("openrouter", 0, #"{"reasoning":{"enabled":false}}"#),
    ("deepseek", 0, #"{"thinking":{"type":"disabled"}}"#), ("deepseek", -1, #"{"thinking":{"type":"enabled"}}"#),
  ])
  func `others are told in their own words`(_ provider: String, _ budget: Int, _ expected: String) throws {
    let body = try body(thinking(budget), provider: provider)
    for (key, value) in try #require(try Value(json: expected).object) { #expect(body[key] == value) }
  }

  @Test(arguments: [("openai", 2_000), ("ollama", -1), ("deepseek", 2_000)])
  func `a provider that cannot be told refuses the request before it is sent`(_ provider: String, _ budget: Int)
    async throws
  {
    let server = try LoopbackProvider(["never"])
    let catalog = ModelCatalog(environment: server.environment(for: [provider]))
    let model = try catalog.model(node: ModelChoice(provider: provider, model: "m"))
    for streams in [true, false] {
      let error = await #expect(throws: ModelError.self) {
        if streams {
          _ = try await model.stream(thinking(budget)).next()
        } else {
          _ = try await model.respond(to: thinking(budget))
        }
      }
      #expect(error?.code == .unsupported)
      #expect(error?.message.contains("'thinking_budget'") == true)
    }
    #expect(server.requests.isEmpty)
  }

  @Test func `signed thoughts come back as they were, in their places`() throws {
    let request = ModelRequest(messages: [.init(.user, "x")], tools: [Self.search], thinkingBudget: 2_000)
    var decoder = AnthropicMessagesCodec(model: "m").makeStreamDecoder(for: request)
    let events = [
      #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
      #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"h"}}"#,
      #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"m"}}"#,
      #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}"#,
      #"{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"xyz"}}"#,
      #"{"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}}"#,
      #"{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"I see."}}"#,
      #"{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"t","name":"search","input":{}}}"#,
      #"{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"query\":"}}"#,
      #"{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"\"q\"}"}}"#,
      #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}"#,
      #"{"type":"message_stop"}"#,
    ]
    let text = try events.compactMap { try decoder.decode(ServerSentEvent($0)) }.joined()
    #expect(text == "I see.")
    let blocks: Value = [
      ["type": "thinking", "thinking": "hm", "signature": "sig"], ["type": "redacted_thinking", "data": "xyz"],
      ["type": "text", "text": "I see."], ["type": "tool_use", "id": "t", "name": "search", "input": ["query": "q"]],
    ]
    #expect(decoder.summary.echo == blocks)
    let message = ModelMessage(ModelResponse(text: text, summary: decoder.summary))
    let next = ModelRequest(messages: [.init(.user, "x"), message, .result(of: message.toolCalls[0], "r")])
    #expect(try body(next, provider: "anthropic")["messages"]?.list?[1]["content"] == blocks)
    // To another family, the same message is plain.
    #expect(try body(next)["messages"]?.list?[1]["content"] == "I see.")

    let whole: Value = ["content": blocks, "stop_reason": "tool_use"]
    let response = try AnthropicMessagesCodec(model: "m").decodeAnswer(Array(whole.json().utf8), to: request)
    #expect(response.summary.echo == blocks)
    #expect(response.summary.toolCalls == message.toolCalls)
  }

  @Test func `DeepSeek gets its thoughts back with the calls`() throws {
    let preset = try #require(ProviderPreset.named("deepseek"))
    let codec = OpenAIChatCodec(model: "m", preset: preset, isOpenAI: false)
    let request = ModelRequest(messages: [.init(.user, "x")], tools: [Self.search])
    var decoder = codec.makeStreamDecoder(for: request)
    for event in [
      #"{"choices":[{"delta":{"reasoning_content":"h\ud83d"}}]}"#,
      #"{"choices":[{"delta":{"reasoning_content":"\ude00m"}}]}"#,
      #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"i","function":{"name":"search","arguments":"{}"}}]}}]}"#,
      #"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#, "[DONE]",
    ] { _ = try decoder.decode(ServerSentEvent(event)) }
    let message = ModelMessage(ModelResponse(text: "", summary: decoder.summary))
    let next = ModelRequest(messages: [.init(.user, "x"), message, .result(of: message.toolCalls[0], "r")])
    let sent = try Value(json: codec.encode(next, streams: false))["messages"]?.list?[1]
    #expect(sent?["reasoning_content"] == "h😀m")
    #expect(sent?["content"] == .null)
  }

  // MARK: - Fragments

  private func calls(_ fragments: [String], after messages: [ModelMessage] = []) throws -> [ModelToolCall] {
    var decoder = OpenAIStreamDecoder(after: ModelRequest(messages: messages))
    for fragment in fragments {
      _ = try decoder.decode(ServerSentEvent(#"{"choices":[{"delta":{"tool_calls":[\#(fragment)]}}]}"#))
    }
    _ = try decoder.decode(ServerSentEvent(#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#))
    _ = try decoder.decode(ServerSentEvent("[DONE]"))
    #expect(decoder.summary.finishReason == .toolCalls)
    return decoder.summary.toolCalls
  }

  private func call(_ id: String, _ name: String, _ arguments: ValueObject) -> ModelToolCall {
    ModelToolCall(id: id, name: name, arguments: arguments)
  }

  @Test(arguments: [
    // Two calls whose fragments are mixed.
    [
      #"{"index":0,"id":"x","function":{"name":"a","arguments":""}}"#,
      #"{"index":1,"id":"y","function":{"name":"b","arguments":"{\"n\""}}"#,
      #"{"index":0,"function":{"arguments":"{\"n\":1}"}}"#, #"{"function":{"arguments":":2}"},"index":1}"#,
    ],
    // Both in one chunk, with the name after the arguments.
    [
      #"{"function":{"arguments":"{\"n\":1}","name":"a"},"id":"x","index":0},{"index":1,"id":"y","function":{"name":"b","arguments":"{\"n\":2}"}}"#
    ],
    // Every call is number 0.
    [
      #"{"index":0,"id":"x","function":{"name":"a","arguments":"{\"n\":1}"}}"#,
      #"{"index":0,"id":"y","function":{"name":"b","arguments":"{\"n\":2}"}}"#,
    ],
    // No numbers, arguments as objects.
    [
      #"{"id":"x","function":{"name":"a","arguments":{"n":1}}}"#,
      #"{"id":"y","function":{"name":"b","arguments":{"n":2}}}"#,
    ],
    // The name and the id again in each fragment.
    [
      #"{"index":0,"id":"x","function":{"name":"a","arguments":"{\"n"}}"#,
      #"{"index":0,"id":"x","function":{"name":"a","arguments":"\":1}"}}"#,
      #"{"index":1,"id":"y","function":{"name":"b","arguments":"{\"n\":2}"}}"#,
    ],
    // A name in two pieces, and arguments that are text twice over.
    [
      #"{"index":0,"id":"x","function":{"name":"","arguments":null}}"#, #"{"index":0,"function":{"name":"a"}}"#,
      #"{"index":0,"id":"","function":{"name":null,"arguments":"\"{\\\"n\\\":1}\""}}"#,
      #"{"index":1,"id":"y","function":{"name":"b","arguments":" { \"n\" : 2 } "}}"#,
    ],
  ])
  func `fragments of parallel calls come together`(_ fragments: [String]) throws {
    #expect(try calls(fragments) == [call("x", "a", ["n": 1]), call("y", "b", ["n": 2])])
  }

  @Test(arguments: [
    [
      #"{"function":{"name":"a","arguments":"{\"n\":1}"}}"#, #"{"function":{"name":"a","arguments":"{\"n\":2}"}}"#,
    ],
    [
      #"{"index":0,"function":{"name":"a","arguments":{"n":1}}}"#,
      #"{"index":0,"function":{"name":"a","arguments":{"n":2}}}"#,
    ],
    [
      #"{"index":0,"function":{"name":"a","arguments":"{\"n\":"}}"#, #"{"index":0,"function":{"arguments":"1}"}}"#,
      #"{"index":1,"function":{"name":"a","arguments":"{\"n\":2}"}}"#,
    ],
  ])
  func `calls without ids get ids that the conversation does not have yet`(_ fragments: [String]) throws {
    #expect(
      try calls(fragments, after: Self.history) == [
        call("call00003", "a", ["n": 1]), call("call00004", "a", ["n": 2]),
      ])
  }

  @Test(arguments: UInt64(1)...20)
  func `arguments that are cut anywhere decode as they do in one piece`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed)
    for _ in 0..<20 {
      let text = (0..<8).map { _ in ["a", "é", "😀", "\"", "\\", "\n", "{}", "あ"].randomElement(using: &random)! }
      let arguments = Value.object(["text": .string(text.joined())])
      // The JSON of the arguments as a JSON string, in pure ASCII so that pairs of surrogates can be cut.
      var units: [String] = []
      for unit in arguments.json().utf16 {
        let hex = String(unit, radix: 16)
        units.append(#"\u"# + String(repeating: "0", count: 4 - hex.count) + hex)
      }
      var fragments = [#"{"index":0,"id":"x","function":{"name":"a","arguments":""}}"#]
      while !units.isEmpty {
        let count = min(units.count, Int.random(in: 1...6, using: &random))
        fragments.append(#"{"index":0,"function":{"arguments":"\#(units.prefix(count).joined())"}}"#)
        units.removeFirst(count)
      }
      #expect(try calls(fragments).first?.object == arguments.object, "seed \(seed)")
    }
  }

  @Test(arguments: ["{broken", "[1]", "5", "\"text\""])
  func `arguments that are no object are said to be none`(_ json: String) throws {
    guard case .malformed(let reason) = ModelToolCall(id: "", name: "a", json: json).arguments else {
      Issue.record("\(json) was taken for an object")
      return
    }
    #expect(reason.hasPrefix("the arguments are "))
  }

  @Test(arguments: ["", " \n", "null", "{}"])
  func `nothing stands for no arguments`(_ json: String) {
    #expect(ModelToolCall(id: "", name: "a", json: json).arguments == .object([:]))
  }

  @Test func `what Google signs goes back with its call`() throws {
    let calls = try calls([
      #"{"index":0,"id":"x","extra_content":{"google":{"thought_signature":"s"}},"function":{"name":"a","arguments":"{}"}}"#
    ])
    #expect(calls.first?.echo == ["google": ["thought_signature": "s"]])
    var message = ModelMessage(.assistant, "")
    message.toolCalls = calls
    let sent = try body(ModelRequest(messages: [message]), provider: "google")["messages"]?.list?[0]
    #expect(sent?["tool_calls"]?.list?[0]["extra_content"] == ["google": ["thought_signature": "s"]])
  }

  @Test func `a server that sends Anthropic's arguments whole is understood`() throws {
    var decoder = AnthropicStreamDecoder(.anyTool(name: "answer"))
    for event in [
      #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","name":"search","input":{"query":"q"}}}"#,
      #"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#, #"{"type":"message_stop"}"#,
    ] { _ = try decoder.decode(ServerSentEvent(event)) }
    #expect(decoder.summary.toolCalls == [call("call00001", "search", ["query": "q"])])
  }
}

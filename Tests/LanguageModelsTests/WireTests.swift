import GraphHTTP
import GraphRuntime
import GraphTestSupport
import Testing

@testable import LanguageModels

@Suite struct WireTests {
  private static let conversation = ModelRequest(
    messages: [
      ModelMessage(.system, "Be brief."), ModelMessage(.user, "Hi \"you\"\n"), ModelMessage(.assistant, "Yes?"),
    ],
    temperature: 0.5, maxTokens: 99)

  private static let closed: Value = [
    "type": "object", "properties": ["a": ["type": "string", "minLength": 2, "default": "x"]], "required": ["a"],
  ]

  private func openAI(_ model: String = "m", preset: String = "openai", isOpenAI: Bool = false) -> OpenAIChatCodec {
    OpenAIChatCodec(model: model, preset: ProviderPreset.named(preset)!, isOpenAI: isOpenAI)
  }

  private func json(_ codec: some ModelCodec, _ request: ModelRequest, streams: Bool = false) -> String {
    String(decoding: codec.encode(request, streams: streams), as: UTF8.self)
  }

  // MARK: - Requests

  @Test func `a conversation for OpenAI`() {
    #expect(
      json(openAI(isOpenAI: true), Self.conversation, streams: true)
        == #"{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi \"you\"\n"},"#
        + #"{"role":"assistant","content":"Yes?"}],"temperature":0.5,"max_completion_tokens":99,"stream":true,"#
        + #""stream_options":{"include_usage":true}}"#)
  }

  @Test func `a compatible server gets the field it knows`() {
    #expect(json(openAI(), ModelRequest(messages: [], maxTokens: 5)) == #"{"model":"m","messages":[],"max_tokens":5}"#)
  }

  @Test func `Mistral refuses to be asked for usage, which it sends anyway`() {
    #expect(
      json(openAI(preset: "mistral"), ModelRequest(messages: []), streams: true)
        == #"{"model":"m","messages":[],"stream":true}"#)
  }

  @Test(arguments: ["o1", "o3-mini", "gpt-5", "openai/o4-mini"])
  func `models that reason get no temperature`(_ model: String) {
    let body = json(openAI(model), ModelRequest(messages: [], temperature: 0.5, maxTokens: 5))
    #expect(body == #"{"model":"\#(model)","messages":[],"max_completion_tokens":5}"#)
  }

  @Test(arguments: ["gpt-4o", "gpt-5-chat-latest", "o1x", "llama-o1"])
  func `others get it`(_ model: String) {
    #expect(json(openAI(model), ModelRequest(messages: [], temperature: 0.5)).contains(#""temperature":0.5"#))
  }

  @Test func `a schema for OpenAI is closed and strict`() throws {
    let request = ModelRequest(messages: [], schema: ResponseSchema(name: "my review!", schema: Self.closed))
    let body = try Value(json: json(openAI(), request))
    #expect(
      body["response_format"] == [
        "type": "json_schema",
        "json_schema": [
          "name": "my_review_", "strict": true,
          "schema": [
            "type": "object", "properties": ["a": ["type": "string"]], "required": ["a"], "additionalProperties": false,
          ],
        ],
      ])
  }

  @Test(arguments: [
    #"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"]}"#,
    #"{"type":"object","properties":{"a":{"type":"object"}},"required":["a"]}"#,
    #"{"type":"object","properties":{"a":{"type":"object","additionalProperties":{"type":"string"}}},"required":["a"]}"#,
    #"{"type":"object","properties":{"a":{"type":"array"}},"required":["a"]}"#,
    #"{"type":"object","properties":{"a":{}},"required":["a"]}"#,
    #"{"type":"object","properties":{"a":{"oneOf":[{"type":"string"}]}},"required":["a"]}"#,
    #"{"type":"array","items":{"type":"string"}}"#,
  ])
  func `a schema that cannot be strict is sent as it is`(_ text: String) throws {
    let schema = try Value(json: text)
    let (sent, isStrict) = StrictSchema.adapt(schema)
    #expect(sent == schema)
    #expect(!isStrict)
  }

  @Test func `strictness reaches every level`() throws {
    let (sent, isStrict) = StrictSchema.adapt(
      try Value(
        json:
          ##"{"type":"object","properties":{"l":{"type":"array","items":{"$ref":"#/$defs/p"}},"n":{"anyOf":[{"type":"null"},"##
          + #"{"type":"integer","minimum":1}]}},"required":["l","n"],"$defs":{"p":{"type":"object","properties":{"x":"#
          + #"{"enum":["a","b"]}},"required":["x"]}}}"#))
    #expect(isStrict)
    #expect(sent["$defs"]?["p"]?["additionalProperties"] == false)
    #expect(sent["properties"]?["n"]?["anyOf"]?.list?.last?["minimum"] == 1)
  }

  @Test func `a provider without schemas gets the schema in words`() throws {
    let schema = ResponseSchema(name: "x", schema: Self.closed)
    for messages in [[ModelMessage(.system, "Be brief."), ModelMessage(.user, "Hi")], [ModelMessage(.user, "Hi")]] {
      let body = try Value(json: json(openAI(preset: "deepseek"), ModelRequest(messages: messages, schema: schema)))
      #expect(body["response_format"] == ["type": "json_object"])
      let system = try #require(body["messages"]?.list?.first)
      #expect(system["role"] == "system")
      #expect(system["content"]?.string?.hasSuffix("fit this JSON schema:\n" + Self.closed.json()) == true)
      #expect(system["content"]?.string?.hasPrefix("Be brief.") == (messages.count == 2))
      #expect(body["messages"]?.list?.count == 2)
    }
  }

  @Test func `a conversation for Anthropic`() {
    #expect(
      json(AnthropicMessagesCodec(model: "claude-haiku-4-5"), Self.conversation, streams: true)
        == #"{"model":"claude-haiku-4-5","max_tokens":99,"system":"Be brief.","messages":[{"role":"user","content":"#
        + #""Hi \"you\"\n"},{"role":"assistant","content":"Yes?"}],"temperature":0.5,"stream":true}"#)
  }

  @Test func `instructions alone are a message for Anthropic`() throws {
    let body = try Value(
      json: json(AnthropicMessagesCodec(model: "m"), ModelRequest(messages: [ModelMessage(.system, "Go.")])))
    #expect(body["system"] == nil)
    #expect(body["messages"] == [["role": "user", "content": "Go."]])
    #expect(body["max_tokens"] == 8192)
  }

  @Test(arguments: [
    ("claude-haiku-4-5", true), ("claude-sonnet-4-20250514", true), ("claude-opus-4-1", true),
    ("claude-opus-4-7", false), ("claude-sonnet-5", false), ("glm-4", true),
  ])
  func `newer Claudes get no temperature`(_ model: String, _ isSent: Bool) {
    let body = json(AnthropicMessagesCodec(model: model), ModelRequest(messages: [], temperature: 0.5))
    #expect(body.contains("temperature") == isSent)
  }

  @Test func `a schema for Anthropic is a tool that has to be called`() throws {
    let request = ModelRequest(messages: [], schema: ResponseSchema(name: "review", schema: Self.closed))
    let body = try Value(json: json(AnthropicMessagesCodec(model: "m"), request))
    #expect(body["tool_choice"] == ["type": "tool", "name": "review"])
    #expect(body["tools"]?.list?.first?["name"] == "review")
    #expect(body["tools"]?.list?.first?["input_schema"] == Self.closed)
  }

  // MARK: - Events

  private func decode(_ events: [String], _ decoder: any StreamDecoder = OpenAIStreamDecoder()) throws -> [String] {
    var decoder = decoder
    return try events.compactMap { try decoder.decode(ServerSentEvent($0)) }
  }

  private func delta(_ content: String) -> String { #"{"choices":[{"index":0,"delta":{"content":\#(content)}}]}"# }

  @Test func `keys may come in any order and values may be of other types`() throws {
    let events = [
      #" { "x" : [ { "}" : "]" } , 1.5e3 , null ] , "choices" : [ { "delta" : { "role" : "assistant" , "content" : "a" } , "index" : 0 } ] } "#,
      #"{"choices":[{"finish_reason":null,"delta":{"content":"b","tool_calls":[]},"index":0}],"error":null,"usage":null}"#,
      #"{"choices":[{"delta":{"content":"c"}}]}"#,
      #"{"choices":[{"index":1,"delta":{"content":"another choice"}}]}"#,
      #"{"choices":[{"index":0,"delta":{"content":null,"reasoning_content":"thinking"}}]}"#,
      #"{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"text":"d","type":"text"}]}}]}"#,
      #"{"choices":[{"index":0,"delta":null}]}"#, #"{"choices":null}"#, #"{"choices":[]}"#, "{}",
    ]
    #expect(try decode(events) == ["a", "b", "c", "d"])
  }

  @Test(arguments: [
    (#""\n\t\r\b\f\"\\\/""#, "\n\t\r\u{8}\u{C}\"\\/"),
    (#""\u00e4\u3042\ud83d\ude00""#, "äあ😀"),
    (#""\ud83dx""#, "\u{FFFD}x"),
    (#""\ude00x""#, "\u{FFFD}x"),
    (#""\ud83d\ud83d\ude00x""#, "\u{FFFD}😀x"),
    (#""\ud83d\u0041""#, "\u{FFFD}A"),
  ])
  func `escapes are read`(_ written: String, _ text: String) throws {
    #expect(try decode([delta(written)]) == [text])
  }

  @Test func `a pair of surrogates may be cut in two`() throws {
    #expect(try decode([delta(#""a\ud83d""#), delta(#""\ude00b""#)]) == ["a", "😀b"])
    #expect(try decode([delta(#""\ud83d""#), delta(#""""#), delta(#""\ude00""#)]) == ["😀"])
    #expect(try decode([delta(#""\ud83d""#), delta(#""b""#)]) == ["\u{FFFD}b"])
    #expect(try decode([delta(#""a\ud83d""#), "[DONE]"]) == ["a", "\u{FFFD}"])
  }

  @Test(arguments: UInt64(1)...30)
  func `text that is cut at any byte comes out whole`(_ seed: UInt64) {
    var random = SeededGenerator(seed)
    let scalars: [Unicode.Scalar] = ["a", "é", "あ", "\u{D7FF}", "\u{E000}", "😀", "\u{10FFFF}", "\u{0}", "한"]
    for _ in 0..<50 {
      let text = String(String.UnicodeScalarView((0..<20).map { _ in scalars.randomElement(using: &random)! }))
      var assembler = TextAssembler()
      var rest = Array(text.utf8)[...]
      var joined = ""
      while !rest.isEmpty {
        let part = rest.prefix(Int.random(in: 1...5, using: &random))
        rest = rest.dropFirst(part.count)
        if let piece = assembler.append(part) {
          #expect(!piece.isEmpty && !piece.unicodeScalars.contains("\u{FFFD}"))
          joined += piece
        }
      }
      #expect(joined == text, "seed \(seed)")
      #expect(assembler.flush() == nil)
    }
  }

  @Test(arguments: UInt64(1)...30)
  func `units that are cut anywhere decode as they do in one piece`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed)
    for _ in 0..<50 {
      let units = (0..<12).map { _ in [#"\ud83d"#, #"\ude00"#, "a", "é", #"\u00e9"#].randomElement(using: &random)! }
      let whole = try #require(try Value(json: "\"\(units.joined())\"").string)
      let cut = Int.random(in: 0...12, using: &random)
      let parts = [units[..<cut].joined(), units[cut...].joined()]
      let events = parts.map { delta("\"\($0)\"") } + ["[DONE]"]
      #expect(try decode(events).joined() == whole, "seed \(seed), cut at \(cut) of \(units)")
    }
  }

  @Test func `a refusal is an error`() throws {
    let events = [
      #"{"choices":[{"index":0,"delta":{"refusal":"I can"}}]}"#,
      #"{"choices":[{"index":0,"delta":{"refusal":"not."}}]}"#,
      #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#, "[DONE]",
    ]
    let error = #expect(throws: WireError.self) { try decode(events) }
    guard case .provider("refusal", "I cannot.")? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `Groq's usage is found`() throws {
    var decoder = OpenAIStreamDecoder()
    _ = try decoder.decode(
      ServerSentEvent(#"{"x_groq":{"id":"r","usage":{"prompt_tokens":3,"completion_tokens":4,"x":{}}},"choices":[]}"#))
    #expect(decoder.summary.usage == ModelUsage(inputTokens: 3, outputTokens: 4))
  }

  @Test func `Anthropic's cached tokens are tokens, and its thoughts are no text`() throws {
    var decoder = AnthropicStreamDecoder(.text)
    let events = [
      #"{"type":"message_start","message":{"usage":{"input_tokens":1,"cache_read_input_tokens":20,"cache_creation_input_tokens":300,"output_tokens":1}}}"#,
      #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
      #"{"delta":{"text":"x","type":"text_delta"},"index":1,"type":"content_block_delta"}"#,
      #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}"#,
    ]
    let texts = try events.compactMap { try decoder.decode(ServerSentEvent($0)) }
    #expect(texts == ["x"])
    #expect(decoder.summary.usage == ModelUsage(inputTokens: 321, outputTokens: 9))
  }
}

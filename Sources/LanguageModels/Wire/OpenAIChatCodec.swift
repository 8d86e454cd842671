internal import GraphDiagnostics
internal import GraphHTTP
internal import GraphRuntime

/// `POST chat/completions` as OpenAI defined it and most others copied it.
struct OpenAIChatCodec: ModelCodec {
  let model: String
  let preset: ProviderPreset
  /// Whether this is OpenAI's own service, which has renamed `max_tokens`.
  let isOpenAI: Bool

  var path: String { "/chat/completions" }

  func headers(key: String?) -> HTTPHeaders {
    var headers: HTTPHeaders = ["Content-Type": "application/json"]
    if let key { headers.append("Authorization", "Bearer \(key)") }
    return headers
  }

  func encode(_ request: ModelRequest, streams: Bool) -> [UInt8] {
    var body: ValueObject = ["model": .string(model)]
    var messages = joiningInstructions(request.messages)
    if let schema = request.schema {
      let mayCall = !request.tools.isEmpty && request.toolChoice != .never
      if mayCall && !preset.structuresBesideTools {
        // There `response_format` would forbid the calls, or the two together are refused.
        addInstruction(schema, to: &messages)
      } else if preset.structuredOutput == .jsonSchema {
        let (wire, isStrict) = StrictSchema.adapt(schema.schema)
        let format: ValueObject = ["name": .string(schema.wireName), "schema": wire, "strict": .bool(isStrict)]
        body["response_format"] = ["type": "json_schema", "json_schema": .object(format)]
      } else {
        body["response_format"] = ["type": "json_object"]
        addInstruction(schema, to: &messages)
      }
    }
    body["messages"] = .list(messages.map(encode))
    if !request.tools.isEmpty {
      body["tools"] = .list(request.tools.map(encode))
      if let choice = encode(request.toolChoice) { body["tool_choice"] = choice }
    }
    // Models that reason refuse every temperature but their own.
    if let temperature = request.temperature, !isReasoningModel { body["temperature"] = .double(temperature) }
    if let limit = request.maxTokens {
      body[isOpenAI || isReasoningModel ? "max_completion_tokens" : "max_tokens"] = .int(limit)
    }
    if let budget = request.thinkingBudget { encode(thinkingBudget: budget, into: &body) }
    if streams {
      body["stream"] = true
      if preset.asksForStreamUsage { body["stream_options"] = ["include_usage": true] }
    }
    var bytes: [UInt8] = []
    Value.object(body).writeJSON(to: &bytes)
    return bytes
  }

  func problem(with request: ModelRequest) -> String? {
    guard let budget = request.thinkingBudget, budget != 0 else { return nil }
    switch preset.thinking {
    case .google, .openRouter: return nil
    case .deepSeek where budget < 0: return nil
    case .deepSeek: return "a 'thinking_budget' of so many tokens is not supported; use 0 for none or -1"
    case .none, .anthropic: return "'thinking_budget' is not supported"
    }
  }

  private func encode(thinkingBudget budget: Int, into body: inout ValueObject) {
    switch preset.thinking {
    case .google: body["extra_body"] = ["google": ["thinking_config": ["thinking_budget": .int(budget)]]]
    case .openRouter:
      body["reasoning"] = budget > 0 ? ["max_tokens": .int(budget)] : ["enabled": .bool(budget != 0)]
    case .deepSeek: body["thinking"] = ["type": budget == 0 ? "disabled" : "enabled"]
    case .none, .anthropic: break
    }
  }

  private var isReasoningModel: Bool {
    let name = model.split(separator: "/").last ?? Substring(model)
    if name.hasPrefix("gpt-5") { return !name.contains("chat") }
    return ["o1", "o3", "o4"].contains { name == $0 || name.hasPrefix($0 + "-") }
  }

  /// The instructions at the beginning as one message: many servers behind this protocol take no more.
  private func joiningInstructions(_ messages: [ModelMessage]) -> [ModelMessage] {
    let instructions = messages.prefix { $0.role == .system }
    guard instructions.count > 1 else { return messages }
    let text = instructions.map(\.content).joined(separator: "\n")
    return [ModelMessage(.system, text)] + messages.dropFirst(instructions.count)
  }

  /// Puts the schema where every model reads it: at the end of the one system message.
  private func addInstruction(_ schema: ResponseSchema, to messages: inout [ModelMessage]) {
    let instruction =
      "Answer with one JSON object and nothing else. The object has to fit this JSON schema:\n\(schema.schema.json())"
    if let index = messages.firstIndex(where: { $0.role == .system }) {
      messages[index].content += "\n\n" + instruction
    } else {
      messages.insert(ModelMessage(.system, instruction), at: 0)
    }
  }

  // MARK: - Messages and tools

  private func encode(_ message: ModelMessage) -> Value {
    var encoded: ValueObject = ["role": .string(message.role.rawValue)]
    if message.role == .tool { encoded["tool_call_id"] = .string(wireID(message.toolCallID ?? "")) }
    encoded["content"] =
      message.content.isEmpty && !message.toolCalls.isEmpty ? .null : .string(message.content)
    guard !message.toolCalls.isEmpty else { return .object(encoded) }
    if preset.thinking == .deepSeek, let thoughts = message.echo?.string {
      encoded["reasoning_content"] = .string(thoughts)
    }
    encoded["tool_calls"] = .list(
      message.toolCalls.map { call in
        // Broken arguments are not sent back as they were: some servers parse them and refuse the whole request.
        let function: Value = [
          "name": .string(call.name), "arguments": .string(Value.object(call.object).json()),
        ]
        var encoded: ValueObject = ["id": .string(wireID(call.id)), "type": "function", "function": function]
        if let echo = call.echo { encoded["extra_content"] = echo }
        return .object(encoded)
      })
    return .object(encoded)
  }

  private func encode(_ tool: ToolDefinition) -> Value {
    let function: ValueObject = [
      "name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters,
    ]
    return ["type": "function", "function": .object(function)]
  }

  private func encode(_ choice: ToolChoice) -> Value? {
    switch choice {
    case .automatic: nil
    case .never: "none"
    case .required: "required"
    case .named(let name): ["type": "function", "function": ["name": .string(name)]]
    }
  }

  /// The id of a call as the provider takes it: Mistral's have nine letters and digits, and a conversation may have
  /// begun elsewhere.
  private func wireID(_ id: String) -> String {
    let isPlain = id.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
    }
    guard preset.name == "mistral", id.utf8.count != 9 || !isPlain else { return id }
    var hash = StableHash()
    hash.combine(id)
    let digits = String(hash.value, radix: 36)
    return String((digits + "000000000").prefix(9))
  }

  // MARK: - Answers

  func decodeAnswer(_ body: [UInt8], to request: ModelRequest) throws(WireError) -> ModelResponse {
    guard let value = try? Value(json: body) else { throw .malformed("the answer is not JSON") }
    if let error = value["error"], !error.isNull {
      let report = ProviderErrorBody(value)
      throw .provider(kind: report.kind ?? "error", message: report.message ?? "")
    }
    guard let choice = value["choices"]?.list?.first, let message = choice["message"], message.object != nil else {
      throw .malformed("the answer has no 'choices'")
    }
    if let refusal = message["refusal"]?.string, !refusal.isEmpty {
      throw .provider(kind: WireError.refusalKind, message: refusal)
    }
    var summary = ModelResponse.Summary()
    summary.finishReason = choice["finish_reason"]?.string.map(FinishReason.init(openAI:)) ?? .stop
    if let usage = value["usage"],
      let output = usage["completion_tokens"]?.int ?? usage["prompt_tokens"].map({ _ in 0 })
    {
      summary.usage = ModelUsage(inputTokens: usage["prompt_tokens"]?.int ?? 0, outputTokens: output)
    }
    summary.toolCalls = Self.toolCalls(message["tool_calls"]?.list ?? [], of: request)
    if !summary.toolCalls.isEmpty {
      if summary.finishReason == .stop { summary.finishReason = .toolCalls }
      if keepsThoughts(request) { summary.echo = message["reasoning_content"].flatMap { $0.isNull ? nil : $0 } }
    }
    return ModelResponse(text: Self.text(message["content"]), summary: summary)
  }

  private static func toolCalls(_ written: [Value], of request: ModelRequest) -> [ModelToolCall] {
    var assembler = ToolCallAssembler(after: request)
    for (index, call) in written.enumerated() {
      let function = call["function"] ?? call
      var fragment = ToolCallAssembler.Fragment(index: index, id: call["id"]?.string, name: function["name"]?.string)
      fragment.echo = call["extra_content"]
      let arguments = function["arguments"] ?? .null
      if arguments.string == nil, !arguments.isNull { fragment.object = arguments }
      let position = assembler.beginNew(fragment)
      if let json = arguments.string { assembler.append(json, at: position) }
    }
    return assembler.calls()
  }

  /// Whether thoughts before a call have to be sent back with it.
  private func keepsThoughts(_ request: ModelRequest) -> Bool { preset.thinking == .deepSeek && !request.tools.isEmpty }

  /// Text as a string or as a list of parts, of which those that are thoughts are left out.
  private static func text(_ content: Value?) -> String {
    guard let parts = content?.list else { return content?.string ?? "" }
    return parts.filter { $0["type"]?.string == "text" }.compactMap { $0["text"]?.string }.joined()
  }

  func makeStreamDecoder(for request: ModelRequest) -> any StreamDecoder {
    OpenAIStreamDecoder(after: request, keepsThoughts: keepsThoughts(request))
  }
}

extension FinishReason {
  /// The reason that a `finish_reason` names.
  init(openAI name: String) {
    switch name {
    case "stop", "eos": self = .stop
    case "length", "model_length": self = .length
    case "content_filter": self = .contentFilter
    case "tool_calls", "function_call": self = .toolCalls
    default: self = .other(name)
    }
  }
}

extension ResponseSchema {
  /// The name with nothing in it that providers refuse.
  var wireName: String {
    let scalars = name.unicodeScalars.prefix(64).map { scalar -> Unicode.Scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-": scalar
      default: "_"
      }
    }
    return scalars.isEmpty ? "answer" : String(String.UnicodeScalarView(scalars))
  }
}

internal import GraphDiagnostics
internal import GraphHTTP
internal import GraphRuntime

/// `POST chat/completions` as OpenAI defined it and most others copied it.
struct OpenAIChatCodec: ModelCodec {
  let model: String
  let structuredOutput: ProviderPreset.StructuredOutput
  let asksForStreamUsage: Bool
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
      if structuredOutput == .jsonSchema {
        let (wire, isStrict) = StrictSchema.adapt(schema.schema)
        let format: ValueObject = ["name": .string(schema.wireName), "schema": wire, "strict": .bool(isStrict)]
        body["response_format"] = ["type": "json_schema", "json_schema": .object(format)]
      } else {
        body["response_format"] = ["type": "json_object"]
        addInstruction(schema, to: &messages)
      }
    }
    body["messages"] = .list(messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] })
    // Models that reason refuse every temperature but their own.
    if let temperature = request.temperature, !isReasoningModel { body["temperature"] = .double(temperature) }
    if let limit = request.maxTokens {
      body[isOpenAI || isReasoningModel ? "max_completion_tokens" : "max_tokens"] = .int(limit)
    }
    if streams {
      body["stream"] = true
      if asksForStreamUsage { body["stream_options"] = ["include_usage": true] }
    }
    var bytes: [UInt8] = []
    Value.object(body).writeJSON(to: &bytes)
    return bytes
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
    return ModelResponse(text: Self.text(message["content"]), summary: summary)
  }

  /// Text as a string or as a list of parts, of which those that are thoughts are left out.
  private static func text(_ content: Value?) -> String {
    guard let parts = content?.list else { return content?.string ?? "" }
    return parts.filter { $0["type"]?.string == "text" }.compactMap { $0["text"]?.string }.joined()
  }

  func makeStreamDecoder(for request: ModelRequest) -> any StreamDecoder { OpenAIStreamDecoder() }
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

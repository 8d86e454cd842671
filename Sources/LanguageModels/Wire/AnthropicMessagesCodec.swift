internal import GraphHTTP
internal import GraphRuntime

/// `POST v1/messages` of Anthropic.
///
/// A schema becomes a tool that has to be called; the arguments of the call
/// are the text of the answer. That works with every model of the family and
/// streams.
struct AnthropicMessagesCodec: ModelCodec {
  let model: String

  var path: String { "/v1/messages" }

  func headers(key: String?) -> HTTPHeaders {
    var headers: HTTPHeaders = ["Content-Type": "application/json", "anthropic-version": "2023-06-01"]
    if let key { headers.append("x-api-key", key) }
    return headers
  }

  func encode(_ request: ModelRequest, streams: Bool) -> [UInt8] {
    var system = request.messages.filter { $0.role == .system }
    var messages = request.messages.filter { $0.role != .system }
    if messages.isEmpty, !system.isEmpty {
      // At least one message is wanted; instructions alone are what the person says.
      messages = [ModelMessage(.user, system.map(\.content).joined(separator: "\n\n"))]
      system = []
    }
    var body: ValueObject = ["model": .string(model), "max_tokens": .int(request.maxTokens ?? defaultMaxTokens)]
    if !system.isEmpty { body["system"] = encode(system: system) }
    body["messages"] = .list(messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] })
    if let temperature = request.temperature, acceptsTemperature { body["temperature"] = .double(temperature) }
    if let schema = request.schema {
      let name = Value.string(schema.wireName)
      let description: Value = "Gives the answer. Its arguments are the answer itself."
      body["tools"] = [["name": name, "description": description, "input_schema": schema.schema]]
      body["tool_choice"] = ["type": "tool", "name": name]
    }
    if streams { body["stream"] = true }
    var bytes: [UInt8] = []
    Value.object(body).writeJSON(to: &bytes)
    return bytes
  }

  /// The instructions as one text, or in blocks where one of them is to be kept.
  private func encode(system: [ModelMessage]) -> Value {
    guard system.contains(where: \.isCached) else {
      return .string(system.map(\.content).joined(separator: "\n\n"))
    }
    return .list(
      system.map { message in
        var block: ValueObject = ["type": "text", "text": .string(message.content)]
        if message.isCached { block["cache_control"] = ["type": "ephemeral"] }
        return .object(block)
      })
  }

  /// The protocol wants a limit; the oldest models refuse more than this one.
  private var defaultMaxTokens: Int { model.hasPrefix("claude-3-") ? 4_096 : 8_192 }

  /// Newer models of Anthropic's refuse the parameter, whatever its value; other makers behind the same protocol do not.
  private var acceptsTemperature: Bool {
    let accepting = [
      "claude-2", "claude-3", "claude-instant", "claude-haiku-4", "claude-sonnet-4", "claude-opus-4-0",
      "claude-opus-4-1",
      "claude-opus-4-2025", "claude-opus-4-5", "claude-opus-4-6",
    ]
    return !model.hasPrefix("claude-") || accepting.contains { model.hasPrefix($0) }
  }

  func decodeAnswer(_ body: [UInt8], to request: ModelRequest) throws(WireError) -> ModelResponse {
    guard let value = try? Value(json: body) else { throw .malformed("the answer is not JSON") }
    if value["type"]?.string == "error" {
      let report = ProviderErrorBody(value)
      throw .provider(kind: report.kind ?? "error", message: report.message ?? "")
    }
    guard let blocks = value["content"]?.list else { throw .malformed("the answer has no 'content'") }
    var summary = ModelResponse.Summary()
    let reason = value["stop_reason"]?.string
    if reason == "refusal" { throw .provider(kind: WireError.refusalKind, message: "") }
    summary.finishReason = reason.map { FinishReason(anthropic: $0, hasSchema: request.schema != nil) } ?? .stop
    if let usage = value["usage"], usage.object != nil {
      let input = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
      summary.usage = ModelUsage(
        inputTokens: input.reduce(0) { $0 + (usage[$1]?.int ?? 0) }, outputTokens: usage["output_tokens"]?.int ?? 0)
    }
    guard request.schema != nil else {
      let text = blocks.filter { $0["type"]?.string == "text" }.compactMap { $0["text"]?.string }.joined()
      return ModelResponse(text: text, summary: summary)
    }
    guard let input = blocks.first(where: { $0["type"]?.string == "tool_use" })?["input"] else {
      throw .malformed("the answer has no object of the schema")
    }
    return ModelResponse(text: input.json(), summary: summary)
  }

  func makeStreamDecoder(for request: ModelRequest) -> any StreamDecoder {
    AnthropicStreamDecoder(hasSchema: request.schema != nil)
  }
}

extension FinishReason {
  /// The reason that a `stop_reason` names; with a schema the call of its tool is the whole answer.
  init(anthropic name: String, hasSchema: Bool) {
    switch name {
    case "end_turn", "stop_sequence": self = .stop
    case "max_tokens", "model_context_window_exceeded": self = .length
    case "tool_use": self = hasSchema ? .stop : .toolCalls
    default: self = .other(name)
    }
  }
}

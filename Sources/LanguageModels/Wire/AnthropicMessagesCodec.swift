internal import GraphHTTP
internal import GraphRuntime

/// `POST v1/messages` of Anthropic.
///
/// A schema goes into the provider's own schema mode where the model has one
/// and the schema can be said in it. Else it becomes a tool that has to be
/// called; the arguments of the call are the text of the answer. That works
/// with every model of the family and streams.
struct AnthropicMessagesCodec: ModelCodec {
  let model: String
  /// Whether this is Anthropic's own service, whose models are known by their names.
  var isAnthropic = false

  var path: String { "/v1/messages" }

  func headers(key: String?) -> HTTPHeaders {
    var headers: HTTPHeaders = ["Content-Type": "application/json", "anthropic-version": "2023-06-01"]
    if let key { headers.append("x-api-key", key) }
    return headers
  }

  func encode(_ request: ModelRequest, streams: Bool) -> [UInt8] {
    let form = form(of: request)
    var system = request.messages.filter { $0.role == .system }
    var messages = request.messages.filter { $0.role != .system }
    if messages.isEmpty, !system.isEmpty {
      // At least one message is wanted; instructions alone are what the person says.
      messages = [ModelMessage(.user, system.map(\.content).joined(separator: "\n\n"))]
      system = []
    }
    if case .offeredTool(let name) = form {
      system.append(ModelMessage(.system, "Give your final answer by calling the tool '\(name)', and in no other way."))
    }
    var body: ValueObject = ["model": .string(model), "max_tokens": .int(maximumTokens(of: request))]
    if !system.isEmpty { body["system"] = encode(system: system) }
    body["messages"] = .list(encode(messages: messages))
    if let thinking = thinking(of: request) {
      body["thinking"] = thinking
    } else if let temperature = request.temperature, acceptsTemperature {
      body["temperature"] = .double(temperature)
    }
    encodeTools(of: request, form, into: &body)
    if streams { body["stream"] = true }
    var bytes: [UInt8] = []
    Value.object(body).writeJSON(to: &bytes)
    return bytes
  }

  func problem(with request: ModelRequest) -> String? {
    guard let budget = request.thinkingBudget, budget < 0, isAnthropic, !AnthropicModel(name: model).thinksAdaptively
    else { return nil }
    return "the model cannot decide by itself how much it thinks; give 'thinking_budget' a number of tokens"
  }

  private func form(of request: ModelRequest) -> AnthropicAnswerForm {
    AnthropicAnswerForm(
      request, hasStructuredOutput: isAnthropic && AnthropicModel(name: model).hasStructuredOutput,
      thinks: thinks(request))
  }

  // MARK: - Settings

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

  private func thinks(_ request: ModelRequest) -> Bool { request.thinkingBudget.map { $0 != 0 } ?? false }

  /// The least that the protocol lets a model think with.
  private static let leastBudget = 1_024

  private func thinking(of request: ModelRequest) -> Value? {
    guard let budget = request.thinkingBudget, budget != 0 else { return nil }
    if budget < 0 || (isAnthropic && AnthropicModel(name: model).refusesBudgets) { return ["type": "adaptive"] }
    return ["type": "enabled", "budget_tokens": .int(max(budget, Self.leastBudget))]
  }

  /// The limit of the whole answer: thoughts count, so one that leaves no room for them is raised.
  private func maximumTokens(of request: ModelRequest) -> Int {
    let limit = request.maxTokens ?? defaultMaxTokens
    guard let budget = request.thinkingBudget, budget > 0 else { return limit }
    let thoughts = max(budget, Self.leastBudget)
    return request.maxTokens != nil && limit > thoughts ? limit : limit + thoughts
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

  // MARK: - Tools

  private func encodeTools(of request: ModelRequest, _ form: AnthropicAnswerForm, into body: inout ValueObject) {
    var tools: [Value] = request.tools.map { tool in
      [
        "name": .string(tool.name), "description": .string(tool.description), "input_schema": tool.parameters,
      ]
    }
    if let name = form.answerTool, let schema = request.schema {
      tools.append([
        "name": .string(name), "description": .string(AnthropicAnswerForm.toolDescription),
        "input_schema": schema.schema,
      ])
    }
    if case .structured(let schema) = form {
      body["output_config"] = ["format": ["type": "json_schema", "schema": schema]]
    }
    guard !tools.isEmpty else { return }
    body["tools"] = .list(tools)
    if let choice = choice(of: request, form) { body["tool_choice"] = choice }
  }

  private func choice(of request: ModelRequest, _ form: AnthropicAnswerForm) -> Value? {
    // Only `auto` and `none` go together with thoughts.
    if thinks(request) { return request.toolChoice == .never && form.answerTool == nil ? ["type": "none"] : nil }
    switch (form, request.toolChoice) {
    case (_, .named(let name)): return ["type": "tool", "name": .string(name)]
    case (.forcedTool(let name), _): return ["type": "tool", "name": .string(name)]
    case (.anyTool, _), (_, .required): return ["type": "any"]
    case (_, .never): return ["type": "none"]
    case (_, .automatic): return nil
    }
  }

  // MARK: - Messages

  /// The conversation; the results of one turn's calls are blocks of one message, with what is said after them.
  private func encode(messages: [ModelMessage]) -> [Value] {
    var encoded: [Value] = []
    var results: [Value] = []
    func flush() {
      if !results.isEmpty { encoded.append(["role": "user", "content": .list(results)]) }
      results = []
    }
    for message in messages {
      switch message.role {
      case .tool: results.append(encode(result: message))
      case .user where !results.isEmpty:
        results.append(["type": "text", "text": .string(message.content)])
        flush()
      default:
        flush()
        encoded.append(["role": .string(message.role.rawValue), "content": encode(content: message)])
      }
    }
    flush()
    return encoded
  }

  private func encode(result: ModelMessage) -> Value {
    var block: ValueObject = [
      "type": "tool_result", "tool_use_id": .string(Self.wireID(result.toolCallID ?? "")),
    ]
    if !result.content.isEmpty { block["content"] = .string(result.content) }
    if result.isError { block["is_error"] = true }
    return .object(block)
  }

  private func encode(content message: ModelMessage) -> Value {
    guard !message.toolCalls.isEmpty else { return .string(message.content) }
    // Thoughts are signed and have to come back as they were, where they were.
    if let blocks = message.echo?.list { return .list(blocks) }
    var blocks: [Value] = message.content.isEmpty ? [] : [["type": "text", "text": .string(message.content)]]
    for call in message.toolCalls {
      blocks.append([
        "type": "tool_use", "id": .string(Self.wireID(call.id)), "name": .string(call.name),
        "input": .object(call.object),
      ])
    }
    return .list(blocks)
  }

  /// The id of a call as the protocol takes it, whoever made it up.
  private static func wireID(_ id: String) -> String {
    String(
      String.UnicodeScalarView(
        id.unicodeScalars.map { scalar in
          switch scalar {
          case "a"..."z", "A"..."Z", "0"..."9", "_", "-": scalar
          default: "_"
          }
        }))
  }

  // MARK: - Answers

  func decodeAnswer(_ body: [UInt8], to request: ModelRequest) throws(WireError) -> ModelResponse {
    guard let value = try? Value(json: body) else { throw .malformed("the answer is not JSON") }
    if value["type"]?.string == "error" {
      let report = ProviderErrorBody(value)
      throw .provider(kind: report.kind ?? "error", message: report.message ?? "")
    }
    guard let blocks = value["content"]?.list else { throw .malformed("the answer has no 'content'") }
    let reason = value["stop_reason"]?.string
    if reason == "refusal" { throw .provider(kind: WireError.refusalKind, message: "") }
    let form = form(of: request)
    var text = ""
    var calls = ToolCallAssembler(after: request)
    var hasAnswer = false
    for block in blocks {
      switch block["type"]?.string {
      case "text" where form.readsText: text += block["text"]?.string ?? ""
      case "tool_use" where block["name"]?.string == form.answerTool:
        hasAnswer = true
        text += block["input"]?.json() ?? "{}"
      case "tool_use":
        _ = calls.beginNew(
          ToolCallAssembler.Fragment(
            id: block["id"]?.string, name: block["name"]?.string, object: block["input"] ?? [:]))
      default: break
      }
    }
    if case .forcedTool = form, !hasAnswer { throw .malformed("the answer has no object of the schema") }
    var summary = ModelResponse.Summary(toolCalls: calls.calls())
    summary.finishReason = FinishReason(
      anthropic: reason ?? "end_turn", hasCalls: !summary.toolCalls.isEmpty, hasAnswer: hasAnswer)
    if let usage = value["usage"], usage.object != nil {
      let input = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
      summary.usage = ModelUsage(
        inputTokens: input.reduce(0) { $0 + (usage[$1]?.int ?? 0) }, outputTokens: usage["output_tokens"]?.int ?? 0)
    }
    if !summary.toolCalls.isEmpty && thinks(request) {
      summary.echo = .list(blocks.filter { $0["name"]?.string != form.answerTool || form.answerTool == nil })
    }
    return ModelResponse(text: text, summary: summary)
  }

  func makeStreamDecoder(for request: ModelRequest) -> any StreamDecoder {
    AnthropicStreamDecoder(form(of: request), after: request, keepsBlocks: thinks(request))
  }
}

extension FinishReason {
  /// The reason that a `stop_reason` names; the call of the tool that gives the answer is no call.
  init(anthropic name: String, hasCalls: Bool, hasAnswer: Bool) {
    switch name {
    case "end_turn", "stop_sequence": self = hasCalls ? .toolCalls : .stop
    case "max_tokens", "model_context_window_exceeded": self = .length
    case "tool_use": self = hasCalls || !hasAnswer ? .toolCalls : .stop
    default: self = .other(name)
    }
  }
}

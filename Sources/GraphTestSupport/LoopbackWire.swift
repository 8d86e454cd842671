internal import GraphRuntime
internal import LanguageModels

/// Writes answers in the protocols' formats.
struct LoopbackWire {
  let request: LoopbackRequest
  let answer: LoopbackAnswer

  /// A part of the body, or something that happens between two of them.
  enum Part {
    case bytes([UInt8])
    case step(LoopbackAnswer.Step)
  }

  /// Whether the body is a stream of events.
  var isStream: Bool { answer.body == nil && request.isStream }

  /// What is sent after the head.
  var parts: [Part] {
    if let body = answer.body { return [.bytes(Array(body.utf8))] }
    guard isStream else { return wholeParts }
    let opening = request.family == .anthropicMessages ? anthropicOpening : openAIOpening
    let closing = request.family == .anthropicMessages ? anthropicClosing : openAIClosing
    return opening.map { .bytes($0) } + answer.steps.map(part) + closing.map { .bytes($0) }
  }

  /// The event of one delta.
  func delta(_ text: String) -> [UInt8] {
    guard request.family == .anthropicMessages else { return chunk(["content": .string(text)]) }
    let delta: Value =
      request.schema == nil
      ? ["type": "text_delta", "text": .string(text)]
      : ["type": "input_json_delta", "partial_json": .string(text)]
    return event("content_block_delta", ["type": "content_block_delta", "index": 0, "delta": delta])
  }

  private func part(_ step: LoopbackAnswer.Step) -> Part {
    switch step {
    case .text(let text): .bytes(delta(text))
    case .raw(let text): .bytes(Array(text.utf8))
    case .gate, .cut, .silence, .endless: .step(step)
    }
  }

  private func event(_ name: String?, _ data: Value) -> [UInt8] {
    Array(((name.map { "event: \($0)\n" } ?? "") + "data: \(data.json())\n\n").utf8)
  }

  // MARK: - Whole answers

  private var wholeParts: [Part] {
    var text = ""
    var parts: [Part] = []
    for step in answer.steps {
      if case .text(let piece) = step { text += piece } else { parts.append(part(step)) }
    }
    let body = request.family == .anthropicMessages ? anthropicAnswer(text) : openAIAnswer(text)
    // A gate holds the whole answer; what breaks it comes in the middle of its bytes.
    let bytes = Array(body.json().utf8)
    let isBroken = answer.steps.contains {
      if case .cut = $0 { true } else if case .silence = $0 { true } else { false }
    }
    return isBroken
      ? [.bytes(Array(bytes[..<(bytes.count / 2)]))] + parts : parts + [.bytes(bytes)]
  }

  private func openAIAnswer(_ text: String) -> Value {
    var body: ValueObject = ["id": "chatcmpl-1", "object": "chat.completion", "model": .string(request.model)]
    let message: Value = ["role": "assistant", "content": .string(text), "refusal": nil]
    body["choices"] = [
      ["index": 0, "message": message, "finish_reason": answer.finishReason.map { .string($0) } ?? nil]
    ]
    if let usage = answer.usage { body["usage"] = openAIUsage(usage) }
    return .object(body)
  }

  private func anthropicAnswer(_ text: String) -> Value {
    var body: ValueObject = ["id": "msg_1", "type": "message", "role": "assistant", "model": .string(request.model)]
    if request.schema != nil {
      let input = (try? Value(json: text)) ?? .null
      body["content"] = [["type": "tool_use", "id": "toolu_1", "name": "answer", "input": input]]
    } else {
      body["content"] = [["type": "text", "text": .string(text)]]
    }
    body["stop_reason"] = .string(anthropicStopReason)
    if let usage = answer.usage {
      body["usage"] = ["input_tokens": .int(usage.inputTokens), "output_tokens": .int(usage.outputTokens)]
    }
    return .object(body)
  }

  // MARK: - OpenAI

  private func chunk(_ delta: Value, finishReason: String? = nil) -> [UInt8] {
    event(
      nil,
      [
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000,
        "model": .string(request.model), "system_fingerprint": "fp_test",
        "choices": [
          [
            "index": 0, "delta": delta, "logprobs": nil,
            "finish_reason": finishReason.map { .string($0) } ?? nil,
          ]
        ],
      ])
  }

  private var openAIOpening: [[UInt8]] { [chunk(["role": "assistant", "content": ""])] }

  private var openAIClosing: [[UInt8]] {
    guard let reason = answer.finishReason else { return [] }
    var events = [chunk([:], finishReason: reason)]
    if let usage = answer.usage, request.json["stream_options"]?["include_usage"]?.bool == true {
      events.append(
        event(nil, ["id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [], "usage": openAIUsage(usage)]))
    }
    return events + [Array("data: [DONE]\n\n".utf8)]
  }

  private func openAIUsage(_ usage: ModelUsage) -> Value {
    [
      "prompt_tokens": .int(usage.inputTokens), "completion_tokens": .int(usage.outputTokens),
      "total_tokens": .int(usage.inputTokens + usage.outputTokens),
    ]
  }

  // MARK: - Anthropic

  private var anthropicOpening: [[UInt8]] {
    let usage: Value = ["input_tokens": .int(answer.usage?.inputTokens ?? 0), "output_tokens": 1]
    let block: Value =
      request.schema == nil
      ? ["type": "text", "text": ""] : ["type": "tool_use", "id": "toolu_1", "name": "answer", "input": [:]]
    let message: Value = [
      "id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": .string(request.model),
      "stop_reason": nil, "usage": usage,
    ]
    return [
      event("message_start", ["type": "message_start", "message": message]),
      event("content_block_start", ["type": "content_block_start", "index": 0, "content_block": block]),
      event("ping", ["type": "ping"]),
    ]
  }

  private var anthropicClosing: [[UInt8]] {
    guard answer.finishReason != nil else { return [] }
    let delta: Value = ["stop_reason": .string(anthropicStopReason), "stop_sequence": nil]
    return [
      event("content_block_stop", ["type": "content_block_stop", "index": 0]),
      event(
        "message_delta",
        [
          "type": "message_delta", "delta": delta,
          "usage": ["output_tokens": .int(answer.usage?.outputTokens ?? 0)],
        ]),
      event("message_stop", ["type": "message_stop"]),
    ]
  }

  private var anthropicStopReason: String {
    switch answer.finishReason {
    case "stop"?, nil: request.schema == nil ? "end_turn" : "tool_use"
    case "length"?: "max_tokens"
    case "tool_calls"?: "tool_use"
    case let other?: other
    }
  }
}

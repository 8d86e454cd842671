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
    return request.family == .anthropicMessages ? anthropicParts : openAIParts
  }

  /// The event of one delta of text.
  func delta(_ text: String) -> [UInt8] { delta(text, block: 0) }

  private func delta(_ text: String, block: Int) -> [UInt8] {
    guard request.family == .anthropicMessages else { return chunk(["content": .string(text)]) }
    return blockDelta(
      block,
      request.answerTool == nil
        ? ["type": "text_delta", "text": .string(text)]
        : ["type": "input_json_delta", "partial_json": .string(text)])
  }

  private var hasCalls: Bool { answer.steps.contains { if case .call = $0 { true } else { false } } }

  /// Why the answer ended, in the words of OpenAI's protocol.
  private var finishReason: String? {
    hasCalls && answer.finishReason == "stop" ? "tool_calls" : answer.finishReason
  }

  /// A text in pieces of a few characters.
  private static func fragments(_ text: String) -> [String] {
    var fragments: [String] = []
    for (offset, scalar) in text.unicodeScalars.enumerated() {
      if offset % 5 == 0 { fragments.append("") }
      fragments[fragments.count - 1].unicodeScalars.append(scalar)
    }
    return fragments
  }

  private func event(_ name: String?, _ data: Value) -> [UInt8] {
    Array(((name.map { "event: \($0)\n" } ?? "") + "data: \(data.json())\n\n").utf8)
  }

  // MARK: - Whole answers

  private var wholeParts: [Part] {
    var text = ""
    var parts: [Part] = []
    for step in answer.steps {
      switch step {
      case .text(let piece): text += piece
      case .call: break
      case .raw(let raw): parts.append(.bytes(Array(raw.utf8)))
      case .gate, .cut, .silence, .endless: parts.append(.step(step))
      }
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
    var message: ValueObject = [
      "role": "assistant", "content": hasCalls && text.isEmpty ? nil : .string(text), "refusal": nil,
    ]
    if hasCalls {
      message["tool_calls"] = .list(
        answer.steps.compactMap { step in
          guard case .call(let id, let name, let arguments) = step else { return nil }
          var call: ValueObject = ["type": "function"]
          if let id { call["id"] = .string(id) }
          call["function"] = ["name": .string(name), "arguments": .string(arguments)]
          return .object(call)
        })
    }
    body["choices"] = [
      ["index": 0, "message": .object(message), "finish_reason": finishReason.map { .string($0) } ?? nil]
    ]
    if let usage = answer.usage { body["usage"] = openAIUsage(usage) }
    return .object(body)
  }

  private func anthropicAnswer(_ text: String) -> Value {
    var body: ValueObject = ["id": "msg_1", "type": "message", "role": "assistant", "model": .string(request.model)]
    var content: [Value] = []
    if let tool = request.answerTool, !hasCalls {
      let input = (try? Value(json: text)) ?? .null
      content.append(["type": "tool_use", "id": "toolu_1", "name": tool["name"] ?? "answer", "input": input])
    } else if !text.isEmpty || !hasCalls {
      content.append(["type": "text", "text": .string(text)])
    }
    for case .call(let id, let name, let arguments) in answer.steps {
      let input = arguments.isEmpty ? [:] : (try? Value(json: arguments)) ?? .string(arguments)
      content.append(["type": "tool_use", "id": .string(id ?? ""), "name": .string(name), "input": input])
    }
    body["content"] = .list(content)
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

  private var openAIParts: [Part] {
    var parts = [Part.bytes(chunk(["role": "assistant", "content": ""]))]
    var index = 0
    for step in answer.steps {
      switch step {
      case .text(let text): parts.append(.bytes(chunk(["content": .string(text)])))
      case .raw(let text): parts.append(.bytes(Array(text.utf8)))
      case .gate, .cut, .silence, .endless: parts.append(.step(step))
      case .call(let id, let name, let arguments):
        var call: ValueObject = ["index": .int(index)]
        if let id { call["id"] = .string(id) }
        call["type"] = "function"
        call["function"] = ["name": .string(name), "arguments": ""]
        parts.append(.bytes(chunk(["tool_calls": [.object(call)]])))
        for fragment in Self.fragments(arguments) {
          let rest: Value = ["index": .int(index), "function": ["arguments": .string(fragment)]]
          parts.append(.bytes(chunk(["tool_calls": [rest]])))
        }
        index += 1
      }
    }
    return parts + openAIClosing.map { .bytes($0) }
  }

  private var openAIClosing: [[UInt8]] {
    guard let reason = finishReason else { return [] }
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

  private var anthropicParts: [Part] {
    let usage: Value = ["input_tokens": .int(answer.usage?.inputTokens ?? 0), "output_tokens": 1]
    let message: Value = [
      "id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": .string(request.model),
      "stop_reason": nil, "usage": usage,
    ]
    var parts = [Part.bytes(event("message_start", ["type": "message_start", "message": message]))]
    var block = -1
    var isTextOpen = false
    func close() {
      guard isTextOpen else { return }
      parts.append(.bytes(event("content_block_stop", ["type": "content_block_stop", "index": .int(block)])))
      isTextOpen = false
    }
    func openText() {
      guard !isTextOpen else { return }
      block += 1
      isTextOpen = true
      let content: Value =
        request.answerTool.map { ["type": "tool_use", "id": "toolu_1", "name": $0["name"] ?? "answer", "input": [:]] }
        ?? ["type": "text", "text": ""]
      parts.append(.bytes(blockStart(block, content)))
    }
    if !hasCalls { openText() }
    parts.append(.bytes(event("ping", ["type": "ping"])))
    for step in answer.steps {
      switch step {
      case .text(let text):
        openText()
        parts.append(.bytes(delta(text, block: block)))
      case .raw(let text): parts.append(.bytes(Array(text.utf8)))
      case .gate, .cut, .silence, .endless: parts.append(.step(step))
      case .call(let id, let name, let arguments):
        close()
        block += 1
        parts.append(
          .bytes(
            blockStart(
              block, ["type": "tool_use", "id": .string(id ?? ""), "name": .string(name), "input": [:]])))
        for fragment in Self.fragments(arguments) {
          parts.append(
            .bytes(blockDelta(block, ["type": "input_json_delta", "partial_json": .string(fragment)])))
        }
        parts.append(.bytes(event("content_block_stop", ["type": "content_block_stop", "index": .int(block)])))
      }
    }
    guard answer.finishReason != nil else { return parts }
    close()
    return parts + anthropicClosing.map { .bytes($0) }
  }

  private func blockStart(_ block: Int, _ content: Value) -> [UInt8] {
    event(
      "content_block_start", ["type": "content_block_start", "index": .int(block), "content_block": content])
  }

  private func blockDelta(_ block: Int, _ delta: Value) -> [UInt8] {
    event("content_block_delta", ["type": "content_block_delta", "index": .int(block), "delta": delta])
  }

  private var anthropicClosing: [[UInt8]] {
    let delta: Value = ["stop_reason": .string(anthropicStopReason), "stop_sequence": nil]
    return [
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
    switch finishReason {
    case "stop"?, nil: request.answerTool == nil ? "end_turn" : "tool_use"
    case "length"?: "max_tokens"
    case "tool_calls"?: "tool_use"
    case let other?: other
    }
  }
}

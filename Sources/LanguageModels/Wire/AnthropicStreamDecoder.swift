internal import GraphHTTP
internal import GraphRuntime

/// Reads the events of a message.
///
/// The text is that of the text blocks, or the JSON of the tool whose
/// arguments are the answer. Thoughts, pings and events of unknown types are
/// no text. A refusal is an error. Calls of other tools are put together as
/// their fragments come, and are in the summary at the end.
struct AnthropicStreamDecoder: StreamDecoder {
  private(set) var isFinished = false
  private(set) var summary = ModelResponse.Summary()
  private let form: AnthropicAnswerForm
  private var stopReason: String?
  private var block = Block.text
  private var hasText = false
  private var hasAnswer = false
  private var assembler = TextAssembler()
  private var toolCalls: ToolCallAssembler
  /// All blocks as they came, where signed thoughts have to be sent back; nil where they have not.
  private var blocks: AnthropicBlocks?

  /// What is being said.
  private enum Block {
    case text
    /// The tool whose arguments are the answer.
    case answer
    case call(Int)
    case other
  }

  /// - Parameters:
  ///   - form: Where the answer is.
  ///   - request: What is answered.
  ///   - keepsBlocks: Whether all blocks are wanted back with the calls among them.
  init(
    _ form: AnthropicAnswerForm, after request: ModelRequest = ModelRequest(messages: []), keepsBlocks: Bool = false
  ) {
    self.form = form
    toolCalls = ToolCallAssembler(after: request)
    blocks = keepsBlocks ? AnthropicBlocks() : nil
  }

  mutating func decode(_ event: ServerSentEvent) throws(WireError) -> String? {
    var fields = Fields()
    do throws(JSONCursor.Malformed) {
      try read(event.data, &fields)
    } catch {
      throw .notJSON
    }
    switch fields.type {
    case .delta:
      if toolCalls.isTooLong || blocks?.isTooLong == true { throw .tooLong }
      if fields.text != nil { hasText = true }
      return fields.text
    case .messageDelta:
      if fields.stopReason == "refusal" { throw .provider(kind: WireError.refusalKind, message: "") }
      if let reason = fields.stopReason { stopReason = reason }
      return nil
    case .messageStop:
      isFinished = true
      return try finish()
    case .error:
      let report = (try? Value(json: event.data)).map { ProviderErrorBody($0) }
      throw .provider(kind: report?.kind ?? "error", message: report?.message ?? "")
    case .other: return nil
    }
  }

  mutating func finish() throws(WireError) -> String? {
    guard isFinished || stopReason != nil else { throw .truncated }
    summary.toolCalls = toolCalls.calls()
    summary.finishReason = FinishReason(
      anthropic: stopReason ?? "end_turn", hasCalls: !summary.toolCalls.isEmpty, hasAnswer: hasAnswer)
    if !summary.toolCalls.isEmpty { summary.echo = blocks?.value(with: summary.toolCalls) }
    if hasAnswer && !hasText && assembler.isEmpty && summary.finishReason == .stop {
      // A call without arguments sends no JSON at all.
      hasText = true
      return "{}"
    }
    if case .forcedTool = form, !hasText && assembler.isEmpty {
      throw .malformed("the answer has no object of the schema")
    }
    return assembler.flush()
  }

  // MARK: - One event

  private enum EventType {
    /// A beginning or a part of a block.
    case delta
    case messageDelta, messageStop, error, other
  }

  private struct Fields {
    var type = EventType.other
    var text: String?
    var stopReason: String?
  }

  private mutating func read(_ data: [UInt8], _ fields: inout Fields) throws(JSONCursor.Malformed) {
    var cursor = JSONCursor(data)
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if cursor.matches(key, "type") {
        fields.type = Self.eventType(try cursor.string() ?? "")
      } else if cursor.matches(key, "delta") {
        try readDelta(&cursor, &fields)
      } else if cursor.matches(key, "content_block") {
        begin(try cursor.value(), &fields)
      } else if cursor.matches(key, "usage") {
        try readUsage(&cursor)
      } else if cursor.matches(key, "message") {
        try readMessage(&cursor)
      } else {
        try cursor.skipValue()
      }
    }
    try cursor.end()
  }

  private static func eventType(_ name: String) -> EventType {
    switch name {
    case "content_block_delta", "content_block_start": .delta
    case "message_delta": .messageDelta
    case "message_stop": .messageStop
    case "error": .error
    default: .other
    }
  }

  private mutating func begin(_ written: Value, _ fields: inout Fields) {
    switch written["type"]?.string {
    case "text":
      block = form.readsText ? .text : .other
      let text = written["text"]?.string ?? ""
      if form.readsText { fields.text = assembler.append(Array(text.utf8)[...]) }
    case "tool_use" where written["name"]?.string == form.answerTool:
      block = .answer
      hasAnswer = true
      // Some servers send the arguments whole with the beginning.
      if let input = written["input"], input.object?.isEmpty == false { fields.text = input.json() }
      blocks?.beginIgnored()
      return
    case "tool_use":
      var fragment = ToolCallAssembler.Fragment(id: written["id"]?.string, name: written["name"]?.string)
      if let input = written["input"], input.object?.isEmpty == false { fragment.object = input }
      block = .call(toolCalls.beginNew(fragment))
    default: block = .other
    }
    blocks?.begin(written)
  }

  private mutating func readDelta(_ cursor: inout JSONCursor, _ fields: inout Fields) throws(JSONCursor.Malformed) {
    guard try cursor.kind() == .object else { return try cursor.skipValue() }
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if cursor.matches(key, "stop_reason") {
        fields.stopReason = try cursor.string()
      } else if cursor.matches(key, "text"), form.readsText, try cursor.kind() == .string {
        fields.text = try cursor.string(into: &assembler)
        if let text = fields.text { blocks?.append(text, to: \.text) }
      } else if cursor.matches(key, "partial_json"), try cursor.kind() == .string {
        try readJSON(&cursor, &fields)
      } else if blocks != nil, cursor.matches(key, "thinking") || cursor.matches(key, "signature"),
        try cursor.kind() == .string
      {
        let isThought = cursor.matches(key, "thinking")
        blocks?.append(try cursor.string() ?? "", to: isThought ? \.thinking : \.signature)
      } else {
        try cursor.skipValue()
      }
    }
  }

  private mutating func readJSON(_ cursor: inout JSONCursor, _ fields: inout Fields) throws(JSONCursor.Malformed) {
    switch block {
    case .answer: fields.text = try cursor.string(into: &assembler)
    case .call(let position): try toolCalls.append(from: &cursor, at: position)
    case .text, .other: try cursor.skipValue()
    }
  }

  private mutating func readMessage(_ cursor: inout JSONCursor) throws(JSONCursor.Malformed) {
    guard try cursor.kind() == .object else { return try cursor.skipValue() }
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if cursor.matches(key, "usage") { try readUsage(&cursor) } else { try cursor.skipValue() }
    }
  }

  /// Reads tokens; the counts of later events are of the whole message, not of a part.
  private mutating func readUsage(_ cursor: inout JSONCursor) throws(JSONCursor.Malformed) {
    guard try cursor.kind() == .object else { return try cursor.skipValue() }
    var usage = summary.usage ?? ModelUsage(inputTokens: 0, outputTokens: 0)
    var input: Int?
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if cursor.matches(key, "input_tokens") || cursor.matches(key, "cache_creation_input_tokens")
        || cursor.matches(key, "cache_read_input_tokens")
      {
        if let count = try cursor.integer() { input = (input ?? 0) + count }
      } else if cursor.matches(key, "output_tokens") {
        usage.outputTokens = try cursor.integer() ?? usage.outputTokens
      } else {
        try cursor.skipValue()
      }
    }
    if let input, input > 0 { usage.inputTokens = input }
    summary.usage = usage
  }
}

internal import GraphHTTP
internal import GraphRuntime

/// Reads the events of a message.
///
/// With a schema the text is the JSON of the forced tool call; without one it
/// is the text blocks. Thoughts, pings and events of unknown types are no
/// text. A refusal is an error.
struct AnthropicStreamDecoder: StreamDecoder {
  private(set) var isFinished = false
  private(set) var summary = ModelResponse.Summary()
  private let hasSchema: Bool
  private var hasText = false
  private var assembler = TextAssembler()

  init(hasSchema: Bool) { self.hasSchema = hasSchema }

  mutating func decode(_ event: ServerSentEvent) throws(WireError) -> String? {
    var fields = Fields()
    do throws(JSONCursor.Malformed) {
      try read(event.data, &fields)
    } catch {
      throw .notJSON
    }
    switch fields.type {
    case .text:
      if fields.text != nil { hasText = true }
      return fields.text
    case .messageDelta:
      if fields.stopReason == "refusal" { throw .provider(kind: WireError.refusalKind, message: "") }
      if let reason = fields.stopReason {
        summary.finishReason = FinishReason(anthropic: reason, hasSchema: hasSchema)
      }
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
    guard isFinished || summary.finishReason != nil else { throw .truncated }
    if summary.finishReason == nil { summary.finishReason = .stop }
    if hasSchema && !hasText && assembler.isEmpty {
      // A call without arguments sends no JSON at all.
      guard summary.finishReason == .stop else { throw .malformed("the answer has no object of the schema") }
      hasText = true
      return "{}"
    }
    return assembler.flush()
  }

  // MARK: - One event

  private enum EventType {
    /// A beginning or a part of a block.
    case text
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
      } else if cursor.matches(key, "delta") || cursor.matches(key, "content_block") {
        try readDelta(&cursor, &fields)
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
    case "content_block_delta", "content_block_start": .text
    case "message_delta": .messageDelta
    case "message_stop": .messageStop
    case "error": .error
    default: .other
    }
  }

  private mutating func readDelta(_ cursor: inout JSONCursor, _ fields: inout Fields) throws(JSONCursor.Malformed) {
    guard try cursor.kind() == .object else { return try cursor.skipValue() }
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if cursor.matches(key, "stop_reason") {
        fields.stopReason = try cursor.string()
      } else if cursor.matches(key, hasSchema ? "partial_json" : "text"), try cursor.kind() == .string {
        fields.text = try cursor.string(into: &assembler)
      } else {
        try cursor.skipValue()
      }
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

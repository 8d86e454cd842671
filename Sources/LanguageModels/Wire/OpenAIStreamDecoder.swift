internal import GraphHTTP
internal import GraphRuntime

/// Reads the chunks of a chat completion.
///
/// Of several choices only the first is read. Thoughts (`reasoning_content`)
/// are no text of the answer. A refusal is an error, with what the model said.
/// Calls of tools are put together as their fragments come, and are in the
/// summary at the end.
struct OpenAIStreamDecoder: StreamDecoder {
  private(set) var isFinished = false
  private(set) var summary = ModelResponse.Summary()
  private var assembler = TextAssembler()
  private var refusal = ""
  private var toolCalls: ToolCallAssembler
  private var thoughts = TextAssembler()
  private var thoughtText = ""
  private let keepsThoughts: Bool

  /// A refusal is a sentence or two; more of it helps nobody.
  private static let maximumRefusalBytes = 2_000

  /// - Parameters:
  ///   - request: What is answered.
  ///   - keepsThoughts: Whether thoughts are wanted back with the calls that follow them.
  init(after request: ModelRequest = ModelRequest(messages: []), keepsThoughts: Bool = false) {
    toolCalls = ToolCallAssembler(after: request)
    self.keepsThoughts = keepsThoughts
  }

  mutating func decode(_ event: ServerSentEvent) throws(WireError) -> String? {
    if event.data.count == 6, event.data.elementsEqual("[DONE]".utf8) {
      isFinished = true
      return try finish()
    }
    var chunk = Chunk()
    do throws(JSONCursor.Malformed) {
      try read(event.data, &chunk)
      if chunk.hasError || event.name == "error" { throw JSONCursor.Malformed() }
    } catch {
      // The rare case: an error is read as a whole.
      guard let value = try? Value(json: event.data), value.object != nil else { throw .notJSON }
      let isError = value["error"].map { !$0.isNull } ?? (value["object"]?.string == "error" || event.name == "error")
      guard isError else { throw .notJSON }
      let report = ProviderErrorBody(value)
      throw .provider(kind: report.kind ?? "error", message: report.message ?? "")
    }
    if toolCalls.isTooLong || thoughtText.utf8.count > HTTPLanguageModel.maximumAnswerBytes { throw .tooLong }
    return chunk.text
  }

  mutating func finish() throws(WireError) -> String? {
    guard isFinished || summary.finishReason != nil else { throw .truncated }
    if !refusal.isEmpty { throw .provider(kind: WireError.refusalKind, message: refusal) }
    if summary.finishReason == nil { summary.finishReason = .stop }
    if !toolCalls.isEmpty {
      summary.toolCalls = toolCalls.calls()
      if !thoughtText.isEmpty { summary.echo = .string(thoughtText) }
      // Servers that copied the protocol end such answers with `stop`.
      if summary.finishReason == .stop { summary.finishReason = .toolCalls }
    }
    return assembler.flush()
  }

  // MARK: - One chunk

  private struct Chunk {
    var text: String?
    var hasError = false
  }

  private mutating func read(_ data: [UInt8], _ chunk: inout Chunk) throws(JSONCursor.Malformed) {
    var cursor = JSONCursor(data)
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if cursor.matches(key, "choices") {
        try readChoices(&cursor, &chunk)
      } else if cursor.matches(key, "usage") {
        try readUsage(&cursor)
      } else if cursor.matches(key, "x_groq") {
        try readGroq(&cursor)
      } else if cursor.matches(key, "error") {
        if try cursor.kind() != .null { chunk.hasError = true }
        try cursor.skipValue()
      } else if cursor.matches(key, "object") {
        if try cursor.string() == "error" { chunk.hasError = true }
      } else {
        try cursor.skipValue()
      }
    }
    try cursor.end()
  }

  private mutating func readChoices(_ cursor: inout JSONCursor, _ chunk: inout Chunk) throws(JSONCursor.Malformed) {
    guard try cursor.kind() == .list else { return try cursor.skipValue() }
    try cursor.beginList()
    var isFirst = true
    while try cursor.nextElement() {
      if isFirst { try readChoice(&cursor, &chunk) } else { try cursor.skipValue() }
      isFirst = false
    }
  }

  private mutating func readChoice(_ cursor: inout JSONCursor, _ chunk: inout Chunk) throws(JSONCursor.Malformed) {
    let isMine = try isFirstChoice(cursor)
    guard isMine else { return try cursor.skipValue() }
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if cursor.matches(key, "delta") {
        try readDelta(&cursor, &chunk)
      } else if cursor.matches(key, "finish_reason") {
        if let name = try cursor.string() { summary.finishReason = FinishReason(openAI: name) }
      } else {
        try cursor.skipValue()
      }
    }
  }

  /// Whether the choice's `index` is 0 or missing, wherever in the object it is written.
  private func isFirstChoice(_ start: JSONCursor) throws(JSONCursor.Malformed) -> Bool {
    var cursor = start
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if cursor.matches(key, "index") { return try cursor.integer() ?? 0 == 0 }
      try cursor.skipValue()
    }
    return true
  }

  private mutating func readDelta(_ cursor: inout JSONCursor, _ chunk: inout Chunk) throws(JSONCursor.Malformed) {
    guard try cursor.kind() == .object else { return try cursor.skipValue() }
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if cursor.matches(key, "content") {
        switch try cursor.kind() {
        case .string: chunk.text = try cursor.string(into: &assembler)
        case .list: try readParts(&cursor, &chunk)
        default: try cursor.skipValue()
        }
      } else if cursor.matches(key, "refusal") {
        let text = try cursor.string() ?? ""
        if refusal.utf8.count < Self.maximumRefusalBytes { refusal += text }
      } else if cursor.matches(key, "tool_calls") {
        try readToolCalls(&cursor)
      } else if keepsThoughts, cursor.matches(key, "reasoning_content"), try cursor.kind() == .string {
        thoughtText += try cursor.string(into: &thoughts) ?? ""
      } else {
        try cursor.skipValue()
      }
    }
  }

  // MARK: - Calls of tools

  private mutating func readToolCalls(_ cursor: inout JSONCursor) throws(JSONCursor.Malformed) {
    guard try cursor.kind() == .list else { return try cursor.skipValue() }
    try cursor.beginList()
    while try cursor.nextElement() {
      if try cursor.kind() == .object { try readToolCall(&cursor) } else { try cursor.skipValue() }
    }
  }

  /// Reads a fragment: first whose it is, wherever that is written, then its part of the arguments.
  private mutating func readToolCall(_ cursor: inout JSONCursor) throws(JSONCursor.Malformed) {
    var fragment = ToolCallAssembler.Fragment()
    var arguments: JSONCursor?
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if cursor.matches(key, "index") {
        fragment.index = try cursor.integer()
      } else if cursor.matches(key, "id") {
        fragment.id = try cursor.string()
      } else if cursor.matches(key, "function"), try cursor.kind() == .object {
        try readFunction(&cursor, &fragment, &arguments)
      } else if cursor.matches(key, "extra_content"), try cursor.kind() == .object {
        fragment.echo = try cursor.value()
      } else {
        try cursor.skipValue()
      }
    }
    let position = toolCalls.begin(fragment)
    if var arguments { try toolCalls.append(from: &arguments, at: position) }
  }

  private mutating func readFunction(
    _ cursor: inout JSONCursor, _ fragment: inout ToolCallAssembler.Fragment, _ arguments: inout JSONCursor?
  ) throws(JSONCursor.Malformed) {
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if cursor.matches(key, "name") {
        fragment.name = try cursor.string()
      } else if cursor.matches(key, "arguments") {
        switch try cursor.kind() {
        case .string:
          arguments = cursor
          try cursor.skipValue()
        case .object: fragment.object = try cursor.value()
        default: try cursor.skipValue()
        }
      } else {
        try cursor.skipValue()
      }
    }
  }

  /// Reads content that is a list of parts, as some models that think send it.
  private mutating func readParts(_ cursor: inout JSONCursor, _ chunk: inout Chunk) throws(JSONCursor.Malformed) {
    try cursor.beginList()
    while try cursor.nextElement() {
      guard try cursor.kind() == .object else {
        try cursor.skipValue()
        continue
      }
      var start = cursor
      var isText = false
      try cursor.beginObject()
      while let key = try cursor.nextKey() {
        if cursor.matches(key, "type") { isText = try cursor.string() == "text" } else { try cursor.skipValue() }
      }
      guard isText else { continue }
      try start.beginObject()
      while let key = try start.nextKey() {
        if start.matches(key, "text"), try start.kind() == .string {
          if let text = try start.string(into: &assembler) { chunk.text = (chunk.text ?? "") + text }
        } else {
          try start.skipValue()
        }
      }
    }
  }

  private mutating func readGroq(_ cursor: inout JSONCursor) throws(JSONCursor.Malformed) {
    guard try cursor.kind() == .object else { return try cursor.skipValue() }
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if cursor.matches(key, "usage") { try readUsage(&cursor) } else { try cursor.skipValue() }
    }
  }

  private mutating func readUsage(_ cursor: inout JSONCursor) throws(JSONCursor.Malformed) {
    guard try cursor.kind() == .object else { return try cursor.skipValue() }
    var usage = ModelUsage(inputTokens: 0, outputTokens: 0)
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if cursor.matches(key, "prompt_tokens") {
        usage.inputTokens = try cursor.integer() ?? 0
      } else if cursor.matches(key, "completion_tokens") {
        usage.outputTokens = try cursor.integer() ?? 0
      } else {
        try cursor.skipValue()
      }
    }
    summary.usage = usage
  }
}

internal import GraphRuntime

/// Puts the tool calls of an answer together from fragments.
///
/// OpenAI's protocol gives each fragment the index of its call. Servers that copied it leave out indices or ids, count
/// every call as number 0, repeat the name in each fragment, or send arguments as an object; all of that is understood.
struct ToolCallAssembler: Sendable {
  /// What one fragment says.
  struct Fragment {
    var index: Int?
    var id: String?
    var name: String?
    /// The JSON value of arguments that came as an object.
    var object: Value?
    var echo: Value?
  }

  private struct Part {
    var index: Int?
    var id: String
    var name: String
    var json = ""
    var object: Value?
    var echo: Value?
    var assembler = TextAssembler()
  }

  private var parts: [Part] = []
  private var byteCount = 0

  /// The number that the next made-up id has.
  private let firstNumber: Int

  /// Creates an assembler for an answer in a conversation with so many calls already.
  init(after request: ModelRequest) {
    firstNumber = request.messages.reduce(1) { $0 + $1.toolCalls.count }
  }

  /// Whether the fragments are longer than any answer.
  var isTooLong: Bool { byteCount > HTTPLanguageModel.maximumAnswerBytes }

  /// Whether there is no call.
  var isEmpty: Bool { parts.isEmpty }

  /// Takes what a fragment says of its call, which the following `append` belongs to.
  ///
  /// - Returns: The position of the call.
  mutating func begin(_ fragment: Fragment) -> Int {
    byteCount += 64 + (fragment.id?.utf8.count ?? 0) + (fragment.name?.utf8.count ?? 0)
    guard let position = position(of: fragment) else { return beginNew(fragment) }
    if parts[position].id.isEmpty { parts[position].id = fragment.id ?? "" }
    // A name comes whole, in pieces, or again and again.
    if let name = fragment.name, name != parts[position].name, parts[position].json.isEmpty {
      parts[position].name += name
    }
    if let object = fragment.object { parts[position].object = object }
    if let echo = fragment.echo { parts[position].echo = echo }
    return position
  }

  /// Takes what is said of a call that begins, where the protocol says that it does.
  ///
  /// - Returns: The position of the call.
  mutating func beginNew(_ fragment: Fragment) -> Int {
    byteCount += 64
    parts.append(
      Part(
        index: fragment.index, id: fragment.id ?? "", name: fragment.name ?? "", object: fragment.object,
        echo: fragment.echo))
    return parts.count - 1
  }

  /// Adds a part of the text of a call's arguments.
  mutating func append(_ json: String, at position: Int) {
    byteCount += json.utf8.count
    parts[position].json += json
  }

  /// Reads a string as a part of the text of a call's arguments.
  mutating func append(
    from cursor: inout JSONCursor, at position: Int
  ) throws(JSONCursor.Malformed) {
    if let text = try cursor.string(into: &parts[position].assembler) { append(text, at: position) }
  }

  /// The calls, in the order in which they began.
  func calls() -> [ModelToolCall] {
    parts.enumerated().map { offset, part in
      // Nine letters and digits are an id for every provider, the strictest among them included.
      let id = part.id.isEmpty ? "call" + Self.padded(firstNumber + offset) : part.id
      var assembler = part.assembler
      let json = part.json + (assembler.flush() ?? "")
      var call = ModelToolCall(id: id, name: part.name, json: json)
      if let object = part.object, json.isEmpty { call.arguments = ModelToolCall.Arguments(object) }
      call.echo = part.echo
      return call
    }
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// The call that a fragment goes on with, or nil when it begins a new one.
  private func position(of fragment: Fragment) -> Int? {
    let id = fragment.id ?? ""
    let candidate: Int?
    if let index = fragment.index {
      candidate = parts.lastIndex { $0.index == index }
    } else if !id.isEmpty {
      return parts.lastIndex { $0.id == id }
    } else {
      candidate = parts.indices.last
    }
    guard let candidate else { return nil }
    let part = parts[candidate]
    // Servers that number every call 0, or none at all, tell calls apart by their ids.
    if !id.isEmpty && !part.id.isEmpty && id != part.id { return nil }
    let begins = id.isEmpty && part.id.isEmpty && !(fragment.name ?? "").isEmpty && !part.name.isEmpty
    return begins && isWhole(part) ? nil : candidate
  }

  private func isWhole(_ part: Part) -> Bool {
    part.object != nil || (!part.json.isEmpty && (try? Value(json: part.json)) != nil)
  }
}

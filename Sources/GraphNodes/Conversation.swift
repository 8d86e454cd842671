internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// A conversation in the state that a node takes part in: a list of messages under its `messages_key`.
///
/// A message is `{role, content}`, as providers have it, or `{type, content}` with `human` and `ai`, as LangChain has
/// it. Calls of tools and their results are messages too: `tool_calls` and `tool_call_id`, in any of the forms in use.
struct Conversation: Sendable {
  private let key: StateKey

  /// Whether the key's reducer adds to what is there; else the whole conversation is written.
  private let isAppended: Bool

  init(_ name: String, _ schema: StateSchema) {
    key = schema.key(name)
    let reducer = key.slot.map { schema.slots[$0].reducer } ?? .replace
    isAppended = reducer == .append || reducer == .union
  }

  /// The messages so far.
  ///
  /// - Throws: `ConversationError` when the state holds something else.
  func messages(_ state: StateView) throws(ConversationError) -> [ModelMessage] {
    let value = state[key]
    if value.isNull { return [] }
    guard let items = value.list else { throw ConversationError("'\(key.name)' is no list of messages") }
    var messages: [ModelMessage] = []
    for (index, item) in items.enumerated() {
      guard let message = Self.decode(item) else {
        throw ConversationError(
          "'\(key.name)[\(index)]' is no message: it needs 'role' (system, user, assistant or tool) and 'content'")
      }
      messages.append(message)
    }
    return Self.completed(messages)
  }

  /// Adds what was said in a node's turn.
  func add(_ turns: [ModelMessage], after state: StateView, to update: inout StateUpdate) {
    let known = isAppended ? [] : state[key].list ?? []
    update.set(key, .list(known + turns.map(Self.encode)))
  }

  // MARK: - Forms

  private static let roles: [String: ModelMessage.Role] = [
    "system": .system, "developer": .system, "user": .user, "human": .user, "assistant": .assistant, "ai": .assistant,
    "tool": .tool,
  ]

  private static func decode(_ value: Value) -> ModelMessage? {
    if let text = value.string { return ModelMessage(.user, text) }
    guard let name = (value["role"] ?? value["type"])?.string, let role = roles[name.lowercased()] else { return nil }
    let calls = value["tool_calls"]?.list ?? []
    guard let content = text(value["content"] ?? (calls.isEmpty ? .bool(false) : .null)) else { return nil }
    var message = ModelMessage(role, content)
    message.toolCalls = calls.map(decode(call:))
    message.toolCallID = value["tool_call_id"]?.string
    message.isError = value["is_error"]?.bool ?? (value["status"]?.string == "error")
    return message
  }

  /// Text as it is, or in parts of which some may be no text.
  private static func text(_ content: Value) -> String? {
    switch content {
    case .string(let text): text
    case .null: ""
    case .list(let parts): parts.compactMap { $0.string ?? $0["text"]?.string }.joined()
    default: nil
    }
  }

  private static func decode(call: Value) -> ModelToolCall {
    let function = call["function"] ?? call
    let arguments = function["arguments"] ?? function["args"] ?? .null
    return ModelToolCall(
      id: call["id"]?.string ?? "", name: function["name"]?.string ?? "",
      json: arguments.string ?? arguments.json())
  }

  static func encode(_ message: ModelMessage) -> Value {
    var object: ValueObject = ["role": .string(message.role.rawValue), "content": .string(message.content)]
    if !message.toolCalls.isEmpty {
      object["tool_calls"] = .list(
        message.toolCalls.map { call in
          ["id": .string(call.id), "name": .string(call.name), "arguments": .object(call.object)]
        })
    }
    if let id = message.toolCallID { object["tool_call_id"] = .string(id) }
    if message.isError { object["is_error"] = true }
    return .object(object)
  }

  /// The conversation without calls that have no result and results that have no call, which providers refuse: somebody
  /// may have cut the list.
  private static func completed(_ messages: [ModelMessage]) -> [ModelMessage] {
    var result: [ModelMessage] = []
    var position = 0
    while position < messages.count {
      var message = messages[position]
      position += 1
      guard !message.toolCalls.isEmpty else {
        if message.role != .tool { result.append(message) }
        continue
      }
      let following = messages[position...].prefix { $0.role == .tool }
      position += following.count
      message.toolCalls.removeAll { call in !following.contains { $0.toolCallID == call.id } }
      let ids = Set(message.toolCalls.map(\.id))
      if !message.toolCalls.isEmpty || !message.content.isEmpty { result.append(message) }
      result += following.filter { ids.contains($0.toolCallID ?? "") }
    }
    return result
  }
}

/// A conversation in the state that is none.
struct ConversationError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

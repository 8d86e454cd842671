public import GraphRuntime
public import LanguageModels

/// A request as a `LoopbackProvider` got it.
public struct LoopbackRequest: Sendable {
  /// The protocol that is spoken.
  public enum Family: Sendable, Hashable {
    /// `POST …/chat/completions`
    case openAIChat
    /// `POST …/messages`
    case anthropicMessages
    /// Anything else, which is answered with 404.
    case unknown
  }

  /// The method.
  public let method: String

  /// The path with its query.
  public let path: String

  /// The header fields in the order they came.
  public let headers: [(name: String, value: String)]

  /// The body.
  public let body: [UInt8]

  /// The body as JSON, or null when it is not.
  public let json: Value

  /// The connection it came over, counted from 0.
  public let connection: Int

  init(
    method: String, path: String, headers: [(name: String, value: String)], body: [UInt8], connection: Int
  ) {
    self.method = method
    self.path = path
    self.headers = headers
    self.body = body
    self.connection = connection
    json = (try? Value(json: body)) ?? .null
  }

  /// The value of the first header field of a name.
  public subscript(header name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The protocol, by the path.
  public var family: Family {
    if method == "POST" && path.hasSuffix("/chat/completions") { return .openAIChat }
    return method == "POST" && path.hasSuffix("/messages") ? .anthropicMessages : .unknown
  }

  /// The model that was asked for.
  public var model: String { json["model"]?.string ?? "" }

  /// Whether a stream was asked for.
  public var isStream: Bool { json["stream"]?.bool ?? false }

  /// The conversation; Anthropic's `system` is its first message.
  public var messages: [ModelMessage] {
    var system = json["system"]?.string.map { [ModelMessage(.system, $0)] } ?? []
    for block in json["system"]?.list ?? [] {
      system.append(ModelMessage(.system, block["text"]?.string ?? "", isCached: block["cache_control"] != nil))
    }
    return system + (json["messages"]?.list ?? []).flatMap(Self.messages)
  }

  /// The messages that one of the wire stands for: results of tools are messages of their own.
  private static func messages(_ written: Value) -> [ModelMessage] {
    guard let role = written["role"]?.string.flatMap(ModelMessage.Role.init(rawValue:)) else { return [] }
    guard let blocks = written["content"]?.list else {
      var message = ModelMessage(role, written["content"]?.string ?? "")
      message.toolCallID = written["tool_call_id"]?.string
      message.toolCalls = (written["tool_calls"]?.list ?? []).map { call in
        ModelToolCall(
          id: call["id"]?.string ?? "", name: call["function"]?["name"]?.string ?? "",
          json: call["function"]?["arguments"]?.string ?? "")
      }
      return [message]
    }
    var results: [ModelMessage] = []
    var message = ModelMessage(role, "")
    for block in blocks {
      switch block["type"]?.string {
      case "tool_result":
        var result = ModelMessage(.tool, block["content"]?.string ?? "")
        result.toolCallID = block["tool_use_id"]?.string
        result.isError = block["is_error"]?.bool ?? false
        results.append(result)
      case "tool_use":
        message.toolCalls.append(
          ModelToolCall(
            id: block["id"]?.string ?? "", name: block["name"]?.string ?? "", arguments: block["input"]?.object ?? [:]))
      default: message.content += block["text"]?.string ?? ""
      }
    }
    let isEmpty = message.content.isEmpty && message.toolCalls.isEmpty
    return results + (isEmpty && !results.isEmpty ? [] : [message])
  }

  /// The text of all system messages.
  public var system: String { messages.filter { $0.role == .system }.map(\.content).joined(separator: "\n") }

  /// The text of the last user message, which tests choose their answers by.
  public var prompt: String { messages.last { $0.role == .user }?.content ?? "" }

  /// The schema that the answer has to fit, however it was asked for.
  public var schema: Value? {
    json["response_format"]?["json_schema"]?["schema"] ?? json["output_config"]?["format"]?["schema"]
      ?? answerTool?["input_schema"]
  }

  /// The tool of Anthropic's protocol whose arguments are the answer.
  var answerTool: Value? {
    guard family == .anthropicMessages else { return nil }
    return json["tools"]?.list?.last { $0["description"]?.string?.hasPrefix("Gives the answer.") == true }
  }

  /// The tools that the model may call; one whose arguments are the answer is none of them.
  public var tools: [ToolDefinition] {
    let answer = answerTool?["name"]
    return (json["tools"]?.list ?? []).compactMap { tool in
      let function = tool["function"] ?? tool
      guard let name = function["name"]?.string, answer == nil || function["name"] != answer else { return nil }
      return ToolDefinition(
        name: name, description: function["description"]?.string ?? "",
        parameters: function["parameters"] ?? function["input_schema"] ?? .null)
    }
  }
}

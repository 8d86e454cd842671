internal import GraphRuntime

/// One message of JSON-RPC 2.0, which the Model Context Protocol is made of.
enum MCPMessage: Sendable, Hashable {
  case request(id: Value, method: String, params: Value)
  case notification(method: String, params: Value)
  case answer(id: Value, Answer)

  /// What an answer says.
  enum Answer: Sendable, Hashable {
    case result(Value)
    case error(code: Int, message: String)
  }

  /// The codes of errors that a client sends.
  enum Code { static let methodNotFound = -32601 }

  /// The messages of a line or body: one, or several at once as older versions allow; what is none is left out.
  static func parse(_ value: Value) -> [MCPMessage] {
    if let batch = value.list { return batch.compactMap { message($0) } }
    return message(value).map { [$0] } ?? []
  }

  private static func message(_ value: Value) -> MCPMessage? {
    guard value.object != nil else { return nil }
    let id = value["id"]
    if let method = value["method"]?.string {
      let params = value["params"] ?? .null
      guard let id, !id.isNull else { return .notification(method: method, params: params) }
      return .request(id: id, method: method, params: params)
    }
    if let error = value["error"], error.object != nil {
      return .answer(
        id: id ?? .null,
        .error(code: error["code"]?.int ?? 0, message: error["message"]?.string ?? "an error without a message"))
    }
    guard let result = value["result"] else { return nil }
    return .answer(id: id ?? .null, .result(result))
  }

  /// The message as one line of JSON, without a line break.
  var bytes: [UInt8] {
    var object: ValueObject = ["jsonrpc": "2.0"]
    switch self {
    case .request(let id, let method, let params):
      object["id"] = .some(id)
      object["method"] = .string(method)
      if !params.isNull { object["params"] = params }
    case .notification(let method, let params):
      object["method"] = .string(method)
      if !params.isNull { object["params"] = params }
    case .answer(let id, .result(let result)):
      object["id"] = .some(id)
      object["result"] = .some(result)
    case .answer(let id, .error(let code, let message)):
      object["id"] = .some(id)
      object["error"] = ["code": .int(code), "message": .string(message)]
    }
    return Array(Value.object(object).json().utf8)
  }

  /// What a server is told when nobody waits for an answer any more.
  static func cancelled(_ id: Int) -> MCPMessage {
    .notification(
      method: "notifications/cancelled", params: ["requestId": .int(id), "reason": "nobody waits for it any more"])
  }
}

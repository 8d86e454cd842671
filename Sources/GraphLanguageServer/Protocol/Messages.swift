internal import GraphRuntime

/// An error as JSON-RPC and the language server protocol number them.
struct ResponseError: Error {
  let code: Int
  let message: String

  static let parseError = ResponseError(code: -32700, message: "the message is not JSON")
  static let invalidRequest = ResponseError(code: -32600, message: "the message is no request")
  static let notInitialized = ResponseError(code: -32002, message: "the server is not initialized")
  static let cancelled = ResponseError(code: -32800, message: "the request was cancelled")

  static func unknownMethod(_ name: String) -> ResponseError {
    ResponseError(code: -32601, message: "there is no method '\(name)'")
  }

  static func invalidParameters(_ message: String) -> ResponseError { ResponseError(code: -32602, message: message) }

  /// A request that is right and cannot be fulfilled.
  static func failed(_ message: String) -> ResponseError { ResponseError(code: -32803, message: message) }
}

/// Messages to the client, as JSON.
enum OutgoingMessage {
  static func response(_ id: Value, _ result: Value) -> Value { ["jsonrpc": "2.0", "id": id, "result": result] }

  static func response(_ id: Value, _ error: ResponseError) -> Value {
    ["jsonrpc": "2.0", "id": id, "error": ["code": .int(error.code), "message": .string(error.message)]]
  }

  static func request(_ id: String, _ method: String, _ parameters: Value) -> Value {
    ["jsonrpc": "2.0", "id": .string(id), "method": .string(method), "params": parameters]
  }

  static func notification(_ method: String, _ parameters: Value) -> Value {
    ["jsonrpc": "2.0", "method": .string(method), "params": parameters]
  }

  /// The bytes of a message with its header.
  static func frame(_ message: Value) -> String {
    let text = message.json()
    return "Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
  }
}

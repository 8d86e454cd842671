internal import GraphRuntime

/// What a provider says in the body of an error, in any of the forms they use.
struct ProviderErrorBody {
  /// The kind, such as `rate_limit_exceeded`.
  var kind: String?

  /// The sentence for people.
  var message: String?

  /// The id of the request, where the body has one.
  var requestID: String?

  /// Reads a body; everything stays nil when it is of no known form.
  init(_ body: [UInt8]) {
    let value = (try? Value(json: body)) ?? .null
    self.init(value.list?.first ?? value)
  }

  /// Reads what was the value of a body or of an event.
  init(_ value: Value) {
    requestID = value["request_id"]?.string
    let error = value["error"] ?? value
    if let text = error.string {
      message = text
      return
    }
    message = Self.text(error["message"]) ?? Self.text(error["detail"])
    kind = error["type"]?.string ?? error["code"]?.string ?? error["status"]?.string ?? Self.text(error["code"])
    if kind == "error" || kind == "invalid_request_error", let code = error["code"]?.string { kind = code }
  }

  /// A message that is text, or the JSON of one that is not.
  private static func text(_ value: Value?) -> String? {
    switch value {
    case nil, .null?: nil
    case .string(let text)?: text.isEmpty ? nil : text
    case let other?: other.json()
    }
  }
}

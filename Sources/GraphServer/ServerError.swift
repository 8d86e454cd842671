internal import GraphRuntime
internal import HTTPServing

/// Why a request is not carried out.
struct ServerError: Error, Sendable {
  let status: Int

  /// A stable name, such as `no_such_graph`.
  let code: String

  /// What is wrong and how to do it, as a sentence without its full stop.
  let message: String

  /// What in the request it is about.
  var parameter: String?

  init(_ status: Int, _ code: String, _ message: String, parameter: String? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.parameter = parameter
  }

  /// The error as the body of an answer.
  var object: ValueObject {
    var object: ValueObject = ["code": .string(code), "message": .string(message)]
    if let parameter { object["parameter"] = .string(parameter) }
    return object
  }

  var response: HTTPResponse { response(["error": .object(object)]) }

  /// The error as clients of OpenAI's interface expect it.
  var chatResponse: HTTPResponse { response(["error": chatObject]) }

  /// The answer with the headers that HTTP asks for beside its status.
  private func response(_ body: Value) -> HTTPResponse {
    var response = HTTPResponse.json(status, body)
    switch status {
    case 401: response.headers["www-authenticate"] = "Bearer"
    case 426: response.headers["upgrade"] = "websocket"
    case 429, 503: response.headers["retry-after"] = "1"
    default: break
    }
    return response
  }

  var chatObject: Value {
    [
      "message": .string(message), "type": .string(status >= 500 ? "server_error" : "invalid_request_error"),
      "param": parameter.map { .string($0) } ?? .null, "code": .string(code),
    ]
  }

  static let unavailable = Self(503, "stopping", "the server is stopping and begins no more runs")

  static func tooManyRuns(_ limit: Int) -> Self {
    Self(429, "too_many_runs", "\(limit) runs go on at present, and no more are begun; try again later")
  }

  static func noGraph(_ name: String, near: String?) -> Self {
    Self(404, "no_such_graph", "there is no graph '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
  }
}

extension HTTPResponse {
  /// An answer of JSON.
  static func json(_ status: Int, _ value: Value) -> HTTPResponse {
    HTTPResponse(status, type: "application/json", value.json() + "\n")
  }
}

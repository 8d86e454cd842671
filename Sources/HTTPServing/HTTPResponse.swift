internal import Glibc

/// A whole answer.
public struct HTTPResponse: Sendable {
  /// The status, such as 200.
  public var status: Int

  /// The headers, without those that say how the body is sent.
  public var headers: HTTPHeaders

  /// The body.
  public var body: [UInt8]

  /// Creates an answer.
  public init(_ status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Creates an answer of text.
  public init(_ status: Int, type: String, _ text: String, headers: HTTPHeaders = HTTPHeaders()) {
    self.init(status, headers: headers, body: Array(text.utf8))
    self.headers["content-type"] = type
  }
}

/// The first lines of answers.
enum HTTPResponseHead {
  /// How the body of an answer ends.
  enum Framing {
    case none
    case length(Int)
    case chunks
    /// With the connection, for clients that know no chunks.
    case connectionEnd
  }

  static func bytes(_ status: Int, _ headers: HTTPHeaders, _ framing: Framing, keepsConnection: Bool) -> [UInt8] {
    var text = "HTTP/1.1 \(status) \(reason(status))\r\n"
    text.reserveCapacity(256)
    for (name, value) in headers.fields where !framingNames.contains(name) {
      text += "\(name): \(clean(value))\r\n"
    }
    if status >= 200 { text += "date: \(HTTPDate.now())\r\n" }
    switch framing {
    case .none: break
    case .length(let length): text += "content-length: \(length)\r\n"
    case .chunks: text += "transfer-encoding: chunked\r\n"
    case .connectionEnd: break
    }
    // What a header says of this connection only is named there.
    var words = headers["upgrade"] == nil ? [] : ["Upgrade"]
    if status != 101, !keepsConnection { words.append("close") }
    if !words.isEmpty { text += "connection: \(words.joined(separator: ", "))\r\n" }
    text += "\r\n"
    return Array(text.utf8)
  }

  private static let framingNames: Set<String> = ["content-length", "transfer-encoding", "connection", "date"]

  /// A value that cannot end its line.
  private static func clean(_ value: String) -> String {
    guard value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return value }
    return String(decoding: value.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
  }

  static func reason(_ status: Int) -> String {
    switch status {
    case 100: "Continue"
    case 101: "Switching Protocols"
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 410: "Gone"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 417: "Expectation Failed"
    case 421: "Misdirected Request"
    case 422: "Unprocessable Content"
    case 426: "Upgrade Required"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    default: "Status"
    }
  }
}

/// The time as headers say it.
enum HTTPDate {
  static func now() -> String { text(time(nil)) }

  static func text(_ seconds: Int) -> String {
    var seconds = seconds
    var parts = unsafe tm()
    _ = unsafe gmtime_r(&seconds, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let day = unsafe "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)])"
    let hour = unsafe "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    return unsafe "\(day) \(1900 + parts.tm_year) \(hour) GMT"
  }
}

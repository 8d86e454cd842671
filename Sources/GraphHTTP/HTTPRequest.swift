/// A request as a client sends it.
public struct HTTPRequest: Sendable {
  /// The method in capitals.
  public var method: String

  /// The absolute `http` or `https` URL.
  public var url: String

  /// Names and values in the order they are sent.
  public var headers: HTTPHeaders

  /// The body; empty for none.
  public var body: [UInt8]

  /// How long the client waits.
  public var timeouts: HTTPTimeouts

  /// Creates a request.
  public init(
    method: String = "GET", url: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
    timeouts: HTTPTimeouts = HTTPTimeouts()
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeouts = timeouts
  }
}

/// How long a client waits before it gives up.
public struct HTTPTimeouts: Sendable, Hashable {
  /// For a connection, including the look-up of the name and TLS.
  public var connect: Duration

  /// Between two bytes of the answer, and for the first one; nil for ever.
  ///
  /// Time in which nobody reads does not count.
  public var idle: Duration?

  /// From the start of the request to the end of the answer; nil for ever.
  public var total: Duration?

  /// Creates time-outs.
  public init(connect: Duration = .seconds(10), idle: Duration? = .seconds(300), total: Duration? = nil) {
    self.connect = connect
    self.idle = idle
    self.total = total
  }
}

/// Header fields in the order they were written; names are compared without regard to case.
public struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
  /// The fields.
  public private(set) var fields: [(name: String, value: String)]

  /// Creates headers from names and values.
  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { (name: $0.0, value: $0.1) }
  }

  /// Adds a field after the others.
  public mutating func append(_ name: String, _ value: String) {
    fields.append((name: name, value: value))
  }

  /// The value of the first field of a name.
  public subscript(name: String) -> String? {
    fields.first { Self.isSame($0.name, name) }?.value
  }

  private static func isSame(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left.lowercased() == right.lowercased()
  }
}

/// The status and the header fields of an answer.
public struct HTTPResponseHead: Sendable {
  /// The status, such as 200.
  public var status: Int

  /// The header fields.
  public var headers: HTTPHeaders

  /// Creates a head.
  public init(status: Int, headers: HTTPHeaders = [:]) {
    self.status = status
    self.headers = headers
  }
}

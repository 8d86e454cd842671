/// A request of a client, whole.
public struct HTTPRequest: Sendable {
  /// The first line and the headers.
  public struct Head: Sendable {
    /// The method as it was sent, such as `GET`.
    public let method: String

    /// The path with its escapes resolved, such as `/graphs/hello`; `*` where a request is about the server.
    public let path: String

    /// The parts of the path between its slashes, of which an escaped slash is none; empty for `*`.
    public let pathParts: [String]

    /// What stands behind the `?`, as it was sent; nil without one.
    public let query: String?

    /// The headers.
    public let headers: HTTPHeaders

    /// Whether the version is 1.0, which knows neither chunks nor connections that stay.
    public let isVersion10: Bool

    /// Whether the client wants to send further requests over the connection.
    public var keepsConnection: Bool {
      let words = headers.tokens("connection")
      return !words.contains("close") && (!isVersion10 || words.contains("keep-alive"))
    }
  }

  /// The first line and the headers.
  public let head: Head

  /// The body.
  public let body: [UInt8]

  /// The method as it was sent, such as `GET`.
  public var method: String { head.method }

  /// The path with its escapes resolved.
  public var path: String { head.path }

  /// The headers.
  public var headers: HTTPHeaders { head.headers }

  /// The names and values of the query, in their order; nil when an escape in it is wrong.
  public var queryItems: [(name: String, value: String)]? {
    guard let query = head.query else { return [] }
    return PercentEncoding.pairs(query)
  }
}

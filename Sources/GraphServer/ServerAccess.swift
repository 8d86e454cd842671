internal import HTTPServing

/// Who may use a server.
struct ServerAccess: Sendable {
  let options: ServerOptions

  /// Whether the server is for programs on this machine only.
  private var isLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(options.host) }

  /// Refuses what must not be answered.
  ///
  /// - Throws: `ServerError`.
  func check(_ request: HTTPRequest) throws(ServerError) {
    try checkHost(request)
    try checkOrigin(request)
    try checkToken(request)
  }

  /// A page whose name was made to lead to this machine is not served: the name that it asks for is not one of ours.
  private func checkHost(_ request: HTTPRequest) throws(ServerError) {
    guard isLoopback, options.token == nil, let host = request.headers["host"] else { return }
    let name = host.hasPrefix("[") ? String(host.prefix { $0 != "]" }.dropFirst()) : String(host.prefix { $0 != ":" })
    guard ["127.0.0.1", "::1", "localhost"].contains(name.lowercased()) else {
      throw ServerError(
        421, "wrong_host",
        "this server is for programs on its own machine and not for '\(name)'; ask 'localhost', or start it with a token"
      )
    }
  }

  /// Pages of other sites may not use the server unless they were allowed to: their requests come with the rights of
  /// whoever looks at them.
  private func checkOrigin(_ request: HTTPRequest) throws(ServerError) {
    if let origin = request.headers["origin"] {
      guard allowedOrigin(of: request) != nil || isOwn(origin, request) else { throw Self.foreign(origin) }
    } else if request.headers["sec-fetch-site"] == "cross-site", request.path != "/healthz" {
      throw Self.foreign("another site")
    }
  }

  private static func foreign(_ origin: String) -> ServerError {
    ServerError(403, "foreign_origin", "pages of '\(origin)' may not use this server; '--allow-origin' lets them")
  }

  private func isOwn(_ origin: String, _ request: HTTPRequest) -> Bool {
    guard let host = request.headers["host"] else { return false }
    return origin == "http://\(host)" || origin == "https://\(host)"
  }

  /// What the header says that lets a page of another site read the answer; nil without a right to.
  func allowedOrigin(of request: HTTPRequest) -> String? {
    guard let origin = request.headers["origin"] else { return nil }
    if options.allowedOrigins.contains(origin) { return origin }
    return options.allowedOrigins.contains("*") ? "*" : nil
  }

  /// Lets a page of another site that was allowed to ask read the answer.
  func addOrigin(to headers: inout HTTPHeaders, _ request: HTTPRequest) {
    guard let origin = allowedOrigin(of: request) else { return }
    headers["access-control-allow-origin"] = origin
    headers["access-control-expose-headers"] = "Location, Retry-After, X-Run-Id"
    if origin != "*" { headers["vary"] = "Origin" }
  }

  private func checkToken(_ request: HTTPRequest) throws(ServerError) {
    guard let token = options.token, request.path != "/healthz" else { return }
    var given: String?
    if let header = request.headers["authorization"], header.lowercased().hasPrefix("bearer ") {
      given = String(header.dropFirst(7))
    } else {
      // `EventSource` and `WebSocket` of browsers can send no headers.
      given = request.queryItems?.first { $0.name == "access_token" }?.value
    }
    guard let given, Self.areEqual(given, token) else {
      throw ServerError(401, "unauthorized", "'Authorization: Bearer …' with the server's token is needed")
    }
  }

  /// Compares without telling by its time how much of it is right.
  private static func areEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    var difference = left.count ^ right.count
    for index in right.indices { difference |= Int(right[index] ^ (index < left.count ? left[index] : 0)) }
    return difference == 0
  }
}

internal import Glibc
internal import GraphRuntime

/// A server of HTTP/1.1 and WebSockets on one event loop.
///
/// A thread of its own accepts connections, reads requests and sends what
/// waits; each request is answered by a handler in a task of its own. When its client leaves, that task is cancelled at
/// once. Connections and tasks belong to the server, which ends them all before `stop` returns.
///
/// ```swift
/// let server = try HTTPServer(port: 0) { request, responder in
///   try? await responder.respond(HTTPResponse(200, type: "text/plain", "You asked for \(request.path)\n"))
/// }
/// print("listening on port \(server.port)")
/// await server.stop()
/// ```
public final class HTTPServer: Sendable {
  /// Answers one request through its responder.
  public typealias Handler = @Sendable (HTTPRequest, HTTPResponder) async -> Void

  /// The host that it listens on.
  public let host: String

  /// The port that it listens on.
  public let port: Int

  private let loop: HTTPEventLoop

  /// Starts a server.
  ///
  /// - Parameters:
  ///   - host: A name or address of this machine; only programs on it reach the usual one.
  ///   - port: The port; 0 takes a free one.
  ///   - limits: How large and how slow what clients send may be.
  ///   - refusal: Makes the answer to what is no proper request.
  ///   - handler: Answers a request.
  /// - Throws: `HTTPListenError`.
  public init(
    host: String = "127.0.0.1", port: Int, limits: HTTPLimits = HTTPLimits(),
    refusal: @escaping @Sendable (HTTPRequestError) -> HTTPResponse = { error in
      HTTPResponse(error.status, type: "text/plain; charset=utf-8", error.reason + "\n")
    },
    handler: @escaping Handler
  ) throws(HTTPListenError) {
    let listener = try HTTPListener(host: host, port: port)
    self.host = host
    self.port = listener.port
    loop = try HTTPEventLoop(listener, limits, refusal, handler)
    try loop.start()
  }

  /// Takes no more connections, lets requests that were begun come to their end, and then ends.
  ///
  /// May be called again with less patience; each call returns at the end.
  ///
  /// - Parameter grace: How long they may take; then their tasks are cancelled and the connections closed.
  public func stop(grace: Duration = .seconds(10)) async { await loop.stop(grace: grace) }

  /// The number of connections.
  public var connectionCount: Int { loop.connectionCount }
}

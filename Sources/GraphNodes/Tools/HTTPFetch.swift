internal import GraphHTTP

/// One request and its whole answer, with the limits and the words that all tools share.
struct HTTPFetch: Sendable {
  /// The statuses that are a success.
  var statuses: Set<Int> = Set(200..<300)

  /// The longest answer in bytes.
  var limit = 4 << 20

  /// What is taken out of what the server says.
  let redaction: SecretRedaction

  /// The request that a redirection asks for, or nil when it is none that is followed.
  var redirection: @Sendable (HTTPResponseHead, HTTPRequest) throws -> HTTPRequest? = { _, _ in nil }

  private static let maximumRedirections = 5

  /// How much of a refusal is in the error.
  private static let shownRefusal = 500

  init(redaction: SecretRedaction) { self.redaction = redaction }

  /// Sends a request and reads the answer.
  ///
  /// - Throws: `ToolError`, or a `CancellationError`.
  func answer(to first: HTTPRequest) async throws -> (head: HTTPResponseHead, body: [UInt8]) {
    var request = first
    for _ in 0...Self.maximumRedirections {
      do {
        let exchange = HTTPClient.shared.send(request)
        let head = try await exchange.head()
        if let next = try redirection(head, request) {
          request = next
          continue
        }
        guard statuses.contains(head.status) else { throw try await refusal(exchange, head.status) }
        return (head, try await body(of: exchange))
      } catch let error as HTTPError {
        throw ToolError("the request failed: \(error)")
      }
    }
    throw ToolError("the server sends the request on more than \(Self.maximumRedirections) times")
  }

  private func body(of exchange: HTTPExchange) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let part = try await exchange.next() {
      bytes += part
      if bytes.count > limit {
        exchange.cancel()
        throw ToolError("the answer is longer than \(limit) bytes")
      }
    }
    return bytes
  }

  /// What a server says that refuses; a part of it is enough to see why.
  private func refusal(_ exchange: HTTPExchange, _ status: Int) async throws -> ToolError {
    var bytes: [UInt8] = []
    while bytes.count < Self.shownRefusal, let part = try? await exchange.next() { bytes += part }
    exchange.cancel()
    try Task.checkCancellation()
    let said = redaction.redact(String(decoding: bytes, as: UTF8.self))
    let shown = said.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(Self.shownRefusal)
    return ToolError("the server answered \(status)" + (shown.isEmpty ? "" : ": \(shown)"))
  }
}

internal import GraphDiagnostics
internal import GraphHTTP

/// What goes wrong, in words that name the provider and never the key.
extension HTTPLanguageModel {
  /// The failure of a connection; anything that is no `HTTPError` is a cancellation.
  func failure(_ error: any Error, _ attempts: ModelAttempts, isInMiddle: Bool) -> ModelFailure {
    guard let error = error as? HTTPError else { return .cancelled }
    let place = isInMiddle ? " in the middle of the answer" : ""
    let text = redacted(error.message)
    switch error.code {
    case .totalTimeout: return attempts.timedOut()
    case .idleTimeout: return made(.timeout, text + place, isRepeatable: false)
    case .connectTimeout: return made(.timeout, text, isRepeatable: true)
    case .cannotConnect: return made(.connection, text, isRepeatable: true)
    case .connectionLost: return made(.connection, text + place, isRepeatable: !isInMiddle)
    case .unavailable, .invalidRequest: return made(.connection, text, isRepeatable: false)
    case .malformedResponse: return made(.malformedAnswer, text + place, isRepeatable: false)
    }
  }

  /// The failure that a status tells of.
  func failure(_ head: HTTPResponseHead, _ body: [UInt8], _ attempts: ModelAttempts) -> ModelFailure {
    let report = ProviderErrorBody(body)
    let kind = report.kind.map { " (\(redacted(Self.oneLine($0[...], limit: 60))))" } ?? ""
    let shown = report.message ?? String(decoding: body.prefix(Self.shownBytes * 4), as: UTF8.self)
    let error = ModelError(
      .status(head.status), identity: identity,
      message: "answered with status \(head.status)\(Self.reason(head.status))\(kind)",
      body: redacted(Self.oneLine(shown[...], limit: Self.shownBytes)),
      requestID: safe(requestID: Self.requestID(head) ?? report.requestID),
      retryAfter: RetryAfter.delay(in: head.headers, unixTime: timing.unixTime()))
    return .error(error, isRepeatable: Self.isRepeatable(head))
  }

  /// The failure of an answer that came, but was not what the protocol says.
  func failure(_ error: WireError, _ head: HTTPResponseHead?, isInMiddle: Bool) -> ModelFailure {
    let requestID = head.flatMap { Self.requestID($0) }
    switch error {
    case .malformed(let message):
      return made(.malformedAnswer, message, requestID: requestID, isRepeatable: false)
    case .truncated:
      let message =
        isInMiddle
        ? "the stream ended in the middle of the answer" : "the stream ended before the answer had begun"
      return made(.malformedAnswer, message, requestID: requestID, isRepeatable: !isInMiddle)
    case .provider(let kind, let message):
      let kind = redacted(Self.oneLine(kind[...], limit: 60))
      let place = isInMiddle ? " in the middle of the answer" : ""
      let text =
        kind == WireError.refusalKind
        ? "the model refused to answer\(place)" : "the provider reported '\(kind)'\(place)"
      return made(
        .provider(kind), text, body: redacted(Self.oneLine(message[...], limit: Self.shownBytes)),
        requestID: requestID, isRepeatable: !isInMiddle && Self.passing.contains(kind))
    }
  }

  /// The failure of an answer that is no stream although one was asked for.
  func failure(contentType: String, _ head: HTTPResponseHead, _ body: [UInt8]) -> ModelFailure {
    let report = ProviderErrorBody(body)
    let shown = report.message ?? String(decoding: body.prefix(Self.shownBytes * 4), as: UTF8.self)
    return made(
      .malformedAnswer, "a stream of events was asked for and '\(Self.oneLine(contentType[...], limit: 60))' came",
      body: redacted(Self.oneLine(shown[...], limit: Self.shownBytes)), requestID: Self.requestID(head),
      isRepeatable: false)
  }

  private func made(
    _ code: ModelError.Code, _ message: String, body: String? = nil, requestID: String? = nil, isRepeatable: Bool
  ) -> ModelFailure {
    .error(
      ModelError(
        code, identity: identity, message: redacted(message), body: body, requestID: safe(requestID: requestID)),
      isRepeatable: isRepeatable)
  }

  /// The provider's id of a request, which is as little to be trusted with the key as a body.
  private func safe(requestID: String?) -> String? {
    requestID.map { redacted(Self.oneLine($0[...], limit: 100)) }
  }

  /// How much of a body is shown.
  private static let shownBytes = 400

  /// Errors in a stream that pass by themselves.
  private static let passing: Set<String> = [
    "overloaded_error", "api_error", "server_error", "internal_server_error", "internal_error", "rate_limit_error",
    "rate_limit_exceeded", "timeout_error", "429", "500", "502", "503", "504", "529",
  ]

  private static func isRepeatable(_ head: HTTPResponseHead) -> Bool {
    switch head.headers["x-should-retry"] {
    case "true": true
    case "false": false
    default: head.status == 408 || head.status == 409 || head.status == 429 || head.status >= 500
    }
  }

  private static func reason(_ status: Int) -> String {
    let reasons = [
      400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
      408: "Request Timeout", 409: "Conflict", 413: "Content Too Large", 422: "Unprocessable Content",
      429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
      504: "Gateway Timeout", 529: "Overloaded",
    ]
    return reasons[status].map { " \($0)" } ?? ""
  }

  /// A text cut to so many bytes, with each run of white space and control characters as one space.
  private static func oneLine(_ text: Substring, limit: Int) -> String {
    var line = ""
    var needsSpace = false
    for scalar in text.unicodeScalars {
      if scalar.value <= 0x20 || (0x7F..<0xA0).contains(scalar.value) || scalar == "\u{FFFD}" {
        needsSpace = !line.isEmpty
        continue
      }
      if needsSpace { line += " " }
      needsSpace = false
      guard line.utf8.count + 4 <= limit else { return line + "…" }
      line.unicodeScalars.append(scalar)
    }
    return line
  }
}

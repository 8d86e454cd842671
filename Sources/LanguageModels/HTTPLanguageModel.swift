public import GraphHTTP
internal import GraphRuntime

/// A model behind a provider's HTTP API.
///
/// Failed requests are repeated as `ModelRetryPolicy` says. A request's `timeout`
/// is a deadline for all of its attempts and the pauses between them: when it
/// passes, the error says so, and a pause that would outlast it is not begun.
///
/// An answer that the model refuses to give is an error of the kind
/// `provider("refusal")`, whatever the family.
public struct HTTPLanguageModel: LanguageModel {
  /// The provider and the model.
  public let identity: ModelIdentity

  let codec: any ModelCodec
  let retry: ModelRetryPolicy
  let timing: ModelTiming
  private let url: String
  private let key: String?
  private let client: HTTPClient

  /// More bytes than any whole answer has.
  static let maximumAnswerBytes = 32 << 20

  /// What is read of an error's body; only its beginning is shown.
  private static let maximumErrorBytes = 64 << 10

  /// Creates a model; nothing is sent yet.
  ///
  /// - Parameters:
  ///   - model: The model's name as the provider knows it.
  ///   - preset: The provider.
  ///   - baseURL: The base URL of its API, or nil for the preset's own.
  ///   - key: The key, or nil for providers that need none. It is sent and never shown.
  ///   - retry: When requests are repeated.
  ///   - timing: The clock and the chance that they are repeated by.
  ///   - client: The connections.
  /// - Throws: `ModelError` when the base URL is not one, or the key cannot be one.
  public init(
    model: String, preset: ProviderPreset, baseURL: String? = nil, key: String?,
    retry: ModelRetryPolicy = ModelRetryPolicy(),
    timing: ModelTiming = .system, client: HTTPClient = .shared
  ) throws(ModelError) {
    identity = ModelIdentity(provider: preset.name, model: model)
    var base = (baseURL ?? preset.baseURL ?? "").trimmingSpaces()
    while base.hasSuffix("/") { base.removeLast() }
    guard base.hasPrefix("http://") || base.hasPrefix("https://"), base.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
    else { throw .badBaseURL(identity) }
    let key = key?.trimmingSpaces()
    guard key?.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) ?? true else {
      throw .unusableKey(of: preset, identity: identity)
    }
    switch preset.family {
    case .openAIChat:
      codec = OpenAIChatCodec(
        model: model, preset: preset, isOpenAI: preset.name == "openai" && base == preset.baseURL)
    case .anthropicMessages: codec = AnthropicMessagesCodec(model: model, isAnthropic: base == preset.baseURL)
    case .offline: throw .badBaseURL(identity)
    }
    url = base + codec.path
    self.key = key
    self.retry = retry
    self.timing = timing
    self.client = client
  }

  /// Asks for the whole answer.
  public func respond(to request: ModelRequest) async throws -> ModelResponse {
    let body = codec.encode(request, streams: false)
    var attempts = ModelAttempts(self, request)
    while true {
      do throws(ModelFailure) {
        try check(request)
        return try await attempt(request, body, attempts)
      } catch {
        let pause = try attempts.pause(after: error)
        try await timing.sleep(pause)
      }
    }
  }

  /// Starts an answer that arrives as server-sent events.
  public func stream(_ request: ModelRequest) -> any ModelStream { HTTPModelStream(self, request) }

  private func attempt(
    _ request: ModelRequest, _ body: [UInt8], _ attempts: ModelAttempts
  ) async throws(ModelFailure) -> ModelResponse {
    let exchange = try send(body, attempts)
    let head = try await readHead(of: exchange, attempts)
    let answer = try await readBody(of: exchange, attempts)
    do throws(WireError) {
      var response = try codec.decodeAnswer(answer, to: request)
      response.summary.requestID = Self.requestID(head)
      return response
    } catch {
      throw failure(error, head, isInMiddle: false)
    }
  }
}

// MARK: - One attempt

extension HTTPLanguageModel {
  /// Refuses a request that the provider has no words for.
  func check(_ request: ModelRequest) throws(ModelFailure) {
    guard let problem = codec.problem(with: request) else { return }
    throw .error(ModelError(.unsupported, identity: identity, message: problem), isRepeatable: false)
  }

  /// Sends a request.
  func send(_ body: [UInt8], _ attempts: ModelAttempts) throws(ModelFailure) -> HTTPExchange {
    let remaining = attempts.remaining
    if let remaining, remaining <= .zero { throw attempts.timedOut() }
    let timeouts = HTTPTimeouts(total: remaining)
    var headers = codec.headers(key: key)
    if let key = attempts.idempotencyKey { headers.append("Idempotency-Key", "\(key)-\(Self.digest(of: body))") }
    return client.send(HTTPRequest(method: "POST", url: url, headers: headers, body: body, timeouts: timeouts))
  }

  /// What tells a request from others of one attempt, such as those of an agent (FNV-1a).
  private static func digest(of body: [UInt8]) -> String {
    let hash = body.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
  }

  /// Waits for the head of an answer that is a success.
  func readHead(of exchange: HTTPExchange, _ attempts: ModelAttempts) async throws(ModelFailure) -> HTTPResponseHead {
    let head: HTTPResponseHead
    do {
      head = try await exchange.head()
    } catch {
      throw failure(error, attempts, isInMiddle: false)
    }
    guard !(200..<300).contains(head.status) else { return head }
    throw failure(head, await readErrorBody(of: exchange), attempts)
  }

  /// What can be read of an error; its body is worth less than the status, so trouble with it is no trouble.
  func readErrorBody(of exchange: HTTPExchange) async -> [UInt8] {
    var body: [UInt8] = []
    while body.count < Self.maximumErrorBytes, let bytes = try? await exchange.next() { body.append(contentsOf: bytes) }
    return body
  }

  private func readBody(
    of exchange: HTTPExchange, _ attempts: ModelAttempts
  ) async throws(ModelFailure) -> [UInt8] {
    var body: [UInt8] = []
    do {
      while let bytes = try await exchange.next() {
        body.append(contentsOf: bytes)
        if body.count > Self.maximumAnswerBytes {
          throw HTTPError(.malformedResponse, "the answer is longer than \(Self.maximumAnswerBytes >> 20) MB")
        }
      }
    } catch {
      throw failure(error, attempts, isInMiddle: false)
    }
    return body
  }

  /// The provider's id of a request.
  static func requestID(_ head: HTTPResponseHead) -> String? {
    for name in ["x-request-id", "request-id", "mistral-correlation-id"] {
      if let id = head.headers[name], !id.isEmpty { return id }
    }
    return nil
  }

  /// A text without anything that could be the key.
  func redacted(_ text: String) -> String { KeyRedaction.redact(text, key: key) }
}

extension String {
  /// The text without the white space around it.
  fileprivate func trimmingSpaces() -> String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}

internal import GraphHTTP

/// How one family of providers writes requests and answers: pure functions, no connection.
protocol ModelCodec: Sendable {
  /// The path below the base URL that requests are posted to.
  var path: String { get }

  /// The header fields with the key.
  func headers(key: String?) -> HTTPHeaders

  /// Why the provider cannot answer a request, in one lower-case phrase; nil when it can.
  func problem(with request: ModelRequest) -> String?

  /// The body of a request.
  func encode(_ request: ModelRequest, streams: Bool) -> [UInt8]

  /// Reads a whole answer.
  ///
  /// - Throws: `WireError` when it is not what the protocol says.
  func decodeAnswer(_ body: [UInt8], to request: ModelRequest) throws(WireError) -> ModelResponse

  /// Makes what reads the stream of an answer.
  func makeStreamDecoder(for request: ModelRequest) -> any StreamDecoder
}

/// Reads the events of one answer.
protocol StreamDecoder: Sendable {
  /// Whether the provider has said that the answer is over.
  var isFinished: Bool { get }

  /// What was said of the answer as a whole.
  var summary: ModelResponse.Summary { get }

  /// The text in an event, or nil when it has none.
  ///
  /// - Throws: `WireError` when the event is an error or not what the protocol says.
  mutating func decode(_ event: ServerSentEvent) throws(WireError) -> String?

  /// The text that was held back, once no more events come.
  ///
  /// - Throws: `WireError` when the answer is not complete.
  mutating func finish() throws(WireError) -> String?
}

/// An answer that could be read as HTTP but not as what the provider's protocol says.
enum WireError: Error {
  /// Something else came; one lower-case phrase.
  case malformed(String)
  /// The stream ended too early.
  case truncated
  /// The provider reports an error: its kind and what it says.
  case provider(kind: String, message: String)
}

extension WireError {
  static let notJSON = WireError.malformed("an event of the stream is not the JSON that was expected")
  static let tooLong = WireError.malformed("the answer is longer than \(HTTPLanguageModel.maximumAnswerBytes >> 20) MB")
  static let refusalKind = "refusal"
}

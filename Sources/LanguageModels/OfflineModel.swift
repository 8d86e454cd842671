internal import GraphRuntime

/// A model without a network, for trying graphs out, for tests and for demonstrations.
///
/// The answer depends on nothing but the request: the same messages and the
/// same schema give the same answer on every machine and in every version of
/// this type's rules. Without a schema it greets, quotes the beginning of the
/// last user message, and says a few plain English sentences about the words
/// in it. With one it is an object that
/// fits: types, `enum`, `const`, `required`, bounds of numbers, lengths and
/// lists, `format`, `$ref`, nesting; `pattern` is the one rule that is not
/// tried. Of an enumeration it takes the value that the last user message
/// mentions, if there is one.
///
/// **Tools** that are offered are called first: each one once, all in one
/// turn, with arguments that fit its schema; then comes the answer. So agents
/// run to their end. A choice other than the automatic one is kept to.
///
/// A stream delivers the text word by word, each with the space before it.
/// `maxTokens` cuts sentences after so many words, with the finish reason
/// `length`; an object is never cut, and the temperature changes nothing.
/// **Usage** counts words: runs of characters between white space.
public struct OfflineModel: LanguageModel {
  /// `offline` and the name the model was created with.
  public let identity: ModelIdentity

  /// Creates a model; its name does not change its answers.
  public init(name: String = "offline") {
    identity = ModelIdentity(provider: "offline", model: name)
  }

  /// Answers at once.
  ///
  /// - Throws: `CancellationError` when the task was cancelled.
  public func respond(to request: ModelRequest) async throws -> ModelResponse {
    try Task.checkCancellation()
    let (pieces, summary) = answer(request)
    return ModelResponse(text: pieces.joined(), summary: summary)
  }

  /// Gives the same answer word by word.
  public func stream(_ request: ModelRequest) -> any ModelStream {
    OfflineStream { answer(request) }
  }

  private func answer(_ request: ModelRequest) -> (pieces: [String], summary: ModelResponse.Summary) {
    var hash = StableHash()
    for message in request.messages {
      hash.combine(message.role.rawValue)
      hash.combine(message.content)
      for call in message.toolCalls { hash.combine(call.name) }
    }
    let question = request.messages.last { $0.role == .user }?.content ?? ""
    let calls = toolCalls(request, question: question, seed: hash.value)
    let inputTokens = request.messages.reduce(0) { $0 + Self.wordCount($1.content) }
    guard calls.isEmpty else {
      let usage = ModelUsage(
        inputTokens: inputTokens,
        outputTokens: calls.reduce(0) { $0 + 1 + Self.wordCount(Value.object($1.object).json()) })
      return ([], ModelResponse.Summary(finishReason: .toolCalls, usage: usage, toolCalls: calls))
    }
    var pieces: [String]
    var finishReason = FinishReason.stop
    if let schema = request.schema?.schema {
      hash.combine(schema.json())
      var sampler = SchemaSampler(schema: schema, question: question, seed: hash.value)
      pieces = Self.split(sampler.sample().json(), afterCommas: true)
    } else {
      var writer = SentenceWriter(question: question, seed: hash.value)
      pieces = Self.split(Self.greeting(question) + writer.paragraph(), afterCommas: false)
      if let limit = request.maxTokens, pieces.count > limit {
        pieces.removeSubrange(max(0, limit)...)
        finishReason = .length
      }
    }
    let usage = ModelUsage(inputTokens: inputTokens, outputTokens: Self.wordCount(pieces.joined()))
    return (pieces, ModelResponse.Summary(finishReason: finishReason, usage: usage))
  }

  /// The tools that were not called since the last question, each with arguments that fit its schema.
  private func toolCalls(_ request: ModelRequest, question: String, seed: UInt64) -> [ModelToolCall] {
    let turn = request.messages[(request.messages.lastIndex { $0.role == .user } ?? 0)...]
    let called = Set(turn.flatMap(\.toolCalls).map(\.name))
    var tools = request.tools.filter { !called.contains($0.name) }
    switch request.toolChoice {
    case .automatic: break
    case .never: tools = []
    case .named(let name): tools = request.tools.filter { $0.name == name }
    case .required: if tools.isEmpty { tools = Array(request.tools.prefix(1)) }
    }
    let number = request.messages.reduce(1) { $0 + $1.toolCalls.count }
    return tools.enumerated().map { offset, tool in
      var hash = StableHash()
      hash.combine(tool.name)
      var sampler = SchemaSampler(schema: tool.parameters, question: question, seed: seed ^ hash.value)
      return ModelToolCall(
        id: "call_\(number + offset)", name: tool.name, arguments: sampler.sample().object ?? [:])
    }
  }

  /// A greeting with the first words of the question, so that one sees what the model was asked.
  private static func greeting(_ question: String) -> String {
    let words = question.split(whereSeparator: \.isWhitespace)
    guard !words.isEmpty else { return "Hello! You asked nothing. " }
    var quote = ""
    for word in words {
      let longer = quote.isEmpty ? String(word.prefix(quoteLength)) : "\(quote) \(word)"
      guard longer.count <= quoteLength else { break }
      quote = longer
    }
    let isWhole = quote.count >= words.reduce(words.count - 1) { $0 + $1.count }
    return "Hello! You asked: \"\(quote)\(isWhole ? "" : "…")\" "
  }

  /// The most characters of the question that are quoted.
  private static let quoteLength = 60

  private static func wordCount(_ text: String) -> Int {
    text.split(whereSeparator: \.isWhitespace).count
  }

  /// Cuts before each space and, for JSON, after each comma and colon.
  private static func split(_ text: String, afterCommas: Bool) -> [String] {
    var pieces: [String] = []
    var piece = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == " " && !piece.isEmpty {
        pieces.append(String(piece))
        piece = String.UnicodeScalarView()
      }
      piece.append(scalar)
      if afterCommas && (scalar == "," || scalar == ":") {
        pieces.append(String(piece))
        piece = String.UnicodeScalarView()
      }
    }
    if !piece.isEmpty { pieces.append(String(piece)) }
    return pieces
  }
}

/// The words of an answer, handed out one by one.
private final class OfflineStream: ModelStream {
  private struct State {
    var position = 0
    var isCancelled = false
    var answer: (pieces: [String], summary: ModelResponse.Summary)?
  }

  private let state = Locked(State())
  private let answer: @Sendable () -> (pieces: [String], summary: ModelResponse.Summary)

  init(_ answer: @escaping @Sendable () -> (pieces: [String], summary: ModelResponse.Summary)) {
    self.answer = answer
  }

  func next() async throws -> String? {
    try Task.checkCancellation()
    if state.withLock({ $0.answer == nil }) {
      let answer = answer()
      state.withLock { $0.answer = answer }
    }
    return try state.withLock { state throws(CancellationError) in
      guard !state.isCancelled else { throw CancellationError() }
      guard let pieces = state.answer?.pieces, state.position < pieces.count else { return nil }
      defer { state.position += 1 }
      return pieces[state.position]
    }
  }

  func cancel() { state.withLock { $0.isCancelled = true } }

  var summary: ModelResponse.Summary {
    state.withLock { state in
      guard let answer = state.answer, state.position >= answer.pieces.count else { return ModelResponse.Summary() }
      return answer.summary
    }
  }
}

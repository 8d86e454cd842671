internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// One question to a model: the request, who is asked, and in whose name.
struct ModelCall: Sendable {
  let model: any LanguageModel
  let request: ModelRequest
  let context: NodeContext

  /// The message that asks; nil where the prompt ends otherwise.
  let asked: ModelMessage?

  /// Creates a call whose repeated attempts are in the run's log.
  init(model: any LanguageModel, request: ModelRequest, context: NodeContext, asked: ModelMessage? = nil) {
    self.model = model
    self.context = context
    self.asked = asked
    var request = request
    request.onRetry = { retry in
      context.reportRetry(
        RetryRecord(scope: .call, attempt: retry.attempt, message: "\(retry.error)", delay: retry.delay))
    }
    request.idempotencyKey = context.callKey
    if let deadline = context.deadline {
      request.timeout = min(request.timeout ?? .seconds(1_000_000), ContinuousClock.now.duration(to: deadline))
    }
    self.request = request
  }

  /// Asks for the whole answer; a stop request closes the connection.
  func respond() async throws -> ModelResponse {
    let (model, request) = (model, request)
    let response = try await context.stop.cancelling { try await model.respond(to: request) }
    await report(response.summary)
    return response
  }

  /// The value of an answer to this call, and the text it was found in; the model is asked once more when the first one
  /// does not fit.
  func value(of response: ModelResponse, as answer: ModelAnswer) async throws -> (value: Value, text: String) {
    try await answer.value(of: response, to: request) { request, error in
      await context.emit("repair", ["reason": .string(error.message)])
      var request = request
      // What is wanted now is the answer.
      if !request.tools.isEmpty { request.toolChoice = .never }
      return try await ModelCall(model: model, request: request, context: context).respond()
    }
  }

  /// Adds the tokens that were used to the run.
  func report(_ summary: ModelResponse.Summary) async {
    guard let usage = summary.usage else { return }
    await context.report(
      UsageRecord(
        provider: model.identity.provider, model: model.identity.model, inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens))
  }
}

/// The pieces of one answer as they arrive; a stop request closes the connection at once.
final class ModelTokens: Sendable {
  /// The question.
  let call: ModelCall

  private let stream: any ModelStream
  private let registration: StopRegistration
  private let hasReported = Locked(false)

  init(_ call: ModelCall) {
    self.call = call
    let stream = call.model.stream(call.request)
    self.stream = stream
    registration = call.context.stop.onRequest { stream.cancel() }
  }

  /// The next piece, or nil at the end.
  func next() async throws -> String? { try await stream.next() }

  /// Closes the connection at once.
  func cancel() {
    registration.cancel()
    stream.cancel()
  }

  /// Adds what the answer used to the run, as far as the provider said; a second call adds nothing.
  ///
  /// - Returns: What the provider said.
  func finish() async -> ModelResponse.Summary {
    registration.cancel()
    let summary = stream.summary
    let isFirst = hasReported.withLock { hasReported in
      defer { hasReported = true }
      return !hasReported
    }
    if isFirst { await call.report(summary) }
    return summary
  }
}

public import GraphRuntime

/// The tokens of an answer that a node asked for, as part of its run.
///
/// ```swift
/// for try await text in model.tokens(ModelRequest(messages: [question]), in: context) {
///   response += text
///   await context.stream(text)
/// }
/// ```
///
/// They end at a stop of the run, with the connection closed at that moment; what the node returns is then marked as
/// partial. Requests that are repeated and tokens that were used are in the run's log. Leaving the loop closes the
/// connection, too.
public struct NodeTokens: AsyncSequence, Sendable {
  /// The elements are pieces of text, never empty.
  public typealias Element = String

  let model: any LanguageModel
  let request: ModelRequest
  let context: NodeContext

  /// Makes an iterator; each one is a request of its own, which is sent when its first token is asked for.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(model, request, context) }

  /// Reads one answer.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private let identity: ModelIdentity
    private let context: NodeContext
    private let stream: any ModelStream
    private let registration: StopRegistration
    private var isOver = false

    init(_ model: any LanguageModel, _ request: ModelRequest, _ context: NodeContext) {
      var request = request
      let onRetry = request.onRetry
      request.onRetry = { retry in
        onRetry?(retry)
        context.reportRetry(
          RetryRecord(scope: .call, attempt: retry.attempt, message: "\(retry.error)", delay: retry.delay))
      }
      if let deadline = context.deadline {
        let rest = ContinuousClock.now.duration(to: deadline)
        request.timeout = request.timeout.map { Swift.min($0, rest) } ?? rest
      }
      let stream = model.stream(request)
      identity = model.identity
      self.context = context
      self.stream = stream
      registration = context.stop.onRequest { stream.cancel() }
    }

    /// The next token; nil at the end, and when a stop is requested.
    ///
    /// - Throws: `ModelError`, or `CancellationError` when the task was cancelled.
    public mutating func next() async throws -> String? {
      guard !isOver else { return nil }
      do {
        if !context.isStopRequested, let token = try await stream.next() { return token }
      } catch {
        await end()
        guard error is CancellationError, !Task.isCancelled, context.isStopRequested else { throw error }
        return nil
      }
      await end()
      return nil
    }

    private mutating func end() async {
      isOver = true
      registration.cancel()
      guard let usage = stream.summary.usage else { return }
      await context.report(
        UsageRecord(
          provider: identity.provider, model: identity.model, inputTokens: usage.inputTokens,
          outputTokens: usage.outputTokens))
    }
  }
}

extension LanguageModel {
  /// Asks for an answer in the name of a node: a stop of the run ends it at once.
  public func tokens(_ request: ModelRequest, in context: NodeContext) -> NodeTokens {
    NodeTokens(model: self, request: request, context: context)
  }
}

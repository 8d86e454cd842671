public import GraphRuntime
public import LanguageModels

/// One answer of a `ScriptedModel`: pieces of text, gates and failures in the order they come.
public struct ScriptedAnswer: Sendable, ExpressibleByStringLiteral {
  /// A part of an answer.
  public enum Step: Sendable {
    /// A piece of text, delivered as it is; empty pieces are dropped as models do.
    case piece(String)
    /// Waits until the gate is open.
    case gate(Gate)
    /// Throws; nothing after it is reached.
    case failure(any Error)
  }

  /// What happens, in order.
  public var steps: [Step]

  /// What the model says of the answer at its end.
  public var summary: ModelResponse.Summary

  /// Creates an answer.
  public init(_ steps: [Step], summary: ModelResponse.Summary = .init(finishReason: .stop)) {
    self.steps = steps
    self.summary = summary
  }

  /// Creates an answer of one piece.
  public init(stringLiteral value: String) { self.init([.piece(value)]) }

  /// An answer of one piece.
  public static func text(_ text: String) -> ScriptedAnswer { ScriptedAnswer([.piece(text)]) }

  /// An answer that streams as these pieces.
  public static func pieces(_ pieces: [String]) -> ScriptedAnswer { ScriptedAnswer(pieces.map { .piece($0) }) }

  /// A failure, after some pieces or at once.
  public static func failure(_ error: any Error, after pieces: [String] = []) -> ScriptedAnswer {
    ScriptedAnswer(pieces.map { .piece($0) } + [.failure(error)])
  }

  /// An answer that wants tools called, after some pieces of text.
  public static func calls(_ calls: [ModelToolCall], after pieces: [String] = []) -> ScriptedAnswer {
    ScriptedAnswer(
      pieces.map { .piece($0) }, summary: ModelResponse.Summary(finishReason: .toolCalls, toolCalls: calls))
  }

  /// An answer that wants one tool called.
  public static func call(_ name: String, _ arguments: ValueObject = [:], id: String = "call-1") -> ScriptedAnswer {
    calls([ModelToolCall(id: id, name: name, arguments: arguments)])
  }

  /// The same answer with the tokens it used.
  public func using(input: Int, output: Int) -> ScriptedAnswer {
    var answer = self
    answer.summary.usage = ModelUsage(inputTokens: input, outputTokens: output)
    return answer
  }
}

/// A model that says what a test wrote down, and remembers what it was asked.
///
/// Answers come from a list, in the order the requests arrive, or from a
/// closure that looks at the request. `respond(to:)` and `stream(_:)` go
/// through the same steps. A request beyond the end of the list fails.
///
/// ```swift
/// let model = ScriptedModel([
///   .pieces(["Hello", ", ", "World"]).using(input: 3, output: 3),
///   .failure(ModelError(.timeout, identity: nil, message: "took too long"), after: ["Hel"]),
/// ])
/// ```
public final class ScriptedModel: LanguageModel {
  /// `scripted/test` unless the test says otherwise.
  public let identity: ModelIdentity

  private let answer: @Sendable (ModelRequest, Int) -> ScriptedAnswer?
  private let state = Locked(State())

  private struct State {
    var requests: [ModelRequest] = []
    var openCount = 0
    var cancelledCount = 0
  }

  /// The identity of scripted models whose name does not matter.
  public static let defaultIdentity = ModelIdentity(provider: "scripted", model: "test")

  /// Creates a model that gives these answers, one a request.
  public init(_ answers: [ScriptedAnswer], identity: ModelIdentity = ScriptedModel.defaultIdentity) {
    self.identity = identity
    self.answer = { _, number in number < answers.count ? answers[number] : nil }
  }

  /// Creates a model that looks at each request.
  public init(
    identity: ModelIdentity = ScriptedModel.defaultIdentity,
    _ answer: @escaping @Sendable (ModelRequest) -> ScriptedAnswer
  ) {
    self.identity = identity
    self.answer = { request, _ in answer(request) }
  }

  /// Every request so far, in the order of their arrival.
  public var requests: [ModelRequest] { state.withLock { $0.requests } }

  /// The answers that have begun and have neither ended nor been dropped.
  public var openCount: Int { state.withLock { $0.openCount } }

  /// The answers that were cancelled or dropped before their end.
  public var cancelledCount: Int { state.withLock { $0.cancelledCount } }

  /// Goes through the next answer at once and joins its pieces.
  public func respond(to request: ModelRequest) async throws -> ModelResponse {
    let stream = ScriptedStream(self, request)
    var text = ""
    while let piece = try await stream.next() { text += piece }
    return ModelResponse(text: text, summary: stream.summary)
  }

  /// Gives the next answer piece by piece.
  public func stream(_ request: ModelRequest) -> any ModelStream { ScriptedStream(self, request) }

  fileprivate func begin(_ request: ModelRequest) throws -> ScriptedAnswer {
    let number = state.withLock { state in
      state.requests.append(request)
      return state.requests.count - 1
    }
    guard let answer = answer(request, number) else {
      throw ModelError(
        .malformedAnswer, identity: identity, message: "the script has no answer for request \(number + 1)")
    }
    state.withLock { $0.openCount += 1 }
    return answer
  }

  fileprivate func end(isCancelled: Bool) {
    state.withLock { state in
      state.openCount -= 1
      if isCancelled { state.cancelledCount += 1 }
    }
  }
}

/// Walks through one answer.
private final class ScriptedStream: ModelStream {
  private enum Phase {
    case idle
    case open(ScriptedAnswer, position: Int)
    case ended(ModelResponse.Summary)
    case cancelled
  }

  private let model: ScriptedModel
  private let request: ModelRequest
  private let phase = Locked(Phase.idle)
  private let cancellation = Gate()

  init(_ model: ScriptedModel, _ request: ModelRequest) {
    self.model = model
    self.request = request
  }

  deinit { close(.cancelled) }

  func next() async throws -> String? {
    while true {
      if Task.isCancelled { cancel() }
      guard let step = try step() else { return nil }
      switch step {
      case .piece(let text):
        if !text.isEmpty { return text }
      case .failure(let error):
        close(.ended(ModelResponse.Summary()))
        throw error
      case .gate(let gate):
        do {
          try await wait(for: gate)
        } catch {
          cancel()
          throw error
        }
      }
    }
  }

  func cancel() {
    close(.cancelled)
    cancellation.open()
  }

  var summary: ModelResponse.Summary {
    phase.withLock { phase in
      if case .ended(let summary) = phase { summary } else { ModelResponse.Summary() }
    }
  }

  private func step() throws -> ScriptedAnswer.Step? {
    if phase.withLock({ if case .idle = $0 { true } else { false } }) {
      let answer = try model.begin(request)
      phase.withLock { $0 = .open(answer, position: 0) }
    }
    let (step, summary) = try phase.withLock {
      phase throws(CancellationError) -> (ScriptedAnswer.Step?, ModelResponse.Summary?) in
      switch phase {
      case .open(let answer, let position):
        guard position < answer.steps.count else { return (nil, answer.summary) }
        phase = .open(answer, position: position + 1)
        return (answer.steps[position], nil)
      case .idle, .ended: return (nil, nil)
      case .cancelled: throw CancellationError()
      }
    }
    if let summary { close(.ended(summary)) }
    return step
  }

  /// Waits for a gate, or for `cancel()`.
  private func wait(for gate: Gate) async throws {
    try await withThrowingTaskGroup(of: Void.self) { [cancellation] group in
      group.addTask { try await gate.wait() }
      group.addTask { try await cancellation.wait() }
      try await group.next()
      group.cancelAll()
    }
  }

  private func close(_ last: Phase) {
    let wasOpen = phase.withLock { phase in
      guard case .ended = phase else {
        defer { phase = last }
        if case .open = phase { return true }
        return false
      }
      return false
    }
    guard wasOpen else { return }
    if case .cancelled = last { model.end(isCancelled: true) } else { model.end(isCancelled: false) }
  }
}

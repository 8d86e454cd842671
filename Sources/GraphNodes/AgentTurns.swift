internal import GraphRuntime
internal import LanguageModels

/// How often an agent's model may be asked, and what happens then.
struct AgentLimit: Sendable {
  /// What happens when the model still calls tools in its last turn.
  enum Action: String, Sendable, CaseIterable {
    /// The node fails.
    case fail
    /// The model is asked once more, without tools, to answer with what it has.
    case answer
  }

  static let defaultTurns = 5

  let turns: Int
  let action: Action
}

/// The turns of a model and its tools, from the question to the answer; used by one task at a time.
final class AgentTurns: Sendable {
  /// What stands between the texts of two turns.
  static let separator = "\n\n"

  private let first: ModelCall
  private let tools: AgentTools
  private let limit: AgentLimit

  private struct State {
    /// What was said after the question.
    var messages: [ModelMessage] = []
    var count = 0
    var results: [Value] = []
    var failures: [String] = []
    var isLimitReached = false
  }

  private let state = Locked(State())

  init(first: ModelCall, tools: AgentTools, limit: AgentLimit) {
    self.first = first
    self.tools = tools
    self.limit = limit
  }

  /// The call of the next turn.
  func call() -> ModelCall {
    let (messages, isLimitReached) = state.withLock { ($0.messages, $0.isLimitReached) }
    var request = first.request
    request.messages += messages
    request.tools = tools.definitions
    if isLimitReached { request.toolChoice = .never }
    return ModelCall(model: first.model, request: request, context: first.context, asked: first.asked)
  }

  /// Takes the answer of a turn, and carries out what it calls for.
  ///
  /// - Returns: Whether it was the last turn.
  /// - Throws: `AgentError` when the limit is reached or nothing but failures stands behind the answer, or
  ///   `CancellationError`.
  func take(_ response: ModelResponse) async throws -> Bool {
    let calls = response.summary.toolCalls
    let (isLast, mustEnd) = state.withLock { state in
      state.count += 1
      // A server that does not know how to forbid tools may call some all the same.
      let isLast = calls.isEmpty || (state.isLimitReached && !response.text.isEmpty)
      var message = ModelMessage(response)
      if isLast { message.toolCalls = [] }
      state.messages.append(message)
      return (isLast, state.count >= limit.turns)
    }
    if isLast {
      let (results, failures) = state.withLock { ($0.results, $0.failures) }
      // An answer that only failures stand behind is made up.
      if let failure = failures.first, failures.count == results.count {
        throw AgentError(.onlyFailures(results.count, failure))
      }
      return true
    }
    if mustEnd, limit.action == .fail || state.withLock({ $0.isLimitReached }) {
      throw AgentError(.limitReached(limit.turns, calls.map(\.name)))
    }
    let outcomes = try await tools.call(calls, after: results.count)
    state.withLock { state in
      for (call, outcome) in zip(calls, outcomes) {
        state.messages.append(.result(of: call, outcome.text, isError: outcome.isError))
        state.results.append([
          "tool": .string(call.name), "args": .object(call.object), "output": outcome.value,
          "success": .bool(!outcome.isError),
        ])
        if outcome.isError { state.failures.append(outcome.text) }
      }
      state.isLimitReached = mustEnd
    }
    return false
  }

  /// Every call so far with its result.
  var results: [Value] { state.withLock { $0.results } }

  /// How many turns the model took.
  var count: Int { state.withLock { $0.count } }

  /// Whether the model had to answer because of the limit.
  var isLimitReached: Bool { state.withLock { $0.isLimitReached } }

  /// Whether a turn that is over had text.
  var hasSaidSomething: Bool {
    state.withLock { $0.messages.contains { $0.role == .assistant && !$0.content.isEmpty } }
  }

  /// What the model has said in all turns.
  var text: String {
    state.withLock { state in
      state.messages.filter { $0.role == .assistant && !$0.content.isEmpty }.map(\.content)
        .joined(separator: Self.separator)
    }
  }

  /// The question and everything that was said after it, with the text that was taken for the answer at its end.
  func conversation(endingWith text: String) -> [ModelMessage] {
    var messages = state.withLock { $0.messages }
    messages[messages.count - 1].content = text
    return [first.asked].compactMap(\.self) + messages
  }
}

/// An agent that came to no answer.
struct AgentError: Error, CustomStringConvertible {
  enum Reason {
    case limitReached(_ turns: Int, _ tools: [String])
    case onlyFailures(_ count: Int, _ first: String)
  }

  let description: String

  init(_ reason: Reason) {
    switch reason {
    case .limitReached(let turns, let tools):
      var names: [String] = []
      for tool in tools where !names.contains(tool) { names.append(tool) }
      let list = names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
      description =
        "the model still calls \(list) in its turn \(turns), which is the last; raise 'max_iterations', or let it answer "
        + "with what it has by 'on_limit: answer'"
    case .onlyFailures(let count, let first):
      description = "\(count == 1 ? "the only tool call" : "all \(count) tool calls") failed, the first with: \(first)"
    }
  }
}

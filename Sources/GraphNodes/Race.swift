internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// The same question to several models at once: the first good answer wins, and the others are cancelled, down to their
/// sockets.
///
/// A good answer is one that fits the schema, or holds JSON, where that is asked for; any other one has to say something.
struct Race: Sendable {
  let questions: [ModelQuestion]

  private enum Finish: Sendable {
    case answered(ModelResult)
    case began(ModelTokens, first: String)
    case failed(Int, any Error)
  }

  /// The first good answer.
  ///
  /// - Throws: `RaceError` when no model gives one, or `CancellationError`.
  func answer(_ state: StateView, _ context: NodeContext, as answer: ModelAnswer) async throws -> ModelResult {
    let finish = try await first(state, context) { call in
      let result = try await ModelResult(of: call, try await call.respond(), as: answer)
      guard !result.text.isEmpty else { throw EmptyAnswer() }
      return .answered(result)
    }
    guard case .answered(let result) = finish else { throw CancellationError() }
    return result
  }

  /// The stream whose first token comes first, and that token.
  ///
  /// - Throws: `RaceError` when no model says anything, or `CancellationError`.
  func tokens(_ state: StateView, _ context: NodeContext) async throws -> (ModelTokens, first: String?) {
    let finish = try await first(state, context) { call in
      let tokens = ModelTokens(call)
      do {
        guard let first = try await tokens.next() else { throw EmptyAnswer() }
        return .began(tokens, first: first)
      } catch {
        _ = await tokens.finish()
        throw error
      }
    }
    guard case .began(let tokens, let first) = finish else { throw CancellationError() }
    return (tokens, first)
  }

  private func first(
    _ state: StateView, _ context: NodeContext, _ ask: @escaping @Sendable (ModelCall) async throws -> Finish
  ) async throws -> Finish {
    try await withThrowingTaskGroup(of: Finish.self) { group in
      for (index, question) in questions.enumerated() {
        group.addTask {
          do {
            return try await ask(try question.call(state, context))
          } catch {
            return .failed(index, error)
          }
        }
      }
      var failures: [(index: Int, error: any Error)] = []
      while let finish = try await group.next() {
        if case .failed(let index, let error) = finish {
          failures.append((index, error))
          continue
        }
        group.cancelAll()
        // One that began at the same moment has lost as well; leaving the group waits for the others.
        for try await case .began(let tokens, _) in group { tokens.cancel() }
        return finish
      }
      if Task.isCancelled || context.stop.isRequested { throw CancellationError() }
      throw RaceError(failures.sorted { $0.index < $1.index }.map { name(of: $0.index, state, $0.error) })
    }
  }

  /// A candidate's failure with the candidate's name.
  private func name(of index: Int, _ state: StateView, _ error: any Error) -> String {
    if let error = error as? ModelError, error.identity != nil { return "\(error)" }
    let choices = (try? questions[index].places.map { try $0.choice(state) }) ?? []
    let selection = try? questions[index].models.selection(for: choices, ignoringOverrides: true)
    let named = [choices.first?.provider, choices.first?.model].compactMap(\.self).joined(separator: "/")
    return "\(selection?.identity.description ?? named): \(error)"
  }
}

/// An answer that says nothing.
private struct EmptyAnswer: Error, CustomStringConvertible {
  var description: String { "the answer is empty" }
}

/// A race that no model has won.
struct RaceError: Error, CustomStringConvertible {
  let failures: [String]

  init(_ failures: [String]) { self.failures = failures }

  var description: String { "all \(failures.count) candidates failed: \(failures.joined(separator: "; "))" }
}

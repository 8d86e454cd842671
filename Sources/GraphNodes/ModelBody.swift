internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// The closure of a node that asks a model, or several at once, in both of its forms.
struct ModelBody: Sendable {
  let node: String
  /// What is asked: one question, or the same one of each candidate of a race.
  let questions: [ModelQuestion]
  let answer: ModelAnswer
  let key: StateKey
  let onToken: StandardNodeFactory.TokenHandler?

  /// The route of a router's answer, or nil for a node that is none.
  var route: (@Sendable (Value) -> String?)?

  /// A streaming closure, or a plain one with the same effect on state.
  func body(streams: Bool) -> NodeBody {
    streams
      ? .streaming { state, context in stream(state, context) }
      : .plain { state, context in
        guard questions.count == 1 else {
          return update(try await Race(questions: questions).answer(state, context, as: answer), state)
        }
        let call = try questions[0].call(state, context)
        return update(try await ModelResult(of: call, try await call.respond(), as: answer), state)
      }
  }

  private func update(_ result: ModelResult, _ state: StateView) -> StateUpdate {
    var update = StateUpdate(key, result.value)
    update.route = route.flatMap { $0(result.value) }
    let turns = [result.call.asked, ModelMessage(.assistant, result.text)].compactMap(\.self)
    questions[0].conversation?.add(turns, after: state, to: &update)
    if questions.count > 1 {
      let identity = result.call.model.identity
      update.note(.raceWinner, ["provider": .string(identity.provider), "model": .string(identity.model)])
    }
    return update
  }

  private func stream(_ state: StateView, _ context: NodeContext) -> TokenStream {
    // The call is made at the first token: until then nothing is rendered and no model is looked for.
    let tokens = Locked<ModelTokens?>(nil)
    var stream = TokenStream(
      next: {
        let token: String?
        if let open = tokens.withLock({ $0 }) {
          token = try await next(open)
        } else {
          let (open, first) = try await begin(state, context)
          tokens.withLock { $0 = open }
          token = if let first { first } else { try await next(open) }
        }
        if let onToken, let token { onToken(node, token) }
        return token
      },
      finish: { text, isPartial in
        let open = tokens.withLock { $0 }
        let summary = await open?.finish() ?? ModelResponse.Summary()
        guard !isPartial, let open else {
          return answer.value(ofPart: text).map { StateUpdate(key, $0) } ?? StateUpdate()
        }
        // As in the plain form, an answer that does not fit is sent back once; the second one is not streamed, as its
        // tokens would be taken for a continuation of the first.
        let response = ModelResponse(text: text, summary: summary)
        return update(try await ModelResult(of: open.call, response, as: answer), state)
      })
    stream.readPartials = answer.makePartialReader()
    return stream
  }

  /// Begins the stream; of several, that of the model whose first token comes first.
  private func begin(_ state: StateView, _ context: NodeContext) async throws -> (ModelTokens, first: String?) {
    guard questions.count == 1 else { return try await Race(questions: questions).tokens(state, context) }
    return (ModelTokens(try questions[0].call(state, context)), nil)
  }

  private func next(_ open: ModelTokens) async throws -> String? {
    do {
      return try await open.next()
    } catch {
      // What a broken answer used was used all the same.
      _ = await open.finish()
      throw error
    }
  }
}

/// What a call came to.
struct ModelResult: Sendable {
  let call: ModelCall
  let value: Value

  /// The text that the value was found in.
  let text: String

  /// Finds the value of an answer; the model is asked once more when it does not fit.
  init(of call: ModelCall, _ response: ModelResponse, as answer: ModelAnswer) async throws {
    self.call = call
    (value, text) = try await call.value(of: response, as: answer)
  }
}

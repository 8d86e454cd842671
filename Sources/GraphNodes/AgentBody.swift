internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// The closure of an agent, in both of its forms.
///
/// The text of an agent is all that the model says, over its turns, with an empty line between two of them: a stream
/// cannot know that a turn will end with the call of a tool, and what was streamed is what is in the state. Where an
/// object is wanted, it is that of the last turn.
struct AgentBody: Sendable {
  let node: String
  let question: ModelQuestion
  let tools: [any Tool]
  let limit: AgentLimit
  let answer: ModelAnswer
  let key: StateKey
  let resultsKey: StateKey?
  let onToken: StandardNodeFactory.TokenHandler?

  /// A streaming closure, or a plain one with the same effect on state.
  func body(streams: Bool) -> NodeBody {
    streams
      ? .streaming { state, context in stream(state, context) }
      : .plain { state, context in
        let turns = try await turns(state, context)
        while true {
          let call = turns.call()
          let response = try await call.respond()
          if try await turns.take(response) {
            return update(turns, try await ModelResult(of: call, response, as: answer), text: turns.text, state)
          }
        }
      }
  }

  private func turns(_ state: StateView, _ context: NodeContext) async throws -> AgentTurns {
    let first = try question.call(state, context)
    return AgentTurns(
      first: first, tools: try await AgentTools(tools, state: state, context: context), limit: limit)
  }

  private func stream(_ state: StateView, _ context: NodeContext) -> TokenStream {
    let reading = Locked<AgentStream?>(nil)
    var stream = TokenStream(
      next: {
        let stream: AgentStream
        if let known = reading.withLock({ $0 }) {
          stream = known
        } else {
          stream = AgentStream(try await turns(state, context))
          reading.withLock { $0 = stream }
        }
        let token = try await stream.next()
        if let onToken, let token { onToken(node, token) }
        return token
      },
      finish: { text, isPartial in
        let stream = reading.withLock { $0 }
        guard !isPartial, let stream, let (call, response) = stream.last else {
          await stream?.abandon()
          return answer.value(ofPart: text).map { StateUpdate(key, $0) } ?? StateUpdate()
        }
        let result = try await ModelResult(of: call, response, as: answer)
        return update(stream.turns, result, text: text, state)
      })
    if !answer.isText {
      let partials = AgentPartials(answer.partialReader)
      stream.readPartials = { token in partials.read(token, turn: reading.withLock { $0 }?.turns.count ?? 0) }
    }
    return stream
  }

  private func update(_ turns: AgentTurns, _ result: ModelResult, text: String, _ state: StateView) -> StateUpdate {
    var update = StateUpdate(key, answer.isText ? .string(text) : result.value)
    let results = turns.results
    if let resultsKey { update.set(resultsKey, .list(results)) }
    question.conversation?.add(turns.conversation(endingWith: result.text), after: state, to: &update)
    update.note(.toolResults, .list(results))
    update.note(.agentIterations, .int(turns.count))
    update.note(.agentLimitReached, .bool(turns.isLimitReached))
    return update
  }
}

/// Tells the parts of an agent's object: each turn is a text of its own, and the object is that of the last one.
private final class AgentPartials: Sendable {
  private struct State {
    var turn = 0
    var reader: PartialJSONReader
    var hasTold = false
  }

  private let empty: PartialJSONReader
  private let state: Locked<State>

  init(_ reader: PartialJSONReader) {
    empty = reader
    state = Locked(State(reader: reader))
  }

  func read(_ token: String, turn: Int) -> [PartialRecord] {
    state.withLock { state in
      var records: [PartialRecord] = []
      if turn != state.turn {
        // What an earlier turn held was not the answer.
        if state.hasTold { records.append(PartialRecord(path: [], value: .null)) }
        state = State(turn: turn, reader: empty)
      }
      let read = state.reader.append(token)
      if !read.isEmpty { state.hasTold = true }
      return records + read
    }
  }
}

/// The tokens of an agent's turns, one turn after the other; read by one task at a time.
private final class AgentStream: Sendable {
  let turns: AgentTurns

  private struct State {
    var open: ModelTokens?
    /// The text of the turn so far.
    var text = ""
    /// A token that comes after the separator in front of it.
    var held: String?
    /// The last turn, once it is over.
    var last: (ModelCall, ModelResponse)?
  }

  private let state = Locked(State())

  init(_ turns: AgentTurns) { self.turns = turns }

  /// The last turn and its answer, once it is over.
  var last: (ModelCall, ModelResponse)? { state.withLock { $0.last } }

  /// Adds what a turn that nobody reads to its end has used to the run.
  func abandon() async { _ = await state.withLock { $0.open }?.finish() }

  func next() async throws -> String? {
    if let held = state.withLock({ state in
      defer { state.held = nil }
      return state.held
    }) {
      return held
    }
    while true {
      if state.withLock({ $0.last != nil }) { return nil }
      let tokens = open()
      let token: String?
      do {
        token = try await tokens.next()
      } catch {
        // What a broken answer used was used all the same.
        _ = await tokens.finish()
        throw error
      }
      if let token { return separated(token) }
      let summary = await tokens.finish()
      let response = state.withLock { state in
        state.open = nil
        defer { state.text = "" }
        return ModelResponse(text: state.text, summary: summary)
      }
      if try await turns.take(response) { state.withLock { $0.last = (tokens.call, response) } }
    }
  }

  private func open() -> ModelTokens {
    if let open = state.withLock({ $0.open }) { return open }
    let tokens = ModelTokens(turns.call())
    state.withLock { $0.open = tokens }
    return tokens
  }

  /// Puts an empty line between two turns that both say something.
  private func separated(_ token: String) -> String {
    let isFirst = state.withLock { state in
      defer { state.text += token }
      return state.text.isEmpty
    }
    guard isFirst, turns.hasSaidSomething else { return token }
    state.withLock { $0.held = token }
    return AgentTurns.separator
  }
}

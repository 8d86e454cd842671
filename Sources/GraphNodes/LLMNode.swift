internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// Asks a model and writes its text, the JSON in it, or an object that fits the prompt's schema.
struct LLMNode: NodeType {
  let models: ModelCatalog
  let onToken: StandardNodeFactory.TokenHandler?

  let spec = NodeTypeSpec("llm", "Asks a model and writes its answer to the state.", keys: NodePrompt.keys)

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    guard let prompt = NodePrompt(node, scope, models) else { return nil }
    let answer = ModelAnswer(
      schema: prompt.document.outputSchema, parsesJSON: node.fields.bool("parse_json")?.value ?? false)
    let name = node.name.value
    let key = node.stateKey
    let streams = node.fields.bool("stream")?.value ?? false
    var declaration = NodeDeclaration { schema in
      ModelBody(
        node: name, question: prompt.question(schema, models), answer: answer, key: schema.key(key.value),
        onToken: onToken
      ).body(streams: streams)
    }
    declaration.makeFallback = { schema, settings in
      ModelBody(
        node: name, question: prompt.question(schema, models, fallback: settings), answer: answer,
        key: schema.key(key.value), onToken: onToken
      ).body(streams: streams)
    }
    declaration.makeFingerprint = { schema in
      let question = prompt.question(schema, models)
      return { try question.fingerprint($0, $1) }
    }
    if let onToken { declaration.onCachedToken = { onToken(name, $0) } }
    declaration.reads = prompt.reads
    declaration.writes = [NodeDeclaration.Write(key, type: answer.type)]
    declaration.streams = streams
    declaration.skipsByDefault = true
    return declaration
  }
}

/// The closure of a node that asks a model, in both of its forms.
struct ModelBody: Sendable {
  let node: String
  let question: ModelQuestion
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
        let call = try question.call(state, context)
        return update(try await call.value(of: try await call.respond(), as: answer))
      }
  }

  private func update(_ value: Value) -> StateUpdate {
    var update = StateUpdate(key, value)
    update.route = route.flatMap { $0(value) }
    return update
  }

  private func stream(_ state: StateView, _ context: NodeContext) -> TokenStream {
    // The call is made at the first token: until then nothing is rendered and no model is looked for.
    let tokens = Locked<ModelTokens?>(nil)
    return TokenStream(
      next: {
        let open: ModelTokens
        if let known = tokens.withLock({ $0 }) {
          open = known
        } else {
          open = ModelTokens(try question.call(state, context))
          tokens.withLock { $0 = open }
        }
        let token: String?
        do {
          token = try await open.next()
        } catch {
          // What a broken answer used was used all the same.
          _ = await open.finish()
          throw error
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
        return update(try await open.call.value(of: ModelResponse(text: text, summary: summary), as: answer))
      })
  }
}

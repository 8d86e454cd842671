internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// A node that asks a model once, or several at once, and writes the answer: `llm`, `router` and `race`.
struct ModelNode {
  let node: NodeDocument
  let prompt: NodePrompt
  /// The models that are asked at once; empty where it is one.
  var candidates: [ModelSettings] = []
  let models: ModelCatalog
  let onToken: StandardNodeFactory.TokenHandler?

  /// The route of a router's answer, or nil for a node that is none.
  var route: (@Sendable (Value) -> String?)?

  /// What the answer has to be.
  var answer: ModelAnswer {
    ModelAnswer(to: prompt.document, parsesJSON: node.fields.bool("parse_json")?.value ?? false)
  }

  /// What the node is.
  func declaration() -> NodeDeclaration {
    let name = node.name.value
    let key = node.stateKey
    let streams = node.fields.bool("stream")?.value ?? false
    let (prompt, models, candidates, answer, onToken, route) = (prompt, models, candidates, answer, onToken, route)
    func body(_ schema: StateSchema, _ questions: [ModelQuestion]) -> NodeBody {
      ModelBody(
        node: name, questions: questions, answer: answer, key: schema.key(key.value), onToken: onToken, route: route
      ).body(streams: streams)
    }
    func questions(_ schema: StateSchema) -> [ModelQuestion] {
      candidates.isEmpty
        ? [prompt.question(schema, models)]
        : candidates.map { prompt.question(schema, models, as: .candidate($0)) }
    }
    var declaration = NodeDeclaration { body($0, questions($0)) }
    declaration.makeFallback = { body($0, [prompt.question($0, models, as: .fallback($1))]) }
    declaration.makeFingerprint = { schema in
      let questions = questions(schema)
      return { state, context in
        guard questions.count > 1 else { return try questions[0].fingerprint(state, context) }
        // A candidate that cannot be asked loses, and is no reason to fail.
        return .list(questions.map { (try? $0.fingerprint(state, context)) ?? .null })
      }
    }
    if let onToken { declaration.onCachedToken = { onToken(name, $0) } }
    declaration.reads = prompt.reads
    declaration.uses = prompt.uses
    declaration.writes = [NodeDeclaration.Write(key, type: answer.type)] + prompt.writes
    declaration.mayReadAnyKey = prompt.document.readsWholeState
    declaration.isIncomplete = prompt.document.isUnknown
    declaration.hasEffects = false
    declaration.flow.answers = Set([key.value] + prompt.writes.map(\.key.value))
    declaration.streams = streams
    // A node in a conversation has something to say in each turn.
    declaration.skipsByDefault = prompt.messagesKey == nil
    return declaration
  }
}

internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// Lets a model call tools until it has an answer.
struct AgentNode: NodeType {
  let models: ModelCatalog
  let onToken: StandardNodeFactory.TokenHandler?

  let spec = NodeTypeSpec(
    "agent", "Lets a model call tools until it has an answer.",
    keys: NodePrompt.keys + [
      KeySpec("tools", .strings, "The tools that the model may call, by their names under 'tools'.").meaning(.tool),
      KeySpec("max_iterations", .integer(1...1_000), "The most turns of the model; 5 by default."),
      KeySpec(
        "on_limit", .choice(AgentLimit.Action.allCases.map(\.rawValue)),
        "What happens when the model still calls tools then: fail (the default), or answer with what there is."),
      KeySpec("tool_results_key", .string, "The state key that all calls and their results are written to.")
        .meaning(.writtenStateKey),
    ])

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    let errors = scope.diagnostics.count
    let names = node.fields.strings("tools")
    let tools = tools(names, node, scope)
    let resultsKey = node.fields.string("tool_results_key")
    if let resultsKey, DocumentName.check(resultsKey, "state key", scope.diagnostics) {
      if resultsKey.value == node.stateKey.value || resultsKey.value == node.fields.string("messages_key")?.value {
        scope.diagnostics.report(.resultsTakeKey(resultsKey.value), at: resultsKey.span)
      }
    }
    let prompt = NodePrompt(node, scope, models, joining: "messages")
    if names.isEmpty, scope.diagnostics.count == errors {
      scope.diagnostics.report(.noTools(node.name.value), at: node.fields.keySpan("tools") ?? node.name.span)
    }
    return declaration(node, prompt, tools, resultsKey)
  }

  private func declaration(
    _ node: NodeDocument, _ prompt: NodePrompt, _ tools: [any Tool], _ resultsKey: Located<String>?
  ) -> NodeDeclaration {
    let name = node.name.value
    let key = node.stateKey
    let streams = node.fields.bool("stream")?.value ?? false
    let answer = ModelAnswer(to: prompt.document, parsesJSON: node.fields.bool("parse_json")?.value ?? false)
    let limit = AgentLimit(
      turns: node.fields.int("max_iterations")?.value ?? AgentLimit.defaultTurns,
      action: node.fields.string("on_limit").flatMap { AgentLimit.Action(rawValue: $0.value) } ?? .fail)
    let (models, onToken) = (models, onToken)
    func body(_ schema: StateSchema, _ alternative: NodePrompt.Alternative?) -> NodeBody {
      AgentBody(
        node: name, question: prompt.question(schema, models, as: alternative), tools: tools, limit: limit,
        answer: answer, key: schema.key(key.value), resultsKey: resultsKey.map { schema.key($0.value) },
        onToken: onToken
      ).body(streams: streams)
    }
    var declaration = NodeDeclaration { body($0, nil) }
    declaration.makeFallback = { body($0, .fallback($1)) }
    if let onToken { declaration.onCachedToken = { onToken(name, $0) } }
    declaration.reads = prompt.reads
    declaration.uses = prompt.uses
    declaration.writes =
      [NodeDeclaration.Write(key, type: answer.type)] + prompt.writes
      + (resultsKey.map { [NodeDeclaration.Write($0, type: .toolResults(at: node.type.span))] } ?? [])
    declaration.mayReadAnyKey = !tools.isEmpty || prompt.document.readsWholeState
    declaration.isIncomplete = prompt.document.isUnknown
    declaration.hasEffects = !tools.isEmpty
    declaration.flow.answers = Set([key.value] + prompt.writes.map(\.key.value))
    let listed = node.fields.strings("tools")
    declaration.flow.dangers = tools.flatMap { tool in
      let place = listed.first { $0.value == tool.definition.name }?.span ?? node.name.span
      return tool.openDangers.map {
        NodeFlow.Danger($0, of: tool.definition.name, from: [], at: place, isChosenByModel: true)
      }
    }
    declaration.streams = streams
    declaration.skipsByDefault = prompt.messagesKey == nil
    return declaration
  }

  private func tools(_ names: [Located<String>], _ node: NodeDocument, _ scope: NodeScope) -> [any Tool] {
    var seen: [String: SourceSpan] = [:]
    return names.compactMap { name in
      if let first = seen[name.value] {
        scope.diagnostics.report(.toolTwice(name.value), at: name.span, notes: [.firstWritten(at: first)])
        return nil
      }
      seen[name.value] = name.span
      return scope.toolOrGroup(name)
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func noTools(_ node: String) -> Self {
    Self("GR0132", .warning, "agent '\(node)' has no tools and so is an 'llm' node")
  }

  fileprivate static func toolTwice(_ name: String) -> Self {
    Self("GR0133", .warning, "tool '\(name)' is listed twice")
  }

  fileprivate static func resultsTakeKey(_ key: String) -> Self {
    Self("GR0136", "'\(key)' is written by the node already and cannot hold the results of tools as well")
  }
}
